/**
 * Which run someone boarded, and at which of its calls, as far as one scan can tell: candidates with what speaks against each. A code may hang in a
 * vehicle whose runs are listed; it may be the code of a line, the same in all its vehicles; or nothing may be known but where it was scanned.
 */
import { SpherePoints } from '../../core/sphere-points.js';
import type { Places } from '../../model/place.js';
import type { Timetable } from '../../model/timetable.js';
import { BOARDING_SEC, type Runs } from '../segment-runs.js';

/** A scan so long before the arrival at a stop, or twice as long after the departure from it, is half as likely as one while the doors are open. */
export const HALF_LIFE_SEC = 40;
/** Someone who scans at a place without a run may board what calls so near … */
const NEAR_M = 150;
/** … until so long after the scan. */
const WAIT_SEC = 600;
/** A vehicle that goes on as another run so soon, from where it came, keeps those aboard who want to stay. */
const GOES_ON_SEC = 900;
/** Candidates that fit so much worse than the best are left out, in seconds. */
const HOPELESS_SEC = 600;

/** What a place is to a rider. */
export type RideKind = typeof NO_RIDE | typeof OF_VEHICLE | typeof OF_LINE | typeof AT_POSITION;
export const NO_RIDE = 0;
/** Runs of the vehicle are listed and their calls known. */
export const OF_VEHICLE = 1;
/** A vehicle without listed runs: some run of its line. */
export const OF_LINE = 2;
/** A vehicle of no known line, with coordinates: some run that calls nearby. */
export const AT_POSITION = 3;

/** Runs sorted by start: `latestEnd[i]` is the latest end of runs 0..i. */
interface RunList {
  readonly runs: Uint32Array;
  readonly starts: Uint32Array;
  readonly latestEnd: Uint32Array;
}

const NO_RUNS: RunList = { runs: new Uint32Array(0), starts: new Uint32Array(0), latestEnd: new Uint32Array(0) };

export class Boarding {
  /** The candidates that `find` found, best first only by `costs`: number of the run, its call, seconds off the time at which one would scan. */
  readonly runs: number[] = [];
  readonly calls: number[] = [];
  readonly costs: number[] = [];
  readonly timetable: Timetable;
  readonly #places: Places;
  readonly #ofVehicle = new Map<number, RunList>();
  readonly #ofLine = new Map<number, RunList>();
  readonly #kinds: Uint8Array;
  #atStops: StopVisits | undefined;
  readonly #nearStops = new Map<number, readonly number[]>();

  /** `placeCount`: places have ids below it. */
  constructor(timetable: Timetable, runs: Runs, places: Places, placeCount: number) {
    this.timetable = timetable;
    this.#places = places;
    const all = Uint32Array.from({ length: timetable.runCount }, (_, run) => run);
    for (const [vehicle, of] of groupBy(all, timetable.vehicle.data)) this.#ofVehicle.set(vehicle, listOf(of, timetable));
    for (const [line, of] of groupBy(all, timetable.line.data)) if (line !== 0) this.#ofLine.set(line, listOf(of, timetable));
    this.#kinds = new Uint8Array(placeCount);
    for (let place = 0; place < placeCount; place++) this.#kinds[place] = this.#kindOf(place, runs);
  }

  #kindOf(place: number, runs: Runs): RideKind {
    if (this.#ofVehicle.has(place)) return OF_VEHICLE;
    if (!this.#places.isVehicle(place) || runs.isListed(place)) return NO_RIDE;
    const { line, lat } = this.#places.get(place);
    if (line !== 0 && this.#ofLine.has(line)) return OF_LINE;
    return Number.isNaN(lat) || this.timetable.runCount === 0 ? NO_RIDE : AT_POSITION;
  }

  kindOf(place: number): RideKind {
    return this.#kinds[place]! as RideKind;
  }

  /** Finds the runs that a scan may belong to; `namedRun` is the number of the run that it names, negative if none. Returns how many. */
  find(place: number, sec: number, namedRun: number): number {
    this.runs.length = this.calls.length = this.costs.length = 0;
    if (namedRun >= 0) this.#add(namedRun, sec);
    else {
      const kind = this.kindOf(place);
      if (kind === OF_VEHICLE) this.#addActive(this.#ofVehicle.get(place)!, sec);
      else if (kind === OF_LINE) this.#addActive(this.#ofLine.get(this.#places.get(place).line)!, sec);
      else if (kind === AT_POSITION) this.#addNearby(place, sec);
    }
    return this.runs.length;
  }

  /** The run as which the vehicle of a run goes on from where that one ends; negative if none. */
  runAfter(run: number): number {
    const { timetable } = this;
    const { runs, starts } = this.#ofVehicle.get(timetable.vehicle.data[run]!)!;
    const endSec = timetable.endSec(run);
    const next = runs[firstAfter(starts, endSec - 1)];
    if (next === undefined || timetable.startSec(next) > endSec + GOES_ON_SEC) return -1;
    const { offsets, journey, callStop, stopAt } = timetable;
    const last = callStop.data[offsets.data[journey.data[run]! + 1]! - 1]!;
    const first = callStop.data[offsets.data[journey.data[next]!]!]!;
    return last === first || stopAt.distanceM(last, first) <= NEAR_M ? next : -1;
  }

  #addActive({ runs, starts, latestEnd }: RunList, sec: number): void {
    for (let i = firstAfter(starts, sec + BOARDING_SEC) - 1; i >= 0 && latestEnd[i]! > sec; i--) {
      if (this.timetable.endSec(runs[i]!) > sec) this.#add(runs[i]!, sec);
    }
  }

  #add(run: number, sec: number): void {
    const call = callAt(this.timetable, run, sec);
    this.#keep(run, call, offTime(this.timetable, run, call, sec));
  }

