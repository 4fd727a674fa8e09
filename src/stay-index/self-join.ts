/** Everyone with everyone: all pairs of stays of two people under one key that overlap. */
import { WORDS, type PackedIndex } from './packed-index.js';

/** Takes a block of pairs: positions of records, `a[i]` with `b[i]` for i below `count`. The arrays are used again after it returns. */
export type PairBlock = (a: Uint32Array, b: Uint32Array, count: number) => void;

/** Pairs handed over at a time. */
const BLOCK = 1 << 14;

/**
 * Finds each pair once, key by key: a scan forward from each stay until the next one starts after its end. Returns how many there are.
 * Long stays, which lie in an index of their own, meet those there and those here.
 */
export function selfJoin(index: PackedIndex, onBlock: PairBlock): number {
  const a = new Uint32Array(BLOCK);
  const b = new Uint32Array(BLOCK);
  let total = 0;
  let count = 0;
  const { records, offsets, long } = index;
  for (let key = 0; key + 1 < offsets.length; key++) {
    const stop = offsets[key + 1]! * WORDS;
    for (let i = offsets[key]! * WORDS; i < stop; i += WORDS) {
      const end = records[i + 1]!;
      const person = records[i + 2]!;
      for (let j = i + WORDS; j < stop && records[j]! < end; j += WORDS) {
        if (records[j + 2] === person) continue;
        a[count] = i / WORDS;
        b[count++] = j / WORDS;
        if (count === BLOCK) {
          onBlock(a, b, count);
          total += count;
          count = 0;
        }
      }
    }
    if (long === null) continue;
    for (let i = long.offsets[key]! * WORDS; i < long.offsets[key + 1]! * WORDS; i += WORDS) {
      const [start, end, person] = [long.records[i]!, long.records[i + 1]!, long.records[i + 2]!];
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
