/** A file that a browser gives, as a byte source: plain, or gzip by its first bytes. It is read in this tab and goes nowhere. */
import { InputError } from '../../core/errors.js';
import type { ByteSource } from '../../ingest/read-table.js';

const CHUNK_BYTES = 1 << 22;
/** As for files in Node: what unpacks to more than this many times its size is taken for a bomb, past the first 64 MiB. */
const GZIP_RATIO = 200;
const GZIP_FREE_BYTES = 1 << 26;
/** A digest needs all bytes at once. */
const MOST_DIGEST_BYTES = 1 << 29;

export class TabSource implements ByteSource {
  readonly name: string;
  readonly #blob: Blob;
  #isPacked = false;
  #readBytes = 0;

  constructor(name: string, blob: Blob) {
    this.name = name;
    this.#blob = blob;
  }

  get sizeBytes(): number | undefined {
    return this.#isPacked ? undefined : this.#blob.size;
  }

  /** Share of the file that was read. */
  readShare(): number {
    return this.#blob.size === 0 ? 1 : Math.min(1, this.#readBytes / this.#blob.size);
  }

  /** The unpacked bytes. @throws InputError `E_READ`, `E_GZIP`. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const head = await this.#bytes(0, 2);
    this.#isPacked = head[0] === 0x1f && head[1] === 0x8b;
    if (this.#isPacked) return yield* this.#unpacked();
    // The next chunk is fetched while this one is read.
    let next = this.#bytes(0, CHUNK_BYTES);
    for (let at = 0; at < this.#blob.size;) {
      const chunk = await next;
      at += chunk.length;
      if (at < this.#blob.size) next = this.#bytes(at, at + CHUNK_BYTES);
      this.#readBytes = at;
      yield chunk;
    }
  }

  /** SHA-256 of the file as it lies there; '' where this browser gives none, or for more than half a gigabyte. */
  async digest(): Promise<string> {
    return this.#blob.size > MOST_DIGEST_BYTES ? '' : await digestOf(this.#blob);
  }

  async #bytes(lo: number, hi: number): Promise<Uint8Array> {
    try {
      return new Uint8Array(await this.#blob.slice(lo, hi).arrayBuffer());
    } catch (cause) {
      throw new InputError('E_READ', `${this.name} E_READ expected a file that can be read and stays as it is, got one that cannot; choose it again`, {
        cause,
      });
    }
  }

  async *#unpacked(): AsyncGenerator<Uint8Array> {
    let packedBytes = 0;
    const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        packedBytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const reader = this.#blob.stream().pipeThrough(counted).pipeThrough(new DecompressionStream('gzip')).getReader();
    let unpackedBytes = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        unpackedBytes += value.length;
        if (unpackedBytes > GZIP_FREE_BYTES && unpackedBytes > packedBytes * GZIP_RATIO)
          throw new InputError(
            'E_GZIP',
            `${this.name} E_GZIP expected data that packs to more than 1/${GZIP_RATIO} of its size, got a gzip bomb; unpack it yourself if you trust it`,
          );
        this.#readBytes = packedBytes;
        yield value;
      }
    } catch (cause) {
      if (cause instanceof InputError) throw cause;
      throw new InputError('E_GZIP', `${this.name} E_GZIP expected one whole gzip file, got one that is cut, damaged or put together; unpack it first`, {
        cause,
      });
    } finally {
      await reader.cancel().catch(() => {});
    }
  }
}

/** SHA-256 in hex; '' where this browser gives none. */
export async function digestOf(blob: Blob): Promise<string> {
  const subtle = (globalThis as { crypto?: { subtle?: { digest(name: string, data: ArrayBuffer): Promise<ArrayBuffer> } } }).crypto?.subtle;
  if (!subtle) return '';
  const digest = new Uint8Array(await subtle.digest('SHA-256', await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
