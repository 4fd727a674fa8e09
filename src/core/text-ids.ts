/** Whatever gives texts their ids: a dictionary at once, a block of a file only later. */
export interface TextIds {
  /** The id of the UTF-8 text in `bytes[lo..hi)`; 0 for the empty one. */
  internBytes(bytes: Uint8Array, lo: number, hi: number): number;
  /** The ids of `count` texts `bytes[lo[i]..hi[i])`, in order, into `out[at..]`. */
  internMany(bytes: Uint8Array, lo: Int32Array, hi: Int32Array, count: number, out: Uint32Array, at: number): void;
}

/** What a hash of texts depends on: 64 bits of key, and the bits that count. */
export interface HashKey {
  readonly key0: number;
  readonly key1: number;
  readonly mask: number;
}
