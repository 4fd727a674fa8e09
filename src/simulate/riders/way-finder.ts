/** How someone gets from one place to another by a timetable: on one run, on the run as which its vehicle goes on, or with one change. */
import { SpherePoints } from '../../core/sphere-points.js';
import type { Timetable } from '../../model/timetable.js';

/** A ride from a call of a run to a later one: positions in the calls of the timetable. */
export interface Leg {
  readonly run: number;
  readonly from: number;
  readonly to: number;
  /** Rides on with the vehicle of the leg before, without getting off. */
  readonly isThrough: boolean;
}

/** A stop and how far it is to walk. */
export interface NearStop {
  readonly stop: number;
  readonly walkM: number;
}

/** Journeys that call at a stop: position of the call. */
interface Visit {
  readonly journey: number;
  readonly call: number;
}

/** Nobody waits longer for a run. */
const MOST_WAIT_SEC = 3600;
const CHANGE_M = 250;
const CHANGE_SEC = 60;
/** A minute on foot weighs as much as this many aboard. */
const WALK_WEIGHT = 1.5;

export class WayFinder {
  readonly timetable: Timetable;
  readonly #nextRun: Int32Array;
  /** Runs of each journey by base. */
  readonly #runs: Uint32Array[];
  readonly #bases: Uint32Array[];
  readonly #visits: Visit[][];
  readonly #changes: (readonly NearStop[])[] = [];
  /** By stop, of the search in hand: metres from it to the goal; NaN if it is not near. */
  readonly #toGoalM: Float64Array;
  #bestCost = 0;
  #best: readonly Leg[] = [];

  /** `nextRun`: by run, that as which the vehicle goes on; negative if none. */
  constructor(timetable: Timetable, nextRun: Int32Array) {
    this.timetable = timetable;
    this.#nextRun = nextRun;
    const { offsets, callStop, stopCount, journey, base } = timetable;
    const journeys = offsets.length - 1;
    const lists: number[][] = Array.from({ length: journeys }, () => []);
    for (let run = 0; run < timetable.runCount; run++) lists[journey.data[run]!]!.push(run);
    for (const list of lists) list.sort((a, b) => base.data[a]! - base.data[b]! || a - b);
    this.#runs = lists.map((list) => Uint32Array.from(list));
    this.#bases = this.#runs.map((list) => list.map((run) => base.data[run]!));
    this.#visits = Array.from({ length: stopCount }, () => []);
    for (let of = 0; of < journeys; of++) {
      if (lists[of]!.length === 0) continue;
      for (let call = offsets.data[of]!; call < offsets.data[of + 1]!; call++) this.#visits[callStop.data[call]!]!.push({ journey: of, call });
    }
    this.#toGoalM = new Float64Array(stopCount).fill(Number.NaN);
  }

  /** Calls of journeys at a stop, but those at which journeys end. */
  boardings(stop: number): readonly Visit[] {
    return this.#visits[stop]!.filter(({ journey, call }) => call + 1 < this.timetable.offsets.data[journey + 1]!);
  }

