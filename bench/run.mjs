/**
 * `npm run bench [NAME] [ROWS]`: runs a bench in a process of its own, prints its figures and keeps them in bench/results/<name>.json.
 * Without a name: those of BENCHES. Left out are those that take long (`rides`, `sources`, `companions`, `coverage`), write or hold gigabytes (`hot-station`, `disk`, `feed`, `profile`), install what this project is compared with (`parquet`, `peers`) or need a browser (`app`, `report`),
 * and `gate`, which CI runs. A bench checks its answer before it gives a figure. `gate` also adds a line to history.jsonl.
 * COPRESENCE_BENCH_RESULTS names another folder for the results, so that a run of CI leaves the tree as it was.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BENCHES = ['spine', 'kernels', 'accuracy', 'calibration', 'long-stays', 'watch'];
const FILES = {
  spine: 'spine.mjs',
  kernels: 'kernels.mjs',
  accuracy: 'accuracy.mjs',
  calibration: 'calibration.mjs',
  'long-stays': 'long-stays.mjs',
  'hot-station': 'hot-station.mjs',
  diff: 'diff.mjs',
  disk: 'disk.mjs',
  parquet: 'parquet.mjs',
  feed: 'feed.mjs',
  rides: 'rides.mjs',
  sources: 'sources.mjs',
  report: 'report.mjs',
  companions: 'companions.mjs',
  coverage: 'coverage.mjs',
  peers: 'peers/peers.mjs',
  gate: 'gate.mjs',
  watch: 'watch.mjs',
  app: 'app.mjs',
  profile: 'profile.mjs',
};
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const results = process.env.COPRESENCE_BENCH_RESULTS ?? here('results');
const [wanted, ...args] = process.argv.slice(2);
if (wanted !== undefined && !Object.hasOwn(FILES, wanted)) {
  console.error(`no bench '${wanted}'; there are ${Object.keys(FILES).join(', ')}`);
  process.exit(2);
}
if (!existsSync(here('../dist/node.js'))) execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit', cwd: here('..') });

const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));
const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, memoryGB: Math.round(totalmem() / 2 ** 30), node: process.version };
for (const name of wanted === undefined ? BENCHES : [wanted]) {
  const { text, ...result } = JSON.parse(outputOf(here(FILES[name])));
  const report = { name, machine, versions: { copresence: version }, ...result };
  console.log(`\n${name}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB, Node ${machine.node}`);
  if (text === undefined) console.table(result.rows);
  else console.log(text);
  if (result.peakMB)
    console.log(`largest resident memory ${result.peakMB} MB; ${result.episodes} episodes, ${result.people} people from ${result.inputMB} MB of CSV`);
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
  if (name === 'gate') appendFileSync(join(results, 'history.jsonl'), `${JSON.stringify(historyOf(report))}\n`);
  if (result.failed) process.exitCode = 1;
}

/** One line of the history: when, of which commit, on what, and each counter. */
function historyOf({ machine: { cpu, cores, node }, rows, skipped }) {
  const commit = spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], { cwd: here('..'), encoding: 'utf8' }).stdout?.trim() || null;
  return { at: new Date().toISOString(), commit, cpu, cores, node, ...Object.fromEntries(rows.map(({ work, ours }) => [work, ours])), skipped };
}

/** What a bench prints. One that fails has said why; it may have a report for all that. */
function outputOf(file) {
  try {
    return execFileSync(process.execPath, [file, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
  } catch (error) {
    if (error.stdout?.trim().startsWith('{')) return error.stdout;
    process.exit(error.status ?? 1);
  }
}
