/**
 * Boarding scans → rides: which run someone was on, from which stop, and until where with what certainty. One person at a time, all their scans in
 * order of time: where they are seen next tells where they got off, and what they did on other days tells it where nothing else does.
 *
 * Each ride ends at a certain, a likely and a possible instant: at the next stop, at the stop inferred, and at the last stop from which the person could
 * still have been where they are seen next. The method says what the likely end rests on.
 */
import { F64Column, U32Column } from '../../core/columns.js';
import { SpherePoints } from '../../core/sphere-points.js';
import { DAY_SEC, type Zone } from '../../core/zone.js';
import type { Places } from '../../model/place.js';
import { CHAINED, HABIT, METHODS, NEXT_SCAN, RETURNED, RUN_END, type Method } from '../../model/stay.js';
import type { InputTables } from '../../model/tables.js';
import type { Timetable } from '../../model/timetable.js';
import type { Dwell } from '../dwell.js';
import type { Runs } from '../segment-runs.js';
import { Alighting, type AlightingOptions } from './alighting.js';
import { AT_POSITION, Boarding, HALF_LIFE_SEC, NO_RIDE, OF_LINE } from './boarding.js';
import { NONE, RideColumns } from './ride-columns.js';

/** A second tap so soon belongs to the first. */
const SAME_TAP_SEC = 20;
/** The day of a rider begins at 3 in the morning. */
const DAY_BEGINS_SEC = 3 * 3600;
/** After the only scan of a day, the first of another day says where the rider went if it comes so soon. */
const NEXT_DAY_SEC = 36 * 3600;
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
/** Rides of one person that are looked through for a habit. */
const MOST_HABITS = 256;
const HOUR_SEC = 3600;
/** Nothing is certain of a ride whose run is less probable than this. */
const SURE = 0.95;

/** How rides were found, for the summary. */
export interface RideCounts {
  /** Scans on vehicles whose timetable is known, and those of them that became rides. */
  readonly scans: number;
  readonly rides: number;
  /** Rides whose run was chosen among several. */
  readonly ambiguous: number;
  /** Rides by the method of their ends. */
  readonly methods: Partial<Record<Method, number>>;
}

export class Rides {
  /** The rides of the person inferred last, by position of the scan. */
  readonly found: RideColumns = new RideColumns();
  readonly timetable: Timetable;
  // What `counts` tells; by position in `METHODS`.
  #scans = 0;
  #ambiguous = 0;
  readonly #ofMethod = new Float64Array(METHODS.length);
  readonly #checkIns: InputTables['checkIns'];
  readonly #places: Places;
  readonly #dwell: Dwell;
  readonly #zone: Zone;
  readonly #boarding: Boarding;
  readonly #alighting: Alighting;
  readonly #placeAt = new SpherePoints();
  /** Candidates of scans that have several: those of scan k are `candidateLo[k]..candidateHi[k]` of these columns. */
  readonly #candidateRun: U32Column = new U32Column();
  readonly #candidateCall: U32Column = new U32Column();
  readonly #candidateCost: F64Column = new F64Column();
  #candidateLo = new Uint32Array(0);
  #candidateHi = new Uint32Array(0);
  // Of the person in hand: their check-ins, in the order of time.
  #rows: ArrayLike<number> = [];
  #lo = 0;
  #count = 0;
  #place: ArrayLike<number> = [];
  #time: ArrayLike<number> = [];
  // The point that `#locate` found.
  #x = 0;
  #y = 0;
  #z = 0;

  /** `zone`: by whose clock the days of riders begin. */
  constructor(
    timetable: Timetable,
    runs: Runs,
    inputs: Pick<InputTables, 'ids' | 'checkIns'>,
    places: Places,
    dwell: Dwell,
    zone: Zone,
    options: AlightingOptions = {},
  ) {
    this.timetable = timetable;
    this.#checkIns = inputs.checkIns;
    this.#places = places;
    this.#dwell = dwell;
    this.#zone = zone;
    const placeCount = inputs.ids.place.size;
    this.#boarding = new Boarding(timetable, runs, places, placeCount);
    this.#alighting = new Alighting(timetable, options);
    for (let place = 0; place < placeCount; place++) {
      const { lat, lon } = places.get(place);
      this.#placeAt.push(lat, lon);
    }
  }

