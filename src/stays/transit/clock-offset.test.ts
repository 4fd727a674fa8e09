import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EIGHT, timetableWith, type PlannedRun } from '../../testing/observed-bus.js';
import { applyOffsets, clockOffsets, type ScanColumns } from './clock-offset.js';

/** A bus that stops ten times a run, at times without a beat. */
const STOPS = [0, 240, 760, 1000, 1510, 1740, 2350, 2500, 3110, 3600];
const runs = (vehicle: string, count: number): PlannedRun[] =>
  Array.from({ length: count }, (_, run): PlannedRun => ({
    runId: `${vehicle}-${run}`,
    vehicle,
    at: run * 5000,
    calls: STOPS.map((sec, i) => [`S${i}`, i * 3000, sec, sec + 10]),
  }));

const scansAt = (place: number, secs: readonly number[]): ScanColumns => ({
  count: secs.length,
  place: secs.map(() => place),
  sec: secs.map((sec) => EIGHT + sec),
});

test('a clock four minutes behind is found, and its runs are moved by as much', () => {
  const { ids, timetable } = timetableWith([...runs('bus', 2), ...runs('other', 1)]);
  const bus = ids.place.find('bus');
  // Two people at each of nineteen stops, 10 s after the doors opened, by phones whose clock is 240 s ahead.
  const secs = [0, 5000].flatMap((at) => STOPS.flatMap((sec) => [at + sec + 250, at + sec + 255])).slice(0, 38);
  const offsets = clockOffsets(scansAt(bus, secs), timetable);
  // Without a shift, scans 250 s after three of the stops of each run fall on the next, 240 s or 230 s later.
  // All are at a stop from 30 s before (shift 280 s) to 60 s after leaving it (shift 250 - 70 = 180 s): the middle is 230 s.
  expect(offsets).toEqual([{ vehicle: bus, offsetSec: 230, scans: 38, groups: 19, explained: 19, explainedBefore: 6 }]);
  applyOffsets(timetable, offsets);
  expect(Array.from(timetable.base.trimmed(), (sec) => sec - EIGHT)).toEqual([230, 5230, 0]);
});

test('nineteen scans are too few', () => {
  const { ids, timetable } = timetableWith(runs('bus', 2));
  const secs = [0, 5000].flatMap((at) => STOPS.map((sec) => at + sec + 250));
  expect(clockOffsets(scansAt(ids.place.find('bus'), secs), timetable)).toHaveLength(1);
  expect(clockOffsets(scansAt(ids.place.find('bus'), secs.slice(1)), timetable)).toEqual([]);
});

test('many people at one stop prove nothing', () => {
  const { ids, timetable } = timetableWith(runs('bus', 1));
  const secs = Array.from({ length: 60 }, (_, i) => 250 + (i % 3));
  expect(clockOffsets(scansAt(ids.place.find('bus'), secs), timetable)).toEqual([]);
});

test('clocks that agree are left alone, though some scan late', () => {
  const { ids, timetable } = timetableWith(runs('bus', 3));
  const secs = [0, 5000, 10_000].flatMap((at) => STOPS.map((sec, i) => at + sec + (i % 5 === 0 ? 100 : 5)));
  expect(clockOffsets(scansAt(ids.place.find('bus'), secs), timetable)).toEqual([]);
});

test('where stops follow so closely that any shift explains the scans, none is believed', () => {
  const calls = Array.from({ length: 40 }, (_, i) => [`S${i}`, i * 500, i * 80] as const);
  const { ids, timetable } = timetableWith([{ runId: 'dense', vehicle: 'bus', at: 0, calls }]);
  const secs = Array.from({ length: 60 }, (_, i) => 300 + i * 45);
  expect(clockOffsets(scansAt(ids.place.find('bus'), secs), timetable)).toEqual([]);
});

test('where stops have a steady beat, a shift by one stop explains as much: none is believed', () => {
  const calls = Array.from({ length: 12 }, (_, i) => [`S${i}`, i * 3000, i * 360] as const);
  const { ids, timetable } = timetableWith([{ runId: 'beat', vehicle: 'bus', at: 0, calls }]);
  const secs = calls.flatMap(([, , sec]) => [sec + 190, sec + 215]);
  expect(clockOffsets(scansAt(ids.place.find('bus'), secs), timetable)).toEqual([]);
});

test('scans at other places and far from all runs say nothing', () => {
  const { ids, timetable } = timetableWith(runs('bus', 1));
  expect(clockOffsets(scansAt(ids.place.intern('shop'), STOPS.concat(STOPS, STOPS)), timetable)).toEqual([]);
  expect(
    clockOffsets(
      scansAt(
        ids.place.find('bus'),
        Array.from({ length: 40 }, (_, i) => 500_000 + i * 100),
      ),
      timetable,
    ),
  ).toEqual([]);
});

test('whatever the clock, its offset is found within 30 s if people scan within half a minute of the doors', () => {
  fc.assert(
    fc.property(fc.integer({ min: -540, max: 540 }), fc.array(fc.integer({ min: -5, max: 30 }), { minLength: 60, maxLength: 60 }), (trueSec, lags) => {
      const { ids, timetable } = timetableWith(runs('bus', 6));
      const secs = lags.map((lag, i) => Math.floor(i / 10) * 5000 + STOPS[i % 10]! + lag + trueSec);
      const found = clockOffsets(scansAt(ids.place.find('bus'), secs), timetable)[0]?.offsetSec ?? 0;
      // A clock that is off by less than scans are by themselves cannot be told from one that is right.
      const allowed = Math.abs(trueSec) <= 60 ? 60 : 30;
      expect(Math.abs(found - trueSec)).toBeLessThanOrEqual(allowed);
    }),
    { numRuns: 200 },
  );
});

test('of a thousand vehicles with scans at random times at most ten seem to be off', () => {
  const vehicles = Array.from({ length: 1000 }, (_, i) => `bus ${i}`);
  const { ids, timetable } = timetableWith(vehicles.flatMap((vehicle) => runs(vehicle, 2)));
  let state = 1; // a fixed sequence, the same at every run of this test: Park and Miller's
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const place: number[] = [];
  const sec: number[] = [];
  for (const [i, vehicle] of vehicles.entries()) {
    for (let scan = 0; scan < 20 + (i % 80); scan++) {
      place.push(ids.place.find(vehicle));
      sec.push(EIGHT + Math.floor(random() * 8600));
    }
  }
  expect(clockOffsets({ count: sec.length, place, sec }, timetable).length).toBeLessThanOrEqual(10);
});
