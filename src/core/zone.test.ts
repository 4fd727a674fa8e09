import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sec } from '../testing/tables.js';
import { OptionError } from './errors.js';
import { DAY_SEC, EARLIEST_SEC, LATEST_SEC, Zone, dayNumber } from './zone.js';

const ZONES = [
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Asia/Pyongyang',
  'Africa/Casablanca',
  'Europe/Dublin',
  'UTC',
];

/** Day of a calendar date, in days since 1970-01-01. */
const day = (date: string): number => sec(`${date}T00:00:00Z`) / DAY_SEC;
const ny = new Zone('America/New_York');
const apia = new Zone('Pacific/Apia');

/** Seconds east of UTC as Intl says: the local clock read as if it were UTC, less the instant. */
function intlOffset(tz: string): (at: number) => number {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: tz,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const part = Object.fromEntries(clock.formatToParts(at * 1000).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']) / 1000 - at;
  };
}

describe('offsetAt', () => {
  test.each(ZONES)('%s has at every instant the offset that Intl knows', (tz) => {
    const zone = new Zone(tz);
    const wanted = intlOffset(tz);
    fc.assert(
      fc.property(fc.integer({ min: EARLIEST_SEC - 700 * DAY_SEC, max: LATEST_SEC + 700 * DAY_SEC }), (at) => {
        expect(zone.offsetAt(at)).toBe(wanted(at));
      }),
      { numRuns: 300 },
    );
  });

  test.each(ZONES)('%s changes in the very second in which Intl says it does', (tz) => {
    const zone = new Zone(tz);
    const wanted = intlOffset(tz);
    const changes: { second: number; offsets: readonly number[] }[] = [];
    let before = wanted(sec('2006-12-31T12:00:00Z'));
    for (let at = sec('2007-01-01T12:00:00Z'); at < sec('2023-01-01T00:00:00Z'); at += 5 * DAY_SEC) {
      const now = wanted(at);
      if (now !== before) {
        let [lo, hi] = [at - 5 * DAY_SEC, at];
        while (hi - lo > 1) {
          const middle = Math.floor((lo + hi) / 2);
          if (wanted(middle) === before) lo = middle;
          else hi = middle;
        }
        changes.push({ second: hi, offsets: [before, now] });
      }
      before = now;
    }
    expect(changes.map(({ second }) => ({ second, offsets: [zone.offsetAt(second - 1), zone.offsetAt(second)] }))).toEqual(changes);
    expect(changes.length > 0).toBe(!['UTC', 'Asia/Kathmandu'].includes(tz));
  });

  test('New York in 2021 has the two changes of its law and no other', () => {
    const [spring, autumn] = [sec('2021-03-14T07:00:00Z'), sec('2021-11-07T06:00:00Z')];
    for (let at = sec('2021-01-01T00:00:00Z'); at < sec('2022-01-01T00:00:00Z'); at += 1800)
      expect(ny.offsetAt(at)).toBe(at >= spring && at < autumn ? -14_400 : -18_000);
  });

  test('without a zone the offset is none', () => {
    expect([new Zone().offsetAt(0), new Zone().offsetAt(LATEST_SEC)]).toEqual([0, 0]);
  });

  test.each(['GMT+8:00', '+08:00', 'Asia/Nowhere', '', 'asia shanghai', '../etc/localtime'])("'%s' is no zone", (name) => {
    expect(() => new Zone(name)).toThrow(expect.objectContaining({ name: OptionError.name, code: 'E_ZONE' }));
  });
});

