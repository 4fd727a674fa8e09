/** Check-ins → stays (SPEC section 4): presence from the first scan, with an end known only within three bounds. */
import { U32Column, countingSort } from '../core/columns.js';
import type { Steps } from '../core/steps.js';
import type { Places } from '../model/place.js';
import { CAP, CAPPED, CHECKOUT, CONFLICT, NEXT_SCAN, RUN_END, type Stays } from '../model/stay.js';
import type { Dictionaries, InputTables } from '../model/tables.js';
import { DAY_SEC } from '../core/zone.js';
import type { Dwell } from './dwell.js';
import type { Runs } from './segment-runs.js';
import { RiddenColumns } from './transit/rides/ridden-columns.js';
import type { Rides } from './transit/rides/rides.js';

export interface InferOptions {
  /**
   * How many seconds the clocks of two devices may differ. Stays begin so much earlier and possibly end so much later; likely overlaps stay as they
   * are, and certain ones shrink by it: what is certain must hold whichever clock is wrong.
   * @defaultValue 0
   */
  readonly skewSec?: number;
  /** Finds where riders got on and off; without it a ride ends as any stay does. */
  readonly rides?: Rides | undefined;
}

/** What happened on the way, for the summary. */
export interface StayCounts {
  readonly stays: number;
  readonly joinedCheckIns: number;
  readonly capped: number;
  readonly conflicts: number;
  readonly zeroLength: number;
}

/** Where a stay ends, and why so. */
interface Ends {
  certain: number;
  likely: number;
  possible: number;
  method: number;
  flag: number;
}

/** What stays are inferred from. Of the people only their number counts: check-ins name them by 0, 1, 2 … */
export interface ScannedTables extends Pick<InputTables, 'checkIns'> {
  readonly ids: Pick<Dictionaries, 'place' | 'run' | 'text'> & { readonly person: { readonly size: number } };
}

const NONE = -1;
/** Check-ins between two pauses. */
const ROWS_BETWEEN_PAUSES = 4096;

