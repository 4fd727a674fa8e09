import { describe, expect, test } from 'vitest';
import { buildIndex } from '../engines/memory.js';
import type { CaseInput, CheckInInput, PlaceInput, RunInput } from '../engines/row-inputs.js';
import type { MatchResult } from '../engines/match-result.js';
import type { MatchOptions } from '../engines/memory.js';
import type { DisinfectionRow, PlaceRow } from './rows.js';

/** The lists of one small world each, whole; times are seconds from the base. */
const BASE = 1_646_092_800;
const iso = (t: number): string => new Date((BASE + t) * 1000).toISOString().replace('.000', '');
const stay = (person_id: string, place_id: string, from: number, to?: number, more: Partial<CheckInInput> = {}): CheckInInput => ({ person_id, place_id, time: BASE + from, ...(to !== undefined && { check_out: BASE + to }), ...more });

interface Asked extends MatchOptions {
  readonly places?: readonly PlaceInput[];
  readonly runs?: readonly RunInput[];
  readonly cases?: readonly CaseInput[];
}
function match(checkIns: readonly CheckInInput[], { places = [], runs = [], cases = [{ person_id: 'ada' }], ...options }: Asked = {}): MatchResult {
  return buildIndex(checkIns, { places, runs }).match(cases, { window: 'all', ...options });
}

describe('episodes', () => {
  test('stand in the order of the SPEC: ids by bytes, then start, place, place of the contact, run, kind and end', () => {
    const mall = ['a', 'b', 'c'].map((place_id) => ({ place_id, lat: 0, lon: 0 }));
    const rows = [
      stay('ada', 'b', 0, 100), stay('ada', 'a', 0, 100), stay('ada', 'a', 200, 300),
      stay('z', 'a', 250, 260), stay('z', 'b', 0, 50), stay('z', 'a', 0, 50), stay('\uff5e', 'a', 0, 10), stay('\u{1d4b3}', 'a', 0, 10), stay('Z', 'c', 210, 220),
    ];
    const { episodes } = match(rows, { places: mall, scope: 'near:5', lag: 60 });
    expect(episodes.map((row) => [row.contact_id, row.start, row.place_id, row.contact_place_id, row.kind, row.end])).toEqual([
      ['Z', iso(210), 'a', 'c', 'together', iso(220)],
      ['z', iso(0), 'a', 'a', 'together', iso(50)],
      ['z', iso(0), 'a', 'b', 'together', iso(50)],
      ['z', iso(0), 'b', 'a', 'together', iso(50)],
      ['z', iso(0), 'b', 'b', 'together', iso(50)],
      ['z', iso(250), 'a', 'a', 'together', iso(260)],
      ['\uff5e', iso(0), 'a', 'a', 'together', iso(10)],
      ['\uff5e', iso(0), 'b', 'a', 'together', iso(10)],
      ['\u{1d4b3}', iso(0), 'a', 'a', 'together', iso(10)],
      ['\u{1d4b3}', iso(0), 'b', 'a', 'together', iso(10)],
    ]);
  });

  test('after stands before together at the same start, and rows that tie on all else by their evidence', () => {
    // Bob arrives in the second in which Ada's first visit ends and her second, on a nearby floor, begins.
    const rows = [stay('ada', 'hall', 0, 100), stay('ada', 'hall', 101, 200), stay('bob', 'hall', 150, 160), stay('bob', 'hall', 170, 180)];
    expect(match(rows, { lag: 1000 }).episodes.map((row) => [row.start, row.kind, row.end, row.case_rows, row.contact_rows])).toEqual([
      [iso(150), 'after', iso(160), 'checkins:1', 'checkins:3'],
      [iso(150), 'together', iso(160), 'checkins:2', 'checkins:3'],
      [iso(170), 'after', iso(180), 'checkins:1', 'checkins:4'],
      [iso(170), 'together', iso(180), 'checkins:2', 'checkins:4'],
    ]);
  });

  test('name and district are those of the case\'s place, and a distance is shown under near alone', () => {
    const places = [{ place_id: 'shop', name: 'Shop', district: 'N', lat: 0, lon: 0, parent_id: 'mall' }, { place_id: 'kiosk', name: 'Kiosk', district: 'S', lat: 0, lon: 0.001, parent_id: 'mall' }];
    const rows = [stay('ada', 'shop', 0, 100), stay('bob', 'kiosk', 50, 150)];
    const short = (scope: string): unknown => match(rows, { places, scope }).episodes.map((row) => [row.place_id, row.place_name, row.district, row.contact_place_id, row.distance_m]);
    expect([short('near:150'), short('parent'), short('grid:800'), short('place')]).toEqual([[['shop', 'Shop', 'N', 'kiosk', 111]], [['shop', 'Shop', 'N', 'kiosk', null]], [['shop', 'Shop', 'N', 'kiosk', null]], []]);
  });

  test('flags of both sides are joined in alphabetical order', () => {
    const rows = [stay('ada', 'P', 0, 90_000), stay('bob', 'P', 0, 100), stay('bob', 'Q', 50, 150)];
    const { episodes } = match(rows, { places: [{ place_id: 'P', kind: 'vehicle' }], rule: { id: 'r', clauses: [{ measure: 'total', at_least: 1 }], seats: { rows: 3 } } });
    expect(episodes.map(({ flags }) => flags)).toEqual(['capped|conflict|seat-unknown']);
  });
});

