import { expect, test } from 'vitest';
import { parseMemory } from './memory-size.js';

test.each([
  ['256MB', 256 * 2 ** 20],
  ['512 MiB', 512 * 2 ** 20],
  ['2gb', 2 ** 31],
  ['1.5GB', 1.5 * 2 ** 30],
  [2 ** 28, 2 ** 28],
  ['300000000', 300_000_000],
])('%s is an amount of memory', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes);
});

test.each(['255MB', '0', '', 'much', '-1GB', '1TB', '1e9', 'NaN', '2 G B', Number.NaN])('%s is none', (text) => {
  expect(() => parseMemory(text)).toThrow('memory: expected at least 256MB');
});
