/** `copresence explain` through the command line: files and an earlier run, several rules, rides, near misses, unknown ids (FAULTS 74). */
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../src/lists/explain/explanation.js';
import { explanationText } from '../src/lists/explain/text.js';
import { Lists, runCli, runMatch } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

const PLACES = `place_id,name,category,lat,lon,parent_id
mall,The Mall,retail,31.2,121.4,
tea,Tea,food,31.2001,121.4,mall
ink,Ink,retail,31.2,121.4003,mall
gym,Gym,sports,31.203,121.4,
pier,Pier,default,,,
bus,Line 7,bus,,,
`;
/** Ada is the case; the others are named for what they lack. 2022-03-01 in UTC. */
const SCANS = `person_id,place_id,time,check_out,seat
ada,tea,10:00,10:30,
ada,pier,14:00,14:20,
ada,bus,16:00,16:30,4A
Short,tea,09:00,10:09:30,
Before,pier,13:00,13:58,
After,pier,14:25,15:00,
Touch,pier,14:20,14:50,
Row,bus,16:00,16:30,8C
NextRun,bus,18:00,18:20,1A
Shop,ink,10:05,10:20,
Far,gym,10:00,10:30,
Early,tea,03:00,03:10,
Late,tea,20:00,20:30,
ada,tea,20:00,20:30,
`.replaceAll(/,(\d\d:\d\d)/g, ',2022-03-01 $1');
const CASES = `person_id,case_id,infectious_from,infectious_to,onset_date
ada,C1,2022-03-01 08:00,2022-03-01 17:00,
nobody,C2,,,2022-03-03
`;
const RULE = JSON.stringify({ id: 'ten', clauses: [{ measure: 'total', at_least: '10m' }], seats: { rows: 3 } });
const FLAGS = ['--tz', 'UTC'];

async function world(): Promise<{ folder: TempFolder; files: string[]; ask: (...args: string[]) => ReturnType<typeof runCli> }> {
  const folder = new TempFolder();
  folder.write('checkins.csv', SCANS);
  folder.write('places.csv', PLACES);
  folder.write('cases.csv', CASES);
  folder.write('rule.json', RULE);
  const files = ['--checkins', folder.at('checkins.csv'), '--places', folder.at('places.csv'), '--cases', folder.at('cases.csv'), ...FLAGS];
  return { folder, files, ask: (...args) => runCli(['explain', '--case', 'C1', ...files, '--rule', folder.at('rule.json'), ...args]) };
}

const dataOf = (out: string): readonly Explanation[] => (JSON.parse(out) as { explanations: Explanation[] }).explanations;

