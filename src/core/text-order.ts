/** The bytewise order of many texts of a dictionary, without comparing most of them. */
import type { Dictionary } from './dictionary.js';
import { sortByKey } from './radix.js';

/**
 * Positions of the given ids in the order of the UTF-8 bytes of their texts; an id that is given twice keeps its order. Six bytes behind what all texts begin with decide for nearly all of them;
 * only those that are alike there are compared.
 */
export function textOrder(ids: Uint32Array, dictionary: Dictionary): Uint32Array {
  const count = ids.length;
  if (count < 2) return new Uint32Array(count);
  let prefix = Number.POSITIVE_INFINITY;
  for (let i = 1; i < count && prefix > 0; i++) prefix = dictionary.commonPrefix(ids[0]!, ids[i]!, prefix);
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    high[i] = dictionary.threeBytes(ids[i]!, prefix);
    low[i] = dictionary.threeBytes(ids[i]!, prefix + 3);
    order[i] = i;
  }
  sortByKey(order, 0, count, low, 0xff_ffff);
  sortByKey(order, 0, count, high, 0xff_ffff);
  const alike = (i: number, j: number): boolean => high[order[i]!] === high[order[j]!] && low[order[i]!] === low[order[j]!];
  for (let lo = 0; lo < count;) {
    let hi = lo + 1;
    while (hi < count && alike(lo, hi)) hi++;
    if (hi - lo > 1) order.subarray(lo, hi).sort((a, b) => dictionary.compare(ids[a]!, ids[b]!) || a - b);
    lo = hi;
  }
  return order;
}

/** The given ids in that order. */
export function inTextOrder(ids: Uint32Array, dictionary: Dictionary): Uint32Array {
  return textOrder(ids, dictionary).map((i) => ids[i]!);
}

/** Ranks of ids in that order, by id, from 1 on; ids that are not given have the rank 0. `size` is one more than the largest id. */
export function ranksIn(order: Uint32Array, size: number): Uint32Array {
  const ranks = new Uint32Array(size);
  order.forEach((id, rank) => (ranks[id] = rank + 1));
  return ranks;
}
