/** FAULTS 2d: rows that read well and mean something wrong; and options and rules that do. */
import { describe, expect, test } from 'vitest';
import { expectBalanced, expectRefused, ledgerOf, rejectedAt, runCli, runMatch, type MatchRun, type World } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const HEAD = 'person_id,place_id,time,check_out\n';
const P1 = 'P1,S1,2022-03-01 08:00,2022-03-01 09:00\n';
const P2 = 'P2,S1,2022-03-01 08:30,2022-03-01 09:30\n';
const P3 = 'P3,S1,2022-03-01 08:40,2022-03-01 09:40\n';
const CASES = 'person_id\nP1\n';
const UTC = ['--tz', 'UTC'];
const LAX = [...UTC, '--max-rejects', '100%'];
const contacts = ({ lists }: MatchRun): string[][] => lists.rows('contacts').map((row) => [row['case_id']!, row['contact_id']!]);
const LIST_NAMES = ['episodes', 'contacts', 'people', 'places', 'disinfection', 'links'];
const tables = ({ lists }: MatchRun): Record<string, unknown>[] => LIST_NAMES.map((name) => ({ [name]: lists.rows(name) }));

describe('row 38: duplicates', () => {
  test('are kept once and counted, within a file and across files, however their cells are written', async () => {
    const once = await runMatch({ 'checkins.csv': HEAD + P1 + P2, 'cases.csv': CASES });
    const again = await runMatch({
      'checkins.csv': `${HEAD}${P1}${P2}${P1}P1 ,"S1",2022/3/1 8:00,1646125200\n`,
      'checkins-b.csv': `check_out;time;person_id;place_id;seat\n2022-03-01T09:30Z;2022-03-01T10:30+02:00;P2;S1;\n`,
      'cases.csv': `${CASES}P1\n`,
    });
    expect(again.code).toBe(0);
    expect(ledgerOf(again)).toEqual([4, 2, 0, 2, 0]);
    expect(ledgerOf(again, 'checkins-b.csv')).toEqual([1, 0, 0, 1, 0]);
    expect(ledgerOf(again, 'cases.csv')).toEqual([2, 1, 0, 1, 0]);
    expect(tables(again)).toEqual(tables(once));
    expectBalanced(again);
  });

  test('of a whole file change nothing but the ledger: twice is once', async () => {
    const text = `${HEAD}${P1}${P2}${P3}`;
    const once = await runMatch({ 'checkins.csv': text, 'cases.csv': CASES });
    const twice = await runMatch({ 'checkins.csv': text, 'checkins-copy.csv': text, 'cases.csv': CASES });
    expect(tables(twice)).toEqual(tables(once));
    expect(ledgerOf(twice, 'checkins-copy.csv')).toEqual([3, 0, 0, 3, 0]);
    expectBalanced(twice);
  });

  test('must be equal in every column: another seat, second or check-out is another scan', async () => {
    const run = await runMatch({
      'checkins.csv':
        'person_id,place_id,time,seat\nP1,S1,2022-03-01 08:00,\nP1,S1,2022-03-01 08:00,1A\nP1,S1,2022-03-01 08:00:01,\nP1,S1,2022-03-01 08:00:00.9,\n',
      'cases.csv': CASES,
    });
    expect(ledgerOf(run)).toEqual([4, 3, 0, 1, 0]);
    expect(run.lists.manifest.stays).toMatchObject({ stays: 1, joinedCheckIns: 2 });
  });

  test('a rejected row that comes twice is rejected twice', async () => {
    const run = await runMatch({ 'checkins.csv': `${HEAD}${P1}P2,S1,never,\nP2,S1,never,\n`, 'cases.csv': CASES }, LAX);
    expect(rejectedAt(run)).toEqual(['checkins.csv:3:time E_TIME', 'checkins.csv:4:time E_TIME']);
    expectBalanced(run);
    expect(ledgerOf(run)).toEqual([3, 1, 2, 0, 0]);
  });
});

