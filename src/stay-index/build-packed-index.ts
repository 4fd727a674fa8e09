/** Builds a packed index: 1,024 partitions of neighbouring keys, then each partition within the cache, then the long stays set apart. */
import { SAMPLE_BITS, WORDS, type PackedColumns, type PackedIndex } from './packed-index.js';

/** Share of a key's stays that the reach must cover; the others are long. */
const REACH_SHARE = 0.99;
/** A key whose longest stay is at most this many times its reach needs no side list: scanning over the difference is cheaper. */
const SPOILT = 4;
const PARTITIONS = 1024;
const STAGED_WORDS = 5;

/** Builds an index of stays in any order. Two passes: 1,024 partitions of neighbouring keys, then each partition within the cache. */
export function buildPackedIndex(columns: PackedColumns, keyCount: number): PackedIndex {
  const { key, start, end, person } = columns;
  const count = key.length;
  const shift = Math.max(0, Math.ceil(Math.log2(Math.max(1, keyCount))) - Math.log2(PARTITIONS));
  const offsets = new Uint32Array(keyCount + 1);
  for (let row = 0; row < count; row++) offsets[key[row]! + 1]!++;
  for (let k = 0; k < keyCount; k++) offsets[k + 1]! += offsets[k]!;

  // Pass 1: whole records by partition, in the order of the rows: reads and writes run forward. A partition is a run of 2^shift keys, so its
  // place is known from the offsets.
  const partitionCount = ((Math.max(1, keyCount) - 1) >>> shift) + 1;
  const first = new Uint32Array(partitionCount + 1);
  for (let p = 0; p <= partitionCount; p++) first[p] = offsets[Math.min(keyCount, p << shift)]!;
  const next = first.slice(0, partitionCount);
  const staged = new Uint32Array(count * STAGED_WORDS); // start, end, person, row, key
  for (let row = 0; row < count; row++) {
    const k = key[row]!;
    const to = next[k >>> shift]!++ * STAGED_WORDS;
    staged[to] = start[row]!;
    staged[to + 1] = end[row]!;
    staged[to + 2] = person[row]!;
    staged[to + 3] = row;
    staged[to + 4] = k;
  }

  // Pass 2: each partition by start, then by key; both sorts are stable and stay within the cache.
  let largest = 0;
  for (let p = 0; p < partitionCount; p++) largest = Math.max(largest, first[p + 1]! - first[p]!);
  const scratch = {
    order: new Uint32Array(largest),
    starts: new Uint32Array(largest),
    sorted: new Uint32Array(largest),
    sortedStarts: new Uint32Array(largest),
    counts: new Uint32Array(1 << RADIX_BITS),
  };
  const records = new Uint32Array(count * WORDS);
  const rows = new Uint32Array(count);
  const at = offsets.slice(0, keyCount);
  for (let p = 0; p < partitionCount; p++) {
    const lo = first[p]!;
    const size = first[p + 1]! - lo;
    sortByStart(staged, lo, size, scratch);
    for (let i = 0; i < size; i++) {
      const from = (lo + scratch.order[i]!) * STAGED_WORDS;
      const row = at[staged[from + 4]!]!++;
      const to = row * WORDS;
      records[to] = staged[from]!;
      records[to + 1] = staged[from + 1]!;
      records[to + 2] = staged[from + 2]!;
      rows[row] = staged[from + 3]!;
    }
  }
  return splitLong(records, offsets, rows, keyCount);
}

const RADIX_BITS = 11;

interface SortScratch {
  order: Uint32Array;
  starts: Uint32Array;
  sorted: Uint32Array;
  sortedStarts: Uint32Array;
  readonly counts: Uint32Array;
}

