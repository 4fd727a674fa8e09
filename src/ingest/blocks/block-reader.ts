/**
 * Reads one block of a file, whole records from its middle, into columns of its own: what a thread does for the one that keeps the books.
 *
 * Ids are those of the thread's own dictionaries; texts that are new to them come along, in the order of first sight. Lines count from 2. A block
 * that has any fault beyond a rejected row, or does not end where a record ends, is given back unread: whoever knows the lines and the bytes
 * around it reads it again and tells the fault.
 */
import { CopresenceError } from '../../core/errors.js';
import { Zone } from '../../core/zone.js';
import { Table, newDictionaries, type Dictionaries, type DictionaryName, type TableSpec } from '../../model/tables.js';
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

/** Texts that a dictionary of a thread saw first in a block: those with the ids from `firstId` on, end to end. */
export interface NewTexts {
  readonly dictionary: DictionaryName;
  readonly firstId: number;
  readonly lengths: Uint32Array;
  readonly bytes: Uint8Array;
}

export interface ReadBlock {
  /** Null: the block has to be read in order. */
  readonly rows: BlockRows | null;
  readonly texts: readonly NewTexts[];
  /** Ids of different epochs have nothing to do with each other. */
  readonly epoch: number;
}

/** Texts after which a thread forgets all and begins a new epoch. */
const MOST_TEXTS = 1 << 20;
const FIRST_LINE = 2;

export class BlockReader {
  readonly #settings: BlockSettings;
  readonly #mostTexts: number;
  readonly #table: Table;
  readonly #books: RowBooks;
  readonly #ids: Dictionaries = newDictionaries();
  readonly #names: readonly DictionaryName[];
  /** Texts of each dictionary that were given away. */
  readonly #given = new Map<DictionaryName, number>();
  readonly #cells: CellReader;
  readonly #records: RecordReader;
  #scanner: CsvScanner;
  #epoch = 0;

  constructor(spec: TableSpec, settings: BlockSettings, mostTexts: number = MOST_TEXTS) {
    this.#settings = settings;
    this.#mostTexts = mostTexts;
    this.#table = new Table(spec);
    this.#books = new RowBooks(this.#table, true);
    this.#names = [...new Set(spec.columns.flatMap(({ dictionary }) => (dictionary ? [dictionary] : [])))];
    this.#cells = new CellReader(this.#ids, new TimeReader(new Zone(settings.tz), settings.timeFormats));
    this.#records = new RecordReader(this.#books, this.#ids, this.#cells);
    this.#records.open(settings.header, settings.delimiter, settings.showValues);
    this.#scanner = this.#newScanner();
    this.#forget();
  }

  /** Reads one block. Its columns are as `allocate` makes them, from one to the next call at least. */
  read(bytes: Uint8Array, allocate: (length: number) => Uint32Array = (length) => new Uint32Array(length)): ReadBlock {
    if (this.#names.some((name) => this.#ids[name].size > this.#mostTexts)) {
      this.#forget();
      this.#epoch++;
    }
    const rows = this.#rows(bytes, allocate);
    return { rows, texts: this.#newTexts(), epoch: this.#epoch };
  }

  #rows(bytes: Uint8Array, allocate: (length: number) => Uint32Array): BlockRows | null {
    const { file, header } = this.#settings;
    const scanner = this.#scanner;
    const before = { openEnds: this.#cells.openEnds, repeatedHours: this.#cells.times.repeatedHours, innerMarks: scanner.innerMarks };
    const counts = newLedgerEntry(file);
    this.#table.clear();
    this.#books.rejects.length = 0;
    this.#books.units.fill(0);
    scanner.skipTo(scanner.at, FIRST_LINE);
    const text = this.#utf8(bytes);
    if (text === null) return null;
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

  #newTexts(): NewTexts[] {
    return this.#names.flatMap((dictionary) => {
      const texts = this.#ids[dictionary];
      const firstId = this.#given.get(dictionary)!;
      if (texts.size === firstId) return [];
      this.#given.set(dictionary, texts.size);
      return [{ dictionary, firstId, ...texts.textsFrom(firstId) }];
    });
  }

  #forget(): void {
    for (const name of this.#names) {
      if (this.#ids[name].size > 1) this.#ids[name].clear();
      this.#given.set(name, 1); // the empty text is 0 everywhere
    }
  }

  #newScanner(): CsvScanner {
    const scanner = new CsvScanner(this.#settings.file);
    scanner.setDelimiter(this.#settings.delimiter);
    return scanner;
  }
}

const encoder = new TextEncoder();

function copy(from: Uint32Array, length: number, allocate: (length: number) => Uint32Array): Uint32Array {
  const to = allocate(length);
  to.set(from.subarray(0, length));
  return to;
}
