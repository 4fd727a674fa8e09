import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRule, type SeatsJson } from '../model/rule.js';
import type { Place } from '../model/place.js';
import { ALLOWED, ALLOWED_UNKNOWN, EXCLUDED, explainSeats, judgeSeats, type Seat } from './seats.js';

const COACH: Place = {
  name: '',
  kind: 'vehicle',
  category: 'coach',
  lat: Number.NaN,
  lon: Number.NaN,
  parentId: 0,
  district: '',
  ventilation: 'ventilated',
  line: 0,
  plate: '',
};
const seat = (text: string): Seat => {
  const [carriage, place] = text.includes('/') ? text.split('/') : ['', text];
  return { carriage: carriage!, seat: place! };
};
const judge = (seats: SeatsJson | readonly SeatsJson[], a: string, b: string, place: Partial<Place> = {}): number =>
  judgeSeats(compileRule({ id: 'r', clauses: [{ measure: 'total', at_least: 1 }], seats }).seats, { ...COACH, ...place }, seat(a), seat(b));

describe('rows', () => {
  test.each([
    ['3A', '6F', ALLOWED], // three rows apart still count
    ['3A', '7F', EXCLUDED],
    ['7F', '3A', EXCLUDED],
    ['3A', '3B', ALLOWED],
    ['03A', '6', ALLOWED],
    ['0', '3', ALLOWED],
    ['A', '7F', ALLOWED_UNKNOWN],
    ['A3', '7F', ALLOWED_UNKNOWN],
    ['', '7F', ALLOWED_UNKNOWN],
    ['', '', ALLOWED_UNKNOWN],
    ['90071992547409930', '90071992547409934', EXCLUDED], // more digits than a number keeps
    ['90071992547409930', '90071992547409933', ALLOWED],
  ])('seats %s and %s under three rows: %d', (a, b, verdict) => {
    expect(judge({ rows: 3 }, a, b)).toBe(verdict);
    expect(judge({ rows: 3 }, b, a)).toBe(verdict);
  });

  test('no row apart at all is a rule, too', () => {
    expect([judge({ rows: 0 }, '3A', '3B'), judge({ rows: 0 }, '3A', '4A')]).toEqual([ALLOWED, EXCLUDED]);
  });
});

describe('carriages', () => {
  test.each([
    ['1/', '2/', EXCLUDED],
    ['1/3A', '2/3B', EXCLUDED],
    ['1/3A', '1/6A', ALLOWED],
    ['1/3A', '1/7A', EXCLUDED],
    ['1/3A', '/6A', ALLOWED_UNKNOWN], // just one carriage known
    ['1/3A', '/7A', EXCLUDED],
    ['/3A', '/6A', ALLOWED],
    ['1/', '1/', ALLOWED_UNKNOWN],
    ['1/3A', '01/3A', EXCLUDED], // opaque text
  ])('%s and %s under three rows: %d', (a, b, verdict) => {
    expect([judge({ rows: 3 }, a, b), judge({ rows: 3 }, b, a)]).toEqual([verdict, verdict]);
  });

  test.each([
    ['1/3A', '1/90F', ALLOWED],
    ['1/3A', '2/3A', EXCLUDED],
    ['1/3A', '/3A', ALLOWED_UNKNOWN],
    ['/3A', '/90F', ALLOWED_UNKNOWN],
  ])('%s and %s where only carriages are compared: %d', (a, b, verdict) => {
    expect([judge({}, a, b), judge({}, b, a)]).toEqual([verdict, verdict]);
  });
});

describe('which seats rule applies', () => {
  test('only on vehicles, of the categories and the ventilation named', () => {
    const far = ['3A', '90F'] as const;
    expect(judge({ rows: 3 }, ...far, { kind: 'venue' })).toBe(ALLOWED);
    expect(judge({ rows: 3, vehicles: ['aircraft', 'train'] }, ...far)).toBe(ALLOWED);
    expect(judge({ rows: 3, vehicles: 'coach' }, ...far)).toBe(EXCLUDED);
    expect(judge({ rows: 3, ventilation: 'ventilated' }, ...far)).toBe(EXCLUDED);
    expect(judge({ rows: 3, ventilation: ['sealed'] }, ...far)).toBe(ALLOWED);
    expect(judge({ rows: 3, ventilation: ['sealed', 'ventilated'] }, ...far, { ventilation: '' })).toBe(ALLOWED);
    expect(judge({ rows: 3 }, ...far, { ventilation: '' })).toBe(EXCLUDED);
    expect(judge([], ...far)).toBe(ALLOWED);
  });

  test('a rule that does not apply makes nothing unknown', () => {
    expect(judge({ rows: 3, vehicles: 'aircraft' }, '', '')).toBe(ALLOWED);
  });

  test('every one that applies must allow it, in whatever order; one unknown makes the whole unknown', () => {
    const [three, carriage] = [{ rows: 3 }, {}];
    expect([judge([three, carriage], '1/3A', '1/6A'), judge([carriage, three], '1/3A', '1/7A')]).toEqual([ALLOWED, EXCLUDED]);
    expect([judge([three, carriage], '3A', '6A'), judge([carriage, three], '3A', '6A')]).toEqual([ALLOWED_UNKNOWN, ALLOWED_UNKNOWN]);
    expect([judge([three, carriage], '3A', '7A'), judge([carriage, three], '3A', '7A')]).toEqual([EXCLUDED, EXCLUDED]);
  });
});

