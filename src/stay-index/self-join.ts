/** Everyone with everyone: all pairs of stays of two people under one key that overlap. */
import { WORDS, type PackedIndex } from './packed-index.js';

/** Takes a block of pairs: positions of records, `a[i]` with `b[i]` for i below `count`. The arrays are used again after it returns. */
export type PairBlock = (a: Uint32Array, b: Uint32Array, count: number) => void;

/** Pairs handed over at a time: both columns stay in the nearest cache. */
const BLOCK = 1 << 11;

/**
 * Finds each pair of the keys `lo..hi` once, key by key: a scan forward from each stay until the next one starts after its end. Returns how many
 * there are. Long stays, which lie in an index of their own, meet those there and those here.
 */
export function selfJoin(index: PackedIndex, onBlock: PairBlock, lo = 0, hi: number = index.offsets.length - 1): number {
  const a = new Uint32Array(BLOCK);
  const b = new Uint32Array(BLOCK);
  let total = 0;
  let count = 0;
  const { records, offsets, long } = index;
  for (let key = lo; key < hi; key++) {
    const stop = offsets[key + 1]!;
    for (let i = offsets[key]!; i < stop; i++) {
      const end = records[i * WORDS + 1]!;
      const person = records[i * WORDS + 2]!;
      let j = i + 1;
      let at = j * WORDS;
      // Plain form: while (j < stop && records[at] < end) { if (records[at + 2] !== person) emit(i, j); j++; at += WORDS; }
      for (;;) {
        // Every pair is written, and counted only if it is one: no branch depends on the person. Four at a time while the last of them overlaps.
        const room = Math.min(stop, j + BLOCK - count);
        for (; j + 3 < room && records[at + 3 * WORDS]! < end; j += 4, at += 4 * WORDS) {
          a[count] = i;
          b[count] = j;
          count += records[at + 2] !== person ? 1 : 0;
          a[count] = i;
          b[count] = j + 1;
          count += records[at + WORDS + 2] !== person ? 1 : 0;
          a[count] = i;
          b[count] = j + 2;
          count += records[at + 2 * WORDS + 2] !== person ? 1 : 0;
          a[count] = i;
          b[count] = j + 3;
          count += records[at + 3 * WORDS + 2] !== person ? 1 : 0;
        }
        for (; j < room && records[at]! < end; j++, at += WORDS) {
          a[count] = i;
          b[count] = j;
          count += records[at + 2] !== person ? 1 : 0;
        }
        if (j < room || j === stop) break;
        onBlock(a, b, count);
        total += count;
        count = 0;
      }
      if (count < BLOCK) continue;
      onBlock(a, b, count);
      total += count;
      count = 0;
    }
    if (long === null) continue;
    for (let i = long.offsets[key]! * WORDS; i < long.offsets[key + 1]! * WORDS; i += WORDS) {
      const start = long.records[i]!;
      const end = long.records[i + 1]!;
      const person = long.records[i + 2]!;
      for (const other of [long, index]) {
        const last = other.offsets[key + 1]! * WORDS;
        for (let j = other === long ? i + WORDS : other.offsets[key]! * WORDS; j < last && other.records[j]! < end; j += WORDS) {
          if (other.records[j + 1]! <= start || other.records[j + 2] === person) continue;
          a[count] = long.firstRecord + i / WORDS;
          b[count++] = other.firstRecord + j / WORDS;
          if (count < BLOCK) continue;
          onBlock(a, b, count);
          total += count;
          count = 0;
        }
      }
    }
  }
  if (count > 0) onBlock(a, b, count);
  return total + count;
}