/** All stays of all people. Depends on nothing but the rows: their order plays no part, except in which row of equals is the first. */
export function* inferStays(
  inputs: ScannedTables,
  places: Places,
  runs: Runs,
  dwell: Dwell,
  options: InferOptions = {},
): Steps<{ stays: Stays; counts: StayCounts }> {
  const { ids, checkIns } = inputs;
  const [person, place, time, checkOut, runId, carriage, seat] = checkIns.columns.map((column) => column.data as Uint32Array) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const rowCount = checkIns.rowCount;
  const byPerson = countingSort(rowCount, ids.person.size, (row) => person[row]!);

  // Order within a person: time, then texts bytewise with the empty one first. Texts are looked at on ties only.
  const earlier = (a: number, b: number): number =>
    time[a]! - time[b]! ||
    ids.place.compare(place[a]!, place[b]!) ||
    ids.run.compare(runId[a]!, runId[b]!) ||
    checkOut[a]! - checkOut[b]! ||
    ids.text.compare(carriage[a]!, carriage[b]!) ||
    ids.text.compare(seat[a]!, seat[b]!);

  const stayPerson = new U32Column(),
    stayPlace = new U32Column(),
    stayRun = new U32Column();
  const start = new U32Column(),
    certain = new U32Column(),
    likely = new U32Column(),
    possible = new U32Column();
  const method = new U32Column(),
    flags = new U32Column(),
    stayCarriage = new U32Column(),
    staySeat = new U32Column();
  const previousHere = new U32Column(); // the person's stay before this one at the place, + 1
  const lastHere = new Uint32Array(ids.place.size); // of the current person, + 1
  const stayOfOrder = new Uint32Array(rowCount);
  const ridden = options.rides && new RiddenColumns(options.rides);
  const add = (someone: number, here: number, run: number, startSec: number, ends: Ends, row: number): void => {
    previousHere.push(lastHere[here]!);
    stayPerson.push(someone);
    stayPlace.push(here);
    stayRun.push(run);
    start.push(startSec);
    certain.push(ends.certain);
    likely.push(ends.likely);
    possible.push(ends.possible);
    method.push(ends.method);
    flags.push(ends.flag);
    stayCarriage.push(carriage[row]!);
    staySeat.push(seat[row]!);
    lastHere[here] = start.length;
  };
  const ends: Ends = { certain: 0, likely: 0, possible: 0, method: CAP, flag: 0 };
  const ofPerson = new Uint32Array(ids.person.size + 1);
  const order = byPerson.rows;
  const elsewhere = new Uint32Array(rowCount); // by position: the person's next check-in at another place
  let done = 0;

  for (let someone = 0; someone < ids.person.size; someone++) {
    const lo = byPerson.offsets[someone]!;
    const hi = byPerson.offsets[someone + 1]!;
    const firstStay = start.length;
    ofPerson[someone] = firstStay;
    if (hi - lo > 1) order.subarray(lo, hi).sort(earlier);
    for (let at = hi - 1; at >= lo; at--) elsewhere[at] = at + 1 < hi && place[order[at + 1]!] === place[order[at]!] ? elsewhere[at + 1]! : at + 1;
    const rides = ridden?.of(order, lo, hi);
    for (let at = lo; at < hi; at++) {
      if (++done % ROWS_BETWEEN_PAUSES === 0) yield { done, of: rowCount };
      const row = order[at]!;
      const t = time[row]!;
      const k = rides !== undefined && rides.run[at - lo]! >= 0 ? at - lo : NONE;
      let here = place[row]!;
      let run: number;
      ends.flag = 0;
      if (k >= 0) {
        here = rides!.place[k]!;
        run = rides!.runId[k]!;
        ends.certain = rides!.certain[k]!;
        ends.likely = rides!.likely[k]!;
        ends.possible = rides!.possible[k]!;
        ends.method = rides!.method[k]!;
      } else {
        runs.find(here, t, runId[row]!);
        run = runs.foundRunId;
        if (checkOut[row] !== 0) {
          const capped = t + DAY_SEC;
          if (checkOut[row]! > capped) ends.flag = CAPPED;
          ends.certain = ends.likely = ends.possible = Math.min(checkOut[row]!, capped);
          ends.method = CHECKOUT;
        } else {
          const { leastSec, typicalSec, mostSec } = dwell.of(places.get(here).category);
          ends.possible = t + mostSec;
          ends.method = CAP;
          if (runs.foundEndSec <= ends.possible) {
            ends.possible = runs.foundEndSec;
            ends.method = RUN_END;
          }
          for (let later = elsewhere[at]!; later < hi && time[order[later]!]! <= ends.possible; later++) {
            if (time[order[later]!]! === t || places.related(place[order[later]!]!, here)) continue;
            ends.possible = time[order[later]!]!;
            ends.method = NEXT_SCAN;
            break;
          }
          ends.possible = Math.max(ends.possible, t);
          ends.certain = Math.min(t + leastSec, ends.possible);
          ends.likely = Math.min(t + typicalSec, ends.possible);
        }
      }

      let before = lastHere[here]!;
      while (before !== 0 && stayRun.data[before - 1] !== run) before = previousHere.data[before - 1]!;
      const stay = before - 1;
      if (before !== 0 && t <= possible.data[stay]!) {
        if (ends.possible >= possible.data[stay]!) {
          method.data[stay] = ends.method;
          if (k >= 0) ridden!.lengthen(stay, k);
        }
        certain.data[stay] = Math.max(certain.data[stay]!, ends.certain);
        likely.data[stay] = Math.max(likely.data[stay]!, ends.likely);
        possible.data[stay] = Math.max(possible.data[stay]!, ends.possible);
        flags.data[stay]! |= ends.flag;
        if (stayCarriage.data[stay] === 0) stayCarriage.data[stay] = carriage[row]!;
        if (staySeat.data[stay] === 0) staySeat.data[stay] = seat[row]!;
        stayOfOrder[at] = stay;
      } else {
        stayOfOrder[at] = start.length;
        ridden?.add(k);
        add(someone, here, run, t, ends, row);
      }
      if (k >= 0 && rides!.onRun[k]! >= 0) {
        // The vehicle went on as another run with the rider aboard: a stay of its own, since the room is another.
        ridden!.goOn(start.length, at, k);
        ends.certain = rides!.onStart[k]!;
        ends.likely = rides!.onLikely[k]!;
        ends.possible = rides!.onPossible[k]!;
        add(someone, here, rides!.onRunId[k]!, ends.certain, ends, row);
      }
    }
    for (let stay = firstStay; stay < start.length; stay++) lastHere[stayPlace.data[stay]!] = 0;
    flagConflicts(firstStay, start.length, start.data, certain.data, stayPlace.data, flags.data, places);
  }
  ofPerson[ids.person.size] = start.length;

  const count = start.length;
  const extra = ridden?.extraStay.length ?? 0;
  const byStay = countingSort(rowCount + extra, count, (i) => (i < rowCount ? stayOfOrder[i]! : ridden!.extraStay.data[i - rowCount]!));
  const counts = countWhatHappened(rowCount + extra, count, start.data, possible.data, flags.data);
  if (options.skewSec) allowForSkew(options.skewSec, count, start.data, certain.data, likely.data, possible.data);
  return {
    counts,
    stays: {
      count,
      person: stayPerson.trimmed(),
      place: stayPlace.trimmed(),
      run: stayRun.trimmed(),
      start: start.trimmed(),
      certain: certain.trimmed(),
      likely: likely.trimmed(),
      possible: possible.trimmed(),
      method: Uint8Array.from(method.trimmed()),
      flags: Uint8Array.from(flags.trimmed()),
      carriage: stayCarriage.trimmed(),
      seat: staySeat.trimmed(),
      ofPerson,
      firstRow: byStay.offsets,
      rows: byStay.rows.map((i) => order[i < rowCount ? i : ridden!.extraAt.data[i - rowCount]!]!),
      ...(ridden && { ridden: ridden.stops() }),
    },
  };
}

