import { describe, expect, test } from 'vitest';
import { buildIndex } from '../src/index.js';
import { IndexShop } from './support/index-shop.js';
import { Lists, matchArgs, runCli, runMatch, type Manifest } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

/** Ada at P with Bob and Cyd, Cyd also at Q; Dan possibly at Q. */
const WORLD = {
  'checkins.csv': `person_id,place_id,time,check_out
ada,P,2022-03-01T10:00:00Z,2022-03-01T11:00:00Z
bob,P,2022-03-01T10:30:00Z,2022-03-01T10:40:00Z
cyd,P,2022-03-01T10:30:00Z,2022-03-01T10:50:00Z
ada,Q,2022-03-01T12:00:00Z,
cyd,Q,2022-03-01T12:01:00Z,2022-03-01T12:02:00Z
dan,Q,2022-03-01T13:30:00Z,2022-03-01T13:40:00Z
`,
  'cases.csv': 'person_id\nada\n',
};

describe('a dry run', () => {
  test('says how large every list would be, by grade, and which places bring whom, and writes nothing', async () => {
    const folder = new TempFolder();
    const run = await runMatch(WORLD, ['--tz', 'UTC', '--dry-run', '--json'], {}, folder);
    expect([run.code, run.lists.files]).toEqual([0, []]);
    const { rules, busiest, is_refused } = JSON.parse(run.out) as {
      rules: { lists: Record<string, unknown>[] }[];
      busiest: unknown[];
      is_refused: boolean;
    };
    expect(rules[0]!.lists.map(({ list, rows, certain, likely, possible, below }) => [list, rows, certain, likely, possible, below])).toEqual([
      ['episodes', 4, 3, 0, 1, 0],
      ['contacts', 3, 2, 0, 1, null],
      ['people', 3, 2, 0, 1, null],
      ['places', 2, null, null, null, null],
      ['disinfection', 2, null, null, null, null],
      ['links', 0, null, null, null, null],
    ]);
    const of = { place_name: '', run_id: '', cases: 1, visits: 1 };
    expect([busiest, is_refused]).toEqual([
      [
        {
          rule_id: 'any',
          people: 3,
          people_alone: 2,
          places: [
            { place_id: 'P', ...of, people_certain: 2, people_likely: 2, people_possible: 2, people_alone: 1 },
            { place_id: 'Q', ...of, people_certain: 1, people_likely: 1, people_possible: 2, people_alone: 1 },
          ],
        },
      ],
      false,
    ]);
  });

  test('counts what a match then writes, under every rule, with generations and without episodes', async () => {
    for (const flags of [[], ['--depth', '2', '--rule', 'any', '--rule', 'us-cdc-2020'], ['--no-episodes']]) {
      const wet = await runMatch(WORLD, ['--tz', 'UTC', ...flags]);
      const dry = await runMatch(WORLD, ['--tz', 'UTC', '--dry-run', '--json', ...flags]);
      const sums = new Map<string, number>();
      for (const { lists } of (JSON.parse(dry.out) as { rules: { lists: { list: string; rows: number }[] }[] }).rules)
        for (const { list, rows } of lists) sums.set(`${list}.csv`, (sums.get(`${list}.csv`) ?? 0) + rows);
      const written = (wet.lists.manifest as Manifest).outputs.filter(({ name }) => name !== 'rejects.csv');
      expect(Object.fromEntries(sums)).toEqual(Object.fromEntries(written.map(({ name, rows }) => [name, rows])));
    }
  });

  test('needs no folder, and tells people in words', async () => {
    const folder = new TempFolder();
    for (const [name, content] of Object.entries(WORLD)) folder.write(name, content);
    const args = matchArgs(folder, WORLD, ['--tz', 'UTC']).filter((each) => each !== '--out' && each !== folder.at('lists'));
    const { code, out } = await runCli([...args, '--dry-run', '--max-episodes', '3']);
    expect(code).toBe(0);
    expect(out).toMatch(/^any +contacts +3 +2 +0 +1$/m);
    expect(out).toContain('any: 2 of 3 people (67 %) are listed for one of its 2 busiest places and no other.');
    expect(out).toContain('the lists would be refused');
    expect(await runCli(args)).toMatchObject({ code: 2, err: expect.stringContaining('out: expected a folder') as string });
  });

  test('of an index on disk counts the same', async () => {
    const shop = new IndexShop();
    await shop.mustIndex('checkins.csv', WORLD['checkins.csv']);
    shop.folder.write('cases.csv', WORLD['cases.csv']);
    const args = ['match', '--index', shop.path, '--cases', shop.folder.at('cases.csv'), '--window', 'all'];
    const [index, files] = [await runCli([...args, '--dry-run']), await runMatch(WORLD, ['--tz', 'UTC', '--dry-run'])];
    expect(index).toEqual({ code: 0, out: files.out, err: '' });
    const out = shop.folder.at('lists');
    const extra = ['--extra', 'crowd,probability', '--quiet'];
    expect((await runCli([...args, ...extra, '--out', out])).code).toBe(0);
    expect(new Lists(out).bytes).toEqual((await runMatch(WORLD, ['--tz', 'UTC', ...extra])).lists.bytes);
  });
});

