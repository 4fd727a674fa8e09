/** Files as byte sources: plain or gzip by magic bytes, hashed as they are read, refused if they change meanwhile. */
import { createHash, type Hash } from 'node:crypto';
import { fstatSync, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, addAbortSignal } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../core/errors.js';
import { visible } from '../core/visible.js';
import { ParquetFile, isMagic, type StillBytes } from './parquet/parquet-file.js';
import { loadParquetPeer } from './parquet/parquet-peer.js';
import type { ByteSource } from './read-table.js';

/** What the manifest says of an input. */
export interface InputDigest {
  readonly name: string;
  /** Bytes of the file as it lies there, packed or not. */
  readonly bytes: number;
  readonly sha256: string;
}

const CHUNK_BYTES = 1 << 20;
/** A gzip file that unpacks to more than this many times its size is taken for a bomb, past the first 64 MiB. */
const GZIP_RATIO = 200;
const GZIP_FREE_BYTES = 1 << 26;

/** A file, or standard input for `-`. Read once; `digest()` is known after the last chunk. */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly path: string;
  readonly #signal: AbortSignal | undefined;
  #fileBytes: number | undefined;
  #isPacked = false;
  #stream: Readable | undefined;
  #hash: Hash = createHash('sha256');
  #bytes = 0;
  /** Bytes read by their places, before all are read in order for the digest. */
  #placedBytes = 0;
  #sha256 = '';

  /** `signal` ends the wait for bytes that do not come, as from a terminal. `name` stands in messages in place of the base name. */
  constructor(path: string, signal?: AbortSignal, name?: string) {
    this.path = path;
    this.name = name ?? (path === '-' ? '-' : visible(basename(path)));
    this.#signal = signal;
  }

  /** Size of the unpacked bytes, if it is known. */
  get sizeBytes(): number | undefined {
    return this.#isPacked ? undefined : this.#fileBytes;
  }

  /** Share of the file that was read, or NaN where the size is not known. */
  readShare(): number {
    return this.#fileBytes === undefined ? Number.NaN : Math.min(1, Math.max(this.#bytes, this.#placedBytes) / this.#fileBytes);
  }

  digest(): InputDigest {
    return { name: this.name, bytes: this.#bytes, sha256: this.#sha256 };
  }

  /**
   * The file as columns, if its first bytes say that it is a Parquet file. Only of a regular file: nothing else can be read from its end, and
   * looking would use it up. Whoever gets it closes its bytes.
   * @throws InputError `E_READ`, `E_PARQUET`, `E_PARQUET_ENCRYPTED`, EngineError `E_PARQUET_PEER`.
   */
  async parquet(): Promise<ParquetFile | undefined> {
    const isRegular =
      this.path !== '-' &&
      (await stat(this.path).then(
        (stats) => stats.isFile(),
        () => false,
      ));
    if (!isRegular) return undefined; // what is wrong with it, `chunks` says
    const handle = await this.#open();
    let isKept = false;
    try {
      const bytes = this.#stillBytes(handle);
      const head = await bytes.read(0, Math.min(4, bytes.sizeBytes));
      if (!isMagic(head, 'PAR1') && !isMagic(head, 'PARE')) return undefined;
      this.#fileBytes = bytes.sizeBytes;
      const parquet = await ParquetFile.open(this.name, bytes, await loadParquetPeer(this.name));
      isKept = true;
      return parquet;
    } finally {
      if (!isKept) await handle.close();
    }
  }

  /** The unpacked bytes. @throws InputError `E_READ`, `E_GZIP`, `E_CHANGED`. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const raw = this.path === '-' ? this.#standardInput() : this.#file();
    try {
      const first = await raw.next();
      const all = (async function* (): AsyncGenerator<Uint8Array> {
        if (!first.done) yield first.value;
        yield* raw;
      })();
      const isGzip = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
      this.#isPacked = isGzip;
      if (isGzip) yield* this.#unpacked(all);
      else yield* all;
      this.#sha256 = this.#hash.digest('hex');
    } finally {
      // Where the reader stopped early: no wait for further bytes, and the file is closed.
      this.#stream?.destroy();
      await raw.return(undefined);
    }
  }

  async *#file(): AsyncGenerator<Uint8Array> {
    const handle = await this.#open();
    try {
      const before = fstatSync(handle.fd);
      if (before.isDirectory()) throw new InputError('E_READ', `${this.name} E_READ expected a file, got a folder; name the files in it`);
      if (before.isFile()) this.#fileBytes = before.size;
      yield* this.#hashed(blocksOf(handle));
      if (before.isFile() && hasChanged(before, fstatSync(handle.fd), this.#bytes)) throw changed(this.name);
    } finally {
      await handle.close();
    }
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.path, 'r');
    } catch (cause) {
      throw readError(this.name, cause);
    }
  }

  /** Bytes by their places. The digest is taken at the end, over all of them in order. */
  #stillBytes(handle: FileHandle): StillBytes {
    const before = fstatSync(handle.fd);
    return {
      sizeBytes: before.size,
      read: async (lo, hi) => {
        const buffer = new ArrayBuffer(hi - lo);
        for (let at = lo; at < hi;) {
          const { bytesRead } = await handle.read(new Uint8Array(buffer), at - lo, Math.min(hi - at, 1 << 30), at).catch((cause: unknown) => {
            throw readError(this.name, cause);
          });
          if (bytesRead === 0) throw changed(this.name);
          at += bytesRead;
          this.#placedBytes += bytesRead;
        }
        return buffer;
      },
      finish: async () => {
        const blocks = this.#hashed(blocksOf(handle));
        while (!(await blocks.next()).done) this.#signal?.throwIfAborted();
        if (hasChanged(before, fstatSync(handle.fd), this.#bytes)) throw changed(this.name);
        this.#sha256 = this.#hash.digest('hex');
      },
      close: () => handle.close(),
    };
  }

  async *#standardInput(): AsyncGenerator<Uint8Array> {
    this.#stream = process.stdin;
    if (this.#signal) addAbortSignal(this.#signal, process.stdin);
    yield* this.#hashed(process.stdin as AsyncIterable<Uint8Array>);
  }

  async *#hashed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        this.#hash.update(chunk);
        this.#bytes += chunk.length;
        yield chunk;
      }
    } catch (cause) {
      this.#signal?.throwIfAborted();
      throw cause instanceof InputError ? cause : readError(this.name, cause);
    }
  }

  async *#unpacked(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    const source = Readable.from(packed, { objectMode: true });
    let inputError: unknown;
    source.on('error', (error) => {
      inputError = error;
      gunzip.destroy(error);
    });
    source.pipe(gunzip);
    let unpackedBytes = 0;
    try {
      for await (const chunk of gunzip as AsyncIterable<Buffer>) {
        unpackedBytes += chunk.length;
        if (unpackedBytes > GZIP_FREE_BYTES && unpackedBytes > this.#bytes * GZIP_RATIO) {
          throw new InputError(
            'E_GZIP',
            `${this.name} E_GZIP expected data that packs to more than 1/${GZIP_RATIO} of its size, got a gzip bomb; unpack it yourself if you trust it`,
          );
        }
        yield chunk;
      }
    } catch (cause) {
      if (cause instanceof InputError || inputError) throw cause;
      throw new InputError('E_GZIP', `${this.name} E_GZIP expected a whole gzip file, got one that is cut or damaged; fetch it again`, { cause });
    } finally {
      source.destroy();
      gunzip.destroy();
    }
  }
}

/** A file's bytes in blocks of their own, so that whoever gets one may keep it. */
async function* blocksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const block = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const { bytesRead } = await handle.read(block, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) return;
    yield block.subarray(0, bytesRead);
  }
}

const hasChanged = (before: Stats, after: Stats, bytesRead: number): boolean =>
  before.size !== after.size || before.mtimeMs !== after.mtimeMs || before.ino !== after.ino || bytesRead !== before.size;

const changed = (name: string): InputError =>
  new InputError('E_CHANGED', `${name} E_CHANGED expected a file that stays as it is, got one that changed while it was read; run again when it is whole`);

function readError(name: string, cause: unknown): InputError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  const got = code === 'ENOENT' ? 'none' : code === 'EACCES' || code === 'EPERM' ? 'no permission' : code;
  return new InputError('E_READ', `${name} E_READ expected a file that can be read, got ${got}; check the name and its rights`, { cause });
}
