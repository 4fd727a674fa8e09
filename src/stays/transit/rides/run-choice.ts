/** Which run each scan of a rider boarded: by its time alone, and, where several runs fit, by where the rider came from and went to. */
import { F64Column, U32Column } from '../../../core/columns.js';
import type { Alighting } from './alighting.js';
import { HALF_LIFE_SEC, NO_RIDE, type Boarding } from './boarding.js';
import { NONE } from './ride-columns.js';
import type { Rider } from './rider.js';

/** Seconds that a candidate loses if it takes the rider nowhere near the next scan. */
const LEADS_NOWHERE_SEC = 300;
/** The same if it takes the rider from somewhere else than the last scan was, hours ago, or not back. */
const FROM_ELSEWHERE_SEC = 120;
/** Most that a candidate loses for the time between arrival and scan. */
const MOST_EARLY_SEC = 60;
/** A place where the rider was scanned so shortly before tells which stop is meant. */
const CAME_FROM_SEC = 3600;
/** Over a day of work, or a night, most people stay where they were scanned. */
const STAYED_SEC = 16 * 3600;
const SAME_STOP_M = 200;

export class RunChoice {
  /** Scans so far on vehicles whose timetable is known, and those of which several runs fitted. */
  scans = 0;
  ambiguous = 0;
  readonly #rider: Rider;
  readonly #boarding: Boarding;
  readonly #alighting: Alighting;
  /** Candidates of scans that have several: those of scan k are `candidateLo[k]..candidateHi[k]` of these columns. */
  readonly #candidateRun: U32Column = new U32Column();
  readonly #candidateCall: U32Column = new U32Column();
  readonly #candidateCost: F64Column = new F64Column();
  #candidateLo = new Uint32Array(0);
  #candidateHi = new Uint32Array(0);

  constructor(rider: Rider, boarding: Boarding, alighting: Alighting) {
    this.#rider = rider;
    this.#boarding = boarding;
    this.#alighting = alighting;
  }

  /** Which run each scan boarded, by its time alone. Returns whether there is any. */
  board(): boolean {
    const [, , , checkOuts, names] = this.#rider.checkIns.columns;
    this.#reserve();
    const { run, from, runShare } = this.#rider.found;
    const boarding = this.#boarding;
    this.#candidateRun.length = this.#candidateCall.length = this.#candidateCost.length = 0;
    let any = false;
    for (let k = 0; k < this.#rider.count; k++) {
      const row = this.#rider.rowOf(k);
      const place = this.#rider.placeOf(k);
      const sec = this.#rider.secOf(k);
      run[k] = NONE;
      this.#candidateLo[k] = this.#candidateHi[k] = 0;
      const named = names!.data[row]!;
      const namedRun = named !== 0 ? this.#rider.timetable.runOf(named) : NONE;
      // A check-out says when someone left; a run without a timetable says nothing of stops.
      if (checkOuts!.data[row] !== 0 || (named !== 0 ? namedRun < 0 : boarding.kindOf(place) === NO_RIDE)) continue;
      this.scans++;
      if (this.#rider.isSameTap(k) && (named === 0 || run[k - 1] === namedRun)) {
        run[k] = run[k - 1]!;
        from[k] = from[k - 1]!;
        runShare[k] = runShare[k - 1]!;
        continue;
      }
      const count = boarding.find(place, sec, namedRun);
      if (count === 0) continue;
      any = true;
      let best = 0;
      for (let i = 1; i < count; i++) if (boarding.costs[i]! < boarding.costs[best]!) best = i;
      run[k] = boarding.runs[best]!;
      from[k] = boarding.calls[best]!;
      runShare[k] = 1;
      if (count === 1) continue;
      this.#candidateLo[k] = this.#candidateRun.length;
      for (let i = 0; i < count; i++) {
        this.#candidateRun.push(boarding.runs[i]!);
        this.#candidateCall.push(boarding.calls[i]!);
        this.#candidateCost.push(boarding.costs[i]!);
      }
      this.#candidateHi[k] = this.#candidateRun.length;
    }
    return any;
  }

