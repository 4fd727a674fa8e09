import { expect, test } from 'vitest';
import { Dwell } from '../stays/dwell.js';
import { KINDS } from './city.js';
import { Random } from './random.js';
import { TrueDwell } from './true-dwell.js';

const dwell = new Dwell();
const CATEGORIES = [...new Set(KINDS.map(({ category }) => category))];

function drawn(category: string, oddShare: number, count = 20_000): number[] {
  const random = new Random(1);
  random.begin(1, 1);
  const visits = new TrueDwell(category, dwell, oddShare);
  return Array.from({ length: count }, () => visits.draw(random)).sort((a, b) => a - b);
}

test.each(CATEGORIES)('%s: no visit but the odd ones is shorter than least or longer than most, and half are shorter than about typical', (category) => {
  const { leastSec, typicalSec, mostSec } = dwell.of(category);
  const visits = drawn(category, 0);
  expect(visits[0]).toBeGreaterThanOrEqual(leastSec);
  expect(visits.at(-1)).toBeLessThanOrEqual(mostSec);
  expect(visits[visits.length / 2]! / typicalSec).toBeGreaterThan(0.9);
  expect(visits[visits.length / 2]! / typicalSec).toBeLessThan(1.1);
});

test('odd visits are outside the bounds, half of them on either side', () => {
  const { leastSec, mostSec } = dwell.of('retail');
  const visits = drawn('retail', 0.1);
  const short = visits.filter((sec) => sec < leastSec).length / visits.length;
  const long = visits.filter((sec) => sec > mostSec).length / visits.length;
  expect(short).toBeCloseTo(0.05, 2);
  expect(long).toBeCloseTo(0.05, 2);
});