describe('someone not on the list', () => {
  /** The nearest miss, and the sentence that says it. */
  const MISSES: readonly [person: string, kind: string, sentence: string][] = [
    ['Short', 'too-short', 'Together 9.5 of 10 minutes, even for the longest stays possible: 570 s of 600 s for total>=600s.'],
    [
      'Before',
      'left-before',
      'Left 2 minutes (120 s) before the case came, at pier (Pier) (scans checkins.csv:3 and checkins.csv:6): there until 2022-03-01T13:58:00+00:00 at the latest, the case from 2022-03-01T14:00:00+00:00.',
    ],
    [
      'After',
      'came-after',
      'Came 5 minutes (300 s) after the case had left, at pier (Pier) (scans checkins.csv:3 and checkins.csv:7): there from 2022-03-01T14:25:00+00:00, the case until 2022-03-01T14:20:00+00:00 at the latest.',
    ],
    [
      'Touch',
      'touching',
      'One left at the very moment when the other came, at pier (Pier) (scans checkins.csv:3 and checkins.csv:8): counts under --bounds closed alone.',
    ],
    ['Row', 'seats', 'Too far apart in shared stay 1 (row 4 of 3): does not count: rows 4 and 8: 4 apart, 3 count.'],
    [
      'NextRun',
      'other-run',
      'On another run of bus: the case on bus#1 (from 2022-03-01T16:00:00+00:00), the person on bus#2 (from 2022-03-01T18:00:00+00:00); scans checkins.csv:4 and checkins.csv:10.',
    ],
    [
      'Shop',
      'other-place',
      'Under one parent, other place: the case at tea (Tea), the person at ink (Ink), 31 m away; 15 minutes at one time; would meet under --scope parent; scans checkins.csv:2 and checkins.csv:11. This is the nearest of 2 such pairs of stays.',
    ],
    [
      'Far',
      'other-place',
      'Near by, other place: the case at tea (Tea), the person at gym (Gym), 322 m away; 30 minutes at one time; would meet under --scope near:323; scans checkins.csv:2 and checkins.csv:12. This is the nearest of 2 such pairs of stays.',
    ],
    [
      'Late',
      'outside-window',
      "Together 30 minutes (1800 s) at tea (Tea) (scans checkins.csv:15 and checkins.csv:14), but outside the case's window by 3 hours, after it.",
    ],
    [
      'Early',
      'left-before',
      'Left 6 hours 50 minutes (24600 s) before the case came, at tea (Tea) (scans checkins.csv:2 and checkins.csv:13): there until 2022-03-01T03:10:00+00:00 at the latest, the case from 2022-03-01T10:00:00+00:00. This is the nearest of 2 such pairs of stays.',
    ],
    ['ada', 'same-person', 'The case is this person: nobody is a contact of their own case.'],
    ['nobody', 'no-check-ins', 'There are no check-ins of this person at all: who does not scan is on no list, which proves nothing.'],
  ];

  test.each(MISSES)('%s: %s', async (person, kind, sentence) => {
    const { ask } = await world();
    const [explained] = dataOf((await ask('--person', person, '--json')).out);
    expect([explained!.grade, explained!.nearest[0]!.kind]).toEqual(['below', kind]);
    const { code, out } = await ask('--person', person, '--exit-code');
    expect(code).toBe(4);
    expect(out).toContain(`${person} is NOT on the list of C1 under ten`);
    expect(out.replaceAll('1800 s (30 minutes)', '30 minutes (1800 s)')).toContain(`  1. ${sentence}\n`);
  });

  test('who was at no place of the case gets the nearest in time and the nearest in space', async () => {
    const { folder, ask } = await world();
    folder.write('checkins.csv', `${SCANS}Away,zoo,2022-03-01 14:05,2022-03-01 14:15,\nAway,hill,2022-03-01 11:00,2022-03-01 11:30,\n`);
    folder.write('places.csv', `${PLACES}zoo,,default,,,\nhill,,default,31.3,121.4,\n`);
    const [{ nearest }] = dataOf((await ask('--person', 'Away', '--json')).out) as [Explanation];
    expect(
      nearest.map(({ kind, gap_s, overlap_s, distance_m, case: ofCase, contact }) => [kind, ofCase!.place_id, contact!.place_id, overlap_s, gap_s, distance_m]),
    ).toEqual([
      ['elsewhere', 'pier', 'zoo', 600, 0, null],
      ['elsewhere', 'tea', 'hill', 0, 1800, 11108],
    ]);
  });

  test('near misses may be asked for at one place', async () => {
    const { ask } = await world();
    const near = async (place: string): Promise<(string | undefined)[]> =>
      dataOf((await ask('--person', 'Shop', '--json', '--place', place)).out)[0]!.nearest.map(({ kind, case: ofCase }) => `${kind} ${ofCase?.place_id}`);
    expect(await near('ink')).toEqual(['other-place tea']);
    expect(await near('pier')).toEqual(['elsewhere pier']);
    expect(await near('gym')).toEqual([]);
    expect((await ask('--person', 'Shop', '--place', 'gym')).out).toContain('Nothing came close there.');
    expect((await ask('--person', 'Early', '--place', 'teq')).err).toContain(
      "place E_UNKNOWN_ID expected a place of the inputs, got an unknown one; spelled nearly so: 'tea'",
    );
  });
});

