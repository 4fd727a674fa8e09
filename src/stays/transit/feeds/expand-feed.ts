/**
 * A timetable feed and a range of days → every run on them, and a timetable of those runs.
 *
 * A service day begins at noon minus 12 h by the agency's clock: at midnight but on days on which the clock changes. Times count from there, past
 * 24:00 and for several days. GTFS does not say which vehicle comes: trips of one block are run by one, so the block stands for it; without a block
 * the trip does; and each departure of a trip that leaves again and again is a vehicle of its own, since such runs overlap.
 */
import { compareBytewise } from '../../../core/bytewise.js';
import { DAY_SEC, Zone } from '../../../core/zone.js';
import type { Feed, FeedFrequency } from '../../../model/feed.js';
import type { Dictionaries } from '../../../model/tables.js';
import { Timetable } from '../../../model/timetable.js';
import { TripCalls, arrivalOf, departureOf, tripTimes, type TripTimes } from './trip-calls.js';

export interface FeedRun {
  /** Number of the trip. */
  readonly trip: number;
  /** Days since 1970-01-01. */
  readonly serviceDay: number;
  /** What the times of the trip are added to: the start of the service day, plus how much later than its stop_times a departure by frequency leaves. */
  readonly baseSec: number;
  /** `trip_id@yyyyMMdd`, by frequency `trip_id@yyyyMMdd@HH:MM:SS` of the departure. */
  readonly runId: string;
  /** block_id, else trip_id; by frequency `trip_id@HH:MM:SS`. */
  readonly vehicleId: string;
  /** First arrival and last departure, in seconds since 1970. */
  readonly startSec: number;
  readonly endSec: number;
}

/** Every run on the service days `firstDay..lastDay`, both inclusive. */
export function expandFeed(feed: Feed, firstDay: number, lastDay: number): FeedRuns {
  return new FeedRuns(feed, firstDay, lastDay);
}

/** Runs by service day, trip_id and departure, made while they are asked for; as often as wanted. */
export class FeedRuns implements Iterable<FeedRun> {
  readonly feed: Feed;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly times: TripTimes;
  readonly #zone: Zone;
  /** Trips that can run, in the order of their ids. */
  readonly #order: Uint32Array;
  readonly #frequencies: ReadonlyMap<number, readonly FeedFrequency[]>;
  #counts = { overlapping: 0, repeated: 0, loose: 0 };

  constructor(feed: Feed, firstDay: number, lastDay: number) {
    this.feed = feed;
    this.firstDay = firstDay;
    this.lastDay = lastDay;
    this.times = tripTimes(feed);
    this.#zone = new Zone(feed.zone);
    const { ids } = feed.trips;
    const canRun = (trip: number): boolean => this.times.first[trip] !== this.times.last[trip];
    this.#order = Uint32Array.from(ids.keys()).filter(canRun);
    this.#order.sort((a, b) => compareBytewise(ids[a]!, ids[b]!));
    const byTrip = new Map<number, FeedFrequency[]>();
    for (const frequency of feed.frequencies) {
      const same = byTrip.get(frequency.trip);
      if (same) same.push(frequency);
      else byTrip.set(frequency.trip, [frequency]);
    }
    this.#frequencies = byTrip;
  }

