/**
 * Texts by dense id, in the order in which they are appended.
 *
 * They lie in blocks of 32-bit words as entries `id, byte length, UTF-8 bytes padded with zeros`. A text has its place, `block * blockWords + word`,
 * in `places[id]`. Blocks are never copied but the first, which grows up to the size of the others; a text longer than a block has one of its own.
 */
import { StateError } from './errors.js';
import { IS_LITTLE, keyedHash, tailWord } from './keyed-hash.js';
import type { HashKey } from './text-ids.js';

const HEAD_WORDS = 2;
const FIRST_BLOCK_WORDS = 1 << 10;
/** Places are below 2^32: 16 GiB of texts. */
const MOST_WORDS = 2 ** 32 - 1;

export class TextStore {
  /** How many texts there are. */
  size = 0;

  #blocks: Block[] = [];
  #nextPlace = 0;
  #places = new Uint32Array(1 << 8);
  #texts = new Map<number, string>();
  readonly #blockWords: number;
  readonly #blockBits: number;

  /** `blockWords`: words of a block, a power of 2. */
  constructor(blockWords: number) {
    this.#blockWords = blockWords;
    this.#blockBits = Math.log2(blockWords);
    this.#blocks.push(new Block(Math.min(FIRST_BLOCK_WORDS, blockWords)));
  }

