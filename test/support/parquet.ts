/** Parquet files for the tests, written by a writer of its own, and what a run says about their rows as a CSV file of the same rows would. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Lists } from './run-cli.js';

/** `wall`, `instant`: whole or broken seconds since 1970 by the local clock or by UTC; written as microseconds. */
export type ColumnType = 'text' | 'bytes' | 'wall' | 'instant' | 'date' | 'int32' | 'int64' | 'double' | 'float' | 'decimal' | 'uuid' | 'boolean';
export type Column = readonly [name: string, type: ColumnType, values: readonly unknown[]];

const ELEMENTS = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  bytes: { type: 'BYTE_ARRAY' },
  wall: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } },
  instant: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } },
  date: { type: 'INT32', converted_type: 'DATE' },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  float: { type: 'FLOAT' },
  decimal: { type: 'INT64', converted_type: 'DECIMAL', scale: 6, precision: 18 },
  uuid: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } },
  boolean: { type: 'BOOLEAN' },
} as const;

const stored = (type: ColumnType, value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  return type === 'wall' || type === 'instant' ? BigInt(Math.round((value as number) * 1e6)) : type === 'int64' ? BigInt(value as number | bigint) : value;
};

export function parquetOf(columns: readonly Column[], options: { readonly rowGroupSize?: number; readonly pageSize?: number } = {}): Uint8Array {
  const schema = [
    { name: 'root', num_children: columns.length },
    ...columns.map(([name, type]) => ({ name, repetition_type: 'OPTIONAL' as const, ...ELEMENTS[type] })),
  ];
  const columnData = columns.map(([name, type, values]) => ({ name, data: values.map((value) => stored(type, value)) }));
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, ...options } as Parameters<typeof parquetWriteBuffer>[0]));
}

/** Text columns from rows; `null` is no value. */
export const textRows = (names: readonly string[], rows: readonly (readonly (string | null)[])[]): Column[] =>
  names.map((name, i) => [name, 'text', rows.map((row) => row[i] ?? null)]);

/** The texts of a run on `NAME.parquet` as one on `NAME.csv` has them: rows are lines that follow a header. */
export const asCsvLines = (text: string): string =>
  text.replaceAll(/\b([\w-]+)\.parquet:(\d+)/g, (_, name: string, row: string) => `${name}.csv:${Number(row) + 1}`);

/** Lists, ledger and rejects of a run, for comparing a Parquet file with the CSV file of the same rows. A reject's `raw` is left out: it is as it came. */
export function answerOf(lists: Lists): unknown {
  const asCsv = (file: string): string => file.replace(/\.parquet$/, '.csv');
  const bytes = Object.fromEntries(Object.entries(lists.bytes).filter(([name]) => name !== 'rejects.csv'));
  const rejects = lists.rows('rejects').map(({ file, line, column, code, message }) => {
    const isParquet = file!.endsWith('.parquet');
    // The shape of a timestamp has no fraction of a second, that of a text may.
    return { file: asCsv(file!), line: Number(line) + (isParquet ? 1 : 0), column, code, message: message!.replace(/(?<=:99)\.9+/, '') };
  });
  const ledger = lists.files.includes('manifest.json') ? lists.manifest.ledger.map((entry) => ({ ...entry, file: asCsv(entry.file) })) : null;
  return { lists: Object.fromEntries(Object.entries(bytes).map(([name, text]) => [name, asCsvLines(text)])), rejects, ledger };
}
