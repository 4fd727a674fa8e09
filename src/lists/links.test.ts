import { expect, test } from 'vitest';
import { iso, match, stay } from '../testing/small-match.js';
import { BASE_SEC } from '../testing/worlds.js';

const rows = [stay('ada', 'P', 0, 100), stay('eve', 'P', 50, 150), stay('eve', 'Q', 1000), stay('ada', 'Q', 1500, 1600), stay('cyd', 'R', 0, 100)];

test('two cases of whom one is a contact of the other are linked once, with unions over both directions', () => {
  expect(match(rows, { cases: [{ person_id: 'eve' }, { person_id: 'ada' }, { person_id: 'cyd' }] }).links).toEqual([
    { case_a: 'ada', case_b: 'eve', places: 2, first_start: iso(50), total_likely_s: 150 },
  ]);
});

test('one direction is enough: in the window of the other case they did not meet', () => {
  const cases = [
    { person_id: 'eve', infectious_from: BASE_SEC + 5000 },
    { person_id: 'ada', infectious_to: BASE_SEC + 80 },
  ];
  expect(match(rows, { cases }).links).toEqual([{ case_a: 'ada', case_b: 'eve', places: 1, first_start: iso(50), total_likely_s: 30 }]);
});

test('a person who is two cases is not linked to themselves, and to another by each', () => {
  const cases = [{ person_id: 'ada', case_id: 'x2' }, { person_id: 'ada', case_id: 'x1' }, { person_id: 'eve' }];
  expect(match(rows, { cases }).links.map(({ case_a, case_b }) => [case_a, case_b])).toEqual([
    ['eve', 'x1'],
    ['eve', 'x2'],
  ]);
});
