/**
 * The way of a journey, as straight lines from stop to stop, and where along it a position may be.
 *
 * Where a vehicle is along the way is told in scheduled seconds: those at which the timetable has it there, counted from the journey's base. At a stop that
 * is a span, from arrival to departure; before the first departure and after the last arrival a vehicle may stand there as long as it likes.
 */
import { EARTH_RADIUS_M } from '../../../core/geo.js';
import type { Timetable } from '../../../model/timetable.js';

/** Further away than this a vehicle is not on its way. */
export const OFF_ROUTE_M = 300;
/** So near to a stop, along the way, a vehicle may be standing at it; on short lines between stops only on a quarter of them. */
const AT_STOP_M = 30;
const AT_STOP_SHARE = 0.25;

/** Where a position may be along a way. */
export interface OnPath {
  /** Metres from the first stop along the way. */
  readonly alongM: number;
  readonly awayM: number;
  /** Scheduled seconds; different only at a stop. */
  readonly fromSec: number;
  readonly toSec: number;
}

export class RunPath {
  /** Metres from the first to the last stop that has coordinates. */
  readonly lengthM: number;
  readonly #xyz: Float64Array;
  readonly #along: Float64Array;
  readonly #arrival: Float64Array;
  readonly #departure: Float64Array;
  readonly #count: number;

  constructor(timetable: Timetable, journey: number) {
    const { offsets, callStop, callArrival, callDeparture, stopAt } = timetable;
    const [lo, hi] = [offsets.data[journey]!, offsets.data[journey + 1]!];
    const calls = Array.from({ length: hi - lo }, (_, i) => lo + i).filter((call) => stopAt.isKnown(callStop.data[call]!));
    this.#count = calls.length;
    this.#xyz = new Float64Array(calls.length * 3);
    this.#along = new Float64Array(calls.length);
    this.#arrival = Float64Array.from(calls, (call) => (call === lo ? Number.NEGATIVE_INFINITY : callArrival.data[call]!));
    this.#departure = Float64Array.from(calls, (call) => (call === hi - 1 ? Number.POSITIVE_INFINITY : callDeparture.data[call]!));
    let along = 0;
    for (const [i, call] of calls.entries()) {
      const stop = callStop.data[call]!;
      this.#xyz.set(stopAt.xyz.subarray(stop * 3, stop * 3 + 3), i * 3);
      if (i > 0) along += stopAt.distanceM(callStop.data[calls[i - 1]!]!, stop);
      this.#along[i] = along;
    }
    this.lengthM = along;
  }

  /** Whether it leads anywhere: two stops that lie apart. */
  get isKnown(): boolean {
    return this.lengthM > 0;
  }

  /** Every place along the way that is nearer to a point than what lies around it, and near enough, in the order of the way. */
  placesOf(x: number, y: number, z: number): OnPath[] {
    const found: OnPath[] = [];
    const last = this.#count - 2; // the last line from stop to stop
    let share = 0; // of the line up to the nearest point on it
    let next = last >= 0 ? this.#shareOf(0, x, y, z) : 0;
    let lastStop = -1;
    for (let i = 0; i <= last; i++) {
      share = next;
      next = i < last ? this.#shareOf(i + 1, x, y, z) : 0;
      // At an end the line beside it says more, unless that ends there too: then this line speaks for both.
      if ((share === 0 && i > 0) || (share === 1 && next > 0)) continue;
      const awayM = this.#awayM(i, share, x, y, z);
      if (awayM > OFF_ROUTE_M) continue;
      const lengthM = this.#along[i + 1]! - this.#along[i]!;
      const isEnd = (share > 0.5 ? 1 - share : share) * lengthM <= Math.min(AT_STOP_M, AT_STOP_SHARE * lengthM);
      const alongM = this.#along[i]! + share * lengthM;
      if (!isEnd) {
        const leftSec = this.#departure[i]!;
        const sec = leftSec + share * (this.#arrival[i + 1]! - leftSec);
        found.push({ alongM, awayM, fromSec: sec, toSec: sec });
        lastStop = -1;
        continue;
      }
      const stop = share > 0.5 ? i + 1 : i;
      const at = { alongM, awayM, fromSec: this.#arrival[stop]!, toSec: this.#departure[stop]! };
      if (stop !== lastStop) found.push(at);
      else if (awayM < found.at(-1)!.awayM) found[found.length - 1] = at;
      lastStop = stop;
    }
    return found;
  }

  /** How far along line i the point nearest to x, y, z lies: 0 to 1. */
  #shareOf(i: number, x: number, y: number, z: number): number {
    const at = i * 3;
    const [ax, ay, az] = [this.#xyz[at]!, this.#xyz[at + 1]!, this.#xyz[at + 2]!];
    const [bx, by, bz] = [this.#xyz[at + 3]! - ax, this.#xyz[at + 4]! - ay, this.#xyz[at + 5]! - az];
    const squared = bx * bx + by * by + bz * bz;
    if (squared === 0) return 0;
    return Math.min(1, Math.max(0, ((x - ax) * bx + (y - ay) * by + (z - az) * bz) / squared));
  }

  /** Metres from the point at a share of line i, lifted to the surface: between distant stops the line runs below it. */
  #awayM(i: number, share: number, x: number, y: number, z: number): number {
    const at = i * 3;
    const px = this.#xyz[at]! * (1 - share) + this.#xyz[at + 3]! * share;
    const py = this.#xyz[at + 1]! * (1 - share) + this.#xyz[at + 4]! * share;
    const pz = this.#xyz[at + 2]! * (1 - share) + this.#xyz[at + 5]! * share;
    const lift = EARTH_RADIUS_M / Math.sqrt(px * px + py * py + pz * pz);
    const [dx, dy, dz] = [px * lift - x, py * lift - y, pz * lift - z];
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
}
