import { describe, expect, test } from 'vitest';
import type { SourcesOptions } from '../../engines/in-memory/memory.js';
import type { CheckInInput } from '../../engines/inputs/row-inputs.js';
import { DAY, HOUR, dateOf, isoOf, short, sources, there } from '../../testing/small-sources.js';
import { BASE_SEC } from '../../testing/worlds.js';

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
