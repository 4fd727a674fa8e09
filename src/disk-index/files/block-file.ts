/** Reads files of named sections: no byte is used before the checksum of its block was compared. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { BLOCK_BYTES, BYTE_ORDER, MAGIC, TRAILER_BYTES, sumText, type Footer } from './block-format.js';
import { checkVersion, crcOfDescriptor, damaged, readFully, reading } from './reading.js';

const MOST_FOOTER_BYTES = 1 << 28;
/** Bytes of a section that are checked at a time where all are; no more of it are kept for the next read. */
const PIECE_BYTES = 1 << 18;

/** A section while it is read. */
export interface Section {
  readonly name: string;
  readonly bytes: number;
  /** @internal */
  readonly at: number;
  /** @internal CRC-32 of each block; read with the first use of the section. */
  readonly sums: { words: Uint32Array | null };
  /** @internal */
  readonly sumsAt: number;
  /** @internal */
  readonly held: Held;
}

/** Blocks of a section that were read and checked: bytes `from..to` of the file. */
interface Held {
  blocks: Uint8Array;
  from: number;
  to: number;
}
const nothing = (): Held => ({ blocks: new Uint8Array(0), from: 0, to: 0 });

/** Reads a file of sections. */
export class BlockFile<About = unknown> {
  readonly path: string;
  readonly about: About;
  readonly sizeBytes: number;
  readonly #descriptor: number;
  readonly #sections = new Map<string, Section>();

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
        this.#sections.set(name, { name, bytes, at, sums: { words: null }, sumsAt: sums, held: nothing() });
        sumsFrom = Math.min(sumsFrom, sums);
      }
      const sumOfSums = crcOfDescriptor(path, this.#descriptor, sumsFrom, footerAt);
      if (sumOfSums !== view.getUint32(8, true)) throw damaged(path, 'the checksum of its checksums does not fit');
      if (sum !== undefined && sum !== sumText(view.getUint32(4, true), sumOfSums)) throw damaged(path, 'it is another file than index.json names');
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  hasSection(name: string): boolean {
    return this.#sections.has(name);
  }

  section(name: string): Section {
    const section = this.#sections.get(name);
    if (section === undefined) throw damaged(this.path, `section ${name} is missing`);
    return section;
  }

  /** The same section for reads somewhere else in it: those of the one and of the other do not displace each other's blocks. */
  again(section: Section): Section {
    return { ...section, held: nothing() };
  }

  /** Bytes `from..from + bytes` of a section, checked; a view that is valid until the next read of this section. @throws InputError `E_INDEX`. */
  view(section: Section, from: number, bytes: number): Uint8Array {
    if (from < 0 || bytes < 0 || from + bytes > section.bytes) throw damaged(this.path, `section ${section.name} is shorter than asked for`);
    if (bytes === 0) return new Uint8Array(0);
    const start = section.at + from;
    const held = start >= section.held.from && start + bytes <= section.held.to ? section.held : this.#hold(section, from, bytes);
    return held.blocks.subarray(start - held.from, start - held.from + bytes);
  }

  /** Reads the blocks with some bytes of a section and checks them. */
  #hold(section: Section, from: number, bytes: number): Held {
    const sums = (section.sums.words ??= this.#sums(section));
    const firstBlock = Math.floor(from / BLOCK_BYTES);
    const blockCount = Math.floor((from + bytes - 1) / BLOCK_BYTES) - firstBlock + 1;
    const needed = blockCount * BLOCK_BYTES;
    const held = needed > PIECE_BYTES ? nothing() : section.held;
    held.from = held.to = 0;
    if (needed > held.blocks.length) held.blocks = new Uint8Array(needed);
    const { blocks } = held;
    readFully(this.path, this.#descriptor, blocks, needed, section.at + firstBlock * BLOCK_BYTES);
    for (let block = 0; block < blockCount; block++) {
      if (crc32(blocks.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)) !== sums[firstBlock + block]!) {
        throw damaged(this.path, `the checksum of block ${firstBlock + block} of section ${section.name} does not fit`);
      }
    }
    held.from = section.at + firstBlock * BLOCK_BYTES;
    held.to = held.from + needed;
    return held;
  }

  /** Words `lo..hi` of a section of 32-bit numbers; valid until the next read of this section. */
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