describe('contacts', () => {
  // Ada twice without a check-out; Bob once certainly, once only possibly, once on another day at another place.
  const rows = [stay('ada', 'P', 0), stay('bob', 'P', 100, 400), stay('bob', 'P', 3000, 3100), stay('ada', 'Q', 10_000, 10_500), stay('bob', 'Q', 10_400, 10_600), stay('bob', 'Q', 10_450, 10_500, { run_id: 'x' })];

  test('sum unions by grade; first and last range over what meets at the grade of the row', () => {
    const { contacts } = match(rows);
    expect(contacts).toEqual([
      {
        rule_id: 'any', case_id: 'ada', contact_id: 'bob', generation: 1, grade: 'certain', episodes: 3, places: 2,
        total_certain_s: 200 + 100, total_likely_s: 300 + 100, total_possible_s: 300 + 100 + 100, longest_likely_s: 300,
        first_start: iso(100), last_end: iso(10_500), contact_is_case: false, reasons: 'total>=1s',
      },
    ]);
  });

  test('an hour that several stays share is one hour', () => {
    const places = ['a', 'b'].map((place_id) => ({ place_id, lat: 0, lon: 0 }));
    const { contacts } = match([stay('ada', 'a', 0, 100), stay('ada', 'b', 50, 150), stay('bob', 'a', 0, 200)], { places, scope: 'near:5' });
    expect(contacts.map(({ episodes, places: count, total_certain_s, longest_likely_s }) => [episodes, count, total_certain_s, longest_likely_s])).toEqual([[2, 2, 150, 150]]);
  });

  test('first and last leave out what meets only at a less sure grade', () => {
    const { contacts } = match([stay('ada', 'P', 0), stay('bob', 'P', 4000, 4100), stay('ada', 'Q', 20_000, 20_100), stay('bob', 'Q', 20_050, 20_090), stay('ada', 'R', 30_000), stay('bob', 'R', 34_000, 34_100)]);
    expect(contacts.map(({ grade, episodes, total_possible_s, first_start, last_end }) => [grade, episodes, total_possible_s, first_start, last_end])).toEqual([['certain', 3, 240, iso(20_050), iso(20_090)]]);
  });

  test('are sorted by the bytes of case and contact, and tell who is a case', () => {
    const all = ['ada', 'Bob', '\uff5e', '\u{1d4b3}'].map((person) => stay(person, 'P', 0, 100));
    const { contacts } = match(all, { cases: [{ person_id: '\u{1d4b3}' }, { person_id: 'ada' }, { person_id: 'Bob', case_id: 'a case' }] });
    expect(contacts.map(({ case_id, contact_id, contact_is_case }) => `${case_id} ${contact_id} ${contact_is_case}`)).toEqual([
      'a case ada true', 'a case \uff5e false', 'a case \u{1d4b3} true',
      'ada Bob true', 'ada \uff5e false', 'ada \u{1d4b3} true',
      '\u{1d4b3} Bob true', '\u{1d4b3} ada true', '\u{1d4b3} \uff5e false',
    ]);
  });
});

