/** A Parquet file as columns of values, one row group at a time, through the peer that knows the format. */
import { CopresenceError, EngineError, InputError } from '../../core/errors.js';
import { topColumns, type ParquetColumn } from './parquet-column.js';
import { checkPages } from './parquet-pages.js';
import type { ParquetChunk, ParquetMetadata, ParquetPeer } from './parquet-peer.js';
import { TextCells } from '../rows/text-cells.js';

/** The bytes of a file that lies still and can be read anywhere. */
export interface StillBytes {
  readonly sizeBytes: number;
  read(lo: number, hi: number): Promise<ArrayBuffer>;
  /** Takes the digest of all bytes. @throws InputError `E_CHANGED` if the file is not what it was. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Values of one column of a row group: `TextCell` for text, numbers and bigints for the rest, null or undefined where there is none. */
export type ParquetValues = ArrayLike<unknown>;

/** A data or dictionary page may unpack to so many times its size before the file is taken for a bomb, past the first 64 MiB of a column. */
const UNPACKED_RATIO = 1000;
const UNPACKED_FREE_BYTES = 1 << 26;

export class ParquetFile {
  readonly name: string;
  readonly columns: readonly ParquetColumn[];
  /** Rows of each row group. */
  readonly groupRows: readonly number[];
  readonly bytes: StillBytes;
  readonly #peer: ParquetPeer;
  readonly #metadata: ParquetMetadata;

  private constructor(name: string, bytes: StillBytes, peer: ParquetPeer, metadata: ParquetMetadata) {
    this.name = name;
    this.bytes = bytes;
    this.#peer = peer;
    this.#metadata = metadata;
    this.columns = topColumns(metadata.schema);
    if (!this.columns.every((column) => typeof column.name === 'string')) throw new Error('a column without a name');
    this.groupRows = metadata.row_groups.map((group) => Number(group.num_rows));
    const rows = this.groupRows.reduce((sum, count) => sum + count, 0);
    if (!this.groupRows.every((count) => Number.isInteger(count) && count >= 0 && count < 2 ** 32) || rows !== Number(metadata.num_rows))
      throw new Error('row groups do not add up');
  }

  /** Reads what the file says of itself. @throws InputError `E_PARQUET`, `E_PARQUET_ENCRYPTED`. */
  static async open(name: string, bytes: StillBytes, peer: ParquetPeer): Promise<ParquetFile> {
    const head = await bytes.read(0, Math.min(4, bytes.sizeBytes));
    const tail = await bytes.read(Math.max(0, bytes.sizeBytes - 4), bytes.sizeBytes);
    if (isMagic(head, 'PARE') || isMagic(tail, 'PARE')) throw encrypted(name);
    if (!isMagic(tail, 'PAR1') || bytes.sizeBytes < 12) throw damaged(name, 'one that does not end as it should');
    try {
      const metadata = await peer.parquetMetadataAsync(peerFile(bytes), { geoparquet: false });
      return new ParquetFile(name, bytes, peer, metadata);
    } catch (cause) {
      throw cause instanceof CopresenceError ? cause : damaged(name, 'one whose description of itself is damaged', cause);
    }
  }

