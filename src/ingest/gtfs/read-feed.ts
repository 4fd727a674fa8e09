/**
 * Reads a timetable feed (GTFS static) into columns, with a ledger entry and a line for each rejected row of every file.
 *
 * What contradicts itself is never mended by guessing: rows that name a route, trip or stop that is not there, and calls that a vehicle would have to
 * reach before it left the call before, are rejected. What only lies in another order is put in order, and counted in a note.
 */
import { InputError, OptionError } from '../../core/errors.js';
import { Zone } from '../../core/zone.js';
import { visible } from '../../core/visible.js';
import { NO_SERVICE, type Feed, type FeedFrequency, type FeedTrips } from '../../model/feed.js';
import { NO_DIRECTION } from '../../model/timetable.js';
import type { Dictionaries, Table } from '../../model/tables.js';
import type { LedgerEntry, Reject } from '../rows/ledger.js';
import type { FileReading } from '../read-table.js';
import { CallCollector, type CollectedCalls } from './call-collector.js';
import { FeedBooks, rowsById, type Notes, type OpenFeedFile, type ReadFeedOptions } from './feed-books.js';
import { readServices } from './feed-services.js';
import { readRoutes, readStops } from './feed-stops.js';
import { AGENCY, FREQUENCIES, STOP_TIMES, TRIPS, refersTo, standsOnce, type AgencyColumn, type TripColumn } from './feed-tables.js';

/** A feed, and what became of every row of its files. */
export interface FeedReading {
  readonly feed: Feed;
  readonly ledger: readonly LedgerEntry[];
  readonly rejects: readonly Reject[];
  readonly readings: readonly FileReading[];
  /** Things that are no fault of a row but that a reader of the runs should know. */
  readonly notes: readonly string[];
}

/** @throws InputError if a file that is needed is missing or unusable, or the agency has no zone. */
export async function readFeed(open: OpenFeedFile, options: ReadFeedOptions = {}): Promise<FeedReading> {
  const files = new FeedBooks(open, options);
  const { ids } = files;
  const zone = zoneOf(await files.read(AGENCY), files);
  const { stops, numberOf: stopOf } = await readStops(files);
  const { routes, numberOf: routeOf } = await readRoutes(files);
  const { services, numberOf: serviceOf } = await readServices(files);
  const trips = await files.read(TRIPS, (table) => [
    refersTo('route_id', 'a route of routes.txt', (id) => routeOf.has(id)),
    standsOnce(['trip_id'], () => table),
  ]);
  const tripRowOf = rowsById(trips.column('trip_id'), trips.rowCount, ids.run.size);
  const isTrip = (id: number): boolean => tripRowOf[id]! >= 0;
  const frequencies = await files.read(
    FREQUENCIES,
    (table) => [refersTo('trip_id', 'a trip of trips.txt', isTrip), standsOnce(['trip_id', 'start_time'], () => table)],
    true,
  );
  const collector = new CallCollector();
  await files.read(
    STOP_TIMES,
    () => [refersTo('trip_id', 'a trip of trips.txt', isTrip), refersTo('stop_id', 'a stop of stops.txt', (id) => stopOf[id]! >= 0)],
    false,
    {
      take: (table) => collector.take(table, tripRowOf, stopOf),
      expect: (rows) => collector.reserve(rows),
    },
  );
  const collected = collector.finish(trips.rowCount);
  files.settle(STOP_TIMES, collected);
  const numberOf = new Uint32Array(trips.rowCount);
  for (let trip = 0; trip < trips.rowCount; trip++) numberOf[collected.tripRows[trip]!] = trip;
  const feed: Feed = {
    zone,
    stops,
    routes,
    trips: tripsOf(trips, ids, collected.tripRows, routeOf, serviceOf),
    calls: collected.calls,
    services,
    frequencies: frequenciesOf(frequencies, (id) => numberOf[tripRowOf[id]!]!),
  };
  noteTrips(feed, collected, files.notes);
  return { feed, ledger: files.ledger, rejects: files.rejects, readings: files.readings, notes: files.notes.texts };
}

