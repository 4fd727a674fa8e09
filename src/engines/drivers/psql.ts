/** PostgreSQL through its own client: psql is wherever the server's tools are, so that no driver is needed. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EngineError } from '../../core/errors.js';
import { codeOf, leftBehind, type LoadColumn, type SqlConnection, type SqlValue } from '../sql/connection.js';
import { dialectOf } from '../sql/dialect.js';
import { checkVersion } from '../sql/version.js';

/** What psql says after each answer: no cell looks like it, since COPY doubles backslashes. */
const END = Buffer.from('\\end\n');
const END_QUERY = "select E'\\\\end';\n";
const LEAST = [12, 0] as const;
/** How long the end waits for a statement that still runs in the server after its client was killed. */
const LOCK_TIMEOUT = '60s';
/** Rows sent at a time. */
const ROWS = 4096;

/**
 * A schema of its own in the database that `url` names (or PGHOST, PGUSER …), gone when the connection is closed.
 * @throws EngineError `E_ENGINE_PEER` without psql, `E_ENGINE_CONNECT` if the server cannot be reached.
 */
export async function connectPostgres(url: string | undefined, psql = 'psql'): Promise<SqlConnection> {
  const schema = `copresence_${randomBytes(6).toString('hex')}`;
  const session = new Psql(psql, url, schema);
  const version = await session.ask(`create schema ${schema};\nshow server_version;\n`).catch((cause: unknown) => {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(
      'E_ENGINE_CONNECT',
      `engine postgres E_ENGINE_CONNECT expected a server where a schema can be made, got none${codeOf(cause)}; see --engine-url, or PGHOST, PGUSER and PGDATABASE`,
      { cause },
    );
  });
  session.name = `PostgreSQL ${version.trim()}`;
  try {
    checkVersion('postgres', 'PostgreSQL', version, LEAST);
  } catch (cause) {
    await session.close().catch(() => {}); // what went wrong first counts
    throw cause;
  }
  return session;
}

class Psql implements SqlConnection {
  readonly dialect = 'postgres';
  name = 'PostgreSQL';
  readonly #psql: string;
  readonly #url: string | undefined;
  readonly #schema: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  /** Why psql ended, after a failed statement or because someone killed it: nothing is asked of another one then but to clear up. */
  #end: Error | undefined;
  /** Why psql was ended here. */
  #cause: unknown;
  #answer: { readonly parts: Buffer[]; readonly resolve: (said: string) => void; readonly reject: (cause: unknown) => void } | undefined;

  constructor(psql: string, url: string | undefined, schema: string) {
    this.#psql = psql;
    this.#url = url;
    this.#schema = schema;
  }

  async run(sql: string): Promise<void> {
    await this.ask(`${sql};\n`);
  }

  async rows(sql: string, types: readonly ('int' | 'text')[]): Promise<readonly (readonly SqlValue[])[]> {
    const text = await this.ask(`copy (${sql}) to stdout;\n`);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t').map((cell, i) => (types[i] === 'int' ? (cell === '\\N' ? 0 : Number(cell)) : unescaped(cell))));
  }

  async load(table: string, columns: readonly LoadColumn[], rowCount: number): Promise<void> {
    const { quoteName } = dialectOf('postgres');
    const name = quoteName(table);
    const types = columns.map((column) => `${quoteName(column.name)} ${'numbers' in column ? 'bigint' : 'text'}`);
    await this.ask(
      (function* () {
        yield `create table ${name} (${types.join(', ')});\ncopy ${name} from stdin;\n`;
        for (let lo = 0; lo < rowCount; lo += ROWS) {
          let text = '';
          for (let row = lo; row < Math.min(lo + ROWS, rowCount); row++) text += `${columns.map((column) => cellOf(column, row)).join('\t')}\n`;
          yield text;
        }
        yield `\\.\nanalyze ${name};\n`;
      })(),
    );
  }

