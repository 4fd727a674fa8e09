/** The package that knows the Parquet format: an optional peer, loaded when the first such file is read. */
import { EngineError } from '../../core/errors.js';

/** What a file says of itself, as far as it is looked at here. */
export interface ParquetMetadata {
  readonly schema: readonly ParquetElement[];
  readonly num_rows: bigint | number;
  readonly row_groups: readonly {
    readonly num_rows: bigint | number;
    readonly columns: readonly { readonly file_path?: string | undefined; readonly meta_data?: ParquetChunk | undefined }[];
  }[];
}

/** One column of one row group. */
export interface ParquetChunk {
  readonly path_in_schema: readonly string[];
  readonly codec?: string;
  readonly num_values: bigint | number;
  readonly total_uncompressed_size: bigint | number;
  readonly total_compressed_size: bigint | number;
  readonly data_page_offset: bigint | number;
  readonly dictionary_page_offset?: bigint | number | undefined;
}

/** A node of the schema: a column, or the group above some. */
export interface ParquetElement {
  readonly name: string;
  readonly type?: string | undefined;
  readonly repetition_type?: string | undefined;
  readonly num_children?: number | undefined;
  readonly converted_type?: string | undefined;
  readonly logical_type?: { readonly type: string; readonly isAdjustedToUTC?: boolean; readonly unit?: string } | undefined;
  readonly scale?: number | undefined;
}

/** Bytes of a file by their places. */
export interface PeerFile {
  readonly byteLength: number;
  slice(lo: number, hi?: number): Promise<ArrayBuffer>;
}

export type Decompress = (packed: Uint8Array, unpackedBytes: number) => Uint8Array;

export interface ParquetPeer {
  parquetMetadataAsync(file: PeerFile, options: { readonly geoparquet: false }): Promise<ParquetMetadata>;
  parquetRead(options: {
    readonly file: PeerFile;
    readonly metadata: ParquetMetadata;
    readonly columns: readonly string[];
    readonly rowStart: number;
    readonly rowEnd: number;
    readonly compressors: Readonly<Record<string, Decompress>>;
    readonly parsers: Readonly<Record<string, (value: never) => unknown>>;
    readonly onChunk: (chunk: { readonly columnName: string; readonly columnData: ArrayLike<unknown> }) => void;
  }): Promise<void>;
  /** How to unpack each codec; `SNAPPY` is part of the peer itself. */
  readonly compressors: Readonly<Record<string, Decompress>>;
}

/** How the packages are loaded: another way is for tests of what happens without them. */
export interface PeerLoader {
  readonly hyparquet: () => Promise<unknown>;
  readonly compressors: () => Promise<unknown>;
}

const INSTALLED: PeerLoader = { hyparquet: () => import('hyparquet'), compressors: () => import('hyparquet-compressors') };

/** @throws EngineError `E_PARQUET_PEER` if hyparquet is not installed. Without hyparquet-compressors there are fewer codecs. */
export async function loadParquetPeer(file: string, load: PeerLoader = INSTALLED): Promise<ParquetPeer> {
  let peer: Omit<ParquetPeer, 'compressors'>;
  try {
    peer = (await load.hyparquet()) as ParquetPeer;
  } catch (cause) {
    throw new EngineError(
      'E_PARQUET_PEER',
      `${file} E_PARQUET_PEER expected the package hyparquet, which reads Parquet files, got none; npm install hyparquet hyparquet-compressors, or export the file as CSV`,
      { cause },
    );
  }
  const { parquetMetadataAsync, parquetRead } = peer;
  const compressors = await load.compressors().then(
    (loaded) => (loaded as Pick<ParquetPeer, 'compressors'>).compressors,
    () => ({}),
  );
  return { parquetMetadataAsync, parquetRead, compressors };
}
