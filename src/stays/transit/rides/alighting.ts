/**
 * Where a rider got off: the stop of the run nearest to where the person is next seen, among those that can be reached and left in time (trip
 * chaining, as with fare cards: Barry et al. 2002, Trépanier et al. 2007). Reaching further stops in time bounds how long the ride can have been.
 */
import type { Timetable } from '../../../model/timetable.js';

export interface AlightingOptions {
  /** Metres between the stop and the next scan, as the crow flies. @defaultValue 1000 */
  readonly walkM?: number;
  /** Seconds to walk so far: gives the speed. @defaultValue 720 */
  readonly walkSec?: number;
}

/** How much earlier than the walk allows the next scan may be: clocks and timetables are not exact. */
export const SLACK_SEC = 300;
/** Nobody gets from a stop to the next scan faster than this, by any means. */
const FASTEST_M_PER_SEC = 30;
/** Stops so much further away than the nearest are less likely by a factor e. */
const SCALE_M = 150;
const NONE = -1;

export class Alighting {
  /** Set by `toward`: the call at which the rider got off, negative if none is near enough; the latest at which that was possible; how likely the first is. */
  foundCall: number = NONE;
  latestCall: number = NONE;
  share = 0;
  /** Of the call found: metres to walk from there, and seconds left after that walk. */
  foundM = 0;
  leftSec = 0;
  readonly #timetable: Timetable;
  readonly #walkM: number;
  readonly #speed: number;

  constructor(timetable: Timetable, { walkM = 1000, walkSec = 720 }: AlightingOptions = {}) {
    this.#timetable = timetable;
    this.#walkM = walkM;
    this.#speed = walkM / walkSec;
  }

  /**
   * Looks for the call after `boarded` nearest to the point x, y, z, where the rider is seen at `bySec` (Infinity: some time later). At most one lap: the
   * search ends where the run comes back to the stop of boarding. Of equally near calls the first counts.
   */
  toward(run: number, boarded: number, x: number, y: number, z: number, bySec: number): void {
    const { journey, offsets, callStop, callArrival, base, stopAt } = this.#timetable;
    const hi = offsets.data[journey.data[run]! + 1]!;
    const { xyz } = stopAt;
    const stops = callStop.data;
    const arrivals = callArrival.data;
    const baseSec = base.data[run]!;
    const from = stops[boarded]!;
    const boardedSec = this.#timetable.callDeparture.data[boarded]!;
    this.foundCall = this.latestCall = NONE;
    this.share = 0;
    const fastest = Math.min(this.#speed, FASTEST_M_PER_SEC);
    const walkM2 = this.#walkM * this.#walkM;
    let nearest = this.#walkM;
    let weight = 0; // sum of e^(-distance / scale) relative to the nearest
    for (let call = boarded + 1; call < hi; call++) {
      const arrival = arrivals[call]!;
      if (arrival <= boardedSec && call + 1 < hi && arrivals[hi - 1]! > boardedSec) continue; // nobody gets off before getting on
      const at = stops[call]! * 3;
      const dx = xyz[at]! - x;
      const dy = xyz[at + 1]! - y;
      const dz = xyz[at + 2]! - z;
      const distance2 = dx * dx + dy * dy + dz * dz;
      const leftSec = bySec - baseSec - arrival; // time between getting off and being seen
      if (leftSec + SLACK_SEC < 0) break;
      const isLap = stops[call] === from;
      const reachM = fastest * (leftSec + SLACK_SEC);
      if (distance2 <= reachM * reachM) {
        this.latestCall = call;
        if (distance2 <= walkM2) {
          const distance = Math.sqrt(distance2);
          if (distance < nearest) {
            weight = weight * Math.exp((distance - nearest) / SCALE_M) + 1;
            nearest = distance;
            this.foundCall = call;
          } else weight += Math.exp((nearest - distance) / SCALE_M);
        }
      }
      if (isLap) break;
    }
    if (this.foundCall === NONE) return;
    this.share = 1 / weight;
    this.foundM = nearest;
    this.leftSec = bySec - baseSec - arrivals[this.foundCall]! - nearest / this.#speed;
  }
}
