/** HalfSipHash-1-3: a hash of bytes under a key of 64 bits, so that nobody who does not know the key can choose texts whose hashes agree. */

/** Whether this machine's words begin with their least byte. */
export const IS_LITTLE: boolean = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The hash of bytes `lo..hi`, 32 bits, as a signed number. */
export function keyedHash(view: DataView, lo: number, hi: number, key0: number, key1: number): number {
  let v0 = key0;
  let v1 = key1;
  let v2 = v0 ^ 0x6c796765;
  let v3 = v1 ^ 0x74656462;
  let at = lo;
  // Round: v0 += v1; v1 <<<= 5; v1 ^= v0; v0 <<<= 16; v2 += v3; v3 <<<= 8; v3 ^= v2; v0 += v3; v3 <<<= 7; v3 ^= v0; v2 += v1; v1 <<<= 13; v1 ^= v2; v2 <<<= 16
  for (; at + 4 <= hi; at += 4) {
    const word = view.getInt32(at, IS_LITTLE);
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  const tail = tailWord(view, at, hi) ^ ((hi - lo) << 24); // a text's last word has at most three bytes of it
  v3 ^= tail;
  for (let round = 0; round < 4; round++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    if (round === 0) {
      v0 ^= tail;
      v2 ^= 0xff;
    }
  }
  return v1 ^ v3;
}

/** The last one to three bytes of a text as a word, padded with zeros. */
export function tailWord(view: DataView, lo: number, hi: number): number {
  let tail = 0;
  for (let shift = IS_LITTLE ? 0 : 24; lo < hi; lo++, shift += IS_LITTLE ? 8 : -8) tail |= view.getUint8(lo) << shift;
  return tail >>> 0;
}
