import { describe, expect, test } from 'vitest';
import type { CheckInInput, PlaceInput, RunInput, RunStopInput } from '../../engines/inputs/row-inputs.js';
import { Places } from '../../model/place.js';
import { Timetable } from '../../model/timetable.js';
import { sec, tablesOf } from '../../testing/tables.js';
import { assignRuns } from './assign-runs.js';
import { addTables } from './table-timetable.js';

const at = (minutes: number): number => sec('2022-03-01T08:00:00Z') + Math.round(minutes * 60);

/** A line of four stops, 10 minutes apart, both ways: up at :00 and :20 of each hour, down at :02 and :22. */
const runs: RunInput[] = [];
const runStops: RunStopInput[] = [];
for (let hour = 0; hour < 4; hour++) {
  for (const [way, minute, kms] of [
    ['up', 0, [0, 5, 10, 15]],
    ['down', 2, [15, 10, 5, 0]],
  ] as const) {
    for (const start of [hour * 60 + minute, hour * 60 + minute + 20]) {
      const run_id = `${way} ${start}`;
      kms.forEach((km, i) =>
        runStops.push({
          run_id,
          stop_sequence: i,
          arrival: at(start + 10 * i),
          departure: at(start + 10 * i + 0.5),
          stop_id: `s${km}`,
          lat: 23 + km / 111,
          lon: 113,
        }),
      );
      runs.push({ vehicle_id: `duty of ${run_id}`, run_id, start: at(start), end: at(start + 30.5), line_id: '5' });
    }
  }
}
const scan = (place_id: string, minutes: number, person_id = `p${minutes}`): CheckInInput => ({ person_id, place_id, time: at(minutes) });

function assigned(checkIns: readonly CheckInInput[], places: readonly PlaceInput[]) {
  const inputs = tablesOf({ checkIns, places, runs, runStops });
  const timetable = new Timetable();
  addTables(timetable, inputs);
  const before = inputs.runs.rowCount;
  const counts = assignRuns(timetable, inputs, new Places(inputs));
  const [vehicle, run] = inputs.runs.columns.map(({ data }) => data);
  const given = Array.from({ length: inputs.runs.rowCount - before }, (_, i) => [
    inputs.ids.place.text(vehicle![before + i]!),
    inputs.ids.run.text(run![before + i]!),
  ]);
  return { counts, given };
}
const BUS: PlaceInput = { place_id: 'bus', category: 'bus', line_id: '5' };

describe('runs of a vehicle of which only the line is known', () => {
  test('are those whose stops its scans fit, one after the other', () => {
    // Scans at :00:15, :10:20, :20:10 fit the run up at 0; those 32 min later its way back, down at 42 is none: down leaves at :02 and :22.
    const checkIns = [0.25, 10.3, 20.2, 62.3, 72.2, 82.4].map((minutes) => scan('bus', minutes));
    expect(assigned(checkIns, [BUS]).given).toEqual([
      ['bus', 'up 0'],
      ['bus', 'down 62'],
    ]);
  });

  test('are the same for all who were on it, also for those whose own scan fits another run as well', () => {
    // 20.3 fits up 0 (third stop) and up 20 (first stop): the others decide.
    expect(assigned([scan('bus', 0.2), scan('bus', 10.2), scan('bus', 20.3)], [BUS]).given).toEqual([['bus', 'up 0']]);
    expect(assigned([scan('bus', 20.3), scan('bus', 30.2), scan('bus', 40.3)], [BUS]).given).toEqual([['bus', 'up 20']]);
  });

  test('are none for the code of the line itself, for a code that several vehicles bear, and for one with runs of its own', () => {
    const lineCode: PlaceInput = { place_id: '5', category: 'bus', line_id: '5' };
    expect(assigned([scan('5', 0.2), scan('5', 10.2)], [lineCode]).given).toEqual([]);
    // Four vehicles under way at any time, all scanned by one code: no single chain fits more than a quarter and a bit.
    const all = runStops.map(({ arrival }, i) => ({ person_id: `p${i}`, place_id: 'bus', time: (arrival as number) + 10 }));
    expect(assigned(all, [BUS])).toEqual({ counts: { vehicles: 0, lineCodes: 1 }, given: [] });
    const own: PlaceInput = { place_id: 'duty of up 0', category: 'bus', line_id: '5' };
    expect(assigned([scan('duty of up 0', 0.2)], [own]).given).toEqual([]);
  });

  test('do not overlap', () => {
    const boarded = [0.1, 0.2, 0.3, 0.4, 10.1, 10.2, 10.3, 10.4, 20.1, 20.2, 20.3, 20.4];
    // One scan, at 2.2, fits down 2 better, which is under way at the same time.
    expect(
      assigned(
        [...boarded, 2.2].map((minutes) => scan('bus', minutes)),
        [BUS],
      ).given,
    ).toEqual([['bus', 'up 0']]);
  });

  test('are none where a good part of the scans fits other runs of the line better: then it is no single vehicle', () => {
    // Up 0 fits 0.2, 10.2 and 20.2 wholly and half of 2.2 and 12.2, that is 0.76 of what up 0 and down 2 fit together.
    expect(
      assigned(
        [0.2, 2.2, 10.2, 12.2, 20.2].map((minutes) => scan('bus', minutes)),
        [BUS],
      ),
    ).toEqual({ counts: { vehicles: 0, lineCodes: 1 }, given: [] });
  });
});
