/**
 * Some stays of a segment, as a bit for each slot of each part. A stay is named by its first word in its part, and has the slot `word / 10`, since no
 * stay takes fewer words. Says which stays a later update put elsewhere, since new check-ins changed them.
 */
import { BlockFile } from '../files/block-file.js';
import type { WrittenFile } from '../files/block-format.js';
import { BlockFileWriter } from '../files/block-writer.js';
import { damaged } from '../files/reading.js';
import { LEAST_STAY_WORDS, PARTS, type Part } from './segment-format.js';

interface RemovedAbout {
  readonly kind: 'removed';
  readonly stays: number;
}

export class StaySet {
  readonly #bits: Uint32Array;
  /** First word of each part. */
  readonly #offsets: Uint32Array;
  /** Stays in the set. */
  count = 0;

  /** Empty at first, or what a file says. @throws InputError `E_INDEX`. */
  constructor(parts: readonly Part[], path?: string, sum?: string) {
    this.#offsets = new Uint32Array(PARTS + 1);
    for (let p = 0; p < PARTS; p++) this.#offsets[p + 1] = this.#offsets[p]! + Math.ceil(parts[p]!.words / LEAST_STAY_WORDS / 32);
    if (path === undefined) {
      this.#bits = new Uint32Array(this.#offsets[PARTS]!);
      return;
    }
    const file = new BlockFile<RemovedAbout>(path, sum);
    try {
      const section = file.section('removed');
      if (file.about.kind !== 'removed' || section.bytes !== this.#offsets[PARTS]! * 4) throw damaged(path, 'it does not belong to its segment');
      this.#bits = file.words(section, 0, section.bytes / 4).slice();
      this.count = file.about.stays;
    } finally {
      file.close();
    }
  }

  has(part: number, word: number): boolean {
    const slot = Math.floor(word / LEAST_STAY_WORDS);
    return (this.#bits[this.#offsets[part]! + (slot >>> 5)]! & (1 << (slot & 31))) !== 0;
  }

  /** Returns true. */
  add(part: number, word: number): true {
    if (this.has(part, word)) return true;
    const slot = Math.floor(word / LEAST_STAY_WORDS);
    this.#bits[this.#offsets[part]! + (slot >>> 5)]! |= 1 << (slot & 31);
    this.count++;
    return true;
  }

  /** Writes all to a file. */
  write(path: string): WrittenFile {
    const file = new BlockFileWriter(path);
    file.section('removed', this.#bits.byteLength).add(this.#bits);
    return file.finish({ kind: 'removed', stays: this.count } satisfies RemovedAbout);
  }
}
