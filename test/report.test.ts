/** `copresence report`: the page of a run, from the command line to the bytes. */
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { column, pageData } from './support/report-data.js';
import { runCli, runMatch, type MatchRun, type World } from './support/run-cli.js';

const HEAD = 'person_id,place_id,time,check_out\n';
const CASES = 'person_id,onset_date\ncarl,2022-03-02\n';
/** Carl is at the hall from 8 to 10 and at the shop from 11 to 12; Ana is an hour with him in the hall, Ben half an hour in the shop. */
const SMALL: World = {
  'checkins.csv':
    `${HEAD}carl,hall,2022-03-01T08:00:00Z,2022-03-01T10:00:00Z\nana,hall,2022-03-01T09:00:00Z,2022-03-01T10:30:00Z\n` +
    'carl,shop,2022-03-01T11:00:00Z,2022-03-01T12:00:00Z\nben,shop,2022-03-01T11:30:00Z,2022-03-01T12:30:00Z\n',
  'cases.csv': CASES,
  'places.csv': 'place_id,name,lat,lon\nhall,Town Hall,52.5,13.4\nshop,Corner Shop,,\n',
};

/** Twelve people with carl in the hall, one alone with him in his flat. */
const CROWD: World = {
  'checkins.csv':
    `${HEAD}carl,hall,2022-03-01T08:00:00Z,2022-03-01T10:00:00Z\n` +
    Array.from({ length: 12 }, (_, i) => `person-${i + 10},hall,2022-03-01T09:00:00Z,2022-03-01T09:${i + 10}:00Z\n`).join('') +
    'carl,flat-7,2022-03-01T11:00:00Z,2022-03-01T12:00:00Z\nlover,flat-7,2022-03-01T11:30:00Z,2022-03-01T12:30:00Z\n',
  'cases.csv': CASES,
};

async function reportOf(run: MatchRun, flags: readonly string[] = []) {
  const out = run.folder.at('report.html');
  const said = await runCli(['report', run.lists.path, '-o', out, '--force', ...flags]);
  return { ...said, html: said.code === 0 ? readFileSync(out, 'utf8') : '', out };
}

test('a page holds every row of the lists with its values, and says where each place is', async () => {
  const run = await runMatch(SMALL);
  const { code, err, html, out } = await reportOf(run, ['--places', run.folder.at('places.csv'), '--cases', run.folder.at('cases.csv')]);
  expect({ code, err, mode: statSync(out).mode & 0o777 }).toEqual({ code: 0, err: '', mode: 0o600 });
  const data = pageData(html);
  expect(column(data, 'people', 'contact_id')).toEqual(['ana', 'ben']);
  expect(column(data, 'people', 'total_likely_s')).toEqual([3600, 1800]);
  expect(column(data, 'episodes', 'place_name')).toEqual(['Town Hall', 'Corner Shop']);
  expect(column(data, 'episodes', 'start')).toEqual(['2022-03-01T09:00:00.000Z', '2022-03-01T11:30:00.000Z']);
  expect(column(data, 'episodes', 'case_rows')).toEqual(['checkins.csv:2', 'checkins.csv:4']);
  expect(column(data, 'disinfection', 'to')).toEqual(['2022-03-01T10:00:00.000Z', '2022-03-01T12:00:00.000Z']);
  expect(data.points).toEqual([{ place_id: 'hall', lat: 52.5, lon: 13.4 }]);
  expect(data.curve).toEqual({
    any: [
      { date: '2022-03-01', certain: 2, likely: 0, possible: 0, cases: 0 },
      { date: '2022-03-02', certain: 0, likely: 0, possible: 0, cases: 1 },
    ],
  });
  expect(data.run.inputs.map(({ name, sha256 }) => [name, sha256])).toContainEqual(['cases.csv', createHash('sha256').update(CASES).digest('hex')]);
});

test('the same lists give the same bytes, and JSON Lines the same rows as CSV', async () => {
  const run = await runMatch(SMALL);
  const first = await reportOf(run);
  expect((await reportOf(run)).html).toBe(first.html);
  const lines = await runMatch(SMALL, ['--tz', 'UTC', '--format', 'jsonl']);
  expect(pageData((await reportOf(lines)).html).lists).toEqual(pageData(first.html).lists);
});

