/** The runs of a timetable feed on the days of some check-ins, put into the tables as if they had come in files. */
import { DAY_SEC } from '../../core/zone.js';
import type { Feed } from '../../model/feed.js';
import { KINDS, type InputTables } from '../../model/tables.js';
import type { Timetable } from '../../model/timetable.js';
import { BOARDING_SEC } from '../segment-runs.js';
import { expandFeed, timetableOf, type FeedRun } from './expand-feed.js';

/** Categories of places by GTFS route_type, of the extended types by their hundred. */
const CATEGORIES: Readonly<Record<number, string>> = {
  0: 'bus',
  1: 'metro',
  2: 'train',
  3: 'bus',
  4: 'ferry',
  5: 'bus',
  6: 'bus',
  7: 'bus',
  11: 'bus',
  12: 'metro',
};
const HUNDREDS: Readonly<Record<number, string>> = {
  1: 'train',
  2: 'coach',
  4: 'metro',
  5: 'metro',
  6: 'metro',
  7: 'bus',
  8: 'bus',
  9: 'bus',
  10: 'ferry',
  11: 'aircraft',
  12: 'ferry',
  15: 'taxi',
};
const categoryOf = (type: number): string => (type < 100 ? CATEGORIES[type] : HUNDREDS[Math.floor(type / 100)]) ?? 'bus';

/**
 * Adds the runs of a feed that someone of the check-ins may have been on: rows of runs and of places for the vehicles, and their calls in the timetable.
 * A vehicle whose id is that of a listed venue gets the feed's name before it. Returns notes on the feed's runs.
 */
export function addFeed(timetable: Timetable, inputs: InputTables, feed: Feed, name: string): string[] {
  const { ids, checkIns, places, runs, fileNames } = inputs;
  const time = checkIns.column('time');
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (let row = 0; row < checkIns.rowCount; row++) {
    if (time[row]! < first) first = time[row]!;
    if (time[row]! > last) last = time[row]!;
  }
  if (last === 0) return [];
  const file = fileNames.push(name) - 1;
  const venues = new Set<string>();
  const listed = new Set<number>();
  const [placeId, , kind] = places.columns.map(({ data }) => data);
  for (let row = 0; row < places.rowCount; row++) {
    listed.add(placeId![row]!);
    if (kind![row] === 1 + KINDS.indexOf('venue')) venues.add(ids.place.text(placeId![row]!));
  }
  let longestSec = 0;
  for (const sec of feed.calls.departure) if (sec > longestSec) longestSec = sec;
  const days = expandFeed(feed, Math.floor((first - longestSec) / DAY_SEC) - 1, Math.floor((last + BOARDING_SEC) / DAY_SEC) + 1);
  const wanted: FeedRun[] = [];
  for (const run of days) {
    if (run.startSec - BOARDING_SEC > last || run.endSec <= first) continue;
    wanted.push(venues.has(run.vehicleId) ? { ...run, vehicleId: `${name}/${run.vehicleId}` } : run);
  }
  timetableOf(feed, wanted, ids, timetable);
  const { routes, trips } = feed;
  for (const { trip, runId, vehicleId, startSec, endSec } of wanted) {
    const vehicle = ids.place.intern(vehicleId);
    const route = trips.route[trip]!;
    const line = ids.text.intern(routes.ids[route]!);
    runs.push([vehicle, ids.run.intern(runId), startSec, endSec, line], file, 0);
    if (listed.has(vehicle)) continue;
    listed.add(vehicle);
    const category = ids.text.intern(categoryOf(routes.types[route]!));
    const values: Record<string, number> = { place_id: vehicle, kind: 1 + KINDS.indexOf('vehicle'), category, lat: Number.NaN, lon: Number.NaN, line_id: line };
    places.push(
      places.spec.columns.map((column) => values[column.name] ?? 0),
      file,
      0,
    );
  }
  return [`${wanted.length} runs on the days of the check-ins`, ...days.notes].map((note) => `${name}: ${note}`);
}
