import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvRows } from '../support/csv.js';
import { runCli, type CliRun } from '../support/run-cli.js';

const root = mkdtempSync(join(tmpdir(), 'copresence-transit-'));
const folder = { at: (name: string): string => join(root, name) };
afterAll(() => rmSync(root, { recursive: true }));
const BUS = [
  '--checkins',
  'fixtures/bus-1/checkins.csv',
  '--places',
  'fixtures/bus-1/places.csv',
  '--cases',
  'fixtures/bus-1/cases.csv',
  '--tz',
  'America/Los_Angeles',
];
const FEED = ['--gtfs', 'fixtures/gtfs/trimet-vermont'];
const read = (name: string): Record<string, string>[] => csvRows(readFileSync(join(folder.at('lists'), name), 'utf8'));
const clock = (time: string | undefined): string => time!.slice(11, 19);

describe('riders of one bus, by its timetable', () => {
  let run: CliRun;
  beforeAll(async () => {
    run = await runCli(['match', ...BUS, ...FEED, '--out', folder.at('lists'), '--force']);
  });

  test('the run ends well and says how rides were found', () => {
    expect([run.code, run.err]).toEqual([0, '']);
    expect(run.out).toContain('rides: 6 of 6 boarding scans; ends: run-end 1, chained 4, returned 1');
    expect(run.out).toContain('1 vehicles whose runs were told by their line and the times of their scans');
  });

  // Stop times of trip 7882446 on that day: 11789 17:17:00 · next stop 17:18:09 · 6031 17:21:41, next 17:22:12 · 1051 17:26:09, next 17:26:51 · 197 17:38:15, next 17:38:38 · 7782 17:49:58.
  test('each is with the case from the stop where the later got on to that where the first got off', () => {
    expect(read('episodes.csv').map((row) => [row.contact_id, row.grade, row.run_id, row.from_stop, row.to_stop, Number(row.overlap_likely_s)])).toEqual([
      ['Ben', 'likely', '7882446@20180601', '1051', '197', 720], // 17:26:15 to 17:38:15
      ['Cleo', 'possible', '7882446@20180601', '197', '197', 0],
      ['Eva', 'likely', '7882446@20180601', '6031', '197', 985], // 17:21:50 to 17:38:15
      ['driver-7', 'certain', '7882446@20180601', '11789', '197', 1255], // 17:17:20 to 17:38:15
    ]);
  });

  test('the ends are the next stop, the stop by the office, and the last from which the office could be reached in time', () => {
    const [ben] = read('episodes.csv');
    expect([ben!.case_end_certain, ben!.case_end_likely, ben!.case_end_possible].map(clock)).toEqual(['17:18:09', '17:38:15', '17:38:38']);
    expect([ben!.contact_end_certain, ben!.contact_end_likely].map(clock)).toEqual(['17:26:51', '17:49:58']);
    expect([ben!.case_method, ben!.contact_method]).toEqual(['chained', 'chained']);
  });

  test('a code at the rear door is the same bus; a driver who scanned at 16:00 is aboard on that run, and is one check-in', () => {
    const episodes = read('episodes.csv');
    expect(new Set(episodes.map(({ contact_place_id }) => contact_place_id))).toEqual(new Set(['BUS-3405']));
    expect(episodes.find(({ contact_id }) => contact_id === 'driver-7')).toMatchObject({ contact_method: 'checkout', contact_rows: 'checkins.csv:12' });
    expect(read('disinfection.csv')[0]).toMatchObject({ place_id: 'BUS-3405', check_ins_since: '1' }); // Dan at 17:49
  });

  test('places and disinfection name line and plate', () => {
    for (const name of ['places.csv', 'disinfection.csv']) {
      expect(read(name).map(({ place_id, run_id, line_id, plate }) => [place_id, run_id, line_id, plate])).toEqual([
        ['BUS-3405', '7882446@20180601', '1', 'E 123456'],
        ['office', '', '', ''],
      ]);
    }
  });

  test('the ledger and the manifest have the feed', () => {
    const manifest = JSON.parse(readFileSync(join(folder.at('lists'), 'manifest.json'), 'utf8')) as {
      ledger: { file: string; read: number }[];
      inputs: { name: string; table: string }[];
      rides: object;
    };
    expect(manifest.ledger.find(({ file }) => file === 'trimet-vermont/stop_times.txt')).toMatchObject({ read: 1510 });
    expect(manifest.inputs.at(-1)).toMatchObject({ name: 'trimet-vermont', table: 'gtfs' });
    expect(manifest.rides).toEqual({ scans: 6, rides: 6, ambiguous: expect.any(Number) as number, methods: { chained: 4, returned: 1, 'run-end': 1 } });
  });
});

test('without a timetable the columns are those of the SPEC', async () => {
  await runCli(['match', ...BUS, '--out', folder.at('plain')]);
  const header = readFileSync(join(folder.at('plain'), 'episodes.csv'), 'utf8').split('\n')[0]!;
  expect(header.endsWith('case_rows,contact_rows')).toBe(true);
});

