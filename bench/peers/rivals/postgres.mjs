/** PostgreSQL: a cluster of its own in a temporary folder, on a socket there, stopped and removed afterwards. Times are psql's \timing, of the query alone. */
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowNumbers, sinceOf } from './prepared.mjs';
import { findProgram, foldersIn, outputOf, writePieces } from './programs.mjs';

const BINARIES = foldersIn('/usr/lib/postgresql', 'bin');
const SETTINGS = [
  'listen_addresses=',
  'shared_buffers=2GB',
  'work_mem=512MB',
  'maintenance_work_mem=2GB',
  'temp_buffers=512MB',
  'effective_cache_size=8GB',
  'random_page_cost=1.1',
  'jit=off',
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=8GB',
  'autovacuum=off',
  'statement_timeout=20min',
];
const BITS = 12;

export const postgres = {
  name: 'postgres',
  label: 'PostgreSQL',
  threads: [1, 2],
  capped: true,
  works: ['index', 'log', 'self', 'build'],
  missing: () => (program('initdb') && program('psql') ? asWhom() : 'apt-get install postgresql-15 (it need not run: the bench starts its own)'),
  version: () => outputOf(program('postgres'), ['--version']).match(/\d+\.\d+/)[0],

  async open({ work, world, threads }) {
    const cluster = startCluster(threads);
    try {
      cluster.load('log', { row: rowNumbers(world.stays.key.length), ...world.stays });
      if (work !== 'self') cluster.load('visits', { query: rowNumbers(world.visits.key.length), ...world.visits, since: sinceOf(world) });
      if (work === 'index' || work === 'self') cluster.sql(CLUSTER + INDEX);
    } catch (error) {
      cluster.stop();
      throw error;
    }
    const sqls = work === 'self' ? SELF_JOINS : work === 'log' ? LOG_JOINS : INDEX_JOINS;
    const query = (sql) => ({
      measure: async ({ runs }) => {
        // The first run warms up. A temporary table is memory here, and the only way to keep pairs that lets two processes find them.
        const once = `drop table if exists pairs;\n\\timing on\ncreate temp table pairs as ${sql};\n\\timing off\n`;
        const said = cluster.sql(`${once.repeat(runs + 1)}copy pairs to '${cluster.path('pairs')}' (format binary);`);
        return { times: timesIn(said).slice(1), pairs: (sink) => addPairs(sink, cluster.path('pairs')), bytes: cluster.bytes('stays') };
      },
    });
    const build = {
      measure: async ({ runs }) => {
        const said = cluster.sql(`drop table if exists stays;\n\\timing on\n${CLUSTER}${INDEX}\\timing off\n`.repeat(runs + 1));
        const steps = timesIn(said);
        const perRun = steps.length / (runs + 1);
        const times = Array.from({ length: runs }, (_, run) => steps.slice((run + 1) * perRun, (run + 2) * perRun).reduce((sum, ms) => sum + ms, 0));
        cluster.sql(`create table pairs as ${Object.values(INDEX_JOINS)[0]}; copy pairs to '${cluster.path('pairs')}' (format binary);`);
        return { times, pairs: (sink) => addPairs(sink, cluster.path('pairs')), bytes: cluster.bytes('stays') };
      },
    };
    const ways =
      work === 'build' ? { 'order by place, start, and a btree': build } : Object.fromEntries(Object.entries(sqls).map(([way, sql]) => [way, query(sql)]));
    return { ways, close: cluster.stop, peakMB: () => null };
  },
};

const CLUSTER = 'create unlogged table stays as select * from log order by key, start;\n';
const INDEX = 'create index on stays (key, start) include ("end", person, row);\nvacuum analyze stays;\n';
const TOGETHER = 't.start < v."end" and t."end" > v.start and t.person <> v.person';

