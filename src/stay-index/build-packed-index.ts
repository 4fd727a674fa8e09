/**
 * Builds a packed index in two passes, each in blocks that several threads may share. Pass 1 writes whole records by partition: up to 1,024 runs of
 * neighbouring keys, each small enough for a cache. Pass 2 sorts each partition by key and start. Both keep the order of the rows where keys and
 * starts are equal, so that the index is the same however the rows were cut into ranges and whoever did them.
 *
 * A partition is written into the very place where its sorted records will stand, so that no second copy of all records is ever needed.
 */
import { alone, type Crew, type Job } from '../core/crew.js';
import { runSync, type Steps } from '../core/steps.js';
import { WORDS, type PackedColumns, type PackedIndex } from './packed-index.js';
import { REACH_SHARE, SPOILT, splitLong } from './split-long.js';

const PARTITION_BITS = 10;
/** A range of rows for each so many rows, but no more than this: the first pass has a counter for each partition in each range. */
const RANGE_ROWS = 1 << 20;
const MOST_RANGES = 64;
/** Partitions that a thread takes at a time. */
const BLOCK_PARTITIONS = 4;
/** Nanoseconds a stay that a pass takes on one thread: measured, and only to decide whether threads pay. */
const COUNT_NS = 1;
const SCATTER_NS = 25;
const SORT_NS = 30;

/** What the passes share. All arrays are the crew's. */
interface Build extends PackedColumns {
  readonly keyCount: number;
  /** Partition p holds the keys `p << shift` to `(p + 1) << shift`. */
  readonly shift: number;
  readonly partitions: number;
  readonly ranges: number;
  /** Rows of range r in partition p, at `r * partitions + p`; then where the range's next record of it goes. */
  readonly next: Uint32Array;
  /** First record of each partition. */
  readonly first: Uint32Array;
  readonly records: Uint32Array;
  readonly rows: Uint32Array;
  /** Key of each record within its partition, before pass 2. */
  readonly staged: Uint16Array | Uint32Array;
  readonly offsets: Uint32Array;
  readonly reach: Uint32Array;
  /** Long stays in each partition. */
  readonly longs: Uint32Array;
}

/** Builds an index of stays in any order, on this thread alone. */
export function buildPackedIndex(columns: PackedColumns, keyCount: number): PackedIndex {
  return runSync(buildPackedIndexWith(alone, columns, keyCount));
}

/** The same with the threads of a crew, whose arrays the columns must be if they are not to be copied. */
export function* buildPackedIndexWith(crew: Crew, columns: PackedColumns, keyCount: number): Steps<PackedIndex> {
  const { key, start, end, person } = columns;
  const count = key.length;
  const shift = Math.max(0, Math.ceil(Math.log2(Math.max(1, keyCount))) - PARTITION_BITS);
  const partitions = ((Math.max(1, keyCount) - 1) >>> shift) + 1;
  const ranges = Math.min(MOST_RANGES, Math.ceil(count / RANGE_ROWS));
  const build: Build = {
    key,
    start,
    end,
    person,
    keyCount,
    shift,
    partitions,
    ranges,
    next: crew.words(ranges * partitions),
    first: crew.words(partitions + 1),
    records: crew.words(count * WORDS),
    rows: crew.words(count),
    staged: shift <= 16 ? crew.halfWords(count) : crew.words(count),
    offsets: crew.words(keyCount + 1),
    reach: crew.words(keyCount),
    longs: crew.words(partitions),
  };
  const ms = count / 1e6;
  yield* crew.run(countJob, build, ranges, ms * COUNT_NS);
  const { next, first } = build;
  for (let p = 0, sum = 0; p < partitions; p++) {
    first[p] = sum;
    for (let at = p; at < next.length; at += partitions) {
      const here = next[at]!;
      next[at] = sum;
      sum += here;
    }
    first[p + 1] = sum;
  }
  yield* crew.run(scatterJob, build, ranges, ms * SCATTER_NS);
  yield* crew.run(sortJob, build, Math.ceil(partitions / BLOCK_PARTITIONS), ms * SORT_NS);
  build.offsets[keyCount] = count;
  const longCount = build.longs.reduce((sum, each) => sum + each, 0);
  return splitLong(crew, build, longCount);
}

const boundsOf = ({ key, ranges }: Build, range: number): [number, number] => [
  Math.floor((key.length / ranges) * range),
  Math.floor((key.length / ranges) * (range + 1)),
];

/** How many rows of each range belong to each partition. */
export const countJob: Job<Build, null> = {
  name: 'build-count',
  start: (build) => ({
    run: (range) => {
      const { key, shift, partitions } = build;
      const [lo, hi] = boundsOf(build, range);
      const counts = build.next.subarray(range * partitions, (range + 1) * partitions);
      for (let row = lo; row < hi; row++) counts[key[row]! >>> shift]!++;
    },
    finish: () => null,
  }),
};

