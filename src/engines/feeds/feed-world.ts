/** A timetable feed on a disk → the runs of some days as a world that simulated riders ride in. */
import { readFeed } from '../../ingest/gtfs/read-feed.js';
import { Zone, dayNumber } from '../../core/zone.js';
import { OptionError } from '../../core/errors.js';
import type { Feed } from '../../model/feed.js';
import { newDictionaries } from '../../model/tables.js';
import type { RiderWorld } from '../../simulate/riders/simulate-riders.js';
import { expandFeed, timetableOf } from '../../stays/transit/feeds/expand-feed.js';
import { openFeed } from './feed-files.js';
import type { RunHooks } from '../inputs/read-files.js';

export interface FeedWorld {
  readonly world: RiderWorld;
  /** What was read, for whoever must not overwrite it. */
  readonly paths: readonly string[];
  /** What a reader of the runs should know. */
  readonly notes: readonly string[];
}

const MOST_DAYS = 366;

/**
 * The runs of `days` service days from `start` on.
 * @throws OptionError for a wrong date, InputError for a feed that cannot be read.
 */
export async function openFeedWorld(gtfs: string, start: string, days: number, { signal, onProgress }: RunHooks = {}): Promise<FeedWorld> {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(start) ?? [];
  const firstDay = dayNumber(Number(year), Number(month), Number(date));
  if (Number.isNaN(firstDay)) throw new OptionError('E_DATE', `start: expected a date such as 2022-03-01, got '${start}'`);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
    throw new OptionError('E_NUMBER', `days: expected a whole number from 1 to ${MOST_DAYS}, got ${days}`);
  const opened = await openFeed(gtfs, signal);
  try {
    const { feed, notes } = await readFeed((name) => opened.open(name), {
      name: opened.name,
      ...(signal && { signal }),
      onProgress: (name, rows, share) => onProgress?.({ phase: 'read', name, rows, share }),
    });
    const runs = expandFeed(feed, firstDay, firstDay + days - 1);
    const ids = newDictionaries();
    const timetable = timetableOf(feed, runs, ids);
    const types = lineTypes(feed);
    const categoryOf = (line: number): string => categoryOfType(types.get(ids.text.text(line)) ?? BUS);
    return { world: { timetable, ids, zone: new Zone(feed.zone), firstDay, days, categoryOf }, paths: opened.paths, notes: [...notes, ...runs.notes] };
  } finally {
    opened.close();
  }
}

const BUS = 3;
const lineTypes = ({ routes }: Feed): Map<string, number> => new Map(routes.ids.map((id, i) => [id, routes.types[i]!]));

/** Category of a GTFS route_type, of the extended ones too: those with least air are the same to us. */
function categoryOfType(type: number): string {
  if (type === 1 || (type >= 400 && type < 500)) return 'metro';
  if (type === 2 || type === 12 || (type >= 100 && type < 200)) return 'train';
  if (type >= 200 && type < 300) return 'coach';
  if (type === 4 || type === 1000 || type === 1200) return 'ferry';
  return 'bus';
}
