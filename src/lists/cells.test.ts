import { expect, test } from 'vitest';
import { match, stay } from '../testing/small-match.js';
import type { ListName } from './rows.js';

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
  const named = (name: ListName, ...columns: string[]): string[] =>
    [...result.rowsWithDistricts(name)].map(
      ([row, districts]) =>
        `${columns.map((column) => String((row as unknown as Record<string, unknown>)[column])).join(' ')}: ${[...districts].sort().join(',')}`,
    );
  expect(named('contacts', 'case_id', 'contact_id')).toEqual(['ada bob: N,S', 'ada cyd: ', 'ada eve: S', 'eve ada: S', 'eve bob: S']);
  expect(named('people', 'contact_id')).toEqual(['ada: S', 'bob: N,S', 'cyd: ', 'eve: S']);
  expect(named('places', 'place_id')).toEqual(['P: N', 'Q: S', 'R: ', 'jet: Air']);
  expect(named('disinfection', 'place_id')).toEqual(['P: N', 'Q: S', 'R: ', 'jet: Air']);
  expect(named('episodes', 'case_id', 'contact_id', 'place_id').slice(0, 3)).toEqual(['ada bob P: N', 'ada bob Q: S', 'ada bob jet: Air']);
  expect(named('links', 'case_a', 'case_b')).toEqual(['ada eve: S']);
});