  /**
   * The values of some columns, by their places in `columns`, in a row group.
   * @throws InputError `E_PARQUET`, `E_PARQUET_CODEC`, `E_PARQUET_ENCRYPTED`, EngineError `E_PARQUET_PEER`.
   */
  async readGroup(group: number, wanted: readonly number[]): Promise<ParquetValues[]> {
    const rows = this.groupRows[group]!;
    if (rows === 0) return wanted.map(() => []);
    const rowStart = this.groupRows.slice(0, group).reduce((sum, count) => sum + count, 0);
    const names = [...new Set(wanted.map((column) => this.columns[column]!.name))];
    const read = new Map<string, ParquetValues>();
    for (const name of names) {
      try {
        read.set(name, await this.#readColumn(name, this.#chunk(group, name), rowStart, rows));
      } catch (cause) {
        throw cause instanceof CopresenceError ? cause : this.#damagedGroup(group, cause);
      }
    }
    return wanted.map((column) => read.get(this.columns[column]!.name)!);
  }

  async #readColumn(name: string, chunk: ParquetChunk, rowStart: number, rows: number): Promise<ParquetValues> {
    const lo = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    const file = peerFile(this.bytes);
    const pages = await file.slice(lo, lo + Number(chunk.total_compressed_size));
    checkPages(new Uint8Array(pages), { rows, unpackedBytes: Number(chunk.total_uncompressed_size) });
    const parts: ParquetValues[] = [];
    await this.#peer.parquetRead({
      file: { byteLength: file.byteLength, slice: (from, to) => (from === lo && to === lo + pages.byteLength ? Promise.resolve(pages) : file.slice(from, to)) },
      metadata: this.#metadata,
      columns: [name],
      rowStart,
      rowEnd: rowStart + rows,
      compressors: this.#peer.compressors,
      parsers: parsersOf(new TextCells()),
      onChunk: ({ columnData }) => void parts.push(columnData),
    });
    const values = joined(parts);
    if (values.length !== rows) throw new Error('other values than rows');
    return values;
  }

  /** One column of a row group. What would end the reading of it, or fill the memory, is told before. */
  #chunk(group: number, name: string): ParquetChunk {
    const chunks = this.#metadata.row_groups[group]!.columns;
    const found = chunks.filter(({ meta_data: chunk, file_path: path }) => path === undefined && (!chunk || chunk.path_in_schema[0] === name));
    if (found.some(({ meta_data: chunk }) => chunk === undefined)) throw encrypted(this.name);
    const chunk = found[0]?.meta_data;
    if (found.length !== 1 || !chunk) throw this.#damagedGroup(group);
    const { total_uncompressed_size: unpacked, total_compressed_size: packed, num_values: values } = chunk;
    const isBomb = Number(unpacked) > UNPACKED_FREE_BYTES && Number(unpacked) > Number(packed) * UNPACKED_RATIO;
    if (isBomb || Number(packed) > this.bytes.sizeBytes || Number(values) !== this.groupRows[group]) throw this.#damagedGroup(group);
    this.#checkCodec(chunk);
    return chunk;
  }

  #checkCodec({ codec = 'unknown' }: ParquetChunk): void {
    if (codec === 'UNCOMPRESSED' || codec === 'SNAPPY' || codec in this.#peer.compressors) return;
    if (Object.keys(this.#peer.compressors).length === 0)
      throw new EngineError(
        'E_PARQUET_PEER',
        `${this.name} E_PARQUET_PEER expected the package hyparquet-compressors, which unpacks ${codec}, got none; npm install hyparquet-compressors, or write the file with SNAPPY`,
      );
    throw new InputError(
      'E_PARQUET_CODEC',
      `${this.name} E_PARQUET_CODEC expected columns packed as ${['SNAPPY', ...Object.keys(this.#peer.compressors)].join(', ')} or not at all, got ${codec}; write the file with SNAPPY or ZSTD`,
    );
  }

  #damagedGroup(group: number, cause?: unknown): InputError {
    return damaged(this.name, `one that is damaged in row group ${group + 1} of ${this.groupRows.length}`, cause);
  }
}

function damaged(name: string, got: string, cause?: unknown): InputError {
  return new InputError('E_PARQUET', `${name} E_PARQUET expected a whole Parquet file, got ${got}; fetch or export it again`, { cause });
}

const encrypted = (name: string): InputError =>
  new InputError('E_PARQUET_ENCRYPTED', `${name} E_PARQUET_ENCRYPTED expected a Parquet file in the clear, got an encrypted one; write it without encryption`);

/** Whether the first four bytes are this word. */
export function isMagic(bytes: ArrayBuffer, word: string): boolean {
  return bytes.byteLength >= 4 && String.fromCharCode(...new Uint8Array(bytes, 0, 4)) === word;
}

/** The file as the peer takes it. Places that a damaged file invents are refused here, before any memory is taken for them. */
function peerFile(bytes: StillBytes): { byteLength: number; slice(lo: number, hi?: number): Promise<ArrayBuffer> } {
  return {
    byteLength: bytes.sizeBytes,
    slice: async (lo, hi = bytes.sizeBytes) => {
      if (!(lo >= 0 && lo <= hi && hi <= bytes.sizeBytes)) throw new Error('a place outside of the file');
      return bytes.read(lo, hi);
    },
  };
}

/** Times stay numbers, texts stay bytes: what they mean is for our own readers to say. */
function parsersOf(texts: TextCells): Readonly<Record<string, (value: never) => unknown>> {
  const asIs = (value: unknown): unknown => value;
  const text = (value: Uint8Array | undefined): unknown => value && texts.cell(value);
  return {
    timestampFromMilliseconds: asIs,
    timestampFromMicroseconds: asIs,
    timestampFromNanoseconds: asIs,
    dateFromDays: asIs,
    stringFromBytes: text,
    jsonFromBytes: text,
    uuidFromBytes: (value: Uint8Array | undefined) => value && texts.uuid(value),
    geometryFromBytes: asIs,
    geographyFromBytes: asIs,
  };
}

function joined(parts: readonly ParquetValues[]): ParquetValues {
  if (parts.length === 1) return parts[0]!;
  const values: unknown[] = [];
  for (const part of parts) for (let i = 0; i < part.length; i++) values.push(part[i]);
  return values;
}
