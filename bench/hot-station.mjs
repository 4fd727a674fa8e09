/**
 * A hot station: millions of scans at one place within hours, and cases who were all there. How long the exact count of episodes takes that refuses
 * the list of them, and how long and in how much memory the lists without episodes are made, by a process of their own.
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIndex } from '../dist/index.js';
import { matchFiles, readCases, readCheckIns, readPlaces } from '../dist/node.js';
import { random } from './data.mjs';

const TZ = 'Asia/Shanghai';
const OPENS_SEC = 5 * 3600;

if (process.argv[2] === 'lists') await makeLists(process.argv[3]);
else await main(process.argv.slice(2).map(Number));

async function main([scans = 5_000_000, cases = 200, hours = 16]) {
  const folder = mkdtempSync(join(tmpdir(), 'copresence-bench-'));
  try {
    await writeStation(folder, { scans, cases, hours });
    const index = await buildIndex(readCheckIns([join(folder, 'checkins.csv')], { tz: TZ }), { tz: TZ, places: await readPlaces(join(folder, 'places.csv')) });
    const given = await readCases(join(folder, 'cases.csv'), { tz: TZ });
    const rows = [];
    let total = 0;
    for (const options of [{ maxEpisodes: 1000 }, { maxEpisodes: 1000, minOverlap: '5m' }, { maxEpisodes: 1000, lag: '30m' }]) {
      const began = performance.now();
      const cpu = process.cpuUsage();
      const refusal = refusalOf(() => index.match(given, options));
      const ms = Math.round(performance.now() - began);
      const cpuMs = cpuSince(cpu);
      const counted = Number(/got (\d+);/.exec(refusal)?.[1]);
      if (!(counted > 0) || !refusal.includes('The busiest places')) throw new Error(`not refused: ${refusal}`);
      total ||= counted;
      rows.push({
        work: `count ${counted} episodes and refuse${options.minOverlap ? ', min-overlap 5m' : options.lag ? ', lag 30m' : ''}`,
        ours_ms: ms,
        cpu_ms: cpuMs,
        target_ms: 5000,
      });
    }
    // What the index holds is let go before the lists are made by another process.
    const lists = JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), 'lists', folder], { encoding: 'utf8' }));
    if (lists.episodes !== total) throw new Error(`${lists.episodes} episodes in the lists, ${total} counted`);
    rows.push({
      work: `CSV to lists without episodes: ${lists.contacts} contact rows, ${lists.people} people, ${lists.outputMB} MB`,
      ours_ms: lists.ms,
      cpu_ms: lists.cpuMs,
      peak_MB: lists.peakMB,
    });
    for (const [phase, ms] of Object.entries(lists.phases)) rows.push({ work: `… ${phase}`, ours_ms: ms });
    const inputMB = Math.round(statSync(join(folder, 'checkins.csv')).size / 1e6);
    console.log(JSON.stringify({ rows, peakMB: lists.peakMB, episodes: total, people: lists.people, inputMB }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One scan for each person, spread evenly over the hours; the cases are among them. */
async function writeStation(folder, { scans, cases, hours }) {
  const next = random(3);
  const two = (n) => String(n).padStart(2, '0');
  const personId = (person) => String(440301199001010000n + BigInt(person) * 7n);
  const file = createWriteStream(join(folder, 'checkins.csv'), { highWaterMark: 1 << 20 });
  let lines = 'person_id,place_id,time\n';
  for (let person = 0; person < scans; person++) {
    const sec = OPENS_SEC + Math.floor(next() * hours * 3600);
    lines += `${personId(person)},STATION,2022-03-01 ${two(Math.floor(sec / 3600))}:${two(Math.floor(sec / 60) % 60)}:${two(sec % 60)}\n`;
    if (lines.length > 1 << 20) {
      if (!file.write(lines)) await once(file, 'drain');
      lines = '';
    }
  }
  file.end(lines);
  await once(file, 'finish');
  writeFileSync(join(folder, 'places.csv'), 'place_id,category,district\nSTATION,station,D1\n');
  const caseLines = Array.from({ length: cases }, (_, i) => `${personId(Math.floor((i * scans) / cases))},2022-03-02`);
  writeFileSync(join(folder, 'cases.csv'), `person_id,onset_date\n${caseLines.join('\n')}\n`);
}

function refusalOf(work) {
  try {
    work();
    return 'nothing was refused';
  } catch (error) {
    return error.message;
  }
}

async function makeLists(folder) {
  const began = performance.now();
  const phases = {};
  const seen = { at: began, phase: 'read' };
  const mark = (phase) => {
    const now = performance.now();
    phases[seen.phase] = Math.round((phases[seen.phase] ?? 0) + now - seen.at);
    Object.assign(seen, { at: now, phase });
  };
  const report = await matchFiles(
    {
      files: { checkins: [join(folder, 'checkins.csv')], places: [join(folder, 'places.csv')], cases: [join(folder, 'cases.csv')] },
      tz: TZ,
      out: join(folder, 'lists'),
      episodes: false,
    },
    { onProgress: ({ phase }) => phase !== seen.phase && mark(phase) },
  );
  mark('');
  const ms = Math.round(performance.now() - began);
  const [{ episodes, contacts, people }] = report.counts;
  const outputMB = Math.round(report.outputs.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6);
  const rows = report.outputs.find(({ name }) => name === 'contacts.csv').rows;
  if (rows !== contacts) throw new Error(`${rows} contact rows, ${contacts} counted`);
  console.log(JSON.stringify({ ms, cpuMs: cpuSince({ user: 0, system: 0 }), phases, episodes, contacts, people, outputMB, peakMB: peakMB() }));
}

/** Milliseconds of all threads since another look: the other work of the machine leaves them nearly as they are. */
function cpuSince(before) {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system - before.user - before.system) / 1000);
}

/** The largest resident memory of this process. */
function peakMB() {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024);
  } catch {
    return Math.round(process.resourceUsage().maxRSS / 1024);
  }
}
