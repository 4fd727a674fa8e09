/** What an export refuses, what it leaves empty and what it tells. */
import { appendFileSync, cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { csvRecords, csvRows } from '../support/csv.js';
import { runCli } from '../support/run-cli.js';
import { hostileFiles, matched } from './hostile.js';

/** Two cases that are each other's contacts and share the hall with `p1`; their case_ids are no person_ids. */
const TWO_CASES = {
  'checkins.csv': `person_id,place_id,time,check_out
ann,hall,2022-03-01T08:00:00Z,2022-03-01T09:00:00Z
bob,hall,2022-03-01T08:00:00Z,2022-03-01T08:30:00Z
p1,hall,2022-03-01T08:20:00Z,2022-03-01T08:50:00Z
p1,shop,2022-03-01T16:00:00Z,2022-03-01T17:00:00Z
ann,shop,2022-03-01T15:59:30Z,2022-03-01T16:00:30Z
`,
  'cases.csv': 'person_id,case_id,onset_date\nann,C1,2022-03-02\nbob,C2,2022-03-02\nzoe,C3,2022-03-02\n',
};

test('what XML cannot hold is refused with its list and column, and nothing is written; xlsx, Parquet and CSV hold it', async () => {
  const { folder, run, rows } = await matched(hostileFiles(['ok', 'bell\u0007']), '--raw');
  for (const format of ['gexf', 'graphml']) {
    const { code, err } = await run(format, `c.${format}`);
    expect(code).toBe(2);
    expect(err).toContain('people:contact_id E_FORMAT_HOLD expected text that');
    expect(err).toContain('U+0007');
    expect(readdirSync(folder.path).filter((name) => name.startsWith(`c.${format}`))).toEqual([]);
  }
  for (const format of ['xlsx', 'parquet', 'arrow', 'sormas', 'tij']) expect((await run(format, `o-${format}`)).code).toBe(0);
  expect(csvRows(folder.read('o-tij/ids.csv')).map(({ id }) => id)).toEqual(['bell\u0007', 'case:case, 1', 'ok']);
  expect(rows('people').map(({ contact_id }) => contact_id)).toEqual(['bell\u0007', 'ok']);
});

test('a line in a cell that SORMAS would skip as a remark is refused', async () => {
  const { run } = await matched(hostileFiles(['a\n## b']), '--raw');
  const { code, err } = await run('sormas', 'sor');
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('E_FORMAT_HOLD') as string });
  expect(err).toContain('contacts:externalID');
});

test('proximity and certainty are low or empty, unless they are asserted', async () => {
  const { folder, run } = await matched(TWO_CASES, '--window', 'all');
  const fields = async (...flags: string[]): Promise<unknown> => {
    for (const format of ['godata', 'sormas', 'tij']) expect((await run(format, format, '--force', ...flags)).code).toBe(0);
    const [go] = csvRows(folder.read('godata/contacts.csv'));
    const [, names, ...sormas] = csvRecords(folder.read('sormas/contacts.csv'));
    const cell = (column: string): string => sormas.find((row) => row[names!.indexOf('externalID')] === 'p1')![names!.indexOf(column)]!;
    return [
      go!['relationship.certaintyLevelId'],
      go!['relationship.exposureTypeId'],
      cell('contactProximity'),
      cell('contactClassification'),
      readdirSync(folder.at('tij')).sort(),
    ];
  };
  const LEVEL = 'LNG_REFERENCE_DATA_CATEGORY_CERTAINTY_LEVEL';
  expect(await fields()).toEqual([`${LEVEL}_1_LOW`, '', '', 'UNCONFIRMED', ['ids.csv', 'manifest.json', 'tij_pres.dat']]);
  expect(await fields('--assert-proximity')).toEqual([`${LEVEL}_3_HIGH`, '', 'FACE_TO_FACE_LONG', 'UNCONFIRMED', ['ids.csv', 'manifest.json', 'tij.dat']]);
});

