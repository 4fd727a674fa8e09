/** Check-ins → stays (SPEC section 4): presence from the first scan, with an end known only within three bounds. */
import { U32Column, countingSort } from '../core/columns.js';
import type { Steps } from '../core/steps.js';
import type { Places } from '../model/place.js';
import { CAP, CAPPED, CHECKOUT, CONFLICT, NEXT_SCAN, RUN_END, type Stays } from '../model/stay.js';
import type { InputTables } from '../model/tables.js';
import { DAY_SEC } from '../core/zone.js';
import type { Dwell } from './dwell.js';
import type { Runs } from './segment-runs.js';

export interface InferOptions {
  /**
   * How many seconds the clocks of two devices may differ. Stays begin so much earlier and possibly end so much later; likely overlaps stay as they
   * are, and certain ones shrink by it: what is certain must hold whichever clock is wrong.
   * @defaultValue 0
   */
  readonly skewSec?: number;
}

/** What happened on the way, for the summary. */
export interface StayCounts {
  readonly stays: number;
  readonly joinedCheckIns: number;
  readonly capped: number;
  readonly conflicts: number;
  readonly zeroLength: number;
}

/** Check-ins between two pauses. */
const ROWS_BETWEEN_PAUSES = 4096;

/** All stays of all people. Depends on nothing but the rows: their order plays no part, except in which row of equals is the first. */
export function* inferStays(
  inputs: InputTables,
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
    for (let at = lo; at < hi; at++) {
      if (++done % ROWS_BETWEEN_PAUSES === 0) yield { done, of: rowCount };
      const row = order[at]!;
      const here = place[row]!;
      const t = time[row]!;
      runs.find(here, t, runId[row]!);
      const run = runs.foundRunId;
      let endCertain: number, endLikely: number, endPossible: number;
      let how = CAP;
      let flag = 0;
      if (checkOut[row] !== 0) {
        const capped = t + DAY_SEC;
        if (checkOut[row]! > capped) flag = CAPPED;
        endCertain = endLikely = endPossible = Math.min(checkOut[row]!, capped);
        how = CHECKOUT;
      } else {
        const { leastSec, typicalSec, mostSec } = dwell.of(places.get(here).category);
        endPossible = t + mostSec;
        if (runs.foundEndSec <= endPossible) {
          endPossible = runs.foundEndSec;
          how = RUN_END;
        }
        for (let later = elsewhere[at]!; later < hi && time[order[later]!]! <= endPossible; later++) {
          if (time[order[later]!]! === t || places.related(place[order[later]!]!, here)) continue;
          endPossible = time[order[later]!]!;
          how = NEXT_SCAN;
          break;
        }
        endPossible = Math.max(endPossible, t);
        endCertain = Math.min(t + leastSec, endPossible);
        endLikely = Math.min(t + typicalSec, endPossible);
      }

      let before = lastHere[here]!;
      while (before !== 0 && stayRun.data[before - 1] !== run) before = previousHere.data[before - 1]!;
      const stay = before - 1;
      if (before !== 0 && t <= possible.data[stay]!) {
        if (endPossible >= possible.data[stay]!) method.data[stay] = how;
        certain.data[stay] = Math.max(certain.data[stay]!, endCertain);
        likely.data[stay] = Math.max(likely.data[stay]!, endLikely);
        possible.data[stay] = Math.max(possible.data[stay]!, endPossible);
        flags.data[stay]! |= flag;
        if (stayCarriage.data[stay] === 0) stayCarriage.data[stay] = carriage[row]!;
        if (staySeat.data[stay] === 0) staySeat.data[stay] = seat[row]!;
        stayOfOrder[at] = stay;
        continue;
      }
      stayOfOrder[at] = start.length;
      previousHere.push(lastHere[here]!);
      stayPerson.push(someone);
      stayPlace.push(here);
      stayRun.push(run);
      start.push(t);
      certain.push(endCertain);
      likely.push(endLikely);
      possible.push(endPossible);
      method.push(how);
      flags.push(flag);
      stayCarriage.push(carriage[row]!);
      staySeat.push(seat[row]!);
      lastHere[here] = start.length;
    }
    for (let at = lo; at < hi; at++) lastHere[place[order[at]!]!] = 0;
    flagConflicts(firstStay, start.length, start.data, certain.data, stayPlace.data, flags.data, places);
  }
  ofPerson[ids.person.size] = start.length;

  const count = start.length;
  const byStay = countingSort(rowCount, count, (at) => stayOfOrder[at]!);
  const counts = countWhatHappened(rowCount, count, start.data, possible.data, flags.data);
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
      rows: byStay.rows.map((at) => order[at]!),
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