test('nothing may be loaded, only its own script and style may run, and both stay below 300 kB', async () => {
  const { html } = await reportOf(await runMatch(SMALL));
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
  const script = /<script>([\s\S]*)<\/script>\n<\/body>/.exec(html)![1]!;
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(policy).toBe(`default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`);
  expect(Buffer.byteLength(script) + Buffer.byteLength(style)).toBeLessThan(300_000);
  expect(html).not.toMatch(/\s(?:src|href)="/);
  expect(script).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|\beval\(/);
});

test('what does not fit is left out by the least sure, and said', async () => {
  const run = await runMatch(SMALL);
  const { html, err } = await reportOf(run, ['--max-rows', '1']);
  const data = pageData(html);
  expect(err).toContain('note: the page holds 1 of the 2 rows of people, the surest');
  expect(column(data, 'people', 'contact_id')).toEqual(['ana']); // an hour, Ben half of it
  expect(data.lists.people).toMatchObject({ count: 1, total: 2, withheld: 0 });
});

test('a list that was changed after the run is told of', async () => {
  const run = await runMatch(SMALL);
  appendFileSync(`${run.lists.path}/links.csv`, '\n');
  const { html, err } = await reportOf(run);
  expect(err).toBe('note: links.csv is not as the run wrote it; the page says so too\n');
  expect(pageData(html).run.changed).toEqual(['links.csv']);
});

test('a redacted page holds no id, no small place, no line of a file and no time of a person', async () => {
  const run = await runMatch(CROWD);
  const { html } = await reportOf(run, ['--redact', '--cases', run.folder.at('cases.csv')]);
  const data = pageData(html);
  const all = JSON.stringify(data);
  for (const word of ['carl', 'lover', 'person-', 'flat', 'checkins.csv']) expect(all).not.toContain(word);
  expect(all).not.toMatch(/[0-9a-f]{64}/);
  expect(column(data, 'people', 'contact_id')).toHaveLength(13);
  expect(new Set(column(data, 'people', 'first_start'))).toEqual(new Set(['']));
  expect(new Set(column(data, 'episodes', 'place_id'))).toEqual(new Set(['hall']));
  expect(data.lists.episodes).toMatchObject({ count: 12, total: 13, withheld: 1 });
  expect(data.lists.places).toMatchObject({ count: 1, total: 2, withheld: 1 });
  expect(data.curve['any']!.map(({ certain, cases }) => [certain, cases])).toEqual([
    [13, 0],
    [0, -2],
  ]);
  // In the order of time together, not of ids: the pseudonym of a row says nothing of its place in the list.
  expect(column(data, 'people', 'total_likely_s')).toEqual([1800, ...Array.from({ length: 12 }, (_, i) => (21 - i) * 60)]);
});

test("with the incident's key the same person has the same pseudonym in every page", async () => {
  const run = await runMatch(CROWD);
  writeFileSync(run.folder.at('key'), Buffer.from(Array.from({ length: 32 }, (_, i) => i)), { mode: 0o600 });
  const first = await reportOf(run, ['--redact', '--key-file', run.folder.at('key')]);
  expect((await reportOf(run, ['--redact', '--key-file', run.folder.at('key')])).html).toBe(first.html);
  expect(column(pageData(first.html), 'people', 'contact_id')[0]).toMatch(/^P-[a-z2-7]{26}$/);
  expect(pageData(first.html).keyId).toMatch(/^[0-9a-f]{16}$/);
});

test('the stops of runs that a case rode are on the page in their order, once for all runs that have the same', async () => {
  const stop = (run: string, sequence: number, id: string, where: string): string =>
    `${run},${sequence},2022-03-01T08:0${sequence}:00Z,2022-03-01T08:0${sequence}:00Z,${id},${where}\n`;
  const run = await runMatch({
    'checkins.csv':
      'person_id,place_id,time,run_id\ncarl,bus,2022-03-01T08:00:00Z,r1\nana,bus,2022-03-01T08:01:00Z,r1\ncarl,bus,2022-03-01T12:00:00Z,r2\nben,bus,2022-03-01T12:01:00Z,r2\n',
    'places.csv': 'place_id,category\nbus,bus\n',
    'cases.csv': CASES,
  });
  const stops = run.folder.write(
    'stops.csv',
    `run_id,stop_sequence,arrival,departure,stop_id,lat,lon\n${stop('r1', 2, 'B', '52.5000049,13.41')}${stop('r1', 1, 'A', '52.51,13.4')}${stop('r1', 3, 'C', ',')}` +
      `${stop('other', 1, 'A', '1,1')}${stop('other', 2, 'B', '2,2')}${stop('r2', 1, 'A', '52.51,13.4')}${stop('r2', 2, 'B', '52.5,13.41')}`,
  );
  const { code, html } = await reportOf(run, ['--run-stops', stops]);
  expect(code).toBe(0);
  expect(pageData(html).rides).toEqual({
    ways: [
      {
        stops: ['A', 'B'],
        path: [
          [13.4, 52.51],
          [13.41, 52.5],
        ],
      },
    ],
    runs: [
      ['r1', 0],
      ['r2', 0],
    ],
  });
  expect(pageData((await reportOf(run)).html).rides).toBe(null);
});

test('what cannot be is refused with what to do', async () => {
  const run = await runMatch(SMALL);
  const out = run.folder.at('page.html');
  const refused = async (...args: string[]) => {
    const { code, err } = await runCli(['report', ...args]);
    return `${code} ${err}`;
  };
  expect(await refused(run.folder.at('none'), '-o', out)).toContain('run copresence match');
  expect(await refused(run.lists.path, '-o', out, '--lang', 'fr')).toContain('2 copresence: lang: expected en or zh');
  expect(await refused(run.lists.path, '-o', out, '--key-file', out)).toContain('expected --redact');
  expect(await refused(run.lists.path, '-o', out, '--basemap', run.folder.at('cases.csv'))).toContain('expected a file of GeoJSON');
  expect(await refused(run.lists.path, '-o', run.folder.at('lists/people.csv'), '--force')).toContain('is also an input');
  writeFileSync(out, 'mine');
  expect(await refused(run.lists.path, '-o', out)).toContain('exists');
  expect(await refused(run.lists.path, '-o', out, '--force')).toContain('does not look like an earlier output');
});

test('on a terminal the summary of a match draws when people met at the busiest places, elsewhere not', async () => {
  // Ana is there in the second of two hours, Ben in the second of one: parts 13 to 24 of 24.
  const drawn = await runMatch(SMALL, ['--tz', 'UTC'], { isTerminal: true });
  expect(drawn.out).toContain('meetings, first to last case');
  expect(drawn.out.match(/·{12}█{12}/g)).toHaveLength(2);
  const piped = await runMatch(SMALL, ['--tz', 'UTC'], { isTerminal: true, isOutTerminal: false });
  expect(piped.out).not.toContain('█');
  expect((await runMatch(SMALL, ['--tz', 'UTC', '--no-episodes'], { isTerminal: true })).out).not.toContain('█');
});