test('without the file of the cases nobody is taken for a case; with it each stands once', async () => {
  const { folder, run } = await matched(TWO_CASES, '--window', 'all');
  const without = await run('epicontacts', 'without');
  expect(csvRows(folder.read('without/linelist.csv')).map(({ id, is_case, is_contact }) => [id, is_case, is_contact])).toEqual([
    ['ann', 'true', 'true'],
    ['bob', 'true', 'true'],
    ['case:C1', 'true', 'false'],
    ['case:C2', 'true', 'false'],
    ['p1', 'false', 'true'],
  ]);
  expect(without.out).toContain('note: 2 contacts are cases themselves and stand twice');
  expect(without.out).toContain('note: 1 of 3 cases have no contact');
  const { out } = await run('epicontacts', 'with', '--cases', folder.at('cases.csv'));
  expect(csvRows(folder.read('with/linelist.csv')).map(({ id, is_case, is_contact, case_ids }) => [id, is_case, is_contact, case_ids])).toEqual([
    ['ann', 'true', 'true', 'C1'],
    ['bob', 'true', 'true', 'C2'],
    ['p1', 'false', 'true', ''],
    ['zoe', 'true', 'false', 'C3'],
  ]);
  expect(csvRows(folder.read('with/contacts.csv')).map(({ from, to, case_id }) => [from, to, case_id])).toEqual([
    ['ann', 'bob', 'C1'],
    ['ann', 'p1', 'C1'],
    ['bob', 'ann', 'C2'],
    ['bob', 'p1', 'C2'],
  ]);
  expect(out).not.toContain('note:');
  folder.write('other.csv', `${TWO_CASES['cases.csv']}\n`);
  expect((await run('epicontacts', 'other', '--cases', folder.at('other.csv'))).out).toContain('note: other.csv is not a file that the run read');
});

test('Go.Data: contacts who are cases are relationships of cases, under their case_id', async () => {
  const { folder, run } = await matched(TWO_CASES, '--window', 'all');
  expect((await run('godata', 'go', '--cases', folder.at('cases.csv'))).code).toBe(0);
  expect(
    csvRows(folder.read('go/contacts.csv')).map((row) => [
      row['visualId'],
      row['relationship.relatedId'],
      row['relationship.exposureDurationId'],
      row['relationship.exposureFrequencyId'],
    ]),
  ).toEqual([['p1', 'C1', 'LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_DURATION_SHORT_MINUTES', 'LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_FREQUENCY_1_5_TIMES']]);
  const TYPE = 'LNG_REFERENCE_DATA_CATEGORY_PERSON_TYPE';
  expect(
    csvRows(folder.read('go/relationships.csv')).map((row) =>
      ['persons[0].id', 'persons[0].type', 'persons[1].id', 'persons[1].type'].map((name) => row[name]),
    ),
  ).toEqual([
    ['C1', `${TYPE}_CASE`, 'C2', `${TYPE}_CASE`],
    ['C2', `${TYPE}_CASE`, 'C1', `${TYPE}_CASE`],
    ['C2', `${TYPE}_CASE`, 'p1', `${TYPE}_CONTACT`],
  ]);
});

test('SORMAS: dates as its users write them, a contact over midnight on two days, participants of one place', async () => {
  const { folder, run } = await matched(TWO_CASES, '--window', 'all');
  expect((await run('sormas', 'sor', '--date-format', 'dd/MM/yyyy', '--place', 'shop')).code).toBe(0);
  const [, names, ...data] = csvRecords(folder.read('sor/contacts.csv'));
  const cells = (row: readonly string[]): unknown[] =>
    ['caseIdExternalSystem', 'externalID', 'multiDayContact', 'firstContactDate', 'lastContactDate'].map((name) => row[names!.indexOf(name)]);
  // In Shanghai ann and p1 meet at 16:20 on the 1st, and for 30 s from midnight on.
  expect(data.map(cells)).toEqual([
    ['C1', 'bob', 'false', '', '01/03/2022'],
    ['C1', 'p1', 'true', '01/03/2022', '02/03/2022'],
    ['C2', 'ann', 'false', '', '01/03/2022'],
    ['C2', 'p1', 'false', '', '01/03/2022'],
  ]);
  const [, , ...participants] = csvRecords(folder.read('sor/participants.csv'));
  expect(participants.map((row) => [row[0], row.at(-1)])).toEqual([
    ['at shop with case C1: 2022-03-02T00:00:00+08:00 to 2022-03-02T00:00:30+08:00, 30 s likely, certain, episodes 1', 'p1'],
  ]);
});

