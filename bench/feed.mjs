/**
 * Reading a timetable feed of N calls at stops, in a process of its own: rows per second, and the memory at its peak. `npm run bench feed [CALLS]`.
 * Once with the calls of each trip together, as nearly all feeds have them, and once with those of all trips mixed: every row then has to be moved.
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random } from './data.mjs';

const [calls = 10_000_000] = process.argv.slice(2).map(Number);
const PER_TRIP = 40;
const TARGET_MB = 500;
const FIRST_DAY = 19_052; // 2022-03-01
const trips = Math.ceil(calls / PER_TRIP);
const stops = Math.max(PER_TRIP, Math.round(calls / 250));
const routes = Math.max(1, Math.round(trips / 500));
const SERVICES = 20;

const folder = mkdtempSync(join(tmpdir(), 'copresence-bench-feed-'));
try {
  const rows = [];
  for (const isMixed of [false, true]) rows.push(await measure(isMixed));
  console.log(JSON.stringify({ rows, calls: trips * PER_TRIP, failed: rows.filter(({ met }) => !met).length }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(isMixed) {
  const path = join(folder, isMixed ? 'mixed' : 'together');
  const wanted = await writeFeed(path, isMixed);
  const child = fileURLToPath(new URL('feed/read.mjs', import.meta.url));
  const found = JSON.parse(execFileSync(process.execPath, [child, path, FIRST_DAY, 7], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  for (const [name, value] of Object.entries(wanted)) if (found[name] !== value) throw new Error(`${name}: expected ${value}, got ${found[name]}: no figures`);
  return {
    work: `read ${wanted.calls} calls of ${trips} trips, ${isMixed ? 'trips mixed' : 'trip by trip'}`,
    ours_ms: Math.round(found.readMs),
    rows_per_s: Math.round((wanted.calls / found.readMs) * 1000),
    file_MB: Math.round(statSync(join(path, 'stop_times.txt')).size / 2 ** 20),
    peak_MB: found.readPeakMB,
    target: `≤ ${TARGET_MB} MB`,
    met: found.readPeakMB <= TARGET_MB,
    runs_of_a_week: found.runs,
    expand_ms: Math.round(found.expandMs),
  };
}

/** Writes a feed and says what must be read of it. Both orders have the same rows. */
async function writeFeed(path, isMixed) {
  mkdirSync(path);
  const next = random(7);
  const list = (name, header, count, row) =>
    writeFileSync(join(path, `${name}.txt`), `${header}\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`);
  list('agency', 'agency_id,agency_name,agency_timezone', 1, () => '1,Bench,Europe/Berlin');
  list('stops', 'stop_id,stop_name,stop_lat,stop_lon', stops, (i) => `S${i},Stop ${i},${(52 + next()).toFixed(6)},${(13 + next()).toFixed(6)}`);
  list('routes', 'route_id,route_short_name,route_type', routes, (i) => `R${i},${i},3`);
  list(
    'trips',
    'route_id,service_id,trip_id,direction_id,block_id',
    trips,
    (i) => `R${i % routes},W${i % SERVICES},trip_${100_000_000 + i},${i % 2},B${i % 9973}`,
  );
  list('calendar', 'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date', SERVICES, (i) => {
    const days = Array.from({ length: 7 }, (_, day) => ((i + day) % 3 === 0 ? 0 : 1));
    return `W${i},${days.join(',')},20220101,20221231`;
  });
  const file = createWriteStream(join(path, 'stop_times.txt'));
  let text = 'trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n';
  let [timeSum, stopSum] = [0, 0];
  const add = async (trip, call) => {
    const stop = (trip * 31 + call * 7) % stops;
    const arrival = 18_000 + ((trip * 37) % 70_000) + call * 97;
    const departure = arrival + ((trip + call) % 30);
    timeSum += arrival + departure;
    stopSum += stop * (call + 1);
    text += `trip_${100_000_000 + trip},${clock(arrival)},${clock(departure)},S${stop},${call + 1},0\n`;
    if (text.length < 1 << 20) return;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  };
  if (isMixed) for (let call = 0; call < PER_TRIP; call++) for (let trip = 0; trip < trips; trip++) await add(trip, call);
  else for (let trip = 0; trip < trips; trip++) for (let call = 0; call < PER_TRIP; call++) await add(trip, call);
  file.end(text);
  await once(file, 'close');
  return { calls: trips * PER_TRIP, trips, timeSum, stopSum, rejects: 0 };
}

function clock(sec) {
  const two = (value) => String(value).padStart(2, '0');
  return `${two(Math.floor(sec / 3600))}:${two(Math.floor(sec / 60) % 60)}:${two(sec % 60)}`;
}
