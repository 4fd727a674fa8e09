// Prints a table: suites × ways to an answer, each held against the match in memory. Exit 1 if one differs.
// node scripts/sql-conformance.mjs [--cities N] [--spark-cities N] [--rows N] [--only WAY,WAY…]     needs `npm run build`
// PostgreSQL takes part where COPRESENCE_POSTGRES is the URL of a database, Spark where SPARK_HOME is a distribution (on the cluster SPARK_MASTER, else on
// local[2]), ClickHouse where COPRESENCE_CHDB is a Python that has the package chdb: what is absent is said. scripts/with-engines starts the first two.
//   duckdb, postgres, spark   `match --engine`: all lists, byte by byte
//   … script                  the printed script, run on tables of the engine: all episodes, field by field
// Spark takes a minute for what others do in a second: --spark-cities says how many cities it gets (default: all).
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'bin/copresence.js');
const { readCheckIns, readPlaces, readRuns } = await import(join(root, 'dist/node.js'));
const option = (name, other) => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : other);
const postgres = process.env.COPRESENCE_POSTGRES;
const named = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const master = process.env.SPARK_MASTER ?? 'local[2]';
const spark = process.env.SPARK_HOME && join(process.env.SPARK_HOME, 'bin/spark-sql');
const chdb = process.env.COPRESENCE_CHDB;
const work = mkdtempSync(join(tmpdir(), 'copresence-conformance-'));
const TZ = 'Asia/Shanghai';
const FLAGS = [
  ['--lag', '30m', '--window', 'all'],
  ['--scope', 'parent', '--bounds', 'closed'],
  ['--scope', 'grid:300', '--min-overlap', '5m'],
  ['--scope', 'near:200', '--skew', '2m'],
  ['--exclude-conflicts', '--lag', '2h'],
];

const COLUMNS =
  'case_id contact_id kind place_id contact_place_id run_id overlap_certain_s overlap_likely_s overlap_possible_s after_s case_start case_end_certain case_end_likely case_end_possible case_method contact_start contact_end_certain contact_end_likely contact_end_possible contact_method'.split(
    ' ',
  );

const program = (name, args, more = {}) => {
  const { status, stdout, stderr, error } = spawnSync(name, args, { encoding: 'utf8', maxBuffer: 2 ** 30, ...more });
  if (status !== 0) throw new Error(`${name}: ${error?.message ?? stderr.slice(-3000)}`);
  return stdout;
};

const statementsOf = (script) =>
  script
    .split(/;\n\n/)
    .map((text) => text.replace(/;\s*$/, ''))
    .filter((text) => text.trim() !== '');

async function main() {
  const suites = [];
  for (let seed = 1; seed <= option('--cities', 5); seed++)
    suites.push(city(`city ${seed}`, ['--people', '250', '--days', '3', '--cases', '6', '--seed', `${seed}`], FLAGS[(seed - 1) % FLAGS.length]));
  if (option('--rows', 0) > 0) suites.push(city(`city of ${option('--rows', 0)} check-ins`, ['--rows', `${option('--rows', 0)}`], FLAGS[0]));
  const ways = [
    ['stream', ({ args }) => lists([...args, '--plan', 'stream'])],
    ['index', ({ args }) => lists([...args, '--plan', 'index'])],
    ['duckdb', ({ args }) => lists([...args, '--engine', 'duckdb'])],
    ['duckdb 4 shards', ({ args }) => lists([...args, '--engine', 'duckdb', '--shards', '4'])],
    [
      'postgres',
      postgres && (({ args }) => lists([...args, '--engine', 'postgres', '--engine-url', postgres])),
      'set COPRESENCE_POSTGRES to the URL of a database',
    ],
    ['spark', spark && (({ args }) => lists([...args, '--engine', 'spark', '--engine-url', master])), 'set SPARK_HOME to a distribution of Spark 3'],
    [
      'clickhouse',
      (chdb || process.env.COPRESENCE_CLICKHOUSE) && (async ({ args }) => lists([...args, '--engine', 'clickhouse', '--engine-url', await clickHouse()])),
      'set COPRESENCE_CHDB to a Python with the package chdb, or COPRESENCE_CLICKHOUSE to the URL of a server',
    ],
    ['duckdb script', throughDuckDb],
    ['postgres script', postgres && throughPostgres, 'as above'],
    ['clickhouse script', chdb && throughClickHouse, 'set COPRESENCE_CHDB to a Python with the package chdb'],
    ['spark script', spark && throughSpark, 'as above'],
  ];
  for (const [name, run, need] of ways) if (!run) console.log(`************ ABSENT: ${name}: ${need} ************`);
  const only = named('--only')?.split(',');
  const there = ways.filter(([name, run]) => run && (!only || only.includes(name)));
  console.log(['suite', 'episodes', ...there.map(([name]) => name)].join('\t'));
  let differences = 0;
  for (const [nth, suite] of suites.entries()) {
    suite.args = ['--tz', TZ, ...Object.entries(suite.files).flatMap(([table, file]) => [`--${table}`, file]), ...suite.flags];
    const wanted = lists(suite.args);
    const episodes = episodesOf(wanted['episodes.jsonl']);
    const cells = [];
    for (const [name, run] of there) {
      if (name.startsWith('spark') && nth >= option('--spark-cities', suites.length)) {
        cells.push('not run');
        continue;
      }
      const got = await run(suite);
      const same = Array.isArray(got) ? JSON.stringify(got) === JSON.stringify(episodes) : JSON.stringify(got) === JSON.stringify(wanted);
      cells.push(same ? '0' : 'DIFFERS');
      if (!same) differences++;
    }
    console.log([`${suite.name} ${suite.flags.join(' ')}`, episodes.length, ...cells].join('\t'));
  }
  console.log(`${differences} differences`);
  return differences > 0 ? 1 : 0;
}