describe('seat maps', () => {
  test('numbered seats of a coach of 2+2 are in rows of four', () => {
    const seats: SeatsJson = { rows: 3, map: { per_row: 4 } };
    expect(judge(seats, '4', '13')).toBe(ALLOWED); // rows 1 and 4
    expect(judge(seats, '4', '17')).toBe(EXCLUDED); // rows 1 and 5
    expect(judge(seats, '1', '16')).toBe(ALLOWED);
    expect(judge({ rows: 3 }, '1', '16')).toBe(EXCLUDED); // without a map the number is the row
    expect(judge(seats, 'window', '16')).toBe(ALLOWED_UNKNOWN);
    expect(judge(seats, '0', '16')).toBe(ALLOWED_UNKNOWN);
  });

  test('people on different decks do not count, whatever their rows', () => {
    const seats: SeatsJson = { rows: 3, map: { decks: ['上', '下'] } };
    expect(judge(seats, '上3A', '上4A')).toBe(ALLOWED);
    expect(judge(seats, '上3A', '下3A')).toBe(EXCLUDED);
    expect(judge(seats, '上3A', '3A')).toBe(ALLOWED_UNKNOWN);
    expect(judge(seats, '上3A', '上7A')).toBe(EXCLUDED);
    expect(judge({ map: { decks: ['上', '下'] } }, '上3A', '上30A')).toBe(ALLOWED);
  });

  test('an aisle parts the rows where only one side counts', () => {
    const seats: SeatsJson = { rows: 2, map: { across: 'ABC|DEF', same_side: true } };
    expect(judge(seats, '12A', '12c')).toBe(ALLOWED);
    expect(judge(seats, '12A', '12D')).toBe(EXCLUDED);
    expect(judge(seats, '12', '12D')).toBe(ALLOWED_UNKNOWN);
    expect(judge({ rows: 2, map: { across: 'ABC|DEF' } }, '12A', '12D')).toBe(ALLOWED);
    const numbered: SeatsJson = { rows: 1, map: { per_row: 4, across: '12|34', same_side: true } };
    expect(judge(numbered, '1', '6')).toBe(ALLOWED);
    expect(judge(numbered, '1', '7')).toBe(EXCLUDED);
  });

  test.each([
    [{ per_row: 0 }, /per_row/],
    [{ decks: [''] }, /decks/],
    [{ same_side: true }, /across/],
    [{ across: 'AB|BC', same_side: true }, /B twice/],
    [{ aisle: 1 } as never, /unknown key 'aisle' in map/],
  ])('refuses %j', (map, message) => {
    expect(() => judge({ map }, '1', '2')).toThrow(message);
  });
});

describe('the reasons', () => {
  const rulesOf = (seats: SeatsJson | readonly SeatsJson[]) => compileRule({ id: 'r', clauses: [{ measure: 'total', at_least: 1 }], seats }).seats;
  const why = (seats: SeatsJson, a: string, b: string): string =>
    explainSeats(rulesOf(seats), COACH, seat(a), seat(b))
      .map(({ verdict, because, rows_apart, rows_allowed }) => `${verdict} ${because} ${rows_apart}/${rows_allowed}`)
      .join();

  test('name what keeps two seats apart, or is not known', () => {
    expect(why({ rows: 3 }, '4A', '8C')).toBe('excluded rows 4/3');
    expect(why({ rows: 3 }, '4A', '7C')).toBe('counts null 3/3');
    expect(why({ rows: 3 }, 'A', '7C')).toBe('unknown rows null/3');
    expect(why({ rows: 3 }, '2/4A', '4A')).toBe('unknown carriage 0/3');
    expect(why({}, '2/4A', '5/4A')).toBe('excluded carriage 0/null');
    expect(why({ map: { decks: ['up', 'low'] } }, 'up4', 'low4')).toBe('excluded deck 0/null');
    expect(why({ rows: 3, map: { across: 'AB|CD', same_side: true } }, '4A', '5D')).toBe('excluded side 1/3');
    expect(why({ vehicles: 'bus' }, '4A', '5D')).toBe('');
  });

  test('agree with the verdict, whatever the rules and seats', () => {
    const seats = fc.record(
      {
        rows: fc.nat({ max: 4 }),
        vehicles: fc.constantFrom('coach', 'bus'),
        ventilation: fc.constantFrom('sealed', 'ventilated'),
        map: fc.constantFrom({ per_row: 4, across: '12|34', same_side: true }, { decks: ['up', 'low'] }, { across: 'AB|CD', same_side: true }),
      },
      { requiredKeys: [] },
    );
    const name = fc.constantFrom('', '4A', 'up4A', 'low9D', '1/4A', '2/9D', '2/', '12', '4B', 'C');
    fc.assert(
      fc.property(fc.array(seats, { minLength: 1, maxLength: 3 }), name, name, (rules, a, b) => {
        const compiled = rulesOf(rules as SeatsJson[]);
        const words = explainSeats(compiled, COACH, seat(a), seat(b)).map(({ verdict }) => verdict);
        const together = words.includes('excluded') ? EXCLUDED : words.includes('unknown') ? ALLOWED_UNKNOWN : ALLOWED;
        expect(together).toBe(judgeSeats(compiled, COACH, seat(a), seat(b)));
        for (const { verdict, because } of explainSeats(compiled, COACH, seat(a), seat(b))) expect(because === null).toBe(verdict === 'counts');
      }),
    );
  });
});
