import { describe, expect, test } from 'vitest';
import { buildIndex } from '../engines/in-memory/memory.js';
import type { CheckInInput, PlaceInput } from '../engines/inputs/row-inputs.js';
import type { ClauseJson, RuleJson } from '../model/rule.js';

const BASE = 1_646_092_800;
const scan = (person_id: string, place_id: string, from: number, to?: number, more: Partial<CheckInInput> = {}): CheckInInput => ({
  person_id,
  place_id,
  time: BASE + from,
  ...(to !== undefined && { check_out: BASE + to }),
  ...more,
});

interface Graded {
  readonly contacts: readonly string[];
  readonly episodes: readonly string[];
}

function grade(
  checkIns: readonly CheckInInput[],
  rule: Omit<RuleJson, 'id'>,
  more: { places?: readonly PlaceInput[]; lag?: string; bounds?: 'closed' } = {},
): Graded {
  const { places = [], ...options } = more;
  const { contacts, episodes } = buildIndex(checkIns, { places }).match([{ person_id: 'ada' }], { window: 'all', rule: { id: 'r', ...rule }, ...options });
  return {
    contacts: contacts.map(({ contact_id, grade: each, reasons }) => `${contact_id} ${each} ${reasons}`),
    episodes: episodes.map(({ contact_id, place_id, grade: each, kind, flags }) => `${contact_id} ${place_id} ${kind} ${each}${flags && ` ${flags}`}`),
  };
}
const total = (at_least: number, more: Partial<ClauseJson> = {}): ClauseJson => ({ measure: 'total', at_least, ...more });

describe('the grade of a pair', () => {
  // Ada stays for 300, 1800 or 7200 s; Bob is there from 200 to 5000.
  const rows = [scan('ada', 'P', 0), scan('bob', 'P', 200, 5000)];

  test('is the surest at which a clause holds; an episode keeps its own, unless the pair is no contact', () => {
    expect([100, 101, 1600, 1601, 4800, 4801].map((sec) => grade(rows, { clauses: [total(sec)] }))).toEqual([
      { contacts: ['bob certain total>=100s'], episodes: ['bob P together certain'] },
      { contacts: ['bob likely total>=101s'], episodes: ['bob P together certain'] },
      { contacts: ['bob likely total>=1600s'], episodes: ['bob P together certain'] },
      { contacts: ['bob possible total>=1601s'], episodes: ['bob P together certain'] },
      { contacts: ['bob possible total>=4800s'], episodes: ['bob P together certain'] },
      { contacts: [], episodes: ['bob P together below'] },
    ]);
  });

  test('at least and more than differ at just the threshold', () => {
    const strict = (sec: number): string[] => [...grade(rows, { clauses: [{ measure: 'total', more_than: sec }] }).contacts];
    expect([strict(99), strict(100), strict(4799), strict(4800)]).toEqual([
      ['bob certain total>99s'],
      ['bob likely total>100s'],
      ['bob possible total>4799s'],
      [],
    ]);
  });

  test('reasons are the clauses that hold at that grade, in the order of the rule, each once', () => {
    const clauses: ClauseJson[] = [{ measure: 'single', at_least: 1600 }, total(100), { measure: 'rolling24h', more_than: '1m' }, total(100)];
    expect(grade(rows, { clauses }).contacts).toEqual(['bob certain total>=100s|rolling24h>60s']);
  });

  test('one clause of several is enough', () => {
    expect(grade(rows, { clauses: [total(9999), total(50)] }).contacts).toEqual(['bob certain total>=50s']);
  });
});

