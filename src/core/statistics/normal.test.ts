import { expect, test } from 'vitest';
import { normalTail } from './normal.js';

test('the tail of the normal distribution is that of the tables', () => {
  // Values of printed tables.
  for (const [z, tail] of [
    [0, 0.5],
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145707],
    [1.959963984540054, 0.025],
    [2.5, 0.006209665325776132],
    [4, 3.167124183311992e-5],
    [8, 6.220960574271785e-16],
  ] as const) {
    expect(normalTail(z) / tail, String(z)).toBeCloseTo(1, 6);
    expect(normalTail(-z)).toBeCloseTo(1 - tail, 12);
  }
  expect(normalTail(2.5 - 1e-12)).toBeCloseTo(normalTail(2.5), 12); // where one way takes over from the other
  expect([normalTail(Number.POSITIVE_INFINITY), normalTail(Number.NEGATIVE_INFINITY)]).toEqual([0, 1]);
});
