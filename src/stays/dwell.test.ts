import { expect, test } from 'vitest';
import { OptionError } from '../core/errors.js';
import { Dwell } from './dwell.js';

/** SPEC section 4, in its own words. */
const TABLE =
  'default 5/30/120 · retail 3/20/90 · market 5/25/120 · food 10/45/180 · entertainment 15/90/300 · culture 15/90/300 · sports 15/75/240 · ' +
  'worship 15/75/240 · workplace 30/480/720 · education 30/360/600 · healthcare 10/60/240 · public_building 5/30/120 · station 1/10/60 · ' +
  'residence 60/600/1440 · lodging 60/600/1440 · bus 2/20/90 · metro 2/25/120 · taxi 3/20/120 · ferry 5/30/240 · coach 10/90/480 · ' +
  'train 10/120/1440 · aircraft 30/120/960';

test('the table is the one of the SPEC', () => {
  const wanted = TABLE.split(' · ').map((row) => {
    const [category, minutes] = row.split(' ');
    const [least, typical, most] = minutes!.split('/').map(Number);
    return [category, { least, typical, most }];
  });
  expect(new Dwell().toJSON()).toEqual(Object.fromEntries(wanted));
});

test('a category is given in seconds, and an unknown one counts as default', () => {
  const dwell = new Dwell();
  expect(dwell.of('food')).toEqual({ leastSec: 600, typicalSec: 2700, mostSec: 10_800 });
  expect(dwell.of('karaoke')).toEqual(dwell.of('default'));
  expect(['food', 'karaoke', 'toString', '__proto__'].map((category) => dwell.isKnown(category))).toEqual([true, false, false, false]);
  expect(dwell.of('__proto__')).toEqual(dwell.of('default'));
});

test('rows are replaced or added one by one; a new default serves the unknown', () => {
  const dwell = new Dwell({ food: { least: 0, typical: 0, most: 0 }, karaoke: { least: 1, typical: 2, most: 3 }, default: { least: 7, typical: 7, most: 7 } });
  expect([dwell.of('food').mostSec, dwell.of('karaoke').typicalSec, dwell.of('nowhere').leastSec, dwell.of('retail').mostSec]).toEqual([0, 120, 420, 5400]);
});

test.each([
  [{ least: 5, typical: 4, most: 9 }],
  [{ least: 5, typical: 10, most: 9 }],
  [{ least: -1, typical: 0, most: 0 }],
  [{ least: 0.5, typical: 1, most: 2 }],
  [{ least: 1, typical: 2 }],
  [{ least: 1, typical: 2, most: '3' }],
  [{ least: 1, typical: 2, most: 3, unit: 'h' }],
  [{ least: 1, typical: 2, most: 600_000 }],
  [null],
  [[1, 2, 3]],
])('%j is refused', (minutes) => {
  expect(() => new Dwell({ food: minutes as never })).toThrow(
    expect.objectContaining({ name: OptionError.name, code: 'E_DWELL', message: expect.stringContaining('dwell of food') as unknown }),
  );
});
