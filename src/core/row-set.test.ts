import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowSet } from './row-set.js';

const cell = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(0, -0, Number.NaN, 31.2304, 31.2305, 1_646_092_800, 0xffff_ffff));

test('a row is added once, however often and in whatever order equal rows come', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 80 }), (rows) => {
      const columns = [0, 1, 2].map((i) => ({ data: Float64Array.from(rows, (row) => row[i]!) }));
      const set = new RowSet(columns);
      const seen = new Set<string>();
      const isNew = rows.map((row) => {
        const key = row.map((value) => String(value)).join(); // -0 is 0, NaN is NaN
        const before = seen.size;
        return seen.add(key).size > before;
      });
      expect(rows.map((_, i) => set.add(i))).toEqual(isNew);
    }),
    { numRuns: 300 },
  );
});

test('100,000 rows that differ in one column only stay apart while the set grows', () => {
  const data = Uint32Array.from({ length: 100_000 }, (_, i) => i * 60);
  const set = new RowSet([{ data: new Uint32Array(100_000).fill(7) }, { data }]);
  expect(Array.from(data.keys()).every((row) => set.add(row))).toBe(true);
  expect(Array.from(data.keys()).some((row) => set.add(row))).toBe(false);
});

test('columns that grew into new arrays are still the ones compared', () => {
  const column = { data: Uint32Array.of(1) };
  const set = new RowSet([column]);
  set.add(0);
  column.data = Uint32Array.of(1, 1, 2);
  expect([set.add(1), set.add(2)]).toEqual([false, true]);
});
