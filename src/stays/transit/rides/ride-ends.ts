/** Where rides end: by where the rider is seen next, by where they returned to, by what they mostly do, or as late as the run allows. */
import { DAY_SEC } from '../../../core/zone.js';
import type { Places } from '../../../model/place.js';
import { CHAINED, HABIT, NEXT_SCAN, RETURNED, RUN_END } from '../../../model/stay.js';
import type { Dwell } from '../../dwell.js';
import type { Alighting } from './alighting.js';
import type { Boarding } from './boarding.js';
import { NONE } from './ride-columns.js';
import type { Rider } from './rider.js';

/** After the only scan of a day, the first of another day says where the rider went if it comes so soon. */
const NEXT_DAY_SEC = 36 * 3600;
/** Rides of one person that are looked through for a habit. */
const MOST_HABITS = 256;
const HOUR_SEC = 3600;
/** Nothing is certain of a ride whose run is less probable than this. */
const SURE = 0.95;

export class RideEnds {
  readonly #rider: Rider;
  readonly #boarding: Boarding;
  readonly #alighting: Alighting;
  readonly #places: Places;
  readonly #dwell: Dwell;

  constructor(rider: Rider, boarding: Boarding, alighting: Alighting, places: Places, dwell: Dwell) {
    this.#rider = rider;
    this.#boarding = boarding;
    this.#alighting = alighting;
    this.#places = places;
    this.#dwell = dwell;
  }

  /** Ends a ride by where the rider is seen next or returned to; where neither tells, as late as the run and the next scan allow. */
  chain(k: number): void {
    const { offsets, journey, callArrival, base } = this.#rider.timetable;
    const { found } = this.#rider;
    const run = found.run[k]!;
    const from = found.from[k]!;
    const sec = this.#rider.secOf(k);
    const baseSec = base.data[run]!;
    const hi = offsets.data[journey.data[run]! + 1]!;
    const arrivals = callArrival.data; // nobody gets off before the scan: the greater of the two counts
    const endSec = Math.max(sec, baseSec + arrivals[hi - 1]!);
    const nextStopSec = from + 1 < hi ? Math.max(sec, baseSec + arrivals[from + 1]!) : endSec;
    const certainSec = found.runShare[k]! < SURE ? sec : nextStopSec;
    if (k + 1 < this.#rider.count && found.run[k + 1] === run && found.from[k + 1]! >= from) {
      // Scanned again on this run: aboard until then, and the later scan says how it goes on.
      const laterSec = this.#rider.secOf(k + 1);
      return found.end(k, laterSec, laterSec, laterSec, CHAINED, found.from[k + 1]!, 1);
    }
    const next = this.#rider.nextScan(k);
    const nextSec = next < this.#rider.count ? this.#rider.secOf(next) : Number.POSITIVE_INFINITY;
    const isToday = next < this.#rider.count && this.#rider.dayOf(nextSec) === this.#rider.dayOf(sec);
    const isReturn = !isToday && this.#rider.locateFirstOfDay(k);
    const isLocated = isReturn || ((isToday || nextSec - sec <= NEXT_DAY_SEC) && this.#rider.locate(next));
    let latestSec = Math.min(endSec, nextSec);
    if (isLocated) {
      this.#alighting.toward(run, from, this.#rider.x, this.#rider.y, this.#rider.z, nextSec);
      const { foundCall, latestCall, share } = this.#alighting;
      if (foundCall >= 0) {
        // Whoever returned somewhere need not have done it on this ride: only the run's end bounds that.
        const lastSec = isToday ? Math.max(sec, baseSec + arrivals[latestCall]!) : endSec;
        return found.end(
          k,
          certainSec,
          Math.max(sec, baseSec + arrivals[foundCall]!),
          Math.min(lastSec, nextSec),
          isReturn ? RETURNED : CHAINED,
          foundCall,
          share,
        );
      }
      if (this.#goOn(k, nextSec, certainSec, endSec)) return;
      if (isToday && latestCall >= 0) latestSec = Math.min(latestSec, Math.max(nextStopSec, Math.max(sec, baseSec + arrivals[latestCall]!)));
    }
    const { typicalSec } = this.#dwell.of(this.#places.get(this.#rider.timetable.vehicle.data[run]!).category);
    found.end(k, certainSec, sec + typicalSec, latestSec, latestSec < endSec ? NEXT_SCAN : RUN_END, NONE, 1 / Math.max(1, hi - from - 1));
  }

  /** Tries the run as which the vehicle goes on from the last stop of this one. */
  #goOn(k: number, nextSec: number, certainSec: number, endSec: number): boolean {
    const further = this.#boarding.runAfter(this.#rider.found.run[k]!);
    if (further < 0) return false;
    const { offsets, journey, callArrival, base, runId } = this.#rider.timetable;
    const startSec = this.#rider.timetable.startSec(further);
    if (startSec >= nextSec) return false;
    this.#alighting.toward(further, offsets.data[journey.data[further]!]!, this.#rider.x, this.#rider.y, this.#rider.z, nextSec);
    const { foundCall, latestCall, share } = this.#alighting;
    if (foundCall < 0) return false;
    this.#rider.found.end(k, certainSec, endSec, endSec, CHAINED, foundCall, share);
    const arrivalSec = (call: number): number => Math.max(startSec, Math.min(nextSec, base.data[further]! + callArrival.data[call]!));
    this.#rider.found.onRun[k] = further;
    this.#rider.found.onRunId[k] = runId.data[further]!;
    this.#rider.found.onStart[k] = startSec;
    this.#rider.found.onLikely[k] = arrivalSec(foundCall);
    this.#rider.found.onPossible[k] = arrivalSec(latestCall);
    return true;
  }

  /** Ends a ride at the stop where the rider mostly gets off on that line, in that direction, at that hour of the day: within an hour. */
  byHabit(k: number): void {
    const { offsets, journey, callStop, callArrival, line, direction, base } = this.#rider.timetable;
    const { found } = this.#rider;
    const run = found.run[k]!;
    const hour = this.#rider.secondOfDay(k);
    const visits = new Map<number, number>();
    let all = 0;
    for (let j = Math.max(0, k - MOST_HABITS); j < Math.min(this.#rider.count, k + MOST_HABITS); j++) {
      const other = found.run[j]!;
      if (j === k || other < 0 || found.to[j]! < 0 || (found.method[j] !== CHAINED && found.method[j] !== RETURNED)) continue;
      if (line.data[other] !== line.data[run] || direction.data[other] !== direction.data[run]) continue;
      const apart = Math.abs(this.#rider.secondOfDay(j) - hour);
      if (Math.min(apart, DAY_SEC - apart) > HOUR_SEC) continue;
      const stop = callStop.data[found.to[j]!]!;
      visits.set(stop, (visits.get(stop) ?? 0) + 1);
      all++;
    }
    if (all === 0) return;
    const sec = this.#rider.secOf(k);
    const arrivalSec = (call: number): number => Math.max(sec, base.data[run]! + callArrival.data[call]!);
    let best = NONE;
    let most = 0;
    for (let call = found.from[k]! + 1; call < offsets.data[journey.data[run]! + 1]! && arrivalSec(call) <= found.possible[k]!; call++) {
      const times = visits.get(callStop.data[call]!) ?? 0;
      if (times > most) [best, most] = [call, times];
    }
    // One ride more than was seen may have ended elsewhere: the share is that of the next one.
    if (best >= 0) found.end(k, found.certain[k]!, arrivalSec(best), found.possible[k]!, HABIT, best, most / (all + 1));
  }
}
