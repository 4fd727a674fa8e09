/**
 * `npm run bench disk [STAYS] [DAYS] [CASES]`: an index on disk of so many stays (default 20,000,000 on 14 days), written by the code that `copresence index`
 * uses for its last step, then opened by a new process that finds who came near the stays of so many cases (default 1,000): once with the files in the
 * system's cache, once without. The answer of the first 50 cases is checked against a pass over all stays. Prints JSON for bench/run.mjs.
 * What is timed: opening the index, finding the cases and their stays by id, and all pairs with certainty bounds yet to be read: no lists.
 * COPRESENCE_DISK is a folder to keep the index in: it is written once, and asked again by a later call with the same numbers.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { joinBytesOf, makeIndex, pairsByScan } from './disk/make-index.mjs';

const [stays = '20000000', days = '14', cases = '1000'] = process.argv.slice(2);
const world = { stays: Number(stays), days: Number(days), cases: Number(cases), seed: 1 };
const ASK = join(dirname(fileURLToPath(import.meta.url)), 'disk/ask.mjs');
const folder = process.env.COPRESENCE_DISK ?? mkdtempSync(join(tmpdir(), 'copresence-disk-'));
const RUNS = 7;

const worldFile = join(folder, 'world.json');
if (!existsSync(worldFile) || JSON.stringify(JSON.parse(readFileSync(worldFile, 'utf8')).world) !== JSON.stringify(world)) {
  const began = performance.now();
  makeIndex(join(folder, 'index'), world, (day) => console.error(`day ${day} written after ${Math.round((performance.now() - began) / 1000)} s`));
  const seconds = Math.round((performance.now() - began) / 1000);
  writeFileSync(worldFile, JSON.stringify({ world, seconds, pairsOf50: pairsByScan(world, 50) }));
}
const { seconds, pairsOf50 } = JSON.parse(readFileSync(worldFile, 'utf8'));
const files = readdirSync(join(folder, 'index'));
const bytes = files.reduce((sum, name) => sum + statSync(join(folder, 'index', name)).size, 0);

const ask = (isCold) => {
  if (isCold && !dropCaches(join(folder, 'index'))) return null;
  return JSON.parse(
    execFileSync(process.execPath, [ASK, join(folder, 'index'), String(world.cases), JSON.stringify(world)], { encoding: 'utf8', maxBuffer: 1 << 26 }),
  );
};
try {
  const warm = Array.from({ length: RUNS }, () => ask(false));
  const few = JSON.parse(execFileSync(process.execPath, [ASK, join(folder, 'index'), '50', JSON.stringify(world)], { encoding: 'utf8' }));
  if (few.pairs !== pairsOf50) throw new Error(`the index found ${few.pairs} pairs of 50 cases, a pass over all stays ${pairsOf50}`);
  const cold = Array.from({ length: 3 }, () => ask(true)).filter((one) => one !== null);
  const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
  const asked = { stays: world.stays, days: world.days, cases: world.cases, visits: warm[0].visits, pairs: warm[0].pairs };
  const rows = [
    { work: 'write the days (s)', ours: seconds },
    {
      work: 'open + all pairs, warm (ms)',
      ours: Math.round(median(warm.map(({ ms }) => ms))),
      least: Math.min(...warm.map(({ ms }) => ms)),
      most: Math.max(...warm.map(({ ms }) => ms)),
    },
    {
      work: 'of that: open / stays of the cases / join (ms)',
      ours: ['open', 'people', 'join'].map((name) => Math.round(median(warm.map((one) => one[name])))).join(' / '),
    },
    ...(cold.length > 0 ? [{ work: 'open + all pairs, cold (ms)', ours: Math.round(median(cold.map(({ ms }) => ms))) }] : []),
    { work: 'largest resident memory of the process that asks (MB)', ours: Math.round(median(warm.map(({ peakMB }) => peakMB))) },
    { work: 'bytes a stay on disk: what the join reads', ours: Number((joinBytesOf(join(folder, 'index')) / world.stays).toFixed(2)) },
    { work: 'bytes a stay on disk: with bounds, evidence and people', ours: Number((bytes / world.stays).toFixed(2)) },
  ];
  const text = [
    `${JSON.stringify(asked)}`,
    ...rows.map(({ work, ours, least, most }) => `  ${work.padEnd(58)} ${ours}${least === undefined ? '' : ` (${Math.round(least)}–${Math.round(most)})`}`),
  ].join('\n');
  console.log(JSON.stringify({ about: asked, rows, text }));
} finally {
  if (!process.env.COPRESENCE_DISK) rmSync(folder, { recursive: true, force: true });
}

/** Takes the files out of the system's cache. False where we may not. */
function dropCaches(path) {
  try {
    for (const name of readdirSync(path)) execFileSync('dd', [`if=${join(path, name)}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
    execFileSync('sync');
    writeFileSync('/proc/sys/vm/drop_caches', '1');
    return true;
  } catch {
    return false;
  }
}
