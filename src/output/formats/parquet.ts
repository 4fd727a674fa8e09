/** Lists as Parquet files, through the optional peer hyparquet-writer. */
import { EngineError } from '../../core/errors.js';
import { VERSION } from '../version.js';
import { columnBlocks, type ColumnFile, type ColumnForm } from './typed-columns.js';

/** What is used of the package. */
export interface ParquetWriterPeer {
  readonly ByteWriter: new () => PeerBytes;
  readonly ParquetWriter: new (options: {
    readonly writer: PeerBytes;
    readonly schema: readonly object[];
    readonly createdBy: string;
    readonly kvMetadata: readonly { readonly key: string; readonly value: string }[];
  }) => PeerWriter;
}
interface PeerBytes {
  index: number;
  getBytes(): Uint8Array;
}
interface PeerWriter {
  write(group: { readonly columnData: readonly { readonly name: string; readonly data: readonly unknown[] }[]; readonly rowGroupSize: number }): unknown;
  finish(): unknown;
}

/** @throws EngineError `E_PARQUET_PEER` if hyparquet-writer is not installed. */
export async function loadParquetWriter(load: () => Promise<unknown> = () => import('hyparquet-writer')): Promise<ParquetWriterPeer> {
  try {
    return (await load()) as ParquetWriterPeer;
  } catch (cause) {
    throw new EngineError(
      'E_PARQUET_PEER',
      'format E_PARQUET_PEER expected the package hyparquet-writer, which writes Parquet files, got none; npm install hyparquet-writer',
      { cause },
    );
  }
}

const ELEMENTS: Readonly<Record<ColumnForm, object>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' }, repetition_type: 'REQUIRED' },
  count: { type: 'INT64', repetition_type: 'OPTIONAL' },
  claim: { type: 'BOOLEAN', repetition_type: 'OPTIONAL' },
  time: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' }, repetition_type: 'OPTIONAL' },
};

/** The bytes of a file, a row group at a time. @throws whatever the rows throw. */
export async function* parquetBytes(peer: ParquetWriterPeer, file: ColumnFile): AsyncGenerator<Uint8Array> {
  const { columns, zone } = file;
  const bytes = new peer.ByteWriter();
  const take = (): Uint8Array => {
    const taken = bytes.getBytes().slice();
    bytes.index = 0;
    return taken;
  };
  const writer = new peer.ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(({ name, form }) => ({ name, ...ELEMENTS[form] }))],
    createdBy: `copresence ${VERSION}`,
    kvMetadata: [{ key: 'tz', value: zone ?? 'UTC' }],
  });
  for await (const block of columnBlocks(file)) {
    await writer.write({ columnData: columns.map(({ name }, i) => ({ name, data: block[i]! })), rowGroupSize: block[0]!.length });
    yield take();
  }
  await writer.finish();
  yield take();
}
