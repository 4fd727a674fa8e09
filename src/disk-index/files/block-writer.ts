/** Writes files of named sections in checksummed blocks. */
import { closeSync, constants, fsyncSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { U32Column } from '../../core/columns.js';
import { BLOCK_BYTES, BYTE_ORDER, FORMAT_VERSION, MAGIC, TRAILER_BYTES, sumText, type Footer, type SectionEntry, type WrittenFile } from './block-format.js';
import { crcOfFile } from './reading.js';
import { writing } from './writing.js';

/** A section's bytes are written in pieces of this size. */
const PIECE_BYTES = 1 << 18;
const NONE = new Uint8Array(0);

/** One section while it is written: bytes from its first block on, without gaps. */
export class SectionWriter {
  readonly #file: BlockFileWriter;
  readonly at: number;
  /** Bytes added so far. */
  bytes = 0;
  /** CRC-32 of each block. */
  readonly sums: U32Column = new U32Column();
  #piece: Uint8Array;
  #filled = 0;

  /** @internal */
  constructor(file: BlockFileWriter, at: number, pieceBytes: number) {
    this.#file = file;
    this.at = at;
    this.#piece = new Uint8Array(pieceBytes);
  }

  /** Appends the bytes of an array. */
  add(array: ArrayBufferView): void {
    const data = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let from = 0; from < data.length;) {
      const size = Math.min(data.length - from, this.#piece.length - this.#filled);
      this.#piece.set(data.subarray(from, from + size), this.#filled);
      this.#filled += size;
      this.bytes += size;
      from += size;
      if (this.#filled === this.#piece.length) this.#flush();
    }
  }

  /** @internal Writes what is left, filled up with zeros to a whole block. Returns where the next section may begin. */
  close(): number {
    this.#piece.fill(0, this.#filled);
    this.#filled = Math.ceil(this.#filled / BLOCK_BYTES) * BLOCK_BYTES;
    this.#flush();
    this.#piece = NONE; // hundreds of files may be under way
    return this.at + this.sums.length * BLOCK_BYTES;
  }

  #flush(): void {
    if (this.#filled === 0) return;
    this.#file.writeAt(this.#piece.subarray(0, this.#filled), this.at + this.sums.length * BLOCK_BYTES);
    for (let block = 0; block < this.#filled; block += BLOCK_BYTES) this.sums.push(crc32(this.#piece.subarray(block, block + BLOCK_BYTES)));
    this.#filled = 0;
  }
}

/** Writes one file of sections. Its descriptor is open only while bytes are written, so that any number of files can be under way. */
export class BlockFileWriter {
  readonly path: string;
  readonly #sections = new Map<string, SectionWriter>();
  #next = BLOCK_BYTES;

  /** @throws StateError `E_WRITE`; the file must not exist. */
  constructor(path: string) {
    this.path = path;
    const head = new Uint8Array(BLOCK_BYTES);
    head.set(Buffer.from(MAGIC));
    new DataView(head.buffer).setUint32(8, FORMAT_VERSION, true);
    new DataView(head.buffer).setUint32(12, BYTE_ORDER, true);
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const descriptor = writing(path, () => openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
    writing(path, () => closeSync(descriptor));
    this.writeAt(head, 0);
  }

  /**
   * Begins a section. Sections of a known size may be filled at the same time; one of unknown size must be closed, with `close`, before the next begins.
   * `pieceBytes` is how much is gathered before it is written: a whole number of blocks.
   */
  section(name: string, sizeBytes: number | null = null, pieceBytes: number = PIECE_BYTES): SectionWriter {
    const most = sizeBytes === null ? pieceBytes : Math.min(pieceBytes, Math.max(1, Math.ceil(sizeBytes / BLOCK_BYTES)) * BLOCK_BYTES);
    const section = new SectionWriter(this, this.#next, most);
    this.#sections.set(name, section);
    if (sizeBytes !== null) this.#next += Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
    return section;
  }

  /** Ends a section of unknown size. */
  close(section: SectionWriter): void {
    this.#next = section.close();
  }

  /** Closes all sections and writes checksums, footer and trailer; the bytes are on the disk when it returns. */
  finish(about: object): WrittenFile {
    const sections: Record<string, SectionEntry> = {};
    let end = this.#next;
    for (const section of this.#sections.values()) end = Math.max(end, section.close());
    for (const [name, { at, bytes, sums }] of this.#sections) {
      sections[name] = { at, bytes, sums: end };
      const data = sums.trimmed();
      this.writeAt(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), end);
      end += data.byteLength;
    }
    const sumsFrom = Math.min(end, ...Object.values(sections).map(({ sums }) => sums));
    const sumOfSums = crcOfFile(this.path, sumsFrom, end);
    const footer = Buffer.from(JSON.stringify({ sections, about } satisfies Footer<object>));
    this.writeAt(footer, end);
    const trailer = new DataView(new ArrayBuffer(TRAILER_BYTES));
    trailer.setUint32(0, footer.length, true);
    trailer.setUint32(4, crc32(footer), true);
    trailer.setUint32(8, sumOfSums, true);
    trailer.setUint32(12, FORMAT_VERSION, true);
    trailer.setFloat64(16, end + footer.length + TRAILER_BYTES, true);
    new Uint8Array(trailer.buffer).set(Buffer.from(MAGIC), 24);
    this.writeAt(new Uint8Array(trailer.buffer), end + footer.length);
    this.#withFile((descriptor) => fsyncSync(descriptor));
    return { bytes: end + footer.length + TRAILER_BYTES, sum: sumText(crc32(footer), sumOfSums) };
  }

  /** @internal A short write is continued; only what the system says was written counts. */
  writeAt(bytes: Uint8Array, at: number): void {
    this.#withFile((descriptor) => {
      for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
    });
  }

  #withFile(work: (descriptor: number) => void): void {
    writing(this.path, () => {
      const descriptor = openSync(this.path, constants.O_WRONLY | constants.O_NOFOLLOW);
      try {
        work(descriptor);
      } finally {
        closeSync(descriptor);
      }
    });
  }
}
