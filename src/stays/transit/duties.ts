/** Crew: whoever scans a vehicle as staff is on all its runs until the duty ends, not only on the one that was scanned. */
import { STAFF, STAFF_FURTHER, type InputTables } from '../../model/tables.js';
import type { Places } from '../../model/place.js';
import type { Runs } from '../segment-runs.js';

/** A duty without a check-out, and without a scan elsewhere, ends after so long. */
export const LONGEST_DUTY_SEC: number = 12 * 3600;

/**
 * Makes of each staff row on a vehicle one row for each run of the duty, all with the same file and line: from the scan or the run's start to the run's
 * or the duty's end. The duty ends with the check-out, else with the person's next scan at an unrelated place, at most 12 h after it began. Where no run
 * is known, the row stays as it is. Returns how many rows were added.
 */
export function expandDuties({ checkIns }: Pick<InputTables, 'checkIns'>, places: Places, runs: Runs): number {
  const [person, place, time, checkOut, runId, , , role] = checkIns.columns.map(({ data }) => data as Uint32Array);
  const rowCount = checkIns.rowCount;
  const staff: number[] = [];
  for (let row = 0; row < rowCount; row++) if (role![row] === STAFF && runId![row] === 0) staff.push(row);
  if (staff.length === 0) return 0;
  const crew = new Set(staff.map((row) => person![row]!));
  const scansOf = new Map<number, number[]>();
  for (let row = 0; row < rowCount; row++) {
    if (!crew.has(person![row]!)) continue;
    const scans = scansOf.get(person![row]!);
    if (scans) scans.push(row);
    else scansOf.set(person![row]!, [row]);
  }
  let added = 0;
  for (const row of staff) {
    const here = place![row]!;
    const from = time![row]!;
    const until = checkOut![row]! || dutyEnd(scansOf.get(person![row]!)!, row, here, from);
    const { runIds, starts, ends } = runs.of(here);
    const ridden = runIds.map((_, i) => i).filter((i) => starts[i]! < until && ends[i]! > from);
    for (const [nth, i] of ridden.entries()) {
      const [start, end] = [Math.max(from, starts[i]!), Math.min(until, ends[i]!)];
      const values = checkIns.columns.map(({ data }) => data[row]!);
      [values[2], values[3], values[4], values[7]] = [start, end, runIds[i]!, nth === 0 ? STAFF : STAFF_FURTHER];
      if (nth === 0) for (const [column, value] of values.entries()) checkIns.columns[column]!.data[row] = value;
      else {
        checkIns.push(values, checkIns.file.data[row]!, checkIns.line.data[row]!);
        added++;
      }
    }
  }
  return added;

  function dutyEnd(scans: readonly number[], row: number, here: number, from: number): number {
    let end = from + LONGEST_DUTY_SEC;
    for (const other of scans) {
      const sec = checkIns.columns[2]!.data[other]!;
      if (other !== row && sec > from && sec < end && !places.related(checkIns.columns[1]!.data[other]!, here)) end = sec;
    }
    return end;
  }
}
