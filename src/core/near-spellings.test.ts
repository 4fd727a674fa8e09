import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editsBetween, nearSpellings, type KnownTexts } from './near-spellings.js';

const known = (texts: readonly string[], count = texts.length): KnownTexts => ({ count, has: (text) => texts.includes(text), all: () => texts });

test('one or two edits away is near, nearest first, then bytewise', () => {
  const texts = ['P4471', 'P4417', 'P447', 'P4481', 'Q4482', 'X9999', 'P4471'.padEnd(12, '0')];
  expect(nearSpellings('P4472', known(texts))).toEqual(['P447', 'P4471', 'P4417']);
  expect(nearSpellings('ab', known(['ac', 'cd', 'abc', 'abcd']))).toEqual(['abc', 'ac']);
});

test('case, full-width forms and zeros that a spreadsheet lost are near', () => {
  expect(nearSpellings('p447１', known(['P4471']))).toEqual(['P4471']);
  expect(nearSpellings('7123', known(['0007123']))).toEqual(['0007123']);
  expect(nearSpellings('张三李', known(['张三', '王五六']))).toEqual(['张三']);
});

test('of very many texts those one edit away are found without a look at each', () => {
  const many: KnownTexts = { count: 1e9, has: (text) => ['P4471', 'P4417', 'p4472', 'P472'].includes(text), all: () => [] };
  expect(nearSpellings('P4472', many)).toEqual(['p4472', 'P4471', 'P472']);
});

test('edits are counted as by trying all of them', () => {
  const slow = (a: string, b: string): number => {
    if (a === '' || b === '') return a.length + b.length;
    const swap = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0] ? 1 + slow(a.slice(2), b.slice(2)) : Number.POSITIVE_INFINITY;
    return Math.min(slow(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1), slow(a.slice(1), b) + 1, slow(a, b.slice(1)) + 1, swap);
  };
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
  fc.assert(fc.property(text, text, (a, b) => editsBetween(a, b, 2) === Math.min(slow(a, b), 3)));
});
