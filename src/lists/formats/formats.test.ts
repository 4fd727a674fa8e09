import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Zone } from '../../core/zone.js';
import { durationBand, frequencyBand } from './go-data.js';
import { instantSec, lastDate } from './instant.js';
import { Presence } from './presence.js';
import { sormasDate } from './sormas.js';

describe('times of the lists', () => {
  test('every instant reads back from its text in every zone', () => {
    const zones = ['Asia/Shanghai', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', undefined].map((name) => new Zone(name));
    fc.assert(fc.property(fc.integer({ min: 946_684_800, max: 4_102_444_799 }), fc.constantFrom(...zones), (sec, zone) => instantSec(zone.text(sec)) === sec));
    expect(instantSec('2022-03-01 08:00')).toBeNaN();
  });

  test('an end at midnight belongs to the day before, also at the turn of months and years', () => {
    expect(lastDate('2022-02-28T22:00:00+08:00', '2022-03-01T00:00:00+08:00')).toBe('2022-02-28');
    expect(lastDate('2023-12-31T22:00:00Z', '2024-01-01T00:00:00Z')).toBe('2023-12-31');
    expect(lastDate('2022-03-01T00:00:00Z', '2022-03-01T00:00:00Z')).toBe('2022-03-01');
    expect(lastDate('2022-03-01T00:00:00Z', '2022-03-01T00:00:01Z')).toBe('2022-03-01');
  });
});

test('the bands of Go.Data begin where its words say', () => {
  const duration = (sec: number): string => durationBand(sec).replace('LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_DURATION_', '');
  expect([0, 1, 59, 60, 3599, 3600, 86_399, 86_400].map(duration)).toEqual([
    '',
    'VERY_SHORT_SECONDS',
    'VERY_SHORT_SECONDS',
    'SHORT_MINUTES',
    'SHORT_MINUTES',
    'MEDIUM_HOURS',
    'MEDIUM_HOURS',
    'LONG_DAYS',
  ]);
  const frequency = (count: number): string => frequencyBand(count).replace('LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_FREQUENCY_', '');
  expect([1, 5, 6, 10, 11, 20, 21].map(frequency)).toEqual([
    '1_5_TIMES',
    '1_5_TIMES',
    '6_10_TIMES',
    '6_10_TIMES',
    '11_20_TIMES',
    '11_20_TIMES',
    'OVER_21_TIMES',
  ]);
});

test('a date of SORMAS is that of its language', () => {
  expect([sormasDate('2022-03-01', 'M/d/yyyy'), sormasDate('2022-03-01', 'dd/MM/yyyy'), sormasDate('2022-03-01', 'dd.MM.yyyy')]).toEqual([
    '3/1/2022',
    '01/03/2022',
    '01.03.2022',
  ]);
});

test('presence has a line for each pair and each 20 seconds that they share a second of, once, in order', () => {
  const meeting = fc
    .record({ one: fc.nat(3), other: fc.nat(3), start: fc.nat(200), length: fc.integer({ min: 1, max: 90 }) })
    .filter(({ one, other }) => one !== other);
  fc.assert(
    fc.property(fc.array(meeting, { maxLength: 12 }), fc.constantFrom([1, 2, 3, 4], [4, 2, 1, 3]), (meetings, numberOf) => {
      const presence = new Presence();
      for (const { one, other, start, length } of meetings) presence.add(one, other, start, start + length);
      const expected = new Set<string>();
      for (const { one, other, start, length } of meetings) {
        const [i, j] = [numberOf[one]!, numberOf[other]!].sort((a, b) => a - b);
        for (let sec = start; sec < start + length; sec++) expected.add(`${(Math.floor(sec / 20) + 1) * 20} ${i} ${j}`);
      }
      const lines = [...presence.lines(numberOf)];
      expect(lines.map((line) => line.join(' ')).sort()).toEqual([...expected].sort());
      expect(lines).toEqual([...lines].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]));
    }),
  );
});
