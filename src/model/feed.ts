/**
 * A timetable feed (GTFS static) as columns: stops, trips and their calls, and the days on which services run. Numbers of stops, routes, services and
 * trips are dense and begin with 0. Times of calls are seconds after the start of the service day, which is noon minus 12 h; they may pass 24:00.
 */
export interface Feed {
  /** IANA zone of the agency: service days begin by its clock. */
  readonly zone: string;
  readonly stops: FeedStops;
  readonly routes: FeedRoutes;
  readonly trips: FeedTrips;
  readonly calls: FeedCalls;
  readonly services: readonly FeedService[];
  /** Trips that leave again and again; sorted by trip, then start. */
  readonly frequencies: readonly FeedFrequency[];
}

export interface FeedStops {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  /** Degrees; NaN if unknown. */
  readonly lat: Float64Array;
  readonly lon: Float64Array;
}

export interface FeedRoutes {
  readonly ids: readonly string[];
  /** What people call the line: the short name, else the long one, else the id. */
  readonly names: readonly string[];
  /** GTFS route_type, also the extended ones: 3 bus, 1 metro, 2 train … */
  readonly types: Uint16Array;
}

export interface FeedTrips {
  readonly ids: readonly string[];
  readonly route: Uint32Array;
  /** Number of the service; `NO_SERVICE` where neither calendar nor calendar_dates has it: the trip never runs. */
  readonly service: Uint32Array;
  /** 0 or 1, 2 if the feed does not say. */
  readonly direction: Uint8Array;
  /** Number in `blocks`, 0 for none: trips of one block on one service day are run by one vehicle. */
  readonly block: Uint32Array;
  readonly blocks: readonly string[];
}

export const NO_SERVICE = 0xffffffff;
/** In `arrival` and `departure` of a feed as it was read: not given. Expansion puts times between the calls that have some. */
export const NO_TIME = -1;

/** Calls at stops, grouped by trip in the order of stop_sequence: those of trip t are `offsets[t]..offsets[t + 1]`. */
export interface FeedCalls {
  readonly offsets: Uint32Array;
  readonly stop: Uint32Array;
  readonly sequence: Uint32Array;
  readonly arrival: Int32Array;
  readonly departure: Int32Array;
}

/** Days are days since 1970-01-01. A service runs on a day that `added` has, or on one of its weekdays in `first..last` that `removed` has not. */
export interface FeedService {
  readonly id: string;
  /** Bit 0: Monday … bit 6: Sunday. */
  readonly weekdays: number;
  readonly firstDay: number;
  /** The last day, inclusive. */
  readonly lastDay: number;
  readonly added: ReadonlySet<number>;
  readonly removed: ReadonlySet<number>;
}

/** Departures of a trip every `headwaySec` from `startSec` on, before `endSec`: seconds after the start of the service day. */
export interface FeedFrequency {
  readonly trip: number;
  readonly startSec: number;
  readonly endSec: number;
  readonly headwaySec: number;
  /** false: the times are no promise, only how often something comes. */
  readonly isExact: boolean;
}