describe('people', () => {
  test('one row for each contact, united over cases and generations', () => {
    const rows = [
      stay('ada', 'P', 0, 100), stay('eve', 'P', 50, 150), stay('bob', 'P', 0, 200), // 150 s with the two, of which 50 s with both
      stay('eve', 'Q', 1000), stay('cyd', 'Q', 1500, 1600), // likely
      stay('cyd', 'R', 5000, 5100), stay('dan', 'R', 5000, 5050),
    ];
    const { people } = match(rows, { cases: [{ person_id: 'eve' }, { person_id: 'ada', case_id: 'C9' }, { person_id: 'ada', case_id: 'C10' }], depth: 2 });
    const base = { rule_id: 'any', places: 1 };
    expect(people).toEqual([
      { ...base, contact_id: 'ada', grade: 'certain', generation: 1, cases: 1, case_ids: 'eve', episodes: 1, total_certain_s: 50, total_likely_s: 50, total_possible_s: 50, first_start: iso(50), last_end: iso(100), is_case: true },
      { ...base, contact_id: 'bob', grade: 'certain', generation: 1, cases: 3, case_ids: 'C10|C9|eve', episodes: 3, total_certain_s: 150, total_likely_s: 150, total_possible_s: 150, first_start: iso(0), last_end: iso(150), is_case: false },
      { ...base, contact_id: 'cyd', grade: 'likely', generation: 1, cases: 1, case_ids: 'eve', episodes: 1, total_certain_s: 0, total_likely_s: 100, total_possible_s: 100, first_start: iso(1500), last_end: iso(1600), is_case: false },
      { ...base, contact_id: 'dan', grade: 'certain', generation: 2, cases: 1, case_ids: 'cyd', episodes: 1, total_certain_s: 50, total_likely_s: 50, total_possible_s: 50, first_start: iso(5000), last_end: iso(5050), is_case: false },
      { ...base, contact_id: 'eve', grade: 'certain', generation: 1, cases: 2, case_ids: 'C10|C9', episodes: 2, total_certain_s: 50, total_likely_s: 50, total_possible_s: 50, first_start: iso(50), last_end: iso(100), is_case: true },
    ]);
  });

  test('the grade is the surest of the rows, and first and last range over what meets at it', () => {
    const rows = [stay('ada', 'P', 0), stay('bob', 'P', 1000, 1100), stay('eve', 'Q', 5000, 5100), stay('bob', 'Q', 5000, 5200)];
    const { people } = match(rows, { cases: [{ person_id: 'ada' }, { person_id: 'eve' }] });
    expect(people.map(({ contact_id, grade, episodes, total_certain_s, total_likely_s, first_start, last_end }) => [contact_id, grade, episodes, total_certain_s, total_likely_s, first_start, last_end])).toEqual([
      ['bob', 'certain', 2, 100, 200, iso(5000), iso(5100)],
    ]);
  });
});

