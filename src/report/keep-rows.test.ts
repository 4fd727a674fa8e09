import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chosen, orderOf } from './keep-rows.js';

const rowOf = (cells: Readonly<Record<string, string>>) => (column: string) => cells[column] ?? '';

function keptOf(orders: readonly number[], limit: number): number[] {
  const chosen = new Chosen(limit);
  for (const order of orders) chosen.add(order);
  chosen.finish();
  return orders.flatMap((order, row) => (chosen.takes(order) ? [row] : []));
}

test('of equal rows the first are kept', () => {
  expect(keptOf([5, 1, 5, 5, 9], 3)).toEqual([0, 1, 2]);
  expect(keptOf([3, 2, 1], 2)).toEqual([1, 2]);
  expect(keptOf([3, 2, 1], 0)).toEqual([]);
  expect(keptOf([3, 2, 1], 3)).toEqual([0, 1, 2]);
});

test('what is kept is what a stable sort puts first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 40 }), fc.integer({ min: 0, max: 45 }), (orders, limit) => {
      const sorted = orders.map((order, row) => ({ order, row })).sort((a, b) => a.order - b.order || a.row - b.row);
      expect(keptOf(orders, limit)).toEqual(
        sorted
          .slice(0, limit)
          .map(({ row }) => row)
          .sort((a, b) => a - b),
      );
    }),
  );
});

test('a surer grade comes before any length of time, and the longer time before the shorter', () => {
  const order = (grade: string, sec: string): number => orderOf('people', rowOf({ grade, total_likely_s: sec }));
  expect(order('certain', '1')).toBeLessThan(order('likely', '999999999'));
  expect(order('likely', '60')).toBeLessThan(order('likely', '59'));
  expect(orderOf('episodes', rowOf({ grade: 'below', overlap_likely_s: '9' }))).toBeGreaterThan(
    orderOf('episodes', rowOf({ grade: 'possible', overlap_likely_s: '0' })),
  );
  expect(orderOf('places', rowOf({ people_possible: '9' }))).toBeLessThan(orderOf('places', rowOf({ people_possible: '8' })));
});
