import { expect, test } from 'vitest';
import { EIGHT, FOUR_STOPS, pingsFrom, timetableWith, type PlannedPing, type PlannedRun } from '../../../testing/observed-bus.js';
import { Places } from '../../../model/place.js';
import { newDictionaries, newInputTables } from '../../../model/tables.js';
import { Runs } from '../../segment-runs.js';
import { Boarding } from '../rides/boarding.js';
import { observeInto } from './observe-into.js';

const RUNS: readonly PlannedRun[] = [0, 600].map((at) => ({ runId: `T${at}`, at, calls: FOUR_STOPS }));
const late = (vehicle: string, sec: number, metres: readonly number[]): PlannedPing[] =>
  metres.map((metre) => ({ vehicle, at: metre / 10 + sec, metres: metre, trip: 'T0' }));

/** Every run of the timetable: vehicle, run, and when it calls, in seconds after eight. */
async function timetableAfter(pings: readonly PlannedPing[]): Promise<string[]> {
  const { ids, timetable } = timetableWith(RUNS);
  expect(timetable.runOf(ids.run.find('T600'))).toBe(1); // asked before: what it remembers must not go stale
  observeInto(timetable, await pingsFrom(pings, ids), ids);
  expect(timetable.runOf(ids.run.find('T0'))).toBe(0);
  return Array.from({ length: timetable.runCount }, (_, run) => {
    const [lo, hi] = [timetable.firstCall(run), timetable.lastCall(run)];
    const times = Array.from(timetable.callArrival.data.subarray(lo, hi + 1), (sec) => timetable.base.data[run]! + sec - EIGHT);
    const stops = Array.from(timetable.callStop.data.subarray(lo, hi + 1), (stop) => ids.text.text(timetable.stopText.data[stop]!));
    return `${ids.place.text(timetable.vehicle.data[run]!)} ${ids.run.text(timetable.runId.data[run]!)} ${ids.text.text(timetable.line.data[run]!)}: ${times.join(' ')} ${stops.join('')}`;
  });
}

test('a run observed is that of the vehicle seen, with its times, and stands in the timetable once', async () => {
  expect(await timetableAfter(late('bus', 45, [500, 1500]))).toEqual(['bus T0 L: 45 145 245 345 ABCD', 'block T600 L: 600 700 800 900 ABCD']);
});

test('of several vehicles on one run each has it, and that with most pings is found by the run id', async () => {
  expect(await timetableAfter([...late('a', 30, [500, 1500]), ...late('b', 60, [500, 1000, 1500])])).toEqual([
    'b T0 L: 60 160 260 360 ABCD',
    'block T600 L: 600 700 800 900 ABCD',
    'a T0 L: 30 130 230 330 ABCD',
  ]);
});

test('a scan on the code of a bus finds the run that the bus was seen on, at the stop where it then was', async () => {
  const { ids, timetable } = timetableWith(RUNS);
  observeInto(timetable, await pingsFrom(late('bus', 400, [500, 1500, 2500]), ids), ids);
  const inputs = { ...newInputTables(), ids: { ...newDictionaries(), ...ids } };
  const places = new Places(inputs);
  const boarding = new Boarding(timetable, new Runs(inputs, places), places, ids.place.size);
  // 400 s late: at B at 500 s. By the timetable nothing would be there, but T600 that another vehicle makes.
  expect(boarding.find(ids.place.find('bus'), EIGHT + 505, -1)).toBe(1);
  expect(ids.run.text(timetable.runId.data[boarding.runs[0]!]!)).toBe('T0');
  expect(ids.text.text(timetable.stopText.data[timetable.callStop.data[boarding.calls[0]!]!]!)).toBe('B');
});