test('lists of several rules: one is asked for where a format holds one, all go where it holds all', async () => {
  const { folder, run } = await matched(TWO_CASES, '--window', 'all', '--rule', 'any', 'who-2020');
  const { code, err } = await run('epicontacts', 'epi');
  expect(code).toBe(2);
  expect(err).toContain('--rule any or who-2020');
  expect((await run('epicontacts', 'epi', '--rule', 'sg-2020')).err).toContain("rule: expected a rule of the run (any, who-2020), got 'sg-2020'");
  expect((await run('epicontacts', 'epi', '--rule', 'who-2020')).code).toBe(0);
  expect(new Set(csvRows(folder.read('epi/contacts.csv')).map(({ rule_id }) => rule_id))).toEqual(new Set(['who-2020']));
  expect(JSON.parse((await run('xlsx', 'all.xlsx', '--list', 'people', '--json')).out)).toMatchObject({ rule: null, sheets: [{ name: 'people', rows: 6 }] });
  expect(JSON.parse((await run('xlsx', 'one.xlsx', '--list', 'people', '--rule', 'any', '--json')).out)).toMatchObject({
    rule: 'any',
    sheets: [{ name: 'people', rows: 3 }],
  });
});

test('lists as JSON Lines give the same exports as CSV', async () => {
  const files = hostileFiles();
  const csv = await matched(files, '--raw');
  const jsonl = await matched(files, '--format', 'jsonl');
  for (const [format, out, file] of [
    ['epicontacts', 'epi', 'epi/linelist.csv'],
    ['gexf', 'a.gexf', 'a.gexf'],
    ['xlsx', 'a.xlsx', 'a.xlsx'],
    ['parquet', 'pq', 'pq/episodes.parquet'],
  ] as const) {
    for (const each of [csv, jsonl]) expect((await each.run(format, out)).err).toBe('');
    expect(readFileSync(jsonl.folder.at(file)).equals(readFileSync(csv.folder.at(file)))).toBe(true);
  }
});

test('cells that match neutralised are read as they were, and CSV tables are neutralised unless --raw', async () => {
  const { folder, run } = await matched(hostileFiles(['=1+1', 'plain']));
  const { out } = await run('epicontacts', 'epi');
  expect(csvRows(folder.read('epi/linelist.csv')).map(({ id }) => id)).toEqual(["'=1+1", 'case:case, 1', 'plain']);
  expect(out).toContain("cells got a ' in front");
  expect(out).toContain("note: 1 cells of people begin with ' before a sign of a formula and were read without it");
  const raw = await run('epicontacts', 'raw', '--raw');
  expect(csvRows(folder.read('raw/linelist.csv')).map(({ id }) => id)).toEqual(['=1+1', 'case:case, 1', 'plain']);
  expect(raw.out).not.toContain("cells got a ' in front");
});

test('a folder that is no run of match, a damaged or a changed list is told', async () => {
  const { folder, run } = await matched(TWO_CASES, '--window', 'all');
  appendFileSync(folder.at('lists/people.csv'), 'any,new,certain,1,1,C1,1,1,1,1,1,2022-03-01T08:00:00Z,2022-03-01T09:00:00Z,false\n');
  expect((await run('xlsx', 'changed.xlsx')).out).toContain('note: people is not as its run wrote it');
  appendFileSync(folder.at('lists/people.csv'), 'any,new,certain,1,x\n');
  expect(await run('xlsx', 'damaged.xlsx')).toMatchObject({ code: 3, err: expect.stringContaining('people.csv:6 E_LIST expected 14 cells, got 5') as string });
  writeFileSync(folder.at('lists/people.csv'), folder.read('lists/people.csv').replace('any,new,certain,1,x\n', '').replace(',1,1,C1,', ',one,1,C1,'));
  expect(await run('xlsx', 'damaged.xlsx')).toMatchObject({
    code: 3,
    err: expect.stringContaining('people.csv:3:generation E_LIST expected a whole number') as string,
  });
  writeFileSync(folder.at('lists/people.csv'), 'rule_id,contact_id\n');
  expect(await run('xlsx', 'damaged.xlsx')).toMatchObject({
    code: 3,
    err: expect.stringContaining('people.csv:1 E_LIST expected the column grade of people') as string,
  });
  expect(existsSync(folder.at('damaged.xlsx'))).toBe(false);
  writeFileSync(folder.at('lists/manifest.json'), '{}');
  expect(await run('xlsx', 'a.xlsx')).toMatchObject({ code: 3, err: expect.stringContaining('E_LISTS') as string });
});

