/** What the values of a Parquet column are, told from its place in the schema. */
import type { CellKind } from '../../model/tables.js';
import type { ParquetElement } from './parquet-peer.js';

/**
 * - `text`: UTF-8, a UUID, or bytes that are to be UTF-8 · `integer`: a whole number, as its exact decimal text · `number`: with a fraction
 * - `instant`: a timestamp adjusted to UTC · `wall`: a timestamp of a local clock · `date`: a day
 * - `nested`: a list, a map or a group · `other`: anything else
 */
export type ParquetForm = 'text' | 'integer' | 'number' | 'instant' | 'wall' | 'date' | 'nested' | 'other';

export interface ParquetColumn {
  /** Name in the file. */
  readonly name: string;
  readonly form: ParquetForm;
  /** The format's own word for the type, for messages. */
  readonly type: string;
  /** Units of a second, for timestamps. */
  readonly unitsPerSec: number;
  /** Decimal places that a `number` has; -1 for binary fractions of 64 bits, -2 for those of 32. */
  readonly places: number;
  /** Whether the peer gives values of this type at all. */
  readonly isReadable: boolean;
}

/**
 * Which forms a cell of each kind may come in. An id that is an integer is taken, since its decimal text is exact and a CSV export has the same;
 * a binary or decimal fraction is none: 18 digits do not fit. A timestamp is no date and a date no timestamp, as in CSV.
 */
export const FORMS_OF_KIND: Readonly<Record<CellKind, readonly ParquetForm[]>> = {
  id: ['text', 'integer'],
  text: ['text', 'integer'],
  start: ['text', 'integer', 'instant', 'wall'],
  end: ['text', 'integer', 'instant', 'wall'],
  day: ['text', 'integer', 'date'],
  degrees: ['text', 'integer', 'number'],
  word: ['text'],
  count: ['text', 'integer'],
  clock: ['text'],
  date: ['text', 'integer'],
};

/** What to do about a column of the wrong form, by the kind that was wanted. */
export const ADVICE_OF_KIND: Readonly<Record<CellKind, string>> = {
  id: 'write ids as strings: a number loses leading zeros, and a fraction has 15 digits',
  text: 'write the column as strings',
  start: 'write TIMESTAMP, strings, or INT64 seconds or milliseconds since 1970',
  end: 'write TIMESTAMP, strings, or INT64 seconds or milliseconds since 1970',
  day: 'write DATE or strings',
  degrees: 'write DOUBLE or strings',
  word: 'write strings',
  count: 'write INT32 or INT64',
  clock: 'write strings',
  date: 'write strings',
};

/** The columns at the top of a schema, in the order of the file. */
export function topColumns(schema: readonly ParquetElement[]): ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  const count = schema[0]?.num_children ?? 0;
  let at = 1;
  while (columns.length < count && at < schema.length) {
    columns.push(columnOf(schema[at]!));
    at = endOf(schema, at);
  }
  return columns;
}

/** Where the node at `at` ends, with all that is below it. */
function endOf(schema: readonly ParquetElement[], at: number): number {
  let end = at + 1;
  for (let left = schema[at]!.num_children ?? 0; left > 0 && end < schema.length; left--) end = endOf(schema, end);
  return end;
}

function columnOf(element: ParquetElement): ParquetColumn {
  const { name, type, converted_type: converted, logical_type: logical } = element;
  const form = formOf(element);
  const unit = logical?.type === 'TIMESTAMP' ? logical.unit : converted?.slice('TIMESTAMP_'.length);
  const isDecimal = converted === 'DECIMAL' || logical?.type === 'DECIMAL';
  return {
    name,
    form,
    type: form === 'nested' ? 'a list or a group' : (logical?.type ?? converted ?? type ?? 'unknown'),
    unitsPerSec: unit === 'NANOS' ? 1e9 : unit === 'MICROS' ? 1e6 : 1e3,
    places: isDecimal ? (element.scale ?? 0) : type === 'FLOAT' ? -2 : -1,
    isReadable: form !== 'nested' && converted !== 'BSON' && converted !== 'INTERVAL',
  };
}

const TEXTS = [undefined, 'UTF8', 'STRING', 'ENUM', 'JSON'];
const INTEGERS = [undefined, 'INTEGER', 'NULL', 'INT_8', 'INT_16', 'INT_32', 'INT_64', 'UINT_8', 'UINT_16', 'UINT_32', 'UINT_64'];

function formOf({ type, num_children: children, repetition_type: repetition, converted_type: converted, logical_type: logical }: ParquetElement): ParquetForm {
  if (type === undefined || children !== undefined || repetition === 'REPEATED') return 'nested';
  const meaning = logical?.type ?? converted;
  if (meaning === 'DECIMAL' || type === 'DOUBLE' || type === 'FLOAT') return 'number';
  if (type === 'BYTE_ARRAY') return TEXTS.includes(meaning) && TEXTS.includes(converted) ? 'text' : 'other';
  if (type === 'FIXED_LEN_BYTE_ARRAY') return meaning === 'UUID' ? 'text' : 'other';
  if (type !== 'INT32' && type !== 'INT64') return 'other'; // INT96 too: some write instants so, some the local clock
  if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC ? 'instant' : 'wall';
  if (meaning === 'TIMESTAMP_MILLIS' || meaning === 'TIMESTAMP_MICROS') return 'instant'; // the older words are adjusted to UTC
  if (meaning === 'DATE') return 'date';
  return INTEGERS.includes(meaning) ? 'integer' : 'other';
}
