/** The runs of a timetable, asked by what a vehicle may say or show of the one it is on: the trip, the vehicle itself, the line, or only where it is. */
import { EARTH_RADIUS_M } from '../../../core/geo.js';
import { DAY_SEC, dayNumber } from '../../../core/zone.js';
import type { Dictionaries } from '../../../model/tables.js';
import type { Timetable } from '../../../model/timetable.js';
import { OFF_ROUTE_M, RunPath } from './run-path.js';
import type { Track } from './vehicle-tracks.js';

/** A run of a trip. */
export interface TripRun {
  readonly run: number;
  /** Service day, in days since 1970-01-01, and departure in seconds after its start; NaN where the run id names none. */
  readonly day: number;
  readonly clock: number;
}

/** Seconds by which a run that is only guessed may be early or late. */
const EARLY_SEC = 900;
const LATE_SEC = 1800;
/** Ways that most pings of a vehicle are near to: the others are not tried. */
const MOST_WAYS = 20;
const CELL_M = 2 * OFF_ROUTE_M;

/** Runs sorted by start. */
interface RunList {
  readonly runs: readonly number[];
  readonly starts: readonly number[];
  readonly longestSec: number;
}

export class ScheduledRuns {
  readonly #timetable: Timetable;
  readonly #ids: Pick<Dictionaries, 'run'>;
  readonly #ofVehicle: ReadonlyMap<number, RunList>;
  readonly #ofLine: ReadonlyMap<number, RunList>;
  readonly #paths = new Map<number, RunPath>();
  #ofTrip: ReadonlyMap<string, readonly TripRun[]> | undefined;
  #ways: Ways | undefined;

  constructor(timetable: Timetable, ids: Pick<Dictionaries, 'run'>) {
    this.#timetable = timetable;
    this.#ids = ids;
    const runs = Array.from({ length: timetable.runCount }, (_, run) => run);
    this.#ofVehicle = listsBy(timetable, runs, (run) => timetable.vehicle.data[run]!);
    this.#ofLine = listsBy(timetable, runs, (run) => timetable.line.data[run]!);
  }

  /** The way of a run. */
  pathOf(run: number): RunPath {
    const journey = this.#timetable.journey.data[run]!;
    let path = this.#paths.get(journey);
    if (!path) this.#paths.set(journey, (path = new RunPath(this.#timetable, journey)));
    return path;
  }

  /** What the scheduled seconds of a run count from. */
  baseSec(run: number): number {
    return this.#timetable.base.data[run]!;
  }

  /** Runs whose id is that of the trip, alone or followed by `@yyyyMMdd` or `@yyyyMMdd@HH:MM:SS`; none if it is unknown. */
  ofTrip(trip: number): readonly TripRun[] {
    this.#ofTrip ??= this.#byTrip();
    return this.#ofTrip.get(this.#ids.run.text(trip)) ?? [];
  }

  /** Runs that the timetable gives to a vehicle, and that may be under way at some time of `loSec..hiSec`. */
  ofVehicle(vehicle: number, loSec: number, hiSec: number): number[] {
    return this.#active(this.#ofVehicle.get(vehicle), loSec, hiSec);
  }

  /** Runs of a line. */
  ofLine(line: number, loSec: number, hiSec: number): number[] {
    return this.#active(this.#ofLine.get(line), loSec, hiSec);
  }

  /** Runs of those ways that most of the pings are near to. */
  near(track: Track, pings: readonly number[]): number[] {
    this.#ways ??= new Ways(this.#timetable);
    const [loSec, hiSec] = [track.sec[pings[0]!]!, track.sec[pings.at(-1)!]!];
    return this.#ways.near(track, pings).flatMap((list) => this.#active(list, loSec, hiSec));
  }

  /** Of some runs, those that may be under way. */
  active(runs: readonly number[], loSec: number, hiSec: number): number[] {
    return runs.filter((run) => {
      const [fromSec, toSec] = this.spanOf(run);
      return fromSec <= hiSec && toSec >= loSec;
    });
  }

  /** When a vehicle may be on a run that is only guessed. */
  spanOf(run: number): readonly [fromSec: number, toSec: number] {
    const { base, callDeparture } = this.#timetable;
    const departsSec = base.data[run]! + callDeparture.data[this.#timetable.firstCall(run)]!;
    return [departsSec - EARLY_SEC, this.#timetable.endSec(run) + LATE_SEC];
  }

  #active(list: RunList | undefined, loSec: number, hiSec: number): number[] {
    if (!list) return [];
    // A run that stands long at its first stop begins long before it leaves: it lies within the longest.
    const lo = firstAt(list.starts, loSec - LATE_SEC - list.longestSec);
    const hi = firstAt(list.starts, hiSec + EARLY_SEC + 1);
    return this.active(list.runs.slice(lo, hi), loSec, hiSec);
  }

  #byTrip(): Map<string, TripRun[]> {
    const byTrip = new Map<string, TripRun[]>();
    const { runCount, runId } = this.#timetable;
    const add = (trip: string, run: TripRun): void => {
      const known = byTrip.get(trip);
      if (known) known.push(run);
      else byTrip.set(trip, [run]);
    };
    for (let run = 0; run < runCount; run++) {
      const id = this.#ids.run.text(runId.data[run]!);
      const [, trip, year, month, date, hours, minutes, seconds] = /^(.*)@(\d{4})(\d\d)(\d\d)(?:@(\d+):(\d\d):(\d\d))?$/s.exec(id) ?? [];
      const day = trip === undefined ? Number.NaN : dayNumber(Number(year), Number(month), Number(date));
      const clock = hours === undefined ? Number.NaN : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
      add(id, { run, day, clock });
      if (trip !== undefined && !Number.isNaN(day)) add(trip, { run, day, clock });
    }
    return byTrip;
  }
}

