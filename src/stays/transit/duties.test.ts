import { expect, test } from 'vitest';
import { Places } from '../../model/place.js';
import { sec, tablesOf } from '../../testing/tables.js';
import { Dwell } from '../dwell.js';
import { Runs } from '../segment-runs.js';
import type { CheckInInput } from '../../engines/inputs/row-inputs.js';
import { expandDuties } from './duties.js';

const at = (hour: number): number => sec('2022-03-01T00:00:00Z') + hour * 3600;
const run = (run_id: string, from: number, to: number) => ({ vehicle_id: 'bus', run_id, start: at(from), end: at(to) });
const RUNS = [run('r6', 6, 7), run('r8', 8, 9), run('r10', 10, 11), run('r19', 19, 20)];

function rowsOf(checkIns: readonly CheckInInput[]) {
  const inputs = tablesOf({ checkIns, places: [{ place_id: 'bus', category: 'bus' }, { place_id: 'depot' }], runs: RUNS });
  const places = new Places(inputs);
  const added = expandDuties(inputs, places, Runs.of(inputs, places, new Dwell(), 2700));
  const { checkIns: table, ids } = inputs;
  const [, place, time, out, runId] = table.columns.map(({ data }) => data);
  const hour = (instant: number): number => (instant - at(0)) / 3600;
  const rows = Array.from({ length: table.rowCount }, (_, row) => ({
    place: ids.place.text(place![row]!),
    run: ids.run.text(runId![row]!),
    from: hour(time![row]!),
    to: out![row] === 0 ? null : hour(out![row]!),
    line: table.line.data[row]!,
  }));
  return { rows, added };
}
const staff = (hour: number, more: Partial<CheckInInput> = {}): CheckInInput => ({
  person_id: 'driver',
  place_id: 'bus',
  time: at(hour),
  role: 'staff',
  ...more,
});

test('staff are on every run until they check out, from the scan or the start of the run', () => {
  const { rows, added } = rowsOf([staff(6.5, { check_out: at(10.5) })]);
  expect(rows.map(({ run: id, from, to }) => [id, from, to])).toEqual([
    ['r6', 6.5, 7],
    ['r8', 8, 9],
    ['r10', 10, 10.5],
  ]);
  expect(rows.map(({ line }) => line)).toEqual([1, 1, 1]);
  expect(added).toBe(2);
});

test('without a check-out a duty ends with the next scan elsewhere, and after 12 h at the latest', () => {
  expect(rowsOf([staff(7.5), { person_id: 'driver', place_id: 'depot', time: at(9.5) }]).rows.map(({ run: id }) => id)).toEqual(['r8', '']);
  expect(rowsOf([staff(7.5)]).rows.map(({ run: id }) => id)).toEqual(['r8', 'r10', 'r19']);
  expect(rowsOf([staff(6.5)]).rows.map(({ run: id }) => id)).toEqual(['r6', 'r8', 'r10']);
});

test('passengers, staff on a named run and staff where no run is known stay as they are', () => {
  const { rows, added } = rowsOf([staff(8.5, { role: 'passenger' }), staff(8.5, { run_id: 'r8' }), staff(21), staff(6, { place_id: 'depot' })]);
  expect(rows).toMatchObject([
    { place: 'bus', run: '', to: null },
    { place: 'bus', run: 'r8', to: null },
    { place: 'bus', run: '', to: null },
    { place: 'depot', run: '', to: null },
  ]);
  expect(added).toBe(0);
});
