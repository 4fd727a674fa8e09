/** Episodes found in shards: together they are the whole, and a shard that is lost is an error. */
import { describe, expect, test } from 'vitest';
import { connectDuckDb } from '../src/engines/drivers/duckdb.js';
import { compile, type SqlPlan } from '../src/engines/sql/compile.js';
import { runStatements, type SqlConnection } from '../src/engines/sql/connection.js';
import { DIALECT_NAMES } from '../src/engines/sql/dialect.js';
import { parseShards, runShards } from '../src/engines/sql/shards.js';
import type { Statement } from '../src/engines/sql/script.js';
import { Dwell } from '../src/stays/dwell.js';

const NOON = 1_646_092_800;
/** Each of the places p0 … p19 has its case and two others for an hour, so 40 episodes. */
const PLACES = Array.from({ length: 20 }, (_, i) => `p${i}`);
const SCANS = PLACES.flatMap((place, i) => [`case ${i}`, `a ${i}`, `b ${i}`].map((person) => `('${person}', '${place}', ${NOON}, ${NOON + 3600})`));

const planOf = (shards: number): SqlPlan => ({
  stays: {
    checkins: { table: 'scans', columns: { person_id: 'person_id', place_id: 'place_id', time: 'at', check_out: 'until' } },
    times: 'epoch',
    dwell: new Dwell(),
    runGapSec: 2700,
    skewSec: 0,
    parentLevels: 1,
  },
  question: {
    cases: PLACES.map((_, i) => ({ caseId: `c${i}`, personId: `case ${i}`, fromSec: 0, toSec: Number.POSITIVE_INFINITY, hasStays: true, told: [] })),
    scope: 'place',
    lagSec: 0,
    isClosed: false,
    minOverlapSec: 0,
    excludeConflicts: false,
    binSec: 3600,
    shards,
  },
});

async function withScans<Result>(work: (connection: SqlConnection) => Promise<Result>): Promise<Result> {
  const connection = await connectDuckDb(1);
  try {
    await connection.run(`create table scans as select * from (values ${SCANS.join(', ')}) as v(person_id, place_id, "at", "until")`);
    return await work(connection);
  } finally {
    await connection.close();
  }
}

const countOf = async (connection: SqlConnection, table: string): Promise<number> =>
  Number((await connection.rows(`select count(*) from copresence_${table}`, ['int']))[0]![0]);

describe('episodes in shards', () => {
  test('are each in one shard, and together the whole', async () => {
    const one = await withScans(async (connection) => {
      await runStatements(connection, compile(planOf(1), 'duckdb'));
      return connection.rows('select contact_id from copresence_episodes order by contact_id', ['text']);
    });
    expect(one).toHaveLength(40);
    await withScans(async (connection) => {
      await runStatements(connection, compile(planOf(4), 'duckdb'));
      expect(await connection.rows('select contact_id from copresence_episodes order by contact_id', ['text'])).toEqual(one);
      const counts = await Promise.all([0, 1, 2, 3].map((shard) => countOf(connection, `episodes_${shard}`)));
      expect(counts.reduce((sum, count) => sum + count)).toBe(40);
      expect(Math.max(...counts)).toBeLessThan(40);
    });
  });

  test('change no statement where there is one shard', () => {
    for (const dialect of DIALECT_NAMES) {
      const { question, ...rest } = planOf(1);
      const { shards: _, ...plain } = question;
      expect(compile(planOf(1), dialect)).toEqual(compile({ ...rest, question: plain }, dialect));
    }
  });

  // What goes wrong right after a statement of the script, in the words of the engine.
  const lossy = (connection: SqlConnection, label: string, after: string): readonly Statement[] =>
    compile(planOf(4), connection.dialect).flatMap((statement) =>
      statement.label === label ? [statement, { label: 'loss', kind: 'make' as const, sql: after }] : [statement],
    );
  const run = (connection: SqlConnection, statements: readonly Statement[]): Promise<void> =>
    runShards(connection, statements, { shards: 4, nameOf: (table) => `copresence_${table}`, running: {} });

  test('of which one was never made are an error that names the statement', async () => {
    await withScans(async (connection) => {
      await expect(run(connection, lossy(connection, 'episodes_2', 'drop table copresence_episodes_2'))).rejects.toMatchObject({
        code: 'E_ENGINE_FAILED',
        message: expect.stringContaining("'episodes'") as string,
      });
    });
    await withScans(async (connection) => {
      await expect(
        run(
          connection,
          compile(planOf(4), 'duckdb').filter(({ label }) => label !== 'episodes_2'),
        ),
      ).rejects.toMatchObject({
        code: 'E_ENGINE_FAILED',
        message: expect.stringContaining("'episodes'") as string,
      });
    });
  });

  test('of which one is not in the whole fail the check of the script', async () => {
    await withScans(async (connection) => {
      const statements = lossy(connection, 'episodes', 'delete from copresence_episodes where shard_no = 1');
      await expect(runStatements(connection, statements)).rejects.toMatchObject({
        code: 'E_ENGINE_CHECK',
        message: expect.stringContaining("check 'shards'") as string,
      });
    });
  });

  test('of which one lost its rows since it was made are an error too', async () => {
    await withScans(async (connection) => {
      // The table and the whole agree with each other: only what was counted at the time tells.
      const statements = lossy(connection, 'episodes_3', 'delete from copresence_episodes_0');
      await expect(run(connection, statements)).rejects.toMatchObject({
        code: 'E_ENGINE_SHARD',
        message: expect.stringMatching(/^DuckDB v[\d.]+: E_ENGINE_SHARD expected \d+ episodes of shard 1 of 4, got 0;/) as string,
      });
    });
  });

  test('come in sensible numbers', () => {
    expect([parseShards(undefined), parseShards('16')]).toEqual([1, 16]);
    for (const bad of ['0', '1.5', 'many', '2000']) expect(() => parseShards(bad)).toThrow(expect.objectContaining({ code: 'E_SHARDS' }));
  });
});
