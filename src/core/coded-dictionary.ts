/** A dictionary in which some texts are replaced by others; the ids stay the same. For reading alone. */
import { compareBytewise } from './bytewise.js';
import { Dictionary } from './dictionary.js';

export class CodedDictionary extends Dictionary {
  readonly #base: Dictionary;
  readonly #codes: ReadonlyMap<number, string>;
  readonly #bytes = new Map<number, Uint8Array>();

  /** @param codes - the texts by id that stand in place of those of `base`. */
  constructor(base: Dictionary, codes: ReadonlyMap<number, string>) {
    super(0, { blockWords: 1 << 8 });
    this.#base = base;
    this.#codes = codes;
    for (const [id, code] of codes) this.#bytes.set(id, encoder.encode(code));
    this.size = base.size;
  }

  override text(id: number): string {
    return this.#codes.get(id) ?? this.#base.text(id);
  }

  override bytes(id: number): Uint8Array {
    return this.#bytes.get(id) ?? this.#base.bytes(id);
  }

  override byteLength(id: number): number {
    return this.#bytes.get(id)?.length ?? this.#base.byteLength(id);
  }

  override copyInto(id: number, out: Uint8Array, at: number): number {
    const bytes = this.#bytes.get(id);
    if (!bytes) return this.#base.copyInto(id, out, at);
    out.set(bytes, at);
    return at + bytes.length;
  }

  /** True also for a byte that only a replaced text has: who asks then looks at each text by itself. */
  override hasByte(marked: Uint8Array): boolean {
    return this.#base.hasByte(marked) || [...this.#bytes.values()].some((bytes) => bytes.some((byte) => marked[byte] === 1));
  }

  override threeBytes(id: number, from: number): number {
    const bytes = this.#bytes.get(id);
    if (!bytes) return this.#base.threeBytes(id, from);
    return ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
  }

  override compare(a: number, b: number): number {
    return this.#bytes.has(a) || this.#bytes.has(b) ? compareBytewise(this.text(a), this.text(b)) : this.#base.compare(a, b);
  }

  override find(): number {
    throw new Error('a coded dictionary is not searched');
  }
  override internBytes(bytes: Uint8Array, lo: number, hi: number): number {
    if (hi > lo) throw new Error('a coded dictionary takes no texts');
    return super.internBytes(bytes, lo, hi);
  }
}

const encoder = new TextEncoder();
