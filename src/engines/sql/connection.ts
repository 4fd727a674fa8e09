/** What is needed of an engine to match with it, and how statements are run there. */
import { EngineError } from '../../core/errors.js';
import type { Dictionary } from '../../core/dictionary.js';
import type { DialectName } from './dialect.js';
import type { Statement } from './script.js';

/** A column to load: whole numbers, texts as ids of a dictionary, or texts of a small table. */
export type LoadColumn =
  | { readonly name: string; readonly numbers: ArrayLike<number> }
  | { readonly name: string; readonly ids: ArrayLike<number>; readonly dictionary: Dictionary }
  | { readonly name: string; readonly textOf: (row: number) => string };

export type SqlValue = string | number;

/** One session of an engine: tables that it makes last as long. */
export interface SqlConnection {
  readonly dialect: DialectName;
  /** Engine and version, for messages. */
  readonly name: string;
  run(sql: string): Promise<void>;
  /** All rows of a query; `types` says how each column is to be read. */
  rows(sql: string, types: readonly ('int' | 'text')[]): Promise<readonly (readonly SqlValue[])[]>;
  /** Makes a table of `rowCount` rows. */
  load(table: string, columns: readonly LoadColumn[], rowCount: number): Promise<void>;
  /** Ends the session; what it made is gone. @throws EngineError `E_ENGINE_LEFT`, which names what is left behind. */
  close(): Promise<void>;
}

export interface RunningOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStatement?: (label: string) => void;
}

/**
 * Runs statements in order and looks at the checks.
 * @throws EngineError `E_ENGINE_FAILED` or `E_ENGINE_CHECK`, which name the statement and never show data; the signal's reason.
 */
export async function runStatements(connection: SqlConnection, statements: readonly Statement[], { signal, onStatement }: RunningOptions = {}): Promise<void> {
  for (const { label, kind, sql } of statements) {
    signal?.throwIfAborted();
    onStatement?.(label);
    if (kind !== 'check') {
      await labelled(connection, label, () => connection.run(sql));
      continue;
    }
    const [row] = await labelled(connection, label, () => connection.rows(sql, ['int']));
    if (Number(row?.[0]) !== 0) {
      throw new EngineError(
        'E_ENGINE_CHECK',
        `${connection.name}: check '${label}' E_ENGINE_CHECK expected 0 rows that do not fit, got ${String(row?.[0])}; mend the table, then run again`,
      );
    }
  }
}

/** Rows of a query under a label. @throws EngineError `E_ENGINE_FAILED`. */
export function readRows(connection: SqlConnection, label: string, sql: string, types: readonly ('int' | 'text')[]): Promise<readonly (readonly SqlValue[])[]> {
  return labelled(connection, label, () => connection.rows(sql, types));
}

/** Makes a table under its name as label. @throws EngineError `E_ENGINE_FAILED`, `E_ENGINE_TEXT`. */
export function loadTable(connection: SqlConnection, table: string, columns: readonly LoadColumn[], rowCount: number): Promise<void> {
  return labelled(connection, table, () => connection.load(table, columns, rowCount));
}

/**
 * Works with a connection, and closes it whatever comes. What went wrong first counts: what is left behind is said beside it, or, where the work is done,
 * given back as a warning.
 */
export async function closeAfter(connection: SqlConnection, work: () => Promise<void>): Promise<readonly string[]> {
  try {
    await work();
  } catch (error) {
    const left = await closed(connection);
    if (left === undefined || !(error instanceof EngineError)) throw error;
    throw new EngineError(error.code, `${error.message}\n${left}`, { cause: error });
  }
  const left = await closed(connection);
  return left === undefined ? [] : [left];
}

/** Closes; what is to be said if that fails. */
async function closed(connection: SqlConnection): Promise<string | undefined> {
  try {
    await connection.close();
    return undefined;
  } catch (cause) {
    return cause instanceof EngineError ? cause.message : `${connection.name}: E_ENGINE_LEFT expected its session to end, got an error${codeOf(cause)}`;
  }
}

/** @param what - What is left: `schema copresence_…`. */
export const leftBehind = (engine: string, what: string, cause: unknown): EngineError =>
  new EngineError(
    'E_ENGINE_LEFT',
    `${engine}: E_ENGINE_LEFT expected to drop its ${what}, got an error${codeOf(cause)}; it may be left behind with the check-ins in it: drop it yourself`,
    { cause },
  );

/** The name that an engine has for an error, in brackets: it is no data, unlike its message. */
export function codeOf(cause: unknown): string {
  const { code } = cause as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_.]{1,80}$/.test(code) ? ` (${code})` : '';
}

async function labelled<Result>(connection: SqlConnection, label: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(
      'E_ENGINE_FAILED',
      `${connection.name}: statement '${label}' E_ENGINE_FAILED expected it to run, got an error of the engine${codeOf(cause)}; see its log, or match without --engine`,
      { cause },
    );
  }
}
