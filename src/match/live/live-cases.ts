/** The cases of one rule while their presence becomes known: stays and itineraries → visits, cut to the windows as those of a batch are. */
import type { Case } from '../../model/case.js';
import { ITINERARY } from '../../model/stay.js';
import type { InputTables } from '../../model/tables.js';
import type { Places } from '../../model/place.js';
import type { LiveRuns } from '../../stays/live-runs.js';
import { BOARDING_SEC, type Runs } from '../../stays/segment-runs.js';
import type { LiveStay, LiveVisit } from './live-meetings.js';
import { itineraryPresence, type ToldPresence } from '../visits.js';

/** An itinerary row on a vehicle whose runs are still being cut from scans. */
interface OpenRide {
  readonly case: number;
  readonly row: number;
  /** Runs of which it was told already. */
  readonly told: Set<number>;
}

export class LiveCases {
  readonly cases: readonly Case[];
  readonly #inputs: InputTables;
  readonly #places: Places;
  readonly #runs: Runs;
  readonly #live: LiveRuns;
  readonly #excludedFlags: number;
  /** By person, the cases whose stays count. */
  readonly #ofPerson = new Map<string, number[]>();
  #openRides: OpenRide[] = [];

  constructor(cases: readonly Case[], inputs: InputTables, places: Places, runs: Runs, live: LiveRuns, excludedFlags: number) {
    this.cases = cases;
    this.#inputs = inputs;
    this.#places = places;
    this.#runs = runs;
    this.#live = live;
    this.#excludedFlags = excludedFlags;
    for (const [at, { person, hasStays }] of cases.entries()) {
      if (!hasStays) continue;
      const key = inputs.ids.person.text(person);
      const list = this.#ofPerson.get(key);
      if (list) list.push(at);
      else this.#ofPerson.set(key, [at]);
    }
  }

  /** People whose stays are visits. */
  people(): IterableIterator<string> {
    return this.#ofPerson.keys();
  }

  /** The visits that a settled stay of someone is. */
  *visitsOf(stay: LiveStay): Generator<LiveVisit> {
    if ((stay.flags & this.#excludedFlags) !== 0) return;
    for (const at of this.#ofPerson.get(stay.key) ?? []) {
      const { fromSec, toSec } = this.cases[at]!;
      if (!isKept(stay.start, stay.possible, fromSec, toSec)) continue;
      const clamp = (sec: number): number => Math.min(Math.max(sec, fromSec), toSec);
      const times = { start: clamp(stay.start), certain: clamp(stay.certain), likely: clamp(stay.likely), possible: clamp(stay.possible) };
      const { key, place, run, method, flags, carriage, seat, rows, settledSec } = stay;
      yield { case: at, key, place, run, ...times, method, flags, carriage, seat, rows, itineraryRow: -1, settledSec };
    }
  }

  /** The visits that itineraries tell of, as far as they are settled from the beginning; the others come by `ride`. */
  *told(): Generator<LiveVisit> {
    for (const [at, { itinerary }] of this.cases.entries()) {
      for (const row of itinerary) {
        const { visits } = this.#inputs;
        const place = visits.column('place_id')[row]!;
        if (visits.column('run_id')[row] === 0 && this.#live.isCut(place)) this.#openRides.push({ case: at, row, told: new Set() });
        else for (const told of itineraryPresence(row, this.#inputs, this.#places, this.#runs)) yield* this.#visit(at, told, Number.NEGATIVE_INFINITY);
      }
    }
  }

  /** Visits of itineraries on vehicles without a timetable, as far as a clock settles their runs. */
  *rides(clockSec: number): Generator<LiveVisit> {
    const open: OpenRide[] = [];
    for (const ride of this.#openRides) {
      const { startSec, endSec, place } = this.#presenceOf(ride);
      if (startSec - BOARDING_SEC >= clockSec) {
        open.push(ride);
        continue;
      }
      const laterSec = this.#live.settledSec(place, endSec); // until then a run may begin, or last until here
      let isOpen = laterSec >= clockSec;
      for (const told of itineraryPresence(ride.row, this.#inputs, this.#places, this.#runs)) {
        if (ride.told.has(told.run)) continue;
        const settledSec = told.run === 0 ? laterSec : this.#live.pieceSettledSec(place, told.run, endSec);
        if (settledSec >= clockSec) isOpen = true;
        else {
          ride.told.add(told.run);
          yield* this.#visit(ride.case, told, settledSec);
        }
      }
      if (isOpen) open.push(ride);
    }
    this.#openRides = open;
  }

  /** Where itineraries may yet tell of presence, from when on. */
  *openRides(): Generator<{ readonly place: number; readonly startSec: number }> {
    for (const ride of this.#openRides) yield this.#presenceOf(ride);
  }

  #presenceOf({ row }: OpenRide): { place: number; startSec: number; endSec: number } {
    const { visits } = this.#inputs;
    return { place: visits.column('place_id')[row]!, startSec: visits.column('start')[row]!, endSec: visits.column('end')[row]! };
  }

  *#visit(at: number, { place, run, startSec, endSec, row }: ToldPresence, settledSec: number): Generator<LiveVisit> {
    const { fromSec, toSec, person } = this.cases[at]!;
    if (!isKept(startSec, endSec, fromSec, toSec)) return;
    const { visits, ids } = this.#inputs;
    const end = Math.min(Math.max(endSec, fromSec), toSec);
    yield {
      case: at,
      key: ids.person.text(person),
      place,
      run,
      start: Math.min(Math.max(startSec, fromSec), toSec),
      certain: end,
      likely: end,
      possible: end,
      method: ITINERARY,
      flags: 0,
      carriage: visits.column('carriage')[row]!,
      seat: visits.column('seat')[row]!,
      rows: [],
      itineraryRow: row,
      settledSec,
    };
  }
}

/** Whether something of a presence lies in a window. */
function isKept(start: number, end: number, fromSec: number, toSec: number): boolean {
  return start === end ? fromSec <= start && start < toSec : Math.max(start, fromSec) < Math.min(end, toSec);
}
