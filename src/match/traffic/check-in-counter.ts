/** How many check-ins there are at a place from an instant on, from a table of check-ins. */
import { countingSort, lowerBound } from '../../core/columns.js';
import { STAFF_FURTHER, type CheckInColumn, type Table } from '../../model/tables.js';

/** Counts the accepted check-ins at a place, on any run, at or after an instant. The table is grouped by place when first asked. */
export function checkInCounter(checkIns: Table<CheckInColumn>): (place: number, sec: number) => number {
  let grouped: { offsets: Uint32Array; times: Uint32Array } | undefined;
  const isSorted = new Set<number>();
  return (place, sec) => {
    grouped ??= groupByPlace(checkIns);
    const { offsets, times } = grouped;
    if (place + 1 >= offsets.length) return 0;
    const [lo, hi] = [offsets[place]!, offsets[place + 1]!];
    if (!isSorted.has(place)) {
      times.subarray(lo, hi).sort();
      isSorted.add(place);
    }
    return hi - lowerBound(times, lo, hi, sec);
  };
}

function groupByPlace(checkIns: Table<CheckInColumn>): { offsets: Uint32Array; times: Uint32Array } {
  const place = checkIns.column('place_id');
  const time = checkIns.column('time');
  let places = 0;
  for (let row = 0; row < checkIns.rowCount; row++) if (place[row]! >= places) places = place[row]! + 1;
  // A row made for a further run of someone's duty is no check-in of its own: it goes to a place that nobody asks for.
  const role = checkIns.column('role');
  const { offsets, rows } = countingSort(checkIns.rowCount, places + 1, (row) => (role[row] === STAFF_FURTHER ? places : place[row]!));
  for (let i = 0; i < rows.length; i++) rows[i] = time[rows[i]!]!;
  return { offsets, times: rows };
}
