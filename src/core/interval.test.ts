import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthOf, lengthWithin, union, type Interval } from './interval.js';

const END = 40;
const intervals = fc.array(fc.tuple(fc.nat({ max: END }), fc.nat({ max: END })), { maxLength: 8 });

/** Which of the seconds 0..END-1 are covered. */
const covered = (spans: readonly Interval[]): boolean[] => Array.from({ length: END }, (_, s) => spans.some(([from, to]) => from <= s && s < to));

test('a union covers the same seconds with sorted intervals that do not touch', () => {
  fc.assert(
    fc.property(intervals, (spans) => {
      const merged = union(spans);
      expect(covered(merged)).toEqual(covered(spans));
      const ends = merged.flat();
      expect(ends.every((end, i) => i === 0 || ends[i - 1]! < end)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('touching intervals become one, empty and reversed ones vanish', () => {
  expect(
    union([
      [5, 7],
      [0, 3],
      [3, 5],
      [9, 9],
      [12, 11],
    ]),
  ).toEqual([[0, 7]]);
  expect(union([])).toEqual([]);
});

test('a union leaves what it was given as it was', () => {
  const spans: Interval[] = [
    [3, 5],
    [0, 4],
  ];
  union(spans);
  expect(spans).toEqual([
    [3, 5],
    [0, 4],
  ]);
});

test('lengths count the covered seconds, of all and within a window', () => {
  fc.assert(
    fc.property(intervals, fc.nat({ max: END }), fc.nat({ max: END }), (spans, from, to) => {
      const cells = covered(spans);
      expect(lengthOf(union(spans))).toBe(cells.filter(Boolean).length);
      expect(lengthWithin(union(spans), from, to)).toBe(cells.slice(from, Math.max(from, to)).filter(Boolean).length);
    }),
    { numRuns: 500 },
  );
});
