/** Items by a number, the least first. */
export class Heap<Item> {
  readonly #keys: number[] = [];
  readonly #items: Item[] = [];

  get size(): number {
    return this.#keys.length;
  }

  /** Infinity if there is none. */
  get leastKey(): number {
    return this.#keys[0] ?? Number.POSITIVE_INFINITY;
  }

  push(key: number, item: Item): void {
    const keys = this.#keys;
    const items = this.#items;
    let at = keys.length;
    keys.push(key);
    items.push(item);
    while (at > 0) {
      const above = (at - 1) >>> 1;
      if (keys[above]! <= key) break;
      keys[at] = keys[above]!;
      items[at] = items[above]!;
      at = above;
    }
    keys[at] = key;
    items[at] = item;
  }

  /** Takes the item with the least number; undefined if there is none. */
  pop(): Item | undefined {
    const keys = this.#keys;
    const items = this.#items;
    const least = items[0];
    const key = keys.pop();
    const item = items.pop();
    if (keys.length === 0) return least;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= keys.length) break;
      if (below + 1 < keys.length && keys[below + 1]! < keys[below]!) below++;
      if (keys[below]! >= key!) break;
      keys[at] = keys[below]!;
      items[at] = items[below]!;
      at = below;
    }
    keys[at] = key!;
    items[at] = item!;
    return least;
  }
}
