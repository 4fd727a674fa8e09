/** Whole numbers from 0 to 2^32 - 2 to positions 0, 1, 2 … in the order of first sight. Open addressing in typed arrays: a `Map` takes ten times the memory. */
export class NumberMap {
  #keys: Uint32Array = new Uint32Array(1 << 10).fill(FREE);
  #positions: Uint32Array = new Uint32Array(1 << 10);
  size = 0;

  /** The position of a number, new if it was not seen before. */
  add(number: number): number {
    if (this.size * 2 >= this.#keys.length) this.#grow();
    const slot = this.#slot(number);
    if (this.#keys[slot] === FREE) {
      this.#keys[slot] = number;
      this.#positions[slot] = this.size++;
    }
    return this.#positions[slot]!;
  }

  /** The position of a number, or -1. */
  find(number: number): number {
    const slot = this.#slot(number);
    return this.#keys[slot] === FREE ? -1 : this.#positions[slot]!;
  }

  #slot(number: number): number {
    const mask = this.#keys.length - 1;
    let slot = Math.imul(number ^ (number >>> 15), 0x2c1b3c6d);
    slot = (slot ^ (slot >>> 13)) & mask;
    while (this.#keys[slot] !== FREE && this.#keys[slot] !== number) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, positions] = [this.#keys, this.#positions];
    this.#keys = new Uint32Array(keys.length * 2).fill(FREE);
    this.#positions = new Uint32Array(keys.length * 2);
    for (const [i, key] of keys.entries()) {
      if (key === FREE) continue;
      const slot = this.#slot(key);
      this.#keys[slot] = key;
      this.#positions[slot] = positions[i]!;
    }
  }
}

const FREE = 0xffff_ffff;