  /** Appends the text `lo..hi` of some bytes. Returns its place. */
  protected append(view: DataView, lo: number, hi: number): number {
    const id = this.size++;
    if (id === this.#places.length) {
      const places = new Uint32Array(id * 2);
      places.set(this.#places);
      this.#places = places;
    }
    const place = this.#room(HEAD_WORDS + ((hi - lo + 3) >>> 2));
    const { words } = this.#blockOf(place);
    let at = place & (this.#blockWords - 1);
    words[at++] = id;
    words[at++] = hi - lo;
    for (; lo + 4 <= hi; lo += 4) words[at++] = view.getUint32(lo, IS_LITTLE);
    if (lo < hi) words[at] = tailWord(view, lo, hi);
    this.#places[id] = place;
    return place;
  }

  /** The place of so many words in one block. */
  #room(needed: number): number {
    const size = this.#blockWords;
    let place = this.#nextPlace;
    let inBlock = place % size;
    if (inBlock + needed > size && inBlock > 0) {
      place += size - inBlock;
      inBlock = 0;
    }
    const end = place + needed;
    if (end > MOST_WORDS) throw new StateError('E_LIMIT', 'ids: expected at most 16 GiB of different texts, got more; match fewer days at once');
    const which = place / size - inBlock / size;
    const block = this.#blocks[which];
    if (block === undefined || block.words.length < inBlock + needed) {
      const isFirst = which === 0 && needed <= size;
      const room = isFirst ? Math.min(size, Math.max((block?.words.length ?? 0) * 2, inBlock + needed)) : Math.max(size, needed);
      const grown = new Block(room);
      if (block) grown.words.set(block.words.subarray(0, inBlock));
      this.#blocks[which] = grown;
    }
    // A text longer than a block has it alone: the next begins behind, at a whole block.
    this.#nextPlace = needed > size ? Math.ceil(end / size) * size : end;
    return place;
  }

  /** Whether the text at a place is `lo..hi` of some bytes. */
  protected equals(place: number, view: DataView, lo: number, hi: number): boolean {
    const entries = this.#blocks[place >>> this.#blockBits]!.words;
    let at = (place & (this.#blockWords - 1)) + 1;
    if (entries[at++] !== hi - lo) return false;
    for (; lo + 4 <= hi; lo += 4) if (entries[at++] !== view.getUint32(lo, IS_LITTLE)) return false;
    return lo === hi || entries[at] === tailWord(view, lo, hi);
  }

  /** The id of the text at a place. */
  protected idAt(place: number): number {
    return this.#blockOf(place).words[place & (this.#blockWords - 1)]!;
  }

  /** The ids of the texts at the places before `after[0..count]`, into `out[at..]`; none where that is 0. */
  protected idsBefore(after: Uint32Array, count: number, out: Uint32Array, at: number): void {
    const blocks = this.#blocks;
    const bits = this.#blockBits;
    const inBlock = this.#blockWords - 1;
    for (let i = 0; i < count; i++) {
      const place = after[i]! - 1;
      if (place >= 0) out[at + i] = blocks[place >>> bits]!.words[place & inBlock]!;
    }
  }

  /** Where the text of an id lies. */
  protected placeOf(id: number): number {
    return this.#places[id]!;
  }

  /** The hash under a key of the text at a place. */
  protected hashAt(place: number, { key0, key1, mask }: HashKey): number {
    const { bytes, words } = this.#blockOf(place);
    const word = place & (this.#blockWords - 1);
    const lo = (word + HEAD_WORDS) * 4;
    if (this.#hashed.buffer !== bytes.buffer) this.#hashed = new DataView(bytes.buffer);
    return (keyedHash(this.#hashed, lo, lo + words[word + 1]!, key0, key1) & mask) >>> 0;
  }
  #hashed: DataView = new DataView(new ArrayBuffer(0));

  /** Forgets all texts; the memory is kept for the next ones. */
  clear(): void {
    this.#texts.clear();
    this.#nextPlace = 0;
    this.size = 0;
  }

  /** The text of an id. */
  text(id: number): string {
    let text = this.#texts.get(id);
    if (text === undefined) {
      text = decoder.decode(this.bytes(id));
      if (this.#texts.size >= CACHED_TEXTS) this.#texts.clear();
      this.#texts.set(id, text);
    }
    return text;
  }

  /** How many bytes of UTF-8 a text has. */
  byteLength(id: number): number {
    const place = this.#places[id]!;
    return this.#blockOf(place).words[(place & (this.#blockWords - 1)) + 1]!;
  }

  /** Writes the UTF-8 bytes of a text to `out` from `at` on, where there must be room; returns where they end. */
  copyInto(id: number, out: Uint8Array, at: number): number {
    const place = this.#places[id]!;
    const { bytes, words } = this.#blockOf(place);
    const word = place & (this.#blockWords - 1);
    let from = (word + HEAD_WORDS) * 4;
    const end = at + words[word + 1]!;
    while (at < end) out[at++] = bytes[from++]!;
    return end;
  }

  /** Whether some text has one of the bytes that are marked with 1. */
  hasByte(marked: Uint8Array): boolean {
    for (let id = 1; id < this.size; id++) {
      const place = this.#places[id]!;
      const { bytes, words } = this.#blockOf(place);
      const word = place & (this.#blockWords - 1);
      const from = (word + HEAD_WORDS) * 4;
      for (let i = from, end = from + words[word + 1]!; i < end; i++) if (marked[bytes[i]!] === 1) return true;
    }
    return false;
  }

  /** Three bytes of a text from its byte `from` on, as one number, the first byte weighing most; 0 stands for bytes behind the end. */
  threeBytes(id: number, from: number): number {
    const place = this.#places[id]!;
    const { bytes, words } = this.#blockOf(place);
    const word = place & (this.#blockWords - 1);
    const begin = (word + HEAD_WORDS) * 4;
    const at = begin + from;
    const hi = begin + words[word + 1]!;
    return ((at < hi ? bytes[at]! : 0) << 16) | ((at + 1 < hi ? bytes[at + 1]! : 0) << 8) | (at + 2 < hi ? bytes[at + 2]! : 0);
  }

  /** How many bytes two texts have in common at their beginning, `most` at the most. */
  commonPrefix(a: number, b: number, most: number): number {
    const [one, other] = [this.bytes(a), this.bytes(b)];
    const length = Math.min(most, one.length, other.length);
    let same = 0;
    while (same < length && one[same] === other[same]) same++;
    return same;
  }

  /** Order of two ids by the UTF-8 bytes of their texts: below 0, 0 or above 0. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    const inBlock = this.#blockWords - 1;
    const one = this.#blockOf(this.#places[a]!);
    const other = this.#blockOf(this.#places[b]!);
    const wordA = this.#places[a]! & inBlock;
    const wordB = this.#places[b]! & inBlock;
    const lengthA = one.words[wordA + 1]!;
    const lengthB = other.words[wordB + 1]!;
    const textA = one.bytes;
    const textB = other.bytes;
    let i = (wordA + HEAD_WORDS) * 4;
    let j = (wordB + HEAD_WORDS) * 4;
    for (const end = i + Math.min(lengthA, lengthB); i < end; i++, j++) {
      const order = textA[i]! - textB[j]!;
      if (order !== 0) return order;
    }
    return lengthA - lengthB;
  }

  /** Bytes of the text of an id, as a view that is valid until the next text is added. */
  bytes(id: number): Uint8Array {
    const place = this.#places[id]!;
    const block = this.#blockOf(place);
    const word = place & (this.#blockWords - 1);
    const from = (word + HEAD_WORDS) * 4;
    return block.bytes.subarray(from, from + block.words[word + 1]!);
  }

  #blockOf(place: number): Block {
    return this.#blocks[place >>> this.#blockBits]!;
  }
}

/** Memory that is read by words, and by bytes. */
class Block {
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  constructor(wordCount: number) {
    this.words = new Uint32Array(wordCount);
    this.bytes = new Uint8Array(this.words.buffer);
  }
}

/** How many decoded texts are kept at hand; far below the 16.7 million keys at which a Map fails. */
const CACHED_TEXTS = 1_000_000;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