describe('row 40: one person at two places at once', () => {
  const TWICE = `${HEAD}${P1}P2,S1,2022-03-01 08:30,2022-03-01 09:30\nP2,S2,2022-03-01 08:40,2022-03-01 08:50\nP3,S2,2022-03-01 08:40,2022-03-01 08:50\nP4,S1,2022-03-01 08:30,2022-03-01 08:40\nP4,S2,2022-03-01 08:40,2022-03-01 08:50\n`;
  const world: World = { 'checkins.csv': TWICE, 'cases.csv': 'person_id\nP1\nP3\n' };
  const flagged = ({ lists }: MatchRun): string[][] =>
    lists.rows('episodes').map(({ case_id, contact_id, place_id, flags }) => [case_id!, contact_id!, place_id!, flags!]);

  test('is kept, and both stays are flagged and counted', async () => {
    const run = await runMatch(world);
    expect(flagged(run)).toEqual([
      ['P1', 'P2', 'S1', 'conflict'],
      ['P1', 'P4', 'S1', ''],
      ['P3', 'P2', 'S2', 'conflict'],
      ['P3', 'P4', 'S2', ''],
    ]);
    expect(run.lists.manifest.warnings).toContain('2 stays of people who were at two unrelated places at once (flag conflict): a lent or copied code');
    expect(run.lists.manifest.stays).toMatchObject({ conflicts: 2 });
    expectBalanced(run);
  });

  test('is left out only with --exclude-conflicts, which the manifest tells', async () => {
    const run = await runMatch(world, [...UTC, '--exclude-conflicts']);
    expect(flagged(run)).toEqual([
      ['P1', 'P4', 'S1', ''],
      ['P3', 'P4', 'S2', ''],
    ]);
    expect(run.lists.manifest.options['exclude_conflicts']).toBe(true);
    expect(run.lists.manifest.stays).toMatchObject({ conflicts: 2 });
    expectBalanced(run);
  });

  test('is no conflict in a shop and the mall that it is in', async () => {
    const run = await runMatch({ ...world, 'places.csv': 'place_id,parent_id\nS2,S1\n' });
    expect(flagged(run).map((row) => row[3])).toEqual(['', '', '', '']);
  });

  test('is counted by validate as people, and the busiest places are shown', async () => {
    const { code, out } = await runCli(['validate', new TempFolder().write('scans.csv', TWICE), ...UTC, '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(out) as { profile: unknown; warnings: string[] };
    expect(report.profile).toMatchObject({
      people_in_two_places: 1,
      busiest_places: [
        { place_id: 'S1', check_ins: 3, people: 3 },
        { place_id: 'S2', check_ins: 3, people: 3 },
      ],
    });
    expect(report.warnings).toContain('1 people were at two places at once (a lent or copied code, or a shop and its mall: give the places file)');
  });
});

describe('row 41: cases', () => {
  test('are no contacts of themselves, are contacts of each other and labelled so', async () => {
    const run = await runMatch({ 'checkins.csv': HEAD + P1 + P2 + P3, 'cases.csv': 'person_id,case_id\nP1,C1\nP1,C1b\nP2,C2\n' });
    expect(run.lists.rows('contacts').map(({ case_id, contact_id, contact_is_case }) => [case_id, contact_id, contact_is_case])).toEqual([
      ['C1', 'P2', 'true'],
      ['C1', 'P3', 'false'],
      ['C1b', 'P2', 'true'],
      ['C1b', 'P3', 'false'],
      ['C2', 'P1', 'true'],
      ['C2', 'P3', 'false'],
    ]);
    expect(run.lists.rows('people').map(({ contact_id, is_case }) => [contact_id, is_case])).toEqual([
      ['P1', 'true'],
      ['P2', 'true'],
      ['P3', 'false'],
    ]);
    expect(run.lists.rows('links').map(({ case_a, case_b }) => [case_a, case_b])).toEqual([
      ['C1', 'C2'],
      ['C1b', 'C2'],
    ]);
  });

  test('listed twice with one content count once; with two contents they are a usage error that names both lines', async () => {
    const world = (cases: string): World => ({ 'checkins.csv': HEAD + P1 + P2, 'cases.csv': cases });
    const same = await runMatch(world('person_id,type\nP1,positive\nP1,positive\n'));
    expect([contacts(same), ledgerOf(same, 'cases.csv')]).toEqual([[['P1', 'P2']], [2, 1, 0, 1, 0]]);
    const refused = await runMatch(world('person_id,type\nP1,positive\nP9,\nP1,close contact\n'));
    expectRefused(refused, 2, 'cases.csv:4:case_id E_CASE_TWICE expected one row for one case_id, got another at cases.csv:2');
    expectRefused(await runMatch(world('person_id,case_id\nP1,C\nP2,C\n')), 2, 'cases.csv:3:case_id E_CASE_TWICE');
  });

  test('absent from the data, or outside their window, are listed by id, never just 0 contacts', async () => {
    const run = await runMatch({
      'checkins.csv': HEAD + P1 + P2,
      'cases.csv':
        'person_id,case_id,infectious_from,infectious_to\nP1,C1,2022-03-01 00:00,2022-03-02 00:00\nghost,C2,2022-03-01 00:00,2022-03-02 00:00\nP2,C3,2022-03-05 00:00,2022-03-06 00:00\n',
    });
    expect(run.code).toBe(0);
    expect(run.lists.manifest.counts[0]).toMatchObject({ cases: 3, cases_without_visit: ['C2', 'C3'] });
    expect(run.lists.manifest.warnings).toContain('2 cases without a visit in their window under any, so without contacts: C2, C3');
    expect(run.out).toContain('note: 2 cases without a visit in their window under any, so without contacts: C2, C3');
  });

  test('whose itinerary names another person are a usage error', async () => {
    expectRefused(
      await runMatch({
        'checkins.csv': HEAD + P1,
        'cases.csv': 'person_id,case_id\nP1,C\n',
        'visits.csv': 'case_id,place_id,start,end,person_id\nC,S1,2022-03-01 08:00,2022-03-01 09:00,P2\n',
      }),
      2,
      'visits.csv:2:person_id E_CASE_PERSON expected the person of this case, got another',
    );
  });

  test('without a date that tells their window are a usage error that names the line and the columns', async () => {
    const folder = new TempFolder();
    const [checkins, cases] = [folder.write('checkins.csv', HEAD + P1), folder.write('cases.csv', 'person_id,onset_date\nP1,2022-03-01\nP2,\n')];
    const { code, err } = await runCli(['match', '--checkins', checkins, '--cases', cases, ...UTC, '--out', folder.at('lists')]);
    expect(code).toBe(2);
    expect(err).toContain(
      "cases.csv:3 E_CASE_WINDOW expected a date that tells from which day the case's visits count (onset_date, sample_date, report_date, infectious_from), got none",
    );
  });

  test('and check-ins must be given', async () => {
    expectRefused(await runMatch({ 'checkins.csv': HEAD + P1 }), 2, 'expected --cases or --visits: whose co-presence is wanted');
    expectRefused(await runMatch({ 'cases.csv': CASES }), 2, 'checkins: expected at least one file of check-ins');
  });
});

describe('row 43: a hot place', () => {
  const people = Array.from({ length: 40 }, (_, i) => `Q${i},metro,2022-03-01 08:0${i % 10},\n${i < 5 ? `Q${i},shop,2022-03-01 12:00,\n` : ''}`).join('');
  const world: World = { 'checkins.csv': `${HEAD}P1,metro,2022-03-01 08:00,\nP1,shop,2022-03-01 12:00,\n${people}`, 'cases.csv': CASES };

  test('that would pass --max-episodes is refused with exit 5, the exact count and the busiest places, and nothing is written', async () => {
    const run = await runMatch(world, [...UTC, '--max-episodes', '44']);
    expectRefused(
      run,
      5,
      'max-episodes E_LIMIT expected at most 44 episodes, got 45; make the lists without episodes (--no-episodes), ask for a longer --min-overlap, narrow the window, split the cases over several runs, or raise --max-episodes. The busiest places:',
    );
    expect(
      run.err
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/ +/)),
    ).toEqual([
      ['40', 'metro'],
      ['5', 'shop'],
    ]);
  });

  test('is listed when the limit is just reached', async () => {
    const run = await runMatch(world, [...UTC, '--max-episodes', '45']);
    expect([run.code, run.lists.rows('episodes').length]).toEqual([0, 45]);
  });

  test('counts for all rules and generations together', async () => {
    expectRefused(await runMatch(world, [...UTC, '--max-episodes', '89', '--rule', 'any', '--rule', 'who-2020']), 5, 'E_LIMIT');
    expect((await runMatch(world, [...UTC, '--max-episodes', '90', '--rule', 'any', '--rule', 'who-2020'])).code).toBe(0);
    const chain: World = { 'checkins.csv': `${HEAD}${P1}${P2}P2,S2,2022-03-01 12:00,\nP3,S2,2022-03-01 12:00,\n`, 'cases.csv': CASES };
    expectRefused(await runMatch(chain, [...UTC, '--depth', '2', '--max-episodes', '1']), 5, 'E_LIMIT expected at most 1 episodes, got 2');
    expect((await runMatch(chain, [...UTC, '--depth', '2', '--max-episodes', '2'])).lists.rows('episodes')).toHaveLength(2);
  });

  test('is no reason to refuse lists without episodes: all others are the same bytes, and the count is said', async () => {
    for (const flags of [[], ['--split', 'district', '--rule', 'any', '--rule', 'who-2020', '--depth', '2'], ['--format', 'jsonl']]) {
      const whole = await runMatch(world, [...UTC, ...flags]);
      const run = await runMatch(world, [...UTC, ...flags, '--max-episodes', '3', '--no-episodes', '--json']);
      expect(run.code).toBe(0);
      expect(run.lists.bytes).toEqual(Object.fromEntries(Object.entries(whole.lists.bytes).filter(([name]) => !/(^|\/)episodes\./.test(name))));
      const { manifest } = run.lists;
      expect(manifest.counts).toEqual(whole.lists.manifest.counts);
      expect(manifest.counts[0]!.episodes).toBe(45);
      expect([manifest.options['episodes'], whole.lists.manifest.options['episodes']]).toEqual([false, true]);
      expect(manifest.outputs).toEqual(whole.lists.manifest.outputs.filter(({ name }) => !/(^|\/)episodes\./.test(name)));
    }
  });

  test('takes away the episodes of an earlier run, so that no two runs stand side by side', async () => {
    const first = await runMatch(world, [...UTC]);
    const run = await runMatch(world, [...UTC, '--no-episodes', '--force'], {}, first.folder);
    expect([run.code, run.lists.files.includes('episodes.csv'), run.lists.files.includes('contacts.csv')]).toEqual([0, false, true]);
  });

  test('is listed after a longer --min-overlap leaves enough out', async () => {
    const run = await runMatch(world, [...UTC, '--max-episodes', '44', '--min-overlap', '2h']);
    expect([run.code, run.lists.rows('episodes').length]).toEqual([0, 9]);
  });
});

