/** The runs of a timetable feed on the days of some check-ins. */
import { DAY_SEC } from '../../../core/zone.js';
import type { Feed } from '../../../model/feed.js';
import { KINDS, type InputTables } from '../../../model/tables.js';
import type { Timetable } from '../../../model/timetable.js';
import { BOARDING_SEC } from '../../segment-runs.js';
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
const VENUE = 1 + KINDS.indexOf('venue');
const categoryOf = (type: number): string => (type < 100 ? CATEGORIES[type] : HUNDREDS[Math.floor(type / 100)]) ?? 'bus';

/** What a feed adds beside its runs. */
export interface AddedFeed {
  /** Of the feed's runs, for whoever reads the lists. */
  readonly notes: readonly string[];
  /** Category of the vehicles of a line, both as dense ids of texts. */
  readonly categories: ReadonlyMap<number, number>;
}

/**
 * Adds the runs of a feed that someone of the check-ins may have been on to a timetable. A vehicle whose id is that of a listed venue gets the feed's name
 * before it.
 */
export function addFeed(timetable: Timetable, { ids, checkIns, places }: InputTables, feed: Feed, name: string): AddedFeed {
  const { routes } = feed;
  const categories = new Map(routes.ids.map((id, route) => [ids.text.intern(id), ids.text.intern(categoryOf(routes.types[route]!))]));
  const time = checkIns.column('time');
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (let row = 0; row < checkIns.rowCount; row++) {
    if (time[row]! < first) first = time[row]!;
    if (time[row]! > last) last = time[row]!;
  }
  if (last === 0) return { notes: [], categories };
  const venues = new Set<string>();
  const [placeId, , kind] = places.columns.map(({ data }) => data);
  for (let row = 0; row < places.rowCount; row++) if (kind![row] === VENUE) venues.add(ids.place.text(placeId![row]!));
  let longestSec = 0;
  for (const sec of feed.calls.departure) if (sec > longestSec) longestSec = sec;
  const days = expandFeed(feed, Math.floor((first - longestSec) / DAY_SEC) - 1, Math.floor((last + BOARDING_SEC) / DAY_SEC) + 1);
  const wanted: FeedRun[] = [];
  for (const run of days) {
    if (run.startSec - BOARDING_SEC > last || run.endSec <= first) continue;
    wanted.push(venues.has(run.vehicleId) ? { ...run, vehicleId: `${name}/${run.vehicleId}` } : run);
  }
  timetableOf(feed, wanted, ids, timetable);
  return { notes: [`${wanted.length} runs on the days of the check-ins`, ...days.notes].map((note) => `${name}: ${note}`), categories };
}