/** Ann may have been at the hall still when Abe came an hour and a half after her; Zed came a minute after. */
const LATE_AND_EARLY = {
  'checkins.csv': 'person_id,place_id,time\nann,hall,2022-03-01T08:00:00Z\nabe,hall,2022-03-01T09:30:00Z\nzed,hall,2022-03-01T08:01:00Z\n',
  'cases.csv': 'person_id,onset_date\nann,2022-03-02\n',
};

test('lists that --sort put into another order give the same line list and graph; rows out of order are refused, not lost', async () => {
  const [plain, sorted] = [
    await matched(LATE_AND_EARLY, '--window', 'all', '--extra', 'probability'),
    await matched(LATE_AND_EARLY, '--window', 'all', '--extra', 'probability', '--sort', 'probability'),
  ];
  const order = (list: Awaited<ReturnType<typeof matched>>): unknown[] => list.rows('contacts').map((row) => row['contact_id']);
  expect([order(plain), order(sorted)]).toEqual([
    ['abe', 'zed'],
    ['zed', 'abe'],
  ]);
  for (const [format, out, file] of [
    ['gexf', 'a.gexf', 'a.gexf'],
    ['epicontacts', 'epi', 'epi/linelist.csv'],
  ] as const) {
    for (const each of [plain, sorted]) expect((await each.run(format, out, '--bound', 'possible', '--cases', each.folder.at('cases.csv'))).err).toBe('');
    expect(sorted.folder.read(file)).toBe(plain.folder.read(file));
  }
  expect(plain.folder.read('a.gexf').match(/<spell /g)).toHaveLength(2);
  const [head, ...rows] = plain.folder.read('lists/contacts.csv').trimEnd().split('\n');
  plain.folder.write('lists/contacts.csv', `${[head, ...rows.reverse()].join('\n')}\n`);
  const refused = await plain.run('gexf', 'b.gexf');
  expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('contacts E_LIST_ORDER') as string });
  expect(existsSync(plain.folder.at('b.gexf'))).toBe(false);
});

test('options that cannot be are refused before anything is written', async () => {
  const { folder, run } = await matched(TWO_CASES, '--window', 'all', '--no-episodes');
  const refused = async (code: number, message: string, ...args: [string, string, ...string[]]): Promise<void> => {
    expect(await run(...args)).toMatchObject({ code, err: expect.stringContaining(message) as string });
  };
  await refused(2, 'episodes: expected the list in the folder, got none; run match again without --no-episodes', 'gexf', 'a');
  await refused(2, 'places: expected --places', 'geojson', 'a');
  await refused(2, 'Allowed choices are epicontacts', 'pdf', 'a');
  await refused(2, 'list: expected episodes, contacts', 'xlsx', 'a', '--list', 'rejects');
  await refused(2, 'date-format: expected M/d/yyyy', 'xlsx', 'a', '--date-format', 'yyyy');
  await refused(2, 'bound: expected certain', 'graphml', 'a', '--bound', 'sure');
  await refused(2, 'expected another folder', 'parquet', 'lists', '--force');
  expect(readdirSync(folder.path).sort()).toEqual(['cases.csv', 'checkins.csv', 'lists']);
  cpSync(folder.at('lists'), folder.at('others'), { recursive: true });
  await refused(2, 'got the lists of a match', 'parquet', 'others', '--force');
  folder.write('mine.xlsx', 'PK but not ours');
  await refused(2, 'does not look like an earlier output', 'xlsx', 'mine.xlsx', '--force');
  await refused(2, 'is also an input', 'graphml', 'cases.csv', '--cases', folder.at('cases.csv'), '--force');
});

test('an export that is interrupted leaves nothing', async () => {
  const { folder } = await matched(TWO_CASES, '--window', 'all');
  for (const [format, out] of [
    ['xlsx', 'a.xlsx'],
    ['parquet', 'pq'],
  ] as const) {
    const args = ['export', folder.at('lists'), '--format', format, '--out', folder.at(out)];
    expect(await runCli(args, { signal: AbortSignal.abort('SIGINT') })).toMatchObject({ code: 130, out: '' });
  }
  expect(readdirSync(folder.path).sort()).toEqual(['cases.csv', 'checkins.csv', 'lists']);
});
