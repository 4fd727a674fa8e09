import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { csvRows } from './support/csv.js';
import { runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

const CALTRAIN = new URL('../fixtures/gtfs/caltrain-2017', import.meta.url).pathname;
const FILES = ['cases.csv', 'checkins.csv', 'manifest.json', 'places.csv', 'rides_truth.csv', 'run_stops.csv', 'runs.csv'];
const simulate = (...more: readonly string[]) => runCli(['simulate', '--gtfs', CALTRAIN, ...more]);
const days = ['--start', '2017-08-14', '--days', '2', '--riders', '200'];

describe('copresence simulate --gtfs', () => {
  test('writes riders of a timetable, and the command that it names matches them without a reject', async () => {
    const folder = new TempFolder();
    const run = await simulate(...days, '--out', folder.at('riders'));
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(folder.at('riders')).sort()).toEqual(FILES);
    const rides = csvRows(readFileSync(folder.at('riders', 'rides_truth.csv'), 'utf8'));
    expect(rides.length).toBeGreaterThan(400);
    const manifest = JSON.parse(readFileSync(folder.at('riders', 'manifest.json'), 'utf8')) as { options: object; outputs: { name: string; rows: number }[] };
    expect(manifest.options).toMatchObject({ riders: 200, days: 2, startDate: '2017-08-14', tz: 'America/Los_Angeles', seed: 1, missedBoarding: 0.05 });
    expect(manifest.outputs.find(({ name }) => name === 'rides_truth.csv')!.rows).toBe(rides.length);

    const command = /copresence (match .*)/.exec(run.out)![1]!;
    const match = await runCli(command.replace('--out lists', `--out ${folder.at('lists')}`).split(' '));
    expect(match).toMatchObject({ code: 0, err: '' });
    const { ledger } = JSON.parse(readFileSync(folder.at('lists', 'manifest.json'), 'utf8')) as { ledger: { rejected: number }[] };
    expect(ledger.every(({ rejected }) => rejected === 0)).toBe(true);
  });

  test('gives the same bytes again, and replaces them with --force alone', async () => {
    const folder = new TempFolder();
    const args = [...days, '--quiet', '--out', folder.at('riders')];
    await simulate(...args);
    const once = FILES.map((name) => readFileSync(folder.at('riders', name), 'utf8'));
    expect(await simulate(...args)).toMatchObject({ code: 2, out: '' });
    expect(await simulate(...args, '--force')).toMatchObject({ code: 0, out: '', err: '' });
    expect(FILES.map((name) => readFileSync(folder.at('riders', name), 'utf8'))).toEqual(once);
  });

  test.each([
    [['--rows', '5'], "'--rows' does not go with --gtfs"],
    [['--check-out', '5%'], "'--check-out' does not go with --gtfs"],
    [['--days', '2'], 'start: expected the first service day'],
    [['--start', '2017-02-30'], 'start: expected a date'],
    [['--start', '1999-03-01'], 'got none on these days'],
    [['--start', '2017-08-14', '--days', '0'], 'days: expected a whole number'],
    [['--start', '2017-08-14', '--asleep', '300%'], 'asleep: expected a share'],
  ])('refuses %j', async (flags, message) => {
    const folder = new TempFolder();
    const run = await simulate(...flags, '--out', folder.at('riders'));
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain(message);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('refuses flags of riders without a timetable', async () => {
    const run = await runCli(['simulate', '--riders', '5', '--out', new TempFolder().at('riders')]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain("'--riders' goes with --gtfs");
  });
});
