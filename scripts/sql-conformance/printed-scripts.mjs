// The printed script on tables of each engine, as somebody would run it there: the episodes, field by field.
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COLUMNS } from './answers.mjs';
import { copresence, fileFlags, program, root, work } from './setting.mjs';

const { readCheckIns, readPlaces, readRuns } = await import(pathToFileURL(join(root, 'dist/node.js')).href);

const statementsOf = (script) =>
  script
    .split(/;\n\n/)
    .map((text) => text.replace(/;\s*$/, ''))
    .filter((text) => text.trim() !== '');

/** The printed script; the answer gives COLUMNS. */
function scriptOf({ files, scriptFiles, flags, scriptFlags = [], rules = [], tz, isLocated }, dialect, prefix) {
  const tables = [
    `checkins=${prefix}.given_checkins(person_id, place_id, time, check_out, run_id, carriage, seat)`,
    `places=${prefix}.given_places(kind, category, parent_id)`,
    ...(files.runs ? [`runs=${prefix}.given_runs`] : []),
  ];
  const { cases, visits, places } = { ...files, ...scriptFiles };
  const own = { ...(cases && { cases }), ...(visits && { visits }), ...(isLocated && { places }) };
  const said = [
    '--dialect',
    dialect,
    '--table',
    ...tables,
    ...fileFlags(own),
    ...flags,
    ...scriptFlags,
    ...rules.slice(0, 1).flatMap((rule) => ['--rule', rule]),
  ];
  const text = copresence(['sql', ...said, ...(tz ? ['--tz', tz] : []), '--prefix', `${prefix}.`]);
  return text.replace(/select \* from (\S+) e order by [^;]*;\s*$/, (_, table) => `select ${COLUMNS.map((name) => `e.${name}`).join(', ')} from ${table} e;\n`);
}

/** Rows of the files with epoch seconds, as text with tabs, each place under its own id; such as no engine takes for more than a cell. */
async function givenTables({ files, tz }, folder) {
  mkdirSync(folder, { recursive: true });
  const seconds = (value) =>
    value === undefined || value === null || value === '' ? '0' : typeof value === 'number' ? `${value}` : `${new Date(value).getTime() / 1000}`;
  const write = async (table, rows, cells) => {
    const file = openSync(join(folder, table), 'w');
    let text = '';
    for await (const row of rows) {
      const line = cells(row).map((cell) => cell ?? '');
      if (line.some((cell) => /[\t\r\n\\]/.test(cell))) throw new Error(`${table}: expected no tabs, ends of lines and backslashes, got one`);
      text += `${line.join('\t')}\n`;
      if (text.length < 2 ** 20) continue;
      writeSync(file, text);
      text = '';
    }
    writeSync(file, text);
    closeSync(file);
    return join(folder, table);
  };
  const places = await readPlaces(files.places, { tz });
  const aliases = new Map(places.filter(({ alias_of }) => alias_of).map(({ place_id, alias_of }) => [place_id, alias_of]));
  const placeOf = (id) => aliases.get(id) ?? id;
  return {
    given_checkins: [
      'person_id text, place_id text, time bigint, check_out bigint, run_id text, carriage text, seat text',
      await write('given_checkins', readCheckIns(files.checkins, { tz }), (r) => [
        r.person_id,
        placeOf(r.place_id),
        seconds(r.time),
        seconds(r.check_out),
        r.run_id,
        r.carriage,
        r.seat,
      ]),
    ],
    given_places: [
      'place_id text, kind text, category text, parent_id text',
      await write(
        'given_places',
        places.filter(({ place_id }) => !aliases.has(place_id)),
        (r) => [r.place_id, r.kind, r.category, r.parent_id],
      ),
    ],
    ...(files.runs && {
      given_runs: [
        'vehicle_id text, run_id text, start bigint, "end" bigint',
        await write('given_runs', await readRuns(files.runs, { tz }), (r) => [r.vehicle_id, r.run_id, seconds(r.start), seconds(r.end)]),
      ],
    }),
  };
}

