import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lengthWithin, union, type Interval } from '../core/interval.js';
import { Zone } from '../core/zone.js';
import type { Measure } from '../model/rule.js';
import { sec } from '../testing/tables.js';
import { longestSec, measureSec, measuredWithin } from './measures.js';

const DAY = 86_400;
const SHANGHAI = new Zone('Asia/Shanghai');
const MIDNIGHT = sec('2022-03-02T00:00:00+08:00');
const all = (spans: readonly Interval[], zone = SHANGHAI): Record<Measure, number> => {
  const disjoint = union(spans);
  const of = (measure: Measure): number => measureSec(measure, disjoint, zone);
  return { single: of('single'), total: of('total'), rolling24h: of('rolling24h'), day: of('day') };
};
/** Five minutes of one day and the next, from midnight on. */
const minutes = (from: number, to: number): Interval => [MIDNIGHT + from * 60, MIDNIGHT + to * 60];

describe('worked out by hand', () => {
  test('three meetings of five minutes across midnight: a rolling day holds all three, a calendar day two', () => {
    expect(all([minutes(-10, -5), minutes(5, 10), minutes(1000, 1005)])).toEqual({ single: 300, total: 900, rolling24h: 900, day: 600 });
  });

  test('a fourth one a day later falls into no rolling day with all the others', () => {
    expect(all([minutes(-10, -5), minutes(0, 5), minutes(10, 15), minutes(1430, 1435)])).toEqual({ single: 300, total: 1200, rolling24h: 900, day: 900 });
  });

  test('a rolling day is half-open: what ends just 24 hours after the first beginning still counts whole', () => {
    expect(all([minutes(0, 5), minutes(1435, 1440)]).rolling24h).toBe(600);
    expect(all([minutes(0, 5), minutes(1436, 1441)]).rolling24h).toBe(540);
    expect(all([minutes(0, 5), minutes(1440, 1445)]).rolling24h).toBe(300);
  });

  test('a meeting longer than a day fills a rolling day and a calendar day, no more', () => {
    expect(all([[MIDNIGHT - 3600, MIDNIGHT + 2 * DAY]])).toEqual({ single: 2 * DAY + 3600, total: 2 * DAY + 3600, rolling24h: DAY, day: DAY });
    expect(all([[MIDNIGHT - 3600, MIDNIGHT + 7200]]).day).toBe(7200);
  });

  test('touching intervals merge into one meeting', () => {
    expect(all([minutes(0, 5), minutes(5, 10), minutes(7, 9)])).toEqual({ single: 600, total: 600, rolling24h: 600, day: 600 });
  });

  test('nothing, and spans of no length, measure nothing', () => {
    expect(all([])).toEqual({ single: 0, total: 0, rolling24h: 0, day: 0 });
    expect(all([[MIDNIGHT, MIDNIGHT]])).toEqual({ single: 0, total: 0, rolling24h: 0, day: 0 });
    expect(longestSec([])).toBe(0);
  });

  test('the calendar day is the local one, of 25 hours when the clock is set back', () => {
    const ny = new Zone('America/New_York');
    const [start, end] = [sec('2021-11-07T00:00:00-04:00'), sec('2021-11-08T00:00:00-05:00')];
    expect(all([[start - DAY, end + DAY]], ny).day).toBe(25 * 3600);
    expect(
      all(
        [
          [sec('2021-03-13T00:00:00-05:00'), sec('2021-03-13T12:00:00-05:00')],
          [sec('2021-03-14T00:00:00-05:00'), sec('2021-03-15T00:00:00-04:00')],
        ],
        ny,
      ).day,
    ).toBe(23 * 3600);
    expect(all([[sec('2022-03-01T15:00:00Z'), sec('2022-03-01T17:00:00Z')]], SHANGHAI).day).toBe(3600);
    expect(all([[sec('2022-03-01T15:00:00Z'), sec('2022-03-01T17:00:00Z')]], new Zone('UTC')).day).toBe(7200);
  });

  test('a day that Samoa left out holds nothing, and the days beside it are whole', () => {
    const apia = new Zone('Pacific/Apia');
    const missing = sec('2011-12-30T10:00:00Z');
    expect(all([[missing - 600, missing + 900]], apia)).toEqual({ single: 1500, total: 1500, rolling24h: 1500, day: 900 });
  });
});

describe('against counting cells', () => {
  const CELL = 1800;
  const CELLS = 4 * 48;

  test.each(['America/New_York', 'Pacific/Apia', 'Asia/Beirut', 'Australia/Lord_Howe'])('%s: every measure is what its cells of half an hour say', (name) => {
    const zone = new Zone(name);
    const changes: Readonly<Record<string, string>> = {
      'America/New_York': '2021-11-06',
      'Pacific/Apia': '2011-12-28',
      'Asia/Beirut': '2022-03-25',
      'Australia/Lord_Howe': '2021-04-03',
    };
    const from = sec(`${changes[name]}T00:00:00Z`);
    const span = fc
      .tuple(fc.nat({ max: CELLS - 1 }), fc.integer({ min: 1, max: 60 }))
      .map(([first, count]) => [first, Math.min(CELLS, first + count)] as const);
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), (spans) => {
        const cells = Array.from({ length: CELLS }, (_, cell) => spans.some(([a, b]) => a <= cell && cell < b));
        const on = [...cells.keys()].filter((cell) => cells[cell]);
        const runs = cells
          .map(String)
          .join('')
          .split('false')
          .map((run) => run.length / 'true'.length);
        const rolling = Array.from({ length: CELLS + 96 }, (_, first) => on.filter((cell) => first - 48 <= cell && cell < first).length);
        const byDay = new Map<number, number>();
        // A day is what lies between its start and the next: the clock of a repeated day does not matter.
        for (const cell of on) {
          let day = zone.dayAt(from + cell * CELL) + 2;
          while (zone.dayStart(day) > from + cell * CELL) day--;
          byDay.set(day, (byDay.get(day) ?? 0) + 1);
        }
        expect(
          all(
            spans.map(([a, b]) => [from + a * CELL, from + b * CELL]),
            zone,
          ),
        ).toEqual({
          single: Math.max(...runs) * CELL,
          total: on.length * CELL,
          rolling24h: Math.max(...rolling) * CELL,
          day: Math.max(0, ...byDay.values()) * CELL,
        });
      }),
      { numRuns: 200 },
    );
  });
});

test('what is measured lies within the stretch that is named, and no longer stretch is named than the measure allows', () => {
  const span = fc
    .tuple(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: 0, max: 3000 }))
    .map(([from, length]): Interval => minutes(from, from + length));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), fc.constantFrom('UTC', 'Asia/Shanghai', 'America/New_York'), (spans, tz) => {
      const zone = new Zone(tz);
      const disjoint = union(spans);
      expect(measuredWithin('total', disjoint, zone)).toBeNull();
      const [single, rolling, day] = (['single', 'rolling24h', 'day'] as const).map((measure) => measuredWithin(measure, disjoint, zone));
      const inside = (within: Interval | null | undefined): number => (within ? lengthWithin(disjoint, ...within) : 0);
      expect([single, rolling, day].map(inside)).toEqual((['single', 'rolling24h', 'day'] as const).map((measure) => measureSec(measure, disjoint, zone)));
      expect([single, rolling, day].map((within) => within !== null)).toEqual(Array(3).fill(disjoint.length > 0));
      expect(rolling ? rolling[1] - rolling[0] : DAY).toBe(DAY);
      expect(day ? zone.dayAt(day[1] - 1) - zone.dayAt(day[0]) : 0).toBe(0);
    }),
  );
});
