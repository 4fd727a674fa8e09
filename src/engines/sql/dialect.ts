/** How each engine writes what the statements need: names, texts, whole numbers, and the few functions that engines call differently. */
import { EngineError, OptionError } from '../../core/errors.js';

export const DIALECT_NAMES = ['duckdb', 'postgres', 'spark', 'clickhouse'] as const;
export type DialectName = (typeof DIALECT_NAMES)[number];

/** A column of a table that is written out as rows of literals. */
export interface LiteralColumn {
  readonly name: string;
  readonly type: 'int' | 'text';
}

export interface Dialect {
  readonly name: DialectName;
  /** Statements that a session begins with, so that the others mean the same everywhere. */
  readonly setup: readonly string[];
  /** A name as one identifier, whatever it holds. */
  quoteName(name: string): string;
  /** A text as one literal, whatever it holds. @throws EngineError `E_ENGINE_TEXT` for a text that the engine cannot hold. */
  literal(text: string): string;
  int(expression: string): string;
  text(expression: string): string;
  /** Whole seconds since 1970 of an expression of the engine's type of instants; fractions are cut off. */
  epoch(expression: string): string;
  /** Whole quotient of numbers that are not negative. */
  quotient(dividend: string, divisor: number): string;
  /** For `order by`: a text by its UTF-8 bytes. */
  bytewise(expression: string): string;
  /** In a select list: one row for each whole number from one to another, both included. */
  each(from: string, to: string): string;
  /** A whole number from 0 up to `of`, without `of`, that a text always has in this engine; another engine may give another. */
  shard(expression: string, of: number): string;
  /** The value in the row before or after, as a window function. */
  beside(which: 'lag' | 'lead', expression: string, window: string): string;
  /** What `create table NAME` needs before `as select`. */
  readonly tableKind: string;
  /** What a table needs to be looked at when it is made, so that the engine knows its size; '' if it needs nothing. */
  analyze(name: string): string;
  /** A subselect of literal rows; there is at least one. */
  rows(columns: readonly LiteralColumn[], rows: readonly string[]): string;
}

