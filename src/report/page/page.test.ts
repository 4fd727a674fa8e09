import { expect, test } from 'vitest';
import { Clock } from './clock.js';
import { duration, setLang, t } from './words.js';
import { merged } from './views/lanes.js';

const MARCH_1 = 1_646_092_800; // 2022-03-01T00:00:00Z

test('times go by the clock that travels with the data, across its changes', () => {
  // +12:00 until one hour into the day by UTC, then +13:00.
  const clock = new Clock([
    [MARCH_1, 43_200],
    [MARCH_1 + 3600, 46_800],
  ]);
  expect(clock.full(MARCH_1)).toBe('2022-03-01 12:00');
  expect(clock.full(MARCH_1 + 3600)).toBe('2022-03-01 14:00');
  expect(clock.exact(MARCH_1, false)).toBe('2022-03-01T12:00:00+12:00');
  expect(clock.dayStart(MARCH_1)).toBe(MARCH_1 - 43_200);
  expect(clock.span(MARCH_1, MARCH_1 + 1800)).toBe('2022-03-01 12:00–12:30');
  expect(clock.full(-1)).toBe('');
  expect(new Clock([]).exact(MARCH_1, true)).toBe('2022-03-01T00:00:00Z');
  expect(new Clock([[0, -12_600]]).exact(MARCH_1, false)).toBe('2022-02-28T20:30:00-03:30');
});

test('touching stays are one', () => {
  expect(
    merged([
      [10, 20],
      [0, 5],
      [20, 30],
      [4, 6],
    ]),
  ).toEqual([
    [0, 6],
    [10, 30],
  ]);
});

test('durations are whole minutes, never rounded up, in both languages', () => {
  setLang('en');
  expect([0, 59, 60, 3599, 3600, 3661].map(duration)).toEqual(['0 s', '59 s', '1 min', '59 min', '1 h', '1 h 1 min']);
  setLang('zh');
  expect(duration(3661)).toBe('1小时1分');
  expect(t('rowsOf', 3, 9)).toBe('9 中的 3');
  setLang('en');
});
