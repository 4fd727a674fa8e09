/** Which stays of a segment a later update put elsewhere, since new check-ins changed them: a bit for each stay, part by part. */
import { BlockFile, BlockFileWriter, damaged } from './block-file.js';
import { PARTS, type Part } from './segment-format.js';

interface RemovedAbout {
  readonly kind: 'removed';
  readonly stays: number;
}

export class Removed {
  readonly #bits: Uint32Array;
  /** First word of each part. */
  readonly #offsets: Uint32Array;
  /** Stays removed. */
  count = 0;

  /** Nothing is removed at first, or what a file says. @throws InputError `E_INDEX`. */
  constructor(parts: readonly Part[], path?: string) {
    this.#offsets = new Uint32Array(PARTS + 1);
    for (let p = 0; p < PARTS; p++) this.#offsets[p + 1] = this.#offsets[p]! + Math.ceil(parts[p]!.stays / 32);
    if (path === undefined) {
      this.#bits = new Uint32Array(this.#offsets[PARTS]!);
      return;
    }
    const file = new BlockFile<RemovedAbout>(path);
    try {
      const section = file.section('removed');
      if (file.about.kind !== 'removed' || section.bytes !== this.#offsets[PARTS]! * 4) throw damaged(path, 'it does not belong to its segment');
      this.#bits = file.words(section, 0, section.bytes / 4).slice();
      this.count = file.about.stays;
    } finally {
      file.close();
    }
  }

  has(part: number, stay: number): boolean {
    return (this.#bits[this.#offsets[part]! + (stay >>> 5)]! & (1 << (stay & 31))) !== 0;
  }

  add(part: number, stay: number): void {
    if (this.has(part, stay)) return;
    this.#bits[this.#offsets[part]! + (stay >>> 5)]! |= 1 << (stay & 31);
    this.count++;
  }

  /** Writes all to a file. Returns its size. */
  write(path: string): number {
    const file = new BlockFileWriter(path);
    file.section('removed', this.#bits.byteLength).add(this.#bits);
    return file.finish({ kind: 'removed', stays: this.count } satisfies RemovedAbout);
  }
}
