/** Case visits: the stays of cases and their itineraries, cut to the cases' windows (SPEC section 6). */
import { U32Column } from '../core/columns.js';
import type { Case } from '../model/case.js';
import { ITINERARY, type Presence, type Stays } from '../model/stay.js';
import type { InputTables } from '../model/tables.js';
import type { Places } from '../model/place.js';
import { BOARDING_SEC, type Runs } from '../stays/segment-runs.js';

/** Visits of cases as columns; visits of case c are `ofCase[c]..ofCase[c + 1]`. */
export interface Visits extends Presence {
  readonly count: number;
  readonly ofCase: Uint32Array;
  /** Position in the list of cases. */
  readonly case: Uint32Array;
  /** The stay that the visit is cut from, or `NO_STAY` for an itinerary row. */
  readonly stay: Uint32Array;
  /** The itinerary row, or `NO_STAY`. */
  readonly itineraryRow: Uint32Array;
}
export const NO_STAY = 0xffff_ffff;

/** An itinerary row as presence: where, on which run, from when to when. */
export interface ToldPresence {
  readonly place: number;
  readonly run: number;
  readonly startSec: number;
  readonly endSec: number;
  readonly row: number;
}

/** An itinerary row, or, on a vehicle whose run it does not name, one piece for each run that it overlaps; a single piece without a run if none. */
export function itineraryPresence(row: number, inputs: InputTables, places: Places, runs: Runs): ToldPresence[] {
  const { visits } = inputs;
  const place = visits.column('place_id')[row]!;
  const startSec = visits.column('start')[row]!;
  const endSec = visits.column('end')[row]!;
  const named = visits.column('run_id')[row]!;
  if (named !== 0 || !places.isVehicle(place)) return [{ place, run: named, startSec, endSec, row }];
  const { runIds, starts, ends } = runs.of(place);
  const pieces: ToldPresence[] = [];
  for (let i = 0; i < runIds.length; i++) {
    const from = Math.max(startSec, starts[i]! - BOARDING_SEC);
    const to = Math.min(endSec, ends[i]!);
    if (from < to) pieces.push({ place, run: runIds[i]!, startSec: from, endSec: to, row });
  }
  return pieces.length > 0 ? pieces : [{ place, run: 0, startSec, endSec, row }];
}

/** All visits of the cases, in the order of the cases. */
export function caseVisits(cases: readonly Case[], stays: Stays, inputs: InputTables, places: Places, runs: Runs, excludedFlags: number): Visits {
  const names = [
    'person',
    'place',
    'run',
    'start',
    'certain',
    'likely',
    'possible',
    'method',
    'flags',
    'carriage',
    'seat',
    'case',
    'stay',
    'itineraryRow',
  ] as const;
  const columns = Object.fromEntries(names.map((name) => [name, new U32Column()])) as Record<(typeof names)[number], U32Column>;
  const ofCase = new Uint32Array(cases.length + 1);
  const carriage = inputs.visits.column('carriage');
  const seat = inputs.visits.column('seat');

  cases.forEach((aCase, at) => {
    const { fromSec, toSec, person } = aCase;
    const clamp = (sec: number): number => Math.min(Math.max(sec, fromSec), toSec);
    const isKept = (start: number, end: number): boolean =>
      start === end ? fromSec <= start && start < toSec : Math.max(start, fromSec) < Math.min(end, toSec);
    if (aCase.hasStays) {
      for (let s = stays.ofPerson[person] ?? 0; s < (stays.ofPerson[person + 1] ?? 0); s++) {
        if ((stays.flags[s]! & excludedFlags) !== 0 || !isKept(stays.start[s]!, stays.possible[s]!)) continue;
        for (const name of ['person', 'place', 'run', 'method', 'flags', 'carriage', 'seat'] as const) columns[name].push(stays[name][s]!);
        for (const name of ['start', 'certain', 'likely', 'possible'] as const) columns[name].push(clamp(stays[name][s]!));
        columns.case.push(at);
        columns.stay.push(s);
        columns.itineraryRow.push(NO_STAY);
      }
    }
    for (const row of aCase.itinerary) {
      for (const told of itineraryPresence(row, inputs, places, runs)) {
        if (!isKept(told.startSec, told.endSec)) continue;
        const end = clamp(told.endSec);
        const values = {
          person,
          place: told.place,
          run: told.run,
          start: clamp(told.startSec),
          certain: end,
          likely: end,
          possible: end,
          method: ITINERARY,
          flags: 0,
          carriage: carriage[row]!,
          seat: seat[row]!,
          case: at,
          stay: NO_STAY,
          itineraryRow: row,
        };
        for (const name of names) columns[name].push(values[name]);
      }
    }
    ofCase[at + 1] = columns.start.length;
  });

  const arrays = Object.fromEntries(names.map((name) => [name, columns[name].trimmed()])) as Record<(typeof names)[number], Uint32Array>;
  return { ...arrays, method: Uint8Array.from(arrays.method), flags: Uint8Array.from(arrays.flags), count: arrays.start.length, ofCase };
}
