import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleJson } from '../model/rule.js';
import { buildIndex } from '../engines/in-memory/memory.js';
import { match, stay, type Asked } from '../testing/small-match.js';
import { BASE_SEC, DWELL, RUN_GAP_SEC, worlds } from '../testing/worlds.js';
import type { CheckInInput } from '../engines/inputs/row-inputs.js';
import type { RuleRow } from './compare-rules.js';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** Lists whoever met for a second, ever. */
const WIDE: RuleJson = { id: 'wide', clauses: [{ measure: 'total', at_least: 1 }], window: { anchors: ['onset'], days_before: 3000, days_after: 3000 } };
const strict = (more: Partial<RuleJson>): RuleJson => ({ ...WIDE, id: 'strict', ...more });

/** What the rule `strict` says of the pairs that `wide` lists. */
function why(checkIns: readonly CheckInInput[], rule: Partial<RuleJson>, asked: Asked = {}): Partial<RuleRow>[] {
  const result = match(checkIns, { ...asked, rule: [WIDE, strict(rule)] });
  return [...result.compareRules().rows()]
    .filter((row) => row.rule_id === 'strict')
    .map(({ case_id: _c, rule_id: _r, reasons: _s, ...rest }) =>
      Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '' && value !== null)),
    );
}

describe('a pair that one rule lists and another does not', () => {
  test('is short of time: the nearest clause, its value, and how many seconds more would do', () => {
    const met = [stay('ada', 'S', 0, HOUR), stay('bob', 'S', 0, 9 * MINUTE + 30)];
    expect(why(met, { clauses: [{ measure: 'total', at_least: '10m' }] })).toEqual([
      {
        contact_id: 'bob',
        listed_by: 'wide',
        grade: 'below',
        why: 'clause',
        nearest_clause: 'total>=600s',
        measured_s: 570,
        threshold_s: 600,
        lacking_s: 30,
        detail: 'total>=600s: 570 s',
      },
    ]);
    // 570 of more than 570 lacks one second; of two clauses the one with the larger share is the nearest.
    expect(
      why(met, {
        clauses: [
          { measure: 'single', at_least: '15m' },
          { measure: 'total', more_than: '570s' },
        ],
      })[0],
    ).toMatchObject({ nearest_clause: 'total>570s', measured_s: 570, threshold_s: 570, lacking_s: 1, detail: 'single>=900s: 570 s, total>570s: 570 s' });
  });

  test('met at a kind of place that the clauses do not speak of', () => {
    expect(why([stay('ada', 'S', 0, HOUR), stay('bob', 'S', 0, HOUR)], { clauses: [{ measure: 'total', at_least: 1, kinds: ['vehicle'] }] })[0]).toEqual({
      contact_id: 'bob',
      listed_by: 'wide',
      grade: 'below',
      why: 'kind',
      detail: 'clauses: 1 episodes, none at a place of the kinds and categories that they speak of',
    });
  });

  test('met outside the case’s window, or half of it, and what is left is too short', () => {
    const cases = [{ person_id: 'ada', onset_date: '2022-03-03' }];
    const window = { anchors: ['onset'], days_before: 1, days_after: 1 } as const;
    const met = [
      stay('ada', 'S', 0, HOUR),
      stay('bob', 'S', 0, HOUR),
      stay('ada', 'S', DAY - 10 * MINUTE, DAY + 5 * MINUTE),
      stay('eve', 'S', DAY - HOUR, DAY + HOUR),
    ];
    // The base is midnight: the window [2022-03-02, 2022-03-05) leaves out the first visit and cuts the second to its last 5 minutes.
    const result = buildIndex(met, { tz: 'UTC' }).match(cases, { rule: [WIDE, strict({ window, clauses: [{ measure: 'total', at_least: '10m' }] })] });
    const rows = [...result.compareRules().rows()].filter((row) => row.rule_id === 'strict');
    const text = 'window 2022-03-02T00:00:00+00:00/2022-03-05T00:00:00+00:00';
    expect(rows.map(({ contact_id, why: cause, measured_s, lacking_s, detail }) => ({ contact_id, cause, measured_s, lacking_s, detail }))).toEqual([
      { contact_id: 'bob', cause: 'window', measured_s: null, lacking_s: null, detail: `${text}: 1 of 1 episodes outside, 0 cut` },
      { contact_id: 'eve', cause: 'window|clause', measured_s: 300, lacking_s: 300, detail: `${text}: 0 of 1 episodes outside, 1 cut; total>=600s: 300 s` },
    ]);
  });

  test('met in one mall, in other shops', () => {
    const places = [
      { place_id: 'A', parent_id: 'mall' },
      { place_id: 'B', parent_id: 'mall' },
    ];
    const result = match([stay('ada', 'A', 0, HOUR), stay('bob', 'B', 0, HOUR)], { places, rule: [{ ...WIDE, scope: 'parent' }, strict({ scope: 'place' })] });
    expect([...result.compareRules().rows()].map(({ rule_id, grade, why: cause, detail }) => [rule_id, grade, cause, detail])).toEqual([
      ['strict', 'below', 'scope', 'scope place: 1 of 1 episodes at places that do not meet'],
      ['wide', 'certain', '', ''],
    ]);
  });

  test('sat too far apart, or in another carriage', () => {
    const places = [{ place_id: 'T', category: 'train' }];
    const met = [
      stay('ada', 'T', 0, HOUR, { carriage: '3', seat: '4A' }),
      stay('bob', 'T', 0, HOUR, { carriage: '3', seat: '8C' }),
      stay('eve', 'T', 0, HOUR, { carriage: '4' }),
      stay('kim', 'T', 0, HOUR, { carriage: '3', seat: '7A' }),
    ];
    const seats = { rows: 3 };
    expect(why(met, { seats }, { places }).map(({ contact_id, listed_by, why: cause, detail }) => [contact_id, listed_by, cause, detail])).toEqual([
      ['bob', 'wide', 'seats', 'seats: 1 of 1 episodes, such as case carriage 3 seat 4A, contact carriage 3 seat 8C'],
      ['eve', 'wide', 'seats', 'seats: 1 of 1 episodes, such as case carriage 3 seat 4A, contact carriage 4 seat unknown'],
      ['kim', 'strict|wide', undefined, undefined],
    ]);
  });

  test('did not live there', () => {
    const residence = { more_than: '2h', within_days: 14, who: 'both' } as const;
    expect(why([stay('ada', 'S', 0, 3 * HOUR), stay('bob', 'S', HOUR, 2 * HOUR)], { residence })[0]).toMatchObject({
      why: 'residence',
      detail: 'residence: 1 of 1 episodes, such as case 7200 s and contact 3600 s there, more than 7200 s asked for',
    });
  });

  test('met as an itinerary tells, and each run of a vehicle counts by itself', () => {
    const visits = [{ case_id: 'K', place_id: 'S', start: BASE_SEC, end: BASE_SEC + HOUR }];
    const result = match([stay('bob', 'S', 0, 5 * MINUTE)], { cases: [], visits, rule: [WIDE, strict({ clauses: [{ measure: 'total', at_least: '10m' }] })] });
    expect(
      [...result.compareRules().rows()].map(({ case_id, contact_id, rule_id, why: cause, measured_s }) => [case_id, contact_id, rule_id, cause, measured_s]),
    ).toEqual([
      ['K', 'bob', 'strict', 'clause', 300],
      ['K', 'bob', 'wide', '', null],
    ]);
  });
});

