/**
 * Which run calls at which stop and when, as columns. Runs with the same times share a journey: a list of calls whose times count from the run's base.
 * Invariants: a journey has at least one call; no call departs before it arrives, or arrives before the one before it departs. Stops, journeys and runs
 * are dense numbers; ids of stops and lines lie in the dictionary of texts, those of runs and vehicles in theirs.
 */
import { U32Column, U8Column } from '../core/columns.js';
import { SpherePoints } from '../core/sphere-points.js';

/** A call at a stop; times in seconds on any clock that the caller of `addJourney` chooses. */
export interface Call {
  readonly stop: number;
  readonly arrivalSec: number;
  readonly departureSec: number;
}

export interface TimedRun {
  /** Dense ids of a place and of a run. */
  readonly vehicle: number;
  readonly runId: number;
  /** Dense id of a text, 0 for none. */
  readonly line: number;
  readonly journey: number;
  /** What the times of the journey are added to: seconds since 1970. */
  readonly baseSec: number;
  /** 0 or 1; 2: unknown. @defaultValue 2 */
  readonly direction?: number;
}

/** 2: nobody says which way a run goes. */
export const NO_DIRECTION = 2;
const NONE = -1;

/** Built run by run, then asked. */
export class Timetable {
  /** By stop: its id, and where it is. */
  readonly stopText: U32Column = new U32Column();
  readonly stopAt: SpherePoints = new SpherePoints();
  /** The calls of journey j are `offsets.data[j]..offsets.data[j + 1]`. */
  readonly offsets: U32Column = new U32Column();
  readonly callStop: U32Column = new U32Column();
  readonly callArrival: U32Column = new U32Column();
  readonly callDeparture: U32Column = new U32Column();
  /** By run. */
  readonly vehicle: U32Column = new U32Column();
  readonly runId: U32Column = new U32Column();
  readonly line: U32Column = new U32Column();
  readonly journey: U32Column = new U32Column();
  readonly base: U32Column = new U32Column();
  readonly direction: U8Column = new U8Column();
  readonly #stopOf = new Map<number, number>();
  /** By hash of their calls. */
  readonly #journeysOf = new Map<number, number[]>();
  #runOf = new Int32Array(0);

  constructor() {
    this.offsets.push(0);
  }

  get stopCount(): number {
    return this.stopText.length;
  }
  get runCount(): number {
    return this.runId.length;
  }

  /** The number of a stop, known or new. Coordinates in degrees, NaN if unknown; those given first stay. */
  stop(idText: number, lat: number, lon: number): number {
    const known = this.#stopOf.get(idText);
    if (known !== undefined) return known;
    const stop = this.stopText.length;
    this.#stopOf.set(idText, stop);
    this.stopText.push(idText);
    this.stopAt.push(lat, lon);
    return stop;
  }

  /** A stop without an id, which nothing else calls at. */
  nameless(lat: number, lon: number): number {
    this.stopAt.push(lat, lon);
    this.stopText.push(0);
    return this.stopText.length - 1;
  }

  /** The number of a known stop; negative if it is none. */
  findStop(idText: number): number {
    return this.#stopOf.get(idText) ?? NONE;
  }

  /**
   * Adds a list of calls. Their times count from the first arrival on, which becomes 0: add it to the base of the runs. Returns the journey's number; one
   * of the same stops and times is not added again.
   */
  addJourney(calls: Iterable<Call>): number {
    const lo = this.callStop.length;
    let firstSec: number | undefined;
    let last = 0;
    let hash = 0;
    for (const { stop, arrivalSec, departureSec } of calls) {
      firstSec ??= arrivalSec;
      const arrival = Math.max(last, arrivalSec - firstSec);
      last = Math.max(arrival, departureSec - firstSec);
      this.callStop.push(stop);
      this.callArrival.push(arrival);
      this.callDeparture.push(last);
      for (const value of [stop, arrival, last]) hash = Math.imul(hash ^ value, 0x9e3779b1) ^ (hash >>> 15);
    }
    const same = this.#journeysOf.get(hash);
    const known = same?.find((journey) => this.#isSame(journey, lo));
    if (known !== undefined) {
      this.callStop.length = this.callArrival.length = this.callDeparture.length = lo;
      return known;
    }
    this.offsets.push(this.callStop.length);
    const journey = this.offsets.length - 2;
    if (same) same.push(journey);
    else this.#journeysOf.set(hash, [journey]);
    return journey;
  }

  /** Whether a journey has the calls from `lo` on. */
  #isSame(journey: number, lo: number): boolean {
    const { callStop, callArrival, callDeparture } = this;
    const from = this.offsets.data[journey]!;
    const count = this.offsets.data[journey + 1]! - from;
    if (callStop.length - lo !== count) return false;
    for (let i = 0; i < count; i++) {
      for (const { data } of [callStop, callArrival, callDeparture]) if (data[from + i] !== data[lo + i]) return false;
    }
    return true;
  }

  /** Adds a run. Where a run id comes twice, on two vehicles, the first is found by it. */
  addRun({ vehicle, runId, line, journey, baseSec, direction = NO_DIRECTION }: TimedRun): void {
    this.vehicle.push(vehicle);
    this.runId.push(runId);
    this.line.push(line);
    this.journey.push(journey);
    this.base.push(baseSec);
    this.direction.push(direction);
    this.#runOf = new Int32Array(0);
  }

  /** Puts another run in the place of one, as when it turns out who made it and when. */
  replaceRun(run: number, { vehicle, runId, line, journey, baseSec, direction = NO_DIRECTION }: TimedRun): void {
    this.vehicle.data[run] = vehicle;
    this.runId.data[run] = runId;
    this.line.data[run] = line;
    this.journey.data[run] = journey;
    this.base.data[run] = baseSec;
    this.direction.data[run] = direction;
    this.#runOf = new Int32Array(0);
  }

  /** Number of the run with a dense run id; negative if its calls are not known. */
  runOf(runId: number): number {
    if (this.#runOf.length === 0 && this.runCount > 0) {
      let size = 0;
      for (let run = 0; run < this.runCount; run++) size = Math.max(size, this.runId.data[run]! + 1);
      this.#runOf = new Int32Array(size).fill(NONE);
      for (let run = this.runCount - 1; run >= 0; run--) this.#runOf[this.runId.data[run]!] = run;
    }
    return runId < this.#runOf.length ? this.#runOf[runId]! : NONE;
  }

  /** Positions of the first and the last call of a run. */
  firstCall(run: number): number {
    return this.offsets.data[this.journey.data[run]!]!;
  }
  lastCall(run: number): number {
    return this.offsets.data[this.journey.data[run]! + 1]! - 1;
  }
  startSec(run: number): number {
    return this.base.data[run]! + this.callArrival.data[this.firstCall(run)]!;
  }
  endSec(run: number): number {
    return this.base.data[run]! + this.callDeparture.data[this.lastCall(run)]!;
  }
}
