/**
 * Two runs of a million contact pairs, a million people and a million episodes each, of which the later lacks one case in a hundred: how long the comparison takes,
 * digests and all, and in how much memory, by a process of its own. `npm run bench diff [PAIRS]`.
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diffFiles, matchFiles } from '../dist/node.js';

const IN_ROOM = 1000;
const LISTS = ['people.csv', 'places.csv', 'contacts.csv', 'episodes.csv'];

if (process.argv[2] === 'diff') await compare(process.argv[3], process.argv[4]);
else await main(Number(process.argv[2] ?? 1_000_000));

async function main(pairs) {
  const folder = mkdtempSync(join(tmpdir(), 'copresence-bench-'));
  const at = (name) => join(folder, name);
  const rooms = Math.round(pairs / IN_ROOM);
  try {
    await writeRooms(at, rooms);
    for (const run of ['old', 'new']) {
      await matchFiles({ files: { checkins: [at('checkins.csv')], places: [at('places.csv')], cases: [at(`${run}-cases.csv`)] }, tz: 'UTC', out: at(run) });
    }
    const inputMB = Math.round(
      ['old', 'new'].flatMap((run) => LISTS.map((name) => statSync(at(`${run}/${name}`)).size)).reduce((sum, size) => sum + size) / 1e6,
    );
    const gone = Math.ceil(rooms / 100);
    const rows = [];
    for (const [later, work, expected] of [
      ['new', `${pairs} pairs and as many people and episodes, ${gone} of ${rooms} cases withdrawn`, gone * IN_ROOM],
      ['old', 'a run and itself', 0],
    ]) {
      const runs = Array.from({ length: 3 }, () =>
        JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), 'diff', folder, later], { encoding: 'utf8' })),
      );
      for (const { contacts, people } of runs) {
        if (contacts !== expected || people !== expected) throw new Error(`${contacts} pairs and ${people} people removed, ${expected} expected`);
      }
      const [, median] = runs.sort((a, b) => a.ms - b.ms);
      rows.push({ work, ours_ms: median.ms, cpu_ms: median.cpuMs, peak_MB: median.peakMB, ...(later === 'new' && { target_ms: 5000 }) });
    }
    console.log(JSON.stringify({ rows, inputMB }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A case and a thousand others in each room, nobody in two. */
async function writeRooms(at, rooms) {
  const file = createWriteStream(at('checkins.csv'), { highWaterMark: 1 << 20 });
  const everyone = rooms * IN_ROOM;
  file.write('person_id,place_id,time\n');
  for (let room = 0; room < rooms; room++) {
    const from = 1_646_294_400 + (room % 5) * 86_400; // from 2022-03-03 08:00 on: in the window of every case
    let lines = `C${room},R${room},${from}\n`;
    // 7919 is prime and does not divide the number of people: each number comes once, in no order.
    for (let i = 0; i < IN_ROOM; i++) lines += `P${String(((room * IN_ROOM + i) * 7919) % everyone).padStart(9, '0')},R${room},${from + ((i * 7) % 3600)}\n`;
    if (!file.write(lines)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  const all = Array.from({ length: rooms }, (_, room) => room);
  writeFileSync(at('places.csv'), `place_id,district\n${all.map((room) => `R${room},D${room % 20}\n`).join('')}`);
  const cases = (wanted) => `person_id,onset_date\n${wanted.map((room) => `C${room},2022-03-05\n`).join('')}`;
  writeFileSync(at('old-cases.csv'), cases(all));
  writeFileSync(at('new-cases.csv'), cases(all.filter((room) => room % 100 !== 0)));
}

async function compare(folder, later) {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const { counts } = await diffFiles({ old: join(folder, 'old'), new: join(folder, later), out: join(folder, 'changes'), force: true });
  const ms = Math.round(performance.now() - began);
  const { user, system } = process.cpuUsage(cpu);
  // Not maxRSS: that begins with what the process that started this one held.
  const peakMB = Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024);
  console.log(JSON.stringify({ ms, cpuMs: Math.round((user + system) / 1000), peakMB, contacts: counts.contacts.removed, people: counts.people.removed }));
}
