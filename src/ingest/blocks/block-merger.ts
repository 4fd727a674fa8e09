/** Takes the rows of blocks that threads have read into the table: their ids become those of the run. One merger per file. */
import type { Dictionaries, DictionaryName } from '../../model/tables.js';
import type { BlockRows, NewTexts, ReadBlock } from './block-reader.js';
import type { LedgerEntry } from '../rows/ledger.js';
import type { RowBooks } from '../rows/row-books.js';

export class BlockMerger {
  readonly #books: RowBooks;
  readonly #ids: Dictionaries;
  /** One for each thread. */
  readonly #lanes: Lane[] = [];

  constructor(books: RowBooks, ids: Dictionaries) {
    this.#books = books;
    this.#ids = ids;
  }

  /**
   * Learns the texts of a block. Blocks must come in the order of the file. With `isRead` they get their ids at once, so in the same order as if one
   * thread read all; those of a block that was given back get theirs when a row has them.
   */
  learn(lane: number, { texts, epoch }: ReadBlock, isRead: boolean): void {
    let known = this.#lanes[lane];
    if (known?.epoch !== epoch) known = this.#lanes[lane] = { epoch, ids: new Map() };
    for (const pack of texts) {
      let ids = known.ids.get(pack.dictionary);
      if (!ids) known.ids.set(pack.dictionary, (ids = new LaneIds(this.#ids[pack.dictionary])));
      ids.learn(pack, isRead);
    }
  }

  /** Whether no column would have two units with these rows. If one would, the block has to be read in order, to tell the line. */
  fits(rows: BlockRows): boolean {
    return this.#books.units.every((unit, i) => (unit | rows.units[i]!) !== 3);
  }

  /** Appends the rows of a block whose first line is `firstLine`. */
  append(lane: number, rows: BlockRows, entry: LedgerEntry, file: number, firstLine: number): void {
    const { table, units, rejects } = this.#books;
    for (let i = 0; i < units.length; i++) units[i]! |= rows.units[i]!;
    const count = rows.lines.length;
    const from = table.rowCount;
    table.reserve(count);
    for (const [i, column] of table.spec.columns.entries()) {
      const data = table.columns[i]!.data as Uint32Array; // threads read check-ins, which have no coordinates
      const values = rows.columns[i];
      if (!values) data.fill(0, from, from + count);
      else if (column.dictionary) this.#translate(lane, column.dictionary, values, data, from);
      else data.set(values, from);
    }
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

  #translate(lane: number, dictionary: DictionaryName, values: Uint32Array, data: Uint32Array, from: number): void {
    const ids = this.#lanes[lane]!.ids.get(dictionary);
    if (ids) ids.translate(values, data, from);
    else data.fill(0, from, from + values.length); // no text but the empty one
  }
}

interface Lane {
  readonly epoch: number;
  readonly ids: Map<DictionaryName, LaneIds>;
}

type Dictionary = Dictionaries[DictionaryName];

/** The ids of one dictionary of a thread, as ids of the run. */
class LaneIds {
  readonly #dictionary: Dictionary;
  #generation: number;
  /** Ids of the run, 0 = not known yet. */
  #ids = new Uint32Array(1 << 10);
  // The texts, for those that have no id yet, and for all when the dictionary of the run has been cleared.
  readonly #packs: NewTexts[] = [];

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
    this.#generation = dictionary.generation;
  }

  learn(pack: NewTexts, givesIds: boolean): void {
    this.#packs.push(pack);
    const end = pack.firstId + pack.lengths.length;
    if (end > this.#ids.length) {
      const ids = new Uint32Array(Math.max(end, this.#ids.length * 2));
      ids.set(this.#ids);
      this.#ids = ids;
    }
    if (!givesIds) return;
    this.#catchUp();
    for (let i = 0, at = 0; i < pack.lengths.length; i++) {
      const length = pack.lengths[i]!;
      this.#ids[pack.firstId + i] = this.#dictionary.internBytes(pack.bytes, at, at + length);
      at += length;
    }
  }

  translate(values: Uint32Array, data: Uint32Array, from: number): void {
    this.#catchUp();
    const ids = this.#ids;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const id = ids[value]!;
      data[from + i] = id === 0 && value !== 0 ? this.#late(value) : id;
    }
  }

  /** Ids given before the dictionary was cleared mean nothing. */
  #catchUp(): void {
    if (this.#generation === this.#dictionary.generation) return;
    this.#generation = this.#dictionary.generation;
    this.#ids.fill(0);
  }

  #late(value: number): number {
    const packs = this.#packs;
    let lo = 0;
    for (let hi = packs.length - 1; lo < hi;) {
      const middle = (lo + hi + 1) >>> 1;
      if (packs[middle]!.firstId <= value) lo = middle;
      else hi = middle - 1;
    }
    const { firstId, lengths, bytes } = packs[lo]!;
    const offsets = this.#offsets.get(lengths) ?? offsetsOf(lengths);
    this.#offsets.set(lengths, offsets);
    return (this.#ids[value] = this.#dictionary.internBytes(bytes, offsets[value - firstId]!, offsets[value - firstId + 1]!));
  }

  readonly #offsets = new WeakMap<Uint32Array, Uint32Array>();
}

function addInto(to: Uint32Array, from: number, values: Uint32Array, more: number): void {
  for (let i = 0; i < values.length; i++) to[from + i] = values[i]! + more;
}

function offsetsOf(lengths: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) offsets[i + 1] = offsets[i]! + lengths[i]!;
  return offsets;
}
