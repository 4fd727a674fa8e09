/**
 * Reads one block of a file, whole records from its middle, into columns of its own: what a thread does for the one that keeps the books.
 *
 * Texts have no ids yet: cells hold their numbers in the block (`BlockTexts`), and their hashes come along. Lines count from 2. A block that has any fault beyond a rejected row, or does not end where a record ends, is given back unread: whoever knows the lines and the bytes
 * around it reads it again and tells the fault.
 */
import { CopresenceError } from '../../core/errors.js';
import { Zone } from '../../core/zone.js';
import type { HashKey } from '../../core/text-ids.js';
import { Table, type DictionaryName, type TableSpec } from '../../model/tables.js';
import { BlockTexts, TextsBehind } from './block-texts.js';
import { CellReader } from '../rows/cell-reader.js';
import { CsvScanner } from '../rows/csv-scanner.js';
import type { Encoding } from '../text/encoding.js';
import type { HeaderMap } from '../rows/header.js';
import { newLedgerEntry, type LedgerEntry, type Reject } from '../rows/ledger.js';
import { RecordReader } from '../rows/record-reader.js';
import { RowBooks } from '../rows/row-books.js';
import { TimeReader } from '../text/time-text.js';
import { isUtf8 } from '../text/utf8.js';

/** What is known of a file once its header was read. */
export interface BlockSettings {
  /** Base name: stands in rejects. */
  readonly file: string;
  readonly header: HeaderMap;
  readonly delimiter: number;
  readonly encoding: Encoding;
  readonly showValues: boolean;
  readonly tz: string | undefined;
  readonly timeFormats: readonly string[];
  /** Of the dictionaries that the texts will be looked for in. */
  readonly hashKeys: Readonly<Record<DictionaryName, HashKey>>;
}

/** The rows of a block. A column that the header lacks is null: all zeros. */
export interface BlockRows {
  readonly columns: readonly (Uint32Array | null)[];
  readonly lines: Uint32Array;
  /** Lines that the block has. */
  readonly lineCount: number;
  readonly counts: LedgerEntry;
  readonly rejects: readonly Reject[];
  /** Units of epoch numbers in each column. */
  readonly units: Uint8Array;
  readonly openEnds: number;
  readonly repeatedHours: number;
  readonly innerMarks: number;
}

/** Texts of a block for one dictionary, in the order of their numbers: those of number i at `lo[i - 1]..hi[i - 1]`. */
export interface TextPack {
  readonly dictionary: DictionaryName;
  readonly lo: Int32Array;
  readonly hi: Int32Array;
  readonly hashes: Uint32Array;
}

export interface ReadBlock {
  /** Null: the block has to be read in order. */
  readonly rows: BlockRows | null;
  readonly texts: readonly TextPack[];
  /** What the texts lie in; null for the block as it came. */
  readonly bytes: Uint8Array | null;
}

const FIRST_LINE = 2;

export class BlockReader {
  readonly #settings: BlockSettings;
  readonly #table: Table;
  readonly #books: RowBooks;
  readonly #behind = new TextsBehind();
  readonly #texts: Readonly<Record<DictionaryName, BlockTexts>>;
  readonly #cells: CellReader;
  readonly #records: RecordReader;
  #scanner: CsvScanner;

  constructor(spec: TableSpec, settings: BlockSettings) {
    this.#settings = settings;
    this.#table = new Table(spec);
    this.#books = new RowBooks(this.#table, true);
    const textsOf = (name: DictionaryName): BlockTexts => new BlockTexts(settings.hashKeys[name], this.#behind);
    this.#texts = { person: textsOf('person'), place: textsOf('place'), run: textsOf('run'), case: textsOf('case'), text: textsOf('text') };
    this.#cells = new CellReader(this.#texts, new TimeReader(new Zone(settings.tz), settings.timeFormats));
    this.#records = new RecordReader(this.#books, this.#texts, this.#cells);
    this.#records.open(settings.header, settings.delimiter, settings.showValues);
    this.#scanner = this.#newScanner();
  }

  /** Reads one block. Its columns are as `allocate` makes them, from one to the next call at least. */
  read(block: Uint8Array, allocate: (length: number) => Uint32Array = (length) => new Uint32Array(length)): ReadBlock {
    for (const texts of Object.values(this.#texts)) texts.clear();
    const text = this.#utf8(block);
    const rows = text && this.#rows(text, allocate);
    if (!rows) return { rows: null, texts: [], bytes: null };
    const texts = Object.entries(this.#texts).flatMap(([name, { count, lo, hi, hashes }]) =>
      count === 0
        ? []
        : [
            {
              dictionary: name as DictionaryName,
              lo: signed(copy(lo.data, count, allocate)),
              hi: signed(copy(hi.data, count, allocate)),
              hashes: copy(hashes.data, count, allocate),
            },
          ],
    );
    return { rows, texts, bytes: text === block && this.#behind.length === 0 ? null : joined(text, this.#behind.bytes) };
  }

  #rows(text: Uint8Array, allocate: (length: number) => Uint32Array): BlockRows | null {
    const { file, header } = this.#settings;
    const scanner = this.#scanner;
    const before = { openEnds: this.#cells.openEnds, repeatedHours: this.#cells.times.repeatedHours, innerMarks: scanner.innerMarks };
    const counts = newLedgerEntry(file);
    this.#table.clear();
    this.#books.rejects.length = 0;
    this.#books.units.fill(0);
    scanner.skipTo(scanner.at, FIRST_LINE);
    this.#behind.open(text.length);
    try {
      scanner.push(text, true);
      this.#records.readAll(scanner, counts, 0);
    } catch (error) {
      if (!(error instanceof CopresenceError)) throw error;
      this.#scanner = this.#newScanner();
      return null;
    }
    const { rowCount } = this.#table;
    return {
      columns: this.#table.columns.map(({ data }, i) => (header.cells[i]! < 0 ? null : copy(data as Uint32Array, rowCount, allocate))),
      lines: copy(this.#table.line.data, rowCount, allocate),
      lineCount: scanner.nextLine - FIRST_LINE,
      counts,
      rejects: [...this.#books.rejects],
      units: this.#books.units.slice(),
      openEnds: this.#cells.openEnds - before.openEnds,
      repeatedHours: this.#cells.times.repeatedHours - before.repeatedHours,
      innerMarks: scanner.innerMarks - before.innerMarks,
    };
  }

  /** The bytes as UTF-8, or null if they are no text. */
  #utf8(bytes: Uint8Array): Uint8Array | null {
    const { encoding } = this.#settings;
    if (encoding === 'utf-8') return isUtf8(bytes) ? bytes : null;
    try {
      return encoder.encode(new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes))); // a copy: no decoder reads shared memory
    } catch {
      return null;
    }
  }

  #newScanner(): CsvScanner {
    const scanner = new CsvScanner(this.#settings.file);
    scanner.setDelimiter(this.#settings.delimiter);
    return scanner;
  }
}

const encoder = new TextEncoder();

const signed = ({ buffer, byteOffset, length }: Uint32Array): Int32Array => new Int32Array(buffer, byteOffset, length);

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function copy(from: Uint32Array, length: number, allocate: (length: number) => Uint32Array): Uint32Array {
  const to = allocate(length);
  to.set(from.subarray(0, length));
  return to;
}