/** Unicode escapes where an engine reads them, so that no tool on the way finds a letter of its own in a literal. */
const escapedUnits = (text: string, unsafe: RegExp): string => text.replaceAll(unsafe, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A text that no engine can hold is refused: half a surrogate pair is no text, and a NUL ends one. */
function checked(text: string, engine: string): string {
  if (!text.includes('\0') && text.isWellFormed()) return text;
  throw new EngineError(
    'E_ENGINE_TEXT',
    `${engine} E_ENGINE_TEXT expected ids and names that are text without NUL, got one with; mend it, or match without --engine`,
  );
}

const quoted = (text: string, quote: string): string => quote + text.replaceAll(quote, quote + quote) + quote;
const window = (which: string, expression: string, over: string): string => `${which}(${expression}) over (${over})`;
const values = (columns: readonly LiteralColumn[], rows: readonly string[], cast: (column: LiteralColumn) => string): string => {
  const names = columns.map(({ name }) => name).join(', ');
  return `select ${columns.map(cast).join(', ')} from (values\n  ${rows.join(',\n  ')}\n) as v(${names})`;
};

const duckdb: Dialect = {
  name: 'duckdb',
  setup: [],
  quoteName: (name) => quoted(checked(name, 'duckdb'), '"'),
  literal: (text) => quoted(checked(text, 'duckdb'), "'"),
  int: (expression) => `cast(${expression} as bigint)`,
  text: (expression) => `cast(${expression} as varchar)`,
  epoch: (expression) => `cast(floor(epoch(${expression})) as bigint)`,
  quotient: (dividend, divisor) => `((${dividend}) // ${divisor})`,
  bytewise: (expression) => expression,
  each: (from, to) => `unnest(range(${from}, ${to} + 1))`,
  shard: (expression, of) => `cast(hash(${expression}) % ${of} as bigint)`,
  beside: window,
  tableKind: '',
  analyze: () => '',
  rows: (columns, rows) => values(columns, rows, ({ name, type }) => `${duckdb[type](name)} as ${name}`),
};

const postgres: Dialect = {
  ...duckdb,
  name: 'postgres',
  // Nulls come last and texts compare by bytes whatever the database was made with; the rest is said in the statements.
  quoteName: (name) => quoted(checked(name, 'postgres'), '"'),
  // With the escapes spelled out a backslash means the same under both settings of standard_conforming_strings.
  literal: (text) => (text.includes('\\') ? `E${quoted(checked(text, 'postgres').replaceAll('\\', '\\\\'), "'")}` : quoted(checked(text, 'postgres'), "'")),
  text: (expression) => `cast(${expression} as text)`,
  epoch: (expression) => `cast(floor(extract(epoch from ${expression})) as bigint)`,
  quotient: (dividend, divisor) => `((${dividend}) / ${divisor})`,
  bytewise: (expression) => `${expression} collate "C"`,
  each: (from, to) => `generate_series(${from}, ${to})`,
  shard: (expression, of) => `((hashtext(${expression} collate "C") % ${of} + ${of}) % ${of})`,
  analyze: (name) => `analyze ${name}`,
  rows: (columns, rows) => values(columns, rows, ({ name, type }) => `${postgres[type](name)} as ${name}`),
};

const spark: Dialect = {
  ...duckdb,
  name: 'spark',
  setup: ['set spark.sql.parser.escapedStringLiterals=false', 'set spark.sql.ansi.enabled=true', 'set spark.sql.legacy.createHiveTableByDefault=false'],
  quoteName: (name) => quoted(checked(name, 'spark'), '`'),
  // spark-sql looks for ${…}, ; and comments before it reads literals.
  literal: (text) => `'${escapedUnits(checked(text, 'spark'), /[\p{Cc}'"\\$;\-/*`]/gu)}'`,
  text: (expression) => `cast(${expression} as string)`,
  epoch: (expression) => `unix_timestamp(${expression})`,
  quotient: (dividend, divisor) => `((${dividend}) div ${divisor})`,
  each: (from, to) => `explode(sequence(${from}, ${to}))`,
  shard: (expression, of) => `pmod(hash(${expression}), ${of})`,
  tableKind: 'using parquet ',
  rows: (columns, rows) => values(columns, rows, ({ name, type }) => `${spark[type](name)} as ${name}`),
};

const clickhouse: Dialect = {
  ...duckdb,
  name: 'clickhouse',
  setup: ['set join_use_nulls = 1, prefer_column_name_to_alias = 1, allow_experimental_window_functions = 1'],
  quoteName: (name) => `\`${checked(name, 'clickhouse').replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``,
  literal: (text) => `'${checked(text, 'clickhouse').replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  int: (expression) => `toInt64(${expression})`,
  text: (expression) => `toString(${expression})`,
  epoch: (expression) => `toInt64(toUnixTimestamp(${expression}))`,
  quotient: (dividend, divisor) => `intDiv(${dividend}, ${divisor})`,
  each: (from, to) => `arrayJoin(range(toUInt64(${from}), toUInt64(${to} + 1)))`,
  shard: (expression, of) => `toInt64(cityHash64(${expression}) % ${of})`,
  beside: (which, expression, over) => `${which}InFrame(toNullable(${expression})) over (${over} rows between unbounded preceding and unbounded following)`,
  tableKind: 'engine = MergeTree order by tuple() ',
  rows: (columns, rows) =>
    `select * from values('${columns.map(({ name, type }) => `${name} ${type === 'int' ? 'Int64' : 'String'}`).join(', ')}',\n  ${rows.join(',\n  ')}\n)`,
};

const DIALECTS: Readonly<Record<DialectName, Dialect>> = { duckdb, postgres, spark, clickhouse };

/** @throws OptionError `E_DIALECT`. */
export function dialectOf(name: string): Dialect {
  if (!Object.hasOwn(DIALECTS, name)) throw new OptionError('E_DIALECT', `dialect: expected ${DIALECT_NAMES.join(', ')}, got '${name}'`);
  return DIALECTS[name as DialectName];
}