  /** Where several runs fit, those count for more that call near where the rider was before, and that lead in time to where the rider is next. */
  chooseAmong(): void {
    if (this.#candidateRun.length === 0) return;
    const { run, from, runShare } = this.#rider.found;
    const [runs, calls, costs] = [this.#candidateRun.data, this.#candidateCall.data, this.#candidateCost.data];
    for (let k = 0; k < this.#rider.count; k++) {
      const lo = this.#candidateLo[k]!;
      const hi = this.#candidateHi[k]!;
      if (lo === hi) continue;
      this.ambiguous++;
      this.#weighOrigin(k, lo, hi);
      this.#weighGoal(k, lo, hi);
      let best = lo;
      for (let i = lo + 1; i < hi; i++) if (costs[i]! < costs[best]!) best = i;
      let weight = 0;
      for (let i = lo; i < hi; i++) weight += 2 ** ((costs[best]! - costs[i]!) / HALF_LIFE_SEC);
      run[k] = runs[best]!;
      from[k] = calls[best]!;
      runShare[k] = 1 / weight;
    }
  }

  /** Candidates lose by the way from where the rider was scanned before to where they call: much if that was just before, less if hours ago. */
  #weighOrigin(k: number, lo: number, hi: number): void {
    if (k === 0) return;
    const { run, from } = this.#rider.found;
    const { stopAt, callStop } = this.#rider.timetable;
    const [calls, costs] = [this.#candidateCall.data, this.#candidateCost.data];
    const sec = this.#rider.secOf(k);
    const sinceSec = sec - this.#rider.secOf(k - 1);
    if (sinceSec > STAYED_SEC) return;
    if (run[k - 1]! >= 0) {
      // Got off somewhere along that ride: a stop from which the candidate's is not too far.
      if (this.#rider.dayOf(sec) !== this.#rider.dayOf(sec - sinceSec)) return;
      for (let i = lo; i < hi; i++) {
        const at = callStop.data[calls[i]!]! * 3;
        this.#alighting.toward(run[k - 1]!, from[k - 1]!, stopAt.xyz[at]!, stopAt.xyz[at + 1]!, stopAt.xyz[at + 2]!, sec);
        if (this.#alighting.foundCall < 0) costs[i]! += FROM_ELSEWHERE_SEC;
      }
    } else if (this.#rider.locate(k - 1)) {
      const mostSec = sinceSec <= CAME_FROM_SEC ? LEADS_NOWHERE_SEC : FROM_ELSEWHERE_SEC;
      for (let i = lo; i < hi; i++) {
        const awayM = stopAt.distanceToM(callStop.data[calls[i]!]!, this.#rider.x, this.#rider.y, this.#rider.z);
        if (awayM > SAME_STOP_M) costs[i]! += Math.min(mostSec, (awayM - SAME_STOP_M) / 5);
      }
    }
  }

  /** Candidates lose if they do not lead to where the rider is seen next; if they lead to a place too early for a scan on arrival, a little. */
  #weighGoal(k: number, lo: number, hi: number): void {
    const [runs, calls, costs] = [this.#candidateRun.data, this.#candidateCall.data, this.#candidateCost.data];
    const next = this.#rider.nextScan(k);
    const isToday = next < this.#rider.count && this.#rider.dayOf(this.#rider.secOf(next)) === this.#rider.dayOf(this.#rider.secOf(k));
    const isReturn = !isToday && this.#rider.locateFirstOfDay(k);
    if (!isReturn && !(next < this.#rider.count && this.#rider.locate(next))) return;
    const bySec = isReturn ? Number.POSITIVE_INFINITY : this.#rider.secOf(next);
    const isArrival = isToday && this.#rider.found.run[next]! < 0;
    for (let i = lo; i < hi; i++) {
      this.#alighting.toward(runs[i]!, calls[i]!, this.#rider.x, this.#rider.y, this.#rider.z, bySec);
      const { foundCall, foundM, leftSec } = this.#alighting;
      if (foundCall < 0) costs[i]! += isToday ? LEADS_NOWHERE_SEC : FROM_ELSEWHERE_SEC;
      else {
        costs[i]! += foundM / 10;
        if (isArrival) costs[i]! += Math.min(MOST_EARLY_SEC, Math.abs(leftSec) / 4);
      }
    }
  }

  #reserve(): void {
    if (this.#rider.count <= this.#candidateLo.length) return;
    this.#candidateLo = new Uint32Array(this.#rider.found.run.length);
    this.#candidateHi = new Uint32Array(this.#rider.found.run.length);
  }
}
