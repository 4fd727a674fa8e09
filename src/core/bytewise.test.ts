import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytewise } from './bytewise.js';

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', 'b', '\u007f', '\u0080', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 6,
});

test('texts compare as their UTF-8 bytes do', () => {
  const order = fc.property(text, text, (a, b) => {
    expect(Math.sign(compareBytewise(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  });
  fc.assert(order, { numRuns: 3000 });
});

test('the last of the plane of 65,536 stands before the first beyond it, other than in UTF-16', () => {
  expect(compareBytewise('\uffff', '\u{10000}')).toBeLessThan(0);
  expect(['\uffff', '\u{10000}'].sort()).toEqual(['\u{10000}', '\uffff']);
  expect(['\u{1d4b3}', '\uff5e', 'z', 'é', ''].sort(compareBytewise)).toEqual(['', 'z', 'é', '\uff5e', '\u{1d4b3}']);
});
