/**
 * The check-ins of a few people side by side, in the order of the people: where they lie in the log, those of one person are far apart, and each would be
 * waited for by itself. Copied column by column, many are waited for at once.
 */

/** Check-ins of a window, unless one person has more. */
const WINDOW = 8192;

/** Columns of check-ins, as the table of inputs has them: person, place, time, check-out, run, carriage, seat. */
export type ScanColumns = readonly Uint32Array[];

export class ScanWindow {
  /** Where in the order the window begins, and where it ends. */
  from = 0;
  to = 0;
  readonly place: Uint32Array;
  readonly time: Uint32Array;
  readonly checkOut: Uint32Array;
  readonly run: Uint32Array;
  readonly carriage: Uint32Array;
  readonly seat: Uint32Array;
  /** Most check-ins that fit. */
  readonly size: number;
  /** Columns of the log and of the window, without those that say nothing: they stay 0. */
  readonly #pairs: readonly (readonly [Uint32Array, Uint32Array])[];
  readonly #order: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #earlier: (a: number, b: number) => number;

  /** @param order - rows by person: those of person p lie from `offsets[p]` to `offsets[p + 1]`. @param earlier - the order of the rows of one person. */
  constructor(columns: ScanColumns, order: Uint32Array, offsets: Uint32Array, earlier: (a: number, b: number) => number) {
    let longest = 0;
    for (let p = 0; p + 1 < offsets.length; p++) longest = Math.max(longest, offsets[p + 1]! - offsets[p]!);
    this.size = Math.max(longest, Math.min(WINDOW, order.length));
    this.#order = order;
    this.#offsets = offsets;
    this.#earlier = earlier;
    const [, place, time, checkOut, run, carriage, seat] = columns as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    const column = (): Uint32Array => new Uint32Array(this.size);
    const pairs = [
      [place, (this.place = column())],
      [time, (this.time = column())],
      [checkOut, (this.checkOut = column())],
      [run, (this.run = column())],
      [carriage, (this.carriage = column())],
      [seat, (this.seat = column())],
    ] as const;
    this.#pairs = pairs.filter(([from]) => hasValue(from, order.length));
  }

  /** Puts the rows of a person in order and brings them into the window, with those of as many people behind as there is room for. */
  show(someone: number): void {
    const lo = this.#offsets[someone]!;
    const hi = this.#offsets[someone + 1]!;
    if (hi > this.to) {
      let last = someone + 1;
      while (last + 1 < this.#offsets.length && this.#offsets[last + 1]! - lo <= this.size) last++;
      this.from = lo;
      this.to = this.#offsets[last]!;
      this.#copy(lo, this.to);
    }
    // Logs are in time order for the most part: then the rows of a person are too.
    const { time, from } = this;
    for (let at = lo + 1 - from; at < hi - from; at++) {
      if (time[at]! > time[at - 1]!) continue;
      this.#order.subarray(lo, hi).sort(this.#earlier);
      return this.#copy(lo, hi);
    }
  }

  #copy(lo: number, hi: number): void {
    const rows = this.#order.subarray(lo, hi);
    for (const [from, into] of this.#pairs) gather(from, rows, into, lo - this.from);
  }
}

function hasValue(column: Uint32Array, length: number): boolean {
  for (let row = 0; row < length; row++) if (column[row] !== 0) return true;
  return false;
}

function gather(column: Uint32Array, rows: Uint32Array, into: Uint32Array, at: number): void {
  for (let i = 0; i < rows.length; i++) into[at + i] = column[rows[i]!]!;
}