function city(name, options, flags) {
  const folder = join(work, name.replaceAll(' ', '-'));
  copresence(['simulate', ...options, '--out', folder, '--quiet']);
  const at = (table) => join(folder, `${table}.csv`);
  return { name, files: { checkins: at('checkins'), places: at('places'), runs: at('runs'), cases: at('cases') }, flags };
}

function copresence(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`copresence ${args[0]} ended with ${status}: ${stderr}`);
  return stdout;
}

/** All lists of a match by name. */
function lists(args) {
  const out = mkdtempSync(join(work, 'out-'));
  copresence(['match', ...args, '--format', 'jsonl', '--out', out, '--quiet']);
  const found = readdirSync(out).filter((name) => name !== 'manifest.json');
  const texts = Object.fromEntries(found.sort().map((name) => [name, readFileSync(join(out, name), 'utf8')]));
  rmSync(out, { recursive: true });
  return texts;
}

/** Episodes as lines of the fields that scripts give, times as seconds. */
function episodesOf(jsonl) {
  const sec = (value) => (/^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).getTime() / 1000 : value);
  return jsonl
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map((row) => COLUMNS.map((name) => sec(row[name] ?? '')).join('\t'))
    .sort();
}

/** The printed script; the answer gives COLUMNS. */
function scriptOf({ files, flags }, dialect, prefix) {
  const tables = [
    `checkins=${prefix}.given_checkins(person_id, place_id, time, check_out, run_id, carriage, seat)`,
    ...(files.places ? [`places=${prefix}.given_places(kind, category, parent_id)`] : []),
    ...(files.runs ? [`runs=${prefix}.given_runs`] : []),
  ];
  const withPlaces = flags.some((flag) => /^(grid|near):/.test(flag)) ? ['--places', files.places] : [];
  const text = copresence([
    'sql',
    '--dialect',
    dialect,
    '--table',
    ...tables,
    '--cases',
    files.cases,
    ...withPlaces,
    ...flags,
    '--tz',
    TZ,
    '--prefix',
    `${prefix}.`,
  ]);
  return text.replace(/select \* from (\S+) e order by [^;]*;\s*$/, (_, table) => `select ${COLUMNS.map((name) => `e.${name}`).join(', ')} from ${table} e;\n`);
}

/** Rows of the files with epoch seconds, as text with tabs; ids of cities have none. */
async function givenTables({ files }, folder) {
  mkdirSync(folder, { recursive: true });
  const seconds = (value) =>
    value === undefined || value === null || value === '' ? '0' : typeof value === 'number' ? `${value}` : `${new Date(value).getTime() / 1000}`;
  const write = async (table, rows, cells) => {
    const file = openSync(join(folder, table), 'w');
    let text = '';
    for await (const row of rows) {
      text += `${cells(row)
        .map((cell) => cell ?? '')
        .join('\t')}\n`;
      if (text.length < 2 ** 20) continue;
      writeSync(file, text);
      text = '';
    }
    writeSync(file, text);
    closeSync(file);
    return join(folder, table);
  };
  return {
    given_checkins: [
      'person_id text, place_id text, time bigint, check_out bigint, run_id text, carriage text, seat text',
      await write('given_checkins', readCheckIns(files.checkins, { tz: TZ }), (r) => [
        r.person_id,
        r.place_id,
        seconds(r.time),
        seconds(r.check_out),
        r.run_id,
        r.carriage,
        r.seat,
      ]),
    ],
    ...(files.places && {
      given_places: [
        'place_id text, kind text, category text, parent_id text',
        await write('given_places', await readPlaces(files.places, { tz: TZ }), (r) => [r.place_id, r.kind, r.category, r.parent_id]),
      ],
    }),
    ...(files.runs && {
      given_runs: [
        'vehicle_id text, run_id text, start bigint, "end" bigint',
        await write('given_runs', await readRuns(files.runs, { tz: TZ }), (r) => [r.vehicle_id, r.run_id, seconds(r.start), seconds(r.end)]),
      ],
    }),
  };
}

async function throughDuckDb(suite) {
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

async function throughPostgres(suite) {
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

let server;

/** The URL of a server: the one that is named, else one before the package chdb, which ends with this process. */
async function clickHouse() {
  if (process.env.COPRESENCE_CLICKHOUSE) return process.env.COPRESENCE_CLICKHOUSE;
  if (!server) {
    const child = spawn(chdb, [join(root, 'scripts/chdb-server.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    server = new Promise((resolve, reject) => {
      child.stdout.once('data', (port) => {
        // It ends with its input; nobody waits for it.
        for (const handle of [child, child.stdin, child.stdout]) handle.unref();
        resolve(`http://127.0.0.1:${String(port).trim()}`);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`chdb-server.py ended with ${code}`)));
    });
  }
  const url = await server;
  return url;
}

const CHDB = `
import json, sys
from chdb.session import Session
session = Session()
rows = ''
for sql in json.load(sys.stdin):
    rows = str(session.query(sql, 'TabSeparated'))
    if 'must_be_0' in sql and rows.strip() != '0':
        raise SystemExit('check failed: ' + sql[:200])
sys.stdout.write(rows)
`;

async function throughClickHouse(suite) {
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

async function throughSpark(suite) {
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

try {
  process.exitCode = await main();
} finally {
  rmSync(work, { recursive: true, force: true });
}
