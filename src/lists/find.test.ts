import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONFLICT } from '../model/stay.js';
import { findIn } from '../testing/find-rows.js';
import { DWELL, RUN_GAP_SEC, matchings, worlds } from '../testing/worlds.js';
import { Cells } from './cells.js';
import type { Found } from './found.js';
import { listBlocks } from './lists.js';
import { LIST_NAMES, columnsOf, type ListName } from './rows.js';

/** All rows of a list, each with its districts. */
function rowsOf(name: ListName, found: Found): unknown[] {
  const cells = new Cells(found);
  const columns = columnsOf(name, found);
  const rows: unknown[] = [];
  for (const block of listBlocks(name, found)) {
    for (let row = 0; row < block.count; row++) rows.push([cells.row(columns, block, row), [...cells.districts(block, row)].sort()]);
  }
  return rows;
}

/** Places at three spots, some without coordinates, in two districts. */
const SPOTS = [
  { lat: 0, lon: 0, district: 'N' },
  { lat: 0, lon: 0.0001, district: 'S' },
  { lat: 0, lon: 0.0003 },
];

test('pairs that are found again whenever they are asked for make the lists that kept pairs make, and as many episodes as were counted', () => {
  const how = fc.record({
    scope: fc.constantFrom('place', 'place', 'parent', 'near:20', 'grid:30'),
    depth: fc.constantFrom(1, 1, 2, 3),
    excludedFlags: fc.constantFrom(0, CONFLICT),
    hasSeveralRules: fc.boolean(),
    keepEpisodes: fc.constantFrom(0, 0, 5),
    residence: fc.constantFrom(undefined, { more_than: '2m', within_days: 1, who: 'either' as const }),
    measure: fc.constantFrom(undefined, 'day' as const),
    hasSeats: fc.boolean(),
  });
  let episodes = 0;
  let people = 0;
  fc.assert(
    fc.property(
      worlds(),
      matchings(),
      how,
      ({ checkIns, places, runs, cases }, { clauses, ...matching }, { keepEpisodes, residence, measure, hasSeats, ...rest }) => {
        const rows = { checkIns, places: places.map((place, i) => ({ ...place, ...SPOTS[i] })), runs, cases };
        const rule = {
          id: 'r',
          clauses: measure ? [...clauses, { measure, at_least: 60 }] : clauses,
          ...(residence && { residence }),
          ...(hasSeats && { seats: { rows: 2 } }),
        };
        const options = { dwell: DWELL, runGapSec: RUN_GAP_SEC, tz: 'UTC', rule, ...matching, ...rest };
        const kept = findIn(rows, options);
        const again = findIn(rows, { ...options, keepEpisodes });
        for (const name of LIST_NAMES) expect(rowsOf(name, again), name).toEqual(rowsOf(name, kept));
        expect([again.tally.contacts, again.tally.people]).toEqual([kept.tally.contacts, kept.tally.people]);
        const counted = again.generations.reduce((sum, { episodeCount }) => sum + episodeCount, 0);
        expect(rowsOf('episodes', again).length).toBe(counted);
        episodes += counted;
        people += again.tally.people[0] + again.tally.people[1] + again.tally.people[2];
      },
    ),
    { numRuns: 400 },
  );
  expect(Math.min(episodes / 10, people)).toBeGreaterThan(200);
});
