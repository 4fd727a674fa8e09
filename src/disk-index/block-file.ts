/**
 * Files of named sections in checksummed blocks: the container of everything in an index on disk. docs/index-format.md says it for other programs.
 *
 * Layout: a head block (magic, version, byte order) · the sections, each from a block border on, zero-filled to the next · one CRC-32 for each
 * block of each section · the footer, JSON that names the sections and carries what the writer adds · a trailer of 32 bytes.
 * Numbers are little-endian. No byte is used before the checksum of its block was compared; positions from the footer are checked against the
 * length of the file.
 */
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { U32Column } from '../core/columns.js';
import { InputError } from '../core/errors.js';
import { writing } from './writing.js';

export const BLOCK_BYTES = 4096;
/** Raised when a reader of the older version could misread a file. */
export const FORMAT_VERSION = 1;
const MAGIC = 'COPRESIX';
const BYTE_ORDER = 0x01020304;
const TRAILER_BYTES = 32;
/** A section's bytes are written in pieces of this size. */
const PIECE_BYTES = 1 << 18;
const MOST_FOOTER_BYTES = 1 << 28;
const NONE = new Uint8Array(0);

interface SectionEntry {
  readonly at: number;
  readonly bytes: number;
  /** Position of the first of its checksums in the file. */
  readonly sums: number;
}
/** A file that was written: its size, and what tells it from any other (the checksums of its footer and of its checksums). */
export interface WrittenFile {
  readonly bytes: number;
  readonly sum: string;
}
type Footer<About> = { readonly sections: Readonly<Record<string, SectionEntry>>; readonly about: About };

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

/** A section while it is read. */
export interface Section {
  readonly name: string;
  readonly bytes: number;
  /** @internal */
  readonly at: number;
  /** @internal CRC-32 of each block; read with the first use of the section. */
  sums: Uint32Array | null;
  /** @internal */
  readonly sumsAt: number;
}

/** Reads a file of sections. */
export class BlockFile<About = unknown> {
  readonly path: string;
  readonly about: About;
  readonly sizeBytes: number;
  readonly #descriptor: number;
  readonly #sections = new Map<string, Section>();
  #blocks: Uint8Array = new Uint8Array(64 * BLOCK_BYTES);
  /** Which blocks are in `#blocks`, checked: bytes `#heldFrom..#heldTo` of the file. */
  #heldFrom = 0;
  #heldTo = 0;