describe('someone on the list', () => {
  test('under several rules, each is explained, in the order of their ids, and as data', async () => {
    const { folder, ask } = await world();
    folder.write('checkins.csv', `${SCANS}Bo,tea,2022-03-01 10:10,,\n`);
    const { code, out } = await ask('--person', 'Bo', '--rule', 'any');
    expect(code).toBe(0);
    expect(out).toContain('Bo is on the list: co-present with C1, grade certain, since total>=1s holds.');
    // Food: least 10, typical 45, most 180 minutes from 10:10; Ada leaves at 10:30.
    expect(out).toContain(
      '  together from 2022-03-01T10:10:00+00:00: certain 600 s (10 minutes), ended by Bo; likely 1200 s (20 minutes), ended by C1; possible 1200 s (20 minutes), ended by C1\n',
    );
    expect(out).toContain('    usual times of food: least 600 s (10 minutes), typical 2700 s (45 minutes), most 10800 s (3 hours)\n');
    expect(out).toContain('  certain: stay 1 2022-03-01T10:10:00+00:00 to 2022-03-01T10:20:00+00:00 = 600 s: 600 s (10 minutes) >= 600 s, holds\n');
    const explained = dataOf((await ask('--person', 'Bo', '--rule', 'any', '--json')).out);
    expect(explained.map(({ rule_id, grade, nearest }) => [rule_id, grade, nearest])).toEqual([
      ['any', 'certain', []],
      ['ten', 'certain', []],
    ]);
    expect(out).toContain(explained.map(explanationText).join(`\n${'-'.repeat(72)}\n\n`));
  });

  test('a grade that is not the surest says what is missing for a surer one', async () => {
    const { folder, ask } = await world();
    folder.write('checkins.csv', `${SCANS}Bo,tea,2022-03-01 10:15,,\n`.replace('10:00,2022-03-01 10:30', '10:00,2022-03-01 10:29'));
    folder.write('dwell.json', JSON.stringify({ food: { least: 9, typical: 45, most: 180 } }));
    const { out } = await ask('--person', 'Bo', '--dwell', folder.at('dwell.json'));
    expect(out).toContain(
      'Why likely and no surer:\n  certain: 9 minutes together by the certain ends; total>=600s is 1 minute short. Time together ends: stay 1 by 2022-03-01T10:24:00+00:00 of Bo (cap)\n',
    );
  });

  test('a case may be named by its person, an itinerary alone is a case too, and without either any person is', async () => {
    const { folder, files, ask } = await world();
    expect(dataOf((await runCli(['explain', '--case', 'ada', '--person', 'Short', ...files, '--json'])).out)[0]).toMatchObject({
      case_id: 'C1',
      case_person_id: 'ada',
      grade: 'certain',
    });
    folder.write('visits.csv', 'case_id,place_id,start,end\nV,gym,2022-03-01 10:15,2022-03-01 11:00\n');
    const told = await ask('--person', 'Far', '--case', 'V', '--visits', folder.at('visits.csv'), '--json');
    expect(dataOf(told.out)[0]).toMatchObject({
      grade: 'certain',
      window: { from_source: 'itinerary' },
      meetings: [{ case: { method: 'itinerary', scans: [{ row: 'visits.csv:2' }] }, overlap_certain_s: 900 }],
    });
    const alone = await runCli(['explain', '--case', 'ada', '--person', 'Late', '--checkins', folder.at('checkins.csv'), ...FLAGS]);
    expect(alone.out).toContain('Late is on the list: co-present with ada, grade certain');
    expect(alone.out).toContain('note: no cases were given: the whole presence of the first person counts, without a window\n');
  });

  test('rides say their stops and methods', async () => {
    const bus = (name: string): string => `fixtures/bus-1/${name}.csv`;
    const pair = ['explain', '--case', 'case-1', '--person', 'Eva', '--gtfs', 'fixtures/gtfs/trimet-vermont', '--tz', 'America/Los_Angeles'];
    const run = await runCli([...pair, '--checkins', bus('checkins'), '--places', bus('places'), '--cases', bus('cases')]);
    expect(run.out).toContain('    method chained: scanned on boarding only; got off where the next scan is near\n');
    expect(run.out).toContain('    ride from 6031 to 7782, 66 % sure; by the timetable');
  });
});

