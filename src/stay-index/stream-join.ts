/**
 * One question to stays that are not indexed: the visits are indexed instead, and the stays stream past them.
 *
 * Most stays are at places without a visit, or there on another day. Two tests in small tables turn them away: a bit for each key, and for each
 * visited key a map of the hours in which some visit is under way. What is left is compared with the visits of its key.
 */
import { lowerBound } from '../core/columns.js';
import type { PackedColumns, PackedPairs } from './packed-index.js';

export interface StreamIndex {
  /** For each key: 1 + its position among the visited keys, or 0. */
  readonly slotOfKey: Uint32Array;
  /** Visits of slot s: `order[offsets[s]..offsets[s + 1])`, sorted by start. */
  readonly offsets: Uint32Array;
  readonly order: Uint32Array;
  /** Starts of the visits in that order, and the longest visit of each slot: a visit that began earlier is over. */
  readonly starts: Uint32Array;
  readonly longest: Uint32Array;
  /** Bit h of slot s: some visit is under way in the h-th bin from `originSec` on; `wordsPerSlot` words for each slot. */
  readonly busy: Uint32Array;
  readonly wordsPerSlot: number;
  readonly originSec: number;
  readonly binShift: number;
}

const MOST_BINS = 2048;

/** Indexes visits for streaming. */
export function indexVisits({ key, start, end }: PackedColumns, keyCount: number): StreamIndex {
  const slotOfKey = new Uint32Array(keyCount);
  let slots = 0;
  let origin = 0xffff_ffff;
  let last = 0;
  for (let v = 0; v < key.length; v++) {
    if (slotOfKey[key[v]!] === 0) slotOfKey[key[v]!] = ++slots;
    if (start[v]! < origin) origin = start[v]!;
    if (end[v]! > last) last = end[v]!;
  }
  const offsets = new Uint32Array(slots + 1);
  for (let v = 0; v < key.length; v++) offsets[slotOfKey[key[v]!]!]!++;
  for (let slot = 0; slot < slots; slot++) offsets[slot + 1]! += offsets[slot]!;
  const order = new Uint32Array(key.length);
  const next = offsets.slice(0, slots);
  for (const v of Uint32Array.from(key.keys()).sort((a, b) => start[a]! - start[b]!)) order[next[slotOfKey[key[v]!]! - 1]!++] = v;

  let binShift = 10; // about a quarter of an hour, or more where the visits span a long time
  while ((last - origin) >>> binShift >= MOST_BINS) binShift++;
  const wordsPerSlot = key.length === 0 ? 1 : (((last - origin) >>> binShift) >>> 5) + 1;
  const busy = new Uint32Array(slots * wordsPerSlot);
  for (let v = 0; v < key.length; v++) {
    const base = (slotOfKey[key[v]!]! - 1) * wordsPerSlot;
    const to = (end[v]! - 1 - origin) >>> binShift;
    for (let bin = (start[v]! - origin) >>> binShift; bin <= to; bin++) busy[base + (bin >>> 5)]! |= 1 << (bin & 31);
  }
  const longest = new Uint32Array(slots);
  for (let v = 0; v < key.length; v++) {
    const slot = slotOfKey[key[v]!]! - 1;
    longest[slot] = Math.max(longest[slot]!, end[v]! - start[v]!);
  }
  return { slotOfKey, offsets, order, starts: order.map((v) => start[v]!), longest, busy, wordsPerSlot, originSec: origin, binShift };
}

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
  const { slotOfKey, offsets, order, starts, longest, busy, wordsPerSlot, originSec, binShift } = index;
  const lastSec = originSec + (wordsPerSlot * 32 * 2 ** binShift - 1);
  let count = written;
  for (let row = lo; row < hi; row++) {
    const slot = slotOfKey[key[row]!]! - 1;
    if (slot < 0) continue; // nobody visited this place
    const from = start[row]!;
    const to = end[row]!;
    if (to <= originSec || from > lastSec) continue;
    const firstBin = from <= originSec ? 0 : (from - originSec) >>> binShift;
    const lastBin = ((to > lastSec ? lastSec : to - 1) - originSec) >>> binShift;
    const base = slot * wordsPerSlot;
    let isBusy = false;
    for (let bin = firstBin; bin <= lastBin; bin++) {
      if ((busy[base + (bin >>> 5)]! & (1 << (bin & 31))) === 0) continue;
      isBusy = true;
      break;
    }
    if (!isBusy) continue;
    const stop = offsets[slot + 1]!;
    for (let i = lowerBound(starts, offsets[slot]!, stop, Math.max(0, from - longest[slot]!)); i < stop; i++) {
      if (starts[i]! >= to) break; // sorted: no later visit can overlap
      const v = order[i]!;
      if (visits.end[v]! <= from || visits.person[v] === person[row]) continue;
      if (out !== null) {
        if (count === out.query.length) out.grow();
        out.query[count] = v;
        out.record[count] = row;
      }
      count++;
    }
  }
  return count;
}
