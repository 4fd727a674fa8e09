import { expect, test } from 'vitest';
import { Timetable, type Call } from './timetable.js';

const calls = (firstSec: number, stops: readonly number[], apartSec = 60): Call[] =>
  stops.map((stop, i) => ({ stop, arrivalSec: firstSec + i * apartSec, departureSec: firstSec + i * apartSec + 10 }));

test('calls at the same stops after the same times are one journey, whenever they begin', () => {
  const timetable = new Timetable();
  const first = timetable.addJourney(calls(1000, [0, 1, 2]));
  expect(timetable.addJourney(calls(5000, [0, 1, 2]))).toBe(first);
  const others = [calls(1000, [0, 1]), calls(1000, [0, 2, 1]), calls(1000, [0, 1, 2], 61), calls(1000, [0, 1, 2, 3])].map((each) => timetable.addJourney(each));
  expect([first, ...others]).toEqual([0, 1, 2, 3, 4]);
  expect(Array.from(timetable.offsets.trimmed())).toEqual([0, 3, 5, 8, 11, 15]);
  expect(Array.from(timetable.callArrival.trimmed())).toEqual([0, 60, 120, 0, 60, 0, 60, 120, 0, 61, 122, 0, 60, 120, 180]);
  expect(timetable.callStop.length).toBe(15);
});
