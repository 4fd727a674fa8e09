/**
 * A set of row numbers in which two rows are the same when all their columns are: finds exact duplicates without making a key per row.
 * Open addressing over row + 1, 0 = free, at most half full; hashes choose the slot, the columns decide.
 */
export class RowSet {
  #slots = new Int32Array(1 << 10);
  #size = 0;
  readonly #columns: readonly { readonly data: ArrayLike<number> }[];

  constructor(columns: readonly { readonly data: ArrayLike<number> }[]) {
    this.#columns = columns;
  }

  /** Adds a row of the columns. Returns false, and adds nothing, if an equal row is there already. */
  add(row: number): boolean {
    let mask = this.#slots.length - 1;
    let slot = this.#hash(row) & mask;
    for (let taken = this.#slots[slot]!; taken !== 0; taken = this.#slots[slot]!) {
      if (this.#same(taken - 1, row)) return false;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = row + 1;
    if (++this.#size * 2 > this.#slots.length) {
      const old = this.#slots;
      this.#slots = new Int32Array(old.length * 2);
      mask = this.#slots.length - 1;
      for (const taken of old) {
        if (taken === 0) continue;
        let free = this.#hash(taken - 1) & mask;
        while (this.#slots[free] !== 0) free = (free + 1) & mask;
        this.#slots[free] = taken;
      }
    }
    return true;
  }

  #hash(row: number): number {
    let h = 0x9e3779b9;
    for (const column of this.#columns) {
      const value = column.data[row]!;
      // Numbers above 2^32, fractions and NaN lose bits here; the columns decide, and coordinates spread by the ids beside them.
      h = Math.imul(h ^ value, 0x85ebca6b);
      h ^= h >>> 13;
    }
    return h >>> 0;
  }

  #same(a: number, b: number): boolean {
    for (const column of this.#columns) {
      const x = column.data[a]!;
      const y = column.data[b]!;
      if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false;
    }
    return true;
  }
}
