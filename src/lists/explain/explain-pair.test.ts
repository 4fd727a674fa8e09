import { expect, test } from 'vitest';
import { buildIndex } from '../../engines/in-memory/memory.js';
import type { RuleJson } from '../../model/rule.js';
import { stay } from '../../testing/small-match.js';
import { BASE_SEC } from '../../testing/worlds.js';

const RULE: RuleJson = {
  id: 'r',
  clauses: [
    { measure: 'total', at_least: 100, kinds: ['vehicle'] },
    { measure: 'single', more_than: 500 },
    { measure: 'total', at_least: 400, categories: ['default'] },
  ],
};
const INDEX = buildIndex(
  [
    stay('ada', 'P', 0),
    stay('bob', 'P', 100, 700),
    stay('ada', 'bus', 10_000, 10_050, { run_id: 'x' }),
    stay('bob', 'bus', 10_000, 10_090, { run_id: 'x' }),
    stay('cyd', 'P', 0, 60),
  ],
  { places: [{ place_id: 'bus', category: 'bus' }] },
);

test('each clause shows what it measured by grade, over the places that it counts, and where it holds', () => {
  const { grade, reasons, clauses, episodes } = INDEX.explain('ada', 'bob', { rule: RULE });
  expect(clauses.map(({ clause, certain_s, likely_s, possible_s, holds }) => ({ clause, certain_s, likely_s, possible_s, holds }))).toEqual([
    { clause: 'total>=100s', certain_s: 50, likely_s: 50, possible_s: 50, holds: 'below' },
    { clause: 'single>500s', certain_s: 200, likely_s: 600, possible_s: 600, holds: 'likely' },
    { clause: 'total>=400s', certain_s: 200, likely_s: 600, possible_s: 600, holds: 'likely' },
  ]);
  expect([grade, reasons, episodes.map(({ place_id, grade: own }) => `${place_id} ${own}`)]).toEqual([
    'likely',
    'single>500s|total>=400s',
    ['P certain', 'bus certain'],
  ]);
});

test('it says the same as the lists, for every pair', () => {
  for (const [caseId, contactId] of [
    ['ada', 'bob'],
    ['ada', 'cyd'],
    ['bob', 'ada'],
    ['cyd', 'bob'],
  ] as const) {
    const { contacts, episodes } = INDEX.match([{ person_id: caseId }], { window: 'all', rule: RULE });
    const row = contacts.find(({ contact_id }) => contact_id === contactId);
    const explained = INDEX.explain(caseId, contactId, { rule: RULE });
    expect([explained.grade, explained.reasons]).toEqual(row ? [row.grade, row.reasons] : ['below', '']);
    expect(explained.episodes).toEqual(episodes.filter(({ contact_id }) => contact_id === contactId));
  }
});

test('the window of the case counts where cases are given, and an itinerary where it names the case', () => {
  const cases = [{ person_id: 'ada', case_id: 'C1', infectious_from: BASE_SEC + 9000, infectious_to: BASE_SEC + 20_000 }, { person_id: 'bob' }];
  expect(INDEX.explain('C1', 'bob', { cases }).episodes.map(({ place_id }) => place_id)).toEqual(['bus']);
  const visits = [
    { case_id: 'told', place_id: 'P', start: BASE_SEC + 10, end: BASE_SEC + 20 },
    { case_id: 'other', place_id: 'P', start: BASE_SEC, end: BASE_SEC + 60 },
  ];
  expect(INDEX.explain('told', 'cyd', { visits }).episodes.map(({ overlap_certain_s, case_method }) => [overlap_certain_s, case_method])).toEqual([
    [10, 'itinerary'],
  ]);
});
