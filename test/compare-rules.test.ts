/** `match --compare-rules` through the command line. */
import { expect, test } from 'vitest';
import { runMatch, type World } from './support/run-cli.js';

const WORLD: World = {
  'checkins.csv':
    'person_id,place_id,time,check_out\nada,S1,2022-03-01 08:00,2022-03-01 09:00\nbob,S1,2022-03-01 08:00,2022-03-01 08:12\n"=eve",S1,2022-03-01 08:30,2022-03-01 08:50\n',
  'cases.csv': 'person_id\nada\n',
};
const RULES = ['--tz', 'UTC', '--rule', 'who-2020', '--rule', 'any'];

test('rules.csv stands beside the lists, which are the same with and without it', async () => {
  const plain = await runMatch(WORLD, RULES);
  const { code, out, lists } = await runMatch(WORLD, [...RULES, '--compare-rules', '--split', 'district']);
  expect(code).toBe(0);
  expect(lists.text('rules.csv')).toBe(
    'case_id,contact_id,listed_by,rule_id,grade,reasons,why,nearest_clause,measured_s,threshold_s,lacking_s,detail\n' +
      'ada,\'=eve,"any|who-2020",any,certain,total>=1s,,,,,,\n' +
      'ada,\'=eve,"any|who-2020",who-2020,certain,total>=900s,,,,,,\n' +
      'ada,bob,any,any,certain,total>=1s,,,,,,\n' +
      'ada,bob,any,who-2020,below,,clause,total>=900s,720,900,180,total>=900s: 720 s\n',
  );
  expect(lists.files.filter((name) => name.endsWith('rules.csv'))).toEqual(['rules.csv']);
  for (const name of ['episodes', 'contacts', 'people', 'places']) expect(lists.text(`${name}.csv`)).toBe(plain.lists.text(`${name}.csv`));
  expect([plain.lists.files.includes('rules.csv'), plain.out.includes('pairs listed by both')]).toEqual([false, false]);
  expect(out).toContain(
    'pairs listed by both, of 2  any  who-2020  by this rule alone\nany                           2         1                   1\nwho-2020                      1         1                   0\n',
  );
  expect(lists.manifest.outputs.find(({ name }) => name === 'rules.csv')).toMatchObject({ rows: 4 });
});

test('as JSON the matrix is in the summary and in the manifest', async () => {
  const { out, lists } = await runMatch(WORLD, [...RULES, '--compare-rules', '--json', '--format', 'jsonl']);
  const matrix = {
    rules: ['any', 'who-2020'],
    pairs: 2,
    both: [
      [2, 1],
      [1, 1],
    ],
    alone: [1, 0],
  };
  expect(JSON.parse(out)).toMatchObject({ rules: matrix });
  expect(lists.manifest).toMatchObject({ rules_compared: matrix });
  expect(JSON.parse(lists.text('rules.jsonl').split('\n')[3]!)).toMatchObject({
    contact_id: 'bob',
    why: 'clause',
    lacking_s: 180,
    nearest_clause: 'total>=900s',
  });
});

test('one rule alone cannot be compared, and nothing is written', async () => {
  const run = await runMatch(WORLD, ['--tz', 'UTC', '--compare-rules']);
  expect([run.code, run.err, run.lists.files]).toEqual([2, expect.stringContaining('compare-rules: expected at least two rules, got one'), []]);
});