test('the matrix counts pairs that two rules list, and those that one lists alone', () => {
  const rules: RuleJson[] = [1, 10, 30].map((minutes) => ({ id: `r${minutes}`, clauses: [{ measure: 'total', at_least: `${minutes}m` }] }));
  const result = match([stay('ada', 'S', 0, HOUR), ...[5, 15, 45, 46].map((minutes, i) => stay(`p${i}`, 'S', 0, minutes * MINUTE))], { rule: rules });
  const comparison = result.compareRules();
  expect(comparison.matrix).toEqual({
    rules: ['r1', 'r10', 'r30'],
    pairs: 4,
    both: [
      [4, 3, 2],
      [3, 3, 2],
      [2, 2, 2],
    ],
    alone: [1, 0, 0],
  });
  expect([...comparison.rows()]).toHaveLength(12);
  expect(comparison.matrix).toEqual(result.compareRules().matrix);
});

test('one rule has nothing to be compared with', () => {
  expect(() => match([stay('ada', 'S', 0)]).compareRules()).toThrow('expected at least two rules');
});

test('rows, grades and reasons are those of the contact lists, the matrix is theirs, and every pair that is missing has a cause that holds', () => {
  const clause = fc.record({ measure: fc.constantFrom('single' as const, 'total' as const), at_least: fc.constantFrom(1, 60, 180, 400) });
  const rule = fc.record({
    clauses: fc.array(clause, { minLength: 1, maxLength: 2 }),
    scope: fc.constantFrom('place', 'parent'),
    residence: fc.constantFrom(undefined, undefined, { more_than: 120, within_days: 14, who: 'both' as const }),
  });
  fc.assert(
    fc.property(worlds(), fc.array(rule, { minLength: 2, maxLength: 3 }), (world, parts) => {
      const rules = parts.map(({ residence, ...part }, i) => ({ id: `r${i}`, ...part, ...(residence && { residence }) }));
      const index = buildIndex(world.checkIns, { places: world.places, runs: world.runs, dwell: DWELL, runGap: `${RUN_GAP_SEC}s` });
      const result = index.match(world.cases, { window: 'all', rule: rules });
      const rows = [...result.compareRules().rows()];
      const short = ({ case_id, contact_id, rule_id, grade, reasons }: Pick<RuleRow, 'case_id' | 'contact_id' | 'rule_id' | 'grade' | 'reasons'>): string =>
        JSON.stringify([case_id, contact_id, rule_id, grade, reasons]);
      expect(
        rows
          .filter(({ grade }) => grade !== 'below')
          .map(short)
          .sort(),
      ).toEqual(result.contacts.map(short).sort());
      const pairs = new Map<string, Set<string>>();
      for (const { case_id, contact_id, rule_id } of result.contacts) {
        const key = JSON.stringify([case_id, contact_id]);
        pairs.set(key, (pairs.get(key) ?? new Set()).add(rule_id));
      }
      const { matrix } = result.compareRules();
      expect(rows).toHaveLength(pairs.size * rules.length);
      const all = [...pairs.values()];
      expect(matrix.both).toEqual(rules.map((a) => rules.map((b) => all.filter((by) => by.has(a.id) && by.has(b.id)).length)));
      expect(matrix.alone).toEqual(rules.map((a) => all.filter((by) => by.has(a.id) && by.size === 1).length));
      for (const row of rows) {
        expect(row.listed_by.split('|')).toEqual([...pairs.get(JSON.stringify([row.case_id, row.contact_id]))!].sort());
        expect(row.why === '').toBe(row.grade !== 'below');
        expect(row.lacking_s === null || (row.lacking_s > 0 && row.lacking_s === row.threshold_s! - row.measured_s!)).toBe(true);
      }
      for (const row of rows.filter(({ grade }) => grade === 'below')) {
        const own = rules.find(({ id }) => id === row.rule_id)!;
        // The windows are the same, so that none is a cause; the others are only where the rule has such a part.
        const isPossible: Record<string, boolean> = { scope: own.scope === 'place', residence: own.residence !== undefined, clause: true };
        expect(row.why.split('|').map((cause) => [cause, isPossible[cause]])).toEqual(row.why.split('|').map((cause) => [cause, true]));
        // Without the causes, and asked for a second alone, the rule lists the pair.
        const mended: RuleJson = { id: own.id, clauses: [{ measure: 'total', at_least: 1 }], scope: row.why.includes('scope') ? 'parent' : own.scope };
        const again = index.match(world.cases, {
          window: 'all',
          // A rule asks who lives at a place only of episodes at places that meet under it: once the scope is wider, this may be a cause of its own.
          rule: own.residence && !/residence|scope/.test(row.why) ? { ...mended, residence: own.residence } : mended,
        });
        expect(again.contacts.some((each) => each.case_id === row.case_id && each.contact_id === row.contact_id)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