/** The zone of the first agency. GTFS wants one for all. */
function zoneOf(agencies: Table<AgencyColumn>, { ids, ledger, name, notes }: FeedBooks): string {
  const file = ledger[0]?.file ?? name;
  if (agencies.rowCount === 0)
    throw new InputError('E_FEED_EMPTY', `${file} E_FEED_EMPTY expected an agency with its time zone, got no usable row; mend the file`);
  const zones = new Set(Array.from({ length: agencies.rowCount }, (_, row) => ids.text.text(agencies.column('agency_timezone')[row]!)));
  const [zone = ''] = zones;
  try {
    new Zone(zone);
  } catch (cause) {
    if (!(cause instanceof OptionError)) throw cause;
    const where = `${file}:${agencies.line.data[0]}:agency_timezone`;
    throw new InputError('E_ZONE', `${where} E_ZONE expected an IANA zone such as Europe/Berlin, got '${visible(zone)}'; mend the file`, { cause });
  }
  if (zones.size > 1) notes.add(zones.size, `agencies have # time zones, where GTFS wants one: all times are read in that of the first, ${zone}`);
  return zone;
}

function tripsOf(
  table: Table<TripColumn>,
  { run, text }: Dictionaries,
  tripRows: Uint32Array,
  routeOf: ReadonlyMap<number, number>,
  serviceOf: ReadonlyMap<number, number>,
): FeedTrips {
  const of = (name: TripColumn, valueOf: (value: number) => number): ArrayLike<number> & Iterable<number> => {
    const column = table.column(name);
    return tripRows.map((row) => valueOf(column[row]!));
  };
  const blockOf = new Map<number, number>([[0, 0]]);
  const block = (id: number): number => {
    let number = blockOf.get(id);
    if (number === undefined) blockOf.set(id, (number = blockOf.size));
    return number;
  };
  const ids = table.column('trip_id');
  return {
    ids: Array.from(tripRows, (row) => run.text(ids[row]!)),
    route: Uint32Array.from(of('route_id', (id) => routeOf.get(id)!)),
    service: Uint32Array.from(of('service_id', (id) => serviceOf.get(id) ?? NO_SERVICE)),
    direction: Uint8Array.from(of('direction_id', (word) => (word === 0 ? NO_DIRECTION : word - 1))),
    block: Uint32Array.from(of('block_id', block)),
    blocks: [...blockOf.keys()].map((id) => text.text(id)),
  };
}

function frequenciesOf(table: Table<'trip_id' | 'start_time' | 'end_time' | 'headway_secs' | 'exact_times'>, tripOf: (id: number) => number): FeedFrequency[] {
  const at = (name: Parameters<typeof table.column>[0], row: number): number => table.column(name)[row]!;
  return Array.from({ length: table.rowCount }, (_, row) => ({
    trip: tripOf(at('trip_id', row)),
    startSec: at('start_time', row) - 1,
    endSec: at('end_time', row) - 1,
    headwaySec: at('headway_secs', row) - 1,
    isExact: at('exact_times', row) === 2,
  })).sort((a, b) => a.trip - b.trip || a.startSec - b.startSec);
}

function noteTrips({ trips, calls }: Feed, { tripRows }: CollectedCalls, notes: Notes): void {
  let unserved = 0;
  let short = 0;
  for (let trip = 0; trip < tripRows.length; trip++) {
    if (trips.service[trip] === NO_SERVICE) unserved++;
    if (calls.offsets[trip + 1]! - calls.offsets[trip]! < 2) short++;
  }
  notes.add(unserved, '# trips whose service neither calendar.txt nor calendar_dates.txt has: they never run');
  notes.add(short, '# trips with fewer than two calls: they never run');
}
