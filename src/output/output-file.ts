/** One output file that appears whole or not at all: written under a temporary name beside its target, flushed to the disk and renamed; 0600. */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { OptionError } from '../core/errors.js';
import { staleTemporariesOf, temporarySuffix } from './earlier-run.js';
import { guarded, inBlocks, status, syncFolder, type FolderOptions, type WrittenFile } from './output-folder.js';

export interface FileOptions extends FolderOptions {
  /** Name of the option that gave the path. */
  readonly option: string;
  /** Whether a file that begins with this text is one of ours, which `force` may replace. */
  readonly isOurs: (head: string) => boolean;
}

const HEAD_BYTES = 256;

export class OutputFile {
  readonly path: string;
  readonly #name: string;
  readonly #temporary: string;

  /** Checks a target before any work is done. @throws OptionError `E_EXISTS`, `E_OVERWRITES_INPUT`. */
  constructor(path: string, { option, force, inputs, isOurs }: FileOptions) {
    this.path = path;
    this.#name = basename(path);
    this.#temporary = path + temporarySuffix(randomBytes(4).toString('hex'));
    const folder = status(dirname(path), true);
    if (!folder?.isDirectory()) throw new OptionError('E_OUT', `${option}: expected a file in a folder that is there, got ${path}`);
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
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const name = this.#name;
    const handle = await guarded(name, () => open(this.#temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      try {
        for await (const data of inBlocks(pieces)) {
          hash.update(data);
          bytes += data.length;
          for (let at = 0; at < data.length;) at += (await guarded(name, () => handle.write(data, at))).bytesWritten;
        }
        await guarded(name, () => handle.sync());
      } finally {
        await guarded(name, () => handle.close());
      }
      await guarded(name, async () => {
        for (const stale of staleTemporariesOf(this.path)) await unlink(stale);
        await rename(this.#temporary, this.path);
        await syncFolder(dirname(this.path));
      });
    } catch (error) {
      await unlink(this.#temporary).catch(() => {});
      throw error;
    }
    return { name, bytes, sha256: hash.digest('hex') };
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