describe('places', () => {
  const places = [{ place_id: 'bus', category: 'bus', name: 'Line 7', district: 'N' }];
  const runs = [{ vehicle_id: 'bus', run_id: 'r1', start: BASE, end: BASE + 1000 }, { vehicle_id: 'bus', run_id: 'r2', start: BASE + 2000, end: BASE + 3000 }];
  const rows = [
    stay('ada', 'bus', 0, 500), stay('bob', 'bus', 400, 600), stay('ada', 'bus', 2000, 2100), stay('eve', 'bus', 2050, 2500), stay('cyd', 'bus', 0, 10, { run_id: 'r2' }),
    stay('ada', 'P', 5000), stay('bob', 'P', 5100, 5200), stay('cyd', 'P', 5400, 5500), stay('dan', 'P', 9000, 9100), stay('eve', 'P', 12_000, 12_100),
    stay('ada', 'alone', 20_000, 20_000),
  ];

  test('one row for each place and run with a visit of a case, and the people there by grade', () => {
    const row = (more: Partial<PlaceRow>): unknown => ({ place_id: 'P', place_name: '', kind: 'venue', run_id: '', district: '', cases: 1, visits: 1, first_case_start: '', last_case_end: '', people_certain: 0, people_likely: 0, people_possible: 0, ...more });
    const bus = { place_id: 'bus', place_name: 'Line 7', kind: 'vehicle', district: 'N' } as const;
    expect(match(rows, { places, runs, cases: [{ person_id: 'ada' }, { person_id: 'eve' }] }).places).toEqual([
      row({ cases: 2, visits: 2, first_case_start: iso(5000), last_case_end: iso(12_200), people_certain: 1, people_likely: 2, people_possible: 4 }),
      row({ place_id: 'alone', first_case_start: iso(20_000), last_case_end: iso(20_000) }),
      row({ ...bus, run_id: 'r1', first_case_start: iso(0), last_case_end: iso(500), people_certain: 1, people_likely: 1, people_possible: 1 }),
      row({ ...bus, run_id: 'r2', cases: 2, visits: 2, first_case_start: iso(2000), last_case_end: iso(2500), people_certain: 2, people_likely: 2, people_possible: 2 }),
    ]);
  });

  test('only people who are contacts are counted, and only where an episode of theirs counts', () => {
    const rule = { id: 'r', clauses: [{ measure: 'total', at_least: 100, kinds: ['venue'] } as const] };
    const counts = match(rows, { places, runs, rule }).places.map((row) => [row.place_id, row.run_id, row.people_certain, row.people_likely, row.people_possible]);
    // Bob is a contact by his 100 s at P, and was on the bus, too; Eve's 100 s at P are possible, and so is she there.
    expect(counts).toEqual([['P', '', 1, 2, 4], ['alone', '', 0, 0, 0], ['bus', 'r1', 1, 1, 1], ['bus', 'r2', 1, 1, 1]]);
  });
});

describe('disinfection', () => {
  test('windows that overlap or touch are one, and scans since are those from its end on, of any run', () => {
    const rows = [
      stay('ada', 'P', 0, 100), stay('eve', 'P', 100, 200), stay('eve', 'P', 150, 160, { run_id: 'x' }), stay('bob', 'P', 50, 60), stay('ada', 'P', 300, 400), stay('bob', 'P', 200, 210), stay('cyd', 'P', 400, 410), stay('cyd', 'P', 399, 405, { run_id: 'y' }),
    ];
    const row = (more: Partial<DisinfectionRow>): unknown => ({ place_id: 'P', place_name: '', kind: 'venue', run_id: '', district: '', from: '', to: '', cases: 1, check_ins_since: 0, ...more });
    expect(match(rows, { cases: [{ person_id: 'ada' }, { person_id: 'eve' }, { person_id: 'ada', case_id: 'again' }] }).disinfection).toEqual([
      row({ from: iso(0), to: iso(200), cases: 3, check_ins_since: 4 }),
      row({ from: iso(300), to: iso(400), cases: 2, check_ins_since: 1 }),
      row({ run_id: 'x', from: iso(150), to: iso(160), cases: 1, check_ins_since: 4 }),
    ]);
  });

  test('the end is the possible one, cut to the window of the case', () => {
    const windows = (cases: readonly CaseInput[]): unknown => match([stay('ada', 'P', 0)], { cases }).disinfection.map(({ from, to }) => [from, to]);
    expect(windows([{ person_id: 'ada' }])).toEqual([[iso(0), iso(7200)]]);
    expect(windows([{ person_id: 'ada', infectious_from: BASE + 60, infectious_to: BASE + 600 }])).toEqual([[iso(60), iso(600)]]);
  });
});

