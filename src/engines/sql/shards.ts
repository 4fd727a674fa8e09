/** Episodes found in shards: how many each has is kept here when it is made, and the whole must have them all. */
import { EngineError, OptionError } from '../../core/errors.js';
import { readRows, runStatements, type RunningOptions, type SqlConnection } from './connection.js';
import { shardTable } from './question.js';
import type { Statement } from './script.js';

const MOST_SHARDS = 1024;

/** @throws OptionError `E_SHARDS`. */
export function parseShards(value: string | number | undefined): number {
  const shards = Number(value ?? 1);
  if (Number.isInteger(shards) && shards >= 1 && shards <= MOST_SHARDS) return shards;
  throw new OptionError('E_SHARDS', `shards: expected a whole number from 1 to ${MOST_SHARDS}, got '${value}'`);
}

/**
 * Runs the statements of episodes. A part is never taken for the whole: what a shard had when it was made, the episodes must have of it at the end.
 * @throws EngineError `E_ENGINE_SHARD`, and as `runStatements`.
 */
export async function runShards(
  connection: SqlConnection,
  statements: readonly Statement[],
  { shards, nameOf, running }: { readonly shards: number; readonly nameOf: (table: string) => string; readonly running: RunningOptions },
): Promise<void> {
  const made: number[] = [];
  for (const statement of statements) {
    await runStatements(connection, [statement], running);
    const table = shardTable(made.length);
    if (shards === 1 || statement.label !== table) continue;
    const [row] = await readRows(connection, `count of ${table}`, `select count(*) from ${nameOf(table)} e`, ['int']);
    made.push(Number(row![0]));
  }
  if (shards === 1) return;
  if (made.length !== shards) throw lost(connection, `${shards} shards`, `${made.length}`);
  const rows = await readRows(connection, 'count of shards', `select e.shard_no, count(*) from ${nameOf('episodes')} e group by e.shard_no`, ['int', 'int']);
  const found = new Map(rows.map(([shard, count]) => [Number(shard), Number(count)]));
  for (const [shard, count] of made.entries()) {
    if ((found.get(shard) ?? 0) !== count) throw lost(connection, `${count} episodes of shard ${shard + 1} of ${shards}`, `${found.get(shard) ?? 0}`);
  }
}

const lost = ({ name }: SqlConnection, expected: string, got: string): EngineError =>
  new EngineError('E_ENGINE_SHARD', `${name}: E_ENGINE_SHARD expected ${expected}, got ${got}; nothing is listed of a part: run again`);
