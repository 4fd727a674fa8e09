/** Typed arrays that grow by doubling: the storage of every table. Fresh memory is costly, so nothing is copied more often than needed. */

const FIRST_CAPACITY = 64;

/** A growing column of whole numbers from 0 to 2^32 - 1. Rows are `data[0..length)`; what lies behind is unspecified. */
export class U32Column {
  data: Uint32Array;
  length = 0;
  constructor(capacity: number = FIRST_CAPACITY) {
    this.data = new Uint32Array(capacity);
  }
  push(value: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length++] = value;
  }
  /** Makes room for so many rows behind the last. */
  reserve(rows: number): void {
    if (this.length + rows <= this.data.length) return;
    const grown = new Uint32Array(Math.max(FIRST_CAPACITY, this.data.length * 2, this.length + rows));
    grown.set(this.data.subarray(0, this.length));
    this.data = grown;
  }
  /** The rows alone, as a view. */
  trimmed(): Uint32Array {
    return this.data.subarray(0, this.length);
  }
}

/** A growing column of whole numbers from 0 to 255: words of short lists, claims, ranks. */
export class U8Column {
  data: Uint8Array;
  length = 0;
  constructor(capacity: number = FIRST_CAPACITY) {
    this.data = new Uint8Array(capacity);
  }
  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = new Uint8Array(Math.max(FIRST_CAPACITY, this.data.length * 2));
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }
}

/** A growing column of doubles; `NaN` stands for an empty cell. */
export class F64Column {
  data: Float64Array;
  length = 0;
  constructor(capacity: number = FIRST_CAPACITY) {
    this.data = new Float64Array(capacity);
  }
  push(value: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length++] = value;
  }
  /** Makes room for so many rows behind the last. */
  reserve(rows: number): void {
    if (this.length + rows <= this.data.length) return;
    const grown = new Float64Array(Math.max(FIRST_CAPACITY, this.data.length * 2, this.length + rows));
    grown.set(this.data.subarray(0, this.length));
    this.data = grown;
  }
}

/** Offsets of a CSR layout: rows of key k are `offsets[k]..offsets[k + 1]`. `keyOf` may return -1: the row has no key. */
export function countingSort(rowCount: number, keyCount: number, keyOf: (row: number) => number): { offsets: Uint32Array; rows: Uint32Array } {
  const offsets = new Uint32Array(keyCount + 1);
  let kept = 0;
  for (let row = 0; row < rowCount; row++) {
    const key = keyOf(row);
    if (key < 0) continue;
    offsets[key + 1]!++;
    kept++;
  }
  for (let key = 0; key < keyCount; key++) offsets[key + 1]! += offsets[key]!;
  const next = offsets.slice(0, keyCount);
  const rows = new Uint32Array(kept);
  for (let row = 0; row < rowCount; row++) {
    const key = keyOf(row);
    if (key >= 0) rows[next[key]!++] = row;
  }
  return { offsets, rows };
}

/** First position in `lo..hi` of an ascending array whose value is at least `value`; `hi` if there is none. */
export function lowerBound(ascending: Uint32Array, lo: number, hi: number, value: number): number {
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (ascending[middle]! < value) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}
