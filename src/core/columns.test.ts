import fc from 'fast-check';
import { expect, test } from 'vitest';
import { F64Column, U32Column, countingSort, lowerBound } from './columns.js';

test('a column grows and keeps what was pushed', () => {
  const whole = new U32Column(0);
  const degrees = new F64Column(1);
  for (let i = 0; i < 1000; i++) {
    whole.push(0xffff_ffff - i);
    degrees.push(i === 500 ? Number.NaN : i / 8);
  }
  expect(Array.from(whole.trimmed())).toEqual(Array.from({ length: 1000 }, (_, i) => 0xffff_ffff - i));
  expect(Array.from(degrees.data.subarray(0, degrees.length))).toEqual(Array.from({ length: 1000 }, (_, i) => (i === 500 ? Number.NaN : i / 8)));
});

test('a counting sort groups rows by key, in their order, and leaves out those without one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 40 }), (keys) => {
      const { offsets, rows } = countingSort(keys.length, 6, (row) => keys[row]!);
      const groups = Array.from({ length: 6 }, (_, key) => Array.from(rows.subarray(offsets[key], offsets[key + 1])));
      expect(groups).toEqual(Array.from({ length: 6 }, (_, key) => [...keys.keys()].filter((row) => keys[row] === key)));
      expect(rows).toHaveLength(keys.filter((key) => key >= 0).length);
    }),
  );
});

test('the lower bound is the first position that is not less', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 20 }), fc.nat({ max: 22 }), fc.nat({ max: 20 }), fc.nat({ max: 20 }), (values, wanted, a, b) => {
      const ascending = Uint32Array.from(values).sort();
      const lo = Math.min(a, b, values.length);
      const hi = Math.min(Math.max(a, b), values.length);
      const found = ascending.findIndex((value, at) => at >= lo && at < hi && value >= wanted);
      expect(lowerBound(ascending, lo, hi, wanted)).toBe(found < 0 ? hi : found);
    }),
  );
});