/** Flags the stays `lo..hi` of one person, sorted by start, at unrelated places whose [start, certain) intersect: two places at once. */
function flagConflicts(lo: number, hi: number, start: Uint32Array, certain: Uint32Array, place: Uint32Array, flags: Uint32Array, places: Places): void {
  for (let a = lo; a < hi; a++) {
    for (let b = a + 1; b < hi && start[b]! < certain[a]!; b++) {
      if (certain[b]! <= start[b]! || places.related(place[a]!, place[b]!)) continue;
      flags[a]! |= CONFLICT;
      flags[b]! |= CONFLICT;
    }
  }
}

function countWhatHappened(rowCount: number, count: number, start: Uint32Array, possible: Uint32Array, flags: Uint32Array): StayCounts {
  let capped = 0,
    conflicts = 0,
    zeroLength = 0;
  for (let stay = 0; stay < count; stay++) {
    if (flags[stay]! & CAPPED) capped++;
    if (flags[stay]! & CONFLICT) conflicts++;
    if (start[stay] === possible[stay]) zeroLength++;
  }
  return { stays: count, joinedCheckIns: rowCount - count, capped, conflicts, zeroLength };
}

/** Since the start moves by the skew, a likely end moves with it and a certain end twice as far; none falls before the start. */
export function allowForSkew(skewSec: number, count: number, start: Uint32Array, certain: Uint32Array, likely: Uint32Array, possible: Uint32Array): void {
  for (let stay = 0; stay < count; stay++) {
    start[stay]! -= skewSec;
    certain[stay] = Math.max(start[stay]!, certain[stay]! - 2 * skewSec);
    likely[stay] = Math.max(start[stay]!, likely[stay]! - skewSec);
    possible[stay]! += skewSec;
  }
}
