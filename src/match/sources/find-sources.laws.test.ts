import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lnUpperTail } from '../../core/statistics/hypergeometric.js';
import { buildIndex } from '../../engines/in-memory/memory.js';
import type { PlaceInput } from '../../engines/inputs/row-inputs.js';
import { bruteWindows } from '../../testing/brute-sources.js';
import { stay } from '../../testing/small-match.js';
import { BASE_DAY, DAY, HOUR, dateOf, isoOf, short, sources, there } from '../../testing/small-sources.js';
import { stayTexts, staysOf } from '../../testing/tables.js';

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
