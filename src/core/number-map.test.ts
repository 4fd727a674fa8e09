import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberMap } from './number-map.js';

test('numbers have positions in the order of first sight, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat({ max: 50 }), fc.integer({ min: 0, max: 2 ** 32 - 2 })), { maxLength: 5000 }), (numbers) => {
      const map = new NumberMap();
      const expected = new Map<number, number>();
      for (const number of numbers) {
        if (!expected.has(number)) expected.set(number, expected.size);
        expect(map.add(number)).toBe(expected.get(number));
      }
      expect(map.size).toBe(expected.size);
      for (const number of [...numbers, 7, 2 ** 32 - 2, 0]) expect(map.find(number)).toBe(expected.get(number) ?? -1);
    }),
    { numRuns: 50 },
  );
});

test('numbers that differ only in their high bits do not slow each other down', () => {
  const map = new NumberMap();
  for (let i = 0; i < 200_000; i++) map.add((i << 8) >>> 0);
  expect(map.size).toBe(200_000);
  expect(map.find((199_999 << 8) >>> 0)).toBe(199_999);
});