describe('what cannot be explained', () => {
  test.each([
    [
      ['--case', 'C9', '--person', 'Short'],
      "case E_UNKNOWN_ID expected a case_id or the person_id of a case, got an unknown one; spelled nearly so: 'C1', 'C2'",
    ],
    [['--case', 'Short', '--person', 'ada'], 'this person has check-ins but is no case'],
    [
      ['--case', 'C1', '--person', 'shrot'],
      "person E_UNKNOWN_ID expected a person of the inputs, got one without any check-ins at all; spelled nearly so: 'Short'",
    ],
    [['--case', 'C1', '--person', 'somebody else'], 'no id is spelled nearly so'],
    [['--case', 'C2', '--person', 'Short', '--inputs', '.'], 'inputs: expected beside --run alone'],
  ])('%j', async (flags, message) => {
    const { files } = await world();
    const run = await runCli(['explain', ...files, ...flags]);
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toContain(message);
  });

  test('a person with several cases must be named by one', async () => {
    const { folder, files } = await world();
    folder.write('cases.csv', `${CASES}ada,C3,,,2022-03-02\n`);
    const run = await runCli(['explain', '--case', 'ada', '--person', 'Short', ...files]);
    expect([run.code, run.err]).toEqual([2, "copresence: case: expected a case_id, got a person with 2 cases ('C1', 'C3'); name one\n"]);
  });

  test('rows that could not be read are said, since any of them may be of the two', async () => {
    const { folder, ask } = await world();
    folder.write('checkins.csv', `${SCANS}Short,tea,never,,\n`);
    expect((await ask('--person', 'Short', '--max-rejects', '1')).out).toContain('note: 1 rows of the inputs could not be read and play no part');
    expect((await ask('--person', 'Short')).code).toBe(3);
  });
});

describe('an earlier run', () => {
  test('is asked by its manifest alone, and must have had the same bytes', async () => {
    const run = await runMatch({ 'checkins.csv': SCANS, 'places.csv': PLACES, 'cases-a.csv': CASES }, [
      '--tz',
      'UTC',
      '--scope',
      'parent',
      '--lag',
      '1h',
      '--depth',
      '2',
      '--rule',
      'any',
      '--rule',
      'who-2020',
      '--window',
      'dated',
    ]);
    expect([run.code, run.err]).toEqual([0, '']);
    const { folder } = run;
    mkdirSync(folder.at('moved'));
    for (const name of ['checkins.csv', 'places.csv', 'cases-a.csv']) renameSync(folder.at(name), folder.at('moved', name));
    const ask = (...more: string[]) =>
      runCli(['explain', '--run', folder.at('lists'), '--inputs', folder.at('moved'), '--case', 'C1', '--person', 'Shop', ...more]);
    const asked = await ask('--json');
    expect([asked.code, asked.err]).toEqual([0, '']);
    const explained = dataOf(asked.out);
    const listed = new Lists(folder.at('lists')).rows('contacts').filter((row) => row['case_id'] === 'C1' && row['contact_id'] === 'Shop');
    expect(explained.map(({ rule_id, grade, reasons }) => ({ rule_id, grade, reasons }))).toEqual(
      listed.map(({ rule_id, grade, reasons }) => ({ rule_id, grade, reasons })),
    );
    expect(explained[0]!.settings).toMatchObject({ tz: 'UTC', scope: 'parent', lag_s: 3600 });
    expect((await ask()).out).toContain('note: the run followed contacts of contacts');
    expect((await ask('--scope', 'place')).err).toContain('scope: expected none beside --run, whose manifest says it');
    folder.write('moved/checkins.csv', `${SCANS}\n`);
    const changed = await ask();
    expect([changed.code, changed.out]).toEqual([3, '']);
    expect(changed.err).toContain('checkins.csv E_RUN_CHANGED expected the bytes that the lists were made from');
    const lost = await runCli(['explain', '--run', folder.at('lists'), '--inputs', folder.path, '--case', 'C1', '--person', 'Shop']);
    expect([lost.code, lost.err.includes('name its folder with --inputs')]).toEqual([2, true]);
    expect((await runCli(['explain', '--run', folder.path, '--case', 'C1', '--person', 'Shop'])).err).toContain(
      'run: expected a folder with the manifest.json of a match, got none',
    );
  });
});

test('docs/explain.md shows what the command prints', async () => {
  const shown = [...readFileSync('docs/explain.md', 'utf8').matchAll(/^```\n\$ copresence (.*)\n([^]*?)^```$/gm)];
  expect(shown.length).toBe(3);
  for (const [, command, out] of shown) expect(await runCli(command!.split(' '))).toEqual({ code: 0, err: '', out });
});
