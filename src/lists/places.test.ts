import { expect, test } from 'vitest';
import { iso, match, stay } from '../testing/small-match.js';
import { BASE_SEC } from '../testing/worlds.js';
import type { PlaceRow } from './rows.js';

const places = [{ place_id: 'bus', category: 'bus', name: 'Line 7', district: 'N' }];
const runs = [
  { vehicle_id: 'bus', run_id: 'r1', start: BASE_SEC, end: BASE_SEC + 1000 },
  { vehicle_id: 'bus', run_id: 'r2', start: BASE_SEC + 2000, end: BASE_SEC + 3000 },
];
const rows = [
  stay('ada', 'bus', 0, 500),
  stay('bob', 'bus', 400, 600),
  stay('ada', 'bus', 2000, 2100),
  stay('eve', 'bus', 2050, 2500),
  stay('cyd', 'bus', 0, 10, { run_id: 'r2' }),
  stay('ada', 'P', 5000),
  stay('bob', 'P', 5100, 5200),
  stay('cyd', 'P', 5400, 5500),
  stay('dan', 'P', 9000, 9100),
  stay('eve', 'P', 12_000, 12_100),
  stay('ada', 'alone', 20_000, 20_000),
];

test('there is one row for each place and run with a visit of a case, and the people there by grade', () => {
  const row = (more: Partial<PlaceRow>): unknown => ({
    place_id: 'P',
    place_name: '',
    kind: 'venue',
    run_id: '',
    district: '',
    cases: 1,
    visits: 1,
    first_case_start: '',
    last_case_end: '',
    people_certain: 0,
    people_likely: 0,
    people_possible: 0,
    ...more,
  });
  const bus = { place_id: 'bus', place_name: 'Line 7', kind: 'vehicle', district: 'N' } as const;
  expect(match(rows, { places, runs, cases: [{ person_id: 'ada' }, { person_id: 'eve' }] }).places).toEqual([
    row({ cases: 2, visits: 2, first_case_start: iso(5000), last_case_end: iso(12_200), people_certain: 1, people_likely: 2, people_possible: 5 }), // Ada, too, as Eve's,
    row({ place_id: 'alone', first_case_start: iso(20_000), last_case_end: iso(20_000) }),
    row({ ...bus, run_id: 'r1', first_case_start: iso(0), last_case_end: iso(500), people_certain: 1, people_likely: 1, people_possible: 1 }),
    row({
      ...bus,
      run_id: 'r2',
      cases: 2,
      visits: 2,
      first_case_start: iso(2000),
      last_case_end: iso(2500),
      people_certain: 2,
      people_likely: 2,
      people_possible: 2,
    }),
  ]);
});

test('only people who are contacts are counted, and only where an episode of theirs counts', () => {
  const rule = { id: 'r', clauses: [{ measure: 'total', at_least: 100, kinds: ['venue'] } as const] };
  const counts = match(rows, { places, runs, rule }).places.map((row) => [
    row.place_id,
    row.run_id,
    row.people_certain,
    row.people_likely,
    row.people_possible,
  ]);
  // Bob is a contact by his 100 s at P, and was on the bus, too; Eve's 100 s at P are possible, and so is she there.
  expect(counts).toEqual([
    ['P', '', 1, 2, 4],
    ['alone', '', 0, 0, 0],
    ['bus', 'r1', 1, 1, 1],
    ['bus', 'r2', 1, 1, 1],
  ]);
});
