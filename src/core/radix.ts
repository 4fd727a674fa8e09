/** Stable sorting by whole numbers, without a comparison for each pair: what brings columns into the order of a list. */

/** Below so many items, sorting by insertion is quickest; below the second bound, digits of 8 bits; above it, of 11. */
const FEW = 24;
const MANY = 1 << 13;

let scratch: Uint32Array = new Uint32Array(1 << 10);
const counts = new Uint32Array(1 << 11);

/** Sorts `order[lo..hi)` by `keys[order[i]]`, ascending; equal keys stay as they are. Keys are whole numbers up to `most`, below 2^32. */
export function sortByKey(order: Uint32Array, lo: number, hi: number, keys: Uint32Array, most: number): void {
  const count = hi - lo;
  if (count <= FEW) {
    insert(order, lo, hi, keys);
    return;
  }
  const bits = count < MANY ? 8 : 11;
  if (scratch.length < count) scratch = new Uint32Array(Math.max(count, scratch.length * 2));
  let from = order;
  let fromLo = lo;
  let to = scratch;
  let toLo = 0;
  for (let shift = 0; shift < 32 && (shift === 0 || most >>> shift > 0); shift += bits) {
    spread(from, fromLo, count, to, toLo, keys, shift, bits);
    [from, to] = [to, from];
    [fromLo, toLo] = [toLo, fromLo];
  }
  if (from !== order) order.set(from.subarray(0, count), lo);
}

/** One pass by one digit. */
function spread(from: Uint32Array, fromLo: number, count: number, to: Uint32Array, toLo: number, keys: Uint32Array, shift: number, bits: number): void {
  const mask = (1 << bits) - 1;
  counts.fill(0, 0, mask + 1);
  for (let i = 0; i < count; i++) counts[(keys[from[fromLo + i]!]! >>> shift) & mask]!++;
  let sum = toLo;
  for (let digit = 0; digit <= mask; digit++) {
    const here = counts[digit]!;
    counts[digit] = sum;
    sum += here;
  }
  for (let i = 0; i < count; i++) {
    const item = from[fromLo + i]!;
    to[counts[(keys[item]! >>> shift) & mask]!++] = item;
  }
}

function insert(order: Uint32Array, lo: number, hi: number, keys: Uint32Array): void {
  for (let i = lo + 1; i < hi; i++) {
    const item = order[i]!;
    const key = keys[item]!;
    let at = i;
    for (; at > lo && keys[order[at - 1]!]! > key; at--) order[at] = order[at - 1]!;
    order[at] = item;
  }
}

/** Makes sure that an array holds `count` items; what was in it may be gone. */
export function roomFor(array: Uint32Array, count: number): Uint32Array {
  return array.length >= count ? array : new Uint32Array(Math.max(count, array.length * 2));
}