  /** Stops within so many metres of a point, nearest first, at most `most`. */
  near(x: number, y: number, z: number, radiusM: number, most: number): NearStop[] {
    const found: NearStop[] = [];
    const { stopAt, stopCount } = this.timetable;
    for (let stop = 0; stop < stopCount; stop++) {
      const walkM = stopAt.distanceToM(stop, x, y, z);
      if (walkM <= radiusM && this.#visits[stop]!.length > 0) found.push({ stop, walkM });
    }
    return found.sort((a, b) => a.walkM - b.walkM || a.stop - b.stop).slice(0, most);
  }

  /** Stops at which one may change from a run that calls at a stop. */
  changesAt(stop: number): readonly NearStop[] {
    const { xyz } = this.timetable.stopAt;
    return (this.#changes[stop] ??= this.near(xyz[stop * 3]!, xyz[stop * 3 + 1]!, xyz[stop * 3 + 2]!, CHANGE_M, 12));
  }

  /** The run of a journey that leaves a call first at or after an instant; negative if none does within an hour. */
  nextAt(journey: number, call: number, sec: number): number {
    const bases = this.#bases[journey]!;
    const leaves = this.timetable.callDeparture.data[call]!;
    let lo = 0;
    let hi = bases.length;
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if (bases[middle]! + leaves < sec) lo = middle + 1;
      else hi = middle;
    }
    return lo < bases.length && bases[lo]! + leaves <= sec + MOST_WAIT_SEC ? this.#runs[journey]![lo]! : -1;
  }

  /**
   * The way on which someone who sets out at `sec` with `speed` in m/s is there soonest, a walk weighing more than a ride. No legs: there is none.
   * @param mayChange - whether to look for a change where no single run leads there.
   */
  find(from: readonly NearStop[], to: readonly NearStop[], sec: number, speed: number, mayChange: boolean): readonly Leg[] {
    for (const { stop, walkM } of to) this.#toGoalM[stop] = walkM;
    this.#best = [];
    this.#bestCost = Number.POSITIVE_INFINITY;
    for (const { stop, walkM } of from) {
      const walkSec = walkM / speed;
      for (const { journey, call } of this.#visits[stop]!) {
        const run = this.nextAt(journey, call, sec + walkSec);
        if (run >= 0) this.#ride(run, call, walkSec * (WALK_WEIGHT - 1), speed, []);
      }
    }
    if (this.#best.length === 0 && mayChange) this.#change(from, sec, speed);
    for (const { stop } of to) this.#toGoalM[stop] = Number.NaN;
    return this.#best;
  }

  /** Rides from a call on and takes down the best call to get off, or to stay aboard while the vehicle goes on. */
  #ride(run: number, from: number, spentSec: number, speed: number, before: readonly Leg[]): void {
    const { offsets, journey, callArrival, callStop, base } = this.timetable;
    const hi = offsets.data[journey.data[run]! + 1]!;
    const baseSec = base.data[run]!;
    for (let to = from + 1; to < hi; to++) {
      const cost = baseSec + callArrival.data[to]! + spentSec + (this.#toGoalM[callStop.data[to]!]! * WALK_WEIGHT) / speed;
      if (cost < this.#bestCost) {
        this.#bestCost = cost;
        this.#best = [...before, { run, from, to, isThrough: false }];
      }
    }
    const further = this.#nextRun[run]!;
    if (further < 0 || from + 1 >= hi) return;
    const first = offsets.data[journey.data[further]!]!;
    for (let to = first + 1; to < offsets.data[journey.data[further]! + 1]!; to++) {
      const cost = base.data[further]! + callArrival.data[to]! + spentSec + (this.#toGoalM[callStop.data[to]!]! * WALK_WEIGHT) / speed;
      if (cost < this.#bestCost) {
        this.#bestCost = cost;
        this.#best = [...before, { run, from, to: hi - 1, isThrough: false }, { run: further, from: first, to, isThrough: true }];
      }
    }
  }

  #change(from: readonly NearStop[], sec: number, speed: number): void {
    const { offsets, callArrival, callStop, base } = this.timetable;
    for (const { stop, walkM } of from) {
      for (const { journey, call } of this.#visits[stop]!) {
        const run = this.nextAt(journey, call, sec + walkM / speed);
        if (run < 0) continue;
        for (let to = call + 1; to < offsets.data[journey + 1]!; to++) {
          const arrivalSec = base.data[run]! + callArrival.data[to]!;
          if (arrivalSec >= this.#bestCost) break;
          for (const change of this.changesAt(callStop.data[to]!)) {
            for (const other of this.#visits[change.stop]!) {
              if (other.journey === journey || !this.#leadsThere(other)) continue;
              const second = this.nextAt(other.journey, other.call, arrivalSec + change.walkM / speed + CHANGE_SEC);
              if (second >= 0) this.#ride(second, other.call, (change.walkM / speed) * (WALK_WEIGHT - 1), speed, [{ run, from: call, to, isThrough: false }]);
            }
          }
        }
      }
    }
  }

  #leadsThere({ journey, call }: Visit): boolean {
    const { offsets, callStop } = this.timetable;
    for (let to = call + 1; to < offsets.data[journey + 1]!; to++) if (!Number.isNaN(this.#toGoalM[callStop.data[to]!]!)) return true;
    return false;
  }
}

/** A point so many metres from another, in a direction given in radians from north; degrees. */
export function pointAway(lat: number, lon: number, metres: number, direction: number): { readonly lat: number; readonly lon: number } {
  const perDegree = 111_195;
  return {
    lat: lat + (metres * Math.cos(direction)) / perDegree,
    lon: lon + (metres * Math.sin(direction)) / (perDegree * Math.cos((lat * Math.PI) / 180)),
  };
}

/** x, y, z of a point given in degrees. */
export function sphereOf(lat: number, lon: number): readonly [number, number, number] {
  const points = new SpherePoints();
  points.push(lat, lon);
  return [points.xyz[0]!, points.xyz[1]!, points.xyz[2]!];
}

/** Degrees of a stop. */
export function degreesOf(points: SpherePoints, stop: number): { readonly lat: number; readonly lon: number } {
  const [x, y, z] = [points.xyz[stop * 3]!, points.xyz[stop * 3 + 1]!, points.xyz[stop * 3 + 2]!];
  return { lat: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI, lon: (Math.atan2(y, x) * 180) / Math.PI };
}
