import { describe, expect, test } from 'vitest';
import { binSecOf } from './bin.js';

describe('the bin', () => {
  test('is the median length, not the mean that a few long stays pull up', () => {
    // Lengths 10, 30, 30, 45, 1440 min: the third of five is 30 min; the mean would be 311.
    expect(
      binSecOf([
        [1440, 1],
        [10, 1],
        [45, 1],
        [30, 2],
      ]),
    ).toBe(1800);
  });

  test('of an even number is the lower of the two in the middle', () => {
    expect(
      binSecOf([
        [40, 1],
        [20, 1],
      ]),
    ).toBe(1200);
  });

  test('stays within five minutes and a day, also without stays', () => {
    expect([binSecOf([[0, 9]]), binSecOf([[2000, 9]]), binSecOf([])]).toEqual([300, 86_400, 300]);
  });
});
