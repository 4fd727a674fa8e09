// Measures the printed script on a Spark cluster of this machine, by its event log: time, shuffled bytes, skew. Figures of docs/scale-out.md.
// node scripts/spark-scale.mjs [--rows 5000000,20000000] [--workers 1,2] [--hot] [--shards N] [--check] [--out FILE]     needs `npm run build` and @duckdb/node-api
//   --hot     one station has 10 % of all scans
//   --check   the match in memory must find as many episodes (small sizes)
// Cities come from `copresence simulate` and go to Parquet through DuckDB, once for each size; temp/scale has them and the results.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEvents } from './spark-events.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'bin/copresence.js');
const work = join(root, 'temp/scale');
const cluster = join(root, 'scripts/spark-cluster');
const TZ = 'Asia/Shanghai';
const named = (name, other) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : other);
const numbers = (name, other) => named(name, other).split(',').map(Number);
const isHot = process.argv.includes('--hot');
const shards = named('--shards', '1');
const SETTINGS = {
  'spark.sql.shuffle.partitions': '64',
  'spark.sql.catalogImplementation': 'in-memory',
  'spark.eventLog.enabled': 'true',
  'spark.executor.memory': '1800m',
  'spark.driver.host': '127.0.0.1',
  'spark.driver.bindAddress': '127.0.0.1',
  'spark.ui.enabled': 'false',
};

function program(name, args, more = {}) {
  const { status, stdout, stderr, error } = spawnSync(name, args, { encoding: 'utf8', maxBuffer: 2 ** 30, ...more });
  if (status !== 0) throw new Error(`${name}: ${error?.message ?? stderr.slice(-3000)}`);
  return stdout;
}

const copresence = (args) => program(process.execPath, [bin, ...args]);

/** A folder of Parquet files of a simulated city, with `cases.csv` of 50 cases. */
async function cityOf(rows) {
  const folder = join(work, `city-${rows}${isHot ? '-hot' : ''}`);
  if (existsSync(join(folder, 'whole'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const city = join(folder, 'city');
  copresence(['simulate', '--rows', `${rows}`, '--out', city, '--quiet']);
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '4GB' })).connect();
  // Shanghai has no summer time: its clock is 8 hours ahead all year.
  const sec = (column) => `cast(epoch(cast(${column} as timestamp)) as bigint) - 28800`;
  const csv = (name) => `read_csv('${join(city, `${name}.csv`)}', all_varchar = true, header = true)`;
  // Every tenth scan that is not on a vehicle with named runs is one at the station.
  const place = isHot ? "case when (row_number() over ()) % 10 = 0 then 'S-HOT' else place_id end" : 'place_id';
  const copies = {
    checkins: `select person_id, ${place} as place_id, ${sec('time')} as time, coalesce(${sec('check_out')}, 0) as check_out, coalesce(run_id, '') as run_id from ${csv('checkins')}`,
    places: `select place_id, '' as kind, coalesce(category, '') as category, coalesce(parent_id, '') as parent_id from ${csv('places')}${isHot ? " union all select 'S-HOT', 'venue', 'station', ''" : ''}`,
    runs: `select vehicle_id, run_id, ${sec('start')} as "start", ${sec('"end"')} as "end" from ${csv('runs')}`,
  };
  for (const [name, select] of Object.entries(copies)) {
    mkdirSync(join(folder, name));
    await connection.run(`copy (${select}) to '${join(folder, name)}' (format parquet, per_thread_output true, overwrite_or_ignore true)`);
  }
  connection.closeSync();
  program('cp', [join(city, 'cases.csv'), join(folder, 'cases.csv')]);
  if (!process.argv.includes('--check')) rmSync(city, { recursive: true });
  writeFileSync(join(folder, 'whole'), '');
  return folder;
}

/** The script on tables over the files, and the plan of the join. */
function scriptOf(city) {
  const tables = {
    checkins: 'given_checkins(person_id, place_id, time, check_out, run_id)',
    places: 'given_places(kind, category, parent_id)',
    runs: 'given_runs(vehicle_id, run_id, start, end)',
  };
  const given = Object.keys(tables).map((name) => `create table given_${name} using parquet location 'file://${join(city, name)}';\n`);
  const script = copresence([
    'sql',
    '--dialect',
    'spark',
    '--table',
    ...Object.entries(tables).map(([name, table]) => `${name}=${table}`),
    '--cases',
    join(city, 'cases.csv'),
    '--window',
    'all',
    '--tz',
    TZ,
    '--shards',
    shards,
  ]);
  // The answer is counted, not printed. Spark gives the plan of a statement that stands before it.
  const counted = script.replace(/select \* from (\S+) e order by [^;]*;\s*$/, "select concat('episodes=', count(*)) from $1;\n");
  return given.join('') + counted.replace(/^(create table `copresence_episodes(?:_0)?` )/m, (statement) => `${explained(counted)}${statement}`);
}

