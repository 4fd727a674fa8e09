/** `match --lists` and `--columns`: the same rows and cells as a match that writes everything, and nothing else. */
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../src/index.js';
import { csvRecords } from './support/csv.js';
import { expectRefused, runCli, runMatch, type World } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

/** Ada's hour in the hall with Bob, who scanned twice, and Cyd, who is a case too; Cyd's second hour in a shop of another district; ids that want quotes. */
const WORLD: World = {
  'checkins.csv': `person_id,place_id,time,check_out
ada,hall,2022-03-01T10:00:00Z,2022-03-01T11:00:00Z
bob,hall,2022-03-01T10:10:00Z,2022-03-01T10:40:00Z
bob,hall,2022-03-01T10:20:00Z,2022-03-01T10:50:00Z
cyd,hall,2022-03-01T10:30:00Z,2022-03-01T10:50:00Z
"e,ve",hall,2022-03-01T10:30:00Z,
ada,"sh""op",2022-03-01T12:00:00Z,2022-03-01T13:00:00Z
cyd,"sh""op",2022-03-01T12:00:00Z,2022-03-01T13:00:00Z
`,
  'places.csv': 'place_id,name,district\nhall,Town Hall,north\n"sh""op",Corner Shop,south\n',
  'cases.csv': 'person_id\nada\ncyd\n',
};
const UTC = ['--tz', 'UTC'];

/** The cells of some columns of a list, by a reader of its own. */
function cellsOf(csv: string, columns: readonly string[]): string[][] {
  const [head, ...rows] = csvRecords(csv.replace('\uFEFF', '').replaceAll('\r\n', '\n'));
  const at = columns.map((column) => head!.indexOf(column));
  expect(at, columns.join()).not.toContain(-1);
  return rows.map((row) => at.map((each) => row[each]!));
}

describe('lists', () => {
  test('are those that were asked for, byte for byte, with rejects and a manifest that says so', async () => {
    const all = await runMatch(WORLD, UTC);
    const some = await runMatch(WORLD, [...UTC, '--lists', 'people,contacts']);
    expect(some.code).toBe(0);
    expect(some.lists.files).toEqual(['contacts.csv', 'manifest.json', 'people.csv', 'rejects.csv']);
    for (const file of ['contacts.csv', 'people.csv', 'rejects.csv']) expect(some.lists.text(file), file).toBe(all.lists.text(file));
    expect(some.lists.manifest.outputs.map(({ name, rows }) => [name, rows])).toEqual([
      ['contacts.csv', 6],
      ['people.csv', 4],
      ['rejects.csv', 0],
    ]);
    expect(some.lists.manifest.options).toMatchObject({ lists: ['people', 'contacts'], episodes: false });
    expect([all.lists.manifest.options['lists'], all.lists.manifest.options['columns']]).toEqual([undefined, undefined]);
    expect(some.out).toContain('\ncontacts.csv (6), people.csv (4), rejects.csv (0)\n');
  });

  test('without episodes are not refused for their number; with them they are', async () => {
    const refused = await runMatch(WORLD, [...UTC, '--max-episodes', '2', '--lists', 'episodes']);
    expect([refused.code, refused.lists.files]).toEqual([5, []]);
    expect((await runMatch(WORLD, [...UTC, '--max-episodes', '2', '--lists', 'links'])).lists.rows('links')).toHaveLength(1);
  });

  test('replace all lists of an earlier run in the folder: none of them stays behind', async () => {
    const first = await runMatch(WORLD, UTC);
    const again = await runMatch(WORLD, [...UTC, '--lists', 'people', '--force'], {}, first.folder);
    expect(again.lists.files).toEqual(['manifest.json', 'people.csv', 'rejects.csv']);
  });

  test('are the only ones that a dry run counts', async () => {
    const { out } = await runMatch(WORLD, [...UTC, '--lists', 'people,places', '--dry-run', '--json']);
    const { rules } = JSON.parse(out) as { rules: { lists: { list: string; rows: number }[] }[] };
    expect(rules[0]!.lists.map(({ list, rows }) => [list, rows])).toEqual([
      ['people', 4],
      ['places', 2],
    ]);
  });
});

