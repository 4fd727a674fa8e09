/** The match of `app.html` without a browser: what it makes of files is held against what the command line writes. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { VERSION } from '../src/output/version.js';
import type { TabFile, TabOptions } from '../src/report/tab/messages.js';
import { recognise } from '../src/report/tab/recognise.js';
import { MOST_EPISODES, RefusedRows, matchInTab } from '../src/report/tab/tab-match.js';
import { pageData } from './support/report-data.js';
import { runCli, runMatch, type World } from './support/run-cli.js';
import { tabFiles } from './support/tab.js';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const HEAD = 'person_id,place_id,time,check_out\n';
const SMALL: World = {
  'checkins.csv':
    `${HEAD}carl,hall,2022-03-01T08:00:00Z,2022-03-01T10:00:00Z\nana,hall,2022-03-01T09:00:00Z,2022-03-01T10:30:00Z\n` +
    'carl,shop,2022-03-01 11:00:00,2022-03-01 12:00:00\n"=1+1|",shop,2022-03-01 11:30:00,2022-03-01 12:30:00\n',
  'cases.csv': 'person_id,onset_date\ncarl,2022-03-02\n',
  'places.csv': 'place_id,name,lat,lon\nhall,Town Hall,52.5,13.4\nshop,Corner Shop,,\n',
};

/** Matches in the tab and on the command line, and demands the same files, the same manifest, and the same page as the report's. */
async function expectSame(world: World, options: TabOptions, flags: readonly string[], files?: readonly TabFile[]): Promise<void> {
  const answer = await matchInTab(files ?? (await tabFiles(world)), options, VERSION);
  const run = await runMatch(world, ['--rule', options.rule, '--tz', options.tz, '--max-episodes', String(MOST_EPISODES), ...flags]);
  expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
  const names = answer.lists.map(({ name }) => name).sort();
  expect(names).toEqual(run.lists.files);
  for (const { name, blob } of answer.lists) {
    const [own, written] = [await blob.text(), run.lists.text(name)];
    expect({ name, text: own }).toEqual({ name, text: written });
  }
  const out = run.folder.at('report.html');
  const inputs = ['places', 'cases'].flatMap((table) => (`${table}.csv` in world ? [`--${table}`, run.folder.at(`${table}.csv`)] : []));
  expect((await runCli(['report', run.lists.path, '-o', out, ...inputs])).code).toBe(0);
  const page = pageData(readFileSync(out, 'utf8'));
  const asSent = JSON.parse(JSON.stringify(answer.page)) as typeof page;
  // A tab knows that there were no places and no dates; a report says how to add them.
  expect({ ...asSent, points: page.points && asSent.points, curve: null }).toEqual({ ...page, curve: null });
}

test('a small world gives the files of the command line, byte for byte, and the page of its report', async () => {
  await expectSame(SMALL, { rule: 'any', tz: 'Europe/Berlin', window: 'all' }, []);
  await expectSame(SMALL, { rule: 'who-2020', tz: 'Asia/Shanghai', window: 'dated', scope: 'near:100' }, ['--window', 'dated', '--scope', 'near:100']);
});

test('the venues of Auckland, with headers of their own, give the lists of the command line', async () => {
  const world: World = {
    'checkins.csv': fixture('nz-loi/checkins.csv'),
    'places.csv': fixture('nz-loi/places.csv'),
    'visits.csv': fixture('nz-loi/locations-of-interest.csv'),
  };
  const mappings = ['visits.case_id=id', 'visits.place_id=Location', 'visits.start=Start', 'visits.end=End'];
  const files = await Promise.all(
    Object.entries(world).map(async ([name, bytes]) => {
      const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
      const { table, encoding } = await recognise(name, blob);
      return { name, blob, encoding, table: table ?? ('visits' as const), mappings: table ? [] : mappings };
    }),
  );
  expect(files.map(({ table }) => table)).toEqual(['checkins', 'places', 'visits']);
  const pattern = 'dd/MM/yyyy, h:mm a';
  await expectSame(
    world,
    { rule: 'nz-2020', tz: 'Pacific/Auckland', window: 'all', maxRejects: '1', timeFormats: [pattern] },
    [...mappings.flatMap((mapping) => ['--map', mapping]), '--max-rejects', '1', '--time-format', pattern],
    files,
  );
});
