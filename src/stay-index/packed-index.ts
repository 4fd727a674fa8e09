/**
 * Stays packed for the join: 12 bytes each, side by side, so that a visit touches one place in memory.
 *
 * Layout: `records` holds `start, end, person` (Uint32 ×3) per stay, grouped by key and sorted by start within a key; stays of key k are records
 * `offsets[k]..offsets[k + 1]`. `reach[k]` bounds how long the stays of key k last: a stay that begins before `visitStart - reach` is over
 * when the visit begins. A few multi-day stays would spoil that bound, so that those beyond it lie in `long`, an index of the same form.
 *
 * Invariants: 1. starts ascend within a key. 2. `end - start <= reach[key]` for every record. 3. `samples[i]` is the start of record `i << SAMPLE_BITS`:
 * a search walks the samples, of which sixteen share a cache line, and only then the records.
 */

/** Columns of stays or visits; all of one length. `start < end` in seconds; `key` and `person` are dense ids. */
export interface PackedColumns {
  readonly key: Uint32Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly person: Uint32Array;
}

/** Pairs of a query and a record, in arrays that grow as needed and are used again. */
export class PackedPairs {
  query: Uint32Array;
  /** Position of the record: `rows[record]` is its row number. */
  record: Uint32Array;
  constructor(capacity: number = 1 << 12) {
    this.query = new Uint32Array(capacity);
    this.record = new Uint32Array(capacity);
  }
  grow(): void {
    const { query, record } = this;
    this.query = new Uint32Array(query.length * 2);
    this.record = new Uint32Array(query.length * 2);
    this.query.set(query);
    this.record.set(record);
  }
}

export interface PackedIndex {
  readonly records: Uint32Array;
  readonly offsets: Uint32Array;
  readonly reach: Uint32Array;
  readonly samples: Uint32Array;
  /** The stays that last longer than the reach of their key; null if there are none. Its records count on from those before it. */
  readonly long: PackedIndex | null;
  /** Position of the first record in the numbering of the whole index. */
  readonly firstRecord: number;
  /** Row number of each record, counted through `long`. */
  readonly rows: Uint32Array;
}

/** Words of a record. */
export const WORDS = 3;
const SAMPLE_BITS = 4;
/** Share of a key's stays that the reach must cover; the others are long. */
const REACH_SHARE = 0.99;
/** A key whose longest stay is at most this many times its reach needs no side list: scanning over the difference is cheaper. */
const SPOILT = 4;
const PARTITIONS = 1024;
const STAGED_WORDS = 5;

/** Bytes of an index, for each stay: records, samples and what each key needs; row numbers are apart. */
export function packedBytes(index: PackedIndex): number {
  const own = index.records.byteLength + index.samples.byteLength + index.offsets.byteLength + index.reach.byteLength;
  return own + (index.long ? packedBytes(index.long) : 0);
}

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
    const bound = 2 ** (bits - 1);
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

/** How many pairs `joinInto` finds for the first `queryCount` queries. */
export function countPairs(index: PackedIndex, queries: PackedColumns, queryCount: number = queries.key.length): number {
  return join(index, queries, queryCount, null, 0);
}

/** All pairs of a query and another person's stay under the same key that overlap by at least a second, in the order of the queries within each of index and `long`. Returns how many. */
export function joinInto(index: PackedIndex, queries: PackedColumns, out: PackedPairs, queryCount: number = queries.key.length): number {
  return join(index, queries, queryCount, out, 0);
}

/** Searches interleaved at a time, so that one waits for memory while the others go on. */
const LANES = 16;
const laneFrom = new Uint32Array(LANES);
const laneSize = new Uint32Array(LANES);

function join(index: PackedIndex, { key, start, end, person }: PackedColumns, queryCount: number, out: PackedPairs | null, written: number): number {
  const { records, offsets, reach, samples, firstRecord } = index;
  let count = written;
  for (let base = 0; base < queryCount; base += LANES) {
    const lanes = Math.min(LANES, queryCount - base);
    let longest = 0;
    for (let lane = 0; lane < lanes; lane++) {
      const k = key[base + lane]!;
      // Samples strictly inside the key's records; the first record of the key may lie before the first of them.
      const firstSample = (offsets[k]! + (1 << SAMPLE_BITS) - 1) >>> SAMPLE_BITS;
      const lastSample = (offsets[k + 1]! + (1 << SAMPLE_BITS) - 1) >>> SAMPLE_BITS;
      laneFrom[lane] = firstSample;
      laneSize[lane] = Math.max(0, lastSample - firstSample);
      if (laneSize[lane]! > longest) longest = laneSize[lane]!;
    }
    // Plain form, for each lane: from = first sample of the key whose start is at least query start - reach.
    for (; longest > 0; longest >>>= 1) {
      for (let lane = 0; lane < lanes; lane++) {
        const size = laneSize[lane]!;
        if (size === 0) continue;
        const q = base + lane;
        const half = size >>> 1;
        const from = laneFrom[lane]!;
        if (samples[from + half]! < start[q]! - reach[key[q]!]!) {
          laneFrom[lane] = from + half + 1;
          laneSize[lane] = size - half - 1;
        } else laneSize[lane] = half;
      }
    }
    for (let lane = 0; lane < lanes; lane++) {
      const q = base + lane;
      const k = key[q]!;
      const from = start[q]!;
      const to = end[q]!;
      const self = person[q]!;
      const earliest = from - reach[k]!;
      const stop = offsets[k + 1]! * WORDS;
      const sample = laneFrom[lane]!;
      let at = Math.max(offsets[k]!, sample > 0 ? (sample - 1) << SAMPLE_BITS : 0) * WORDS;
      while (at < stop && records[at]! < earliest) at += WORDS;
      for (; at < stop; at += WORDS) {
        if (records[at]! >= to) break; // sorted: no later stay can overlap
        if (records[at + 1]! <= from || records[at + 2] === self) continue;
        if (out !== null) {
          if (count === out.query.length) out.grow();
          out.query[count] = q;
          out.record[count] = firstRecord + at / WORDS;
        }
        count++;
      }
    }
  }
  return index.long === null ? count : join(index.long, { key, start, end, person }, queryCount, out, count);
}