describe('columns', () => {
  const EPISODES = ['contact_id', 'contact_rows', 'overlap_possible_s', 'case_id', 'grade', 'end', 'flags', 'place_id', 'gap_s'];
  const PEOPLE = ['case_ids', 'contact_id', 'is_case'];
  const FLAGS = ['--columns', `episodes:${EPISODES.join()}`, `people:${PEOPLE.join(', ')}`];

  test.each([[[]], [['--excel']], [['--raw']], [['--rule', 'any', '--rule', 'who-2020', '--lag', '1h']]])(
    'are those that were asked for, in their order: %j',
    async (flags) => {
      const all = await runMatch(WORLD, [...UTC, ...flags]);
      const some = await runMatch(WORLD, [...UTC, ...flags, ...FLAGS]);
      expect(some.code, some.err).toBe(0);
      for (const [list, columns] of [
        ['episodes', EPISODES],
        ['people', PEOPLE],
      ] as const) {
        const text = some.lists.text(`${list}.csv`);
        expect(text.split(/\r?\n/)[0]!.replace('\uFEFF', ''), list).toBe(columns.join());
        expect(cellsOf(text, columns)).toEqual(cellsOf(all.lists.text(`${list}.csv`), columns));
      }
      expect(cellsOf(some.lists.text('episodes.csv'), EPISODES).length).toBeGreaterThan(4);
      for (const list of ['contacts', 'places', 'disinfection', 'links']) expect(some.lists.text(`${list}.csv`), list).toBe(all.lists.text(`${list}.csv`));
      expect(some.lists.manifest.options['columns']).toEqual({ episodes: EPISODES, people: PEOPLE });
    },
  );

  test('of JSON Lines are the fields, and of districts those of the list at the top', async () => {
    const flags = [...UTC, '--format', 'jsonl', '--split', 'district', '--include-case-identity'];
    const all = await runMatch(WORLD, flags);
    const some = await runMatch(WORLD, [...flags, ...FLAGS]);
    const rowsOf = (text: string): Record<string, unknown>[] =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const files = all.lists.files.filter((name) => name.endsWith('episodes.jsonl'));
    expect(files).toHaveLength(3);
    for (const file of files) {
      const picked = rowsOf(all.lists.text(file)).map((row) => Object.fromEntries(EPISODES.map((name) => [name, row[name]])));
      expect(rowsOf(some.lists.text(file)).map((row) => Object.entries(row))).toEqual(picked.map((row) => Object.entries(row)));
    }
  });

  test('may be those that only this match has', async () => {
    const { lists } = await runMatch(WORLD, [...UTC, '--extra', 'probability', '--columns', 'contacts:contact_id,probability', '--lists', 'contacts']);
    expect(lists.text('contacts.csv').split('\n')[0]).toBe('contact_id,probability');
    expectRefused(await runMatch(WORLD, [...UTC, '--columns', 'contacts:contact_id,probability']), 2, 'columns: expected some of rule_id, case_id, contact_id');
  });

  test('are the fields of the rows that a program asks for', async () => {
    const index = await buildIndex(
      [
        { person_id: 'ada', place_id: 'hall', time: 1_646_128_800, check_out: 1_646_132_400 },
        { person_id: 'bob', place_id: 'hall', time: 1_646_129_400, check_out: 1_646_130_000 },
      ],
      { tz: 'UTC' },
    );
    const result = index.match([{ person_id: 'ada' }], { window: 'all' });
    expect([...result.rows('episodes', ['overlap_certain_s', 'contact_id'])]).toEqual([{ overlap_certain_s: 600, contact_id: 'bob' }]);
    expect(() => [...result.rows('episodes', ['probability'])]).toThrow("got 'probability'");
  });
});

describe('refused before anything is read', () => {
  test.each([
    [['--lists', 'people,friends'], 'lists: expected some of episodes, contacts, people, places, disinfection, links'],
    [['--lists', 'episodes', '--no-episodes'], 'lists: expected episodes not to be asked for and left out, got both'],
    [['--columns', 'people'], 'columns: expected list:column,column'],
    [['--columns', 'friends:contact_id'], 'columns: expected list:column,column'],
    [['--columns', 'people:contact_id', 'people:grade'], 'columns: expected the columns of people once, got them twice'],
    [['--columns', 'people:contact_id,contact_id'], 'columns: expected different columns of people'],
    [['--columns', 'people:name'], 'columns: expected some of rule_id, contact_id, grade'],
    [['--columns', 'places:rule_id'], 'columns: expected some of place_id'],
    [['--lists', 'places', '--columns', 'people:contact_id'], 'columns: expected those of a list that is written (places)'],
  ])('%j', async (flags, message) => {
    expectRefused(await runMatch(WORLD, [...UTC, ...flags]), 2, message);
  });

  test('a run of some lists, by all that reads runs: nothing is taken for empty because it was not written', async () => {
    const { folder, lists } = await runMatch(WORLD, [...UTC, '--lists', 'people,contacts,places']);
    const other = await runMatch(WORLD, [...UTC, '--columns', 'people:contact_id'], {}, new TempFolder());
    for (const path of [lists.path, other.lists.path]) {
      expect(await runCli(['report', path, '-o', folder.at('page.html')])).toMatchObject({
        code: 2,
        err: expect.stringContaining('without --lists and --columns') as string,
      });
      expect(await runCli(['diff', path, path, '--out', folder.at('diff')])).toMatchObject({
        code: 3,
        err: expect.stringContaining('without --lists and --columns') as string,
      });
    }
    expect(await runCli(['export', lists.path, '--format', 'gexf', '-o', folder.at('a.gexf')])).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected the list in the folder') as string,
    });
    expect(await runCli(['export', other.lists.path, '--format', 'xlsx', '-o', folder.at('a.xlsx')])).toMatchObject({
      code: 3,
      err: expect.stringContaining('people') as string,
    });
  });
});
