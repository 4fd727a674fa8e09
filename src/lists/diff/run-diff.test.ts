import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildIndex } from '../../engines/in-memory/memory.js';
import type { MatchResult } from '../../engines/answers/match-result.js';
import { compareBytewise } from '../../core/bytewise.js';
import { DWELL, RUN_GAP_SEC, worlds } from '../../testing/worlds.js';
import { RowsCursor, type Cursor } from './cursor.js';
import type { RunFacts } from './facts.js';
import { DIFF_COLUMNS, DIFF_LISTS, KEYS, SHOWN, type DiffList } from './rows.js';
import { RunDiff, type RunLists } from './run-diff.js';

const FACTS: RunFacts = {
  version: '1',
  rules: new Map([['any', '{}']]),
  options: new Map([['depth', '1']]),
  inputs: [
    { table: 'checkins', name: 'a.csv', sha256: '1' },
    { table: 'cases', name: 'k.csv', sha256: '1' },
  ],
  cases: new Map([['any', { count: 1, silent: [] }]]),
};

/** Knows the same row without a look at the cells, as files do by their bytes. */
class KnowingCursor extends RowsCursor {
  override isSame(other?: Cursor): boolean {
    return other !== undefined && this.columns.every((_, i) => this.text(i) === other.text(i));
  }
}

/** The lists of a result of one rule. */
function lists(result: MatchResult, facts: RunFacts, hasEpisodes: boolean, knowsSame = false): RunLists {
  return {
    facts,
    open: (list): Cursor | undefined =>
      list === 'episodes' && !hasEpisodes ? undefined : new (knowsSame ? KnowingCursor : RowsCursor)(result.columns(list), result.rows(list)),
    isSame: () => false,
  };
}

type Row = Readonly<Record<string, string>>;
const textsOf = (result: MatchResult, list: DiffList): Row[] =>
  [...result.rows(list)].map((row) => ({
    ...(list === 'places' && { rule_id: 'any' }),
    ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)])),
  }));

/** The second method: rows by their keys, looked up. */
function plainDiff(before: MatchResult, after: MatchResult, list: DiffList): string[][] {
  const keyOf = (row: Row): string => KEYS[list].map((column) => row[column]).join('\0');
  const old = new Map(textsOf(before, list).map((row) => [keyOf(row), row]));
  const now = new Map(textsOf(after, list).map((row) => [keyOf(row), row]));
  const found: string[][] = [];
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort(compareBytewise)) {
    const [one, two] = [old.get(key), now.get(key)];
    const columns = one && two ? Object.keys(one).filter((column) => one[column] !== two[column]) : [];
    if (one && two && columns.length === 0) continue;
    const change = !one ? 'added' : !two ? 'removed' : columns.includes('grade') ? 'regraded' : 'changed';
    const shown = SHOWN[list].flatMap((column) => [one?.[column] ?? '', two?.[column] ?? '']);
    found.push([change, key, ...shown, columns.join('|')]);
  }
  return found;
}

test('differences are those found by looking up, in the order of the lists; district counts and causes go with them', () => {
  fc.assert(
    fc.property(worlds(), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.boolean(), (world, without, ratio, hasEpisodes) => {
      const places = world.places.map((place, i) => ({ ...place, district: ['North', ''][i] ?? 'South' }));
      const resultOf = (checkIns: typeof world.checkIns, cases: typeof world.cases): MatchResult =>
        buildIndex(checkIns, { places, runs: world.runs, dwell: DWELL, runGap: `${RUN_GAP_SEC}s` }).match(cases, { window: 'all' });
      const before = resultOf(world.checkIns, world.cases);
      const after = resultOf(
        world.checkIns.filter((_, i) => i % ratio !== without),
        without === 0 ? world.cases.slice(1) : world.cases,
      );
      const withDigest = (sha256: string): RunFacts => ({ ...FACTS, inputs: FACTS.inputs.map((input) => ({ ...input, sha256 })) });
      const diff = new RunDiff(lists(before, withDigest('1'), hasEpisodes), lists(after, withDigest('2'), hasEpisodes));
      for (const tick of diff.prepare()) expect(tick).toBeUndefined();
      const knowing = new RunDiff(lists(before, withDigest('1'), hasEpisodes, true), lists(after, withDigest('2'), hasEpisodes, true));
      expect([...knowing.prepare()]).toEqual([]);
      for (const list of ['contacts', 'people', 'places'] as const) {
        const rows = [...diff[list]()].filter((row) => row !== undefined) as unknown as Row[];
        expect([...knowing[list]()].filter((row) => row !== undefined)).toEqual(rows);
        for (const row of rows) expect(Object.keys(row)).toEqual(DIFF_COLUMNS[list]);
        const shown = rows.map((row) => [
          row['change'],
          KEYS[list].map((column) => row[column]).join('\0'),
          ...SHOWN[list].flatMap((column) => [row[`old_${column}`], row[`new_${column}`]]),
          row['changed_columns'],
        ]);
        expect(shown).toEqual(plainDiff(before, after, list));
        expect(Object.values(diff.counts[list]).reduce((sum, count) => sum + count)).toBe(rows.length);
        for (const row of rows) expect(row['why']).not.toBe('');
        if (list !== 'people') continue;
        // A person belongs to the districts of all places where they count, before and after.
        const districts = new Map<string, Set<string>>();
        for (const result of [before, after]) {
          for (const [row, of] of result.rowsWithDistricts('people')) districts.set(row.contact_id, new Set([...(districts.get(row.contact_id) ?? []), ...of]));
        }
        const expected = (id: string): string =>
          hasEpisodes
            ? [...districts.get(id)!]
                .sort()
                .map((district) => district || '_unknown')
                .join('|')
            : '';
        expect(rows.map((row) => row['districts'])).toEqual(rows.map((row) => expected(row['contact_id']!)));
      }
      const people = diff.districts.reduce((sum, district) => sum + district.people.removed, 0);
      expect(people >= diff.counts.people.removed).toBe(true);
      expect(diff.isEmpty).toBe(DIFF_LISTS.every((list) => plainDiff(before, after, list).length === 0));
    }),
    { numRuns: 150 },
  );
});

test('a run and itself differ in nothing', () => {
  fc.assert(
    fc.property(worlds(), (world) => {
      const result = buildIndex(world.checkIns, { places: world.places, runs: world.runs, dwell: DWELL }).match(world.cases, { window: 'all' });
      const diff = new RunDiff(lists(result, FACTS, true), lists(result, FACTS, true));
      expect([...diff.prepare(), ...diff.contacts(), ...diff.people(), ...diff.places()]).toEqual([]);
      expect([diff.isEmpty, diff.districts, diff.changes.list]).toEqual([true, [], []]);
    }),
    { numRuns: 30 },
  );
});

test('rows that are out of order are told, not merged', () => {
  const run = (ids: readonly string[]): RunLists => ({
    facts: FACTS,
    open: (list) =>
      new RowsCursor(['rule_id', 'contact_id', 'grade'], list === 'people' ? ids.map((id) => ({ rule_id: 'any', contact_id: id, grade: 'likely' })) : []),
    isSame: () => false,
  });
  expect(() => [...new RunDiff(run(['b', 'a']), run(['c'])).prepare()]).toThrow(expect.objectContaining({ code: 'E_LIST_ORDER' }));
});
