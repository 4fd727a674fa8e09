/** ClickHouse through its own HTTP interface: a statement is one request, so that no driver is needed. */
import { randomBytes } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { EngineError, OptionError } from '../../core/errors.js';
import { codeOf, leftBehind, type LoadColumn, type SqlConnection, type SqlValue } from '../sql/connection.js';
import { dialectOf } from '../sql/dialect.js';
import { checkVersion } from '../sql/version.js';

const LEAST = [22, 3] as const;
/** Rows sent with a request: each makes a part of a table. */
const ROWS = 65_536;
/** What a session would be told with `set`: requests have none. An answer is sent when it is whole, so that none is half of one with an error behind it. */
const SETTINGS = {
  join_use_nulls: '1',
  prefer_column_name_to_alias: '1',
  wait_end_of_query: '1',
  default_format: 'JSONCompactEachRow',
  output_format_json_quote_64bit_integers: '0',
};

/**
 * A database of its own on the server, gone when the connection is closed. A user and password come from the URL, or from CLICKHOUSE_USER and
 * CLICKHOUSE_PASSWORD.
 * @throws OptionError for another URL than http or https, EngineError `E_ENGINE_CONNECT` if there is no server where a database can be made.
 */
export async function connectClickHouse(url = 'http://127.0.0.1:8123'): Promise<SqlConnection> {
  const server = URL.canParse(url) ? new URL(url) : undefined;
  if (!server || !['http:', 'https:'].includes(server.protocol))
    throw new OptionError('E_ENGINE', 'engine-url: expected http://HOST:8123 or https://HOST:8443 of ClickHouse');
  const session = new ClickHouse(server, `copresence_${randomBytes(6).toString('hex')}`);
  await session.open();
  return session;
}

class ClickHouse implements SqlConnection {
  readonly dialect = 'clickhouse';
  name = 'ClickHouse';
  readonly #server: URL;
  readonly #database: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(server: URL, database: string) {
    this.#server = server;
    this.#database = database;
    const user = decodeURIComponent(server.username) || process.env['CLICKHOUSE_USER'];
    const key = decodeURIComponent(server.password) || process.env['CLICKHOUSE_PASSWORD'];
    this.#headers = { ...(user && { 'X-ClickHouse-User': user }), ...(key && { 'X-ClickHouse-Key': key }) };
  }

  async open(): Promise<void> {
    let version: string;
    try {
      [[version]] = parsed(await this.#ask('select version()', {})) as [[string]];
    } catch (cause) {
      throw new EngineError(
        'E_ENGINE_CONNECT',
        `engine clickhouse E_ENGINE_CONNECT expected a server of ClickHouse, got none${codeOf(cause)}; see --engine-url`,
        {
          cause,
        },
      );
    }
    this.name = `ClickHouse ${version}`;
    checkVersion('clickhouse', 'ClickHouse', version, LEAST);
    try {
      await this.#ask(`create database ${this.#database}`, {});
    } catch (cause) {
      throw new EngineError(
        'E_ENGINE_CONNECT',
        `engine clickhouse E_ENGINE_CONNECT expected a user who can make a database, got another${codeOf(cause)}; see CLICKHOUSE_USER and CLICKHOUSE_PASSWORD`,
        { cause },
      );
    }
  }

  async run(sql: string): Promise<void> {
    await this.#ask(sql);
  }

  async rows(sql: string, types: readonly ('int' | 'text')[]): Promise<readonly (readonly SqlValue[])[]> {
    return parsed(await this.#ask(sql)).map((row) => row.map((value, i) => (types[i] === 'int' ? Number(value ?? 0) : String(value ?? ''))));
  }

  async load(table: string, columns: readonly LoadColumn[], rowCount: number): Promise<void> {
    const { quoteName } = dialectOf('clickhouse');
    const name = quoteName(table);
    const types = columns.map((column) => `${quoteName(column.name)} ${'numbers' in column ? 'Int64' : 'String'}`);
    await this.run(`create table ${name} (${types.join(', ')}) engine = MergeTree order by tuple()`);
    for (let lo = 0; lo < rowCount; lo += ROWS) {
      let text = `insert into ${name} format JSONCompactEachRow\n`;
      for (let row = lo; row < Math.min(lo + ROWS, rowCount); row++) text += `[${columns.map((column) => cellOf(column, row)).join(',')}]\n`;
      await this.run(text);
    }
  }

  async close(): Promise<void> {
    try {
      await this.#ask(`drop database if exists ${this.#database}`, {});
    } catch (cause) {
      throw leftBehind(this.name, `database ${this.#database}`, cause);
    }
  }

  /** One statement; what the server answers when it has run to its end. */
  #ask(sql: string, within: Readonly<Record<string, string>> = { database: this.#database }): Promise<string> {
    const url = new URL(this.#server);
    url.username = url.password = '';
    for (const [name, value] of Object.entries({ ...SETTINGS, ...within })) url.searchParams.set(name, value);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      // No time limit: a statement may run for hours.
      const request = send(url, { method: 'POST', headers: this.#headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          if (response.statusCode === 200 && response.complete) resolve(text);
          else reject(failed(text));
        });
      });
      request.on('error', reject);
      request.end(sql);
    });
  }
}

const parsed = (text: string): readonly (readonly unknown[])[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown[]);

/** An error of the server, with the name that ClickHouse gives such errors: it has no data, unlike its message. */
function failed(text: string): Error {
  const [, code] = /\(([A-Z_]+)\)\s*(?:\(version [^)]*\)\)?)?\s*$/.exec(text) ?? [];
  return Object.assign(new Error(text), code === undefined ? {} : { code });
}

function cellOf(column: LoadColumn, row: number): string {
  if ('numbers' in column) return String(column.numbers[row]!);
  const text = 'ids' in column ? column.dictionary.text(column.ids[row]!) : column.textOf(row);
  if (text.includes('\0') || !text.isWellFormed())
    throw new EngineError('E_ENGINE_TEXT', 'clickhouse E_ENGINE_TEXT expected ids that are text without NUL, got one with; mend it, or match without --engine');
  return JSON.stringify(text);
}
