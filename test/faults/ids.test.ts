/** FAULTS 2b: ids are opaque text. Nothing merges two people, and what a spreadsheet has damaged is refused. */
import { describe, expect, test } from 'vitest';
import type { ValidationReport } from '../../src/engines/files/validate-files.js';
import { quoted } from '../support/csv.js';
import { expectBalanced, ledgerOf, rejectedAt, runCli, runMatch, type MatchRun } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const LAX = ['--tz', 'UTC', '--max-rejects', '100%'];
/** Check-ins of people at one place at one time, after the case P1. Place first: an id may begin with a byte order mark. */
const together = (ids: readonly string[]): string =>
  `place_id,person_id,time\nS1,P1,2022-03-01 08:00\n${ids.map((id) => `S1,${quoted(id)},2022-03-01 08:01\n`).join('')}`;
const matchIds = (ids: readonly string[], flags = LAX): Promise<MatchRun> => runMatch({ 'checkins.csv': together(ids), 'cases.csv': 'person_id\nP1\n' }, flags);
const contacts = ({ lists }: MatchRun): string[] => lists.rows('contacts').map((row) => row['contact_id']!);
const bytewise = (ids: readonly string[]): string[] => [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

async function validate(text: string): Promise<ValidationReport> {
  const { code, out } = await runCli(['validate', new TempFolder().write('scans.csv', text), '--tz', 'UTC', '--json']);
  expect(code).toBe(0);
  return JSON.parse(out) as ValidationReport;
}

describe('row 18: ids that look like numbers', () => {
  const IDS = [
    '0012',
    '12',
    '012',
    '12.0',
    '+12',
    '110101199003070134',
    '110101199003070135',
    '99999999999999999999',
    'E1234567',
    '0x10',
    '1e3',
    'Infinity',
    'NaN',
    '-0',
    '0',
    'null',
    'true',
  ];

  test('are different people with every digit and zero in its place', async () => {
    const run = await matchIds(IDS, [...LAX, '--raw']);
    expect(run.code).toBe(0);
    expect(contacts(run)).toEqual(bytewise(IDS));
    expectBalanced(run);
    expect(ledgerOf(run)).toEqual([18, 18, 0, 0, 0]);
  });

  test('are the same in places, cases and itineraries', async () => {
    const run = await runMatch({
      'checkins.csv': 'person_id,place_id,time\n007,00100,2022-03-01 08:00\n7,100,2022-03-01 08:00\n8,00100,2022-03-01 08:00\n9,0100,2022-03-01 08:00\n',
      'places.csv': 'place_id,name\n00100,Shop\n100,Office\n',
      'cases.csv': 'person_id,case_id\n007,001\n7,1\n',
      'visits.csv': 'case_id,place_id,start,end\n01,0100,2022-03-01 08:00,2022-03-01 09:00\n',
    });
    expect(run.lists.rows('contacts').map(({ case_id, contact_id }) => [case_id, contact_id])).toEqual([
      ['001', '8'],
      ['01', '9'],
    ]);
    expect(run.lists.rows('places').map(({ place_id, place_name }) => [place_id, place_name])).toEqual([
      ['00100', 'Shop'],
      ['0100', ''],
      ['100', 'Office'],
    ]);
  });
});

describe('row 19: ids that a spreadsheet has damaged', () => {
  const DAMAGED = ['1.38E+10', '4.40301E+17', '1E+10', '9.999999E+100'];
  const SOUND = ['E+10', '1.38e+10', '1.38E10', '12.3E+5', '1.E+5', '1.38E+', '1.38E+1x', '1.38F+10', '.38E+10'];

  test('are refused at their line and column, so that no two people fall together', async () => {
    const run = await matchIds([...DAMAGED, ...SOUND, DAMAGED[0]!]);
    expect(run.code).toBe(0);
    expect(rejectedAt(run)).toEqual([3, 4, 5, 6, 16].map((line) => `checkins.csv:${line}:person_id E_ID_SCIENTIFIC`));
    expect(contacts(run)).toEqual(bytewise(SOUND));
    expectBalanced(run);
    expect(ledgerOf(run)).toEqual([15, 10, 5, 0, 0]);
  });

  test('end the run at the default limit with exit 3 and a message that shows only their shape', async () => {
    const run = await matchIds(['1.38E+10'], ['--tz', 'UTC']);
    expect(run.code).toBe(3);
    expect(run.err).toContain(
      'checkins.csv:3:person_id E_ID_SCIENTIFIC expected an id as text, got the shape 9.99a+99; a spreadsheet has rounded it to 15 digits',
    );
    expect(run.err).not.toContain('1.38');
    expect(run.lists.files).toEqual(['rejects.csv']);
    expect((await matchIds(['1.38E+10'], ['--tz', 'UTC', '--show-values'])).err).toContain("got '1.38E+10'");
  });

  test.each([
    ['a place', { 'places.csv': 'place_id\nS1\n2.1E+11\n' }, 'places.csv:3:place_id'],
    ['a parent', { 'places.csv': 'place_id,parent_id\nS1,2.1E+11\n' }, 'places.csv:2:parent_id'],
    ['a case', { 'cases.csv': 'person_id\nP1\n1.38E+10\n' }, 'cases.csv:3:person_id'],
    ['a case_id', { 'cases.csv': 'person_id,case_id\nP1,1E+5\n' }, 'cases.csv:2:case_id'],
    ['an itinerary', { 'visits.csv': 'case_id,place_id,start,end\n1.2E+5,S1,2022-03-01 08:00,2022-03-01 09:00\n' }, 'visits.csv:2:case_id'],
    ['a vehicle', { 'runs.csv': 'vehicle_id,run_id,start,end\n1.2E+5,R,2022-03-01 08:00,2022-03-01 09:00\n' }, 'runs.csv:2:vehicle_id'],
  ])('are refused as the id of %s too', async (_, files, place) => {
    const run = await runMatch({ 'checkins.csv': together(['P2']), 'cases.csv': 'person_id\nP1\n', ...files }, LAX);
    expect(run.code).toBe(0);
    expect(rejectedAt(run)).toEqual([`${place} E_ID_SCIENTIFIC`]);
    expectBalanced(run);
  });

  test('are counted by validate, also where only rounded digits show it', async () => {
    const long = (i: number, isRounded: boolean): string => `1101011990030${String(10 + i)}${isRounded ? '000' : `1${i}7`}`;
    const ids = Array.from({ length: 9 }, (_, i) => long(i, i < 3));
    const report = await validate(together([...ids, '1.38E+10']));
    expect(report.profile).toMatchObject({ ids_of_18_digits: 9, ids_of_18_digits_ending_000: 3 });
    expect(report.faults).toMatchObject([{ code: 'E_ID_SCIENTIFIC', column: 'person_id', rows: 1, first: 'scans.csv:12' }]);
    expect(report.warnings).toContain('3 of 9 18-digit ids end in 000: a spreadsheet keeps 15 digits, and different people fall together');
    expect(report.warnings).toContain('1 ids were damaged by a spreadsheet (1.38E+10): different people would fall together; export the column as text');
  });
});

describe('row 20: ids that look alike', () => {
  // The same digits or letters to an eye: quoted by a spreadsheet, full-width, with invisible characters, composed and decomposed, in two cases.
  const ALIKE = ['138', "'138", '="138"', '１３８', '138\u00a0', '\u200b138', '1\u200d38', '\ufeff138', '1-38', '1 38', 'é', 'e\u0301', 'É', 'ab', 'AB', 'Ａb'];

  test('are different people: nothing is merged', async () => {
    const run = await matchIds(ALIKE, [...LAX, '--raw']);
    expect(run.code).toBe(0);
    expect(contacts(run)).toEqual(bytewise(ALIKE));
    expect(ledgerOf(run)).toEqual([17, 17, 0, 0, 0]);
  });

  test('differ in nothing if only ASCII white space stands around them', async () => {
    const run = await matchIds(['P2', ' P2', 'P2 ', '\tP2\t', '\r\nP2\v\f']);
    expect([contacts(run), ledgerOf(run)]).toEqual([['P2'], [6, 2, 0, 4, 0]]);
    expectBalanced(run);
  });

  test('are counted by validate as ids that would merge, without a word of which', async () => {
    const report = await validate(together(ALIKE));
    // 138 in its nine forms, without ="138"; é in three; ab in three.
    expect(report.profile!.ids_alike).toBe(8 + 2 + 2);
    expect(report.warnings.join('\n')).toContain(
      '12 ids differ from another only in full-width forms, letter case, spaces or dashes: they count as different people',
    );
    expect(report.warnings.join('\n')).not.toContain('138');
  });

  test('a bare ="138" is a misplaced quote, not an id', async () => {
    const run = await runMatch(
      { 'checkins.csv': 'person_id,place_id,time\nP1,S1,2022-03-01 08:00\n="138",S1,2022-03-01 08:00\n', 'cases.csv': 'person_id\nP1\n' },
      LAX,
    );
    expect(rejectedAt(run)).toEqual(['checkins.csv:3: E_CSV_QUOTE']);
    expectBalanced(run);
  });
});

describe('row 22: ids that are none', () => {
  test('an empty id, or one of white space, is rejected at its line and column', async () => {
    const run = await runMatch(
      {
        'checkins.csv':
          'person_id,place_id,time\nP1,S1,2022-03-01 08:00\n,S1,2022-03-01 08:00\n" \t",S1,2022-03-01 08:00\nP2,,2022-03-01 08:00\nP2,S1,\n,,2022-03-01 08:00\n',
        'cases.csv': 'person_id,type\nP1,\n,positive\n',
      },
      LAX,
    );
    expect(run.code).toBe(0);
    expect(rejectedAt(run)).toEqual([
      'checkins.csv:3:person_id E_EMPTY',
      'checkins.csv:4:person_id E_EMPTY',
      'checkins.csv:5:place_id E_EMPTY',
      'checkins.csv:6:time E_EMPTY',
      'checkins.csv:7:person_id E_EMPTY',
      'cases.csv:3:person_id E_EMPTY',
    ]);
    expect(run.lists.rows('rejects')[0]!['message']).toBe('expected a value in this required column, got nothing; fill it in');
    expectBalanced(run);
  });

  test('a placeholder that many share stands out in validate, by its count and not by its id', async () => {
    const placeholder = '13800000000';
    const rows = Array.from({ length: 1500 }, (_, i) => `${placeholder},S${i % 50},${1_646_092_800 + i}\nP${i},S${i % 50},${1_646_092_800 + i}\n`);
    const report = await validate(`person_id,place_id,time\n${rows.join('')}`);
    expect(report.profile!.most_check_ins_of_one_person).toEqual([1500, 1, 1]);
    expect(report.warnings).toContain('one person has 1500 check-ins: a placeholder that many share would link them all');
    expect(JSON.stringify(report)).not.toContain(placeholder);
  });
});
