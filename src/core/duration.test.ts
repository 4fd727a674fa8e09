import { expect, test } from 'vitest';
import { parseDuration } from './duration.js';
import { OptionError } from './errors.js';

test.each([
  ['30s', 30],
  ['15m', 900],
  ['2h', 7200],
  ['24h', 86_400],
  ['1d', 86_400],
  ['90', 90],
  [90, 90],
  [0, 0],
  ['0d', 0],
  ['007m', 420],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text, 'lag')).toBe(seconds);
});

test.each([
  '',
  ' ',
  '15 m',
  ' 15m',
  '15M',
  '1.5h',
  '-1m',
  '+1m',
  '1e3',
  '15min',
  'PT15M',
  '1h30m',
  '١٥m',
  '1234567890123',
  1.5,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e21,
])("'%s' is no duration, and the error names the option", (text) => {
  expect(() => parseDuration(text, 'lag')).toThrow(
    expect.objectContaining({
      name: OptionError.name,
      code: 'E_DURATION',
      message: `lag: expected a whole number and s, m, h or d (30s, 15m, 2h, 1d), got '${text}'`,
    }),
  );
});
