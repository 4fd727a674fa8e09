/** The disinfection list: when cases of generation 1 were at a place or on a run, and how many came after. */
import { countingSort, lowerBound } from '../core/columns.js';
import { placeColumns, visitsByRoom, type Found } from './found.js';
import type { DisinfectionRow } from './rows.js';

/** Rows by place_id, run_id and from: the union of [start, possible end) of the visits, touching windows merged. */
export function* disinfectionRows(found: Found): Generator<DisinfectionRow> {
  const first = found.generations[0];
  if (!first) return;
  const { visits, cases } = first;
  const timesAt = checkInTimes(found, new Set(visits.place));
  for (const group of visitsByRoom(found, visits)) {
    const windows: { fromSec: number; toSec: number; cases: Set<number> }[] = [];
    for (const v of group.sort((a, b) => visits.start[a]! - visits.start[b]!)) {
      const caseId = cases[visits.case[v]!]!.caseId;
      const last = windows[windows.length - 1];
      if (last && visits.start[v]! <= last.toSec) {
        last.toSec = Math.max(last.toSec, visits.possible[v]!);
        last.cases.add(caseId);
      } else windows.push({ fromSec: visits.start[v]!, toSec: visits.possible[v]!, cases: new Set([caseId]) });
    }
    const place = visits.place[group[0]!]!;
    const times = timesAt.get(place)!;
    for (const window of windows) {
      yield {
        ...placeColumns(found, place, visits.run[group[0]!]!),
        from: found.zone.text(window.fromSec),
        to: found.zone.text(window.toSec),
        cases: window.cases.size,
        check_ins_since: times.length - lowerBound(times, 0, times.length, window.toSec),
      };
    }
  }
}

/** Times of the accepted check-ins at some places, ascending. */
function checkInTimes({ tables: { inputs } }: Found, wanted: ReadonlySet<number>): Map<number, Uint32Array> {
  const place = inputs.checkIns.column('place_id');
  const time = inputs.checkIns.column('time');
  const places = [...wanted];
  const position = new Map(places.map((id, i) => [id, i]));
  const { offsets, rows } = countingSort(inputs.checkIns.rowCount, places.length, (row) => position.get(place[row]!) ?? -1);
  return new Map(
    places.map((id, i) => [
      id,
      rows
        .subarray(offsets[i], offsets[i + 1])
        .map((row) => time[row]!)
        .sort(),
    ]),
  );
}
