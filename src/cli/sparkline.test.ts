import { expect, test } from 'vitest';
import { sparkline, spread } from './sparkline.js';

test('the largest value is a full block, zero a dot, and what is between goes by eighths', () => {
  expect(sparkline([0, 1, 4, 8])).toBe('·▁▄█');
  expect(sparkline([3, 3])).toBe('██');
  expect(sparkline([0, 0])).toBe('··');
  expect(sparkline([])).toBe('');
});

test('a span counts in every part that it touches, its end not included', () => {
  // Parts of 10 s: [0, 10) [10, 20) [20, 30) [30, 40).
  expect(
    spread(
      [
        [0, 10],
        [5, 25],
        [39, 60],
        [-5, 1],
      ],
      0,
      40,
      4,
    ),
  ).toEqual([3, 1, 1, 1]);
  expect(spread([[20, 20]], 0, 40, 4)).toEqual([0, 0, 1, 0]);
  expect(spread([], 0, 40, 2)).toEqual([0, 0]);
});
