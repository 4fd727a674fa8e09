import { expect, test } from 'vitest';
import { topColumns } from './parquet-column.js';
import type { ParquetElement } from './parquet-peer.js';

/** The form and the word for the type of a column of this kind. */
function told(element: Omit<ParquetElement, 'name'>): readonly [string, string, boolean] {
  const [column] = topColumns([
    { name: 'root', num_children: 1 },
    { name: 'x', ...element },
  ]);
  return [column!.form, column!.type, column!.isReadable];
}

test('timestamps are instants or local times as the schema says, and the older words are instants', () => {
  const timestamp = (isAdjustedToUTC: boolean): ParquetElement['logical_type'] => ({ type: 'TIMESTAMP', isAdjustedToUTC, unit: 'NANOS' });
  expect(told({ type: 'INT64', logical_type: timestamp(true) })).toEqual(['instant', 'TIMESTAMP', true]);
  expect(told({ type: 'INT64', logical_type: timestamp(false) })).toEqual(['wall', 'TIMESTAMP', true]);
  // DuckDB writes both words: the newer one counts.
  expect(told({ type: 'INT64', converted_type: 'TIMESTAMP_MICROS', logical_type: timestamp(false) })).toEqual(['wall', 'TIMESTAMP', true]);
  expect(told({ type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' })).toEqual(['instant', 'TIMESTAMP_MILLIS', true]);
});

test('an INT96 is no time: some write instants so, others the local clock', () => {
  expect(told({ type: 'INT96' })).toEqual(['other', 'INT96', true]);
});

test('texts, numbers and the rest', () => {
  expect(told({ type: 'BYTE_ARRAY' })).toEqual(['text', 'BYTE_ARRAY', true]);
  expect(told({ type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } })).toEqual(['text', 'STRING', true]);
  expect(told({ type: 'BYTE_ARRAY', converted_type: 'BSON' })).toEqual(['other', 'BSON', false]);
  expect(told({ type: 'BYTE_ARRAY', converted_type: 'DECIMAL' })).toEqual(['number', 'DECIMAL', true]);
  expect(told({ type: 'FIXED_LEN_BYTE_ARRAY', logical_type: { type: 'UUID' } })).toEqual(['text', 'UUID', true]);
  expect(told({ type: 'FIXED_LEN_BYTE_ARRAY', converted_type: 'INTERVAL' })).toEqual(['other', 'INTERVAL', false]);
  expect(told({ type: 'INT32', converted_type: 'UINT_16' })).toEqual(['integer', 'UINT_16', true]);
  expect(told({ type: 'INT32', logical_type: { type: 'NULL' } })).toEqual(['integer', 'NULL', true]);
  expect(told({ type: 'INT32', converted_type: 'DATE' })).toEqual(['date', 'DATE', true]);
  expect(told({ type: 'INT32', converted_type: 'TIME_MILLIS' })).toEqual(['other', 'TIME_MILLIS', true]);
  expect(told({ type: 'BOOLEAN' })).toEqual(['other', 'BOOLEAN', true]);
});

test('groups and lists are nested, and what follows them is found', () => {
  const columns = topColumns([
    { name: 'root', num_children: 3 },
    { name: 'list', num_children: 1 },
    { name: 'inner', num_children: 1, repetition_type: 'REPEATED' },
    { name: 'element', type: 'INT32' },
    { name: 'many', type: 'INT32', repetition_type: 'REPEATED' },
    { name: 'id', type: 'BYTE_ARRAY' },
  ]);
  expect(columns.map(({ name, form }) => [name, form])).toEqual([
    ['list', 'nested'],
    ['many', 'nested'],
    ['id', 'text'],
  ]);
});
