/** A timetable feed as it lies on a disk, a folder or a zip file, opened so that its files can be read by name. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { InputError } from '../../core/errors.js';
import { visible } from '../../core/visible.js';
import { FileSource } from '../../ingest/file-source.js';
import type { ByteSource } from '../../ingest/read-table.js';

export interface OpenFeed {
  /** Base name of the folder or file. */
  readonly name: string;
  /** What is read, for whoever must not overwrite it. */
  readonly paths: readonly string[];
  /** A file by its name; undefined if the feed has none. Named `FEED/stops.txt` in messages. */
  open(name: string): ByteSource | undefined;
  close(): void;
}

/** A file whose name tells a feed from other folders: every feed has it. */
const TELLTALE = 'stop_times.txt';
/** A packed file that unpacks to more than this many times its size is taken for a bomb, past the first 64 MiB. */
const ZIP_RATIO = 200;
const ZIP_FREE_BYTES = 1 << 26;
/** More entries than any feed has. */
const MOST_ENTRIES = 100_000;

/** @throws InputError `E_READ` if there is nothing that can be read, `E_FEED` if it is neither a folder nor a zip file, `E_ZIP` if that is damaged. */
export async function openFeed(path: string, signal?: AbortSignal): Promise<OpenFeed> {
  const name = visible(basename(resolve(path)));
  let names: readonly string[] | null;
  try {
    names = statSync(path).isDirectory() ? readdirSync(path) : null;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const got = code === 'ENOENT' ? 'none' : code;
    throw new InputError('E_READ', `${name} E_READ expected a timetable feed, a folder or a zip file, got ${got}; check the name and its rights`, { cause });
  }
  return names ? openFolder(path, name, new Set(names), signal) : openZip(path, name, signal);
}

function openFolder(path: string, name: string, names: ReadonlySet<string>, signal?: AbortSignal): OpenFeed {
  return {
    name,
    paths: [...names].map((file) => join(path, file)),
    open: (file) => (names.has(file) ? new FileSource(join(path, file), signal, `${name}/${file}`) : undefined),
    close: () => {},
  };
}

async function openZip(path: string, name: string, signal?: AbortSignal): Promise<OpenFeed> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { autoClose: false });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined)
      throw new InputError('E_READ', `${name} E_READ expected a timetable feed that can be read, got ${code}; check its rights`, { cause });
    throw new InputError('E_FEED', `${name} E_FEED expected a timetable feed, a folder or a whole zip file, got neither; fetch it again`, { cause });
  }
  try {
    const entries = await entriesOf(zip, name);
    const folder = folderOf([...entries.keys()], name);
    return {
      name,
      paths: [path],
      open(file) {
        const entry = entries.get(folder + file);
        return entry && new ZipSource(zip, entry, `${name}/${file}`, signal);
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function entriesOf(zip: ZipFile, name: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  if (zip.entryCount > MOST_ENTRIES)
    throw new InputError('E_ZIP', `${name} E_ZIP expected a timetable feed, got a zip file of ${zip.entryCount} files; give the feed alone`);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      if (entries.has(entry.fileName) && entry.fileName.endsWith('.txt')) {
        throw new InputError('E_ZIP', `${name} E_ZIP expected files of different names, got two of one; pack the feed again`);
      }
      entries.set(entry.fileName, entry);
    }
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw damaged(name, cause);
  }
  return entries;
}

/** Where in a zip file the feed lies: at the top, or in the one folder that has its files. */
function folderOf(paths: readonly string[], name: string): string {
  const folders = paths.flatMap((path) => (path === TELLTALE || path.endsWith(`/${TELLTALE}`) ? [path.slice(0, -TELLTALE.length)] : []));
  const feeds = folders.filter((folder) => !folder.startsWith('__MACOSX/'));
  if (feeds.includes('')) return '';
  if (feeds.length > 1)
    throw new InputError('E_FEED', `${name} E_FEED expected one timetable feed, got ${feeds.length} in different folders; unpack it and give one folder`);
  if (feeds.length === 0 && paths.some((path) => /\.zip$/i.test(path)) && !paths.some((path) => path.endsWith('.txt'))) {
    throw new InputError('E_FEED', `${name} E_FEED expected the files of one timetable feed, got zip files in a zip file; unpack it and give one of them`);
  }
  return feeds[0] ?? '';
}

/** One file of a zip, unpacked as it is read. Its size and checksum are held against what the zip says. */
class ZipSource implements ByteSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly #zip: ZipFile;
  readonly #entry: Entry;
  readonly #signal: AbortSignal | undefined;

  constructor(zip: ZipFile, entry: Entry, name: string, signal: AbortSignal | undefined) {
    this.#zip = zip;
    this.#entry = entry;
    this.#signal = signal;
    this.name = name;
    this.sizeBytes = entry.uncompressedSize;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const { name } = this;
    const { uncompressedSize, compressedSize, crc32: wanted } = this.#entry;
    if (this.#entry.isEncrypted())
      throw new InputError('E_ZIP', `${name} E_ZIP expected a file without a password, got an encrypted one; unpack the feed and give the folder`);
    if (uncompressedSize > ZIP_FREE_BYTES && uncompressedSize > compressedSize * ZIP_RATIO) {
      throw new InputError(
        'E_ZIP',
        `${name} E_ZIP expected data that packs to more than 1/${ZIP_RATIO} of its size, got a zip bomb; unpack it yourself if you trust it`,
      );
    }
    let stream: Readable;
    try {
      stream = await this.#zip.openReadStreamPromise(this.#entry);
    } catch (cause) {
      throw damaged(name, cause);
    }
    let sum = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        this.#signal?.throwIfAborted();
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } catch (cause) {
      this.#signal?.throwIfAborted();
      throw damaged(name, cause);
    } finally {
      stream.destroy();
    }
    if (sum !== wanted) throw damaged(name);
  }
}

const damaged = (name: string, cause?: unknown): InputError =>
  new InputError('E_ZIP', `${name} E_ZIP expected a whole zip file, got one that is cut, damaged or of an unknown kind; fetch it again`, { cause });