function explained(script) {
  const [, select] = /^create table `copresence_episodes(?:_0)?` using parquet as\n([^;]*;)/m.exec(script);
  return `explain ${select}\n`;
}

function run(rows, workers, city) {
  const folder = join(work, 'run');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'events'), { recursive: true });
  const env = { ...process.env, COPRESENCE_SPARK_MEMORY: '2g' };
  const said = program(cluster, ['start', '--workers', `${workers}`], { env });
  const { SPARK_MASTER: master, SPARK_HOME: home } = Object.fromEntries(said.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)));
  try {
    writeFileSync(join(folder, 'match.sql'), scriptOf(city));
    const settings = { ...SETTINGS, 'spark.eventLog.dir': `file://${join(folder, 'events')}`, 'spark.sql.warehouse.dir': join(folder, 'warehouse') };
    const conf = Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
    const load = loadavg()[0];
    const out = program(join(home, 'bin/spark-sql'), ['--master', master, ...conf, '-f', join(folder, 'match.sql')], {
      cwd: folder,
      env: { ...env, SPARK_LOCAL_IP: '127.0.0.1' },
    });
    const episodes = Number(/^episodes=(\d+)$/m.exec(out)[1]);
    const wrong = out.match(/^[1-9]\d*$/gm);
    if (wrong) throw new Error('a check of the script is not 0');
    const [log] = readdirSync(join(folder, 'events'));
    return {
      rows,
      workers,
      isHot,
      shards: Number(shards),
      episodes,
      load: Math.round(load * 10) / 10,
      parquetMB: Math.round(sizeOf(join(city, 'checkins')) / 1e6),
      madeMB: Math.round(sizeOf(join(folder, 'warehouse')) / 1e6),
      plan: /== Physical Plan ==[\s\S]*?\n\n/.exec(out)?.[0],
      ...readEvents(readFileSync(join(folder, 'events', log), 'utf8')),
    };
  } finally {
    program(cluster, ['stop'], { env });
    rmSync(folder, { recursive: true, force: true });
  }
}

const sizeOf = (folder) => readdirSync(folder, { recursive: true }).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

/** Episodes of the match in memory: the simulated files, with the station where there is one. */
function inMemory(city) {
  const files = ['checkins', 'places', 'runs', 'cases'].flatMap((name) => [`--${name}`, join(city, 'city', `${name}.csv`)]);
  const out = join(work, 'lists');
  const said = copresence(['match', ...files, '--window', 'all', '--tz', TZ, '--no-episodes', '--json', '--quiet', '--force', '--out', out]);
  rmSync(out, { recursive: true });
  return JSON.parse(said).counts[0].episodes;
}

async function main() {
  mkdirSync(work, { recursive: true });
  const results = [];
  console.log(
    'rows\tworkers\tstation 10 %\tepisodes\tseconds\tof which episodes\tprocessor s\tof which episodes\tshuffled MB\tof which episodes\tspilled MB\tlongest / median task\tload before',
  );
  for (const rows of numbers('--rows', '5000000')) {
    const city = await cityOf(rows);
    for (const workers of numbers('--workers', '1,2')) {
      const one = run(rows, workers, city);
      results.push(one);
      const { join: found } = one;
      console.log(
        [
          rows,
          workers,
          isHot ? 'yes' : 'no',
          one.episodes,
          one.seconds,
          found.seconds,
          one.cpuSeconds,
          found.cpuSeconds,
          one.shuffleMB,
          found.shuffleMB,
          one.spillMB,
          found.skew,
          one.load,
        ].join('\t'),
      );
      writeFileSync(named('--out', join(work, 'results.json')), `${JSON.stringify(results, null, 2)}\n`);
    }
    if (process.argv.includes('--check') && !isHot) {
      const wanted = inMemory(city);
      console.log(`in memory: ${wanted} episodes`);
      if (results.some((one) => one.rows === rows && one.episodes !== wanted)) throw new Error('Spark and the match in memory differ');
    }
  }
  if (new Set(results.map(({ rows, episodes }) => `${rows} ${episodes}`)).size !== new Set(results.map(({ rows }) => rows)).size)
    throw new Error('runs of one size found different numbers of episodes');
}

await main();
