import { expect, test } from 'vitest';
import { iso, match, stay } from '../testing/small-match.js';

test('there is one row for each contact, united over cases and generations', () => {
  const rows = [
    stay('ada', 'P', 0, 100),
    stay('eve', 'P', 50, 150),
    stay('bob', 'P', 0, 200), // 150 s with the two, of which 50 s with both
    stay('eve', 'Q', 1000),
    stay('cyd', 'Q', 1500, 1600), // likely
    stay('cyd', 'R', 5000, 5100),
    stay('dan', 'R', 5000, 5050),
  ];
  const { people } = match(rows, { cases: [{ person_id: 'eve' }, { person_id: 'ada', case_id: 'C9' }, { person_id: 'ada', case_id: 'C10' }], depth: 2 });
  const base = { rule_id: 'any', places: 1 };
  expect(people).toEqual([
    {
      ...base,
      contact_id: 'ada',
      grade: 'certain',
      generation: 1,
      cases: 1,
      case_ids: 'eve',
      episodes: 1,
      total_certain_s: 50,
      total_likely_s: 50,
      total_possible_s: 50,
      first_start: iso(50),
      last_end: iso(100),
      is_case: true,
    },
    {
      ...base,
      contact_id: 'bob',
      grade: 'certain',
      generation: 1,
      cases: 3,
      case_ids: 'C10|C9|eve',
      episodes: 3,
      total_certain_s: 150,
      total_likely_s: 150,
      total_possible_s: 150,
      first_start: iso(0),
      last_end: iso(150),
      is_case: false,
    },
    {
      ...base,
      contact_id: 'cyd',
      grade: 'likely',
      generation: 1,
      cases: 1,
      case_ids: 'eve',
      episodes: 1,
      total_certain_s: 0,
      total_likely_s: 100,
      total_possible_s: 100,
      first_start: iso(1500),
      last_end: iso(1600),
      is_case: false,
    },
    {
      ...base,
      contact_id: 'dan',
      grade: 'certain',
      generation: 2,
      cases: 1,
      case_ids: 'cyd',
      episodes: 1,
      total_certain_s: 50,
      total_likely_s: 50,
      total_possible_s: 50,
      first_start: iso(5000),
      last_end: iso(5050),
      is_case: false,
    },
    {
      ...base,
      contact_id: 'eve',
      grade: 'certain',
      generation: 1,
      cases: 2,
      case_ids: 'C10|C9',
      episodes: 2,
      total_certain_s: 50,
      total_likely_s: 50,
      total_possible_s: 50,
      first_start: iso(50),
      last_end: iso(100),
      is_case: true,
    },
  ]);
});

test('the grade is the surest of the rows, and first and last range over what meets at it', () => {
  const rows = [stay('ada', 'P', 0), stay('bob', 'P', 1000, 1100), stay('eve', 'Q', 5000, 5100), stay('bob', 'Q', 5000, 5200)];
  const { people } = match(rows, { cases: [{ person_id: 'ada' }, { person_id: 'eve' }] });
  expect(
    people.map(({ contact_id, grade, episodes, total_certain_s, total_likely_s, first_start, last_end }) => [
      contact_id,
      grade,
      episodes,
      total_certain_s,
      total_likely_s,
      first_start,
      last_end,
    ]),
  ).toEqual([['bob', 'certain', 2, 100, 200, iso(5000), iso(5100)]]);
});
