import { expect, test } from 'vitest';
import { iso, match, stay } from '../testing/small-match.js';

// Ada twice without a check-out; Bob once certainly, once only possibly, once on another day at another place.
const rows = [
  stay('ada', 'P', 0),
  stay('bob', 'P', 100, 400),
  stay('bob', 'P', 3000, 3100),
  stay('ada', 'Q', 10_000, 10_500),
  stay('bob', 'Q', 10_400, 10_600),
  stay('bob', 'Q', 10_450, 10_500, { run_id: 'x' }),
];

test('totals are unions by grade; first and last range over what meets at the grade of the row', () => {
  const { contacts } = match(rows);
  expect(contacts).toEqual([
    {
      rule_id: 'any',
      case_id: 'ada',
      contact_id: 'bob',
      generation: 1,
      grade: 'certain',
      episodes: 3,
      places: 2,
      total_certain_s: 200 + 100,
      total_likely_s: 300 + 100,
      total_possible_s: 300 + 100 + 100,
      longest_likely_s: 300,
      first_start: iso(100),
      last_end: iso(10_500),
      contact_is_case: false,
      reasons: 'total>=1s',
    },
  ]);
});

test('an hour that several stays share is one hour', () => {
  const places = ['a', 'b'].map((place_id) => ({ place_id, lat: 0, lon: 0 }));
  const { contacts } = match([stay('ada', 'a', 0, 100), stay('ada', 'b', 50, 150), stay('bob', 'a', 0, 200)], { places, scope: 'near:5' });
  expect(contacts.map(({ episodes, places: count, total_certain_s, longest_likely_s }) => [episodes, count, total_certain_s, longest_likely_s])).toEqual([
    [2, 2, 150, 150],
  ]);
});

test('first and last leave out what meets only at a less sure grade', () => {
  const { contacts } = match([
    stay('ada', 'P', 0),
    stay('bob', 'P', 4000, 4100),
    stay('ada', 'Q', 20_000, 20_100),
    stay('bob', 'Q', 20_050, 20_090),
    stay('ada', 'R', 30_000),
    stay('bob', 'R', 34_000, 34_100),
  ]);
  expect(contacts.map(({ grade, episodes, total_possible_s, first_start, last_end }) => [grade, episodes, total_possible_s, first_start, last_end])).toEqual([
    ['certain', 3, 240, iso(20_050), iso(20_090)],
  ]);
});

test('contacts are sorted by the bytes of case and contact, and tell who is a case', () => {
  const all = ['ada', 'Bob', '\uff5e', '\u{1d4b3}'].map((person) => stay(person, 'P', 0, 100));
  const { contacts } = match(all, { cases: [{ person_id: '\u{1d4b3}' }, { person_id: 'ada' }, { person_id: 'Bob', case_id: 'a case' }] });
  expect(contacts.map(({ case_id, contact_id, contact_is_case }) => `${case_id} ${contact_id} ${contact_is_case}`)).toEqual([
    'a case ada true',
    'a case \uff5e false',
    'a case \u{1d4b3} true',
    'ada Bob true',
    'ada \uff5e false',
    'ada \u{1d4b3} true',
    '\u{1d4b3} Bob true',
    '\u{1d4b3} ada true',
    '\u{1d4b3} \uff5e false',
  ]);
});
