import { expect, test } from 'vitest';
import { buildIndex } from '../engines/in-memory/memory.js';
import { tablesOf } from '../testing/tables.js';
import { resolveAliases } from './aliases.js';

const PLACES = [
  { place_id: 'bus', category: 'bus' },
  { place_id: 'rear door', alias_of: 'bus' },
  { place_id: 'old rear door', alias_of: 'rear door' },
];
const scan = (person_id: string, place_id: string, minute: number) => ({ person_id, place_id, time: 1646121600 + minute * 60 });

test('people who scan two codes of one bus are on one bus', () => {
  const index = buildIndex([scan('a', 'bus', 0), scan('b', 'rear door', 5), scan('c', 'old rear door', 6), scan('d', 'other', 6)], { places: PLACES });
  const { episodes } = index.match([{ person_id: 'b' }], { window: 'all' });
  expect(episodes.map(({ contact_id, place_id, contact_place_id }) => [contact_id, place_id, contact_place_id])).toEqual([
    ['a', 'bus', 'bus'],
    ['c', 'bus', 'bus'],
  ]);
});

test('an itinerary that names an alias is at the place that is meant', () => {
  const index = buildIndex([scan('a', 'bus', 0)], { places: PLACES });
  const visits = [{ case_id: 'k', place_id: 'old rear door', start: 1646121600, end: 1646122600 }];
  expect(index.match([], { visits }).episodes).toMatchObject([{ case_id: 'k', contact_id: 'a', place_id: 'bus' }]);
});

test('an alias of itself, also by way of others, makes the places unusable', () => {
  const tables = tablesOf({
    places: [
      { place_id: 'x', alias_of: 'y' },
      { place_id: 'y', alias_of: 'x' },
    ],
  });
  expect(() => resolveAliases(tables)).toThrow(/places:1:alias_of E_PLACE_CYCLE/);
});