describe('readings of a local time', () => {
  const readings = (tz: string, wall: string): string[] => new Zone(tz).readings(sec(`${wall}Z`)).map((at) => new Zone(tz).text(at));

  test('a time that the clock showed once has one', () => {
    expect(readings('Asia/Kathmandu', '2022-03-01T08:15:30')).toEqual(['2022-03-01T08:15:30+05:45']);
  });

  test('a repeated hour has two, the earlier first', () => {
    expect(readings('America/New_York', '2021-11-07T01:30:00')).toEqual(['2021-11-07T01:30:00-04:00', '2021-11-07T01:30:00-05:00']);
  });

  test('a skipped hour has none, from its first minute to the one before its end', () => {
    const ends = ['2022-03-13T01:59:59', '2022-03-13T02:00:00', '2022-03-13T02:59:59', '2022-03-13T03:00:00'];
    expect(ends.map((wall) => readings('America/New_York', wall))).toEqual([['2022-03-13T01:59:59-05:00'], [], [], ['2022-03-13T03:00:00-04:00']]);
  });

  test('Lord Howe turns the clock by half an hour', () => {
    expect(readings('Australia/Lord_Howe', '2021-04-04T01:15:00')).toHaveLength(1);
    expect(readings('Australia/Lord_Howe', '2021-04-04T01:45:00')).toEqual(['2021-04-04T01:45:00+11:00', '2021-04-04T01:45:00+10:30']);
  });

  test('Samoa left out a whole day, the last but one of 2011', () => {
    expect(['2011-12-29T23:59:59', '2011-12-30T00:00:00', '2011-12-30T23:59:59', '2011-12-31T00:00:00'].map((wall) => readings('Pacific/Apia', wall))).toEqual([
      ['2011-12-29T23:59:59-10:00'],
      [],
      [],
      ['2011-12-31T00:00:00+14:00'],
    ]);
  });

  test.each(ZONES)('%s: the readings are all instants at which the clock shows the time', (tz) => {
    const zone = new Zone(tz);
    const changes: Readonly<Record<string, string>> = {
      'Pacific/Apia': '2011-12-30',
      'Asia/Beirut': '2022-03-27',
      'Asia/Pyongyang': '2018-05-05',
      'Africa/Casablanca': '2021-04-11',
    };
    const around = sec(`${changes[tz] ?? '2021-11-07'}T00:00:00Z`);
    const wall = fc.oneof(fc.integer({ min: around - 2 * DAY_SEC, max: around + 2 * DAY_SEC }), fc.integer({ min: EARLIEST_SEC, max: LATEST_SEC }));
    fc.assert(
      fc.property(wall, (wallSec) => {
        const offsets = new Set(Array.from({ length: 4 * 24 * 4 }, (_, quarter) => zone.offsetAt(wallSec + (quarter - 192) * 900)));
        const wanted = [...offsets]
          .map((offset) => wallSec - offset)
          .filter((at) => at + zone.offsetAt(at) === wallSec)
          .sort((a, b) => a - b);
        expect(zone.readings(wallSec)).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
  });
});

describe('dayStart', () => {
  test('where midnight is skipped, the day begins at one', () => {
    const beirut = new Zone('Asia/Beirut');
    expect(beirut.text(beirut.dayStart(day('2022-03-27')))).toBe('2022-03-27T01:00:00+03:00');
    expect(beirut.dayStart(day('2022-03-27'))).toBe(sec('2022-03-26T22:00:00Z'));
  });

  test('a day that never was begins where the next one does', () => {
    expect(apia.dayStart(day('2011-12-30'))).toBe(sec('2011-12-30T10:00:00Z'));
    expect(apia.dayStart(day('2011-12-31'))).toBe(sec('2011-12-30T10:00:00Z'));
    expect(apia.dayStart(day('2011-12-29'))).toBe(sec('2011-12-29T10:00:00Z'));
  });

  test('days of a change are 23 and 25 hours long', () => {
    const hours = (date: string): number => (ny.dayStart(day(date) + 1) - ny.dayStart(day(date))) / 3600;
    expect(['2021-03-13', '2021-03-14', '2021-11-07', '2021-11-08'].map(hours)).toEqual([24, 23, 25, 24]);
  });

  test('without a zone days are those of UTC', () => {
    expect(new Zone().dayStart(day('2022-03-01'))).toBe(sec('2022-03-01T00:00:00Z'));
  });

  test.each(ZONES)('%s: it is the first instant whose local date is that day or later', (tz) => {
    const zone = new Zone(tz);
    const offsetAt = intlOffset(tz);
    const dates = [
      '2021-03-14',
      '2021-03-28',
      '2021-04-04',
      '2021-10-03',
      '2021-11-07',
      '2022-03-27',
      '2011-12-29',
      '2011-12-30',
      '2011-12-31',
      '2018-05-05',
      '2000-01-01',
      '2099-12-31',
    ];
    for (const date of dates) {
      const wanted = day(date);
      // Whole quarters of an hour: no zone here changes its clock at another minute.
      let first = (wanted - 2) * DAY_SEC;
      while (Math.floor((first + offsetAt(first)) / DAY_SEC) < wanted) first += 900;
      expect(zone.dayStart(wanted), date).toBe(first);
    }
  });
});

describe('text', () => {
  test('an instant is shown with the offset of the zone, or with Z without one', () => {
    expect(ny.text(sec('2021-11-07T06:30:00Z'))).toBe('2021-11-07T01:30:00-05:00');
    expect(new Zone('Asia/Shanghai').text(sec('2022-03-01T00:15:30Z'))).toBe('2022-03-01T08:15:30+08:00');
    expect(new Zone('America/St_Johns').text(sec('2022-03-01T00:00:00Z'))).toBe('2022-02-28T20:30:00-03:30');
    expect(new Zone('UTC').text(sec('2022-03-01T00:00:00Z'))).toBe('2022-03-01T00:00:00+00:00');
    expect(new Zone().text(sec('2022-03-01T00:00:00Z'))).toBe('2022-03-01T00:00:00Z');
  });

  test.each(ZONES)('%s: the text reads back as the same instant', (tz) => {
    const zone = new Zone(tz);
    fc.assert(
      fc.property(fc.integer({ min: EARLIEST_SEC, max: LATEST_SEC - 1 }), (at) => {
        expect(sec(zone.text(at))).toBe(at);
      }),
      { numRuns: 200 },
    );
  });
});

test('steadyOffset tells the offset of a day away from every change, and NaN near one', () => {
  expect([ny.steadyOffset(day('2021-07-01')), ny.steadyOffset(day('2021-11-07')), apia.steadyOffset(day('2011-12-30'))]).toEqual([
    -14_400,
    Number.NaN,
    Number.NaN,
  ]);
});

test('require asks for --tz only where no zone was given', () => {
  expect(() => ny.require('a date')).not.toThrow();
  expect(() => new Zone().require('a date')).toThrow(
    expect.objectContaining({ code: 'E_ZONE_MISSING', message: expect.stringContaining('a date needs a time zone') as unknown }),
  );
});

describe('dayNumber', () => {
  test('it counts as Date does in UTC, and knows the calendar', () => {
    const ints = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
    fc.assert(
      fc.property(ints(0, 9999), ints(-1, 14), ints(-1, 33), (year, month, date) => {
        const utc = new Date(0);
        utc.setUTCFullYear(year, month - 1, date); // Date.UTC takes the years 0 to 99 for 1900 to 1999
        const isDate = utc.getUTCFullYear() === year && utc.getUTCMonth() === month - 1 && utc.getUTCDate() === date;
        expect(dayNumber(year, month, date)).toBe(isDate ? utc.getTime() / 86_400_000 : Number.NaN);
      }),
      { numRuns: 2000 },
    );
  });

  test('29 February is there in 2000 and 2020, not in 1900, 2021 and 2100', () => {
    expect([2000, 2020, 1900, 2021, 2100].map((year) => Number.isNaN(dayNumber(year, 2, 29)))).toEqual([false, false, true, true, true]);
  });
});
