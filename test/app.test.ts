/** The match of `app.html` without a browser: what it makes of files is held against what the command line writes. */
import { readFileSync } from 'node:fs';
import { crc32, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { VERSION } from '../src/output/version.js';
import type { TabFile, TabOptions } from '../src/report/tab/messages.js';
import { recognise } from '../src/report/tab/recognise.js';
import { MOST_EPISODES, RefusedRows, matchInTab } from '../src/report/tab/tab-match.js';
import { zipBlob } from '../src/report/tab/zip-blob.js';
import { pageData } from './support/report-data.js';
import { runCli, runMatch, type World } from './support/run-cli.js';
import { tabFiles } from './support/tab.js';
import { TempFolder } from './support/temp-folder.js';
import { unzip } from './support/workbook.js';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const HEAD = 'person_id,place_id,time,check_out\n';
const SMALL: World = {
  'checkins.csv':
    `${HEAD}carl,hall,2022-03-01T08:00:00Z,2022-03-01T10:00:00Z\nana,hall,2022-03-01T09:00:00Z,2022-03-01T10:30:00Z\n` +
    'carl,shop,2022-03-01 11:00:00,2022-03-01 12:00:00\n"=1+1|",shop,2022-03-01 11:30:00,2022-03-01 12:30:00\n',
  'cases.csv': 'person_id,onset_date\ncarl,2022-03-02\n',
  'places.csv': 'place_id,name,lat,lon\nhall,Town Hall,52.5,13.4\nshop,Corner Shop,,\n',
};

/** From the decoder's own table of two-byte characters, turned around. */
function gb18030Encoder(): (text: string) => Uint8Array {
  const decoder = new TextDecoder('gb18030');
  const bytes = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) bytes.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
  return (text) => Uint8Array.from([...text].flatMap((char) => (char < '\u0080' ? [char.charCodeAt(0)] : bytes.get(char)!)));
}