const INDEX_JOINS = {
  'btree, start from visit start less longest stay': `select v.query, t.row from visits v join stays t on t.key = v.key and t.start >= v.since and ${TOGETHER}`,
};
/** A hash join on place alone is more than 20 times slower. */
const LOG_JOINS = {
  'hash join on pieces of time':
    `select v.query, t.row from log t join (select v.*, generate_series(since >> ${BITS}, ("end" - 1) >> ${BITS}) as piece from visits v) v ` +
    `on t.key = v.key and t.start >> ${BITS} = v.piece and ${TOGETHER}`,
};
const LATER = 't.start >= v.start and t.start < v."end" and (t.start > v.start or t.row > v.row) and t.person <> v.person';
const SELF_JOINS = {
  'btree, later arrival': `select v.row, t.row as other from stays v join stays t on t.key = v.key and ${LATER}`,
  'hash join on pieces of time':
    `select v.row, t.row as other from (select s.*, generate_series(start >> ${BITS - 1}, ("end" - 1) >> ${BITS - 1}) as piece from stays s) v join stays t ` +
    `on t.key = v.key and t.start >> ${BITS - 1} = v.piece and ${LATER}`,
};

function program(name) {
  return findProgram(name, BINARIES);
}

/** Undefined if a cluster can be started: PostgreSQL refuses to run as root, so that root needs the user it was installed with. */
function asWhom() {
  if (process.getuid() !== 0) return undefined;
  return userIds() ? undefined : 'PostgreSQL does not run as root, and there is no user postgres: run the bench as another user';
}

function userIds() {
  if (process.getuid() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  if (!line) return undefined;
  const [, , uid, gid] = line.split(':').map(Number);
  return { uid, gid };
}

function startCluster(threads) {
  const ids = userIds();
  const folder = mkdtempSync(join(tmpdir(), 'copresence-pg-'));
  if (ids.uid !== undefined) chownSync(folder, ids.uid, ids.gid);
  const path = (name) => join(folder, name);
  const options = { ...ids, cwd: folder, env: { ...process.env, PGHOST: folder, PGUSER: 'bench', PGDATABASE: 'postgres', PGDATA: path('data'), HOME: folder } };
  const run = (name, args, more = {}) => outputOf(program(name), args, { ...options, ...more });
  const settings = [
    ...SETTINGS,
    `unix_socket_directories=${folder}`,
    `max_parallel_workers_per_gather=${threads - 1}`,
    `max_parallel_maintenance_workers=${threads - 1}`,
  ];
  const stop = () => {
    try {
      run('pg_ctl', ['stop', '-m', 'immediate', '-w'], { stdio: 'ignore' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  try {
    run('initdb', ['-U', 'bench', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C']);
    // Output to a file: a server that holds a pipe would keep us waiting.
    run('pg_ctl', ['start', '-w', '-l', path('log.txt'), '-o', settings.map((setting) => `-c ${setting}`).join(' ')], { stdio: 'ignore' });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const sql = (text) => run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'], { input: text });
  const load = (table, columns) => {
    writePieces(path(table), binaryRows(Object.values(columns)));
    chmodSync(path(table), 0o644);
    const names = Object.keys(columns)
      .map((name) => `"${name}" int not null`)
      .join(', ');
    sql(`create unlogged table ${table} (${names}); copy ${table} from '${path(table)}' (format binary); vacuum analyze ${table};`);
    rmSync(path(table));
  };
  const bytes = (table) => Number(sql(`select coalesce(pg_total_relation_size(to_regclass('${table}')), 0)`)) || undefined;
  return { path, sql, load, bytes, stop };
}

function timesIn(said) {
  return [...said.matchAll(/^Time: ([\d.]+) ms/gm)].map(([, ms]) => Number(ms));
}

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);

/** The binary form of COPY: per row the number of fields, per field its size and bytes, from the highest down. */
function* binaryRows(columns) {
  yield HEADER;
  const rows = columns[0].length;
  const rowBytes = 2 + 8 * columns.length;
  const batch = 1 << 14;
  for (let lo = 0; lo < rows; lo += batch) {
    const size = Math.min(batch, rows - lo);
    const bytes = Buffer.allocUnsafe(size * rowBytes);
    for (let i = 0, at = 0; i < size; i++) {
      at = bytes.writeInt16BE(columns.length, at);
      for (const column of columns) at = bytes.writeInt32BE(column[lo + i], bytes.writeInt32BE(4, at));
    }
    yield bytes;
  }
  yield Buffer.from([0xff, 0xff]);
}

function addPairs(sink, path) {
  const bytes = readFileSync(path);
  for (let at = HEADER.length; bytes.readInt16BE(at) === 2; at += 18) sink.add(bytes.readInt32BE(at + 6), bytes.readInt32BE(at + 14));
}