describe('links', () => {
  const rows = [stay('ada', 'P', 0, 100), stay('eve', 'P', 50, 150), stay('eve', 'Q', 1000), stay('ada', 'Q', 1500, 1600), stay('cyd', 'R', 0, 100)];

  test('two cases of whom one is a contact of the other, once, with unions over both directions', () => {
    expect(match(rows, { cases: [{ person_id: 'eve' }, { person_id: 'ada' }, { person_id: 'cyd' }] }).links).toEqual([{ case_a: 'ada', case_b: 'eve', places: 2, first_start: iso(50), total_likely_s: 150 }]);
  });

  test('one direction is enough: in the window of the other case they did not meet', () => {
    const cases = [{ person_id: 'eve', infectious_from: BASE + 5000 }, { person_id: 'ada', infectious_to: BASE + 80 }];
    expect(match(rows, { cases }).links).toEqual([{ case_a: 'ada', case_b: 'eve', places: 1, first_start: iso(50), total_likely_s: 30 }]);
  });

  test('a person who is two cases is not linked to themselves, and to another by each', () => {
    const cases = [{ person_id: 'ada', case_id: 'x2' }, { person_id: 'ada', case_id: 'x1' }, { person_id: 'eve' }];
    expect(match(rows, { cases }).links.map(({ case_a, case_b }) => [case_a, case_b])).toEqual([['eve', 'x1'], ['eve', 'x2']]);
  });
});

describe('districts', () => {
  test('a row of a place belongs to its district, one of a contact to the districts of all places where they count', () => {
    const places = [{ place_id: 'P', district: 'N' }, { place_id: 'Q', district: 'S' }, { place_id: 'jet', district: 'Air', category: 'aircraft' }];
    const rows = [stay('ada', 'P', 0, 100), stay('bob', 'P', 0, 100), stay('ada', 'Q', 200, 300), stay('bob', 'Q', 200, 300), stay('eve', 'Q', 200, 300), stay('ada', 'R', 400, 500), stay('cyd', 'R', 400, 500), stay('ada', 'jet', 600, 700, { seat: '1', run_id: 'f' }), stay('bob', 'jet', 600, 700, { seat: '9', run_id: 'f' })];
    const result = match(rows, { places, cases: [{ person_id: 'ada' }, { person_id: 'eve' }], rule: { id: 'r', clauses: [{ measure: 'total', at_least: 1 }], seats: { rows: 3 } } });
    const of = result.districtsOf();
    const named = <T extends object>(row: T, districts: Iterable<string>): string => `${Object.values(row).slice(0, 3).join(' ')}: ${[...districts].sort().join(',')}`;
    expect(result.contacts.map((row) => named(row, of('contacts', row)))).toEqual(['r ada bob: N,S', 'r ada cyd: ', 'r ada eve: S', 'r eve ada: S', 'r eve bob: S']);
    expect(result.people.map((row) => `${row.contact_id}: ${[...of('people', row)].sort().join(',')}`)).toEqual(['ada: S', 'bob: N,S', 'cyd: ', 'eve: S']);
    expect(result.places.map((row) => `${row.place_id}: ${[...of('places', row)].join()}`)).toEqual(['P: N', 'Q: S', 'R: ', 'jet: Air']);
    expect(result.episodes.filter((row) => row.contact_id === 'bob' && row.case_id === 'ada').map((row) => [...of('episodes', row)].join())).toEqual(['N', 'S', 'Air']);
    expect(result.links.map((row) => `${row.case_a} ${row.case_b}: ${[...of('links', row)].join()}`)).toEqual(['ada eve: S']);
  });
});
