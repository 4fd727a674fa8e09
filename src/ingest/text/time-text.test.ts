import { tz } from '@date-fns/tz';
import { isValid, parse } from 'date-fns';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OptionError } from '../../core/errors.js';
import { EARLIEST_SEC, LATEST_SEC, Zone } from '../../core/zone.js';
import { sec } from '../../testing/tables.js';
import { AMBIGUOUS, EPOCH_MILLISECONDS, EPOCH_SECONDS, IN_GAP, NOT_A_TIME, OUT_OF_RANGE, TimeReader, WRONG_UNIT, type Side } from './time-text.js';

const shanghai = new TimeReader(new Zone('Asia/Shanghai'));
const newYork = new TimeReader(new Zone('America/New_York'));
const apia = new TimeReader(new Zone('Pacific/Apia'));
const utc = new TimeReader(new Zone('UTC'));
const noZone = new TimeReader(new Zone());

/** Reads a text as the middle of a longer buffer, so that a look beyond its ends would be seen. */
function read(reader: TimeReader, text: string, side: Side = 'start'): number {
  const bytes = Buffer.from(`9${text}9`);
  return reader.time(bytes, 1, bytes.length - 1, side);
}
function readDay(reader: TimeReader, text: string): number {
  const bytes = Buffer.from(`9${text}9`);
  return reader.day(bytes, 1, bytes.length - 1);
}
const isoOf = (at: number): string => (at < 0 ? `fault ${at}` : new Date(at * 1000).toISOString().replace('.000Z', 'Z'));

