/** `copresence sql`: what it prints is run on an engine here, on tables with names of their own. */
import { describe, expect, test } from 'vitest';
import { connectDuckDb } from '../src/engines/drivers/duckdb.js';
import { sqlStatements, type SqlScriptOptions } from '../src/engines/files/sql-script.js';
import { runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

/** 2022-03-01T18:00:00Z. */
const EVENING = 1_646_157_600;
const HOSTILE = "wang'; drop table scans; --";
const TABLES = ['checkins=dwd.scans(person_id=uid, place_id=code, time=scan sec, check_out=left)', 'places=venues(category=sort)'];

function options(folder: TempFolder, more: Partial<SqlScriptOptions> = {}): SqlScriptOptions {
  return { dialect: 'duckdb', tables: TABLES, files: { cases: [folder.write('cases.csv', 'person_id\n007\n')] }, window: 'all', ...more };
}

describe('the printed script', () => {
  test('finds the episode that was worked out by hand, whatever ids hold', async () => {
    const connection = await connectDuckDb(1);
    await connection.run('create schema dwd');
    await connection.run('create table dwd.scans (uid varchar, code varchar, "scan sec" bigint, "left" bigint)');
    await connection.run("create table venues (place_id varchar, sort varchar); insert into venues values ('hall', 'food')");
    // 007 is in the hall (10, 45, 180 minutes) until the scan at the shop an hour later; the other comes 20 minutes after 007 and stays for 30.
    const scans: readonly (readonly [string, string, number, number])[] = [
      ['007', 'hall', 0, 0],
      ['007', 'shop', 3600, 0],
      [HOSTILE, 'hall', 1200, 3000],
      [HOSTILE, 'hall', 1200, 3000],
      ['7', 'hall', 3600, 0],
    ];
    for (const [uid, code, at, out] of scans)
      await connection.run(`insert into dwd.scans values ('${uid.replaceAll("'", "''")}', '${code}', ${EVENING + at}, ${out === 0 ? 'null' : EVENING + out})`);
    const checks: unknown[] = [];
    for (const { kind, sql } of await sqlStatements(options(new TempFolder(), { lag: '10m' }))) {
      if (kind === 'check') checks.push(...(await connection.rows(sql, ['int'])));
      else await connection.run(sql);
    }
    expect(checks).toEqual([[0], [0]]);
    const episodes = await connection.rows(
      'select case_id, contact_id, kind, overlap_certain_s, overlap_likely_s, overlap_possible_s, after_s, case_method, contact_method from copresence_episodes order by kind desc',
      ['text', 'text', 'text', 'int', 'int', 'int', 'int', 'text', 'text'],
    );
    // Certain: 007 until 18:10, too early. Likely: 18:20 to 18:45. Possible: to the check-out. Who comes at 19:00 follows 007, who may have left just then.
    expect(episodes).toEqual([
      ['007', HOSTILE, 'together', 0, 1500, 1800, 0, 'next-scan', 'checkout'],
      ['007', '7', 'after', 0, 0, 0, 600, 'next-scan', 'cap'],
    ]);
    await connection.close();
  });

  test('comes from the command line', async () => {
    const folder = new TempFolder();
    const { files } = options(folder);
    const { code, out } = await runCli(['sql', '--dialect', 'spark', '--table', ...TABLES, '--cases', ...files.cases!, '--window', 'all']);
    expect(code).toBe(0);
    expect(out).toContain('from `dwd`.`scans` r');
    expect(out).toContain('r.`scan sec`');
    expect(out).toMatch(/-- answer\nselect \* from `copresence_episodes` e order by [^;]*;\n$/);
  });

  test.each([
    [{ tables: ['places=venues'] }, 'E_TABLE'],
    [{ tables: ['scans'] }, 'E_TABLE'],
    [{ tables: [...TABLES, 'places=again'] }, 'E_TABLE'],
    [{ tables: ['checkins=scans(colour=red)'] }, 'E_TABLE'],
    [{ dialect: 'oracle' }, 'E_DIALECT'],
    [{ scope: 'near:100' }, 'E_NO_PLACES'],
    [{ bin: '5s' }, 'E_BIN'],
    [{ files: {} }, 'E_NO_CASES'],
  ] as const)('is refused for %j', async (more, code) => {
    await expect(sqlStatements(options(new TempFolder(), more))).rejects.toMatchObject({ code });
  });
});
