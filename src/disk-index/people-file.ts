/**
 * The texts of people's ids, in 256 parts by the hash of the text: one part at a time fits into memory, however many people there are. Each update
 * of an index adds a file with the people that it saw first; numbers go on from file to file and are never given twice.
 *
 * A part is one blob: ends of the texts (a word each, from the begin of the texts) · hashes, ascending · the number of the person of each hash · the
 * texts. The hash is seeded, so that chosen ids cannot pile up in one part.
 */
import type { Dictionary } from '../core/dictionary.js';
import { StateError } from '../core/errors.js';
import { BlockFile, type Section } from './files/block-file.js';
import type { WrittenFile } from './files/block-format.js';
import { BlockFileWriter, type SectionWriter } from './files/block-writer.js';
import { damaged } from './files/reading.js';
import { MOST_NUMBER, PARTS } from './segments/segment-format.js';

/** Seeded 32-bit hash of a text: its low byte is the part. */
export function hashText(bytes: Uint8Array, seed: number): number {
  let h = seed ^ Math.imul(bytes.length, 0x9e3779b1);
  for (let i = 0; i < bytes.length; i++) {
    h = Math.imul(h ^ bytes[i]!, 0xcc9e2d51);
    h = Math.imul(((h << 15) | (h >>> 17)) + (seed >>> 7), 0x1b873593);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

interface PeopleAbout {
  readonly kind: 'people';
  readonly seed: number;
  /** First byte, first number, count, bytes of text of each part, one after another. */
  readonly parts: readonly number[];
}

export class PeopleWriter {
  readonly #file: BlockFileWriter;
  readonly #section: SectionWriter;
  readonly #seed: number;
  readonly #parts: number[] = [];
  #count = 0;

  constructor(path: string, seed: number) {
    this.#file = new BlockFileWriter(path);
    this.#section = this.#file.section('people');
    this.#seed = seed;
  }

  /** People added so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds the next part: the texts of numbers `first..dictionary.size` of a dictionary of the part. */
  addPart(dictionary: Pick<Dictionary, 'size' | 'bytes'>, first: number): void {
    const count = dictionary.size - first;
    if (dictionary.size > MOST_NUMBER) throw new StateError('E_LIMIT', `index E_LIMIT expected fewer than ${MOST_NUMBER * PARTS} people, got more`);
    const at = this.#section.bytes;
    const ends = new Uint32Array(count);
    const hashOf = new Uint32Array(count);
    let end = 0;
    for (let i = 0; i < count; i++) {
      const bytes = dictionary.bytes(first + i);
      end += bytes.length;
      ends[i] = end;
      hashOf[i] = hashText(bytes, this.#seed);
    }
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => hashOf[a]! - hashOf[b]! || a - b);
    this.#section.add(ends);
    this.#section.add(order.map((i) => hashOf[i]!));
    this.#section.add(order.map((i) => first + i));
    for (let i = 0; i < count; i++) this.#section.add(dictionary.bytes(first + i));
    this.#section.add(new Uint8Array(-end & 3));
    this.#parts.push(at, first, count, end);
    this.#count += count;
  }

  finish(): WrittenFile {
    return this.#file.finish({ kind: 'people', seed: this.#seed, parts: this.#parts } satisfies PeopleAbout);
  }
}

/** The people of one update. */
class PeopleFile {
  readonly #file: BlockFile<PeopleAbout>;
  readonly #section: Section;

  constructor(path: string, sum?: string) {
    this.#file = new BlockFile<PeopleAbout>(path, sum);
    this.#section = this.#file.section('people');
    const { kind, parts } = this.#file.about;
    if (kind !== 'people' || parts.length !== PARTS * 4) throw damaged(path, 'it does not hold people');
  }

  get seed(): number {
    return this.#file.about.seed;
  }

  #part(part: number): { at: number; first: number; count: number; textBytes: number } {
    const [at, first, count, textBytes] = this.#file.about.parts.slice(part * 4, part * 4 + 4) as [number, number, number, number];
    return { at, first, count, textBytes };
  }

  /** The number of a text with a hash, or 0. */
  find(bytes: Uint8Array, hash: number): number {
    const { at, first, count } = this.#part(hash & 255);
    const hashAt = (i: number): number => this.#file.words(this.#section, at / 4 + count + i, at / 4 + count + i + 1)[0]!;
    let lo = 0;
    let hi = count;
    // Hashes are spread evenly: the first guess is next to the place.
    for (let step = 0, least = 0, most = 2 ** 32; lo < hi; step++) {
      const share = step < 4 ? (hash - least) / (most - least) : 0.5;
      const middle = Math.min(hi - 1, Math.max(lo, lo + Math.floor((hi - lo) * share)));
      const here = hashAt(middle);
      if (here < hash) least = here;
      else most = Math.max(here, least + 1);
      if (here < hash) lo = middle + 1;
      else hi = middle;
    }
    for (; lo < count && hashAt(lo) === hash; lo++) {
      const number = this.#file.words(this.#section, at / 4 + 2 * count + lo, at / 4 + 2 * count + lo + 1)[0]!;
      if (number < first || number >= first + count) throw damaged(this.#file.path, 'a number of a person is out of range');
      if (Buffer.compare(this.textBytes(hash & 255, number)!, bytes) === 0) return number;
    }
    return 0;
  }

  /** The text of a number of a part, or null if it is not of this file; valid until the next read. */
  textBytes(part: number, number: number): Uint8Array | null {
    const { at, first, count, textBytes } = this.#part(part);
    const i = number - first;
    if (i < 0 || i >= count) return null;
    const ends = this.#file.words(this.#section, at / 4 + Math.max(0, i - 1), at / 4 + i + 1);
    const lo = i === 0 ? 0 : ends[0]!;
    const hi = ends[ends.length - 1]!;
    if (lo > hi || hi > textBytes) throw damaged(this.#file.path, 'the ends of texts do not ascend');
    return this.#file.view(this.#section, at + count * 12 + lo, hi - lo);
  }

  /** Adds all texts of a part to a dictionary, in the order of their numbers. */
  addTo(dictionary: Dictionary, part: number): void {
    const { at, first, count, textBytes } = this.#part(part);
    if (dictionary.size !== first && count > 0) throw damaged(this.#file.path, 'the numbers of people have gaps');
    const blob = this.#file.view(this.#section, at, count * 12 + textBytes).slice();
    const ends = new Uint32Array(blob.buffer, 0, count);
    const texts = blob.subarray(count * 12);
    for (let i = 0; i < count; i++) dictionary.internBytes(texts, i === 0 ? 0 : ends[i - 1]!, ends[i]!);
    if (dictionary.size !== first + count && count > 0) throw damaged(this.#file.path, 'a person is there twice');
  }

  close(): void {
    this.#file.close();
  }
  verify(): Generator<number> {
    return this.#file.verify();
  }
}

/** Text ↔ id of the people of an index, over the files of all its updates. Ids are `number << 8 | part`; 0 is nobody. */
export class People {
  readonly #files: readonly PeopleFile[];
  readonly #seed: number;

  /** Files in the order of the updates, with what the manifest says of them. @throws InputError `E_INDEX`. */
  constructor(paths: readonly { readonly path: string; readonly sum?: string }[], seed: number) {
    this.#seed = seed;
    const files: PeopleFile[] = [];
    try {
      for (const { path, sum } of paths) {
        const file = new PeopleFile(path, sum);
        files.push(file);
        if (file.seed !== seed) throw damaged(path, 'it belongs to another index');
      }
    } catch (error) {
      for (const file of files) file.close();
      throw error;
    }
    this.#files = files;
  }

  /** The id of a text, or 0 if nobody has it. */
  find(text: string): number {
    const bytes = encoder.encode(text);
    const hash = hashText(bytes, this.#seed);
    for (const file of this.#files) {
      const number = file.find(bytes, hash);
      if (number !== 0) return ((number << 8) | (hash & 255)) >>> 0;
    }
    return 0;
  }

  /** UTF-8 of the text of an id; valid until the next call. */
  textBytes(person: number): Uint8Array {
    for (const file of this.#files) {
      const bytes = file.textBytes(person & 255, person >>> 8);
      if (bytes !== null) return bytes;
    }
    throw damaged('people', 'a person has no text');
  }

  /** Adds all texts of a part to an empty dictionary: their ids there are their numbers. */
  addTo(dictionary: Dictionary, part: number): void {
    for (const file of this.#files) file.addTo(dictionary, part);
  }

  *verify(): Generator<number> {
    for (const file of this.#files) yield* file.verify();
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}

const encoder = new TextEncoder();