  /** The next calls of all runs at the stops near a place. */
  #addNearby(place: number, sec: number): void {
    const { base, callDeparture } = this.timetable;
    this.#atStops ??= new StopVisits(this.timetable);
    for (const stop of this.#stopsNear(place)) {
      for (const { call, runs, bases } of this.#atStops.of(stop)) {
        const departs = callDeparture.data[call]!;
        for (let i = firstAfter(bases, sec - departs - 1); i < runs.length && bases[i]! + departs <= sec + WAIT_SEC; i++) {
          this.#keep(runs[i]!, call, (base.data[runs[i]!]! + departs - sec) / 4);
        }
      }
    }
  }

  #stopsNear(place: number): readonly number[] {
    const known = this.#nearStops.get(place);
    if (known) return known;
    const { lat, lon } = this.#places.get(place);
    const here = new SpherePoints();
    here.push(lat, lon);
    const [x, y, z] = here.xyz;
    const { stopAt, stopCount } = this.timetable;
    const near = Array.from({ length: stopCount }, (_, stop) => stop).filter((stop) => stopAt.distanceToM(stop, x!, y!, z!) <= NEAR_M);
    this.#nearStops.set(place, near);
    return near;
  }

  #keep(run: number, call: number, cost: number): void {
    if (cost > HOPELESS_SEC) return;
    this.runs.push(run);
    this.calls.push(call);
    this.costs.push(cost);
  }
}

/** The call at which a scan at an instant boards, as a position in the timetable's calls: the nearest in time by `offTime`; never the last. */
export function callAt(timetable: Timetable, run: number, sec: number): number {
  const journey = timetable.journey.data[run]!;
  const lo = timetable.offsets.data[journey]!;
  const last = timetable.offsets.data[journey + 1]! - 1;
  const departures = timetable.callDeparture.data;
  const since = sec - timetable.base.data[run]!;
  let from = lo;
  let to = Math.max(lo, last - 1);
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (departures[middle]! >= since) to = middle;
    else from = middle + 1;
  }
  return from > lo && offTime(timetable, run, from - 1, sec) < offTime(timetable, run, from, sec) ? from - 1 : from;
}

/** How far a scan is from when one would scan at a call: seconds before the arrival, half those after the departure. At the first stop people board early. */
export function offTime(timetable: Timetable, run: number, call: number, sec: number): number {
  const since = sec - timetable.base.data[run]!;
  const isFirst = call === timetable.offsets.data[timetable.journey.data[run]!]!;
  const arrival = timetable.callArrival.data[call]! - (isFirst ? BOARDING_SEC : 0);
  if (since < arrival) return arrival - since;
  const departure = timetable.callDeparture.data[call]!;
  return since > departure ? (since - departure) / 2 : 0;
}

/** Which journeys call at a stop, with their runs by base. */
class StopVisits {
  readonly #of = new Map<number, { call: number; runs: Uint32Array; bases: Uint32Array }[]>();

  constructor(timetable: Timetable) {
    const all = Uint32Array.from({ length: timetable.runCount }, (_, run) => run);
    for (const [journey, runs] of groupBy(all, timetable.journey.data)) {
      runs.sort((a, b) => timetable.base.data[a]! - timetable.base.data[b]!);
      const bases = runs.map((run) => timetable.base.data[run]!);
      const last = timetable.offsets.data[journey + 1]! - 1;
      for (let call = timetable.offsets.data[journey]!; call < last; call++) {
        const stop = timetable.callStop.data[call]!;
        const visits = this.#of.get(stop);
        if (visits) visits.push({ call, runs, bases });
        else this.#of.set(stop, [{ call, runs, bases }]);
      }
    }
  }

  of(stop: number): readonly { readonly call: number; readonly runs: Uint32Array; readonly bases: Uint32Array }[] {
    return this.#of.get(stop) ?? [];
  }
}

function groupBy(runs: Uint32Array, key: Uint32Array): Map<number, Uint32Array> {
  const lists = new Map<number, number[]>();
  for (const run of runs) {
    const list = lists.get(key[run]!);
    if (list) list.push(run);
    else lists.set(key[run]!, [run]);
  }
  return new Map([...lists].map(([of, list]) => [of, Uint32Array.from(list)]));
}

/** Sorted by start, then by run number: the order in which they were added. */
function listOf(runs: Uint32Array, timetable: Timetable): RunList {
  if (runs.length === 0) return NO_RUNS;
  const sorted = runs.slice().sort((a, b) => timetable.startSec(a) - timetable.startSec(b) || a - b);
  let latest = 0;
  return {
    runs: sorted,
    starts: sorted.map((run) => timetable.startSec(run)),
    latestEnd: sorted.map((run) => (latest = Math.max(latest, timetable.endSec(run)))),
  };
}

/** Position of the first value above `sec`. */
function firstAfter(values: Uint32Array, sec: number): number {
  let lo = 0;
  let hi = values.length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (values[middle]! <= sec) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}
