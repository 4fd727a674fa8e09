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
  /** Whether other threads see the arrays. */
  readonly isShared: boolean;
  constructor(capacity: number = 1 << 12, isShared = false) {
    this.isShared = isShared;
    this.query = this.#words(capacity);
    this.record = this.#words(capacity);
  }
  grow(): void {
    const { query, record } = this;
    this.query = this.#words(query.length * 2);
    this.record = this.#words(query.length * 2);
    this.query.set(query);
    this.record.set(record);
  }
  #words(length: number): Uint32Array {
    return this.isShared ? new Uint32Array(new SharedArrayBuffer(length * 4)) : new Uint32Array(length);
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
/** A sample for every 2^4 records. */
export const SAMPLE_BITS = 4;

/** Bytes of an index, for each stay: records, samples and what each key needs; row numbers are apart. */
export function packedBytes(index: PackedIndex): number {
  const own = index.records.byteLength + index.samples.byteLength + index.offsets.byteLength + index.reach.byteLength;
  return own + (index.long ? packedBytes(index.long) : 0);
}

/** How many pairs `joinInto` finds for the first `queryCount` queries. */
export function countPairs(index: PackedIndex, queries: PackedColumns, queryCount: number = queries.key.length): number {
  return joinRange(index, queries, 0, queryCount, null, 0);
}

/** All pairs of a query and another person's stay under the same key that overlap by at least a second, in the order of the queries within each of index and `long`. Returns how many. */
export function joinInto(index: PackedIndex, queries: PackedColumns, out: PackedPairs, queryCount: number = queries.key.length): number {
  return joinRange(index, queries, 0, queryCount, out, 0);
}

/** Searches interleaved at a time, so that one waits for memory while the others go on. */
const LANES = 16;
const laneFrom = new Uint32Array(LANES);
const laneSize = new Uint32Array(LANES);

/** Pairs of the queries `lo..hi`, appended to `out` from `written` on; only counted if `out` is null. Returns the new count. */
export function joinRange(
  index: PackedIndex,
  { key, start, end, person }: PackedColumns,
  lo: number,
  hi: number,
  out: PackedPairs | null,
  written: number,
): number {
  const { records, offsets, reach, samples, firstRecord } = index;
  let count = written;
  for (let base = lo; base < hi; base += LANES) {
    const lanes = Math.min(LANES, hi - base);
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
  return index.long === null ? count : joinRange(index.long, { key, start, end, person }, lo, hi, out, count);
}
