/**
 * Text to dense id and back. Ids are 0, 1, 2 … in the order of first sight; id 0 is always the empty text.
 *
 * Layout: the UTF-8 bytes of all texts lie end to end in `arena`, text k in `offsets[k]..offsets[k + 1]`. `slots` is an open-addressing
 * table (linear probing, at most half full) of id + 1, 0 = free. A hash only chooses the slot: equality always compares all bytes, so the
 * answer never depends on the seed, and a seed per dictionary keeps chosen ids from piling up in one place.
 */
export class Dictionary {
  #arena = new Uint8Array(1 << 12);
  #offsets = new Uint32Array(1 << 8);
  #hashes = new Uint32Array(1 << 8);
  #slots = new Int32Array(1 << 9);
  #texts = new Map<number, string>();
  #scratch = new Uint8Array(256);
  readonly #seed: number;
  /** How many texts there are, the empty one included. */
  size = 0;

  constructor(seed: number = (Math.random() * 2 ** 32) >>> 0) {
    this.#seed = seed;
    this.internBytes(this.#scratch, 0, 0);
  }

  /** The id of the UTF-8 text in `bytes[lo..hi)`, new if not seen before. */
  internBytes(bytes: Uint8Array, lo: number, hi: number): number {
    const hash = this.#hash(bytes, lo, hi);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let taken = this.#slots[slot]!; taken !== 0; taken = this.#slots[slot]!) {
      if (this.#hashes[taken - 1] === hash && this.#equals(taken - 1, bytes, lo, hi)) return taken - 1;
      slot = (slot + 1) & mask;
    }
    return this.#add(bytes, lo, hi, hash, slot);
  }

  /** The id of a text, new if not seen before. The text must be well-formed UTF-16. */
  intern(text: string): number {
    const length = this.#encode(text); // may replace the scratch
    return this.internBytes(this.#scratch, 0, length);
  }

  /** The id of a text, or -1 if it was never seen. */
  find(text: string): number {
    const length = this.#encode(text);
    const hash = this.#hash(this.#scratch, 0, length);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = this.#slots[slot]! - 1;
      if (this.#hashes[id] === hash && this.#equals(id, this.#scratch, 0, length)) return id;
    }
    return -1;
  }

  /** The text of an id. */
  text(id: number): string {
    let text = this.#texts.get(id);
    if (text === undefined) {
      text = decoder.decode(this.#arena.subarray(this.#offsets[id]!, this.#offsets[id + 1]!));
      if (this.#texts.size >= CACHED_TEXTS) this.#texts.clear();
      this.#texts.set(id, text);
    }
    return text;
  }

  /** How many bytes of UTF-8 a text has. */
  byteLength(id: number): number {
    return this.#offsets[id + 1]! - this.#offsets[id]!;
  }

  /** Writes the UTF-8 bytes of a text to `out` from `at` on, where there must be room; returns where they end. */
  copyInto(id: number, out: Uint8Array, at: number): number {
    const arena = this.#arena;
    const hi = this.#offsets[id + 1]!;
    let end = at;
    for (let i = this.#offsets[id]!; i < hi; i++) out[end++] = arena[i]!;
    return end;
  }

  /** Whether some text has one of the bytes that are marked with 1. */
  hasByte(marked: Uint8Array): boolean {
    const arena = this.#arena;
    const end = this.#offsets[this.size]!;
    for (let i = 0; i < end; i++) if (marked[arena[i]!] === 1) return true;
    return false;
  }

  /** Three bytes of a text from its byte `from` on, as one number, the first byte weighing most; 0 stands for bytes behind the end. */
  threeBytes(id: number, from: number): number {
    const at = this.#offsets[id]! + from;
    const hi = this.#offsets[id + 1]!;
    const arena = this.#arena;
    return ((at < hi ? arena[at]! : 0) << 16) | ((at + 1 < hi ? arena[at + 1]! : 0) << 8) | (at + 2 < hi ? arena[at + 2]! : 0);
  }

  /** How many bytes two texts have in common at their beginning, `most` at the most. */
  commonPrefix(a: number, b: number, most: number): number {
    const arena = this.#arena;
    const [from, other] = [this.#offsets[a]!, this.#offsets[b]!];
    const length = Math.min(most, this.byteLength(a), this.byteLength(b));
    let same = 0;
    while (same < length && arena[from + same] === arena[other + same]) same++;
    return same;
  }

  /** Order of two ids by the UTF-8 bytes of their texts: below 0, 0 or above 0. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    const arena = this.#arena;
    const endA = this.#offsets[a + 1]!;
    const endB = this.#offsets[b + 1]!;
    let i = this.#offsets[a]!;
    let j = this.#offsets[b]!;
    while (i < endA && j < endB) {
      const order = arena[i++]! - arena[j++]!;
      if (order !== 0) return order;
    }
    return endA - i - (endB - j);
  }

  /** Forgets all texts but the empty one; the memory is kept for the next ones. */
  clear(): void {
    this.#slots.fill(0);
    this.#texts.clear();
    this.size = 0;
    this.internBytes(this.#scratch, 0, 0);
  }

  /** Bytes of the text of an id, as a view that is valid until the next text is added. */
  bytes(id: number): Uint8Array {
    return this.#arena.subarray(this.#offsets[id]!, this.#offsets[id + 1]!);
  }

  #add(bytes: Uint8Array, lo: number, hi: number, hash: number, slot: number): number {
    const id = this.size++;
    if (id + 2 > this.#offsets.length) {
      this.#offsets = grownU32(this.#offsets, id + 2);
      this.#hashes = grownU32(this.#hashes, id + 2);
    }
    const from = this.#offsets[id]!;
    const to = from + hi - lo;
    if (to > this.#arena.length) {
      const arena = new Uint8Array(Math.max(this.#arena.length * 2, to));
      arena.set(this.#arena.subarray(0, from));
      this.#arena = arena;
    }
    for (let i = lo, at = from; i < hi; i++) this.#arena[at++] = bytes[i]!;
    this.#offsets[id + 1] = to;
    this.#hashes[id] = hash;
    this.#slots[slot] = id + 1;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return id;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.size; id++) {
      let slot = this.#hashes[id]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }

  #hash(bytes: Uint8Array, lo: number, hi: number): number {
    let h = this.#seed ^ (hi - lo);
    for (let i = lo; i < hi; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
    h ^= h >>> 15;
    h = Math.imul(h, 0x2c1b3c6d);
    h ^= h >>> 12;
    return h >>> 0;
  }

  #equals(id: number, bytes: Uint8Array, lo: number, hi: number): boolean {
    let at = this.#offsets[id]!;
    if (this.#offsets[id + 1]! - at !== hi - lo) return false;
    const arena = this.#arena;
    for (let i = lo; i < hi; i++) if (arena[at++] !== bytes[i]) return false;
    return true;
  }

  #encode(text: string): number {
    if (text.length * 3 > this.#scratch.length) this.#scratch = new Uint8Array(text.length * 3);
    return encoder.encodeInto(text, this.#scratch).written;
  }
}

/** How many decoded texts are kept at hand; far below the 16.7 million keys at which a Map fails. */
const CACHED_TEXTS = 1_000_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function grownU32(old: Uint32Array, needed: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(Math.max(old.length * 2, needed));
  grown.set(old);
  return grown;
}
