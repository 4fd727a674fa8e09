import { readFileSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { start } from './support/child.js';
import { csvRows } from './support/csv.js';
import { runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

const FILES = ['cases.csv', 'checkins.csv', 'manifest.json', 'places.csv', 'runs.csv', 'truth.csv'];

describe('copresence simulate', () => {
  test('writes a city that only its owner can read, and match reads it without a reject', async () => {
    const folder = new TempFolder();
    const city = folder.at('city');
    const run = await runCli(['simulate', '--rows', '3000', '--seed', '9', '--out', city]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(city).sort()).toEqual(FILES);
    for (const name of FILES) expect(statSync(`${city}/${name}`).mode & 0o777).toBe(0o600);
    expect(csvRows(readFileSync(`${city}/checkins.csv`, 'utf8')).length).toBe(3000);
    expect(run.out).toContain('3,000 check-ins of ');

    const command = /copresence (match .*)/.exec(run.out)![1]!;
    const match = await runCli(command.replace('--out lists', `--out ${folder.at('lists')}`).split(' '));
    expect(match).toMatchObject({ code: 0, err: '' });
    const { ledger, counts } = JSON.parse(readFileSync(folder.at('lists', 'manifest.json'), 'utf8')) as {
      ledger: { rejected: number }[];
      counts: { people: number }[];
    };
    expect(ledger.map(({ rejected }) => rejected)).toEqual([0, 0, 0, 0]);
    expect(counts[0]!.people).toBeGreaterThan(0);
  });

  test('the manifest says how the city was made', async () => {
    const folder = new TempFolder();
    await runCli([
      'simulate',
      '--people',
      '200',
      '--days',
      '2',
      '--start',
      '2021-12-31',
      '--tz',
      'UTC',
      '--missed',
      '10%',
      '--check-out',
      '0.5',
      '--cases',
      '3',
      '--out',
      folder.at('city'),
    ]);
    const manifest = JSON.parse(readFileSync(folder.at('city', 'manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      tool: 'copresence',
      command: 'simulate',
      options: { rows: null, people: 200, days: 2, startDate: '2021-12-31', tz: 'UTC', missed: 0.1, checkOut: 0.5, cases: 3, seed: 1 },
      outputs: ['checkins', 'places', 'runs', 'cases', 'truth'].map((name) => ({ name: `${name}.csv` })),
    });
  });

  test('replaces an earlier city with --force alone, with the same bytes for the same seed', async () => {
    const folder = new TempFolder();
    const args = ['simulate', '--rows', '500', '--out', folder.at('city')];
    await runCli(args);
    const before = readFileSync(folder.at('city', 'checkins.csv'));
    expect(await runCli(args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--force') as string });
    expect(await runCli([...args, '--force', '--quiet'])).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(folder.at('city', 'checkins.csv'))).toEqual(before);
    expect(readdirSync(folder.at('city')).sort()).toEqual(FILES);
  });

  test('never replaces a file that is not of an earlier run', async () => {
    const folder = new TempFolder();
    folder.write('places.csv', 'mine');
    expect(await runCli(['simulate', '--rows', '500', '--force', '--out', folder.path])).toMatchObject({ code: 2 });
    expect(readdirSync(folder.path)).toEqual(['places.csv']);
    expect(readFileSync(folder.at('places.csv'), 'utf8')).toBe('mine');
  });

  test('leaves nothing behind when it is interrupted', async () => {
    const folder = new TempFolder();
    const abort = new AbortController();
    abort.abort('SIGINT');
    expect(await runCli(['simulate', '--rows', '500', '--out', folder.at('city')], { signal: abort.signal })).toMatchObject({ code: 130, out: '' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.each([
    [['--rows', '500', '--people', '5']],
    [[]],
    [['--rows', 'many']],
    [['--rows', '500', '--missed', 'few']],
    [['--rows', '500', '--start', 'tomorrow']],
    [['--rows', '500', '--check-ins', 'file.csv']],
  ])('usage errors exit with 2: %j', async (flags) => {
    const folder = new TempFolder();
    expect(await runCli(['simulate', ...flags, '--out', folder.at('city')])).toMatchObject({ code: 2, out: '' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('--check-ins - writes the check-ins, and nothing else, to standard output', async () => {
    const folder = new TempFolder();
    const piped = await start(['simulate', '--rows', '2000', '--check-ins', '-', '--out', folder.at('city')]).ended;
    expect(piped).toMatchObject({ code: 0, err: expect.stringContaining('--checkins -') as string });
    expect(readdirSync(folder.at('city')).sort()).toEqual(FILES.filter((name) => name !== 'checkins.csv'));
    await runCli(['simulate', '--rows', '2000', '--out', folder.at('whole')]);
    expect(piped.out).toBe(readFileSync(folder.at('whole', 'checkins.csv'), 'utf8'));
    for (const name of ['truth.csv', 'runs.csv']) expect(readFileSync(folder.at('city', name), 'utf8')).toBe(readFileSync(folder.at('whole', name), 'utf8'));
  });

  test('a reader that goes away ends it with 74 and an empty place', async () => {
    const folder = new TempFolder();
    const child = start(['simulate', '--rows', '5000000', '--check-ins', '-', '--out', folder.at('city')]);
    child.process.stdout!.once('data', () => child.process.stdout!.destroy());
    expect(await child.ended).toMatchObject({ code: 74, err: expect.stringContaining('standard output') as string });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
