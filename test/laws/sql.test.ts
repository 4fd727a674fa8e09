/** The law of SQL engines: whatever infers the stays and finds the episodes, the lists are the same bytes. */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectClickHouse } from '../../src/engines/drivers/clickhouse.js';
import { connectDuckDb } from '../../src/engines/drivers/duckdb.js';
import { connectPostgres } from '../../src/engines/drivers/psql.js';
import { connectSpark } from '../../src/engines/drivers/spark-sql.js';
import type { SqlConnection } from '../../src/engines/sql/connection.js';
import { dialectOf } from '../../src/engines/sql/dialect.js';
import { HEAD, MATCHINGS, indexWorlds, type IndexWorld } from '../support/index-worlds.js';
import { Lists, runCli } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

/** Servers take part where they are named: the URL of a database of PostgreSQL, of ClickHouse, and the master of Spark beside SPARK_HOME. */
const POSTGRES = process.env['COPRESENCE_POSTGRES'];
const CLICKHOUSE = process.env['COPRESENCE_CLICKHOUSE'];
const SPARK = process.env['SPARK_MASTER'];
const at = (engine: string, variable: string, url: string | undefined, runs: number): readonly (readonly [string, readonly string[], number])[] => {
  if (url !== undefined) return [[engine, ['--engine', engine, '--engine-url', url], runs]];
  console.warn(`SKIPPED: ${variable} names no ${engine}; its law, that the lists are the same bytes, and its literals go unchecked`);
  return [];
};
const ENGINES: readonly (readonly [name: string, flags: readonly string[], runs: number])[] = [
  ['duckdb', ['--engine', 'duckdb'], 25],
  ['duckdb in shards', ['--engine', 'duckdb', '--shards', '3'], 10],
  ...at('postgres', 'COPRESENCE_POSTGRES', POSTGRES, 10),
  ...at('clickhouse', 'COPRESENCE_CLICKHOUSE', CLICKHOUSE, 10),
  ...at('spark', 'SPARK_MASTER', SPARK, 2),
];

class Workshop {
  readonly folder: TempFolder = new TempFolder();

  async lists(args: readonly string[], flags: readonly string[]): Promise<{ bytes: Record<string, string>; manifest: Record<string, unknown> }> {
    const out = this.folder.at('out');
    const { code, err } = await runCli(['match', ...args, ...flags, '--out', out, '--quiet']);
    if (code !== 0 || err !== '') throw new Error(`match ended with ${code}: ${err}`);
    const lists = new Lists(out);
    const { stays, ledger, warnings, counts } = lists.manifest;
    const { bytes } = lists;
    rmSync(out, { recursive: true });
    return { bytes, manifest: { stays, ledger, warnings, counts } };
  }
  args(world: IndexWorld): string[] {
    return [
      '--checkins',
      this.folder.write('checkins.csv', HEAD + world.lines.map((line) => `${line}\n`).join('')),
      '--places',
      this.folder.write('places.csv', world.places),
      ...(world.runs === null ? [] : ['--runs', this.folder.write('runs.csv', world.runs)]),
      '--cases',
      this.folder.write('cases.csv', world.cases),
      ...(world.visits === null ? [] : ['--visits', this.folder.write('visits.csv', world.visits)]),
      '--tz',
      world.tz,
      '--window',
      'all',
    ];
  }
}

const COLUMNS = [
  { name: 'nth', type: 'int' },
  { name: 'id', type: 'text' },
] as const;

const connect = (name: string): Promise<SqlConnection> =>
  name === 'postgres'
    ? connectPostgres(POSTGRES)
    : name === 'clickhouse'
      ? connectClickHouse(CLICKHOUSE)
      : name === 'spark'
        ? connectSpark(SPARK)
        : connectDuckDb(1);

