/** A made-up city to ride in: three lines to the north, three to the east that cross them, and one in a circle that runs round and round. */
import { DAY_SEC, Zone, dayNumber } from '../core/zone.js';
import { newDictionaries } from '../model/tables.js';
import { Timetable } from '../model/timetable.js';
import type { RiderWorld } from '../simulate/riders/simulate-riders.js';

const SIDE = 9;
const KM_APART = 0.6;
const APART_SEC = 100;
const STANDS_SEC = 20;
const FIRST_SEC = 5.5 * 3600;
const LAST_SEC = 22 * 3600;
const HEADWAY_SEC = 720;
const LAPS = 3;

/** From Tuesday 2022-03-01 on, in UTC. Runs go on service days; every run is a vehicle of its own, as in a feed without blocks. */
export function smallCity(days: number): RiderWorld {
  const ids = newDictionaries();
  const timetable = new Timetable();
  const firstDay = dayNumber(2022, 3, 1);
  const stopAt = (x: number, y: number): number => timetable.stop(ids.text.intern(`${x}.${y}`), 23 + (y * KM_APART) / 111.195, 113 + (x * KM_APART) / 102.4);
  const along = [...Array.from({ length: SIDE }).keys()];
  const ways = new Map<string, readonly number[]>();
  for (const at of [1, 4, 7]) {
    ways.set(
      `N${at}`,
      along.map((y) => stopAt(at, y)),
    );
    ways.set(
      `E${at}`,
      along.map((x) => stopAt(x, at)),
    );
  }
  const ring = [
    ...along.map((x) => [x, 0]),
    ...along.slice(1).map((y) => [8, y]),
    ...along.slice(1).map((x) => [8 - x, 8]),
    ...along.slice(1, -1).map((y) => [0, 8 - y]),
  ];
  const lap = ring.map(([x, y]) => stopAt(x!, y!));
  ways.set('O', [...Array.from({ length: LAPS }, () => lap).flat(), lap[0]!]);
  for (const [name, stops] of ways) {
    const line = ids.text.intern(name);
    for (const [direction, way] of (name === 'O' ? [stops] : [stops, [...stops].reverse()]).entries()) {
      const journey = timetable.addJourney(way.map((stop, i) => ({ stop, arrivalSec: i * APART_SEC, departureSec: i * APART_SEC + STANDS_SEC })));
      for (let day = firstDay; day < firstDay + days; day++) {
        for (let sec = FIRST_SEC + direction * 300; sec < LAST_SEC; sec += HEADWAY_SEC) {
          const id = `${name}-${direction}-${sec}`;
          const runId = ids.run.intern(`${id}@${day}`);
          timetable.addRun({ vehicle: ids.place.intern(id), runId, line, journey, baseSec: day * DAY_SEC + sec, direction });
        }
      }
    }
  }
  return { timetable, ids, zone: new Zone('UTC'), firstDay, days };
}
