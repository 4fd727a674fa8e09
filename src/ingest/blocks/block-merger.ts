/** Takes the rows of blocks that threads have read into the table: their texts get the ids of the run. */
import type { Dictionaries, DictionaryName } from '../../model/tables.js';
import type { LedgerEntry } from '../rows/ledger.js';
import type { RowBooks } from '../rows/row-books.js';
import type { BlockRows, TextPack } from './block-reader.js';

export class BlockMerger {
  readonly #books: RowBooks;
  readonly #ids: Dictionaries;
  /** Ids of the texts of the block in hand, by their numbers. */
  readonly #idsOf = new Map<DictionaryName, Uint32Array>();

  constructor(books: RowBooks, ids: Dictionaries) {
    this.#books = books;
    this.#ids = ids;
  }

  /** Whether no column would have two units with these rows. If one would, the block has to be read in order, to tell the line. */
  fits(rows: BlockRows): boolean {
    return this.#books.units.every((unit, i) => (unit | rows.units[i]!) !== 3);
  }

  /** Appends the rows of a block whose first line is `firstLine`; its texts lie in `bytes`. Blocks must come in the order of the file: so do ids, then, as if one thread read all. */
  append(rows: BlockRows, texts: readonly TextPack[], bytes: Uint8Array, entry: LedgerEntry, file: number, firstLine: number): void {
    const { table, units, rejects } = this.#books;
    for (let i = 0; i < units.length; i++) units[i]! |= rows.units[i]!;
    for (const pack of texts) this.#intern(pack, bytes);
    const count = rows.lines.length;
    const from = table.rowCount;
    table.reserve(count);
    for (const [i, column] of table.spec.columns.entries()) {
      const data = table.columns[i]!.data as Uint32Array; // threads read check-ins, which have no coordinates
      const values = rows.columns[i];
      if (!values) data.fill(0, from, from + count);
      else if (column.dictionary) translate(values, this.#idsOf.get(column.dictionary) ?? NO_TEXT, data, from);
      else data.set(values, from);
    }
    this.#idsOf.clear();
    const { data: lines } = table.line;
    addInto(lines, from, rows.lines, firstLine - 2);
    table.file.data.fill(file, from, from + count);
    table.resize(from + count);
    this.#books.settle(count, entry);
    entry.read += rows.counts.read;
    entry.rejected += rows.counts.rejected;
    entry.blank += rows.counts.blank;
    for (const reject of rows.rejects) rejects.push({ ...reject, line: reject.line + firstLine - 2 });
  }

  #intern({ dictionary, lo, hi, hashes }: TextPack, bytes: Uint8Array): void {
    const ids = new Uint32Array(hashes.length + 1); // the empty text is 0 everywhere
    this.#ids[dictionary].internHashed(bytes, lo, hi, hashes, ids, 1);
    this.#idsOf.set(dictionary, ids);
  }
}

/** The ids of texts where there is none but the empty one. */
const NO_TEXT = new Uint32Array(1);

function translate(numbers: Uint32Array, ids: Uint32Array, data: Uint32Array, from: number): void {
  for (let i = 0; i < numbers.length; i++) data[from + i] = ids[numbers[i]!]!;
}

function addInto(to: Uint32Array, from: number, values: Uint32Array, more: number): void {
  for (let i = 0; i < values.length; i++) to[from + i] = values[i]! + more;
}
