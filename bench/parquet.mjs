/**
 * `npm run bench parquet [ROWS...]`: check-ins from Parquet files, 1 and 5 million unless said, packed with SNAPPY and with ZSTD: reading them into our tables
 * beside the CSV file of the same rows, and the two packages that could be the optional peer, each decoding the four columns to what a program can use. DuckDB,
 * which bench/peers installs, writes the files. Every way runs in a process of its own and must give the sums of the CSV file. The run that took least time of the
 * processors counts, of three: it is the one that other work on the machine disturbed least.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCity } from './data.mjs';
import { importPeer, installPeers, packageVersion } from './peers/rivals/npm-peer.mjs';

const RUNS = 3;
const WAYS = {
  ours: 'ours',
  'ours, one thread': 'ours, one thread',
  hyparquet: 'hyparquet, decode alone',
  duckdb: '@duckdb/node-api, decode alone',
  'duckdb-csv': '@duckdb/node-api, to a CSV file that ours reads',
};
const sizes = process.argv.slice(2).map(Number);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

installPeers();
const { DuckDBInstance } = await importPeer('@duckdb/node-api');
const folder = mkdtempSync(join(tmpdir(), 'copresence-parquet-'));
const rows = [];
try {
  for (const count of sizes.length > 0 ? sizes : [1_000_000, 5_000_000]) {
    const { checkins: csv } = await writeCity(join(folder, String(count)), { checkIns: count, cases: 1 });
    const expected = run('ours', csv);
    if (expected.rows !== count) throw new Error('the CSV file lost rows: no figures');
    rows.push(quietest('CSV', 'ours', csv, expected), quietest('CSV', 'ours, one thread', csv, expected));
    for (const codec of ['snappy', 'zstd']) {
      const file = join(folder, `${count}-${codec}.parquet`);
      await write(csv, file, codec);
      for (const way of ['ours', 'hyparquet', 'duckdb', 'duckdb-csv']) rows.push(quietest(codec.toUpperCase(), way, file, expected));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const installedMB = {
  'hyparquet, hyparquet-compressors': megabytes(['hyparquet', 'hyparquet-compressors', 'fzstd', 'hysnappy'].map((name) => here(`../node_modules/${name}`))),
  '@duckdb/node-api': megabytes([here('peers/node_modules/@duckdb')]),
};
console.log(JSON.stringify({ duckdb: packageVersion('@duckdb/node-api'), installedMB, rows, text: textOf(rows, installedMB) }));

async function write(csv, file, codec) {
  const db = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  await db.run(`copy (select person_id, place_id, "time"::timestamp as time, check_out::timestamp as check_out from read_csv('${csv}', all_varchar = true))
    to '${file}' (format parquet, codec '${codec}')`);
  db.closeSync();
}

function run(way, file) {
  return JSON.parse(execFileSync(process.execPath, [here('parquet/run.mjs'), way, file], { encoding: 'utf8' }));
}

function quietest(kind, way, file, expected) {
  const runs = Array.from({ length: RUNS }, () => run(way, file));
  for (const { sums } of runs) if (JSON.stringify(sums) !== JSON.stringify(expected.sums)) throw new Error(`${way} reads other rows from ${file}: no figures`);
  const { ms, cpuMs, peakMB } = runs.sort((a, b) => a.cpuMs - b.cpuMs)[0];
  const row = {
    work: `${expected.rows} check-ins, ${kind}`,
    way: WAYS[way],
    ms: Math.round(ms),
    cpu_ms: Math.round(cpuMs),
    rows_per_s: Math.round(expected.rows / (ms / 1000)),
    peakMB,
    fileMB: megabytes([file]),
  };
  console.error(`${row.work}, ${row.way}: ${row.ms} ms, ${row.peakMB} MB`);
  return row;
}

function megabytes(paths) {
  const bytesOf = (path) => (statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0) : statSync(path).size);
  return Number((paths.reduce((sum, path) => sum + bytesOf(path), 0) / 1e6).toFixed(1));
}

function textOf(all, installed) {
  const lines = all.map(
    ({ work, way, ms, cpu_ms: cpuMs, rows_per_s: rate, peakMB }) =>
      `  ${work.padEnd(28)} ${way.padEnd(48)} ${String(ms).padStart(6)} ms ${String(cpuMs).padStart(6)} ms cpu ${(rate / 1e6).toFixed(2).padStart(6)} M rows/s ${String(peakMB).padStart(5)} MB`,
  );
  return [...lines, ...Object.entries(installed).map(([name, size]) => `  ${name}: ${size} MB installed`)].join('\n');
}
