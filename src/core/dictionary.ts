/**
 * Text to dense id and back. Ids are 0, 1, 2 … in the order of first sight; id 0 is always the empty text.
 *
 * Layout, all in 32-bit words:
 * - Texts lie in blocks as entries `id, byte length, UTF-8 bytes padded with zeros`. A text has its place, `block * blockWords + word`, in
 *   `places[id]`. Blocks are never copied but the first, which grows up to the size of the others; a text longer than a block has one of its own.
 * - `slots` is an open-addressing table (linear probing, at most 5/8 full) of pairs `hash, place + 1`, 0 = free: a look-up of a known text
 *   touches one slot and one entry.
 *
 * A hash only chooses the slot: equality always compares all bytes, so the answer never depends on the key. The hash is HalfSipHash-1-3 under a
 * key of 64 random bits, so that nobody can choose ids that pile up in one place.
 */
import { StateError } from './errors.js';
import { IS_LITTLE, keyedHash, tailWord } from './keyed-hash.js';
import type { HashKey, TextIds } from './text-ids.js';

export interface DictionaryLimits {
  /** Words of a block, a power of 2. Tests make it small. @defaultValue 4 Mi (16 MiB) */
  readonly blockWords?: number;
  /** Bits of the hash that count. Tests take few, so that hashes agree. @defaultValue all */
  readonly hashMask?: number;
}

const HEAD_WORDS = 2;
const FIRST_BLOCK_WORDS = 1 << 10;
/** Places are below 2^32: 16 GiB of texts. */
const MOST_WORDS = 2 ** 32 - 1;

export class Dictionary implements TextIds {
  /** How many texts there are, the empty one included. */
  size = 0;
  /** How often all texts were forgotten: ids of different generations have nothing to do with each other. */
  generation = 0;

  #slots = new Uint32Array(1 << 9);
  #blocks: Block[] = [];
  #nextPlace = 0;
  #places = new Uint32Array(1 << 8);
  #texts = new Map<number, string>();
  // Of `internMany`: the hash of each text, and the place + 1 of the entry with that hash, if there is one.
  #hashes = new Uint32Array(0);
  #found = new Uint32Array(0);
  #scratch = new Uint8Array(256);
  // The array that texts came from last, and a view of it that reads words at any offset.
  #source: Uint8Array = this.#scratch;
  #view: DataView = new DataView(this.#scratch.buffer);
  readonly #key0: number;
  readonly #key1: number;
  readonly #blockWords: number;
  readonly #blockBits: number;
  readonly #hashMask: number;

