import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Zones of the machine: none of them may leave a trace in what is written. */
const MACHINE_ZONES = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia'];
const BIN = fileURLToPath(new URL('../bin/copresence.js', import.meta.url));
const run = promisify(execFile);
let folder: string;

beforeAll(() => {
  if (!existsSync(new URL('../dist/cli/main.js', import.meta.url))) throw new Error('this test runs the built command: run npm test, or npm run build first');
  folder = mkdtempSync(join(tmpdir(), 'copresence-zones-'));
  for (const [world, files] of Object.entries(WORLDS)) {
    mkdirSync(join(folder, world), { recursive: true });
    for (const [name, lines] of Object.entries(files)) writeFileSync(join(folder, world, name), `${lines.join('\n')}\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The day New York set its clocks back, and the Friday that Samoa left out. */
const WORLDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'America/New_York': {
    'scans.csv': [
      'person_id,place_id,time,check_out',
      'P1,cafe,2021-11-07 00:50:00,2021-11-07 01:20:00',
      'P2,cafe,2021-11-07 01:10:00,2021-11-07 01:30:00',
      'P3,cafe,2021-11-07T01:30:00-05:00,',
      'P1,bus 7,2021-11-06 23:58:00,2021-11-07 00:20:00',
      'P4,bus 7,2021/11/6 23:59,',
      'P5,cafe,2021-03-14 02:30:00,', // in the gap of spring: rejected
      'P5,cafe,20211107014500,',
      'P6,cafe,1636266600,',
    ],
    'places.csv': ['place_id,category,district', 'cafe,food,North', 'bus 7,bus,South'],
    'cases.csv': ['person_id,onset_date,isolated_at', 'P1,2021-11-06,2021-11-07 01:15:00', 'P3,2021/11/7,'],
  },
  'Pacific/Apia': {
    'scans.csv': [
      'person_id,place_id,time,check_out',
      'P1,fale,2011-12-29 23:40:00,2011-12-31 00:20:00',
      'P2,fale,2011-12-29 23:50:00,2011-12-31 00:05:00',
      'P3,fale,2011-12-31 00:10:00,',
      'P4,fale,2011-12-30 12:00:00,', // a day that never was: rejected
    ],
    'places.csv': ['place_id,category', 'fale,residence'],
    'cases.csv': ['person_id,onset_date', 'P1,2011-12-31', 'P2,2011-12-29'],
  },
};

test('a child process takes its zone from TZ', async () => {
  const offsets = await Promise.all(
    MACHINE_ZONES.map((TZ) => run(process.execPath, ['-p', 'new Date(0).getTimezoneOffset()'], { env: { ...process.env, TZ } })),
  );
  expect(offsets.map(({ stdout }) => Number(stdout))).toEqual([0, -480, 300, -330, 660]);
});

test.each(Object.keys(WORLDS))(
  'lists of local times in %s have the same bytes whatever zone the machine is in',
  async (tz) => {
    const written: Record<string, string>[] = [];
    for (const TZ of MACHINE_ZONES) written.push(await outputsUnder(TZ, tz));
    const [first, ...others] = written;
    expect(Object.keys(first!).sort()).toEqual([
      'contacts.csv',
      'disinfection.csv',
      'episodes.csv',
      'links.csv',
      'manifest.json',
      'people.csv',
      'places.csv',
      'rejects.csv',
      'summary',
    ]);
    expect(
      first!
        ['rejects.csv']!.trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(0, 4).join()),
    ).toEqual([`scans.csv,${tz === 'Pacific/Apia' ? 5 : 7},time,E_TIME_GAP`]);
    expect(first!['contacts.csv']!.trim().split('\n').slice(1).map(shortContact)).toEqual(CONTACTS[tz]);
    for (const [i, other] of others.entries()) expect(other, `TZ=${MACHINE_ZONES[i + 1]}`).toEqual(first);
  },
  30_000,
);

/** rule, case, contact, grade, certain, likely and possible seconds, first start. */
const shortContact = (line: string): string => [0, 1, 2, 4, 7, 8, 9, 11].map((cell) => line.split(',')[cell]).join(' ');

/** Worked out by hand: P1 stays from 00:50-04:00 to the later 01:20, but counts only until the later 01:15; P4's 21 minutes lie on two days. */
const CONTACTS: Readonly<Record<string, readonly string[]>> = {
  'America/New_York': [
    'any P1 P2 certain 3900 3900 3900 2021-11-07T01:10:00-04:00',
    'any P1 P4 certain 120 1200 1260 2021-11-06T23:59:00-04:00',
    'any P1 P5 certain 600 1800 1800 2021-11-07T01:45:00-04:00',
    'any P3 P5 possible 0 0 8100 2021-11-07T01:30:00-05:00',
    'any P3 P6 certain 600 2700 10800 2021-11-07T01:30:00-05:00',
    'uk-2021 P1 P2 certain 3900 3900 3900 2021-11-07T01:10:00-04:00',
    'uk-2021 P1 P4 likely 120 1200 1260 2021-11-06T23:59:00-04:00',
    'uk-2021 P1 P5 likely 600 1800 1800 2021-11-07T01:45:00-04:00',
    'uk-2021 P3 P5 possible 0 0 8100 2021-11-07T01:30:00-05:00',
    'uk-2021 P3 P6 likely 600 2700 10800 2021-11-07T01:30:00-05:00',
  ],
  'Pacific/Apia': [
    'any P1 P2 certain 900 900 900 2011-12-29T23:50:00-10:00',
    'any P1 P3 certain 600 600 600 2011-12-31T00:10:00+14:00',
    'any P2 P1 certain 900 900 900 2011-12-29T23:50:00-10:00',
  ],
};

/** Every file that a run writes and what it prints, by name. */
async function outputsUnder(TZ: string, tz: string): Promise<Record<string, string>> {
  const at = (name: string): string => join(folder, tz, name);
  const out = at('lists');
  const args = ['--checkins', at('scans.csv'), '--places', at('places.csv'), '--cases', at('cases.csv'), '--tz', tz, '--out', out];
  const rules = ['--rule', 'any', '--rule', 'uk-2021', '--max-rejects', '1', '--force'];
  const { stdout } = await run(process.execPath, [BIN, 'match', ...args, ...rules], { env: { ...process.env, TZ } });
  return Object.fromEntries([...readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]), ['summary', stdout]]) as Record<string, string>;
}