export async function throughDuckDb(suite) {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run('create schema cp');
  for (const [table, [columns, file]] of Object.entries(await givenTables(suite, join(work, 'duckdb'))))
    await connection.run(
      `create table cp.${table} (${columns}); copy cp.${table} from '${file}' (delimiter '\t', header false, quote '', escape '', nullstr '\\N')`,
    );
  let rows = [];
  for (const sql of statementsOf(scriptOf(suite, 'duckdb', 'cp'))) {
    rows = (await connection.runAndReadAll(sql)).getRows();
    if (sql.includes('must_be_0') && Number(rows[0][0]) !== 0) throw new Error(`check failed: ${sql.slice(0, 80)}`);
  }
  connection.closeSync();
  return rows.map((row) => row.join('\t')).sort();
}

export async function throughPostgres(suite, postgres) {
  const schema = `cp_${process.pid}`;
  const tables = Object.entries(await givenTables(suite, join(work, 'postgres')));
  const loads = tables.map(
    ([table, [columns, file]]) => `create table ${schema}.${table} (${columns});\n\\copy ${schema}.${table} from '${file}' (null '\\N')\n`,
  );
  const script = scriptOf(suite, 'postgres', schema).replaceAll(/^select count[^;]*must_be_0[^;]*;$/gm, '');
  const text = `create schema ${schema};\n${loads.join('')}${script}\ndrop schema ${schema} cascade;\n`;
  const said = program('psql', ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d', postgres], {
    input: text,
    env: { ...process.env, PGOPTIONS: '-c client_min_messages=error' },
  });
  return said.split('\n').filter(Boolean).sort();
}

const CHDB = `
import json, sys
from chdb.session import Session
session = Session()
rows = ''
for sql in json.load(sys.stdin):
    rows = str(session.query(sql, 'TabSeparatedRaw'))
    if 'must_be_0' in sql and rows.strip() != '0':
        raise SystemExit('check failed: ' + sql[:200])
sys.stdout.write(rows)
`;

export async function throughClickHouse(suite, chdb) {
  const tables = Object.entries(await givenTables(suite, join(work, 'clickhouse')));
  const loads = tables.flatMap(([table, [columns, file]]) => {
    const types = columns.replaceAll('"', '`').replaceAll(' text', ' String').replaceAll(' bigint', ' Int64');
    return [
      `create table cp.${table} (${types}) engine = MergeTree order by tuple()`,
      `insert into cp.${table} select * from file('${file}', 'TSV', '${types.replaceAll('`', '')}')`,
    ];
  });
  const said = program(chdb, ['-c', CHDB], { input: JSON.stringify(['create database cp', ...loads, ...statementsOf(scriptOf(suite, 'clickhouse', 'cp'))]) });
  return said.split('\n').filter(Boolean).sort();
}

export async function throughSpark(suite, spark, master) {
  const folder = join(work, 'spark');
  rmSync(folder, { recursive: true, force: true });
  const tables = Object.entries(await givenTables(suite, folder));
  const loads = tables.map(
    ([table, [columns, file]]) =>
      `create table cp.${table} (${columns.replaceAll(' text', ' string').replaceAll('"', '`')}) using csv options (path '${file}', sep '\t', quote '', emptyValue '', nullValue '\\\\N');\n`,
  );
  const script = `create database cp;\n${loads.join('')}${scriptOf(suite, 'spark', 'cp').replaceAll(/^select count[^;]*must_be_0[^;]*;$/gm, '')}`;
  writeFileSync(join(folder, 'match.sql'), script);
  const settings = {
    'spark.sql.warehouse.dir': join(folder, 'warehouse'),
    'spark.sql.shuffle.partitions': '4',
    'spark.ui.enabled': 'false',
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
  };
  const said = program(
    spark,
    ['--master', master, ...Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]), '-f', join(folder, 'match.sql')],
    { cwd: folder, env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1' } },
  );
  return said
    .split('\n')
    .filter((line) => line.split('\t').length === COLUMNS.length)
    .sort();
}