test('the command writes the page that was built, and over nothing but such a page', async () => {
  const folder = new TempFolder();
  const out = folder.at('app.html');
  const said = await runCli(['app', '-o', out]);
  const built = readFileSync(new URL('../dist/report/app.html', import.meta.url));
  expect(said).toEqual({ code: 0, out: `${out} (${Math.ceil(built.length / 1000)} kB): open it in a browser; it needs no network\n`, err: '' });
  expect(readFileSync(out).equals(built)).toBe(true);
  expect(await runCli(['app', '-o', out])).toMatchObject({ code: 2, err: expect.stringContaining('app.html exists') });
  expect(await runCli(['app', '-o', out, '--force', '--quiet'])).toEqual({ code: 0, out: '', err: '' });
  folder.write('mine.html', '<!doctype html>\n');
  expect(await runCli(['app', '-o', folder.at('mine.html'), '--force'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('does not look like an earlier output'),
  });
});

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

test('a simulated city with buses gives the lists of the command line under rules that count in different ways', async () => {
  const city = new TempFolder();
  expect(await runCli(['simulate', '--people', '300', '--days', '3', '--seed', '5', '--cases', '8', '--out', city.at('city'), '--quiet'])).toMatchObject({
    code: 0,
  });
  const world: World = Object.fromEntries(['checkins', 'places', 'runs', 'cases'].map((name) => [`${name}.csv`, readFileSync(city.at(`city/${name}.csv`))]));
  for (const rule of ['us-cdc-2020', 'cn-companion', 'cwa-day'])
    await expectSame(world, { rule, tz: 'Asia/Shanghai', window: 'dated', scope: 'parent', episodes: rule !== 'cwa-day' }, [
      '--window',
      'dated',
      '--scope',
      'parent',
      ...(rule === 'cwa-day' ? ['--no-episodes'] : []),
    ]);
});

test('all lists make one zip file, which gives them back', async () => {
  const texts = new Map([
    ['people.csv', 'rule_id,contact_id\nany,张三\n'],
    ['links.csv', ''],
    ['manifest.json', '{}\n'],
  ]);
  const zip = await zipBlob([...texts].map(([name, text]) => ({ name, blob: new Blob([text]) })));
  const bytes = Buffer.from(await zip.arrayBuffer());
  expect(await unzip(bytes)).toEqual(texts);
  // Checksums stand in the headers of the files and again in the directory.
  const wanted = [...texts.values()].map((text) => crc32(text));
  const found = (signature: string, at: number): number[] =>
    bytes
      .toString('latin1')
      .split(signature)
      .slice(1)
      .map((rest) => Buffer.from(rest, 'latin1').readUInt32LE(at));
  expect(found('PK\u0003\u0004', 10)).toEqual(wanted);
  expect(found('PK\u0001\u0002', 12)).toEqual(wanted);
});

test('what Excel in China writes is told from its bytes, and gzip is unpacked: the lists are those of the same text as UTF-8', async () => {
  const zh = gb18030Encoder();
  const checkins = '人员ID,场所码,扫码时间\r\n张三,老街面馆,2022/3/1 8:00\r\n李四,老街面馆,2022/3/1 8:10\r\n';
  const cases = 'person_id,onset_date\n张三,2022-03-02\n';
  const packed = { 'checkins.csv': gzipSync(zh(checkins)), 'cases.csv': zh(cases) };
  const files = await tabFiles(packed);
  expect(files.map(({ table, encoding }) => `${table} ${encoding}`)).toEqual(['checkins gb18030', 'cases gb18030']);
  await expectSame(packed, { rule: 'any', tz: 'Asia/Shanghai', window: 'all' }, ['--encoding', 'gb18030']);
  const { lists } = await matchInTab(files, { rule: 'any', tz: 'Asia/Shanghai', window: 'all' }, VERSION);
  expect(await lists.find(({ name }) => name === 'people.csv')!.blob.text()).toContain('\nany,李四,');
  const [wide] = await tabFiles({ 'checkins.csv': new Uint8Array(Buffer.from(`\uFEFF${checkins}`, 'utf16le')) });
  expect(wide).toMatchObject({ table: 'checkins', encoding: 'utf-16le' });
});

test('a file is what its header says: the table with the most required columns that are all there', async () => {
  const kindOf = async (header: string) => (await recognise('x.csv', new Blob([`${header}\n`]))).table;
  expect(await kindOf('person_id,place_id,time,end')).toBe('checkins');
  expect(await kindOf('person_id,onset_date')).toBe('cases');
  expect(await kindOf('PLACE_ID;Name')).toBe('places');
  expect(await kindOf('case_id,person_id,place_id,start,end')).toBe('visits');
  expect(await kindOf('车牌号,run_id,start,end')).toBe('runs');
  expect(await kindOf('run_id\tstop_sequence\tarrival\tdeparture')).toBe('run-stops');
  expect(await kindOf('person_id,place_id')).toBe('places'); // check-ins need a time
  expect(await kindOf('case_id,person_id,start,end')).toBe('cases'); // visits need a place
  expect(await kindOf('a,b')).toBe(null);
  expect(await kindOf('')).toBe(null);
  const fault = async (bytes: Uint8Array | string) => (await recognise('x', new Blob([bytes as Uint8Array<ArrayBuffer>]))).fault;
  expect(await fault('PK\u0003\u0004rest')).toContain('expected CSV text, got a ZIP or XLSX file; save the sheet as CSV UTF-8');
  expect(await fault(gzipSync('person_id,place_id,time\n').subarray(0, 20))).toContain('E_GZIP');
  expect(await fault(SMALL['cases.csv']!)).toBe('');
});

test('what cannot be is refused as on the command line, and the rejected rows are at hand', async () => {
  const options = { rule: 'any', tz: 'UTC', window: 'all' } as const;
  const refused = async (world: World, more: object = {}) =>
    matchInTab(await tabFiles(world), { ...options, ...more }, VERSION).then(
      () => 'nothing was refused',
      (error: Error) => error,
    );
  const { 'checkins.csv': checkins, 'cases.csv': cases } = SMALL;
  expect(await refused({ 'cases.csv': cases! })).toMatchObject({ code: 'E_NO_CHECKINS' });
  expect(await refused({ 'checkins.csv': checkins! })).toMatchObject({ code: 'E_NO_CASES' });
  expect(await refused(SMALL, { tz: 'Mars/Base' })).toMatchObject({ code: 'E_ZONE' });
  expect(await refused(SMALL, { scope: 'near:x' })).toMatchObject({ code: 'E_SCOPE' });
  const bad = { ...SMALL, 'checkins.csv': `${String(checkins)}ben,shop,yesterday,\n` };
  const error = await refused(bad);
  expect(error).toBeInstanceOf(RefusedRows);
  const run = await runMatch(bad);
  const { rejects } = error as RefusedRows;
  expect({ rows: rejects.rows, text: await rejects.blob.text() }).toEqual({ rows: 1, text: run.lists.text('rejects.csv') });
  expect(run.err).toContain((error as Error).message);
});
