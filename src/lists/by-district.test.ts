import { expect, test } from 'vitest';
import { match, stay } from '../testing/small-match.js';

test('a row of a place belongs to its district, one of a contact to the districts of all places where they count', () => {
  const places = [
    { place_id: 'P', district: 'N' },
    { place_id: 'Q', district: 'S' },
    { place_id: 'jet', district: 'Air', category: 'aircraft' },
  ];
  const rows = [
    stay('ada', 'P', 0, 100),
    stay('bob', 'P', 0, 100),
    stay('ada', 'Q', 200, 300),
    stay('bob', 'Q', 200, 300),
    stay('eve', 'Q', 200, 300),
    stay('ada', 'R', 400, 500),
    stay('cyd', 'R', 400, 500),
    stay('ada', 'jet', 600, 700, { seat: '1', run_id: 'f' }),
    stay('bob', 'jet', 600, 700, { seat: '9', run_id: 'f' }),
  ];
  const result = match(rows, {
    places,
    cases: [{ person_id: 'ada' }, { person_id: 'eve' }],
    rule: { id: 'r', clauses: [{ measure: 'total', at_least: 1 }], seats: { rows: 3 } },
  });
  const of = result.districtsOf();
  const named = <T extends object>(row: T, districts: Iterable<string>): string =>
    `${Object.values(row).slice(0, 3).join(' ')}: ${[...districts].sort().join(',')}`;
  expect(result.contacts.map((row) => named(row, of('contacts', row)))).toEqual([
    'r ada bob: N,S',
    'r ada cyd: ',
    'r ada eve: S',
    'r eve ada: S',
    'r eve bob: S',
  ]);
  expect(result.people.map((row) => `${row.contact_id}: ${[...of('people', row)].sort().join(',')}`)).toEqual(['ada: S', 'bob: N,S', 'cyd: ', 'eve: S']);
  expect(result.places.map((row) => `${row.place_id}: ${[...of('places', row)].join()}`)).toEqual(['P: N', 'Q: S', 'R: ', 'jet: Air']);
  expect(result.episodes.filter((row) => row.contact_id === 'bob' && row.case_id === 'ada').map((row) => [...of('episodes', row)].join())).toEqual([
    'N',
    'S',
    'Air',
  ]);
  expect(result.links.map((row) => `${row.case_a} ${row.case_b}: ${[...of('links', row)].join()}`)).toEqual(['ada eve: S']);
});