describe('row 44: absurd options', () => {
  const world: World = { 'checkins.csv': HEAD + P1 + P2, 'cases.csv': CASES };

  test.each([
    [['--lag', '400d'], 'lag: expected at most 366d'],
    [['--lag', '-1h'], "lag: expected a whole number and s, m, h or d (30s, 15m, 2h, 1d), got '-1h'"],
    [['--lag', '1.5h'], 'lag: expected a whole number'],
    [['--lag', '1w'], 'lag: expected a whole number'],
    [['--min-overlap', 'x'], 'min-overlap: expected a whole number'],
    [['--depth', '0'], 'depth: expected a whole number from 1 to 10, got 0'],
    [['--depth', '11'], 'depth: expected a whole number from 1 to 10, got 11'],
    [['--depth', 'two'], 'expected a whole number'],
    [['--run-gap', '0'], 'run-gap: expected more than 0'],
    [['--scope', 'near'], "scope: expected place, parent, grid:M or near:M with M metres above 0, got 'near'"],
    [['--scope', 'near:0'], 'scope: expected'],
    [['--scope', 'grid:-5'], 'scope: expected'],
    [['--max-rejects', '101%'], "max-rejects: expected a count or a per cent up to 100 (20, 0.5%), got '101%'"],
    [['--max-rejects', '0.5'], 'max-rejects: expected a count'],
    [['--max-episodes', '-1'], 'expected a whole number'],
    [['--window', 'some'], "window: expected all or dated, got 'some'"],
    [['--split', 'city'], "split: expected 'district'"],
    [['--format', 'xlsx'], "format: expected csv or jsonl, got 'xlsx'"],
    [['--rule', 'nowhere-1999'], "rule 'nowhere-1999': expected a built-in rule"],
    [['--rule', 'any', '--rule', 'any'], 'rule: expected rules with different ids'],
    [['--map', 'person_id'], "map: expected column=header or table.column=header (tables: checkins, places, cases, visits, runs, run-stops), got 'person_id'"],
    [['--what'], "unknown option '--what'"],
  ])('%j is a usage error, before anything is read', async (flags, message) => {
    expectRefused(await runMatch(world, [...UTC, ...flags]), 2, message);
  });

  test('that are allowed but seldom meant are noted in the manifest and the summary', async () => {
    const run = await runMatch(world, [...UTC, '--lag', '90d', '--min-overlap', '25h']);
    expect(run.code).toBe(0);
    const notes = [
      'the lag is longer than 7 days: most `after` episodes will mean little',
      'min-overlap is longer than a day: a stay without joined scans cannot reach it',
    ];
    expect(run.lists.manifest.warnings).toEqual(expect.arrayContaining(notes));
    for (const note of notes) expect(run.out).toContain(`note: ${note}`);
    expect(run.lists.manifest.options).toMatchObject({ lag: '7776000s', min_overlap: '90000s' });
  });

  test('--min-overlap 0 leaves nothing out', async () => {
    expect(tables(await runMatch(world, [...UTC, '--min-overlap', '0']))).toEqual(tables(await runMatch(world)));
  });

  test('a window that ends before it begins holds no visit, and its case is listed by id', async () => {
    const run = await runMatch({ ...world, 'cases.csv': 'person_id,infectious_from,infectious_to\nP1,2022-03-02 00:00,2022-03-01 00:00\n' });
    expect(run.code).toBe(0);
    expect(run.lists.manifest.counts[0]).toMatchObject({ episodes: 0, cases_without_visit: ['P1'] });
  });

  test('categories without dwell times are noted once', async () => {
    const run = await runMatch({ ...world, 'places.csv': 'place_id,category\nS1,spaceport\nS2,spaceport\n' });
    expect(run.lists.manifest.warnings.filter((warning) => warning.includes('spaceport'))).toEqual([
      "the place category 'spaceport' has no dwell times and counts as 'default'",
    ]);
  });
});

