import { expect, test } from 'vitest';
import type { PageData } from '../page-data.js';
import { PageEncoder } from '../page-encoder.js';
import { PAGE_COLUMNS, PAGE_LISTS, type PageList } from '../page-data.js';
import { Lists } from './lists.js';
import { State } from './state.js';
import { waysOf } from './views/ways.js';

/** A page of some rows; cells that are not named are empty. */
function stateOf(rows: Partial<Record<PageList, readonly Readonly<Record<string, string>>[]>>, rides: PageData['rides']): State {
  const encoder = new PageEncoder();
  const lists = Object.fromEntries(
    PAGE_LISTS.map((list) => {
      const cells = (rows[list] ?? []).map((row) => Object.keys(PAGE_COLUMNS[list]).map((column) => row[column] ?? ''));
      return [list, encoder.table(list, cells, cells.length, 0)];
    }),
  ) as PageData['lists'];
  const run = { rules: [{ id: 'any' }] } as unknown as PageData['run'];
  return new State(new Lists({ texts: encoder.texts, offsets: [], run, lists, rides, points: null } as unknown as PageData));
}

const RIDES: PageData['rides'] = {
  ways: [
    {
      stops: ['A', 'B', 'C', 'A'],
      path: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 0],
      ],
    },
  ],
  runs: [
    ['r1', 0],
    ['r2', 0],
  ],
};
const place = (run: string) => ({ rule_id: 'any', place_id: 'bus', place_name: 'Bus', run_id: run });
const meeting = (run: string, from: string, to: string, sec: number, grade = 'likely') => ({
  rule_id: 'any',
  place_id: 'bus',
  run_id: run,
  from_stop: from,
  to_stop: to,
  overlap_likely_s: String(sec),
  grade,
});

test('runs along one way are one line, thick from where people got on to where they got off, also around a circle', () => {
  const state = stateOf(
    { places: [place('r1'), place('r2'), place('r3')], episodes: [meeting('r1', 'B', 'C', 1800), meeting('r2', 'C', 'A', 5400), meeting('r3', 'A', 'B', 60)] },
    RIDES,
  );
  expect(waysOf(state)).toMatchObject([{ name: 'Bus (bus) · r2', room: 'bus\0r2', runs: 2, hours: 2, legs: [false, true, true] }]);
});

test('meetings of a grade that is not wanted, and stops that the way does not have, make no leg thick', () => {
  const state = stateOf({ places: [place('r1')], episodes: [meeting('r1', 'A', 'B', 3600, 'possible'), meeting('r1', 'X', 'B', 3600)] }, RIDES);
  state.set({ grades: new Set(['certain', 'likely']) });
  expect(waysOf(state)).toMatchObject([{ runs: 1, hours: 1, legs: [false, false, false] }]);
  expect(waysOf(stateOf({ places: [place('r1')] }, null))).toEqual([]);
});
