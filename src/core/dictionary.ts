/**
 * Text to dense id and back. Ids are 0, 1, 2 … in the order of first sight; id 0 is always the empty text.
 *
 * `slots` is an open-addressing table (linear probing, at most 5/8 full) of pairs `hash, place of the text + 1`, 0 = free: a look-up of a known text
 * touches one slot and one entry of the store of texts.
 *
 * A hash only chooses the slot: equality always compares all bytes, so the answer never depends on the key. The hash is HalfSipHash-1-3 under a
 * key of 64 random bits, so that nobody can choose ids that pile up in one place.
 */
import { keyedHash } from './keyed-hash.js';
import type { HashKey, TextIds } from './text-ids.js';
import { TextStore } from './text-store.js';

export interface DictionaryLimits {
  /** Words of a block, a power of 2. Tests make it small. @defaultValue 4 Mi (16 MiB) */
  readonly blockWords?: number;
  /** Bits of the hash that count. Tests take few, so that hashes agree. @defaultValue all */
  readonly hashMask?: number;
}

/** Texts that `internHashed` looks up side by side. */
const HASHED_AT_ONCE = 512;
const encoder = new TextEncoder();

export class Dictionary extends TextStore implements TextIds {
  /** How often all texts were forgotten: ids of different generations have nothing to do with each other. */
  generation = 0;

  #slots = new Uint32Array(1 << 9);
  /** How many texts have a slot: the others get one when a text is next looked up. */
  #slotted = 0;
  // Of `internMany`: the hash of each text, and the place + 1 of the entry with that hash, if there is one.
  #hashes = new Uint32Array(0);
  #found = new Uint32Array(0);
  #scratch = new Uint8Array(256);
  // The array that texts came from last, and a view of it that reads words at any offset.
  #source: Uint8Array = this.#scratch;
  #view: DataView = new DataView(this.#scratch.buffer);
  /** What the hashes of texts depend on, for others who work them out. */
  readonly hashKey: HashKey;

  /** A seed makes the key of the hash, for tests; else it is random. */
  constructor(seed?: number, { blockWords = 1 << 22, hashMask = -1 }: DictionaryLimits = {}) {
    super(blockWords);
    const key0 = (seed ?? Math.random() * 2 ** 32) | 0;
    const key1 = seed === undefined ? (Math.random() * 2 ** 32) | 0 : Math.imul(seed, 0x9e3779b9);
    this.hashKey = { key0, key1, mask: hashMask };
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

  /**
   * Appends texts that are all new and differ from each other, such as those that another dictionary gave away: text `i` is bytes `ends[i - 1]..ends[i]`,
   * from 0 on where `i` is 0; those from `first` on. What is never looked up is never hashed.
   */
  appendDistinct(bytes: Uint8Array, ends: Uint32Array, first: number): void {
    this.#open(bytes);
    for (let i = first; i < ends.length; i++) this.append(this.#view, i === 0 ? 0 : ends[i - 1]!, ends[i]!);
  }

  /** Texts `from..to`, in passes of which each does one thing. */
  #internHashed(lo: Int32Array, hi: Int32Array, hashes: Uint32Array, from: number, to: number, out: Uint32Array, at: number): void {
    if (this.#slotted < this.size) this.#slotAll();
    const found = this.#found;
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let i = from; i < to; i++) {
      const hash = hashes[i]!;
      let slot = (hash << 1) & last;
      while (slots[slot] !== hash && slots[slot + 1] !== 0) slot = (slot + 2) & last;
      found[i - from] = slots[slot + 1]!;
    }
    this.idsBefore(found, to - from, out, at + from);
    for (let i = from; i < to; i++) {
      const place = found[i - from]! - 1;
      if (place < 0 || !this.equals(place, this.#view, lo[i]!, hi[i]!)) out[at + i] = this.#intern(hashes[i]!, lo[i]!, hi[i]!);
    }
  }

  /** The id of a text, new if not seen before. The text must be well-formed UTF-16. */
  intern(text: string): number {
    const length = this.#encode(text); // may replace the scratch
    return this.internBytes(this.#scratch, 0, length);
  }

  /** The id of a text, or -1 if it was never seen. */
  find(text: string): number {
    if (this.#slotted < this.size) this.#slotAll();
    const length = this.#encode(text);
    this.#open(this.#scratch);
    const hash = this.#hash(0, length);
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let slot = (hash << 1) & last; slots[slot + 1] !== 0; slot = (slot + 2) & last) {
      const place = slots[slot + 1]! - 1;
      if (slots[slot] === hash && this.equals(place, this.#view, 0, length)) return this.idAt(place);
    }
    return -1;
  }

  /** Forgets all texts but the empty one; the memory is kept for the next ones. */
  override clear(): void {
    super.clear();
    this.#slots.fill(0);
    this.#slotted = 0;
    this.generation++;
    this.internBytes(this.#scratch, 0, 0);
  }

  #intern(hash: number, lo: number, hi: number): number {
    if (this.#slotted < this.size) this.#slotAll();
    const slots = this.#slots;
    const last = slots.length - 1;
    let slot = (hash << 1) & last;
    for (let taken = slots[slot + 1]!; taken !== 0; taken = slots[slot + 1]!) {
      if (slots[slot] === hash && this.equals(taken - 1, this.#view, lo, hi)) return this.idAt(taken - 1);
      slot = (slot + 2) & last;
    }
    return this.#add(hash, lo, hi, slot);
  }

  #add(hash: number, lo: number, hi: number, slot: number): number {
    const id = this.size;
    const place = this.append(this.#view, lo, hi);
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = place + 1;
    this.#slotted = this.size;
    if (this.size * 16 > this.#slots.length * 5) this.#widen(); // two words a slot: 5/8 full
    return id;
  }

  #widen(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let from = 0; from < old.length; from += 2) if (old[from + 1] !== 0) this.#putSlot(old[from]!, old[from + 1]!);
  }

  /** Gives slots to the texts that have none yet. */
  #slotAll(): void {
    let length = this.#slots.length;
    while (this.size * 16 > length * 5) length *= 2;
    if (length > this.#slots.length) {
      this.#slots = new Uint32Array(length);
      this.#slotted = 0;
    }
    for (; this.#slotted < this.size; this.#slotted++) {
      const place = this.placeOf(this.#slotted);
      this.#putSlot(this.hashAt(place, this.hashKey), place + 1);
    }
  }

  #putSlot(hash: number, taken: number): void {
    const slots = this.#slots;
    const last = slots.length - 1;
    let slot = (hash << 1) & last;
    while (slots[slot + 1] !== 0) slot = (slot + 2) & last;
    slots[slot] = hash;
    slots[slot + 1] = taken;
  }

  /** Makes `bytes` the array that texts are read from. */
  #open(bytes: Uint8Array): void {
    if (bytes === this.#source) return;
    this.#source = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #hash(lo: number, hi: number): number {
    const { key0, key1, mask } = this.hashKey;
    return (keyedHash(this.#view, lo, hi, key0, key1) & mask) >>> 0;
  }

  #encode(text: string): number {
    if (text.length * 3 > this.#scratch.length) this.#scratch = new Uint8Array(text.length * 3);
    return encoder.encodeInto(text, this.#scratch).written;
  }
}