/** Pass 1: the records of a range of rows, each into its partition. */
export const scatterJob: Job<Build, null> = {
  name: 'build-scatter',
  start: (build) => ({
    run: (range) => {
      const { key, start, end, person, shift, partitions, records, rows, staged } = build;
      const [lo, hi] = boundsOf(build, range);
      const next = build.next.subarray(range * partitions, (range + 1) * partitions);
      const mask = 2 ** shift - 1;
      for (let row = lo; row < hi; row++) {
        const k = key[row]!;
        const to = next[k >>> shift]!++;
        const word = to * WORDS;
        records[word] = start[row]!;
        records[word + 1] = end[row]!;
        records[word + 2] = person[row]!;
        rows[to] = row;
        staged[to] = k & mask;
      }
    },
    finish: () => null,
  }),
};

/** Pass 2: some partitions, each sorted in place, with the offsets and the reach of its keys. */
export const sortJob: Job<Build, null> = {
  name: 'build-sort',
  start: (build) => {
    const { first, partitions } = build;
    let largest = 0;
    for (let p = 0; p < partitions; p++) largest = Math.max(largest, first[p + 1]! - first[p]!);
    const scratch: Scratch = {
      order: new Uint32Array(largest),
      starts: new Uint32Array(largest),
      sorted: new Uint32Array(largest),
      sortedStarts: new Uint32Array(largest),
      records: new Uint32Array(largest * WORDS),
      rows: new Uint32Array(largest),
      keys: new Uint32Array(largest),
      counts: new Uint32Array(1 << RADIX_BITS),
      next: new Uint32Array(2 ** build.shift + 1),
      lengths: new Uint32Array(33),
    };
    return {
      run: (block) => {
        const hi = Math.min(partitions, (block + 1) * BLOCK_PARTITIONS);
        for (let p = block * BLOCK_PARTITIONS; p < hi; p++) sortPartition(build, p, scratch);
      },
      finish: () => null,
    };
  },
};

interface Scratch {
  order: Uint32Array;
  starts: Uint32Array;
  sorted: Uint32Array;
  sortedStarts: Uint32Array;
  readonly records: Uint32Array;
  readonly rows: Uint32Array;
  readonly keys: Uint32Array;
  readonly counts: Uint32Array;
  readonly next: Uint32Array;
  readonly lengths: Uint32Array;
}

function sortPartition(build: Build, p: number, scratch: Scratch): void {
  const { first, shift, keyCount, offsets, staged } = build;
  const lo = first[p]!;
  const size = first[p + 1]! - lo;
  const firstKey = p * 2 ** shift;
  const keys = Math.min(keyCount - firstKey, 2 ** shift);
  const { next } = scratch;
  scratch.records.set(build.records.subarray(lo * WORDS, (lo + size) * WORDS));
  scratch.rows.set(build.rows.subarray(lo, lo + size));
  next.fill(0);
  for (let i = 0; i < size; i++) {
    const k = staged[lo + i]!;
    scratch.keys[i] = k;
    next[k + 1]!++;
  }
  next[0] = lo;
  for (let k = 0; k < keys; k++) {
    offsets[firstKey + k] = next[k]!;
    next[k + 1]! += next[k]!;
  }
  sortByStart(size, scratch);
  const { order, records, rows, keys: keyOf } = scratch;
  for (let i = 0; i < size; i++) {
    const from = order[i]!;
    const to = next[keyOf[from]!]!++;
    build.records[to * WORDS] = records[from * WORDS]!;
    build.records[to * WORDS + 1] = records[from * WORDS + 1]!;
    build.records[to * WORDS + 2] = records[from * WORDS + 2]!;
    build.rows[to] = rows[from]!;
  }
  let long = 0;
  for (let k = 0, from = lo; k < keys; k++) {
    const to = next[k]!;
    if (from < to) long += chooseReach(build, firstKey + k, from, to, scratch.lengths);
    from = to;
  }
  build.longs[p] = long;
}

/** Chooses the reach of a key from its records; returns how many of them are longer. */
function chooseReach({ records, reach }: Build, key: number, lo: number, hi: number, lengths: Uint32Array): number {
  lengths.fill(0); // stays by the bits of their length
  let longest = 0;
  for (let r = lo; r < hi; r++) {
    const length = records[r * WORDS + 1]! - records[r * WORDS]!;
    lengths[32 - Math.clz32(length)]!++;
    if (length > longest) longest = length;
  }
  let covered = 0;
  let bits = 0;
  while (covered < (hi - lo) * REACH_SHARE) covered += lengths[bits++]!;
  const bound = 2 ** (bits - 1) - 1; // the longest that fewer bits can hold: what was counted as covered is just what is kept
  const isSpoilt = longest > bound * SPOILT;
  reach[key] = isSpoilt ? bound : longest;
  return isSpoilt ? hi - lo - covered : 0;
}

const RADIX_BITS = 11;

/** The order of the first `size` scratch records by start, into `scratch.order`: least significant digit first, only over the bits that differ, not at all if sorted. */
function sortByStart(size: number, scratch: Scratch): void {
  let least = 0xffff_ffff;
  let most = 0;
  let isSorted = true;
  for (let i = 0; i < size; i++) {
    const sec = scratch.records[i * WORDS]!;
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