/** The order of `size` staged records from `lo` on by start, into `scratch.order`: least significant digit first, only over the bits that differ, not at all if sorted. */
function sortByStart(staged: Uint32Array, lo: number, size: number, scratch: SortScratch): void {
  let least = 0xffff_ffff;
  let most = 0;
  let isSorted = true;
  for (let i = 0; i < size; i++) {
    const sec = staged[(lo + i) * STAGED_WORDS]!;
    scratch.order[i] = i;
    scratch.starts[i] = sec;
    if (sec < most) isSorted = false;
    else most = sec;
    if (sec < least) least = sec;
  }
  if (isSorted) return;
  for (let bit = 0; bit < 32 && (most - least) / 2 ** bit >= 1; bit += RADIX_BITS) {
    const { order, starts, sorted, sortedStarts, counts } = scratch;
    counts.fill(0);
    for (let i = 0; i < size; i++) counts[((starts[i]! - least) >>> bit) & (counts.length - 1)]!++;
    let sum = 0;
    for (let digit = 0; digit < counts.length; digit++) {
      const here = counts[digit]!;
      counts[digit] = sum;
      sum += here;
    }
    for (let i = 0; i < size; i++) {
      const sec = starts[i]!;
      const to = counts[((sec - least) >>> bit) & (counts.length - 1)]!++;
      sorted[to] = order[i]!;
      sortedStarts[to] = sec;
    }
    scratch.order = sorted;
    scratch.starts = sortedStarts;
    scratch.sorted = order;
    scratch.sortedStarts = starts;
  }
}

/** Chooses each key's reach and moves what is longer into an index of its own. */
function splitLong(records: Uint32Array, offsets: Uint32Array, rows: Uint32Array, keyCount: number): PackedIndex {
  const firstRecord = 0;
  const reach = new Uint32Array(keyCount);
  const histogram = new Uint32Array(33); // stays by the bits of their length
  let longCount = 0;
  for (let k = 0; k < keyCount; k++) {
    const lo = offsets[k]!;
    const hi = offsets[k + 1]!;
    if (lo === hi) continue;
    histogram.fill(0);
    let longest = 0;
    for (let r = lo; r < hi; r++) {
      const length = records[r * WORDS + 1]! - records[r * WORDS]!;
      histogram[32 - Math.clz32(length)]!++;
      if (length > longest) longest = length;
    }
    let covered = 0;
    let bits = 0;
    while (covered < (hi - lo) * REACH_SHARE) covered += histogram[bits++]!;
    const bound = 2 ** (bits - 1) - 1; // the longest that fewer bits can hold: what was counted as covered is just what is kept
    const isSpoilt = longest > bound * SPOILT;
    reach[k] = isSpoilt ? bound : longest;
    if (isSpoilt) longCount += hi - lo - covered;
  }
  // Where no key is spoilt, as in most data, nothing is moved.
  if (longCount === 0) return { records, offsets, reach, samples: sampleStarts(records), long: null, firstRecord, rows };

  const kept = records.length / WORDS - longCount;
  const longRecords = new Uint32Array(longCount * WORDS);
  const longOffsets = new Uint32Array(keyCount + 1);
  const longRows = new Uint32Array(longCount);
  const longReach = new Uint32Array(keyCount);
  let to = 0;
  let longTo = 0;
  for (let k = 0; k < keyCount; k++) {
    const lo = offsets[k]!;
    const hi = offsets[k + 1]!;
    offsets[k] = to;
    longOffsets[k] = longTo;
    for (let r = lo; r < hi; r++) {
      const length = records[r * WORDS + 1]! - records[r * WORDS]!;
      if (length > reach[k]!) {
        longRecords.set(records.subarray(r * WORDS, r * WORDS + WORDS), longTo * WORDS);
        longRows[longTo++] = rows[r]!;
        if (length > longReach[k]!) longReach[k] = length;
        continue;
      }
      records.copyWithin(to * WORDS, r * WORDS, r * WORDS + WORDS);
      rows[to++] = rows[r]!;
    }
  }
  offsets[keyCount] = to;
  longOffsets[keyCount] = longTo;
  rows.set(longRows, kept);
  const long = { records: longRecords, offsets: longOffsets, reach: longReach, samples: sampleStarts(longRecords), long: null, firstRecord: kept, rows };
  const own = records.slice(0, kept * WORDS);
  return { records: own, offsets, reach, samples: sampleStarts(own), long, firstRecord, rows };
}

function sampleStarts(records: Uint32Array): Uint32Array {
  const count = Math.ceil(records.length / WORDS / 2 ** SAMPLE_BITS);
  const samples = new Uint32Array(count);
  for (let i = 0; i < count; i++) samples[i] = records[(i << SAMPLE_BITS) * WORDS]!;
  return samples;
}
