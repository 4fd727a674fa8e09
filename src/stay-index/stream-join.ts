/**
 * One question to stays that are not indexed: the visits are indexed instead, and the stays stream past them.
 *
 * Most stays are at places without a visit, or there on another day. Two tests in small tables turn them away: a bit for each key, and for each
 * visited key a ring of bits for the half bins in which some visit is under way. Neither test branches, since nobody could foresee the branch: rows are
 * written down and kept only if the bit is set. What is left is compared with the visits of its key.
 *
 * Invariants: 1. `busy` has `1 << ringWords` words for each visited key; those before the first are zero and serve every other key. 2. Bin h is bit
 * `h` modulo the ring: two bins may share a bit, so that a set bit says "perhaps" and a clear one "no".
 */
import { lowerBound } from '../core/columns.js';
import type { PackedColumns, PackedPairs } from './packed-index.js';

export interface StreamIndex {
  /** Bit k is set if key k has a visit. */
  readonly isVisited: Uint32Array;
  /** For each key: the word of `busy` at which its ring begins; 0 if it has no visit. */
  readonly ringOfKey: Uint32Array;
  readonly busy: Uint32Array;
  /** Log2 of the words of a ring. */
  readonly ringWords: number;
  /** Visits of ring r (from 1 on): `order[offsets[r - 1]..offsets[r])`, sorted by start. */
  readonly offsets: Uint32Array;
  readonly order: Uint32Array;
  /** Starts of the visits in that order, and the longest visit of each ring: a visit that began earlier is over. */
  readonly starts: Uint32Array;
  readonly longest: Uint32Array;
}

/** A bin has 2^11 seconds, about half an hour. */
const BIN_SHIFT = 11;
/** A ring has 32 bins at least; at most 1,024, which is 24 days, as long as all rings fit a cache. */
const MOST_RING_WORDS = 5;
const RING_CACHE_WORDS = 1 << 20;

/** Indexes visits for streaming. */
export function indexVisits({ key, start, end }: PackedColumns, keyCount: number, count: number = key.length): StreamIndex {
  const ringNumber = new Uint32Array(keyCount);
  const isVisited = new Uint32Array((keyCount >>> 5) + 1);
  let rings = 0;
  let first = 0xffff_ffff;
  let last = 0;
  for (let v = 0; v < count; v++) {
    const k = key[v]!;
    if (ringNumber[k] === 0) ringNumber[k] = ++rings;
    isVisited[k >>> 5]! |= 1 << (k & 31);
    if (start[v]! < first) first = start[v]!;
    if (end[v]! > last) last = end[v]!;
  }
  let ringWords = 0;
  const bins = count === 0 ? 1 : (last >>> BIN_SHIFT) - (first >>> BIN_SHIFT) + 1;
  while (ringWords < MOST_RING_WORDS && 32 << ringWords < bins && (rings + 1) << (ringWords + 1) <= RING_CACHE_WORDS) ringWords++;
  const binMask = (32 << ringWords) - 1;

  const offsets = new Uint32Array(rings + 1);
  for (let v = 0; v < count; v++) offsets[ringNumber[key[v]!]!]!++;
  for (let ring = 0; ring < rings; ring++) offsets[ring + 1]! += offsets[ring]!;
  const order = new Uint32Array(count);
  const next = offsets.slice(0, rings);
  const busy = new Uint32Array((rings + 1) << ringWords);
  const longest = new Uint32Array(rings + 1);
  for (const v of Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => start[a]! - start[b]!)) {
    const ring = ringNumber[key[v]!]!;
    order[next[ring - 1]!++] = v;
    longest[ring] = Math.max(longest[ring]!, end[v]! - start[v]!);
    const lastBin = Math.min((end[v]! - 1) >>> BIN_SHIFT, (start[v]! >>> BIN_SHIFT) + binMask);
    for (let bin = start[v]! >>> BIN_SHIFT; bin <= lastBin; bin++) busy[(ring << ringWords) + ((bin & binMask) >>> 5)]! |= 1 << (bin & 31);
  }
  for (let k = 0; k < keyCount; k++) ringNumber[k]! <<= ringWords;
  return { isVisited, ringOfKey: ringNumber, busy, ringWords, offsets, order, starts: order.map((v) => start[v]!), longest };
}

/** Rows looked at together: what is left of them stays in the nearest cache. */
const BATCH = 1 << 12;
const kept = new Uint32Array(BATCH + 1);

/**
 * Pairs of stays `lo..hi` with the visits, appended to `out` from `written` on; only counted if `out` is null. Returns the new count.
 * Same pairs as `joinInto`, ordered by stay.
 */
export function streamJoin(
  stays: PackedColumns,
  lo: number,
  hi: number,
  visits: PackedColumns,
  index: StreamIndex,
  out: PackedPairs | null,
  written: number,
): number {
  const { key, start, end, person } = stays;
  const { offsets, order, starts, longest, ringOfKey, ringWords } = index;
  let count = written;
  for (let base = lo; base < hi; base += BATCH) {
    const left = turnAway(key, start, end, base, Math.min(hi, base + BATCH), index);
    for (let i = 0; i < left; i++) {
      const row = kept[i]!;
      const ring = ringOfKey[key[row]!]! >>> ringWords;
      if (ring === 0) continue;
      const from = start[row]!;
      const to = end[row]!;
      const self = person[row]!;
      const stop = offsets[ring]!;
      for (let at = lowerBound(starts, offsets[ring - 1]!, stop, Math.max(0, from - longest[ring]!)); at < stop; at++) {
        if (starts[at]! >= to) break; // sorted: no later visit can overlap
        const v = order[at]!;
        if (visits.end[v]! <= from || visits.person[v] === self) continue;
        if (out !== null) {
          if (count === out.query.length) out.grow();
          out.query[count] = v;
          out.record[count] = row;
        }
        count++;
      }
    }
  }
  return count;
}

/** Writes into `kept` the rows `lo..hi` that may meet a visit; returns how many. */
function turnAway(
  key: Uint32Array,
  start: Uint32Array,
  end: Uint32Array,
  lo: number,
  hi: number,
  { isVisited, ringOfKey, busy, ringWords }: StreamIndex,
): number {
  let visited = 0;
  for (let row = lo; row < hi; row++) {
    kept[visited] = row;
    const k = key[row]!;
    visited += (isVisited[k >>> 5]! >>> (k & 31)) & 1;
  }
  const wordMask = (1 << ringWords) - 1;
  let left = 0;
  for (let i = 0; i < visited; i++) {
    const row = kept[i]!;
    kept[left] = row;
    const ring = ringOfKey[key[row]!]!;
    const first = start[row]! >>> BIN_SHIFT;
    const last = end[row]! >>> BIN_SHIFT;
    // Plain form: some bit from `first` to `last` is set; their words are looked at, and a stay with words between them is kept in any case.
    const fromFirst = -1 << (first & 31);
    const toLast = -1 >>> (31 - (last & 31));
    const apart = ~(((first >>> 5) ^ (last >>> 5)) - 1) >> 31; // 0 in one word, else -1
    const found =
      (busy[ring + ((first >>> 5) & wordMask)]! & fromFirst & (toLast | apart)) |
      (busy[ring + ((last >>> 5) & wordMask)]! & toLast & apart) |
      (((first >>> 5) + 1 - (last >>> 5)) >> 31);
    left += (found | -found) >>> 31;
  }
  return left;
}