describe('which episodes count', () => {
  const places = [
    { place_id: 'shop', category: 'retail' },
    { place_id: 'bus', category: 'bus' },
    { place_id: 'cab', category: 'food', kind: 'vehicle' as const },
  ];
  const rows = ['shop', 'bus', 'cab', 'plain'].flatMap((place, i) => [
    scan('ada', place, i * 10_000, i * 10_000 + 100),
    scan(`met at ${place}`, place, i * 10_000, i * 10_000 + 100),
  ]);
  const names = (clause: Partial<ClauseJson>): string[] => grade(rows, { clauses: [total(1, clause)] }, { places }).contacts.map((row) => row.split(' ')[2]!);

  test('are those at places of the kinds and categories of the clause', () => {
    expect(names({})).toEqual(['bus', 'cab', 'plain', 'shop']);
    expect(names({ kinds: ['venue'] })).toEqual(['plain', 'shop']);
    expect(names({ kinds: ['vehicle'] })).toEqual(['bus', 'cab']);
    expect(names({ categories: ['food', 'default'] })).toEqual(['cab', 'plain']);
    expect(names({ kinds: ['vehicle'], categories: ['retail', 'food'] })).toEqual(['cab']);
    expect([names({ kinds: [] }), names({ categories: [] })]).toEqual([[], []]);
  });

  test('are together: who came after makes no contact, and stays possible beside an episode that does', () => {
    const after = [scan('ada', 'P', 0, 100), scan('bob', 'P', 150, 300)];
    expect(grade(after, { clauses: [total(0)] }, { lag: '1h' })).toEqual({ contacts: [], episodes: ['bob P after below'] });
    expect(grade([...after, scan('ada', 'Q', 1000, 1100), scan('bob', 'Q', 1000, 1100)], { clauses: [total(1)] }, { lag: '1h' })).toEqual({
      contacts: ['bob certain total>=1s'],
      episodes: ['bob P after possible', 'bob Q together certain'],
    });
  });

  test('a threshold of nothing still needs an episode that meets at the grade', () => {
    const late = [scan('ada', 'P', 0), scan('bob', 'P', 4000, 4100)]; // when Ada was only possibly still there
    expect(grade(late, { clauses: [total(0)] })).toEqual({ contacts: ['bob possible total>=0s'], episodes: ['bob P together possible'] });
    const touching = [scan('ada', 'P', 0, 100), scan('bob', 'P', 100, 200)];
    expect(grade(touching, { clauses: [total(0)] })).toEqual({ contacts: [], episodes: [] });
    expect(grade(touching, { clauses: [total(0)] }, { bounds: 'closed' })).toEqual({
      contacts: ['bob certain total>=0s'],
      episodes: ['bob P together certain'],
    });
    expect(grade(touching, { clauses: [total(1)] }, { bounds: 'closed' })).toEqual({ contacts: [], episodes: ['bob P together below'] });
  });
});

describe('seats', () => {
  const places = [{ place_id: 'jet', category: 'aircraft' }];
  const seats = { rows: 3, vehicles: ['aircraft'] };
  const rows = (bob: Partial<CheckInInput>): CheckInInput[] => [
    scan('ada', 'jet', 0, 100, { seat: '10A', run_id: 'f1' }),
    scan('bob', 'jet', 0, 100, { run_id: 'f1', ...bob }),
  ];

  test('an excluded episode stays in the list as below, one with an unknown seat is flagged and counts', () => {
    const of = (bob: Partial<CheckInInput>): Graded => grade(rows(bob), { clauses: [total(1)], seats }, { places });
    expect(of({ seat: '13F' })).toEqual({ contacts: ['bob certain total>=1s'], episodes: ['bob jet together certain'] });
    expect(of({ seat: '14F' })).toEqual({ contacts: [], episodes: ['bob jet together below'] });
    expect(of({})).toEqual({ contacts: ['bob certain total>=1s'], episodes: ['bob jet together certain seat-unknown'] });
    expect(of({ seat: '14F', run_id: 'f2' })).toEqual({ contacts: [], episodes: [] });
  });

  test('an excluded episode is below even where its pair is a contact elsewhere, and adds nothing', () => {
    const { contacts, episodes } = grade(
      [...rows({ seat: '30F' }), scan('ada', 'Q', 1000, 1050), scan('bob', 'Q', 1000, 1050)],
      { clauses: [total(50), total(100)], seats },
      { places },
    );
    expect({ contacts, episodes }).toEqual({ contacts: ['bob certain total>=50s'], episodes: ['bob jet together below', 'bob Q together certain'] });
  });
});
