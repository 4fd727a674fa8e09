import { expect, test } from 'vitest';
import { DwellCurve } from './dwell-curve.js';

const minutes = (least: number, typical: number, most: number): DwellCurve =>
  new DwellCurve({ leastSec: least * 60, typicalSec: typical * 60, mostSec: most * 60 });

test('the curve goes through the three times: 97.5 %, 50 % and 2.5 % stay that long', () => {
  const food = minutes(10, 45, 180);
  expect([600, 2700, 10_800].map((sec) => food.share(sec))).toEqual([0.975, 0.5, 0.025].map((share) => expect.closeTo(share, 9) as number));
});

test('a half of a deviation from the median is what the tables say', () => {
  // ln(most / typical) / 1.96 is the deviation above: at typical × (most / typical)^(0.5 / 1.95996…) the tail of 0.5 deviations is left, 30.854 %.
  const sec = 2700 * 4 ** (0.5 / 1.959963984540054);
  expect(minutes(10, 45, 180).share(sec)).toBeCloseTo(0.3085375, 6);
});

test('everybody stays for no time, fewer the longer, and times that are one make a step', () => {
  const shop = minutes(3, 20, 90);
  const shares = Array.from({ length: 200 }, (_, i) => shop.share(i * 60));
  expect(shares[0]).toBe(1);
  expect(shares.every((share, i) => i === 0 || share <= shares[i - 1]!)).toBe(true);
  const step = minutes(30, 30, 30);
  expect([1799, 1800, 1801].map((sec) => step.share(sec))).toEqual([1, 1, 0]);
  expect(minutes(0, 0, 0).share(1)).toBe(1);
  expect(minutes(0, 0, 0).share(2)).toBe(0);
});
