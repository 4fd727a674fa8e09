/**
 * Files of named sections in checksummed blocks: the container of everything in an index on disk. docs/index-format.md says it for other programs.
 *
 * Layout: a head block (magic, version, byte order) · the sections, each from a block border on, zero-filled to the next · one CRC-32 for each
 * block of each section · the footer, JSON that names the sections and carries what the writer adds · a trailer of 32 bytes.
 * Numbers are little-endian. No byte is used before the checksum of its block was compared; positions from the footer are checked against the
 * length of the file.
 */

export const BLOCK_BYTES = 4096;
/** Raised when a reader of the older version could misread a file. */
export const FORMAT_VERSION = 1;
export const MAGIC = 'COPRESIX';
export const BYTE_ORDER = 0x01020304;
export const TRAILER_BYTES = 32;

export interface SectionEntry {
  readonly at: number;
  readonly bytes: number;
  /** Position of the first of its checksums in the file. */
  readonly sums: number;
}
export type Footer<About> = { readonly sections: Readonly<Record<string, SectionEntry>>; readonly about: About };

/** A file that was written: its size, and what tells it from any other (the checksums of its footer and of its checksums). */
export interface WrittenFile {
  readonly bytes: number;
  readonly sum: string;
}

/** What tells a file from any other. */
export const sumText = (ofFooter: number, ofSums: number): string => [ofFooter, ofSums].map((crc) => crc.toString(16).padStart(8, '0')).join('');
