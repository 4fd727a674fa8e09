import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dictionary } from './dictionary.js';
import { sortByKey } from './radix.js';
import { inTextOrder, ranksIn } from './text-order.js';

test('sorting by keys is what a stable comparison gives, for few and many items', () => {
  const most = fc.constantFrom(3, 255, 70_000, 0xffff_ffff);
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 23, 24, 25, 300, 9000), most, fc.integer(), fc.constantFrom(0, 5), (count, largest, seed, lo) => {
      let state = seed >>> 0;
      const keys = Uint32Array.from({ length: lo + count }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % (largest + 1));
      const order = Uint32Array.from(keys.keys());
      const expected = [...order.slice(0, lo), ...order.slice(lo).sort((a, b) => keys[a]! - keys[b]! || a - b)];
      sortByKey(order, lo, lo + count, keys, largest);
      expect([...order]).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('texts stand in the order of their bytes, whatever they share at the beginning', () => {
  const end = fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('', '\0', '\0\0', 'a', '\u{1d4b3}', '\uff5e', '0000001', '0000002'));
  const text = fc.tuple(fc.constantFrom('', 'x', '44030119900101'), end).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.constantFrom('', 'x', '4403'), fc.uniqueArray(text, { maxLength: 60 }), (start, ends) => {
      const dictionary = new Dictionary(1);
      const ids = Uint32Array.from(ends, (each) => dictionary.intern(start + each.replaceAll(/[\ud800-\udfff]/g, '?')));
      const unique = Uint32Array.from(new Set(ids));
      const order = inTextOrder(unique, dictionary);
      const sorted = [...unique].sort((a, b) => Buffer.compare(Buffer.from(dictionary.text(a)), Buffer.from(dictionary.text(b))));
      expect([...order]).toEqual(sorted);
      const ranks = ranksIn(order, dictionary.size);
      expect(sorted.map((id) => ranks[id])).toEqual(sorted.map((_, rank) => rank + 1));
    }),
  );
});
