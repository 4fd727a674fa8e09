import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lnUpperTail } from '../core/hypergeometric.js';
import { buildIndex, type SourcesOptions } from '../engines/memory.js';
import type { CaseInput, CheckInInput, PlaceInput } from '../engines/row-inputs.js';
import { bruteWindows } from '../testing/brute-sources.js';
import { stay } from '../testing/small-match.js';
import { stayTexts, staysOf } from '../testing/tables.js';
import { BASE_SEC } from '../testing/worlds.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
const BASE_DAY = BASE_SEC / DAY;
const dateOf = (day: number): string => new Date((BASE_DAY + day) * DAY * 1000).toISOString().slice(0, 10);
const isoOf = (sec: number): string => new Date(sec * 1000).toISOString().replace('.000Z', '+00:00');
const short = (value: number): number => Number(value.toPrecision(4));
const sources = (checkIns: readonly CheckInInput[], cases: readonly CaseInput[], options: SourcesOptions = {}, places: readonly PlaceInput[] = []) =>
  buildIndex(checkIns, { places, tz: 'UTC' }).sources(cases, options);
/** Someone at a place from an hour to another of a day. */
const there = (person: string, place: string, day: number, from: number, to: number, more: Partial<CheckInInput> = {}): CheckInInput =>
  stay(person, place, day * DAY + from * HOUR, day * DAY + to * HOUR, more);

