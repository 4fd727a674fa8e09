/** The tables beside the lists are the same whether check-ins come from files or from an index on disk. */
import { expect, test } from 'vitest';
import { Lists, matchArgs, runCli, runMatch, type World } from './support/run-cli.js';

const WORLD: World = {
  'checkins.csv':
    'person_id,place_id,time\nada,S1,2022-03-01 08:00\nbob,S1,2022-03-01 08:01\neve,S1,2022-03-01 08:50\nbob,T1,2022-03-01 12:00\nkim,T1,2022-03-01 12:05\nkim,T2,2022-03-02 09:00\nada,T2,2022-03-02 09:04\n',
  'places.csv': 'place_id,district,parent_id\nS1,North,\nT1,South,mall\nT2,,mall\n',
  'cases.csv': 'person_id,case_id\nada,K1\nbob,K2\n',
};
const FLAGS = ['--tz', 'UTC', '--rule', 'who-2020', '--rule', 'any', '--compare-rules', '--split', 'district', '--depth', '2'];

test('rules, codes and the folders of districts are the same bytes through an index', async () => {
  const { folder, lists, code } = await runMatch(WORLD, FLAGS);
  expect([code, lists.files.includes('rules.csv'), lists.files.includes('case_codes.csv')]).toEqual([0, true, true]);
  const index = folder.at('week.cpx');
  expect((await runCli(['index', folder.at('checkins.csv'), '--places', folder.at('places.csv'), '--tz', 'UTC', '-o', index, '--quiet'])).code).toBe(0);
  const args = matchArgs(folder, { 'cases.csv': WORLD['cases.csv']! }, [...FLAGS, '--index', index]);
  const out = folder.at('indexed');
  expect((await runCli(args.map((arg) => (arg === folder.at('lists') ? out : arg)))).code).toBe(0);
  expect(new Lists(out).bytes).toEqual(lists.bytes);
  // And a comparison finds nothing, though one manifest speaks of an index.
  const diff = await runCli(['diff', folder.at('lists'), out, '--exit-code', '--json']);
  expect([diff.code, (JSON.parse(diff.out) as { changes: unknown }).changes]).toEqual([0, []]);
});
