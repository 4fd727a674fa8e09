import { expect, test } from 'vitest';
import { amount, inWords, shareInWords } from './words.js';

test('amounts are exact in seconds and easy in words', () => {
  expect([0, 1, 45, 60, 570, 571, 7199, 7200, 12_000, 93_784].map(inWords)).toEqual([
    '0 seconds',
    '1 second',
    '45 seconds',
    '1 minute',
    '9.5 minutes',
    '9.51 minutes',
    '119.98 minutes',
    '2 hours',
    '3 hours 20 minutes',
    '1 day 2 hours 3 minutes 4 seconds',
  ]);
  expect([59, 600].map(amount)).toEqual(['59 s', '600 s (10 minutes)']);
});

test('what lacks a second is never rounded up to enough', () => {
  expect(shareInWords(570, 600, false)).toBe('9.5 of 10 minutes');
  expect(shareInWords(599, 600, false)).toBe('9.98 of 10 minutes');
  expect(shareInWords(600, 600, true)).toBe('10 of more than 10 minutes');
  expect(shareInWords(0, 1, false)).toBe('0 of 1 second');
  expect(shareInWords(7199, 7200, false)).toBe('1.99 of 2 hours');
});
