/** DuckDB in this process: an optional peer, loaded when it is asked for. */
import { EngineError } from '../../core/errors.js';
import { codeOf, type LoadColumn, type SqlConnection, type SqlValue } from '../sql/connection.js';
import { dialectOf } from '../sql/dialect.js';
import { checkVersion } from '../sql/version.js';

interface DataChunk {
  setColumnValues(column: number, values: readonly (number | string)[]): void;
}
interface Appender {
  appendDataChunk(chunk: DataChunk): void;
  closeSync(): void;
}
interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRows(): readonly (readonly unknown[])[] }>;
  createAppender(table: string): Promise<Appender>;
  closeSync(): void;
}
interface DuckDb {
  readonly DuckDBInstance: { create(path: string, options: Record<string, string>): Promise<{ connect(): Promise<Connection>; closeSync(): void }> };
  readonly DuckDBDataChunk: { create(types: readonly unknown[], rowCount: number): DataChunk };
  readonly UINTEGER: unknown;
  readonly VARCHAR: unknown;
  version(): string;
}

const LEAST = [1, 5] as const;
/** Rows of a vector of the engine. */
const CHUNK = 2048;

/** How the package is loaded: another way is for tests of what happens without it. */
export type DuckDbLoader = () => Promise<unknown>;
const INSTALLED: DuckDbLoader = () => import('@duckdb/node-api');

/**
 * @throws EngineError `E_ENGINE_PEER` if @duckdb/node-api is not installed or does not load, `E_ENGINE_VERSION` if it is another than was written for,
 * `E_ENGINE_CONNECT` if it gives no database.
 */
export async function connectDuckDb(threads: number | undefined, load: DuckDbLoader = INSTALLED): Promise<SqlConnection> {
  let duckdb: DuckDb;
  try {
    duckdb = (await load()) as DuckDb;
  } catch (cause) {
    throw new EngineError(
      'E_ENGINE_PEER',
      isAbsent(cause)
        ? 'engine duckdb E_ENGINE_PEER expected the package @duckdb/node-api, got none; npm install @duckdb/node-api, or match without --engine'
        : `engine duckdb E_ENGINE_PEER expected the package @duckdb/node-api to load, got an error${codeOf(cause)}: is its native part there, and for this machine? Remove node_modules/@duckdb and install it here again, or match without --engine`,
      { cause },
    );
  }
  checkVersion('duckdb', 'DuckDB', typeof duckdb.version === 'function' ? String(duckdb.version()) : '', LEAST);
  try {
    const instance = await duckdb.DuckDBInstance.create(':memory:', threads === undefined ? {} : { threads: String(threads) });
    return new DuckDbConnection(duckdb, await instance.connect(), () => instance.closeSync());
  } catch (cause) {
    throw new EngineError(
      'E_ENGINE_CONNECT',
      `engine duckdb E_ENGINE_CONNECT expected a database in memory, got an error${codeOf(cause)}; install @duckdb/node-api again, or match without --engine`,
      { cause },
    );
  }
}

/** Whether the package itself is not there, rather than something that it needs. */
function isAbsent(cause: unknown): boolean {
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && /^Cannot find (?:package|module) '@duckdb\/node-api'/.test(String(message));
}

class DuckDbConnection implements SqlConnection {
  readonly dialect = 'duckdb';
  readonly name: string;
  readonly #duckdb: DuckDb;
  readonly #connection: Connection;
  readonly #close: () => void;

  constructor(duckdb: DuckDb, connection: Connection, close: () => void) {
    this.#duckdb = duckdb;
    this.#connection = connection;
    this.#close = close;
    this.name = `DuckDB ${duckdb.version()}`;
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  async rows(sql: string, types: readonly ('int' | 'text')[]): Promise<readonly (readonly SqlValue[])[]> {
    const rows = (await this.#connection.runAndReadAll(sql)).getRows();
    return rows.map((row) => row.map((value, i) => (types[i] === 'int' ? Number(value) : String(value))));
  }

  /** Texts go in once, by their ids: the table is then joined together inside. */
  async load(table: string, columns: readonly LoadColumn[], rowCount: number): Promise<void> {
    const { quoteName } = dialectOf('duckdb');
    const { UINTEGER, VARCHAR } = this.#duckdb;
    const raw = `${table} as numbers`;
    await this.run(
      `create table ${quoteName(raw)} (row_no uinteger, ${columns.map(({ name }) => `${quoteName(name)} ${this.#isText(columns, name) ? 'varchar' : 'uinteger'}`).join(', ')})`,
    );
    await this.#append(
      raw,
      [UINTEGER, ...columns.map((column) => ('textOf' in column ? VARCHAR : UINTEGER))],
      [
        (row) => row,
        ...columns.map((column) =>
          'textOf' in column ? column.textOf : 'ids' in column ? (row: number) => column.ids[row]! : (row: number) => column.numbers[row]!,
        ),
      ],
      rowCount,
    );
    const joins: string[] = [];
    const selected: string[] = [];
    for (const [i, column] of columns.entries()) {
      const name = quoteName(column.name);
      if (!('ids' in column)) selected.push(`r.${name}`);
      else {
        const words = `${table} words ${i}`;
        await this.run(`create table ${quoteName(words)} (id uinteger, word varchar)`);
        await this.#append(words, [UINTEGER, VARCHAR], [(id) => id, (id) => column.dictionary.text(id)], column.dictionary.size);
        joins.push(`join ${quoteName(words)} w${i} on w${i}.id = r.${name}`);
        selected.push(`w${i}.word as ${name}`);
      }
    }
    await this.run(`create table ${quoteName(table)} as select ${selected.join(', ')} from ${quoteName(raw)} r ${joins.join(' ')}`);
    await this.run(`drop table ${quoteName(raw)}`);
    for (const [i, column] of columns.entries()) if ('ids' in column) await this.run(`drop table ${quoteName(`${table} words ${i}`)}`);
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#close();
  }

  #isText(columns: readonly LoadColumn[], name: string): boolean {
    return columns.some((column) => column.name === name && 'textOf' in column);
  }

  async #append(table: string, types: readonly unknown[], values: readonly ((row: number) => number | string)[], rowCount: number): Promise<void> {
    const appender = await this.#connection.createAppender(table);
    for (let lo = 0; lo < rowCount; lo += CHUNK) {
      const size = Math.min(CHUNK, rowCount - lo);
      const chunk = this.#duckdb.DuckDBDataChunk.create(types, size);
      for (const [i, valueOf] of values.entries()) {
        chunk.setColumnValues(
          i,
          Array.from({ length: size }, (_, row) => valueOf(lo + row)),
        );
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }
}