  /**
   * Opens a file and checks its frame: head, trailer, footer, checksums of checksums.
   * @param sum - what the manifest says of it: a sound file of another day or index is none of ours.
   * @throws InputError `E_INDEX`, `E_INDEX_VERSION`.
   */
  constructor(path: string, sum?: string) {
    this.path = path;
    this.#descriptor = reading(path, () => openSync(path, constants.O_RDONLY));
    try {
      const status = fstatSync(this.#descriptor);
      this.sizeBytes = status.size;
      if (!status.isFile() || status.size < BLOCK_BYTES + TRAILER_BYTES) throw damaged(path, 'the file is too short');
      const head = this.#raw(0, 16);
      const tail = this.#raw(status.size - TRAILER_BYTES, TRAILER_BYTES);
      if (Buffer.from(head.subarray(0, 8)).toString('latin1') !== MAGIC) throw damaged(path, 'it does not begin as a file of an index');
      const headView = new DataView(head.buffer, head.byteOffset);
      checkVersion(path, headView.getUint32(8, true));
      if (headView.getUint32(12, true) !== BYTE_ORDER) throw damaged(path, 'its byte order is another');
      const view = new DataView(tail.buffer, tail.byteOffset);
      if (Buffer.from(tail.subarray(24)).toString('latin1') !== MAGIC || view.getFloat64(16, true) !== status.size) throw damaged(path, 'its end is missing');
      const footerBytes = view.getUint32(0, true);
      const footerAt = status.size - TRAILER_BYTES - footerBytes;
      if (footerBytes > MOST_FOOTER_BYTES || footerAt < BLOCK_BYTES) throw damaged(path, 'its footer does not fit');
      const footer = this.#raw(footerAt, footerBytes);
      if (crc32(footer) !== view.getUint32(4, true)) throw damaged(path, 'the checksum of its footer does not fit');
      const { sections, about } = JSON.parse(Buffer.from(footer).toString('utf8')) as Footer<About>;
      this.about = about;
      let sumsFrom = footerAt;
      for (const [name, { at, bytes, sums }] of Object.entries(sections)) {
        const blocks = Math.ceil(bytes / BLOCK_BYTES);
        if (
          !(
            at % BLOCK_BYTES === 0 &&
            sums % 4 === 0 &&
            Number.isInteger(bytes) &&
            at >= BLOCK_BYTES &&
            bytes >= 0 &&
            at + blocks * BLOCK_BYTES <= sums &&
            sums + blocks * 4 <= footerAt
          )
        )
          throw damaged(path, `section ${name} does not fit`);
        this.#sections.set(name, { name, bytes, at, sums: null, sumsAt: sums });
        sumsFrom = Math.min(sumsFrom, sums);
      }
      const sumOfSums = crcOfDescriptor(this.#descriptor, sumsFrom, footerAt);
      if (sumOfSums !== view.getUint32(8, true)) throw damaged(path, 'the checksum of its checksums does not fit');
      if (sum !== undefined && sum !== sumText(view.getUint32(4, true), sumOfSums)) throw damaged(path, 'it is another file than index.json names');
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  section(name: string): Section {
    const section = this.#sections.get(name);
    if (section === undefined) throw damaged(this.path, `section ${name} is missing`);
    return section;
  }

  /** Bytes `from..from + bytes` of a section, checked; a view that is valid until the next read. @throws InputError `E_INDEX`. */
  view(section: Section, from: number, bytes: number): Uint8Array {
    if (from < 0 || bytes < 0 || from + bytes > section.bytes) throw damaged(this.path, `section ${section.name} is shorter than asked for`);
    if (bytes === 0) return new Uint8Array(0);
    section.sums ??= this.#sums(section);
    const start = section.at + from;
    if (start < this.#heldFrom || start + bytes > this.#heldTo) this.#hold(section, from, bytes);
    return this.#blocks.subarray(start - this.#heldFrom, start - this.#heldFrom + bytes);
  }

  /** Reads the blocks with some bytes of a section and checks them. */
  #hold(section: Section, from: number, bytes: number): void {
    const sums = (section.sums ??= this.#sums(section));
    const firstBlock = Math.floor(from / BLOCK_BYTES);
    const blockCount = Math.floor((from + bytes - 1) / BLOCK_BYTES) - firstBlock + 1;
    const needed = blockCount * BLOCK_BYTES;
    this.#heldFrom = this.#heldTo = 0;
    if (needed > this.#blocks.length) this.#blocks = new Uint8Array(needed);
    readFully(this.path, this.#descriptor, this.#blocks, needed, section.at + firstBlock * BLOCK_BYTES);
    for (let block = 0; block < blockCount; block++) {
      if (crc32(this.#blocks.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)) !== sums[firstBlock + block]!) {
        throw damaged(this.path, `the checksum of block ${firstBlock + block} of section ${section.name} does not fit`);
      }
    }
    this.#heldFrom = section.at + firstBlock * BLOCK_BYTES;
    this.#heldTo = this.#heldFrom + needed;
  }

  /** Words `lo..hi` of a section of 32-bit numbers; valid until the next read. */
  words(section: Section, lo: number, hi: number): Uint32Array {
    const view = this.view(section, lo * 4, (hi - lo) * 4);
    return new Uint32Array(view.buffer, view.byteOffset, hi - lo);
  }

  /** Checks every block of every section. @throws InputError `E_INDEX`. */
  *verify(): Generator<number> {
    for (const section of this.#sections.values()) {
      for (let from = 0; from < section.bytes; from += PIECE_BYTES) {
        this.view(section, from, Math.min(PIECE_BYTES, section.bytes - from));
        yield section.at + from;
      }
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #sums(section: Section): Uint32Array {
    const count = Math.ceil(section.bytes / BLOCK_BYTES);
    const sums = new Uint32Array(count);
    readFully(this.path, this.#descriptor, new Uint8Array(sums.buffer), count * 4, section.sumsAt);
    return sums;
  }

  #raw(at: number, bytes: number): Uint8Array {
    const data = new Uint8Array(bytes);
    readFully(this.path, this.#descriptor, data, bytes, at);
    return data;
  }
}

const sumText = (ofFooter: number, ofSums: number): string => [ofFooter, ofSums].map((crc) => crc.toString(16).padStart(8, '0')).join('');

/** An index that cannot be used: what is wrong, where, and how to come by a sound one. */
export function damaged(path: string, what: string): InputError {
  return new InputError(
    'E_INDEX',
    `${basename(path)} E_INDEX expected a sound file of an index, got a damaged one: ${what}; build the index again from its check-ins`,
  );
}

/** @throws InputError `E_INDEX_VERSION` naming both versions. */
export function checkVersion(path: string, version: number): void {
  if (version === FORMAT_VERSION) return;
  throw new InputError(
    'E_INDEX_VERSION',
    `${basename(path)} E_INDEX_VERSION expected an index of version ${FORMAT_VERSION}, got version ${version}; read it with the copresence that built it, or build it again`,
  );
}

function readFully(path: string, descriptor: number, into: Uint8Array, bytes: number, at: number): void {
  for (let done = 0; done < bytes;) {
    const read = reading(path, () => readSync(descriptor, into, done, bytes - done, at + done));
    if (read === 0) throw damaged(path, 'it ends too early');
    done += read;
  }
}

function crcOfFile(path: string, from: number, to: number): number {
  const descriptor = reading(path, () => openSync(path, constants.O_RDONLY));
  try {
    return crcOfDescriptor(descriptor, from, to);
  } finally {
    closeSync(descriptor);
  }
}

function crcOfDescriptor(descriptor: number, from: number, to: number): number {
  const piece = new Uint8Array(Math.min(PIECE_BYTES, to - from));
  let sum = 0;
  for (let at = from; at < to; at += piece.length) {
    const size = Math.min(piece.length, to - at);
    readFully('', descriptor, piece, size, at);
    sum = crc32(piece.subarray(0, size), sum);
  }
  return sum;
}

/** Turns an error of the file system into ours. */
export function reading<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const advice = code === 'EMFILE' || code === 'ENFILE' ? 'each day is a file: let the process open more (ulimit -n)' : 'check the folder and its rights';
    throw new InputError('E_READ', `${basename(path)} E_READ expected a file of an index that can be read, got ${code}; ${advice}`, { cause });
  }
}
