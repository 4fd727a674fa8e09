/** What is said when PostgreSQL is not there, is too old, fails or goes away in mid-run: never data; and that what it made is dropped, or named. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectPostgres } from '../../src/engines/drivers/psql.js';
import { closeAfter, loadTable, runStatements } from '../../src/engines/sql/connection.js';
import { runCli, type CliRun } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const STUB = fileURLToPath(new URL('../support/psql-stub.mjs', import.meta.url));
const MAKE = [{ label: 'stays', kind: 'make', sql: "create table t as select * from x where id = 'P0192'" }] as const;

/** A folder where a psql that behaves so is told things, with what it was told. */
function stub(how: string): { readonly temp: TempFolder; readonly told: () => string[] } {
  const temp = new TempFolder();
  vi.stubEnv('STUB', how);
  vi.stubEnv('STUB_LOG', temp.at('log'));
  return { temp, told: () => (existsSync(temp.at('log')) ? readFileSync(temp.at('log'), 'utf8').split('\n') : []) };
}

const schemaOf = (told: readonly string[]): string => /^create schema (copresence_[0-9a-f]{12});$/.exec(told[0]!)![1]!;

/** A match of two people, with the psql that PATH gives. */
async function match(temp: TempFolder): Promise<CliRun> {
  symlinkSync(STUB, temp.at('psql'));
  vi.stubEnv('PATH', `${temp.path}:${process.env['PATH']}`);
  const scans = temp.write('scans.csv', 'person_id,place_id,time\nP0192,mall,1646092800\nben,mall,1646093400\n');
  const cases = temp.write('cases.csv', 'person_id\nP0192\n');
  const run = await runCli(['match', '--checkins', scans, '--cases', cases, '--window', 'all', '--engine', 'postgres', '--out', temp.at('out'), '--quiet']);
  expect(existsSync(temp.at('out', 'people.csv'))).toBe(false);
  return run;
}

describe('postgres', () => {
  afterEach(() => void vi.unstubAllEnvs());

  test('that refuses is named, with what to look at', async () => {
    const { temp } = stub('refused');
    expect(await match(temp)).toEqual({
      code: 2,
      out: '',
      err: 'copresence: engine postgres E_ENGINE_CONNECT expected a server where a schema can be made, got none; see --engine-url, or PGHOST, PGUSER and PGDATABASE\n',
    });
  });

  test('that is too old is refused, and its schema dropped', async () => {
    const { told } = stub('old');
    await expect(connectPostgres(undefined, STUB)).rejects.toMatchObject({
      code: 'E_ENGINE_VERSION',
      message: expect.stringContaining('expected PostgreSQL 12.0 or later, got 11.22;') as string,
    });
    expect(told()).toContain(`drop schema if exists ${schemaOf(told())} cascade;`);
  });

  test.each([
    ['fails', '42P01'],
    ['killed', 'SIGKILL'],
  ])('that %s ends the match with the statement and the kind of error, without data; its schema is dropped', async (how, kind) => {
    const { temp, told } = stub(how);
    expect(await match(temp)).toEqual({
      code: 2,
      out: '',
      err: `copresence: PostgreSQL 15.18 (Debian): statement 'check_ins' E_ENGINE_FAILED expected it to run, got an error of the engine (${kind}); see its log, or match without --engine\n`,
    });
    expect(told()).toContain(`drop schema if exists ${schemaOf(told())} cascade;`);
  });

  test('that goes away ends the match with what failed first, and the schema that may be left', async () => {
    const { temp, told } = stub('gone');
    expect(await match(temp)).toEqual({
      code: 2,
      out: '',
      err: `copresence: PostgreSQL 15.18 (Debian): statement 'check_ins' E_ENGINE_FAILED expected it to run, got an error of the engine (57P01); see its log, or match without --engine
PostgreSQL 15.18 (Debian): E_ENGINE_LEFT expected to drop its schema ${schemaOf(told())}, got an error; it may be left behind with the check-ins in it: drop it yourself\n`,
    });
  });

  test('that was killed takes no further statement: another client is there to clear up alone', async () => {
    const { told } = stub('killed');
    const connection = await connectPostgres(undefined, STUB);
    const failed = { code: 'E_ENGINE_FAILED', message: expect.stringMatching(/statement 'stays' .*\(SIGKILL\)/) as string };
    await expect(runStatements(connection, MAKE)).rejects.toMatchObject(failed);
    await expect(runStatements(connection, MAKE)).rejects.toMatchObject(failed);
    expect(told().filter((line) => line.startsWith('create table'))).toHaveLength(1);
    await connection.close();
    expect(told()).toContain(`drop schema if exists ${schemaOf(told())} cascade;`);
  });

  test('that keeps its schema gives a warning when the work is done, and never hides why it failed', async () => {
    const { told } = stub('keeps');
    const left = (): string =>
      `PostgreSQL 15.18 (Debian): E_ENGINE_LEFT expected to drop its schema ${schemaOf(told())}, got an error (55P03); it may be left behind with the check-ins in it: drop it yourself`;
    expect(await closeAfter(await connectPostgres(undefined, STUB), async () => {})).toEqual([left()]);
    const interrupted = new Error('interrupted');
    await expect(closeAfter(await connectPostgres(undefined, STUB), () => Promise.reject(interrupted))).rejects.toBe(interrupted);
  });

  test('refuses ids with NUL in the middle of rows without showing them, and still drops its schema', async () => {
    const { told } = stub('fine');
    const connection = await connectPostgres(undefined, STUB);
    const texts = Array.from({ length: 5000 }, (_, i) => `P${i}`).with(4500, 'P0192\0');
    const loaded = closeAfter(connection, () => loadTable(connection, 't', [{ name: 'a', textOf: (row) => texts[row]! }], texts.length));
    await expect(loaded).rejects.toMatchObject({ code: 'E_ENGINE_TEXT', message: expect.not.stringContaining('P0192') as string });
    expect(told()).toContain(`drop schema if exists ${schemaOf(told())} cascade;`);
  });
});
