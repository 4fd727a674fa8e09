/**
 * A set of row numbers in which two rows are the same when all their columns are: finds exact duplicates without making a key per row.
 * Open addressing over pairs `hash, row + 1`, 0 = free, at most 5/8 full; hashes choose the slot, the columns decide. The hash has a random seed.
 */
export class RowSet {
  #slots = new Uint32Array(1 << 11);
  #size = 0;
  // Of the rows from `#preparedFrom` on: their hashes, and the slot that each takes or in which an equal hash stands.
  #hashes = new Uint32Array(64);
  #slotOf = new Uint32Array(64);
  #preparedFrom = 0;
  readonly #columns: readonly { readonly data: ArrayLike<number> }[];
  readonly #seed = (Math.random() * 2 ** 32) | 0;

  constructor(columns: readonly { readonly data: ArrayLike<number> }[]) {
    this.#columns = columns;
  }

  /** Adds a row of the columns. Returns false, and adds nothing, if an equal row is there already. */
  add(row: number): boolean {
    this.prepare(row, row + 1);
    return this.addPrepared(row, row, 0);
  }

  /** Makes rows `lo..hi` of the columns ready for `addPrepared`: column by column, with the memory of their slots asked for at once. */
  prepare(lo: number, hi: number): void {
    const count = hi - lo;
    this.#preparedFrom = lo;
    if (count > this.#hashes.length) {
      this.#hashes = new Uint32Array(count * 2);
      this.#slotOf = new Uint32Array(count * 2);
    }
    const hashes = this.#hashes;
    hashes.fill(this.#seed, 0, count);
    for (const { data } of this.#columns) mixInto(hashes, data, lo, count);
    while ((this.#size + count) * 16 > this.#slots.length * 5) this.#widen();
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i]!;
      let slot = (hash << 1) & last;
      while (slots[slot] !== hash && slots[slot + 1] !== 0) slot = (slot + 2) & last;
      this.#slotOf[i] = slot;
    }
  }

  /**
   * Adds the prepared row that lies at `prepared` and is to be row `prepared - shift`, as are the rows from `lo` on that were added before it and
   * were not moved yet. Returns false, and adds nothing, if an equal row is there already.
   */
  addPrepared(prepared: number, lo: number, shift: number): boolean {
    const hash = this.#hashes[prepared - this.#preparedFrom]!;
    const slots = this.#slots;
    const last = slots.length - 1;
    let slot = this.#slotOf[prepared - this.#preparedFrom]!;
    for (let taken = slots[slot + 1]!; taken !== 0; taken = slots[slot + 1]!) {
      if (slots[slot] === hash && this.#same(taken > lo ? taken - 1 + shift : taken - 1, prepared)) return false;
      slot = (slot + 2) & last;
    }
    slots[slot] = hash;
    slots[slot + 1] = prepared - shift + 1;
    this.#size++;
    return true;
  }

  #widen(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    const last = slots.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let slot = (old[from]! << 1) & last;
      while (slots[slot + 1] !== 0) slot = (slot + 2) & last;
      slots[slot] = old[from]!;
      slots[slot + 1] = old[from + 1]!;
    }
    this.#slots = slots;
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

function mixInto(hashes: Uint32Array, data: ArrayLike<number>, lo: number, count: number): void {
  for (let i = 0; i < count; i++) {
    // Numbers above 2^32, fractions and NaN lose bits here; the columns decide, and coordinates spread by the ids beside them.
    let h = Math.imul(hashes[i]! ^ data[lo + i]!, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    hashes[i] = h ^ (h >>> 16);
  }
}
