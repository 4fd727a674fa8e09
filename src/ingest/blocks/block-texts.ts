/**
 * Texts of a block of a file that have no ids yet. Each that is asked for gets a number, from 1 on, in the order of asking; where it lies and its hash are
 * kept. Whoever keeps the books makes ids of them in that order, and so the same as if it had read the block itself: only the hashes are worked out already.
 */
import { U32Column } from '../../core/columns.js';
import { keyedHash } from '../../core/keyed-hash.js';
import type { HashKey, TextIds } from '../../core/text-ids.js';

/** Where the texts of a block lie that are not found in it as they are: unescaped ones. One for all dictionaries. */
export class TextsBehind {
  /** Length of the block; what lies behind is here. */
  blockLength = 0;
  length = 0;
  #bytes = new Uint8Array(256);

  open(blockLength: number): void {
    this.blockLength = blockLength;
    this.length = 0;
  }

  /** Keeps a copy; returns where it lies, counted from the beginning of the block. */
  add(text: Uint8Array): number {
    if (this.length + text.length > this.#bytes.length) {
      const grown = new Uint8Array((this.length + text.length) * 2);
      grown.set(this.#bytes.subarray(0, this.length));
      this.#bytes = grown;
    }
    this.#bytes.set(text, this.length);
    this.length += text.length;
    return this.blockLength + this.length - text.length;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

export class BlockTexts implements TextIds {
  readonly lo: U32Column = new U32Column();
  readonly hi: U32Column = new U32Column();
  readonly hashes: U32Column = new U32Column();
  readonly #key: HashKey;
  readonly #behind: TextsBehind;
  #source: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#source.buffer);

  constructor(key: HashKey, behind: TextsBehind) {
    this.#key = key;
    this.#behind = behind;
  }

  get count(): number {
    return this.lo.length;
  }

  clear(): void {
    this.lo.length = this.hi.length = this.hashes.length = 0;
  }

  internBytes(bytes: Uint8Array, lo: number, hi: number): number {
    if (lo === hi) return 0;
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const { key0, key1, mask } = this.#key;
    const at = hi <= this.#behind.blockLength ? lo : this.#behind.add(bytes.subarray(lo, hi));
    this.lo.push(at);
    this.hi.push(at + hi - lo);
    this.hashes.push((keyedHash(this.#view, lo, hi, key0, key1) & mask) >>> 0);
    return this.lo.length;
  }

  internMany(bytes: Uint8Array, lo: Int32Array, hi: Int32Array, count: number, out: Uint32Array, at: number): void {
    for (let i = 0; i < count; i++) out[at + i] = this.internBytes(bytes, lo[i]!, hi[i]!);
  }
}
