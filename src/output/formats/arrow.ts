/** Lists as Arrow IPC files (Feather version 2), through the optional peer apache-arrow. */
import { EngineError } from '../../core/errors.js';
import { columnBlocks, type ColumnFile, type ColumnForm } from './typed-columns.js';

type Arrow = typeof import('apache-arrow');

/** @throws EngineError `E_ARROW_PEER` if apache-arrow is not installed. */
export async function loadArrow(load: () => Promise<unknown> = () => import('apache-arrow')): Promise<Arrow> {
  try {
    return (await load()) as Arrow;
  } catch (cause) {
    throw new EngineError(
      'E_ARROW_PEER',
      'format E_ARROW_PEER expected the package apache-arrow, which writes Arrow files, got none; npm install apache-arrow, or take --format parquet',
      { cause },
    );
  }
}

/** The bytes of a file, a record batch at a time. @throws whatever the rows throw. */
export async function* arrowBytes(arrow: Arrow, file: ColumnFile): AsyncGenerator<Uint8Array> {
  const { columns, zone } = file;
  const { Bool, Field, Int64, RecordBatch, RecordBatchFileWriter, Schema, Struct, TimestampMillisecond, Utf8, makeData, vectorFromArray } = arrow;
  const typeOf = (form: ColumnForm) =>
    form === 'text' ? new Utf8() : form === 'count' ? new Int64() : form === 'claim' ? new Bool() : new TimestampMillisecond(zone ?? 'UTC');
  const fields = columns.map(({ name, form }) => new Field(name, typeOf(form), form !== 'text'));
  const schema = new Schema(fields);
  const batches = async function* () {
    for await (const block of columnBlocks(file)) {
      const children = fields.map(({ type }, i) => vectorFromArray(block[i]! as never[], type).data[0]!);
      yield new RecordBatch(schema, makeData({ type: new Struct(fields), length: block[0]!.length, nullCount: 0, children }));
    }
  };
  const writer = new RecordBatchFileWriter();
  writer.reset(undefined, schema); // a list without rows has its columns too
  let failure: unknown;
  const feeding = (async () => {
    for await (const batch of batches()) writer.write(batch);
    writer.finish();
  })().catch((error: unknown) => {
    failure = error;
    writer.abort(error);
  });
  try {
    for await (const bytes of writer) yield bytes;
  } catch (error) {
    throw failure ?? error;
  }
  await feeding;
  if (failure) throw failure;
}