describe('further columns', () => {
  test('stand at the end of the rows, and nothing else changes', async () => {
    const plain = await runMatch(WORLD);
    const more = await runMatch(WORLD, ['--tz', 'UTC', '--extra', 'crowd,probability']);
    const added = { episodes: ',probability', contacts: ',crowd,dilution,probability', people: ',crowd,dilution,probability', places: ',crowd,dilution' };
    for (const name of ['episodes', 'contacts', 'people', 'places', 'disinfection', 'links', 'rejects'] as const) {
      const [head, ...rows] = more.lists.text(`${name}.csv`).split('\n');
      const columns = name in added ? added[name as keyof typeof added] : '';
      expect(head).toBe(plain.lists.text(`${name}.csv`).split('\n')[0]! + columns);
      const cut = columns.split(',').length - 1;
      expect(
        rows.map((row) =>
          row === ''
            ? ''
            : row
                .split(',')
                .slice(0, row.split(',').length - cut)
                .join(','),
        ),
      ).toEqual(plain.lists.text(`${name}.csv`).split('\n').slice(1));
    }
    expect(plain.lists.manifest.options).not.toHaveProperty('extra');
    expect(more.lists.manifest.options).toMatchObject({ extra: 'crowd,probability', dilution: '5,40,1000' });
    // Dan came 90 minutes after Ada scanned in: few stay so long. The others checked out while she was there.
    expect(more.lists.rows('people').map(({ contact_id, probability }) => [contact_id, Number(probability) === 1])).toEqual([
      ['bob', true],
      ['cyd', true],
      ['dan', false],
    ]);
  });

  test('sort the lists only where they are there', async () => {
    const sorted = await runMatch(WORLD, ['--tz', 'UTC', '--extra', 'probability', '--sort', 'probability']);
    expect(sorted.lists.rows('people').map((row) => row['contact_id'])).toEqual(['bob', 'cyd', 'dan']);
    for (const [flags, message] of [
      [['--sort', 'probability'], 'add --extra probability'],
      [['--sort', 'size'], "sort: expected dilution or probability, got 'size'"],
      [['--extra', 'crowd,x'], "extra: expected crowd or probability, got 'x'"],
      [['--dilution', '5,4,1'], 'dilution: expected least, most and people'],
      [['--dilution', '5,40'], 'dilution: expected least, most and people'],
    ] as const)
      expect(await runMatch(WORLD, ['--tz', 'UTC', ...flags])).toMatchObject({ code: 2, err: expect.stringContaining(message) as string });
  });
});

test('the summary of every match says how many people the busiest places alone bring', async () => {
  expect((await runMatch(WORLD)).out).toContain('any: 2 of 3 people (67 %) are listed for one of its 2 busiest places and no other.');
  const result = buildIndex([{ person_id: 'a', place_id: 'P', time: 1_646_000_000 }]).match([{ person_id: 'a' }], { window: 'all' });
  expect(result.busiest()).toEqual([{ rule_id: 'any', people: 0, people_alone: 0, places: [] }]);
  expect(result.sizes[0]?.lists.map(({ rows }) => rows)).toEqual([0, 0, 0, 1, 1, 0]);
});
