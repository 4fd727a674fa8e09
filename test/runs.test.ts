/** `copresence runs`: what it writes, and that match and validate read it. */
import { cpSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SMALL_FEED } from '../src/testing/small-feed.js';
import { zipOf } from '../src/testing/zip.js';
import { csvRows } from './support/csv.js';
import { runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

const fixture = (name: string): string => new URL(`../fixtures/gtfs/${name}`, import.meta.url).pathname;
const at = (iso: string): number => new Date(iso).getTime() / 1000;
const smallZip = (changes: Readonly<Record<string, string>> = {}): Buffer =>
  zipOf(Object.entries({ ...SMALL_FEED, ...changes }).map(([name, content]) => ({ name: `${name}.txt`, content })));

describe('copresence runs', () => {
  test('writes the runs of a timetable and their stops, for their owner alone', async () => {
    const folder = new TempFolder();
    const [out, stops] = [folder.at('runs.csv'), folder.at('stops.csv')];
    const run = await runCli(['runs', '--gtfs', fixture('caltrain-2017'), '--from', '2018-01-06', '--to', '20180106', '-o', out, '--stops', stops]);
    expect(run).toMatchObject({ code: 0, out: '' });
    expect(run.err).toContain('1 service days 2018-01-06 to 20180106 (America/Los_Angeles); 50 of 188 trips run\n50 runs in ');
    for (const file of [out, stops]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path).sort()).toEqual(['runs.csv', 'stops.csv']);
    const trip = '6512136-CT-17JUL-Caltrain-Saturday-03';
    // Row of stop_times: 24:12:00 at 70011, the last of 24.
    expect(csvRows(readFileSync(out, 'utf8')).find(({ run_id }) => run_id === `${trip}@20180106`)).toMatchObject({
      vehicle_id: trip,
      end: '2018-01-07T00:12:00-08:00',
      line_id: 'Lo-129',
    });
    const calls = csvRows(readFileSync(stops, 'utf8')).filter(({ run_id }) => run_id === `${trip}@20180106`);
    expect([calls.length, calls.at(-1)]).toEqual([
      24,
      {
        run_id: `${trip}@20180106`,
        stop_sequence: '24',
        arrival: '2018-01-07T00:12:00-08:00',
        departure: '2018-01-07T00:12:00-08:00',
        stop_id: '70011',
        lat: '37.77639',
        lon: '-122.394992',
      },
    ]);
  });

  test('gives times as seconds since 1970, or in a zone of choice: the same instants', async () => {
    const folder = new TempFolder();
    const rows = async (...flags: readonly string[]): Promise<Record<string, string>[]> => {
      const out = folder.at(`${flags.length}${flags.at(-1)}.csv`.replaceAll('/', '-'));
      expect(await runCli(['runs', '--gtfs', fixture('berlin-sample'), '--from', '2019-03-30', '--to', '2019-03-30', '-o', out, '--quiet', ...flags])).toEqual({
        code: 0,
        out: '',
        err: '',
      });
      return csvRows(readFileSync(out, 'utf8'));
    };
    const found = await Promise.all([rows(), rows('--epoch'), rows('--tz', 'Asia/Tokyo')]);
    const night = found.map((each) => each.find(({ run_id }) => run_id === 'during-dst-1@20190330')!);
    // 25:55 of the 30th is 1:55 of the 31st; 26:05 is 3:05, since clocks go from 2:00 to 3:00.
    expect(night.map(({ start, end }) => [start, end])).toEqual([
      ['2019-03-31T01:55:00+01:00', '2019-03-31T03:05:00+02:00'],
      ['1553993700', '1553994300'],
      ['2019-03-31T09:55:00+09:00', '2019-03-31T10:05:00+09:00'],
    ]);
    for (const [i, row] of found[0]!.entries())
      expect([at(row['start']!), at(found[2]![i]!['start']!)]).toEqual([Number(found[1]![i]!['start']), Number(found[1]![i]!['start'])]);
  });

  test.each(['--epoch', ''])('writes what match and validate read without a reject %s', async (flag) => {
    for (const [feed, from, to, vehicle, time] of [
      ['trimet-vermont', '2018-03-09', '2018-03-12', '101', '2018-03-12T06:50:00-07:00'],
      ['sao-paulo.zip', '2019-10-05', '2019-10-05', 'CPTM L07-0@04:12:00', '2019-10-05T04:20:00-03:00'],
    ] as const) {
      const folder = new TempFolder();
      const [out, stops, lists] = [folder.at('runs.csv'), folder.at('stops.csv'), folder.at('lists')];
      const made = await runCli(['runs', '--gtfs', fixture(feed), '--from', from, '--to', to, '-o', out, '--stops', stops, '--json', ...(flag ? [flag] : [])]);
      const report = JSON.parse(made.out) as { runs: number; run_stops: number; outputs: { name: string; rows: number }[] };
      expect(report.outputs).toMatchObject([
        { name: 'runs.csv', rows: report.runs },
        { name: 'stops.csv', rows: report.run_stops },
      ]);
      const checkins = folder.write(
        'scans.csv',
        `person_id,place_id,time\ncase,${vehicle},${time}\nother,${vehicle},${time.replace(':20:', ':22:').replace(':50:', ':51:')}\n`,
      );
      const cases = folder.write('cases.csv', 'person_id,infectious_from,infectious_to\ncase,2018-01-01T00:00:00Z,2020-01-01T00:00:00Z\n');
      const places = folder.write('places.csv', `place_id,kind,category\n${vehicle},vehicle,bus\n`);
      const match = await runCli([
        'match',
        '--checkins',
        checkins,
        '--places',
        places,
        '--cases',
        cases,
        '--runs',
        out,
        '--run-stops',
        stops,
        '--out',
        lists,
        '--quiet',
      ]);
      expect(match).toMatchObject({ code: 0, err: '' });
      const { ledger } = JSON.parse(readFileSync(folder.at('lists', 'manifest.json'), 'utf8')) as {
        ledger: { file: string; accepted: number; rejected: number }[];
      };
      expect(ledger.filter(({ file }) => file === 'runs.csv' || file === 'stops.csv')).toMatchObject([
        { accepted: report.runs, rejected: 0 },
        { accepted: report.run_stops, rejected: 0 },
      ]);
      const [episode] = csvRows(readFileSync(folder.at('lists', 'episodes.csv'), 'utf8'));
      expect(episode).toMatchObject({ contact_id: 'other', place_id: vehicle });
      expect(episode!['run_id']).toMatch(feed === 'trimet-vermont' ? /^7882421@20180312$/ : /^CPTM L07-0@20191005@04:12:00$/);
      for (const [table, file] of [
        ['runs', out],
        ['run-stops', stops],
      ] as const) {
        const valid = await runCli(['validate', '--as', table, file, '--json']);
        expect([valid.code, (JSON.parse(valid.out) as { faults: unknown[] }).faults]).toEqual([0, []]);
      }
    }
  });

  test('tells of days without a run, and what the feed covers', async () => {
    const folder = new TempFolder();
    const { code, err } = await runCli(['runs', '--gtfs', fixture('israel-2126'), '--from', '2018-04-23', '--to', '2018-04-30', '-o', folder.at('runs.csv')]);
    expect([code, err]).toEqual([0, expect.stringContaining('note: 6 of 8 days have no run: the feed has services from 2018-02-23 to 2018-04-24\n')]);
  });

  test('ids that a spreadsheet takes for formulas are neutralised, but with --raw', async () => {
    const folder = new TempFolder();
    const feed = folder.write('feed.zip', smallZip({ trips: 'route_id,service_id,trip_id,block_id\nR,work,T,=7\n' }));
    const vehicle = async (...flags: readonly string[]): Promise<string | undefined> => {
      await runCli(['runs', '--gtfs', feed, '--from', '2022-03-01', '--to', '2022-03-01', '-o', folder.at('runs.csv'), '--force', ...flags]);
      return csvRows(readFileSync(folder.at('runs.csv'), 'utf8'))[0]?.['vehicle_id'];
    };
    expect([await vehicle(), await vehicle('--raw')]).toEqual(["'=7", '=7']);
  });
});