describe('row 45: columns that are swapped', () => {
  const validate = async (
    text: string,
  ): Promise<{ out: string; report: { faults: unknown[]; warnings: string[]; profile: Record<string, unknown>; files: unknown[] } }> => {
    const file = new TempFolder().write('scans.csv', text);
    const [plain, json] = [await runCli(['validate', file, ...UTC]), await runCli(['validate', file, ...UTC, '--json'])];
    expect([plain.code, json.code]).toEqual([0, 0]);
    return { out: plain.out, report: JSON.parse(json.out) as never };
  };

  test('start and end: validate tells how many ends are before their starts, and match refuses', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `Q${i},S1,2022-03-01 09:${10 + i},2022-03-01 08:${10 + i}\n`).join('');
    const { out, report } = await validate(HEAD + rows);
    expect(report.faults).toMatchObject([{ code: 'E_CHECKOUT', column: 'check_out', rows: 20, first: 'scans.csv:2' }]);
    expect(report.warnings).toContain('most check-outs are before their check-ins: the two columns look swapped; see --map');
    expect(report.files).toMatchObject([{ file: 'scans.csv', read: 20, accepted: 0, rejected: 20, duplicate: 0, blank: 0 }]);
    expect(out).toContain('look at: most check-outs are before their check-ins');
    const run = await runMatch({ 'checkins.csv': HEAD + rows, 'cases.csv': CASES });
    expect(run.code).toBe(3);
    expect(run.err).toContain('checkins.csv:2:check_out E_CHECKOUT expected a check-out at or after the check-in, got the opposite');
    expect(run.lists.files).toEqual(['rejects.csv']);
    expect(run.lists.rows('rejects')).toHaveLength(20);
  });

  test('person and place: validate tells the cardinalities', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `S${i % 4},13800000${100 + i},${1_646_092_800 + i},\n`).join('');
    const { report, out } = await validate(HEAD + rows);
    expect(report.profile).toMatchObject({ people: 4, places: 300, check_ins: 300 });
    expect(report.warnings).toContain('4 people at 300 places: person and place columns look swapped; see --map');
    expect(out).toContain('look at: 4 people at 300 places');
  });

  test('validate prints the median stay and the overlong ones', async () => {
    const { out, report } = await validate(`${HEAD}${P1}${P2}P3,S1,2022-03-01 08:00,2022-04-10 08:00\nP4,S1,2022-03-01 08:00,\n`);
    expect(report.profile).toMatchObject({ median_stay_s: 3600, longer_than_24h: 1, without_check_out: 1 });
    expect(out).toMatch(/median stay +60 min/);
    expect(out).toMatch(/longer than 24 h +1/);
    expect(out).toMatch(/without check-out +1 \(25\.0 %\)/);
  });

  test('sound columns give no such warning', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `13800000${100 + i},S${i % 4},${1_646_092_800 + i},${1_646_096_400 + i}\n`).join('');
    const { report, out } = await validate(HEAD + rows);
    expect([report.faults, report.warnings]).toEqual([[], []]);
    expect(out).toContain('nothing wrong was found');
  });
});

