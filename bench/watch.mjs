/**
 * A stream of check-ins to episodes: rows a second and the largest resident memory. Half of a week is known before, in an index on disk; the rest comes
 * as NDJSON in the order of time, each row up to five minutes late. What was said in the end is held against a match of all check-ins together: other
 * episodes, no figures. `npm run bench watch [CHECK-INS] [CASES]`.
 *
 * What is done before the second chunk is asked for is told apart: reading files, and telling of what was known before. Time of the processors, that of
 * collecting garbage among it, is told too: on a machine that is busy with other work it is the better figure, and the target is met if either meets it.
 */
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { indexFiles, matchFiles, watchFiles } from '../dist/node.js';
import { random, writeCity } from './data.mjs';

const TZ = 'Asia/Shanghai';
const LATENESS_SEC = 300;
const TARGET = 50_000;

// The watch runs in a process of its own, so that its memory is its own.
if (process.argv[2] === '--child') {
  const [, , , index, cases, stream, places] = process.argv;
  let bytes = 0;
  let chunks = 0;
  let known;
  const input = async function* () {
    for await (const chunk of createReadStream(stream)) {
      yield chunk;
      // What was known before is told of with the first rows.
      if (++chunks === 1) known = { ms: performance.now() - began, cpu: process.cpuUsage(before) };
    }
  };
  const began = performance.now();
  const before = process.cpuUsage();
  const report = await watchFiles({
    ...(index === '-' ? { files: { cases: [cases], places: [places] } } : { index, files: { cases: [cases] } }),
    tz: TZ,
    lateness: LATENESS_SEC,
    input: input(),
    out: async (block) => {
      bytes += block.length;
      return true;
    },
  });
  const { user, system } = process.cpuUsage(before);
  const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
  const cpuMs = (user + system - known.cpu.user - known.cpu.system) / 1000;
  console.log(JSON.stringify({ ms: performance.now() - began - known.ms, cpuMs, knownMs: known.ms, bytes, report, peakMB }));
  process.exit(0);
}

const [checkIns = 1_000_000, cases = 100] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'copresence-bench-'));
try {
  const files = await writeCity(join(folder, 'city'), { checkIns, cases });
  const [head, ...lines] = readFileSync(files.checkins, 'utf8').trimEnd().split('\n');
  const at = head.split(',').indexOf('time');
  const timed = lines.map((line) => ({ line, sec: new Date(`${line.split(',')[at].replace(' ', 'T')}Z`).getTime() / 1000 }));
  timed.sort((a, b) => a.sec - b.sec);
  const half = Math.floor(timed.length / 2);
  const next = random(7);
  const late = timed.slice(half).map((row) => ({ ...row, came: row.sec + Math.floor(next() * LATENESS_SEC) }));
  late.sort((a, b) => a.came - b.came);
  const [before, after, stream] = ['before.csv', 'after.csv', 'stream.ndjson'].map((name) => join(folder, name));
  const text = (rows) => `${[head, ...rows.map(({ line }) => line)].join('\n')}\n`;
  writeFileSync(before, text(timed.slice(0, half)));
  writeFileSync(after, text(late));
  const names = head.split(',');
  const asJson = (line) => JSON.stringify(Object.fromEntries(line.split(',').flatMap((cell, i) => (cell === '' ? [] : [[names[i], cell]]))));
  writeFileSync(stream, `${late.map(({ line }) => asJson(line)).join('\n')}\n`);
  const everything = join(folder, 'everything.ndjson');
  writeFileSync(everything, `${timed.map(({ line }) => asJson(line)).join('\n')}\n`);
  const index = join(folder, 'index');
  await indexFiles({ index, files: { checkins: [before], places: [files.places] }, tz: TZ });
  const match = await matchFiles({
    files: { checkins: [before, after], places: [files.places], cases: [files.cases] },
    tz: TZ,
    out: join(folder, 'lists'),
    format: 'jsonl',
  });
  const episodes = match.counts[0].episodes;
  const rows = [];
  let peakMB = 0;
  for (const [work, known, name, count] of [
    ['stream beside an index on disk', index, stream, late.length],
    ['stream alone', '-', everything, timed.length],
  ]) {
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--child', known, files.cases, name, files.places], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    if (child.status !== 0) throw new Error(child.stderr);
    const { ms, cpuMs, knownMs, report, peakMB: own } = JSON.parse(child.stdout);
    const entry = report.ledger.at(-1);
    if (report.episodes !== episodes || report.late > 0 || entry.accepted + entry.duplicate !== count)
      throw new Error(`the watch told of ${report.episodes} episodes, the match of ${episodes}; ${report.late} late: no figures`);
    peakMB = Math.max(peakMB, own);
    const perSec = Math.round(count / (ms / 1000));
    const perCpuSec = Math.round(count / (cpuMs / 1000));
    rows.push({
      work: `${work}, ${count} check-ins, ${cases} cases`,
      ours_ms: Math.round(ms),
      rows_per_s: perSec,
      rows_per_cpu_s: perCpuSec,
      target: `≥ ${TARGET} rows/s`,
      met: Math.max(perSec, perCpuSec) >= TARGET,
      cpu_ms: Math.round(cpuMs),
      known_before_ms: Math.round(knownMs),
      peak_MB: own,
    });
  }
  console.log(JSON.stringify({ rows, episodes }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
