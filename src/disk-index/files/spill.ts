/** Working files of a build: bytes put down in pieces and read again in another order. They are removed with the build. */
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { reading } from './reading.js';
import { writing } from './writing.js';

export class SpillFile {
  readonly path: string;
  readonly #descriptor: number;
  #end = 0;

  /** @throws StateError `E_WRITE`; the file must not exist. */
  constructor(path: string) {
    this.path = path;
    const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    this.#descriptor = writing(path, () => openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
  }

  get bytes(): number {
    return this.#end;
  }

  /** Appends an array; returns where it begins. */
  append(array: ArrayBufferView): number {
    const at = this.#end;
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    writing(this.path, () => {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor, bytes, done, bytes.length - done, at + done);
    });
    this.#end = at + bytes.length;
    return at;
  }

  /** Reads words that were appended at `at` into `into`. */
  readInto(into: Uint32Array, at: number): void {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    reading(this.path, () => {
      for (let done = 0; done < bytes.length;) {
        const read = readSync(this.#descriptor, bytes, done, bytes.length - done, at + done);
        if (read === 0) throw Object.assign(new Error('too short'), { code: 'EIO' });
        done += read;
      }
    });
  }

  /** Words that were appended at `at`, in an array of their own. */
  words(at: number, count: number): Uint32Array {
    const words = new Uint32Array(count);
    this.readInto(words, at);
    return words;
  }

  /** Closes and removes the file. Never throws: it also runs when something else went wrong. */
  remove(): void {
    try {
      closeSync(this.#descriptor);
      unlinkSync(this.path);
    } catch {
      // Gone already.
    }
  }
}
