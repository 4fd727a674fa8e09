/**
 * Which run someone boarded, and at which of its calls, as far as one scan can tell: candidates with what speaks against each. A code may hang in a
 * vehicle whose runs are listed; it may be the code of a line, the same in all its vehicles; or nothing may be known but where it was scanned.
 */
import { countingSort } from '../../../core/columns.js';
import { SpherePoints } from '../../../core/sphere-points.js';
import type { Places } from '../../../model/place.js';
import type { Timetable } from '../../../model/timetable.js';
import { BOARDING_SEC, type Runs } from '../../segment-runs.js';

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
/** Candidates that there is room for at first. */
const FIRST_CANDIDATES = 64;

/** What a place is to a rider. */
export type RideKind = typeof NO_RIDE | typeof OF_VEHICLE | typeof OF_LINE | typeof AT_POSITION;
export const NO_RIDE = 0;
/** Runs of the vehicle are listed and their calls known. */
export const OF_VEHICLE = 1;
/** A vehicle without listed runs: some run of its line. */
export const OF_LINE = 2;
/** A vehicle of no known line, with coordinates: some run that calls nearby. */
export const AT_POSITION = 3;

export class Boarding {
  /** The candidates that `find` found, in no order: number of the run, its call, seconds off the time at which one would scan. */
  count = 0;
  runs: Uint32Array = new Uint32Array(FIRST_CANDIDATES);
  calls: Uint32Array = new Uint32Array(FIRST_CANDIDATES);
  costs: Float64Array = new Float64Array(FIRST_CANDIDATES);
  readonly timetable: Timetable;
  readonly #places: Places;
  readonly #ofVehicle: RunLists;
  readonly #ofLine: RunLists;
  readonly #kinds: Uint8Array;
  #atStops: StopVisits | undefined;
  readonly #nearStops = new Map<number, readonly number[]>();

  /** `placeCount`: places have ids below it. */
  constructor(timetable: Timetable, runs: Runs, places: Places, placeCount: number) {
    this.timetable = timetable;
    this.#places = places;
    this.#ofVehicle = new RunLists(timetable, timetable.vehicle.data);
    this.#ofLine = new RunLists(timetable, timetable.line.data);
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
    this.count = 0;
    if (namedRun >= 0) this.#add(namedRun, sec);
    else {
      const kind = this.kindOf(place);
      if (kind === OF_VEHICLE) this.#addActive(this.#ofVehicle, place, sec);
      else if (kind === OF_LINE) this.#addActive(this.#ofLine, this.#places.get(place).line, sec);
      else if (kind === AT_POSITION) this.#addNearby(place, sec);
    }
    return this.count;
  }

  /** The run as which the vehicle of a run goes on from where that one ends; negative if none. */
  runAfter(run: number): number {
    const { timetable } = this;
    const { runs, starts, offsets: lists } = this.#ofVehicle;
    const vehicle = timetable.vehicle.data[run]!;
    const endSec = timetable.endSec(run);
    const at = firstAfter(starts, lists[vehicle]!, lists[vehicle + 1]!, endSec - 1);
    if (at === lists[vehicle + 1] || starts[at]! > endSec + GOES_ON_SEC) return -1;
    const next = runs[at]!;
    const { offsets, journey, callStop, stopAt } = timetable;
    const last = callStop.data[offsets.data[journey.data[run]! + 1]! - 1]!;
    const first = callStop.data[offsets.data[journey.data[next]!]!]!;
    return last === first || stopAt.distanceM(last, first) <= NEAR_M ? next : -1;
  }

  #addActive({ offsets, runs, starts, ends, latestEnd }: RunLists, key: number, sec: number): void {
    const lo = offsets[key]!;
    for (let i = firstAfter(starts, lo, offsets[key + 1]!, sec + BOARDING_SEC) - 1; i >= lo && latestEnd[i]! > sec; i--) {
      if (ends[i]! > sec) this.#add(runs[i]!, sec);
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
        for (let i = firstAfter(bases, 0, bases.length, sec - departs - 1); i < runs.length && bases[i]! + departs <= sec + WAIT_SEC; i++) {
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
    if (this.count === this.runs.length) this.#grow();
    this.runs[this.count] = run;
    this.calls[this.count] = call;
    this.costs[this.count++] = cost;
  }

  #grow(): void {
    const { runs, calls, costs } = this;
    this.runs = new Uint32Array(runs.length * 2);
    this.calls = new Uint32Array(runs.length * 2);
    this.costs = new Float64Array(runs.length * 2);
    this.runs.set(runs);
    this.calls.set(calls);
    this.costs.set(costs);
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

/**
 * Runs by a key (a vehicle, a line), side by side: those of key k are `offsets[k]..offsets[k + 1]`, sorted by start, then by number: the order in which
 * they were added. `latestEnd[i]` is the latest end of the runs of that key up to i.
 */
class RunLists {
  readonly offsets: Uint32Array;
  readonly runs: Uint32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly latestEnd: Uint32Array;

  constructor(timetable: Timetable, keyOf: Uint32Array) {
    const count = timetable.runCount;
    let keys = 0;
    for (let run = 0; run < count; run++) keys = Math.max(keys, keyOf[run]! + 1);
    const starts = Uint32Array.from({ length: count }, (_, run) => timetable.startSec(run));
    const byKey = countingSort(count, keys, (run) => keyOf[run]!);
    this.offsets = byKey.offsets;
    this.runs = byKey.rows;
    for (let key = 0; key < keys; key++) this.runs.subarray(this.offsets[key], this.offsets[key + 1]).sort((a, b) => starts[a]! - starts[b]! || a - b);
    this.starts = this.runs.map((run) => starts[run]!);
    this.ends = this.runs.map((run) => timetable.endSec(run));
    this.latestEnd = this.ends.slice();
    for (let key = 0; key < keys; key++) {
      for (let i = this.offsets[key]! + 1; i < this.offsets[key + 1]!; i++) this.latestEnd[i] = Math.max(this.latestEnd[i]!, this.latestEnd[i - 1]!);
    }
  }

  has(key: number): boolean {
    return key + 1 < this.offsets.length && this.offsets[key]! < this.offsets[key + 1]!;
  }
}

/** Position in `lo..hi` of the first value above `sec`; `hi` if there is none. */
function firstAfter(values: Uint32Array, lo: number, hi: number, sec: number): number {
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (values[middle]! <= sec) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}
