/**
 * Rows of a list as numbers, a block at a time: the one form from which both the rows of a program and the bytes of a file are made.
 *
 * Layout: `cells[row * width + column]`; what a number means says the kind of the column (`CellKind`). Texts are ids, so that a row costs no
 * memory of its own. Cells that name several things hold a position in `ids`, where their number comes first.
 */
import { U32Column } from '../core/columns.js';

const ROWS = 1024;

export class RowBlock {
  /** Rows of a full block. */
  static readonly ROWS: number = ROWS;
  readonly width: number;
  /** Rows in the block. */
  count = 0;
  readonly cells: Float64Array;
  readonly ids: U32Column = new U32Column();
  /** For each row, the position in `ids` of the places whose districts it belongs to. */
  readonly places: Uint32Array = new Uint32Array(ROWS);
  #at = 0;

  constructor(width: number, rows: number = ROWS) {
    this.width = width;
    this.cells = new Float64Array(rows * width);
  }

  get isFull(): boolean {
    return this.count === ROWS;
  }

  /** The next cell of the row. */
  put(value: number): void {
    this.cells[this.#at++] = value;
  }

  /** The next cell: the list of ids that follows by `ids.push`, `count` of them. */
  putList(count: number): void {
    this.put(this.ids.length);
    this.ids.push(count);
  }

  /** Ends the row, which belongs to the district of one place. */
  endRowAt(place: number): void {
    this.#endRow();
    this.places[this.count - 1] = this.ids.length;
    this.ids.push(1);
    this.ids.push(place);
  }

  /** Ends the row, which belongs to the districts of `places[0..count)`. */
  endRowAtAll(places: Uint32Array, count: number): void {
    this.#endRow();
    this.places[this.count - 1] = this.ids.length;
    this.ids.push(count);
    for (let i = 0; i < count; i++) this.ids.push(places[i]!);
  }

  /** A copy that takes no more memory than its rows. */
  taken(): RowBlock {
    const copy = new RowBlock(this.width, this.count);
    copy.cells.set(this.cells.subarray(0, copy.cells.length));
    for (let i = 0; i < this.ids.length; i++) copy.ids.push(this.ids.data[i]!);
    copy.places.set(this.places);
    copy.count = this.count;
    return copy;
  }

  /** Appends a row of another block; `isList` says which of its cells hold positions in its `ids`. */
  copyRow(from: RowBlock, row: number, isList: readonly boolean[]): void {
    const copyList = (at: number): number => {
      const to = this.ids.length;
      for (let i = at; i <= at + from.ids.data[at]!; i++) this.ids.push(from.ids.data[i]!);
      return to;
    };
    isList.forEach((isOne, column) => {
      const cell = from.cells[row * from.width + column]!;
      this.put(isOne ? copyList(cell) : cell);
    });
    this.#endRow();
    this.places[this.count - 1] = copyList(from.places[row]!);
  }

  #endRow(): void {
    this.count++;
    if (this.#at !== this.count * this.width) throw new Error(`a row of ${this.width} cells ended at ${this.#at - (this.count - 1) * this.width}`);
  }

  clear(): void {
    this.count = 0;
    this.#at = 0;
    this.ids.length = 0;
  }
}

/** Makes rows: fills a block and yields whenever it is full; whoever takes it clears it. */
export type RowSource = Generator<RowBlock, void, void>;
