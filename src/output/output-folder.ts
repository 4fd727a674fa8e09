/**
 * A folder of outputs that appear whole or not at all: each file is written under a temporary name beside its target, flushed to the disk and
 * renamed; the manifest is renamed last, so that a folder without one holds no finished run. What a killed run left is removed by the next. Files are 0600, folders 0700.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants, lstatSync, statSync, type Stats } from 'node:fs';
import { mkdir, open, rename, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OptionError, StateError } from '../core/errors.js';
import { MANIFEST, earlierOutputs, isLeftover, staleTemporaries, temporarySuffix } from './earlier-run.js';

export interface WrittenFile {
  /** Path below the folder, with `/`. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface FolderOptions {
  /** Replaces the files of an earlier run of ours. */
  readonly force: boolean;
  /** Paths that are read: none of them may be written. */
  readonly inputs: readonly string[];
}

export class OutputFolder {
  readonly path: string;
  readonly #options: FolderOptions;
  readonly #suffix = temporarySuffix(randomBytes(4).toString('hex'));
  readonly #written: WrittenFile[] = [];
  readonly #madeFolders: string[] = [];
  readonly #old: readonly string[];
  readonly #stale: readonly string[];

  /** Checks a folder before any work is done. @throws OptionError `E_EXISTS`, `E_OVERWRITES_INPUT`; StateError `E_WRITE`. */
  constructor(path: string, options: FolderOptions) {
    this.path = path;
    this.#options = options;
    const folder = status(path);
    if (folder && !folder.isDirectory()) throw new OptionError('E_EXISTS', `out: expected a folder or a new name, got a file at ${path}`);
    if (folder && (folder.mode & 0o022) !== 0) {
      throw new OptionError(
        'E_OPEN_FOLDER',
        `out: expected a folder that only you can write to, got one that others can (mode ${(folder.mode & 0o777).toString(8)}); lists name people: choose a new folder`,
      );
    }
    this.#stale = folder ? staleTemporaries(path) : [];
    this.#old = folder ? earlierOutputs(path, this.#stale) : [];
    if (this.#old.length > 0 && !options.force) {
      throw new OptionError('E_EXISTS', `out: expected an empty or new folder, got the outputs of an earlier run in ${path}; choose another or give --force`);
    }
    // Also those that this run will not write again: they go with the earlier run.
    for (const name of this.#old) {
      const there = status(join(path, name));
      if (there) this.#checkInputs(name, there);
    }
  }

