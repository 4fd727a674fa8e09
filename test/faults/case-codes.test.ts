/** Row 71 of the faults: in the folders of districts codes stand for the index persons. */
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../../src/index.js';
import { caseCodes } from '../../src/engines/files/case-codes.js';
import { csvRows } from '../support/csv.js';
import { runMatch, type Lists, type MatchRun, type World } from '../support/run-cli.js';

const HEAD = 'person_id,place_id,time\n';
/** The index persons have ids that lie between those of others: their places in a sorted list would betray them. */
const CASES = ['110105199003074', '110105199003078'] as const;
const [C1, C2] = CASES;
const WORLD: World = {
  'checkins.csv': `${HEAD}${[
    [C1, 'hall', '08:00'],
    [C2, 'hall', '08:05'],
    ['110105199003073', 'hall', '08:06'],
    ['110105199003075', 'hall', '08:07'],
    ['110105199003079', 'hall', '08:08'],
    [C1, 'cafe', '12:00'],
    ['110105199003075', 'cafe', '12:01'],
    ['110105199003072', 'cafe', '12:10'],
    [C2, 'yard', '15:00'],
    ['110105199003070', 'yard', '15:01'],
  ]
    .map(([person, place, time]) => `${person},${place},2022-03-01 ${time}\n`)
    .join('')}`,
  'cases.csv': `case_id,person_id\nX-0017,${C1}\nX-0003,${C2}\nX-0018,${C1}\n`,
  'places.csv': 'place_id,district\nhall,North\ncafe,South\n',
};
const UTC = ['--tz', 'UTC', '--split', 'district'];
const LISTS = ['episodes', 'contacts', 'people', 'links'] as const;

const foldersOf = ({ manifest }: Lists): string[] => manifest.districts!.map(({ folder }) => folder);
const rowsIn = (lists: Lists, folder: string, name: string): Record<string, string>[] =>
  lists.files.includes(`${folder}/${name}.csv`) ? csvRows(lists.text(`${folder}/${name}.csv`)) : [];
const split = (flags: readonly string[] = [], world: World = WORLD): Promise<MatchRun> => runMatch(world, [...UTC, ...flags]);

describe('row 71: index persons in the folders of districts', () => {
  test.each([[[]], [['--rule', 'any', '--rule', 'who-2020', '--depth', '2']], [['--format', 'jsonl']]])(
    'are named nowhere, neither as cases nor as contacts of others: %j',
    async (flags) => {
      const { code, lists } = await split(flags);
      expect(code).toBe(0);
      const below = lists.files.filter((name) => /\/.*\.(?:csv|jsonl)$/.test(name));
      expect(below.length).toBeGreaterThan(9);
      for (const name of below) for (const id of [...CASES, 'X-00']) expect([name, lists.text(name).includes(id)]).toEqual([name, false]);
      // At the top nothing is hidden.
      const ending = flags.includes('jsonl') ? 'jsonl' : 'csv';
      expect(lists.text(`contacts.${ending}`)).toContain(C1);
      expect(lists.files.filter((name) => name.includes('case_codes'))).toEqual([`case_codes.${ending}`]);
    },
  );

  test('are told by the map at the top alone, one code for a case; their union is the whole once the codes are read by it', async () => {
    const { lists } = await split(['--rule', 'any', '--rule', 'who-2020', '--lag', '1h']);
    const map = lists.rows('case_codes');
    expect(map.map(({ case_id: id, person_id: person }) => `${id} ${person}`).sort()).toEqual([`X-0003 ${C2}`, `X-0017 ${C1}`, `X-0018 ${C1}`]);
    expect(map.map((row) => row['case_code'])).toEqual(['case-1', 'case-2', 'case-3']);
    expect(lists.manifest.outputs.find(({ name }) => name === 'case_codes.csv')).toMatchObject({ rows: 3 });
    const caseOf = new Map(map.map((row) => [row['case_code']!, row['case_id']!]));
    const personOf = new Map(map.map((row) => [row['case_code']!, row['person_id']!]));
    const sorted = (ids: string[]): string[] => ids.sort((a, b) => (a < b ? -1 : 1));
    const read = (row: Record<string, string>): string => {
      const cells = { ...row };
      for (const name of ['case_id', 'case_a', 'case_b']) if (cells[name] !== undefined) cells[name] = caseOf.get(cells[name])!;
      if (cells['case_a'] !== undefined) [cells['case_a'], cells['case_b']] = sorted([cells['case_a'], cells['case_b']!]) as [string, string];
      if (cells['contact_id'] !== undefined) cells['contact_id'] = personOf.get(cells['contact_id']) ?? cells['contact_id'];
      if (cells['case_ids'] !== undefined) cells['case_ids'] = sorted(cells['case_ids'].split('|').map((code) => caseOf.get(code)!)).join('|');
      return JSON.stringify(cells);
    };
    for (const name of LISTS) {
      const parts = foldersOf(lists).flatMap((folder) => rowsIn(lists, folder, name));
      expect(parts.length).toBeGreaterThan(2);
      expect(new Set(parts.map(read))).toEqual(new Set(lists.rows(name).map((row) => JSON.stringify(row))));
    }
  });

  test('stand where their codes belong, not where their ids would', async () => {
    const { lists } = await split();
    const folder = foldersOf(lists).find((each) => each.startsWith('North'))!;
    const people = rowsIn(lists, folder, 'people');
    expect(people.map((row) => row['contact_id'])).toEqual([
      '110105199003073',
      '110105199003075',
      '110105199003079',
      ...people.slice(3).map((row) => row['contact_id']),
    ]);
    expect(people.slice(3).map((row) => [/^case-\d$/.test(row['contact_id']!), row['is_case']])).toEqual([
      [true, 'true'],
      [true, 'true'],
    ]);
    const cases = rowsIn(lists, folder, 'contacts').map((row) => row['case_id']!);
    expect(cases).toEqual([...cases].sort());
    for (const row of people) expect(row['case_ids']!.split('|')).toEqual(row['case_ids']!.split('|').sort());
  });

  test('are named with --include-case-identity, and then there is no map', async () => {
    const { lists } = await split(['--include-case-identity']);
    expect(lists.files.some((name) => name.includes('case_codes'))).toBe(false);
    const folder = foldersOf(lists).find((each) => each.startsWith('North'))!;
    expect(rowsIn(lists, folder, 'contacts')).toEqual(
      lists.rows('contacts').filter((row) => !['110105199003072', '110105199003070'].includes(row['contact_id']!)),
    );
    expect([lists.manifest.options['include_case_identity'], (await split()).lists.manifest.options['include_case_identity']]).toEqual([true, false]);
  });

  test('have the same codes whenever the same files are matched, and others when a row is added', async () => {
    const first = await split();
    expect((await split()).lists.bytes).toEqual(first.lists.bytes);
    const { lists: one } = await split(['--depth', '2']);
    const { lists: other } = await split(['--depth', '2'], { ...WORLD, 'checkins.csv': `${WORLD['checkins.csv'] as string}Z,far,2022-03-01 23:00\n` });
    expect(one.rows('case_codes').map((row) => row['case_id'])).not.toEqual(other.rows('case_codes').map((row) => row['case_id']));
  });

  test('leave no map behind when the next run into the folder has none', async () => {
    const first = await split();
    const again = await runMatch(WORLD, ['--tz', 'UTC', '--force'], {}, first.folder);
    expect([again.code, again.lists.files.filter((name) => name.includes('/') || name.includes('codes'))]).toEqual([0, []]);
  });

  test('cannot be named where there are no districts', async () => {
    const run = await runMatch(WORLD, ['--tz', 'UTC', '--include-case-identity']);
    expect([run.code, run.err]).toEqual([2, expect.stringContaining('include-case-identity: expected --split district too')]);
  });
});