  /** A seed makes the key of the hash, for tests; else it is random. */
  constructor(seed?: number, { blockWords = 1 << 22, hashMask = -1 }: DictionaryLimits = {}) {
    this.#key0 = (seed ?? Math.random() * 2 ** 32) | 0;
    this.#key1 = seed === undefined ? (Math.random() * 2 ** 32) | 0 : Math.imul(seed, 0x9e3779b9);
    this.#blockWords = blockWords;
    this.#blockBits = Math.log2(blockWords);
    this.#hashMask = hashMask;
    this.#blocks.push(new Block(Math.min(FIRST_BLOCK_WORDS, blockWords)));
    this.internBytes(this.#scratch, 0, 0);
  }

  /** The id of the UTF-8 text in `bytes[lo..hi)`, new if not seen before. */
  internBytes(bytes: Uint8Array, lo: number, hi: number): number {
    this.#open(bytes);
    return this.#intern(this.#hash(lo, hi), lo, hi);
  }

  /**
   * The ids of `count` texts `bytes[lo[i]..hi[i])`, in order, into `out[at..]`. Faster than one by one where the dictionary is larger than the
   * caches: each pass does one thing for many texts, so that the machine waits for many places of memory at once.
   */
  internMany(bytes: Uint8Array, lo: Int32Array, hi: Int32Array, count: number, out: Uint32Array, at: number): void {
    if (count > this.#hashes.length) {
      this.#hashes = new Uint32Array(count);
      this.#found = new Uint32Array(count);
    }
    const hashes = this.#hashes;
    this.#open(bytes);
    for (let i = 0; i < count; i++) hashes[i] = this.#hash(lo[i]!, hi[i]!);
    this.#internHashed(lo, hi, hashes, 0, count, out, at);
  }

  /** The same of texts whose hashes under `hashKey` are known: all of `hashes`. */
  internHashed(bytes: Uint8Array, lo: Int32Array, hi: Int32Array, hashes: Uint32Array, out: Uint32Array, at: number): void {
    if (this.#found.length < HASHED_AT_ONCE) this.#found = new Uint32Array(HASHED_AT_ONCE);
    this.#open(bytes);
    for (let from = 0; from < hashes.length; from += HASHED_AT_ONCE)
      this.#internHashed(lo, hi, hashes, from, Math.min(hashes.length, from + HASHED_AT_ONCE), out, at);
  }

  /** What the hashes of texts depend on, for others who work them out. */
  get hashKey(): HashKey {
    return { key0: this.#key0, key1: this.#key1, mask: this.#hashMask };
  }

  /** Texts `from..to`, in passes of which each does one thing. */
  #internHashed(lo: Int32Array, hi: Int32Array, hashes: Uint32Array, from: number, to: number, out: Uint32Array, at: number): void {
    const found = this.#found;
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let i = from; i < to; i++) {
      const hash = hashes[i]!;
      let slot = (hash << 1) & last;
      while (slots[slot] !== hash && slots[slot + 1] !== 0) slot = (slot + 2) & last;
      found[i - from] = slots[slot + 1]!;
    }
    const blocks = this.#blocks;
    const bits = this.#blockBits;
    const inBlock = this.#blockWords - 1;
    for (let i = from; i < to; i++) {
      const place = found[i - from]! - 1;
      if (place >= 0) out[at + i] = blocks[place >>> bits]!.words[place & inBlock]!;
    }
    for (let i = from; i < to; i++) {
      const place = found[i - from]! - 1;
      if (place < 0 || !this.#equals(place, lo[i]!, hi[i]!)) out[at + i] = this.#intern(hashes[i]!, lo[i]!, hi[i]!);
    }
  }

  /** The id of a text, new if not seen before. The text must be well-formed UTF-16. */
  intern(text: string): number {
    const length = this.#encode(text); // may replace the scratch
    return this.internBytes(this.#scratch, 0, length);
  }

  /** The id of a text, or -1 if it was never seen. */
  find(text: string): number {
    const length = this.#encode(text);
    this.#open(this.#scratch);
    const hash = this.#hash(0, length);
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let slot = (hash << 1) & last; slots[slot + 1] !== 0; slot = (slot + 2) & last) {
      const place = slots[slot + 1]! - 1;
      if (slots[slot] === hash && this.#equals(place, 0, length)) return this.#idAt(place);
    }
    return -1;
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

  /** Forgets all texts but the empty one; the memory is kept for the next ones. */
  clear(): void {
    this.#slots.fill(0);
    this.#texts.clear();
    this.#nextPlace = 0;
    this.size = 0;
    this.generation++;
    this.internBytes(this.#scratch, 0, 0);
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

  #idAt(place: number): number {
    return this.#blockOf(place).words[place & (this.#blockWords - 1)]!;
  }

  #intern(hash: number, lo: number, hi: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let slot = (hash << 1) & last;
    for (let taken = slots[slot + 1]!; taken !== 0; taken = slots[slot + 1]!) {
      if (slots[slot] === hash && this.#equals(taken - 1, lo, hi)) return this.#idAt(taken - 1);
      slot = (slot + 2) & last;
    }
    return this.#add(hash, lo, hi, slot);
  }

  /** Whether the entry at a place has the text `lo..hi` of the open bytes. */
  #equals(place: number, lo: number, hi: number): boolean {
    const entries = this.#blocks[place >>> this.#blockBits]!.words;
    let at = (place & (this.#blockWords - 1)) + 1;
    if (entries[at++] !== hi - lo) return false;
    const view = this.#view;
    for (; lo + 4 <= hi; lo += 4) if (entries[at++] !== view.getUint32(lo, IS_LITTLE)) return false;
    return lo === hi || entries[at] === tailWord(this.#view, lo, hi);
  }

  #add(hash: number, lo: number, hi: number, slot: number): number {
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
    for (; lo + 4 <= hi; lo += 4) words[at++] = this.#view.getUint32(lo, IS_LITTLE);
    if (lo < hi) words[at] = tailWord(this.#view, lo, hi);
    this.#places[id] = place;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = place + 1;
    if (this.size * 16 > this.#slots.length * 5) this.#widen(); // two words a slot: 5/8 full
    return id;
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

  #widen(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    const last = slots.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let slot = (old[from]! << 1) & last;
      while (slots[slot + 1] !== 0) slot = (slot + 2) & last;
      slots[slot] = old[from]!;
      slots[slot + 1] = old[from + 1]!;
    }
    this.#slots = slots;
  }

  /** Makes `bytes` the array that texts are read from. */
  #open(bytes: Uint8Array): void {
    if (bytes === this.#source) return;
    this.#source = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #hash(lo: number, hi: number): number {
    return (keyedHash(this.#view, lo, hi, this.#key0, this.#key1) & this.#hashMask) >>> 0;
  }

  #encode(text: string): number {
    if (text.length * 3 > this.#scratch.length) this.#scratch = new Uint8Array(text.length * 3);
    return encoder.encodeInto(text, this.#scratch).written;
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

/** Texts that `internHashed` looks up side by side. */
const HASHED_AT_ONCE = 512;
/** How many decoded texts are kept at hand; far below the 16.7 million keys at which a Map fails. */
const CACHED_TEXTS = 1_000_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
