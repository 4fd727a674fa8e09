import { describe, expect, test } from 'vitest';
import { StateError } from '../core/errors.js';
import { buildIndex } from '../engines/in-memory/memory.js';
import type { CheckInInput } from '../engines/inputs/row-inputs.js';

const BASE = 1_646_092_800;
const at = (person_id: string, place_id: string, from: number, to: number): CheckInInput => ({ person_id, place_id, time: BASE + from, check_out: BASE + to });
const second = (iso: string): number => new Date(iso).getTime() / 1000 - BASE;

/** Contact rows in short: case, contact, generation, certain seconds, first start. */
function contacts(checkIns: readonly CheckInInput[], cases: readonly string[], depth: number): [string, string, number, number, number][] {
  const { contacts: rows } = buildIndex(checkIns).match(
    cases.map((person_id) => ({ person_id })),
    { window: 'all', depth },
  );
  return rows.map((row) => [row.case_id, row.contact_id, row.generation, row.total_certain_s, second(row.first_start)]);
}

describe('contacts of contacts', () => {
  test('a chain only moves forward in time: a contact counts from their first meeting with the case on', () => {
    const rows = [
      at('bob', 'office', 0, 50),
      at('early', 'office', 0, 50), // before bob met ada: no link of the chain
      at('ada', 'bar', 100, 200),
      at('bob', 'bar', 120, 180),
      at('bob', 'gym', 300, 400),
      at('late', 'gym', 350, 450),
      at('late', 'club', 500, 600),
      at('last', 'club', 500, 600),
    ];
    expect(contacts(rows, ['ada'], 1)).toEqual([['ada', 'bob', 1, 60, 120]]);
    expect(contacts(rows, ['ada'], 2)).toEqual([
      ['ada', 'bob', 1, 60, 120],
      ['bob', 'late', 2, 50, 350],
    ]);
    expect(contacts(rows, ['ada'], 3)).toEqual([
      ['ada', 'bob', 1, 60, 120],
      ['bob', 'late', 2, 50, 350],
      ['late', 'last', 3, 100, 500],
    ]);
    expect(contacts(rows, ['ada'], 10)).toEqual(contacts(rows, ['ada'], 3));
  });

  test('a stay that began before the first meeting is cut to it', () => {
    const rows = [at('ada', 'bar', 100, 200), at('bob', 'bar', 0, 300), at('cyd', 'bar', 0, 120), at('dan', 'bar', 250, 400)];
    expect(contacts(rows, ['ada'], 2)).toEqual([
      ['ada', 'bob', 1, 100, 100],
      ['ada', 'cyd', 1, 20, 100],
      ['bob', 'dan', 2, 50, 250],
    ]);
  });

  test('the window opens at the least first start over all cases of the generation before', () => {
    const rows = [
      at('ada', 'P', 500, 600),
      at('eve', 'Q', 100, 200),
      at('bob', 'Q', 150, 160),
      at('bob', 'P', 500, 600),
      at('bob', 'R', 300, 400),
      at('cyd', 'R', 300, 400),
    ];
    const both = [
      ['ada', 'bob', 1, 100, 500],
      ['bob', 'cyd', 2, 100, 300],
      ['eve', 'bob', 1, 10, 150],
    ];
    expect([contacts(rows, ['ada', 'eve'], 2), contacts(rows, ['eve', 'ada'], 2)]).toEqual([both, both]);
    expect(contacts(rows, ['ada'], 2)).toEqual([['ada', 'bob', 1, 100, 500]]);
  });

  test('nobody who is a case already is listed again, and cases of one generation do not list each other from the second on', () => {
    const rows = [
      at('ada', 'P', 0, 100),
      at('bob', 'P', 0, 100),
      at('cyd', 'P', 0, 100),
      at('bob', 'Q', 200, 300),
      at('cyd', 'Q', 200, 300),
      at('ada', 'Q', 200, 300),
      at('dan', 'Q', 200, 300),
    ];
    expect(contacts(rows, ['ada'], 2)).toEqual([
      ['ada', 'bob', 1, 200, 0],
      ['ada', 'cyd', 1, 200, 0],
      ['ada', 'dan', 1, 100, 200],
    ]);
    const { episodes } = buildIndex(rows).match([{ person_id: 'ada' }], { window: 'all', depth: 2 });
    expect(episodes.every(({ generation }) => generation === 1)).toBe(true);
  });

  test('a contact of any grade goes on, by the name of the person', () => {
    const rows: CheckInInput[] = [
      at('ada', 'P', 7000, 7100),
      { person_id: 'bob', place_id: 'P', time: BASE },
      { person_id: 'bob', place_id: 'Q', time: BASE + 7200 },
      at('cyd', 'Q', 7200, 7300),
    ];
    const { contacts: found } = buildIndex(rows).match([{ person_id: 'ada', case_id: 'C1' }], { window: 'all', depth: 2 });
    expect(found.map(({ case_id, contact_id, generation, grade }) => [case_id, contact_id, generation, grade])).toEqual([
      ['C1', 'bob', 1, 'possible'],
      ['bob', 'cyd', 2, 'certain'],
    ]);
  });

  test('places, disinfection and links speak of the first generation, people of all', () => {
    const rows = [at('ada', 'P', 0, 100), at('bob', 'P', 0, 100), at('bob', 'Q', 200, 300), at('cyd', 'Q', 200, 300)];
    const { people, places, disinfection } = buildIndex(rows).match([{ person_id: 'ada' }], { window: 'all', depth: 2 });
    expect(people.map(({ contact_id, generation, case_ids }) => [contact_id, generation, case_ids])).toEqual([
      ['bob', 1, 'ada'],
      ['cyd', 2, 'bob'],
    ]);
    expect([places.map(({ place_id }) => place_id), disinfection.map(({ place_id }) => place_id)]).toEqual([['P'], ['P']]);
  });
});

describe('the limit of episodes', () => {
  const rows = [
    at('ada', 'P', 0, 100),
    at('bob', 'P', 0, 100),
    at('cyd', 'P', 0, 100),
    at('cyd', 'Q', 200, 300),
    at('ada', 'Q', 200, 300),
    at('dan', 'R', 400, 500),
    at('cyd', 'R', 400, 500),
  ];

  test('reaching it is allowed; passing it is refused with the busiest places, before anything is listed', () => {
    const index = buildIndex(rows);
    const match = (maxEpisodes: number, depth = 1, rule: string[] = ['any']): unknown =>
      index.match([{ person_id: 'ada' }], { window: 'all', maxEpisodes, depth, rule }).counts;
    expect(() => match(3)).not.toThrow();
    const refused = expect.objectContaining({
      name: StateError.name,
      code: 'E_LIMIT',
      message: expect.stringMatching(/at most 2 episodes, got 3;.*The busiest places:\n +2 {2}P\n +1 {2}Q$/s) as unknown,
    });
    expect(() => match(2)).toThrow(refused);
    expect(() => match(3, 2)).toThrow(expect.objectContaining({ code: 'E_LIMIT' }));
    expect(() => match(4, 2)).not.toThrow();
  });

  test('it counts over all rules of a run', () => {
    const index = buildIndex(rows);
    const match = (maxEpisodes: number): unknown => index.match([{ person_id: 'ada' }], { window: 'all', maxEpisodes, rule: ['any', 'who-2020'] });
    expect(() => match(6)).not.toThrow();
    expect(() => match(5)).toThrow(expect.objectContaining({ code: 'E_LIMIT' }));
  });
});
