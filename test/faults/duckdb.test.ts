/** What is said when DuckDB does not load, is of another version, gives no database, or cannot be closed. */
import { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectDuckDb } from '../../src/engines/drivers/duckdb.js';
import { runCli } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const absent = (name: string, code: string): Error => Object.assign(new Error(`Cannot find ${name} imported from /x/y.js`), { code });

describe('duckdb', () => {
  afterEach(() => void vi.restoreAllMocks());

  test('that is not installed is told from one of which a part is missing', async () => {
    await expect(connectDuckDb(1, () => Promise.reject(absent("package '@duckdb/node-api'", 'ERR_MODULE_NOT_FOUND')))).rejects.toMatchObject({
      code: 'E_ENGINE_PEER',
      message: expect.stringContaining('got none; npm install @duckdb/node-api') as string,
    });
    for (const [name, code] of [
      ["package '@duckdb/node-bindings'", 'ERR_MODULE_NOT_FOUND'],
      ["module '@duckdb/node-bindings-linux-x64/duckdb.node'", 'MODULE_NOT_FOUND'],
      ['the symbol', 'ERR_DLOPEN_FAILED'],
    ] as const)
      await expect(connectDuckDb(1, () => Promise.reject(absent(name, code)))).rejects.toMatchObject({
        code: 'E_ENGINE_PEER',
        message: expect.stringContaining(`to load, got an error (${code}): is its native part there`) as string,
      });
  });

  test.each([
    ['of a version before', { version: () => 'v1.4.3' }, 'expected DuckDB 1.5 or later, got 1.4;'],
    ['that is another package', {}, 'got one that does not say which it is;'],
  ])('%s is refused', async (_, loaded, says) => {
    await expect(connectDuckDb(1, () => Promise.resolve(loaded))).rejects.toMatchObject({
      code: 'E_ENGINE_VERSION',
      message: expect.stringContaining(says) as string,
    });
  });

  test.each([
    ['none of what is called', {}],
    ['an error', { DuckDBInstance: { create: () => Promise.reject(new Error('P0192')) } }],
    ['no connection', { DuckDBInstance: { create: () => Promise.resolve({ connect: () => Promise.reject(new Error('P0192')) }) } }],
  ])('that gives %s instead of a database says so', async (_, loaded) => {
    await expect(connectDuckDb(1, () => Promise.resolve({ version: () => 'v1.5.5', ...loaded }))).rejects.toMatchObject({
      code: 'E_ENGINE_CONNECT',
      message: 'engine duckdb E_ENGINE_CONNECT expected a database in memory, got an error; install @duckdb/node-api again, or match without --engine',
    });
  });

  test('that cannot be closed after the work gives its lists and a warning', async () => {
    vi.spyOn(DuckDBConnection.prototype, 'closeSync').mockImplementation(() => {
      throw new Error('P0192');
    });
    const temp = new TempFolder();
    const scans = temp.write('scans.csv', 'person_id,place_id,time,check_out\nada,mall,1646092800,1646096400\nben,mall,1646093400,1646096400\n');
    const cases = temp.write('cases.csv', 'person_id\nada\n');
    const run = await runCli(['match', '--checkins', scans, '--cases', cases, '--window', 'all', '--engine', 'duckdb', '--out', temp.at('out')]);
    expect([run.code, temp.read('out/people.csv').split('\n')[1]!.split(',')[1]]).toEqual([0, 'ben']);
    const left = expect.stringMatching(/^DuckDB v1\.5\.\d+: E_ENGINE_LEFT expected its session to end, got an error$/) as string;
    const { warnings } = JSON.parse(temp.read('out/manifest.json')) as { readonly warnings: readonly string[] };
    expect(warnings).toEqual([left]);
    expect(run.out).toContain('expected its session to end');
    expect(run.out + run.err).not.toContain('P0192');
  });
});
