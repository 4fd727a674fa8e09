/** The person in hand: their scans in the order of time, what is known of each ride so far, and where and when they were. */
import { SpherePoints } from '../../../core/sphere-points.js';
import { DAY_SEC, type Zone } from '../../../core/zone.js';
import type { Places } from '../../../model/place.js';
import type { InputTables } from '../../../model/tables.js';
import type { Timetable } from '../../../model/timetable.js';
import { RideColumns } from './ride-columns.js';

/** A second tap so soon belongs to the first. */
const SAME_TAP_SEC = 20;
/** The day of a rider begins at 3 in the morning. */
const DAY_BEGINS_SEC = 3 * 3600;

/** Scans are counted from 0, in the order of time. */
export class Rider {
  /** The rides by scan, as far as they are known. */
  readonly found: RideColumns = new RideColumns();
  readonly timetable: Timetable;
  readonly checkIns: InputTables['checkIns'];
  count = 0;
  /** The point that `locate` found, in metres from the middle of the Earth. */
  x = 0;
  y = 0;
  z = 0;
  readonly #zone: Zone;
  readonly #placeAt = new SpherePoints();
  #rows: ArrayLike<number> = [];
  #lo = 0;
  #place: ArrayLike<number> = [];
  #time: ArrayLike<number> = [];

  /** `zone`: by whose clock days begin. `placeCount`: places have ids below it. */
  constructor(timetable: Timetable, checkIns: InputTables['checkIns'], places: Places, placeCount: number, zone: Zone) {
    this.timetable = timetable;
    this.checkIns = checkIns;
    this.#zone = zone;
    for (let place = 0; place < placeCount; place++) {
      const { lat, lon } = places.get(place);
      this.#placeAt.push(lat, lon);
    }
  }

  /** Takes the person whose check-ins are `rows[lo..hi)`, in the order of time. */
  take(rows: ArrayLike<number>, lo: number, hi: number): void {
    this.#rows = rows;
    this.#lo = lo;
    this.count = hi - lo;
    this.#place = this.checkIns.columns[1]!.data;
    this.#time = this.checkIns.columns[2]!.data;
    this.found.reserve(this.count);
  }

  /** Row of the check-ins. */
  rowOf(k: number): number {
    return this.#rows[this.#lo + k]!;
  }

  /** Dense id of the place of the code. */
  placeOf(k: number): number {
    return this.#place[this.#rows[this.#lo + k]!]!;
  }

  /** The first scan after k that is later; the count of scans if there is none. */
  nextScan(k: number): number {
    let next = k + 1;
    while (next < this.count && this.secOf(next) === this.secOf(k)) next++;
    return next;
  }

  secOf(k: number): number {
    return this.#time[this.#rows[this.#lo + k]!]!;
  }

  dayOf(sec: number): number {
    return Math.floor((sec + this.#zone.offsetAt(sec) - DAY_BEGINS_SEC) / DAY_SEC);
  }

  secondOfDay(k: number): number {
    const sec = this.secOf(k);
    return (sec + this.#zone.offsetAt(sec)) % DAY_SEC;
  }

  /** Puts the place of scan k into `x`, `y`, `z`: where the rider got on, or the place of the code. False: nobody knows. */
  locate(k: number): boolean {
    const isRide = this.found.run[k]! >= 0;
    const point = isRide ? this.timetable.callStop.data[this.found.from[k]!]! : this.#place[this.#rows[this.#lo + k]!]!;
    const { xyz } = isRide ? this.timetable.stopAt : this.#placeAt;
    this.x = xyz[point * 3]!;
    this.y = xyz[point * 3 + 1]!;
    this.z = xyz[point * 3 + 2]!;
    return !Number.isNaN(this.x);
  }

  /** Locates the first scan of the day of scan k; false if it is k itself or nowhere. */
  locateFirstOfDay(k: number): boolean {
    const day = this.dayOf(this.secOf(k));
    let first = k;
    while (first > 0 && this.dayOf(this.secOf(first - 1)) === day) first--;
    return first < k && this.locate(first);
  }

  /** Whether scan k is a second tap of the ride before it. */
  isSameTap(k: number): boolean {
    return k > 0 && this.found.run[k - 1]! >= 0 && this.placeOf(k - 1) === this.placeOf(k) && this.secOf(k) - this.secOf(k - 1) <= SAME_TAP_SEC;
  }
}
