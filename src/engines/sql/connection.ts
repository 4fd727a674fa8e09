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
  /** Ends the session; what it made is gone. */
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

async function labelled<Result>(connection: SqlConnection, label: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    // The name that an engine has for an error is no data, unlike its message.
    const { code } = cause as { readonly code?: unknown };
    const named = typeof code === 'string' && /^[A-Z0-9_.]{1,80}$/.test(code) ? ` (${code})` : '';
    throw new EngineError(
      'E_ENGINE_FAILED',
      `${connection.name}: statement '${label}' E_ENGINE_FAILED expected it to run, got an error of the engine${named}; see its log, or match without --engine`,
      { cause },
    );
  }
}
