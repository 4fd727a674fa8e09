/**
 * The pages of a column of a Parquet file, walked from header to header before anything is unpacked: a damaged length would take any amount
 * of memory, and a damaged page, where the writer left a checksum, would give other people's ids without a word.
 *
 * A column chunk is a row of pages: a header (a struct of Thrift's compact protocol), then as many packed bytes as it says.
 */

/** What the footer says of a column chunk. */
export interface ChunkClaims {
  readonly rows: number;
  readonly unpackedBytes: number;
}

/** @throws Error with the reason, if the pages cannot be those of a column that holds nothing nested. */
export function checkPages(chunk: Uint8Array, { rows, unpackedBytes }: ChunkClaims): void {
  const reader = new CompactReader(chunk);
  let values = 0;
  while (values < rows) {
    const header = reader.struct(0);
    const unpacked = whole(header, UNPACKED);
    const packed = whole(header, PACKED);
    const from = reader.at;
    reader.at += packed;
    if (reader.at > chunk.length || unpacked > unpackedBytes) throw new Error('a page longer than its column');
    const crc = header.get(CRC);
    if (crc !== undefined && (crc as number) >>> 0 !== crc32(chunk, from, reader.at)) throw new Error('a page whose checksum differs');
    const dictionary = header.get(DICTIONARY_PAGE);
    const data = header.get(DATA_PAGE) ?? header.get(DATA_PAGE_V2);
    if (dictionary instanceof Map && whole(dictionary, COUNT) > unpacked * 8) throw new Error('a dictionary of more values than bits');
    if (data instanceof Map) values += whole(data, COUNT);
  }
  if (values !== rows) throw new Error('pages of more values than rows');
}

// Fields of the struct PageHeader, and the first field of the structs in it.
const UNPACKED = 2;
const PACKED = 3;
const CRC = 4;
const DATA_PAGE = 5;
const DICTIONARY_PAGE = 7;
const DATA_PAGE_V2 = 8;
const COUNT = 1;

/** Whole numbers and structs by the number of their field. */
type Fields = Map<number, number | Fields>;

function whole(fields: Fields, field: number): number {
  const value = fields.get(field);
  if (typeof value !== 'number' || value < 0) throw new Error('a page without its size');
  return value;
}

const DEEPEST = 8;

/** Reads structs of the compact protocol, as far as they are whole numbers and structs; all else is passed over. */
class CompactReader {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(depth: number): Fields {
    if (depth > DEEPEST) throw new Error('structs too deep');
    const fields: Fields = new Map();
    let field = 0;
    for (;;) {
      const byte = this.#byte();
      const type = byte & 15;
      if (type === 0) return fields;
      field = byte >> 4 ? field + (byte >> 4) : this.#zigzag();
      const value = this.#value(type, depth);
      if (value !== undefined) fields.set(field, value);
    }
  }

  #value(type: number, depth: number): number | Fields | undefined {
    switch (type) {
      case 1: // true
      case 2: // false
        return undefined;
      case 3: // a byte
        this.at++;
        return undefined;
      case 4: // whole numbers of 16, 32 and 64 bits
      case 5:
      case 6:
        return this.#zigzag();
      case 7: // a double
        this.at += 8;
        return undefined;
      case 8: // bytes
        this.at += this.#varint();
        return undefined;
      case 9: // a list
      case 10: {
        const byte = this.#byte();
        const count = byte >> 4 === 15 ? this.#varint() : byte >> 4;
        const isFlags = (byte & 15) < 3; // in a list these take a byte each
        for (let i = 0; i < count; i++) if (this.#value(isFlags ? 3 : byte & 15, depth + 1) === undefined) this.#checkEnd();
        return undefined;
      }
      case 12:
        return this.struct(depth + 1);
      default:
        throw new Error('a field of no known type');
    }
  }

  #byte(): number {
    this.#checkEnd();
    return this.#bytes[this.at++]!;
  }

  #checkEnd(): void {
    if (this.at >= this.#bytes.length) throw new Error('pages that end too early');
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new Error('a number too long');
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array, lo: number, hi: number): number {
  let crc = 0xffffffff;
  for (let at = lo; at < hi; at++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[at]!) & 255]!;
  return (crc ^ 0xffffffff) >>> 0;
}