describe.each(ENGINES)('%s', (name, engine, numRuns) => {
  test('gives the bytes of the match in memory', async () => {
    await fc.assert(
      fc.asyncProperty(indexWorlds(), fc.constantFrom(...MATCHINGS), async (world, flags) => {
        const shop = new Workshop();
        const args = shop.args(world);
        expect(await shop.lists(args, [...flags, ...engine])).toEqual(await shop.lists(args, flags));
      }),
      { numRuns, endOnFailure: true },
    );
  }, 600_000);

  test('reads 100,000 hostile texts as one literal each, and names as one name', async () => {
    const connection = await connect(name);
    const { literal, quoteName, rows } = dialectOf(connection.dialect);
    const unit = fc.constantFrom("'", '"', '\\', ';', ':', '-', '/', '*', '$', '{', '}', '(', ')', ',', '\n', '\t', '\r', 'E', 'n', 'é', '\u{1d4b3}');
    const batch = fc.array(fc.string({ unit, minLength: 1, maxLength: 12 }), { minLength: 1000, maxLength: 1000 });
    try {
      for (const ids of fc.sample(batch, 100)) {
        // The client of Spark splits scripts at a semicolon in a name, though not in a literal.
        const read = await connection.rows(
          `select v.id as ${quoteName(name === 'spark' ? 'v`1' : ids[0]!)} from (${rows(
            COLUMNS,
            ids.map((id, i) => `(${i}, ${literal(id)})`),
          )}) v order by v.nth`,
          ['text'],
        );
        expect(read.map(([id]) => id)).toEqual(ids);
      }
    } finally {
      await connection.close();
    }
  }, 300_000);
});

describe('an engine', () => {
  const scans = `${HEAD}ada,mall,1646092800,,,,\nben,mall,1646093400,,,,\n`;
  const match = async (folder: TempFolder, more: readonly string[], rows = scans): Promise<{ code: number; err: string }> =>
    runCli([
      'match',
      '--checkins',
      folder.write('scans.csv', rows),
      '--cases',
      folder.write('cases.csv', 'person_id\nada\n'),
      '--window',
      'all',
      '--out',
      folder.at('out'),
      '--quiet',
      ...more,
    ]);

  test('that is not known is refused', async () => {
    const { code, err } = await match(new TempFolder(), ['--engine', 'abacus']);
    expect([code, err]).toEqual([2, "copresence: engine: expected memory, duckdb, postgres, spark, clickhouse, got 'abacus'\n"]);
  });

  test('that is not installed is named, with what to install', async () => {
    await expect(
      connectDuckDb(undefined, () =>
        Promise.reject(Object.assign(new Error("Cannot find package '@duckdb/node-api' imported from /x.js"), { code: 'ERR_MODULE_NOT_FOUND' })),
      ),
    ).rejects.toMatchObject({
      code: 'E_ENGINE_PEER',
      message: expect.stringContaining('got none; npm install @duckdb/node-api') as string,
    });
    await expect(connectPostgres(undefined, '/nowhere/psql')).rejects.toMatchObject({ code: 'E_ENGINE_PEER' });
  });

  test('refuses what it does not do, rather than do something else', async () => {
    const staff = `person_id,place_id,time,role\nada,bus,1646092800,staff\n`;
    const { code, err } = await match(new TempFolder(), ['--engine', 'duckdb'], staff);
    expect(code).toBe(2);
    expect(err).toContain('E_ENGINE_SUPPORT');
    expect((await match(new TempFolder(), ['--engine', 'duckdb', '--rides'])).err).toContain('E_ENGINE_SUPPORT');
  });

  test('refuses too many episodes with the words of the match in memory', async () => {
    const flags = ['--max-episodes', '0'];
    const memory = await match(new TempFolder(), flags);
    expect(memory.code).toBe(5);
    expect(await match(new TempFolder(), [...flags, '--engine', 'duckdb'])).toEqual(memory);
  });

  test('that fails names the statement and shows no data', async () => {
    const connection = await connectDuckDb(1);
    const { runStatements } = await import('../../src/engines/sql/connection.js');
    const failed = runStatements(connection, [{ label: 'stays', kind: 'make', sql: "select cast('P0192' as integer)" }]);
    await expect(failed).rejects.toMatchObject({ code: 'E_ENGINE_FAILED', message: expect.not.stringContaining('P0192') as string });
    const checked = runStatements(connection, [{ label: 'places', kind: 'check', sql: 'select 3' }]);
    await expect(checked).rejects.toMatchObject({ code: 'E_ENGINE_CHECK', message: expect.stringContaining("check 'places'") as string });
    await connection.close();
  });
});