describe('by hand', () => {
  // Ten people check in on day 0, each at a place of their own; four of them are at the dinner too, of whom two fall ill and one is ill already.
  const people = Array.from({ length: 10 }, (_, i) => `p${i}`);
  const checkIns = [
    ...people.map((person) => there(person, `home of ${person}`, 0, 8, 9)),
    there('p0', 'dinner', 0, 19, 21),
    there('p1', 'dinner', 0, 19.5, 20.5),
    there('p2', 'dinner', 0, 19.75, 21),
    there('p3', 'dinner', 0, 18, 19.9),
  ];
  const cases = [
    { person_id: 'p1', case_id: 'c1', onset_date: dateOf(5) },
    { person_id: 'p2', case_id: 'c2', onset_date: dateOf(6) },
    { person_id: 'p3', case_id: 'c3', onset_date: dateOf(0) },
    { person_id: 'p9', case_id: 'c9', onset_date: dateOf(4) },
  ];

  test('a dinner is judged by who could have been there', () => {
    const { windows, people: candidates, counts } = sources(checkIns, cases);
    expect(windows).toEqual([
      {
        rank: 1,
        place_id: 'dinner',
        place_name: '',
        kind: 'venue',
        run_id: '',
        district: '',
        // p3 has gone by 20:00.
        start: isoOf(BASE_SEC + 20 * HOUR),
        end: isoOf(BASE_SEC + 21 * HOUR),
        observed: 2,
        // p1, p2 and p9 could have been there: p3 was past its incubation. Of the ten three were: 3 · 3 / 10.
        expected: 0.9,
        ratio: 2.222,
        // (C(3,2) · C(7,1) + C(3,3)) / C(10,3) = 22 / 120
        p_value: 0.1833,
        q_value: 1,
        cases_at_risk: 3,
        visitors: 3,
        population: 10,
        observed_likely: 2,
        observed_certain: 2,
        case_ids: 'c1|c2',
        first_case_start: isoOf(BASE_SEC + 19.5 * HOUR),
        last_case_end: isoOf(BASE_SEC + 21 * HOUR),
        first_comer: 'p0',
        first_comer_start: isoOf(BASE_SEC + 19 * HOUR),
        first_comer_is_case: false,
        candidates: 3,
      },
    ]);
    expect(candidates.map(({ person_id, status, together, before }) => [person_id, status, together, before])).toEqual([
      ['p0', 'no-case', 2, 0],
      ['p1', 'incubating', 1, 0],
      ['p2', 'incubating', 1, 0],
    ]);
    // 11 places; the only days with check-ins are day 0 and what may last into day 1: 48 hours, so 48 + 47 + 45 + 41 windows.
    expect(counts).toMatchObject({ cases: 4, cases_with_visits: 3, cases_without_visit: ['c3'], windows: 1, listed: 1, tests: 11 * 181 });
  });

  test('someone who was ill there is the likeliest source', () => {
    const { people: candidates } = sources(checkIns, cases, { lengths: ['2h', '4h'], step: '2h' });
    // From 18:00 to 20:00 p3 is there too, whose onset is that day.
    expect(candidates.map(({ window_start, person_id, status, onset_date, together }) => [window_start, person_id, status, onset_date, together])).toEqual([
      [isoOf(BASE_SEC + 20 * HOUR), 'p0', 'no-case', '', 2],
      [isoOf(BASE_SEC + 20 * HOUR), 'p1', 'incubating', dateOf(5), 1],
      [isoOf(BASE_SEC + 20 * HOUR), 'p2', 'incubating', dateOf(6), 1],
    ]);
    const late = [...checkIns.filter(({ person_id, place_id }) => person_id !== 'p3' || place_id !== 'dinner'), there('p3', 'dinner', 0, 18, 20.5)];
    const [first] = sources(late, cases).people;
    expect(first).toMatchObject({
      person_id: 'p3',
      status: 'infectious',
      case_ids: 'c3',
      onset_date: dateOf(0),
      start: isoOf(BASE_SEC + 18 * HOUR),
      together: 2,
    });
  });

  test('who came when the source had gone may have met what was left behind', () => {
    const { people: candidates } = sources(
      [
        there('src', 'gym', 0, 10, 10.2),
        there('a', 'gym', 0, 10.1, 10.5),
        there('b', 'gym', 0, 10.4, 10.6),
        there('c', 'gym', 0, 10.7, 10.9),
        there('d', 'park', 0, 10, 11),
      ],
      ['a', 'b', 'c'].map((person_id) => ({ person_id, onset_date: dateOf(5) })),
    );
    // c came last and met nobody: no candidate.
    expect(candidates.map(({ person_id, together, before }) => [person_id, together, before])).toEqual([
      ['src', 1, 2],
      ['a', 1, 1],
      ['b', 1, 1],
    ]);
  });

  test('the incubation period is the days from the earliest to the latest before the onset, both included', () => {
    const at = (day: number, options?: SourcesOptions): number =>
      sources(
        [there('a', 'x', day, 12, 13), there('b', 'x', day, 12, 13), there('z', 'y', day, 1, 2)],
        ['a', 'b'].map((person_id) => ({ person_id, onset_date: dateOf(20) })),
        options,
      ).windows.length;
    expect([5, 6, 19, 20].map((day) => at(day))).toEqual([0, 1, 1, 0]);
    expect([9, 10, 17, 18].map((day) => at(day, { earliestDays: 10, latestDays: 3 }))).toEqual([0, 1, 1, 0]);
  });

  test('one person who is two cases counts once', () => {
    const twice = ['first', 'again'].map((case_id) => ({ person_id: 'a', case_id, onset_date: dateOf(case_id === 'first' ? 3 : 5) }));
    const scans = [there('a', 'x', 1, 12, 13), there('b', 'x', 1, 12, 13), there('c', 'y', 1, 1, 2)];
    expect(sources(scans, twice).windows).toEqual([]);
    const [window] = sources(scans, [...twice, { person_id: 'b', onset_date: dateOf(4) }]).windows;
    expect(window).toMatchObject({ observed: 2, case_ids: 'again|b|first', cases_at_risk: 2, visitors: 2, population: 3, p_value: short(1 / 3) });
  });

  test('a run of a vehicle is one window, and the same run of another day another', () => {
    const ride = (person: string, day: number, from: number): CheckInInput => there(person, 'bus', day, from, from + 0.25, { run_id: 'line 7' });
    const scans = [
      ride('a', 1, 8),
      ride('b', 1, 8.5),
      ride('z', 1, 8.2),
      ride('a', 2, 8),
      ride('y', 2, 8.1),
      there('w', 'shop', 1, 9, 10),
      there('v', 'shop', 2, 9, 10),
    ];
    const both = ['a', 'b'].map((person_id) => ({ person_id, onset_date: dateOf(6) }));
    const { windows } = sources(scans, both, {}, [{ place_id: 'bus', category: 'bus' }]);
    expect(windows.map(({ run_id, start, end, observed, visitors, population }) => ({ run_id, start, end, observed, visitors, population }))).toEqual([
      { run_id: 'line 7', start: isoOf(BASE_SEC + DAY + 8 * HOUR), end: isoOf(BASE_SEC + DAY + 8.75 * HOUR), observed: 2, visitors: 3, population: 4 },
    ]);
  });

  test('the shops of a mall are one place under the scope parent', () => {
    const places = [{ place_id: 'mall' }, { place_id: 's1', parent_id: 'mall' }, { place_id: 's2', parent_id: 'mall' }];
    const scans = [there('a', 's1', 1, 12, 13), there('b', 's2', 1, 12, 13), there('c', 'mall', 1, 11, 14), there('d', 'y', 1, 1, 2)];
    const both = ['a', 'b'].map((person_id) => ({ person_id, onset_date: dateOf(6) }));
    expect(sources(scans, both, {}, places).windows).toEqual([]);
    expect(sources(scans, both, { scope: 'parent' }, places).windows).toMatchObject([{ place_id: 'mall', observed: 2, visitors: 3, first_comer: 'c' }]);
    expect(sources(scans, both, { scope: 'parent', excludeCategories: ['default'] }, places).windows).toEqual([]);
  });

  test('interviews count; where nobody scanned there is no p', () => {
    const told = (case_id: string, place_id: string) => ({ case_id, place_id, start: BASE_SEC + 12 * HOUR, end: BASE_SEC + 13 * HOUR });
    const scans = [there('a', 'x', 0, 12, 13), there('z', 'x', 0, 12, 14), there('y', 'y', 0, 1, 2)];
    const both = ['a', 'b'].map((person_id) => ({ person_id, onset_date: dateOf(6) }));
    const visits = [told('b', 'x'), told('a', 'garden'), told('b', 'garden')];
    const { windows, warnings } = sources(scans, both, { visits });
    // b scanned nowhere, but is known to have been about: one more of the population, and of the visitors. (C(3,2)) / C(4,2) = 3/6.
    expect(windows).toMatchObject([
      { place_id: 'x', observed: 2, visitors: 3, population: 4, cases_at_risk: 2, p_value: 0.5 },
      { place_id: 'garden', observed: 2, expected: null, ratio: null, p_value: null, q_value: null },
    ]);
    expect(warnings.join('\n')).toContain('1 windows where nobody checked in');
  });

  test('cases without a date are named and have no part; without any there is nothing to count from', () => {
    const scans = [there('a', 'x', 0, 12, 13), there('b', 'x', 0, 12, 13), there('c', 'x', 0, 12, 13)];
    const { windows, counts, warnings } = sources(scans, [
      { person_id: 'a', onset_date: dateOf(6) },
      { person_id: 'b', sample_date: dateOf(6) },
      { person_id: 'c' },
    ]);
    expect(windows).toMatchObject([{ observed: 2, case_ids: 'a|b' }]);
    expect(counts.cases_without_date).toEqual(['c']);
    expect(warnings).toEqual([
      '1 cases without a date of onset: their incubation period is counted from the next date they have',
      '1 cases without a date to count back from, so without a part in this: c',
    ]);
    expect(
      sources(
        scans,
        [
          { person_id: 'a', onset_date: dateOf(6) },
          { person_id: 'b', sample_date: dateOf(6) },
        ],
        { anchors: ['onset'] },
      ).counts,
    ).toMatchObject({
      cases: 1,
      cases_without_date: ['b'],
    });
    expect(() => sources(scans, [{ person_id: 'c' }])).toThrow('expected at least one case with onset_date, sample_date, report_date');
  });
});

