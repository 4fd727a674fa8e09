import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SUPPRESSED } from './page-data.js';
import { guarded, guardedLevels, isSmall } from './small-counts.js';

test('1 to 10 are held back, zero and 11 are told', () => {
  expect([0, 1, 10, 11, 500].map(guarded)).toEqual([0, SUPPRESSED, SUPPRESSED, 11, 500]);
});

test('levels whose difference is small are held back with it', () => {
  expect(guardedLevels([0, 0, 40])).toEqual([0, 0, 40]);
  expect(guardedLevels([20, 20, 40])).toEqual([20, 20, 40]);
  expect(guardedLevels([20, 25, 40])).toEqual([SUPPRESSED, SUPPRESSED, 40]); // 25 - 20 are five people
  expect(guardedLevels([0, 3, 40])).toEqual([SUPPRESSED, SUPPRESSED, 40]);
  expect(guardedLevels([0, 0, 7])).toEqual([SUPPRESSED, SUPPRESSED, SUPPRESSED]);
});

test('no told level, nor the difference of two, is a small count', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { minLength: 3, maxLength: 3 }), (steps) => {
      const levels = steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0));
      const told = guardedLevels(levels).filter((count) => count !== SUPPRESSED);
      expect(told.some(isSmall)).toBe(false);
      for (const a of told) for (const b of told) expect(isSmall(Math.abs(a - b))).toBe(false);
    }),
  );
});
