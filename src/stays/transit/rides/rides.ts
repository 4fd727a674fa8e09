/**
 * Boarding scans → rides: which run someone was on, from which stop, and until where with what certainty. One person at a time, all their scans in
 * order of time: where they are seen next tells where they got off, and what they did on other days tells it where nothing else does.
 *
 * Each ride ends at a certain, a likely and a possible instant: at the next stop, at the stop inferred, and at the last stop from which the person could
 * still have been where they are seen next. The method says what the likely end rests on.
 */
import type { Zone } from '../../../core/zone.js';
import type { Places } from '../../../model/place.js';
import { METHODS, type Method } from '../../../model/stay.js';
import type { InputTables } from '../../../model/tables.js';
import type { Timetable } from '../../../model/timetable.js';
import type { Dwell } from '../../dwell.js';
import type { Runs } from '../../segment-runs.js';
import { Alighting, type AlightingOptions } from './alighting.js';
import { AT_POSITION, Boarding, OF_LINE } from './boarding.js';
import type { RideColumns } from './ride-columns.js';
import { RideEnds } from './ride-ends.js';
import { Rider } from './rider.js';
import { RunChoice } from './run-choice.js';

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
  readonly found: RideColumns;
  readonly timetable: Timetable;
  readonly #rider: Rider;
  readonly #boarding: Boarding;
  readonly #choice: RunChoice;
  readonly #ends: RideEnds;
  /** Rides so far, by position in `METHODS`. */
  readonly #ofMethod = new Float64Array(METHODS.length);

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
    const placeCount = inputs.ids.place.size;
    const alighting = new Alighting(timetable, options);
    this.timetable = timetable;
    this.#boarding = new Boarding(timetable, runs, places, placeCount);
    this.#rider = new Rider(timetable, inputs.checkIns, places, placeCount, zone);
    this.found = this.#rider.found;
    this.#choice = new RunChoice(this.#rider, this.#boarding, alighting);
    this.#ends = new RideEnds(this.#rider, this.#boarding, alighting, places, dwell);
  }

  /** Infers the rides of one person: the check-ins `rows[lo..hi)`, in the order of time. Returns whether there is any. */
  infer(rows: ArrayLike<number>, lo: number, hi: number): boolean {
    this.#rider.take(rows, lo, hi);
    if (!this.#choice.board()) return false;
    this.#choice.chooseAmong();
    const { run, to, method } = this.found;
    const count = hi - lo;
    let open = 0;
    for (let k = 0; k < count; k++) {
      if (run[k]! < 0) continue;
      this.#ends.chain(k);
      if (to[k]! < 0) open++;
    }
    if (open > 0) for (let k = 0; k < count; k++) if (run[k]! >= 0 && to[k]! < 0) this.#ends.byHabit(k);
    for (let k = 0; k < count; k++) {
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
    return { scans: this.#choice.scans, rides, ambiguous: this.#choice.ambiguous, methods };
  }

  /** Which place and run the ride is: the code's own place, unless that hangs in no vehicle. */
  #name(k: number): void {
    const { vehicle, runId } = this.timetable;
    const run = this.found.run[k]!;
    const place = this.#rider.placeOf(k);
    const kind = this.#boarding.kindOf(place);
    this.found.place[k] = kind === OF_LINE || kind === AT_POSITION ? vehicle.data[run]! : place;
    this.found.runId[k] = runId.data[run]!;
  }
}
