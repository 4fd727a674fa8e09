/** One output file that appears whole or not at all: written under a temporary name beside its target, flushed to the disk and renamed; 0600. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { OptionError } from '../core/errors.js';
import { staleTemporariesOf, temporarySuffix } from './earlier-run.js';
import { OutputFile, guarded, inBlocks, status, syncFolder, type FolderOptions, type WrittenFile } from './output-folder.js';

export interface FileOptions extends FolderOptions {
  /** Name of the option that gave the path. */
  readonly option: string;
  /** Whether a file that begins with this text is one of ours, which `force` may replace. */
  readonly isOurs: (head: string) => boolean;
}

const HEAD_BYTES = 256;

export class SingleFile {
  readonly path: string;
  readonly #name: string;
  readonly #temporary: string;

  /** Checks a target before any work is done. @throws OptionError `E_EXISTS`, `E_OVERWRITES_INPUT`. */
  constructor(path: string, { option, force, inputs, isOurs }: FileOptions) {
    this.path = path;
    this.#name = basename(path);
    this.#temporary = path + temporarySuffix(randomBytes(4).toString('hex'));
    const folder = status(dirname(path), true);
    if (this.#name === '' || !folder?.isDirectory()) throw new OptionError('E_OUT', `${option}: expected a file in a folder that is there, got ${path}`);
    const there = status(path);
    if (!there) return;
    for (const input of inputs) {
      const read = status(input === '-' ? '/dev/stdin' : input, true);
      const target = status(path, true);
      if (read && target && read.dev === target.dev && read.ino === target.ino) {
        throw new OptionError('E_OVERWRITES_INPUT', `${option}: ${this.#name} is also an input; inputs are never overwritten: choose another file`);
      }
    }
    if (!there.isFile()) throw new OptionError('E_EXISTS', `${option}: ${this.#name} exists and is not a regular file; choose another`);
    if (!force) throw new OptionError('E_EXISTS', `${option}: ${this.#name} exists; choose another file or give --force`);
    if (there.size > 0 && !isOurs(headOf(path)))
      throw new OptionError('E_EXISTS', `${option}: ${this.#name} exists and does not look like an earlier output of this command; choose another file`);
  }

  /** Writes the file, whole or not at all. @throws StateError `E_WRITE`; whatever `pieces` throws. */
  async write(pieces: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>): Promise<WrittenFile> {
    const written = await this.prepare(pieces);
    await this.publish();
    return written;
  }

  /** Writes the file under its temporary name: for several that appear together. `publish` or `discard` must follow. @throws as `write`. */
  async prepare(pieces: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>): Promise<WrittenFile> {
    const file = await OutputFile.create(this.#temporary, { name: this.#name, bytes: 0, sha256: '' });
    try {
      for await (const data of inBlocks(pieces)) await file.append(data);
      return await file.finish();
    } catch (error) {
      await file.park().catch(() => {});
      await this.discard();
      throw error;
    }
  }

  /** Gives a prepared file its name. @throws StateError `E_WRITE`. */
  async publish(): Promise<void> {
    try {
      await guarded(this.#name, async () => {
        for (const stale of staleTemporariesOf(this.path)) await unlink(stale);
        await rename(this.#temporary, this.path);
        await syncFolder(dirname(this.path));
      });
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** Takes a prepared file back. Never throws: it runs when something else went wrong. */
  async discard(): Promise<void> {
    await unlink(this.#temporary).catch(() => {});
  }
}

function headOf(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.toString('utf8', 0, readSync(descriptor, head)).replace(/^\uFEFF/, '');
  } finally {
    closeSync(descriptor);
  }
}