  async close(): Promise<void> {
    this.#end = undefined;
    try {
      await this.ask(`set lock_timeout = '${LOCK_TIMEOUT}';\ndrop schema if exists ${this.#schema} cascade;\n`);
    } catch (cause) {
      throw leftBehind(this.name, `schema ${this.#schema}`, cause);
    }
    this.#child?.stdin.end();
  }

  /** What psql says to a script. One after another: it answers in order. @throws what it says where it fails; it has ended then. */
  ask(script: string | Iterable<string>): Promise<string> {
    if (this.#end) return Promise.reject(this.#end);
    const child = (this.#child ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#answer = { parts: [], resolve, reject };
      // The answer of a query is written out at once, unlike that of \echo.
      void send(
        child.stdin,
        typeof script === 'string'
          ? [script, END_QUERY]
          : (function* () {
              yield* script;
              yield END_QUERY;
            })(),
      ).catch((cause: unknown) => {
        // In the middle of rows psql would take anything else for a row: it is asked nothing more.
        this.#cause = cause;
        child.kill();
      });
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=sqlstate', ...(this.#url === undefined ? [] : ['-d', this.#url])];
    const settings = `${process.env['PGOPTIONS'] ?? ''} -c search_path=${this.#schema} -c client_min_messages=error`;
    const child = spawn(this.#psql, args, { stdio: 'pipe', env: { ...process.env, PGCLIENTENCODING: 'UTF8', PGOPTIONS: settings } });
    let said = '';
    child.stdout.on('data', (part: Buffer) => {
      const { parts, resolve } = this.#answer!;
      parts.push(part);
      // A whole answer ends with the marker; it may come in pieces.
      if (!Buffer.concat(parts.slice(-2)).subarray(-END.length).equals(END) && !Buffer.concat(parts).subarray(-END.length).equals(END)) return;
      resolve(Buffer.concat(parts).subarray(0, -END.length).toString('utf8'));
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => void (said += part));
    const end = (why: Error): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#end = why;
      this.#answer?.reject(this.#cause ?? why);
      this.#cause = undefined;
    };
    child.on('error', (cause) =>
      end(new EngineError('E_ENGINE_PEER', 'engine postgres E_ENGINE_PEER expected the program psql, got none; install the PostgreSQL client', { cause })),
    );
    // Also when a signal ended it, which leaves no exit code.
    child.on('close', (_, signal) => end(failed(said, signal)));
    child.stdin.on('error', () => {}); // its end tells
    return child;
  }
}

async function send(to: NodeJS.WritableStream, parts: Iterable<string>): Promise<void> {
  for (const part of parts) {
    if (!to.writable) return;
    if (!to.write(part)) await new Promise<void>((resolve) => (to.once('drain', resolve), to.once('close', resolve)));
  }
}

/** An error of psql with the SQLSTATE that it says, or the signal that ended it: neither is data. */
function failed(said: string, signal: string | null): Error {
  const code = /: +([0-9A-Z]{5})$/m.exec(said)?.[1] ?? signal;
  return Object.assign(new Error(said), code === null ? {} : { code });
}

function cellOf(column: LoadColumn, row: number): string {
  if ('numbers' in column) return String(column.numbers[row]!);
  return escaped('ids' in column ? column.dictionary.text(column.ids[row]!) : column.textOf(row));
}

const LETTERS: Readonly<Record<string, string>> = { '\\': '\\', '\t': 't', '\n': 'n', '\r': 'r', '\b': 'b', '\f': 'f', '\v': 'v' };
const BY_LETTER = new Map(Object.entries(LETTERS).map(([char, letter]) => [letter, char]));

function escaped(text: string): string {
  if (text.includes('\0'))
    throw new EngineError('E_ENGINE_TEXT', 'postgres E_ENGINE_TEXT expected ids without NUL, got one with; mend it, or match without --engine');
  return text.replaceAll(/[\\\t\n\r\b\f\v]/g, (char) => `\\${LETTERS[char]!}`);
}

const unescaped = (cell: string): string => (cell.includes('\\') ? cell.replaceAll(/\\(.)/g, (_, letter: string) => BY_LETTER.get(letter) ?? letter) : cell);
