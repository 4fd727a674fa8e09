import { describe, expect, test } from 'vitest';
import { BUS_LINE, COACH_LINE, Lines, RUNS_PER_DAY, VEHICLES_PER_LINE } from './lines.js';

describe.each([
  ['bus', BUS_LINE],
  ['coach', COACH_LINE],
])('lines of a %s', (_, shape) => {
  const lines = new Lines(1, 1, 40, shape);
  const all = Array.from({ length: lines.count }, (_, line) => line);

  test('no vehicle is on two runs at once, and each has four minutes to turn', () => {
    for (const line of all) {
      const { runs, lengthSec } = lines.get(line);
      const freeFrom = new Map<number, number>();
      for (let run = 0; run < runs; run++) {
        const vehicle = lines.vehicleOf(line, run);
        const departure = lines.departureSec(line, run);
        expect(departure).toBeGreaterThanOrEqual(freeFrom.get(vehicle) ?? 0);
        freeFrom.set(vehicle, departure + lengthSec + 240);
      }
    }
  });

  test('a vehicle goes out and back in turn, and every run ends on its day', () => {
    for (const line of all) {
      const { runs, lengthSec, vehicles } = lines.get(line);
      expect(vehicles % 2).toBe(1);
      expect(vehicles).toBeLessThanOrEqual(VEHICLES_PER_LINE);
      expect(runs).toBeLessThanOrEqual(RUNS_PER_DAY);
      expect(lines.departureSec(line, runs - 1) + lengthSec).toBeLessThan(86_400);
    }
  });

  test('the next run is the first in its direction that has not left the stop', () => {
    for (const line of all.slice(0, 5)) {
      const { runs, stopSec, stops } = lines.get(line);
      for (let sec = 0; sec < 86_400; sec += 997) {
        for (const direction of [0, 1]) {
          const stop = sec % stops;
          const expected =
            Array.from({ length: runs }, (_, run) => run).find((run) => run % 2 === direction && lines.departureSec(line, run) + stop * stopSec >= sec) ?? -1;
          expect(lines.nextRun(line, direction, stop, sec)).toBe(expected);
        }
      }
    }
  });
});
