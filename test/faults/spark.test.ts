/** What is said when Spark is not there, is too old, does not share files with its workers, or fails: never data. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectSpark } from '../../src/engines/drivers/spark-sql.js';
import { runStatements, type SqlConnection } from '../../src/engines/sql/connection.js';
import { checkVersion } from '../../src/engines/sql/version.js';
import { TempFolder } from '../support/temp-folder.js';

const STUB = fileURLToPath(new URL('../support/spark-sql-stub.mjs', import.meta.url));

/** A session with a client that behaves so, its files in a folder that is looked at afterwards. */
async function connect(how: string, temp: TempFolder): Promise<SqlConnection> {
  vi.stubEnv('TMPDIR', temp.path);
  vi.stubEnv('STUB', how);
  return connectSpark('local[1]', STUB);
}

describe('spark', () => {
  afterEach(() => void vi.unstubAllEnvs());

  test('that is not installed is named, with what to set', async () => {
    const temp = new TempFolder();
    vi.stubEnv('TMPDIR', temp.path);
    await expect(connectSpark('local[1]', '/nowhere/spark-sql')).rejects.toMatchObject({
      code: 'E_ENGINE_PEER',
      message: expect.stringContaining('SPARK_HOME') as string,
    });
    expect(readdirSync(temp.path)).toEqual([]);
  });

  test.each([
    ['no-java', 'E_ENGINE_CONNECT', 'install Java 17'],
    ['old', 'E_ENGINE_VERSION', 'expected Spark 3.3 or later, got 3.1;'],
    ['apart', 'E_ENGINE_FOLDER', 'got 4 of 8 files; set TMPDIR'],
  ])('that is %s is refused with %s', async (how, code, says) => {
    const temp = new TempFolder();
    await expect(connect(how, temp)).rejects.toMatchObject({ code, message: expect.stringContaining(says) as string });
    expect(readdirSync(temp.path)).toEqual([]);
  });

  test.each(['fails', 'dies'])('that %s names the statement and the kind of error, and shows no data', async (how) => {
    const temp = new TempFolder();
    const connection = await connect(how, temp);
    const failed = runStatements(connection, [{ label: 'stays', kind: 'make', sql: "create table t as select * from x where id = 'P0192'" }]);
    await expect(failed).rejects.toMatchObject({
      code: 'E_ENGINE_FAILED',
      message:
        "Spark 3.5.5: statement 'stays' E_ENGINE_FAILED expected it to run, got an error of the engine (TABLE_OR_VIEW_NOT_FOUND); see its log, or match without --engine",
    });
    // A session that goes on takes the next statement; one that has ended says again what ended it.
    const next = await connection.run('select 1').then(
      () => 'ran',
      (cause: Error) => /TABLE_OR_VIEW_NOT_FOUND/.test(cause.message),
    );
    expect(next).toBe(how === 'fails' ? 'ran' : true);
    await connection.close();
    expect(readdirSync(temp.path)).toEqual([]);
  });

  test('refuses ids with NUL without showing them', async () => {
    const connection = await connect('fine', new TempFolder());
    const load = connection.load('t', [{ name: 'a', textOf: () => 'P0192\0' }], 1);
    await expect(load).rejects.toMatchObject({ code: 'E_ENGINE_TEXT', message: expect.not.stringContaining('P0192') as string });
    await connection.close();
  });
});

test('versions are compared by number', () => {
  const check = (version: string) => () => checkVersion('postgres', 'PostgreSQL', version, [12, 2]);
  for (const fine of ['12.2', '12.10', '13', '15.18 (Debian 15.18-0)', 'v100.0.1']) expect(check(fine)).not.toThrow();
  for (const old of ['12.1', '12', '9.6.1', 'unknown']) expect(check(old)).toThrow(expect.objectContaining({ code: 'E_ENGINE_VERSION' }));
});
