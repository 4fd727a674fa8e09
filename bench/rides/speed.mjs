/**
 * How fast rides are inferred: a city of 250 lines with 1 M stop times a day, and a million people who ride to work and back on five days: 10 M scans, as
 * columns. Prints `{ms, …}`; runs in a process of its own so that its memory is its own.
 */
import { Zone } from '../../dist/core/zone.js';
import { Places } from '../../dist/model/place.js';
import { newInputTables } from '../../dist/model/tables.js';
import { Timetable } from '../../dist/model/timetable.js';
import { Random } from '../../dist/simulate/random.js';
import { Dwell } from '../../dist/stays/dwell.js';
import { Runs } from '../../dist/stays/segment-runs.js';
import { Rides } from '../../dist/stays/transit/rides/rides.js';

const [scans = 10_000_000] = process.argv.slice(2).map(Number);
const LINES = 250;
const STOPS = 40;
const DAYS = 5;
const VEHICLES = 10;
/** Of each vehicle and day, alternately out and back. */
const RUNS = 10;
/** From stop to stop; longer in the rush hours. */
const apart = (run) => 80 + 5 * Math.round(4 * Math.sin(run) ** 2);
const TURN_SEC = 300;
const MONDAY = Date.UTC(2022, 1, 28) / 1000;
const FIRST_SEC = 5 * 3600;
const RIDE_SEC = (STOPS - 1) * 100 + 20;
const BETWEEN_SEC = RIDE_SEC + TURN_SEC;
const HEADWAY_SEC = Math.floor((2 * BETWEEN_SEC) / VEHICLES);

const people = Math.round(scans / (2 * DAYS));
const inputs = newInputTables();
const { ids } = inputs;
const timetable = new Timetable();
/** A vehicle's departure on a run of a day, seconds after midnight. */
const departs = (vehicle, run) => FIRST_SEC + vehicle * HEADWAY_SEC + run * BETWEEN_SEC;

const random = new Random(1);
random.begin(90, 0);
const vehicleIds = [];
for (let line = 0; line < LINES; line++) {
  const lineText = ids.text.intern(`line ${line}`);
  const [lat, lon] = [23 + random.unit() * 0.3, 113 + random.unit() * 0.3];
  const heading = random.unit() * 2 * Math.PI;
  const stops = Array.from({ length: STOPS }, (_, s) =>
    timetable.stop(ids.text.intern(`${line}-${s}`), lat + (s * 0.45 * Math.cos(heading)) / 111.2, lon + (s * 0.45 * Math.sin(heading)) / 102),
  );
  const calls = (way, run) => way.map((stop, i) => ({ stop, arrivalSec: i * apart(run), departureSec: i * apart(run) + 20 }));
  for (let vehicle = 0; vehicle < VEHICLES; vehicle++) {
    const id = ids.place.intern(`bus ${line}-${vehicle}`);
    vehicleIds.push(id);
    for (let run = 0; run < RUNS; run++) {
      const journey = timetable.addJourney(calls(run % 2 === 0 ? stops : stops.slice().reverse(), run));
      for (let day = 0; day < DAYS; day++) {
        const startSec = MONDAY + day * 86_400 + departs(vehicle, run);
        const runId = ids.run.intern(`${line}-${vehicle}-${run}-${day}`);
        timetable.addRun({ vehicle: id, runId, line: lineText, journey, baseSec: startSec, direction: run % 2 });
        inputs.runs.push([id, runId, startSec, startSec + RIDE_SEC, lineText], 0, 1);
      }
    }
  }
}

const count = people * 2 * DAYS;
const place = new Uint32Array(count);
const time = new Uint32Array(count);
const none = new Uint32Array(count);
for (let person = 0, row = 0; person < people; person++) {
  const line = random.below(LINES);
  const from = random.below(STOPS - 5);
  const to = from + 3 + random.below(STOPS - from - 3);
  for (let day = 0; day < DAYS; day++) {
    const midnight = MONDAY + day * 86_400;
    for (const [run, stop] of [
      [2 * random.below(2), from],
      [5 + 2 * random.below(2), STOPS - 1 - to],
    ]) {
      const vehicle = random.below(VEHICLES);
      place[row] = vehicleIds[line * VEHICLES + vehicle];
      time[row++] = midnight + departs(vehicle, run) + stop * apart(run) + random.below(40);
    }
  }
}
const places = new Places(inputs);
const dwell = new Dwell();
const runs = new Runs(inputs, places);
const table = { columns: [none, place, time, none, none, none, none, none].map((data) => ({ data })) };
const rides = new Rides(timetable, runs, { ids, checkIns: table }, places, dwell, new Zone('Asia/Shanghai'));
const rows = Uint32Array.from({ length: count }, (_, row) => row);
const before = process.memoryUsage.rss();
const cpu = process.cpuUsage();
const begun = performance.now();
for (let person = 0; person < people; person++) rides.infer(rows, person * 2 * DAYS, (person + 1) * 2 * DAYS);
const ms = performance.now() - begun;
const used = process.cpuUsage(cpu);
const cpuMs = Math.round((used.user + used.system) / 1000);
const { counts } = rides;
if (counts.rides !== count) throw new Error(`expected ${count} rides, got ${counts.rides}: no figures`);
console.log(
  JSON.stringify({
    scans: count,
    stopTimes: LINES * VEHICLES * RUNS * STOPS,
    runs: timetable.runCount,
    ms: Math.round(ms),
    cpuMs,
    perSecond: Math.round((count / ms) * 1000),
    grownMB: Math.round((process.memoryUsage.rss() - before) / 2 ** 20),
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
    methods: counts.methods,
  }),
);