  /** Refuses a file that exists and is not ours to replace. */
  #checkTarget(name: string): void {
    const target = join(this.path, name);
    const parent = status(dirname(target));
    // A link in place of a district's folder would lead out of ours.
    if (parent && !parent.isDirectory()) throw new OptionError('E_EXISTS', `out: ${dirname(name)} exists and is not a folder; choose another folder`);
    const there = status(target);
    if (!there) return;
    this.#checkInputs(name, there);
    if (!there.isFile()) throw new OptionError('E_EXISTS', `out: ${name} exists and is not a regular file; choose another folder`);
    if (!this.#old.includes(name) && !isLeftover(target)) {
      throw new OptionError('E_EXISTS', `out: ${name} exists and no manifest says that an earlier run made it; choose another folder`);
    }
  }

  /** Refuses to replace or remove what is read. */
  #checkInputs(name: string, there: Stats): void {
    for (const input of this.#options.inputs) {
      const read = status(input === '-' ? '/dev/stdin' : input, true);
      if (read && read.dev === there.dev && read.ino === there.ino) {
        throw new OptionError('E_OVERWRITES_INPUT', `out: ${name} is also an input; inputs are never overwritten: choose another folder`);
      }
    }
  }

  /** Whether the folder holds the lists of an earlier run. */
  get hasEarlierOutputs(): boolean {
    return this.#old.length > 0;
  }

  /** Checks all names that will be written, before any work is done. */
  checkTargets(names: readonly string[]): void {
    for (const name of names) this.#checkTarget(name);
  }

  /** Writes one file under its temporary name. @throws StateError `E_WRITE`; whatever `pieces` throws. */
  async write(name: string, pieces: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>): Promise<WrittenFile> {
    const file = await this.create(name);
    try {
      for await (const data of inBlocks(pieces)) await file.append(data);
      return await file.finish();
    } finally {
      await file.park();
    }
  }

  /** Begins a file under its temporary name. @throws StateError `E_WRITE`. */
  async create(name: string): Promise<OutputFile> {
    this.#checkTarget(name);
    const target = join(this.path, name);
    await guarded(name, () => this.#makeFolder(dirname(target)));
    const placed = { name, bytes: 0, sha256: '' };
    const file = await OutputFile.create(target + this.#suffix, placed);
    this.#written.push(placed);
    return file;
  }

  /** Gives all files their names; the manifest must have been written last. Outputs of an earlier run that this one did not write are removed. */
  async commit(): Promise<void> {
    const names = this.#written.map(({ name }) => name);
    const remove = (name: string): Promise<void> =>
      unlink(join(this.path, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    await guarded(MANIFEST, async () => {
      await remove(MANIFEST);
      const leaving = [...this.#stale, ...this.#old.filter((name) => !names.includes(name))];
      for (const name of leaving) await remove(name);
      for (const name of names) await rename(join(this.path, name + this.#suffix), join(this.path, name));
      for (const folder of new Set(names.map((name) => dirname(join(this.path, name))))) await syncFolder(folder);
      // Folders of districts that are no more; one that still holds something stays.
      for (const folder of new Set(leaving.map(dirname))) if (folder !== '.') await rmdir(join(this.path, folder)).catch(() => {});
    });
    this.#written.length = 0;
  }

  /** Takes back what was not committed. Never throws: it runs when something else went wrong. */
  async discard(): Promise<void> {
    for (const { name } of this.#written) await unlink(join(this.path, name + this.#suffix)).catch(() => {});
    for (const folder of this.#madeFolders.reverse()) await rmdir(folder).catch(() => {});
    this.#written.length = 0;
  }

  async #makeFolder(path: string): Promise<void> {
    if (status(path)) return;
    await this.#makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
    this.#madeFolders.push(path);
  }
}

/** A file that is being written. */
export class OutputFile {
  readonly #path: string;
  readonly #placed: { name: string; bytes: number; sha256: string };
  readonly #hash = createHash('sha256');
  #handle: FileHandle | undefined;
  #pending: Promise<void> = Promise.resolve();

  private constructor(path: string, placed: { name: string; bytes: number; sha256: string }) {
    this.#path = path;
    this.#placed = placed;
  }

  static async create(path: string, placed: { name: string; bytes: number; sha256: string }): Promise<OutputFile> {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const file = new OutputFile(path, placed);
    file.#handle = await guarded(placed.name, () => open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
    return file;
  }

  /** Begins to write bytes behind those that are there, once those before them are written; they must not be changed until the next call is done. */
  async append(data: Uint8Array): Promise<void> {
    await this.#pending;
    const handle = await this.#open();
    this.#placed.bytes += data.length;
    this.#pending = this.#writeAll(handle, data);
    this.#pending.catch(() => {}); // told to whoever waits for it next
    this.#hash.update(data); // while the system writes
  }

  /** A short write is continued; only what the system says was written counts. */
  async #writeAll(handle: FileHandle, data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length;) at += (await guarded(this.#placed.name, () => handle.write(data, at))).bytesWritten;
  }

  /** Closes the file until it is written to again: there may be more files at work than can be open at once. */
  async park(): Promise<void> {
    await this.#pending.catch(() => {}); // whoever finishes the file is told
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle) await guarded(this.#placed.name, () => handle.close());
  }

  /** Brings all bytes to the disk and closes the file. */
  async finish(): Promise<WrittenFile> {
    try {
      await this.#pending;
      const handle = await this.#open();
      await guarded(this.#placed.name, () => handle.sync());
    } finally {
      await this.park();
    }
    return Object.assign(this.#placed, { sha256: this.#hash.digest('hex') });
  }

  async #open(): Promise<FileHandle> {
    const { O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;
    return (this.#handle ??= await guarded(this.#placed.name, () => open(this.#path, O_WRONLY | O_APPEND | O_NOFOLLOW)));
  }
}

/** The same bytes in blocks of at least 256 KiB: a formatter gives a piece for each row. */
export async function* inBlocks(pieces: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  let block: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    const data = typeof piece === 'string' ? Buffer.from(piece) : piece;
    if (size === 0 && data.length >= BLOCK_BYTES) {
      yield data;
      continue;
    }
    block.push(data);
    size += data.length;
    if (size < BLOCK_BYTES) continue;
    yield Buffer.concat(block);
    block = [];
    size = 0;
  }
  yield Buffer.concat(block);
}
const BLOCK_BYTES = 1 << 18;

export function status(path: string, follow = false): Stats | undefined {
  try {
    return follow ? statSync(path) : lstatSync(path);
  } catch {
    return undefined;
  }
}

export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Turns an error of the file system into ours. */
export async function guarded<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const advice = code === 'ENOSPC' || code === 'EDQUOT' ? 'make room on the disk' : 'check the folder and its rights';
    throw new StateError('E_WRITE', `${name} E_WRITE expected to write the file, got ${code}; ${advice}`, { cause });
  }
}