describe('row 76: hostile rules and dwell times', () => {
  const world: World = { 'checkins.csv': HEAD + P1 + P2, 'cases.csv': CASES };
  const clause = '{"measure":"total","at_least":"15m"}';
  const rule = (json: string): string => new TempFolder().write('rule.json', json);
  const dwell = (json: string): string => new TempFolder().write('dwell.json', json);

  test.each([
    ['an unknown key', `{"id":"r","clauses":[${clause}],"clause":[]}`, "rule r: unknown key 'clause' in the rule"],
    ['__proto__', `{"id":"r","clauses":[${clause}],"__proto__":{"scope":"parent"}}`, "rule r: unknown key '__proto__' in the rule"],
    [
      '__proto__ deeper',
      `{"id":"r","clauses":[{"measure":"total","__proto__":{"at_least":"15m"}}]}`,
      "rule r: clauses[0]: unknown key '__proto__' in a clause",
    ],
    ['an unknown key in the window', `{"id":"r","clauses":[${clause}],"window":{"days":3}}`, "rule r: unknown key 'days' in window"],
    ['no id', `{"clauses":[${clause}]}`, 'rule (without id): expected an id'],
    ['no clauses', '{"id":"r","clauses":[]}', 'rule r: expected clauses, a list of at least one'],
    ['a clause that is null', '{"id":"r","clauses":[null]}', 'rule r: clauses[0]: expected a clause to be an object'],
    [
      'two thresholds',
      '{"id":"r","clauses":[{"measure":"total","at_least":"1m","more_than":"1m"}]}',
      'rule r: clauses[0]: expected at_least or more_than, one of them',
    ],
    [
      'a threshold that is a list',
      '{"id":"r","clauses":[{"measure":"total","at_least":["15m"]}]}',
      "rule r: clauses[0]: expected a whole number and s, m, h or d (30s, 15m, 2h, 1d), got 'an object'",
    ],
    ['a threshold that poses as a text', '{"id":"r","clauses":[{"measure":"total","at_least":{"toString":1,"valueOf":1}}]}', "got 'an object'"],
    ['a negative threshold', '{"id":"r","clauses":[{"measure":"total","at_least":-1}]}', "got '-1'"],
    [
      'an unknown measure',
      '{"id":"r","clauses":[{"measure":"constructor","at_least":"1m"}]}',
      'rule r: clauses[0]: expected a measure, one of single, total, rolling24h, day',
    ],
    ['a scope that is no text', `{"id":"r","clauses":[${clause}],"scope":{"toString":1}}`, 'rule r: expected scope to be a text'],
    [
      'a window of a century',
      `{"id":"r","clauses":[${clause}],"window":{"days_before":36500}}`,
      'rule r: expected window.days_before, whole days from 0 to 3650',
    ],
    ['half a day', `{"id":"r","clauses":[${clause}],"window":{"days_after":0.5}}`, 'rule r: expected window.days_after, whole days'],
    ['seats that are text', `{"id":"r","clauses":[${clause}],"seats":"3"}`, 'rule r: seats[0]: expected seats to be an object'],
    ['a list', '[]', 'rule rule.json: expected a JSON file with one object, got no object'],
    ['null', 'null', 'rule rule.json: expected a JSON file with one object, got no object'],
    ['text that is cut', '{"id":"r"', 'rule rule.json: expected a JSON file with one object, got'],
    ['nothing', '', 'rule rule.json: expected a JSON file with one object, got'],
    ['deep nesting', '['.repeat(300_000), 'rule rule.json: expected a JSON file with one object, got'],
    ['more than 1 MiB', `{"id":"${'x'.repeat(2 ** 20)}"}`, 'rule rule.json: expected a JSON file with one object, got more than 1048576 bytes'],
  ])('a rule with %s is a usage error that names the part', async (_, json, message) => {
    const run = await runMatch(world, [...UTC, '--rule', rule(json)]);
    expectRefused(run, 2, message);
    expect(run.err.length).toBeLessThan(4000);
  });

  test('a rule whose id or key is almost 1 MiB long is refused in a short message', async () => {
    const long = 'x'.repeat(1_000_000);
    const run = await runMatch(world, [...UTC, '--rule', rule(`{"id":"r","clauses":[${clause}],"${long}":1}`)]);
    expectRefused(run, 2, "rule r: unknown key 'xxx");
    expect(run.err.length).toBeLessThan(4000);
  });

  test('a rule that is missing or a folder is a usage error', async () => {
    const folder = new TempFolder();
    expectRefused(
      await runMatch(world, [...UTC, '--rule', folder.at('none.json')]),
      2,
      'rule none.json: expected a JSON file with one object, got no such file',
    );
    expectRefused(await runMatch(world, [...UTC, '--rule', folder.path]), 2, 'got EISDIR');
  });

  test.each([
    ['an unknown key', '{"food":{"least":1,"typical":2,"most":3,"max":4}}'],
    ['a wrong order', '{"food":{"least":3,"typical":2,"most":1}}'],
    ['a negative', '{"food":{"least":-1,"typical":2,"most":3}}'],
    ['a fraction', '{"food":{"least":0.5,"typical":2,"most":3}}'],
    ['more than a year', '{"food":{"least":1,"typical":2,"most":600000}}'],
    ['a text', '{"food":"30m"}'],
    ['null', '{"food":null}'],
  ])('dwell times with %s are a usage error that names the category', async (_, json) => {
    expectRefused(
      await runMatch(world, [...UTC, '--dwell', dwell(json)]),
      2,
      'dwell of food: expected {least, typical, most} in whole minutes with 0 <= least <= typical <= most <= 527040',
    );
  });

  test('categories called __proto__ and constructor are categories like others', async () => {
    const run = await runMatch(
      { ...world, 'checkins.csv': `${HEAD}P1,S1,2022-03-01 08:00,\nP2,S1,2022-03-01 08:04,\n`, 'places.csv': 'place_id,category\nS1,__proto__\n' },
      [...UTC, '--dwell', dwell('{"__proto__":{"least":1,"typical":2,"most":5},"constructor":{"least":0,"typical":0,"most":0}}')],
    );
    expect(run.code).toBe(0);
    expect(run.lists.rows('episodes')).toMatchObject([{ overlap_certain_s: '0', overlap_possible_s: '60' }]);
    expect(Object.keys(run.lists.manifest.options['dwell'] as object)).toContain('constructor');
  });
});