describe('times worked out by hand', () => {
  test.each([
    ['2022-03-01 08:15:30', '2022-03-01T00:15:30Z'],
    ['2022-03-01T08:15:30', '2022-03-01T00:15:30Z'],
    ['2022-03-01 08:15', '2022-03-01T00:15:00Z'],
    ['2022/03/01 08:15', '2022-03-01T00:15:00Z'],
    ['2022/3/1 8:15', '2022-03-01T00:15:00Z'],
    ['2022/3/1 08:15:30.99', '2022-03-01T00:15:30Z'],
    ['2022-03-01 08:15:30.999999999', '2022-03-01T00:15:30Z'],
    ['2022-03-01 24:00', '2022-03-01T16:00:00Z'],
    ['2022-12-31 24:00:00', '2022-12-31T16:00:00Z'],
    ['2022-03-01 24:00:00.000', '2022-03-01T16:00:00Z'],
    ['20220301081530', '2022-03-01T00:15:30Z'],
    ['2022-03-01T08:15Z', '2022-03-01T08:15:00Z'],
    ['2022-03-01T08:15+0545', '2022-03-01T02:30:00Z'],
    ['2022-03-01T08:15+05:45', '2022-03-01T02:30:00Z'],
    ['2022-03-01T08:15-03', '2022-03-01T11:15:00Z'],
    ['2022-03-01 08:15:30.5+18:00', '2022-02-28T14:15:30Z'],
    ['2022-03-01 08:15-1800', '2022-03-02T02:15:00Z'],
    ['2022-02-28T24:00Z', '2022-03-01T00:00:00Z'],
    ['2020-02-29 12:00', '2020-02-29T04:00:00Z'],
    ['1646093730', '2022-03-01T00:15:30Z'],
    ['1646093730999', '2022-03-01T00:15:30Z'],
  ])('%s in Shanghai is %s', (text, instant) => {
    expect(isoOf(read(shanghai, text))).toBe(instant);
    expect(isoOf(read(shanghai, text, 'end'))).toBe(instant);
  });

  test.each([
    '2022-02-30 10:00',
    '2021-02-29 10:00',
    '2022-13-01 10:00',
    '2022-00-01 10:00',
    '2022-01-00 10:00',
    '2022-04-31 10:00',
    '2022-3-1 10:00',
    '2022-03-1 10:00',
    '2022-03-01 8:15',
    '22-03-01 08:15',
    '2022-03-01',
    '2022/3/1',
    '20220301',
    '202203010815',
    '202203010815300',
    '2022-03-01 24:01',
    '2022-03-01 24:00:01',
    '2022-03-01 24:00:00.1',
    '2022-03-01 25:00',
    '2022-03-01 23:60',
    '2022-03-01 23:59:60',
    '20220301240000x',
    '2022-03-01  10:00',
    '2022-03-01t10:00',
    '2022-03-01_10:00',
    '2022-03-01 10',
    '2022-03-01 10:',
    '2022-03-01 10:0',
    '2022-03-01 10:00:',
    '2022-03-01 10:00:0',
    '2022-03-01 10:00:00.',
    '2022-03-01 10:00.5',
    '2022-03-01 10:00:00,5',
    '2022-03-01 10:00z',
    '2022-03-01 10:00 Z',
    '2022-03-01 10:00Z+08:00',
    '2022-03-01 10:00+8',
    '2022-03-01 10:00+080',
    '2022-03-01 10:00+08:0',
    '2022-03-01 10:00+08:60',
    '2022-03-01 10:00+18:01',
    '2022-03-01 10:00+19',
    '2022-03-01 10:00−08:00',
    '2022-03/01 10:00',
    '2022/03-01 10:00',
    '2022.03.01 10:00',
    '01/03/2022 10:00',
    '2022年3月1日 10:00',
    '２０２２-03-01 10:00',
    '+2022-03-01 10:00',
    '-2022-03-01 10:00',
    '44652.5',
    '44652',
    '0',
    '164609373',
    '16460937300',
    '1646093730.5',
    '-1646093730',
    'now',
    '无',
    'NaN',
    ' 2022-03-01 10:00',
    '2022-03-01 10:00 ',
  ])("'%s' is no time", (text) => {
    expect([read(shanghai, text), read(shanghai, text, 'end')]).toEqual([NOT_A_TIME, NOT_A_TIME]);
  });

  test('14 digits are a local time without an offset, midnight of 24 included', () => {
    expect(isoOf(read(shanghai, '20220301240000'))).toBe('2022-03-01T16:00:00Z');
    expect(read(shanghai, '20220230081530')).toBe(NOT_A_TIME);
  });

  test('16 and 19 digits are told as a wrong unit: micro- and nanoseconds', () => {
    expect([read(shanghai, '1646093730999000'), read(shanghai, '1646093730999000000')]).toEqual([WRONG_UNIT, WRONG_UNIT]);
  });

  test('an epoch number tells its unit, and nothing else has one', () => {
    const unit = (text: string): number => {
      read(shanghai, text);
      return shanghai.lastUnit;
    };
    expect(['1646093730', '2022-03-01 10:00', '1646093730999', '20220301081530', 'x'].map(unit)).toEqual([EPOCH_SECONDS, 0, EPOCH_MILLISECONDS, 0, 0]);
  });
});

describe('range', () => {
  test('from 2000 up to, not including, 2100, in UTC', () => {
    const cells = [
      '1999-12-31T23:59:59Z',
      '2000-01-01T00:00:00Z',
      '2099-12-31T23:59:59Z',
      '2100-01-01T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '0999-12-31T00:00:00Z',
      '9999-12-31T23:59:59Z',
    ];
    expect(cells.map((text) => read(shanghai, text))).toEqual([
      OUT_OF_RANGE,
      EARLIEST_SEC,
      LATEST_SEC - 1,
      OUT_OF_RANGE,
      OUT_OF_RANGE,
      OUT_OF_RANGE,
      OUT_OF_RANGE,
    ]);
    expect([read(shanghai, '2000-01-01 07:59:59'), read(shanghai, '2000-01-01 08:00:00')]).toEqual([OUT_OF_RANGE, EARLIEST_SEC]);
    expect([read(newYork, '2099-12-31 18:59:59'), read(newYork, '2099-12-31 19:00:00')]).toEqual([LATEST_SEC - 1, OUT_OF_RANGE]);
    expect([read(noZone, '0946684799'), read(noZone, '0946684800'), read(noZone, '4102444799'), read(noZone, '4102444800')]).toEqual([
      OUT_OF_RANGE,
      EARLIEST_SEC,
      LATEST_SEC - 1,
      OUT_OF_RANGE,
    ]);
    expect([read(noZone, '0946684799999'), read(noZone, '0946684800000'), read(noZone, '4102444799999'), read(noZone, '4102444800000')]).toEqual([
      OUT_OF_RANGE,
      EARLIEST_SEC,
      LATEST_SEC - 1,
      OUT_OF_RANGE,
    ]);
  });
});