/** Runs of all journeys that call at the same stops in the same order, found by the squares that their way crosses. */
class Ways {
  readonly #lists: readonly RunList[];
  readonly #inCell = new Map<string, Set<number>>();
  readonly #nearCell = new Map<string, ReadonlySet<number>>();

  constructor(timetable: Timetable) {
    const { journey, offsets, callStop, stopAt, runCount } = timetable;
    const stopsOf = new Map<number, string>();
    const keyOf = (run: number): string => {
      const of = journey.data[run]!;
      let key = stopsOf.get(of);
      if (key === undefined) stopsOf.set(of, (key = callStop.data.slice(offsets.data[of], offsets.data[of + 1]).join()));
      return key;
    };
    const runs = Array.from({ length: runCount }, (_, run) => run);
    this.#lists = [...listsBy(timetable, runs, keyOf).values()];
    for (const [way, list] of this.#lists.entries()) {
      const of = journey.data[list.runs[0]!]!;
      const stops = Array.from(callStop.data.subarray(offsets.data[of], offsets.data[of + 1])).filter((stop) => stopAt.isKnown(stop));
      for (let i = 1; i < stops.length; i++) {
        const steps = Math.max(1, Math.ceil(stopAt.distanceM(stops[i - 1]!, stops[i]!) / OFF_ROUTE_M));
        for (let step = 0; step <= steps; step++) {
          const [x, y, z] = [0, 1, 2].map(
            (axis) => (stopAt.xyz[stops[i - 1]! * 3 + axis]! * (steps - step) + stopAt.xyz[stops[i]! * 3 + axis]! * step) / steps,
          );
          const lift = EARTH_RADIUS_M / Math.hypot(x!, y!, z!);
          const cell = cellOf(x! * lift, y! * lift, z! * lift).join();
          const ways = this.#inCell.get(cell);
          if (ways) ways.add(way);
          else this.#inCell.set(cell, new Set([way]));
        }
      }
    }
  }

  /** Of the ways near to at least one ping those that are near to most. */
  near({ xyz }: Track, pings: readonly number[]): RunList[] {
    const counts = new Map<number, number>();
    for (const ping of pings) {
      for (const way of this.#around(cellOf(xyz[ping * 3]!, xyz[ping * 3 + 1]!, xyz[ping * 3 + 2]!))) counts.set(way, (counts.get(way) ?? 0) + 1);
    }
    const best = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_WAYS);
    return best.map(([way]) => this.#lists[way]!);
  }

  /** Ways that cross a cell or one beside it. */
  #around([i, j, k]: Cell): ReadonlySet<number> {
    const key = `${i},${j},${k}`;
    let ways = this.#nearCell.get(key);
    if (!ways) {
      const cells = BESIDE.flatMap((a) => BESIDE.flatMap((b) => BESIDE.map((c) => [i + a, j + b, k + c].join())));
      this.#nearCell.set(key, (ways = new Set(cells.flatMap((cell) => [...(this.#inCell.get(cell) ?? [])]))));
    }
    return ways;
  }
}

type Cell = readonly [number, number, number];
const BESIDE = [-1, 0, 1];

/** The cube of space that a point lies in. */
const cellOf = (x: number, y: number, z: number): Cell => [Math.floor(x / CELL_M), Math.floor(y / CELL_M), Math.floor(z / CELL_M)];

function listsBy<Key>(timetable: Timetable, runs: readonly number[], keyOf: (run: number) => Key): Map<Key, RunList> {
  const groups = new Map<Key, number[]>();
  for (const run of runs) {
    const key = keyOf(run);
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  const lists = new Map<Key, RunList>();
  for (const [key, group] of groups) {
    group.sort((a, b) => timetable.startSec(a) - timetable.startSec(b) || a - b);
    const longestSec = group.reduce((longest, run) => Math.max(longest, timetable.endSec(run) - timetable.startSec(run)), 0);
    lists.set(key, { runs: group, starts: group.map((run) => timetable.startSec(run)), longestSec });
  }
  return lists;
}

/** Position of the first value at or after `sec`. */
function firstAt(ascending: readonly number[], sec: number): number {
  let lo = 0;
  let hi = ascending.length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (ascending[middle]! < sec) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

/** Seconds between two spans of time, 0 if they meet. */
export const gapSec = (loA: number, hiA: number, loB: number, hiB: number): number => Math.max(0, loA - hiB, loB - hiA);
/** Further from a run's time the trip that a vehicle names is another day's, or none of this timetable. */
export const OTHER_DAY_SEC: number = DAY_SEC / 2;
