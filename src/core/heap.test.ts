import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from './heap.js';

test('items come out by their numbers, whatever goes in between', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat({ max: 9 }))), (calls) => {
      const heap = new Heap<number>();
      let plain: number[] = [];
      for (const key of calls) {
        if (key !== null) {
          heap.push(key, key);
          plain = [...plain, key].sort((a, b) => a - b);
        }
        const taken = key === null ? [heap.pop(), plain.shift()] : [0, 0];
        expect([taken[0], heap.size, heap.leastKey]).toEqual([taken[1], plain.length, plain[0] ?? Number.POSITIVE_INFINITY]);
      }
    }),
  );
});
