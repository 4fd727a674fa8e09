/** Check-ins → stays (SPEC section 4): presence from the first scan, with an end known only within three bounds. */
import { countingSort } from '../core/columns.js';
import type { Steps } from '../core/steps.js';
import type { Places } from '../model/place.js';
import { CAP, CAPPED, CHECKOUT, CONFLICT, NEXT_SCAN, RUN_END, type Stays } from '../model/stay.js';
import type { Dictionaries, InputTables } from '../model/tables.js';
import { DAY_SEC } from '../core/zone.js';
import type { Dwell } from './dwell.js';
import type { Runs } from './segment-runs.js';
import { ScanWindow } from './scan-window.js';
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
  const columns = checkIns.columns.map((column) => column.data as Uint32Array);
  const [person, place, time, checkOut, runId, carriage, seat] = columns as [
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

  const order = byPerson.rows;
  const scans = new ScanWindow(columns, order, byPerson.offsets, earlier);
  const { place: placeAt, time: timeAt, checkOut: checkOutAt, run: runAt, carriage: carriageAt, seat: seatAt } = scans;
  // Not more stays than check-ins, and with rides than two of each: memory that nothing is written to is not taken.
  const most = options.rides ? 2 * rowCount : rowCount;
  const stayPerson = new Uint32Array(most),
    stayPlace = new Uint32Array(most),
    stayRun = new Uint32Array(most);
  const start = new Uint32Array(most),
    certain = new Uint32Array(most),
    likely = new Uint32Array(most),
    possible = new Uint32Array(most);
  const method = new Uint8Array(most),
    flags = new Uint8Array(most),
    stayCarriage = new Uint32Array(most),
    staySeat = new Uint32Array(most);
  let count = 0;
  const previousHere = new Uint32Array(2 * scans.size); // by stay of the person: the one before it at the place, + 1
  const lastHere = new Uint32Array(ids.place.size); // of the current person, + 1
  const stayOfOrder = new Uint32Array(rowCount);
  const ridden = options.rides && new RiddenColumns(options.rides);
  let firstStay = 0;
  const add = (someone: number, here: number, run: number, startSec: number, ends: Ends, at: number): void => {
    previousHere[count - firstStay] = lastHere[here]!;
    stayPerson[count] = someone;
    stayPlace[count] = here;
    stayRun[count] = run;
    start[count] = startSec;
    certain[count] = ends.certain;
    likely[count] = ends.likely;
    possible[count] = ends.possible;
    method[count] = ends.method;
    flags[count] = ends.flag;
    stayCarriage[count] = carriageAt[at]!;
    staySeat[count] = seatAt[at]!;
    lastHere[here] = ++count;
  };
  const ends: Ends = { certain: 0, likely: 0, possible: 0, method: CAP, flag: 0 };
  const ofPerson = new Uint32Array(ids.person.size + 1);
  const elsewhere = new Uint32Array(scans.size); // by position in the window: the person's next check-in at another place
  let done = 0;

  for (let someone = 0; someone < ids.person.size; someone++) {
    const lo = byPerson.offsets[someone]!;
    const hi = byPerson.offsets[someone + 1]!;
    ofPerson[someone] = firstStay = count;
    scans.show(someone);
    const first = lo - scans.from;
    const end = hi - scans.from;
    for (let at = end - 1; at >= first; at--) elsewhere[at] = at + 1 < end && placeAt[at + 1] === placeAt[at] ? elsewhere[at + 1]! : at + 1;
    const rides = ridden?.of(order, lo, hi);
    for (let at = first; at < end; at++) {
      if (++done % ROWS_BETWEEN_PAUSES === 0) yield { done, of: rowCount };
      const t = timeAt[at]!;
      const k = rides !== undefined && rides.run[at - first]! >= 0 ? at - first : NONE;
      let here = placeAt[at]!;
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
        runs.find(here, t, runAt[at]!);
        run = runs.foundRunId;
        if (checkOutAt[at] !== 0) {
          const capped = t + DAY_SEC;
          if (checkOutAt[at]! > capped) ends.flag = CAPPED;
          ends.certain = ends.likely = ends.possible = Math.min(checkOutAt[at]!, capped);
          ends.method = CHECKOUT;
        } else {
          const { leastSec, typicalSec, mostSec } = dwell.of(places.get(here).category);
          ends.possible = t + mostSec;
          ends.method = CAP;
          if (runs.foundEndSec <= ends.possible) {
            ends.possible = runs.foundEndSec;
            ends.method = RUN_END;
          }
          for (let later = elsewhere[at]!; later < end && timeAt[later]! <= ends.possible; later++) {
            if (timeAt[later]! === t || places.related(placeAt[later]!, here)) continue;
            ends.possible = timeAt[later]!;
            ends.method = NEXT_SCAN;
            break;
          }
          ends.possible = Math.max(ends.possible, t);
          ends.certain = Math.min(t + leastSec, ends.possible);
          ends.likely = Math.min(t + typicalSec, ends.possible);
        }
      }

      let before = lastHere[here]!;
      while (before !== 0 && stayRun[before - 1] !== run) before = previousHere[before - 1 - firstStay]!;
      const stay = before - 1;
      if (before !== 0 && t <= possible[stay]!) {
        if (ends.possible >= possible[stay]!) {
          method[stay] = ends.method;
          if (k >= 0) ridden!.lengthen(stay, k);
        }
        certain[stay] = Math.max(certain[stay]!, ends.certain);
        likely[stay] = Math.max(likely[stay]!, ends.likely);
        possible[stay] = Math.max(possible[stay]!, ends.possible);
        flags[stay]! |= ends.flag;
        if (stayCarriage[stay] === 0) stayCarriage[stay] = carriageAt[at]!;
        if (staySeat[stay] === 0) staySeat[stay] = seatAt[at]!;
        stayOfOrder[scans.from + at] = stay;
      } else {
        stayOfOrder[scans.from + at] = count;
        ridden?.add(k);
        add(someone, here, run, t, ends, at);
      }
      if (k >= 0 && rides!.onRun[k]! >= 0) {
        // The vehicle went on as another run with the rider aboard: a stay of its own, since the room is another.
        ridden!.goOn(count, scans.from + at, k);
        ends.certain = rides!.onStart[k]!;
        ends.likely = rides!.onLikely[k]!;
        ends.possible = rides!.onPossible[k]!;
        add(someone, here, rides!.onRunId[k]!, ends.certain, ends, at);
      }
    }
    for (let stay = firstStay; stay < count; stay++) lastHere[stayPlace[stay]!] = 0;
    flagConflicts(firstStay, count, start, certain, stayPlace, flags, places);
  }
  ofPerson[ids.person.size] = count;

  const extra = ridden?.extraStay.length ?? 0;
  const byStay = countingSort(rowCount + extra, count, (i) => (i < rowCount ? stayOfOrder[i]! : ridden!.extraStay.data[i - rowCount]!));
  const counts = countWhatHappened(rowCount + extra, count, start, possible, flags);
  if (options.skewSec) allowForSkew(options.skewSec, count, start, certain, likely, possible);
  return {
    counts,
    stays: {
      count,
      person: stayPerson.subarray(0, count),
      place: stayPlace.subarray(0, count),
      run: stayRun.subarray(0, count),
      start: start.subarray(0, count),
      certain: certain.subarray(0, count),
      likely: likely.subarray(0, count),
      possible: possible.subarray(0, count),
      method: method.subarray(0, count),
      flags: flags.subarray(0, count),
      carriage: stayCarriage.subarray(0, count),
      seat: staySeat.subarray(0, count),
      ofPerson,
      firstRow: byStay.offsets,
      rows: byStay.rows.map((i) => order[i < rowCount ? i : ridden!.extraAt.data[i - rowCount]!]!),
      ...(ridden && { ridden: ridden.stops() }),
    },
  };
}

/** Flags the stays `lo..hi` of one person, sorted by start, at unrelated places whose [start, certain) intersect: two places at once. */
function flagConflicts(lo: number, hi: number, start: Uint32Array, certain: Uint32Array, place: Uint32Array, flags: Uint8Array, places: Places): void {
  for (let a = lo; a < hi; a++) {
    for (let b = a + 1; b < hi && start[b]! < certain[a]!; b++) {
      if (certain[b]! <= start[b]! || places.related(place[a]!, place[b]!)) continue;
      flags[a]! |= CONFLICT;
      flags[b]! |= CONFLICT;
    }
  }
}

function countWhatHappened(rowCount: number, count: number, start: Uint32Array, possible: Uint32Array, flags: Uint8Array): StayCounts {
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