describe('copresence runs refuses', () => {
  const run = async (folder: TempFolder, ...flags: readonly string[]): Promise<{ code: number; err: string; files: string[] }> => {
    const args = [
      'runs',
      '--gtfs',
      fixture('israel-2126'),
      '--from',
      '2018-03-01',
      '--to',
      '2018-03-02',
      '-o',
      folder.at('runs.csv'),
      '--stops',
      folder.at('stops.csv'),
    ];
    const { code, err } = await runCli([...args, ...flags]);
    return { code, err, files: readdirSync(folder.path).sort() };
  };

  test('days that are none, in the wrong order, or out of range', async () => {
    for (const [flags, message] of [
      [['--from', '2018-02-30'], "from: expected a date from 2002-01-01 to 2099-09-30, such as 2022-03-01, got '2018-02-30'"],
      [['--to', 'today'], 'to: expected a date'],
      [['--to', '2018-02-28'], 'to: expected a day at or after --from 2018-03-01, got 2018-02-28'],
      [['--from', '1999-01-01'], 'from: expected a date'],
      [['--tz', 'CST'], 'tz: expected an IANA zone'],
      [['--stops', ''], 'stops: expected a file'],
    ] as const) {
      expect(await run(new TempFolder(), ...flags)).toMatchObject({ code: 2, err: expect.stringContaining(message), files: [] });
    }
  });

  test('a feed that is missing, or no feed', async () => {
    const folder = new TempFolder();
    expect(await run(folder, '--gtfs', folder.at('none.zip'))).toMatchObject({
      code: 3,
      err: expect.stringContaining('none.zip E_READ expected a timetable feed'),
      files: [],
    });
    const text = folder.write('text.zip', 'hello');
    expect(await run(folder, '--gtfs', text)).toMatchObject({
      code: 3,
      err: expect.stringContaining('text.zip E_FEED expected a timetable feed'),
      files: ['text.zip'],
    });
  });

  test('files that are there, without --force, and files that are not its own or are read, with it', async () => {
    const folder = new TempFolder();
    await run(folder);
    const before = readFileSync(folder.at('stops.csv'), 'utf8');
    expect(await run(folder)).toMatchObject({ code: 2, err: expect.stringContaining('runs.csv exists; choose another file or give --force') });
    expect(await run(folder, '--force', '--to', '2018-03-04')).toMatchObject({ code: 0, files: ['runs.csv', 'stops.csv'] });
    expect(readFileSync(folder.at('stops.csv'), 'utf8')).not.toBe(before);
    folder.write('stops.csv', 'stop,notes\n');
    expect(await run(folder, '--force')).toMatchObject({
      code: 2,
      err: expect.stringContaining('stops: stops.csv exists and does not look like an earlier output'),
    });
    cpSync(fixture('israel-2126'), folder.at('feed'), { recursive: true });
    expect(await run(new TempFolder(), '--force', '--gtfs', folder.at('feed'), '--stops', folder.at('feed', 'stops.txt'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('stops: stops.txt is also an input'),
    });
    expect(await run(new TempFolder(), '--stops', folder.at('one.csv'), '-o', folder.at('one.csv'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('got one name twice'),
    });
  });

  test('a feed with too many rejected rows, which it keeps', async () => {
    const folder = new TempFolder();
    const feed = folder.write('feed.zip', smallZip({ stop_times: `${SMALL_FEED['stop_times']}T,8:20:00,8:20:00,Z,3\n` }));
    const flags = ['--gtfs', feed, '--from', '2022-03-01', '--to', '2022-03-02', '--rejects', folder.at('rejects.csv')];
    const refused = await run(folder, ...flags);
    expect(refused).toMatchObject({ code: 3, files: ['feed.zip', 'rejects.csv'] });
    expect(refused.err).toContain(
      'feed.zip/stop_times.txt E_REJECTS expected at most 0.1% rejected rows, got 1 of 3; mend the rows, or raise --max-rejects if they may be left out. The first:\n  feed.zip/stop_times.txt:4:stop_id E_REFERENCE expected a stop of stops.txt',
    );
    expect(csvRows(readFileSync(folder.at('rejects.csv'), 'utf8'))).toMatchObject([
      { file: 'feed.zip/stop_times.txt', line: '4', column: 'stop_id', raw: 'T,8:20:00,8:20:00,Z,3' },
    ]);
    const taken = await run(folder, ...flags, '--force', '--max-rejects', '1');
    expect(taken).toMatchObject({ code: 0, files: ['feed.zip', 'rejects.csv', 'runs.csv', 'stops.csv'] });
    expect(taken.err).toContain('1 rejected rows, reasons in ');
  });

  test('to leave half a work: an interrupt and a feed that is damaged late leave no file', async () => {
    const folder = new TempFolder();
    const abort = new AbortController();
    abort.abort('SIGINT');
    const args = ['runs', '--gtfs', fixture('israel-2126'), '--from', '2018-03-01', '--to', '2018-03-02', '-o', folder.at('runs.csv')];
    expect(await runCli(args, { signal: abort.signal })).toMatchObject({ code: 130 });
    const feed = folder.write(
      'feed.zip',
      zipOf(Object.entries(SMALL_FEED).map(([name, content]) => ({ name: `${name}.txt`, content, ...(name === 'stop_times' && { crc: 1 }) }))),
    );
    expect(await run(folder, '--gtfs', feed)).toMatchObject({ code: 3, err: expect.stringContaining('feed.zip/stop_times.txt E_ZIP'), files: ['feed.zip'] });
  });
});