  /** Infers the rides of one person: the check-ins `rows[lo..hi)`, in the order of time. Returns whether there is any. */
  infer(rows: ArrayLike<number>, lo: number, hi: number): boolean {
    this.#rows = rows;
    this.#lo = lo;
    this.#count = hi - lo;
    this.found.reserve(this.#count);
    if (this.#count > this.#candidateLo.length) {
      this.#candidateLo = new Uint32Array(this.found.run.length);
      this.#candidateHi = new Uint32Array(this.found.run.length);
    }
    if (!this.#board()) return false;
    if (this.#candidateRun.length > 0) this.#chooseAmong();
    const { run, to, method } = this.found;
    let open = 0;
    for (let k = 0; k < this.#count; k++) {
      if (run[k]! < 0) continue;
      this.#chain(k);
      if (to[k]! < 0) open++;
    }
    if (open > 0) for (let k = 0; k < this.#count; k++) if (run[k]! >= 0 && to[k]! < 0) this.#byHabit(k);
    for (let k = 0; k < this.#count; k++) {
      if (run[k]! < 0) continue;
      this.#name(k);
      this.#ofMethod[method[k]!]!++;
    }
    return true;
  }

  /** How the rides so far were found. */
  get counts(): RideCounts {
    const methods: Partial<Record<Method, number>> = {};
    let rides = 0;
    for (const [method, name] of METHODS.entries()) {
      const count = this.#ofMethod[method]!;
      if (count > 0) methods[name] = count;
      rides += count;
    }
    return { scans: this.#scans, rides, ambiguous: this.#ambiguous, methods };
  }

  /** Which place and run the ride is: the code's own place, unless that hangs in no vehicle. */
  #name(k: number): void {
    const { vehicle, runId } = this.timetable;
    const run = this.found.run[k]!;
    const place = this.#place[this.#rows[this.#lo + k]!]!;
    const kind = this.#boarding.kindOf(place);
    this.found.place[k] = kind === OF_LINE || kind === AT_POSITION ? vehicle.data[run]! : place;
    this.found.runId[k] = runId.data[run]!;
  }

  /** Which run each scan boarded, by its time alone. Returns whether there is any. */
  #board(): boolean {
    const [, places, times, checkOuts, names] = this.#checkIns.columns;
    this.#place = places!.data;
    this.#time = times!.data;
    const { run, from, runShare } = this.found;
    const boarding = this.#boarding;
    this.#candidateRun.length = this.#candidateCall.length = this.#candidateCost.length = 0;
    let any = false;
    for (let k = 0; k < this.#count; k++) {
      const row = this.#rows[this.#lo + k]!;
      const place = this.#place[row]!;
      const sec = this.#time[row]!;
      run[k] = NONE;
      this.#candidateLo[k] = this.#candidateHi[k] = 0;
      const named = names!.data[row]!;
      const namedRun = named !== 0 ? this.timetable.runOf(named) : NONE;
      // A check-out says when someone left; a run without a timetable says nothing of stops.
      if (checkOuts!.data[row] !== 0 || (named !== 0 ? namedRun < 0 : boarding.kindOf(place) === NO_RIDE)) continue;
      this.#scans++;
      if (this.#isSameTap(k, place, sec) && (named === 0 || run[k - 1] === namedRun)) {
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

  #isSameTap(k: number, place: number, sec: number): boolean {
    if (k === 0 || this.found.run[k - 1]! < 0) return false;
    const before = this.#rows[this.#lo + k - 1]!;
    return this.#place[before] === place && sec - this.#time[before]! <= SAME_TAP_SEC;
  }

  /** Where several runs fit, those count for more that call near where the rider was before, and that lead in time to where the rider is next. */
  #chooseAmong(): void {
    const { run, from, runShare } = this.found;
    const [runs, calls, costs] = [this.#candidateRun.data, this.#candidateCall.data, this.#candidateCost.data];
    for (let k = 0; k < this.#count; k++) {
      const lo = this.#candidateLo[k]!;
      const hi = this.#candidateHi[k]!;
      if (lo === hi) continue;
      this.#ambiguous++;
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
    const { run, from } = this.found;
    const { stopAt, callStop } = this.timetable;
    const [calls, costs] = [this.#candidateCall.data, this.#candidateCost.data];
    const sec = this.#secOf(k);
    const sinceSec = sec - this.#secOf(k - 1);
    if (sinceSec > STAYED_SEC) return;
    if (run[k - 1]! >= 0) {
      // Got off somewhere along that ride: a stop from which the candidate's is not too far.
      if (this.#dayOf(sec) !== this.#dayOf(sec - sinceSec)) return;
      for (let i = lo; i < hi; i++) {
        const at = callStop.data[calls[i]!]! * 3;
        this.#alighting.toward(run[k - 1]!, from[k - 1]!, stopAt.xyz[at]!, stopAt.xyz[at + 1]!, stopAt.xyz[at + 2]!, sec);
        if (this.#alighting.foundCall < 0) costs[i]! += FROM_ELSEWHERE_SEC;
      }
    } else if (this.#locate(k - 1)) {
      const mostSec = sinceSec <= CAME_FROM_SEC ? LEADS_NOWHERE_SEC : FROM_ELSEWHERE_SEC;
      for (let i = lo; i < hi; i++) {
        const awayM = stopAt.distanceToM(callStop.data[calls[i]!]!, this.#x, this.#y, this.#z);
        if (awayM > SAME_STOP_M) costs[i]! += Math.min(mostSec, (awayM - SAME_STOP_M) / 5);
      }
    }
  }

  /** Candidates lose if they do not lead to where the rider is seen next; if they lead to a place too early for a scan on arrival, a little. */
  #weighGoal(k: number, lo: number, hi: number): void {
    const [runs, calls, costs] = [this.#candidateRun.data, this.#candidateCall.data, this.#candidateCost.data];
    const next = this.#nextScan(k);
    const isToday = next < this.#count && this.#dayOf(this.#secOf(next)) === this.#dayOf(this.#secOf(k));
    const isReturn = !isToday && this.#locateFirstOfDay(k);
    if (!isReturn && !(next < this.#count && this.#locate(next))) return;
    const bySec = isReturn ? Number.POSITIVE_INFINITY : this.#secOf(next);
    const isArrival = isToday && this.found.run[next]! < 0;
    for (let i = lo; i < hi; i++) {
      this.#alighting.toward(runs[i]!, calls[i]!, this.#x, this.#y, this.#z, bySec);
      const { foundCall, foundM, leftSec } = this.#alighting;
      if (foundCall < 0) costs[i]! += isToday ? LEADS_NOWHERE_SEC : FROM_ELSEWHERE_SEC;
      else {
        costs[i]! += foundM / 10;
        if (isArrival) costs[i]! += Math.min(MOST_EARLY_SEC, Math.abs(leftSec) / 4);
      }
    }
  }

  /** Ends a ride by where the rider is seen next or returned to; where neither tells, as late as the run and the next scan allow. */
  #chain(k: number): void {
    const { offsets, journey, callArrival, base } = this.timetable;
    const { found } = this;
    const run = found.run[k]!;
    const from = found.from[k]!;
    const sec = this.#secOf(k);
    const baseSec = base.data[run]!;
    const hi = offsets.data[journey.data[run]! + 1]!;
    const arrivals = callArrival.data; // nobody gets off before the scan: the greater of the two counts
    const endSec = Math.max(sec, baseSec + arrivals[hi - 1]!);
    const nextStopSec = from + 1 < hi ? Math.max(sec, baseSec + arrivals[from + 1]!) : endSec;
    const certainSec = found.runShare[k]! < SURE ? sec : nextStopSec;
    if (k + 1 < this.#count && found.run[k + 1] === run && found.from[k + 1]! >= from) {
      // Scanned again on this run: aboard until then, and the later scan says how it goes on.
      const laterSec = this.#secOf(k + 1);
      return found.end(k, laterSec, laterSec, laterSec, CHAINED, found.from[k + 1]!, 1);
    }
    const next = this.#nextScan(k);
    const nextSec = next < this.#count ? this.#secOf(next) : Number.POSITIVE_INFINITY;
    const isToday = next < this.#count && this.#dayOf(nextSec) === this.#dayOf(sec);
    const isReturn = !isToday && this.#locateFirstOfDay(k);
    const isLocated = isReturn || ((isToday || nextSec - sec <= NEXT_DAY_SEC) && this.#locate(next));
    let latestSec = Math.min(endSec, nextSec);
    if (isLocated) {
      this.#alighting.toward(run, from, this.#x, this.#y, this.#z, nextSec);
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
    const { typicalSec } = this.#dwell.of(this.#places.get(this.timetable.vehicle.data[run]!).category);
    found.end(k, certainSec, sec + typicalSec, latestSec, latestSec < endSec ? NEXT_SCAN : RUN_END, NONE, 1 / Math.max(1, hi - from - 1));
  }

  /** Tries the run as which the vehicle goes on from the last stop of this one. */
  #goOn(k: number, nextSec: number, certainSec: number, endSec: number): boolean {
    const further = this.#boarding.runAfter(this.found.run[k]!);
    if (further < 0) return false;
    const { offsets, journey, callArrival, base, runId } = this.timetable;
    const startSec = this.timetable.startSec(further);
    if (startSec >= nextSec) return false;
    this.#alighting.toward(further, offsets.data[journey.data[further]!]!, this.#x, this.#y, this.#z, nextSec);
    const { foundCall, latestCall, share } = this.#alighting;
    if (foundCall < 0) return false;
    this.found.end(k, certainSec, endSec, endSec, CHAINED, foundCall, share);
    const arrivalSec = (call: number): number => Math.max(startSec, Math.min(nextSec, base.data[further]! + callArrival.data[call]!));
    this.found.onRun[k] = further;
    this.found.onRunId[k] = runId.data[further]!;
    this.found.onStart[k] = startSec;
    this.found.onLikely[k] = arrivalSec(foundCall);
    this.found.onPossible[k] = arrivalSec(latestCall);
    return true;
  }

  /** Ends a ride at the stop where the rider mostly gets off on that line, in that direction, at that hour of the day: within an hour. */
  #byHabit(k: number): void {
    const { offsets, journey, callStop, callArrival, line, direction, base } = this.timetable;
    const { found } = this;
    const run = found.run[k]!;
    const hour = this.#secondOfDay(k);
    const visits = new Map<number, number>();
    let all = 0;
    for (let j = Math.max(0, k - MOST_HABITS); j < Math.min(this.#count, k + MOST_HABITS); j++) {
      const other = found.run[j]!;
      if (j === k || other < 0 || found.to[j]! < 0 || (found.method[j] !== CHAINED && found.method[j] !== RETURNED)) continue;
      if (line.data[other] !== line.data[run] || direction.data[other] !== direction.data[run]) continue;
      const apart = Math.abs(this.#secondOfDay(j) - hour);
      if (Math.min(apart, DAY_SEC - apart) > HOUR_SEC) continue;
      const stop = callStop.data[found.to[j]!]!;
      visits.set(stop, (visits.get(stop) ?? 0) + 1);
      all++;
    }
    if (all === 0) return;
    const sec = this.#secOf(k);
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

  /** The first scan after k that is later; the count of scans if there is none. */
  #nextScan(k: number): number {
    let next = k + 1;
    while (next < this.#count && this.#secOf(next) === this.#secOf(k)) next++;
    return next;
  }

  #secOf(k: number): number {
    return this.#time[this.#rows[this.#lo + k]!]!;
  }

  #dayOf(sec: number): number {
    return Math.floor((sec + this.#zone.offsetAt(sec) - DAY_BEGINS_SEC) / DAY_SEC);
  }

  #secondOfDay(k: number): number {
    const sec = this.#secOf(k);
    return (sec + this.#zone.offsetAt(sec)) % DAY_SEC;
  }

  /** Puts the place of scan k into `#x`, `#y`, `#z`: where the rider got on, or the place of the code. False: nobody knows. */
  #locate(k: number): boolean {
    const isRide = this.found.run[k]! >= 0;
    const point = isRide ? this.timetable.callStop.data[this.found.from[k]!]! : this.#place[this.#rows[this.#lo + k]!]!;
    const { xyz } = isRide ? this.timetable.stopAt : this.#placeAt;
    this.#x = xyz[point * 3]!;
    this.#y = xyz[point * 3 + 1]!;
    this.#z = xyz[point * 3 + 2]!;
    return !Number.isNaN(this.#x);
  }

  /** Locates the first scan of the day of scan k; false if it is k itself or nowhere. */
  #locateFirstOfDay(k: number): boolean {
    const day = this.#dayOf(this.#secOf(k));
    let first = k;
    while (first > 0 && this.#dayOf(this.#secOf(first - 1)) === day) first--;
    return first < k && this.#locate(first);
  }
}