describe('codes in a program', () => {
  const at = (minute: number): string => `2022-03-01T08:${String(minute).padStart(2, '0')}:00Z`;
  const result = buildIndex([
    { person_id: 'ada', place_id: 'S', time: at(0) },
    { person_id: 'bob', place_id: 'S', time: at(1) },
    { person_id: 'case-1', place_id: 'S', time: at(2) },
  ]).match([{ person_id: 'ada', case_id: 'K1' }, { person_id: 'bob' }], { window: 'all' });

  test('are the caller’s own', () => {
    expect(result.cases).toEqual([
      { case_id: 'K1', person_id: 'ada' },
      { case_id: 'bob', person_id: 'bob' },
    ]);
    const coded = result.withCaseCodes(
      new Map([
        ['K1', 'zz'],
        ['bob', 'aa'],
      ]),
    );
    expect(coded.contacts.map((row) => [row.case_id, row.contact_id])).toEqual([
      ['aa', 'case-1'],
      ['aa', 'zz'],
      ['zz', 'aa'],
      ['zz', 'case-1'],
    ]);
    expect(coded.people.map((row) => [row.contact_id, row.case_ids])).toEqual([
      ['aa', 'zz'],
      ['case-1', 'aa|zz'],
      ['zz', 'aa'],
    ]);
    expect(coded.links.map((row) => [row.case_a, row.case_b])).toEqual([['aa', 'zz']]);
    expect(coded.counts.map(({ people, contacts }) => [people, contacts])).toEqual([[3, 4]]);
    expect(result.contacts.map((row) => row.case_id)).toEqual(['K1', 'K1', 'bob', 'bob']);
  });

  test.each([
    [[['K1', 'a']], 'a code for each case'],
    [
      [
        ['K1', 'a'],
        ['bob', 'a'],
      ],
      'different codes',
    ],
    [
      [
        ['K1', 'case-1'],
        ['bob', 'b'],
      ],
      'no ids of people',
    ],
    [
      [
        ['K1', ''],
        ['bob', 'b'],
      ],
      'not empty',
    ],
  ] as [[string, string][], string][])('are refused where they would mislead: %j', (codes, what) => {
    expect(() => result.withCaseCodes(new Map(codes))).toThrow(what);
  });

  test('made for a run are no id of anybody', () => {
    const { codes } = caseCodes(result, [{ sha256: '00' }]);
    expect([...codes.values()].sort()).toEqual(['case-x-1', 'case-x-2']);
  });
});