describe('summer time', () => {
  test('of a repeated hour a start takes the earlier reading, an end the later, and both are counted', () => {
    const reader = new TimeReader(new Zone('America/New_York'));
    expect([isoOf(read(reader, '2021-11-07 01:30', 'start')), isoOf(read(reader, '2021-11-07 01:30', 'end'))]).toEqual([
      '2021-11-07T05:30:00Z',
      '2021-11-07T06:30:00Z',
    ]);
    expect(isoOf(read(reader, '2021-11-07 00:59:59', 'end'))).toBe('2021-11-07T04:59:59Z');
    expect(isoOf(read(reader, '2021-11-07 02:00', 'start'))).toBe('2021-11-07T07:00:00Z');
    expect(reader.repeatedHours).toBe(2);
  });

  test('a skipped time is told as such: its first and its last minute, and none beside them', () => {
    expect(
      ['2022-03-13 01:59:59', '2022-03-13 02:00', '2022-03-13 02:30', '2022-03-13 02:59:59', '2022-03-13 03:00'].map((text) => isoOf(read(newYork, text))),
    ).toEqual(['2022-03-13T06:59:59Z', `fault ${IN_GAP}`, `fault ${IN_GAP}`, `fault ${IN_GAP}`, '2022-03-13T07:00:00Z']);
    expect(read(newYork, '20220313023000')).toBe(IN_GAP);
    expect(isoOf(read(newYork, '2022-03-13T02:30Z'))).toBe('2022-03-13T02:30:00Z');
  });

  test('the whole day that Samoa left out is a gap; 24:00 of the day before is the day after', () => {
    expect(read(apia, '2011-12-30 12:00')).toBe(IN_GAP);
    expect(read(apia, '2011-12-29 24:00')).toBe(IN_GAP);
    expect(isoOf(read(apia, '2011-12-31 00:00'))).toBe('2011-12-30T10:00:00Z');
  });

  test.each(['America/New_York', 'Australia/Lord_Howe', 'Asia/Beirut', 'Asia/Shanghai', 'Pacific/Apia'])(
    '%s: a local time is read as the zone says, day after day',
    (name) => {
      const zone = new Zone(name);
      const reader = new TimeReader(zone);
      const day = fc.oneof(
        fc.constantFrom('2021-11-07', '2022-03-13', '2021-04-04', '2021-10-03', '2022-03-27', '2011-12-30'),
        fc.constantFrom('2022-06-01', '2022-12-01'),
      );
      fc.assert(
        fc.property(fc.array(fc.tuple(day, fc.nat({ max: 86_399 }), fc.constantFrom<Side>('start', 'end')), { minLength: 1, maxLength: 12 }), (cells) => {
          for (const [date, inDay, side] of cells) {
            const wall = sec(`${date}T00:00:00Z`) + inDay;
            const readings = zone.readings(wall);
            expect(read(reader, new Date(wall * 1000).toISOString().slice(0, 19), side)).toBe((side === 'start' ? readings[0] : readings.at(-1)) ?? IN_GAP);
          }
        }),
        { numRuns: 200 },
      );
    },
  );
});