test('runs and their stops written by one command give the same rides to another', async () => {
  const days = ['--from', '2018-05-31', '--to', '2018-06-01'];
  expect((await runCli(['runs', ...FEED, ...days, '-o', folder.at('runs.csv'), '--stops', folder.at('stops.csv')])).code).toBe(0);
  const run = await runCli([
    'match',
    ...BUS,
    '--runs',
    folder.at('runs.csv'),
    '--run-stops',
    folder.at('stops.csv'),
    '--rides',
    '--out',
    folder.at('by-tables'),
  ]);
  expect([run.code, run.err]).toEqual([0, '']);
  for (const name of ['episodes.csv', 'people.csv', 'places.csv', 'disinfection.csv'])
    expect(readFileSync(join(folder.at('by-tables'), name), 'utf8')).toBe(readFileSync(join(folder.at('lists'), name), 'utf8'));
});

test('a feed beside an index on disk is refused, as is a walk of no length', async () => {
  expect((await runCli(['index', 'fixtures/nz-loi/checkins.csv', '--tz', 'Pacific/Auckland', '-o', folder.at('index')])).code).toBe(0);
  const cases = ['--cases', 'fixtures/bus-1/cases.csv', '--out', folder.at('refused')];
  expect(await runCli(['match', '--index', folder.at('index'), ...cases, ...FEED])).toMatchObject({
    code: 2,
    err: expect.stringContaining('rides: expected none beside --index') as string,
  });
  expect(await runCli(['match', ...BUS, ...FEED, '--walk-time', '0s', '--out', folder.at('refused')])).toMatchObject({
    code: 2,
    err: expect.stringContaining('walk-time') as string,
  });
  expect(await runCli(['match', ...BUS, '--gtfs', 'fixtures/bus-1', '--out', folder.at('refused')])).toMatchObject({ code: 3 });
});

test('staff are not taken by an index, which says so', async () => {
  const run = await runCli(['index', 'fixtures/bus-1/checkins.csv', '--tz', 'America/Los_Angeles', '-o', folder.at('no-staff')]);
  expect(run).toMatchObject({ code: 2, err: expect.stringContaining('checkins.csv:12:role E_INDEX_OPTION') as string });
});

test('a bus that was seen late has its riders late: the pings name vehicle, trip and delay', async () => {
  // The run of trip 7882446 four minutes late, seen at five of its stops; the scans are those of its riders, four minutes later too.
  const late = (clock: string): string => `2018-06-01 ${clock}`;
  const pings = [
    ['17:21:00', 45.476138, -122.720279], // 11789 at 17:17:00
    ['17:30:09', 45.472652, -122.694517], // 1051 at 17:26:09
    ['17:36:06', 45.480456, -122.680129], // 189 at 17:32:06
    ['17:42:15', 45.500753, -122.680756], // 197 at 17:38:15
    ['17:53:58', 45.521525, -122.677172], // 7782 at 17:49:58
  ].map(([clock, lat, lon]) => `BUS-9,${late(String(clock))},${lat},${lon},7882446`);
  writeFileSync(folder.at('pings.csv'), `vehicle_id,time,lat,lon,trip_id\n${pings.join('\n')}\n`);
  writeFileSync(
    folder.at('late.csv'),
    [
      'person_id,place_id,time',
      `Ana,BUS-9,${late('17:21:20')}`,
      `Ana,office,${late('17:45:00')}`,
      `Ben,BUS-9,${late('17:30:15')}`,
      `Ben,library,${late('18:02:00')}`,
      '',
    ].join('\n'),
  );
  writeFileSync(folder.at('late-places.csv'), `${readFileSync('fixtures/bus-1/places.csv', 'utf8')}BUS-9,,bus,,,,,\n`);
  const run = await runCli([
    'match',
    '--checkins',
    folder.at('late.csv'),
    '--places',
    folder.at('late-places.csv'),
    '--cases',
    'fixtures/bus-1/cases.csv',
    '--tz',
    'America/Los_Angeles',
    ...FEED,
    '--pings',
    folder.at('pings.csv'),
    '--out',
    folder.at('late-lists'),
  ]);
  expect([run.code, run.err]).toEqual([0, '']);
  const [row] = csvRows(readFileSync(join(folder.at('late-lists'), 'episodes.csv'), 'utf8'));
  expect(row).toMatchObject({ contact_id: 'Ben', place_id: 'BUS-9', run_id: '7882446@20180601', from_stop: '1051', to_stop: '197' });
  // 17:38:15 and four minutes; the contact scanned at 17:30:15.
  expect([row!.start, row!.case_end_likely].map(clock)).toEqual(['17:30:15', '17:42:15']);
  expect(Number(row!.overlap_likely_s)).toBe(720);
});