  *[Symbol.iterator](): Generator<FeedRun> {
    const { feed, times } = this;
    const { ids, block, blocks } = feed.trips;
    const counts = (this.#counts = { overlapping: 0, repeated: 0, loose: 0 });
    const vehicles = new VehicleSpans();
    for (let serviceDay = this.firstDay; serviceDay <= this.lastDay; serviceDay++) {
      const isOn = this.#servicesOn(serviceDay);
      const dayStart = serviceDayStart(this.#zone, serviceDay);
      const date = new Date(serviceDay * DAY_SEC * 1000).toISOString().slice(0, 10).replaceAll('-', '');
      for (const trip of this.#order) {
        if (isOn[feed.trips.service[trip]!] !== 1) continue;
        const firstSec = arrivalOf(feed, times.first[trip]!);
        const lastSec = departureOf(feed, times.last[trip]!);
        const id = ids[trip]!;
        const frequencies = this.#frequencies.get(trip);
        if (frequencies) {
          const leaveSec = departureOf(feed, times.first[trip]!);
          for (const departure of this.#departures(frequencies)) {
            const baseSec = dayStart + departure - leaveSec;
            const clock = clockText(departure);
            yield {
              trip,
              serviceDay,
              baseSec,
              runId: `${id}@${date}@${clock}`,
              vehicleId: `${id}@${clock}`,
              startSec: baseSec + firstSec,
              endSec: baseSec + lastSec,
            };
          }
          continue;
        }
        const [startSec, endSec] = [dayStart + firstSec, dayStart + lastSec];
        // A trip without a block is its own vehicle: it meets itself only if it takes longer than a day.
        const vehicle = block[trip] === 0 ? blocks.length + trip : block[trip]!;
        if ((block[trip] !== 0 || endSec - startSec > LONG_SEC) && vehicles.overlaps(vehicle, startSec, endSec, dayStart)) counts.overlapping++;
        yield { trip, serviceDay, baseSec: dayStart, runId: `${id}@${date}`, vehicleId: block[trip] === 0 ? id : blocks[block[trip]!]!, startSec, endSec };
      }
    }
  }

  /** What a reader of the runs should know; of the runs themselves once all were asked for. */
  get notes(): string[] {
    const { betweenCalls, outerCalls, untimedTrips } = this.times;
    const { overlapping, repeated, loose } = this.#counts;
    const note = (count: number, text: string): string[] => (count > 0 ? [text.replace('#', String(count))] : []);
    return [
      ...note(untimedTrips, '# trips without two timed calls: they never run'),
      ...note(betweenCalls, '# calls without a time: it was put evenly between the timed calls around them'),
      ...note(outerCalls, '# calls before the first or after the last time of their trip: they were left out'),
      ...note(overlapping, '# runs overlap another run of the same vehicle: the feed gives one block_id to trips of one time'),
      ...note(repeated, '# departures that two rows of frequencies.txt give: each counts once'),
      ...note(loose, '# runs by frequency without exact_times: the feed says only how often something comes, so their times may be off by a headway'),
    ];
  }

  #servicesOn(day: number): Uint8Array {
    const bit = 1 << ((day + THURSDAY) % 7);
    return Uint8Array.from(this.feed.services, ({ weekdays, firstDay, lastDay, added, removed }) =>
      added.has(day) || (day >= firstDay && day <= lastDay && (weekdays & bit) !== 0 && !removed.has(day)) ? 1 : 0,
    );
  }

  /** Departures of one trip: every headway from a start on, before the end. */
  *#departures(frequencies: readonly FeedFrequency[]): Generator<number> {
    const seen = frequencies.some(({ startSec }, i) => frequencies.slice(0, i).some(({ endSec }) => endSec > startSec)) ? new Set<number>() : null;
    for (const { startSec, endSec, headwaySec, isExact } of frequencies) {
      for (let sec = startSec; sec < endSec; sec += headwaySec) {
        if (seen?.has(sec)) {
          this.#counts.repeated++;
          continue;
        }
        seen?.add(sec);
        if (!isExact) this.#counts.loose++;
        yield sec;
      }
    }
  }
}

/** 1970-01-01 was one, the fourth day of a week that begins with Monday. */
const THURSDAY = 3;
const LONG_SEC = DAY_SEC - 4 * 3600; // a service day may have 23 h, or less where the clock changed by more

/** Noon by the local clock, minus 12 h. Where a calendar skipped the day, it begins with the day after it. */
function serviceDayStart(zone: Zone, day: number): number {
  const [noon] = zone.readings(day * DAY_SEC + DAY_SEC / 2);
  return noon === undefined ? zone.dayStart(day) : noon - DAY_SEC / 2;
}

/** `HH:MM:SS`, past 24:00 too. */
function clockText(sec: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(sec / 3600))}:${two(Math.floor(sec / 60) % 60)}:${two(sec % 60)}`;
}

/** When vehicles are on their way; what ended before a service day began is forgotten. */
class VehicleSpans {
  readonly #spans = new Map<number, { readonly startSec: number; readonly endSec: number }[]>();

  /** Takes a run down and tells whether it overlaps one that was taken down before. */
  overlaps(vehicle: number, startSec: number, endSec: number, dayStart: number): boolean {
    const known = (this.#spans.get(vehicle) ?? []).filter((span) => span.endSec > dayStart);
    const doesOverlap = known.some((span) => span.startSec < endSec && startSec < span.endSec);
    known.push({ startSec, endSec });
    this.#spans.set(vehicle, known);
    return doesOverlap;
  }
}

/** Puts runs of a feed into a timetable, a new one unless given: one journey for each trip that runs, whatever the number of its runs. */
export function timetableOf(
  feed: Feed,
  runs: Iterable<FeedRun>,
  ids: Pick<Dictionaries, 'place' | 'run' | 'text'>,
  timetable: Timetable = new Timetable(),
): Timetable {
  const { stops, routes, trips, calls } = feed;
  const tripCalls = new TripCalls(feed, runs instanceof FeedRuns ? runs.times : tripTimes(feed));
  const journeyOf = new Int32Array(trips.ids.length).fill(-1);
  const addJourney = (trip: number): number => {
    tripCalls.load(trip);
    const { lo, hi, arrival, departure } = tripCalls;
    return timetable.addJourney(
      Array.from({ length: hi - lo }, (_, i) => {
        const stop = calls.stop[lo + i]!;
        return {
          stop: timetable.stop(ids.text.intern(stops.ids[stop]!), stops.lat[stop]!, stops.lon[stop]!),
          arrivalSec: arrival.data[i]!,
          departureSec: departure.data[i]!,
        };
      }),
    );
  };
  for (const { trip, runId, vehicleId, startSec } of runs) {
    if (journeyOf[trip] === -1) journeyOf[trip] = addJourney(trip);
    timetable.addRun({
      vehicle: ids.place.intern(vehicleId),
      runId: ids.run.intern(runId),
      line: ids.text.intern(routes.ids[trips.route[trip]!]!),
      journey: journeyOf[trip]!,
      baseSec: startSec,
      direction: trips.direction[trip]!,
    });
  }
  return timetable;
}