describe('zones', () => {
  test('a local time or a date without a zone is refused; instants need none', () => {
    const refused = expect.objectContaining({ name: OptionError.name, code: 'E_ZONE_MISSING' });
    expect(() => read(noZone, '2022-03-01 10:00')).toThrow(refused);
    expect(() => read(noZone, '20220301100000')).toThrow(refused);
    expect(() => readDay(noZone, '2022-03-01')).toThrow(refused);
    expect(['2022-03-01 10:00Z', '2022-03-01 18:00+08', '1646128800', '1646128800000'].map((text) => isoOf(read(noZone, text)))).toEqual(
      Array(4).fill('2022-03-01T10:00:00Z'),
    );
    expect(read(noZone, 'x')).toBe(NOT_A_TIME);
  });
});

describe('dates', () => {
  test.each([
    ['2022-03-01', '2022-03-01'],
    ['2022/03/01', '2022-03-01'],
    ['2022/3/1', '2022-03-01'],
    ['20220301', '2022-03-01'],
    ['2000-01-01', '2000-01-01'],
    ['2099-12-31', '2099-12-31'],
  ])('%s is %s', (text, date) => {
    expect(readDay(shanghai, text)).toBe(sec(`${date}T00:00:00Z`) / 86_400);
  });

  test.each([
    '2022-02-30',
    '2022-3-1',
    '2022-03-01 10:00',
    '2022-03-01T',
    '20220230',
    '2022031',
    '220301',
    '44652',
    '1646093730',
    '2022-03-01Z',
    '01/03/2022',
    ' 2022-03-01',
    '2022-03-01x',
  ])("'%s' is no date", (text) => {
    expect(readDay(shanghai, text)).toBe(NOT_A_TIME);
  });

  test('dates outside 2000 to 2099 are out of range', () => {
    expect(['1999-12-31', '2100-01-01', '1900-01-01', '99991231'].map((text) => readDay(shanghai, text))).toEqual([
      OUT_OF_RANGE,
      OUT_OF_RANGE,
      OUT_OF_RANGE,
      OUT_OF_RANGE,
    ]);
  });
});