describe('against a brute force', () => {
  const PEOPLE = Array.from({ length: 9 }, (_, i) => `p${i}`);
  const PLACES: PlaceInput[] = [{ place_id: 'shop' }, { place_id: 'cafe', category: 'food' }, { place_id: 'inn', category: 'lodging' }];
  const world = fc.record({
    checkIns: fc.uniqueArray(
      fc
        .record({
          person: fc.constantFrom(...PEOPLE),
          place: fc.constantFrom('shop', 'cafe', 'inn'),
          half: fc.nat(7 * 48),
          halves: fc.option(fc.nat(60), { freq: 2 }),
        })
        .map(({ person, place, half, halves }) => stay(person, place, half * 1800, halves === null ? undefined : (half + halves) * 1800)),
      { minLength: 8, maxLength: 40, selector: (row) => JSON.stringify(row) },
    ),
    cases: fc.uniqueArray(fc.record({ person: fc.constantFrom(...PEOPLE), day: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 2,
      maxLength: 6,
      selector: ({ person, day }) => `${person} ${day}`,
    }),
    hours: fc.constantFrom(1, 2, 5),
    earliest: fc.integer({ min: 1, max: 4 }),
  });

  test('every listed window has its numbers, every place its best one, and no better one is passed over', () => {
    fc.assert(
      fc.property(world, ({ checkIns, cases, hours, earliest }) => {
        const rows = cases.map(({ person, day }, i) => ({ person_id: person, case_id: `c${i}`, onset_date: dateOf(day) }));
        const { windows } = sources(checkIns, rows, { lengths: [`${hours}h`], earliestDays: earliest, top: 10_000 }, PLACES);
        const stays = stayTexts(staysOf({ checkIns, places: PLACES }));
        const brute = bruteWindows(
          stays,
          cases.map(({ person, day }) => ({ person, onsetDay: BASE_DAY + day })),
          earliest,
          1,
          hours,
        );
        const keyOf = (place: string, from: string): string => `${place} ${from}`;
        const all = new Map(brute.map((each) => [keyOf(each.place, isoOf(each.from)), each]));
        const p = (each: (typeof brute)[number]): number => short(Math.exp(lnUpperTail(each.observed, each.atRisk, each.visitors, each.population)));
        for (const row of windows) {
          const same = all.get(keyOf(row.place_id, row.start))!;
          expect({ observed: row.observed, visitors: row.visitors, atRisk: row.cases_at_risk, population: row.population, p: row.p_value }).toEqual({
            observed: same.observed,
            visitors: same.visitors,
            atRisk: same.atRisk,
            population: same.population,
            p: p(same),
          });
          expect(row.expected).toBe(short((same.atRisk * same.visitors) / same.population));
        }
        for (const place of new Set(brute.map((each) => each.place))) {
          // A window begins where a case was there: one that begins earlier has no more cases.
          const own = brute.filter((each) => each.place === place && startsWithCase(each.from, place));
          const best = Math.min(...own.map(p));
          expect(Math.min(...windows.filter((row) => row.place_id === place).map((row) => row.p_value!))).toBe(best);
        }
        expect(windows.map((row) => row.p_value)).toEqual(windows.map((row) => row.p_value!).sort((a, b) => a - b));

        function startsWithCase(from: number, place: string): boolean {
          return cases.some(({ person, day }) =>
            stays.some((each) => {
              const end = Math.min(Math.max(each.possible, each.start + 1), (Math.floor(each.start / DAY) + 2) * DAY);
              const [lo, hi] = [(BASE_DAY + day - earliest) * DAY, (BASE_DAY + day) * DAY];
              return each.person === person && each.place === place && Math.max(each.start, lo, from) < Math.min(end, hi, from + HOUR);
            }),
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the order of the rows and the names of people change nothing', () => {
    fc.assert(
      fc.property(world, ({ checkIns, cases, hours }) => {
        const rows = cases.map(({ person, day }, i) => ({ person_id: person, case_id: `c${i}`, onset_date: dateOf(day) }));
        const options = { lengths: ['1h', `${hours}h`] };
        const found = sources(checkIns, rows, options, PLACES);
        expect(sources(checkIns.toReversed(), rows.toReversed(), options, PLACES.toReversed()).toJSON()).toEqual(found.toJSON());
        const renamed = (id: string): string => `x${id}`;
        const other = sources(
          checkIns.map((row) => ({ ...row, person_id: renamed(row.person_id) })),
          rows.map((row) => ({ ...row, person_id: renamed(row.person_id) })),
          options,
          PLACES,
        );
        expect(other.people.map(({ person_id }) => person_id)).toEqual(found.people.map(({ person_id }) => renamed(person_id)));
        expect(other.windows.map(({ first_comer: _, ...row }) => row)).toEqual(found.windows.map(({ first_comer: _, ...row }) => row));
      }),
      { numRuns: 60 },
    );
  });
});

test('p keeps its word: when cases are drawn by lot, a window has p at most α in a share of at most α', () => {
  // 60 people, of whom 12 are at the club; 15 of the 60 fall ill, by lot.
  const people = Array.from({ length: 60 }, (_, i) => `p${i}`);
  const index = buildIndex(
    [...people.map((person) => there(person, `home of ${person}`, 0, 7, 8)), ...people.slice(0, 12).map((person) => there(person, 'club', 0, 20, 21))],
    { tz: 'UTC' },
  );
  let state = 11;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const rounds = 600;
  const counts = { 0.05: 0, 0.2: 0, 0.5: 0 };
  const shares = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    const lot = [...people];
    for (let i = 0; i < 15; i++) {
      const j = i + Math.floor(next() * (60 - i));
      [lot[i], lot[j]] = [lot[j]!, lot[i]!];
    }
    const { windows } = index.sources(
      lot.slice(0, 15).map((person_id) => ({ person_id, onset_date: dateOf(4) })),
      { minCases: 1 },
    );
    const club = windows.find(({ place_id }) => place_id === 'club');
    const p = club?.p_value ?? 1;
    for (const alpha of [0.05, 0.2, 0.5] as const) if (p <= alpha) counts[alpha]++;
    if (club) shares.set(p, (shares.get(p) ?? 0) + 1);
  }
  for (const alpha of [0.05, 0.2, 0.5] as const) expect(counts[alpha] / rounds).toBeLessThan(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / rounds));
  // And not by being timid: the share of rounds with that p or less is that p.
  let sum = 0;
  for (const [p, count] of [...shares].sort((a, b) => a[0] - b[0])) {
    sum += count;
    expect(Math.abs(sum / rounds - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / rounds) + 0.002);
  }
});

test('a mall that everyone visits ranks behind a dinner', () => {
  const people = Array.from({ length: 200 }, (_, i) => `p${i}`);
  const scans = people.flatMap((person, i) => [
    there(person, 'mall', 1, 10 + ((i * 7) % 11) / 2, 12 + ((i * 7) % 11) / 2),
    ...(i % 20 === 0 ? [there(person, 'dinner', 2, 19, 21)] : []),
  ]);
  const cases = people.filter((_, i) => i % 20 === 0 || i % 23 === 1).map((person_id) => ({ person_id, onset_date: dateOf(6) }));
  const { windows } = sources(scans, cases);
  const [dinner] = windows;
  expect(dinner).toMatchObject({ place_id: 'dinner', observed: 10, visitors: 10, population: 200 });
  expect(dinner!.q_value).toBeLessThan(1e-6);
  const malls = windows.filter(({ place_id }) => place_id === 'mall');
  expect(malls.length).toBeGreaterThan(0);
  for (const { observed, expected, q_value } of malls) {
    expect(observed / expected!).toBeLessThan(2.5);
    expect(q_value).toBe(1);
  }
});

test.each<[string, SourcesOptions]>([
  ['latest-days: expected at most earliest-days', { earliestDays: 3, latestDays: 4 }],
  ['earliest-days: expected a whole number', { earliestDays: 1.5 }],
  ['anchor: expected some of onset, sample, report', { anchors: [] }],
  ['step: expected a part of a day', { step: '7m' }],
  ['step: expected a part of a day', { step: '0s' }],
  ['lengths: expected whole steps', { lengths: ['90m'] }],
  ['lengths: expected whole steps', { lengths: ['25h'] }],
  ['lengths: expected whole steps', { lengths: [] }],
  ['scope: expected place or parent', { scope: 'near:50' }],
  ['min-cases: expected a whole number from 1', { minCases: 0 }],
  ['top: expected a whole number', { top: -1 }],
])('refuses options with the message %s', (message, options) => {
  expect(() => sources([there('a', 'x', 0, 1, 2)], [{ person_id: 'a', onset_date: dateOf(3) }], options)).toThrow(message);
});