describe('against date-fns', () => {
  const IN_UTC = { in: tz('UTC') };
  const two = (n: number): string => String(n).padStart(2, '0');
  const number = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
  const parts = fc.record({
    year: number(1995, 2105),
    month: number(0, 13),
    day: number(0, 32),
    hour: number(0, 25),
    minute: number(0, 61),
    second: number(0, 61),
  });
  type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never;
  const offset = fc
    .tuple(fc.constantFrom('+', '-'), number(0, 17), fc.constantFrom(0, 30, 45))
    .map(([sign, hours, minutes]) => `${sign}${two(hours)}:${two(minutes)}`);

  const date = ({ year, month, day }: Parts): string => `${year}-${two(month)}-${two(day)}`;
  const SHAPES: readonly (readonly [pattern: string, write: (p: Parts) => string])[] = [
    ['yyyy-MM-dd HH:mm', (p) => `${date(p)} ${two(p.hour)}:${two(p.minute)}`],
    ['yyyy-MM-dd HH:mm:ss', (p) => `${date(p)} ${two(p.hour)}:${two(p.minute)}:${two(p.second)}`],
    ["yyyy-MM-dd'T'HH:mm:ss", (p) => `${date(p)}T${two(p.hour)}:${two(p.minute)}:${two(p.second)}`],
    ['yyyy-MM-dd HH:mm:ss.SSS', (p) => `${date(p)} ${two(p.hour)}:${two(p.minute)}:${two(p.second)}.987`],
    ['yyyy/M/d H:mm', (p) => `${p.year}/${p.month}/${p.day} ${p.hour}:${two(p.minute)}`],
    ['yyyy/MM/dd HH:mm:ss', (p) => `${date(p).replaceAll('-', '/')} ${two(p.hour)}:${two(p.minute)}:${two(p.second)}`],
    ['yyyyMMddHHmmss', (p) => `${date(p).replaceAll('-', '')}${two(p.hour)}${two(p.minute)}${two(p.second)}`],
  ];

  const wanted = (text: string, pattern: string): number => {
    const instant = parse(text, pattern, new Date(0), IN_UTC);
    if (!isValid(instant)) return NOT_A_TIME;
    const at = Math.floor(Number(instant) / 1000);
    return at < EARLIEST_SEC || at >= LATEST_SEC ? OUT_OF_RANGE : at;
  };

  test.each(SHAPES)('%s: the same instants, and the same ones refused', (pattern, write) => {
    fc.assert(
      fc.property(parts, (p) => {
        fc.pre(!(p.hour === 24 && p.minute === 0)); // 24:00 is a time here and none to date-fns
        expect(read(utc, write(p))).toBe(wanted(write(p), pattern));
      }),
      { numRuns: 400 },
    );
  });

  test.each(SHAPES.slice(0, 3))('%s with an offset: the same instants, whatever the zone', (pattern, write) => {
    fc.assert(
      fc.property(parts, fc.oneof(offset, fc.constant('Z')), (p, suffix) => {
        fc.pre(!(p.hour === 24 && p.minute === 0));
        const text = write(p) + suffix;
        expect([read(shanghai, text), read(noZone, text)]).toEqual(Array(2).fill(wanted(text, `${pattern}XXX`)));
      }),
      { numRuns: 300 },
    );
  });

  test('a damaged time is read only if what is left has a shape of the list, and then as date-fns reads it', () => {
    // SPEC section 3 as an expression; date-fns then checks the calendar.
    const shape = /^(\d{4})(?:-(\d\d)-(\d\d)[ T](\d\d)|\/(\d\d?)\/(\d\d?)[ T](\d\d?)):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;
    const expected = (text: string): number => {
      if (/^\d{10}$/.test(text)) return wanted(new Date(Number(text) * 1000).toISOString(), "yyyy-MM-dd'T'HH:mm:ss.SSSX");
      if (/^\d{14}$/.test(text))
        return text.endsWith('240000') ? nextDay(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`) : wanted(text, 'yyyyMMddHHmmss');
      const found = shape.exec(text);
      if (!found) return NOT_A_TIME;
      const [, year, monthA, dayA, hourA, monthB, dayB, hourB, minute, second = '00', fraction = '0', suffix = 'Z'] = found;
      const day = `${year}-${(monthA ?? monthB)!.padStart(2, '0')}-${(dayA ?? dayB)!.padStart(2, '0')}`;
      const hour = (hourA ?? hourB)!.padStart(2, '0');
      const zone = suffix === 'Z' ? 'Z' : `${suffix.slice(0, 3)}:${suffix.slice(3).replace(':', '').padEnd(2, '0')}`;
      if (zone !== 'Z' && (zone.slice(1) > '18:00' || zone.slice(4) > '59')) return NOT_A_TIME;
      if (hour === '24' && minute === '00' && second === '00' && /^0+$/.test(fraction)) return nextDay(day, zone);
      return wanted(`${day} ${hour}:${minute}:${second}${zone}`, 'yyyy-MM-dd HH:mm:ssXXX');
    };
    const nextDay = (day: string, zone = 'Z'): number => {
      const before = parse(`${day} 00:00:00${zone}`, 'yyyy-MM-dd HH:mm:ssXXX', new Date(0), IN_UTC);
      if (!isValid(before)) return NOT_A_TIME;
      const at = Number(before) / 1000 + 86_400;
      return at < EARLIEST_SEC || at >= LATEST_SEC ? OUT_OF_RANGE : at;
    };
    const whole = fc
      .tuple(parts, fc.constantFrom(...SHAPES.map(([, write]) => write)), fc.constantFrom('', 'Z', '+08:00', '-0330', '+18'))
      .map(([p, write, suffix]) => write(p) + suffix);
    const cut = fc.tuple(fc.constantFrom('delete', 'insert', 'replace', 'none'), fc.nat(), fc.constantFrom(...'0123456789-/: T.Z+24,x'));
    fc.assert(
      fc.property(whole, fc.array(cut, { maxLength: 2 }), (text, cuts) => {
        const damaged = cuts.reduce((now, [how, where, char]) => {
          const at = where % (now.length + 1);
          return how === 'none' ? now : now.slice(0, at) + (how === 'delete' ? '' : char) + now.slice(how === 'insert' ? at : at + 1);
        }, text);
        // Not asked of date-fns: numbers in other units, and the year 0, which it does not know.
        fc.pre(damaged !== '' && !/^\d{13}$|^\d{16}$|^\d{19}$|^0000/.test(damaged));
        expect(read(utc, damaged), damaged).toBe(expected(damaged));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('patterns of the caller', () => {
  const reader = (...patterns: string[]): TimeReader => new TimeReader(new Zone('Asia/Shanghai'), patterns);

  test('they are tried where no format of the list fits, and are local to the zone', () => {
    const british = reader('dd/MM/yyyy, h:mm a');
    expect(isoOf(read(british, '01/03/2022, 8:15 PM'))).toBe('2022-03-01T12:15:00Z');
    expect(isoOf(read(british, '2022-03-01 08:15'))).toBe('2022-03-01T00:15:00Z');
    expect(read(british, '31/02/2022, 8:15 PM')).toBe(NOT_A_TIME);
    expect(isoOf(read(reader("yyyy'年'M'月'd'日' HH:mm"), '2022年3月1日 08:15'))).toBe('2022-03-01T00:15:00Z');
    expect(isoOf(read(reader('yyyy-MM-dd aaaa hh:mm'), '2022-03-01 下午 08:15'))).toBe('2022-03-01T12:15:00Z');
  });

  test('a pattern with an offset gives an instant', () => {
    expect(isoOf(read(reader('dd.MM.yyyy HH:mm xxx'), '01.03.2022 08:15 +00:00'))).toBe('2022-03-01T08:15:00Z');
  });

  test('summer time holds for patterns too', () => {
    const american = new TimeReader(new Zone('America/New_York'), ['MM/dd/yyyy HH:mm']);
    expect(read(american, '03/13/2022 02:30')).toBe(IN_GAP);
    expect([read(american, '11/07/2021 01:30', 'start'), read(american, '11/07/2021 01:30', 'end')].map(isoOf)).toEqual([
      '2021-11-07T05:30:00Z',
      '2021-11-07T06:30:00Z',
    ]);
  });

  test('two patterns that read a day and month differently are ambiguous; where only one fits it counts', () => {
    const both = reader('dd/MM/yyyy HH:mm', 'MM/dd/yyyy HH:mm');
    expect(read(both, '01/03/2022 08:15')).toBe(AMBIGUOUS);
    expect(isoOf(read(both, '31/03/2022 08:15'))).toBe('2022-03-31T00:15:00Z');
    expect(isoOf(read(both, '03/03/2022 08:15'))).toBe('2022-03-03T00:15:00Z');
    expect(readDay(reader('dd/MM/yyyy', 'MM/dd/yyyy'), '01/03/2022')).toBe(AMBIGUOUS);
  });

  test('a date takes a pattern as well', () => {
    expect(readDay(reader('d.M.yyyy'), '1.3.2022')).toBe(sec('2022-03-01T00:00:00Z') / 86_400);
  });

  test('serial numbers of a spreadsheet count only where they were asked for', () => {
    expect(isoOf(read(reader('excel'), '44621.34375'))).toBe('2022-03-01T00:15:00Z');
    expect(read(shanghai, '44621.34375')).toBe(NOT_A_TIME);
  });

  test('a pattern that date-fns does not know is refused before anything is read', () => {
    expect(() => reader('yyyy-MM-dd bogus')).toThrow(expect.objectContaining({ name: OptionError.name, code: 'E_TIME_FORMAT' }));
  });
});
