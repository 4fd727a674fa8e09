/** Given data on every way through the program, by the command line: streamed, indexed and from an index on disk, on 1, 2 and 4 threads, write the same bytes. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Lists, runCli } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const fixture = (...parts: string[]): string => join(fileURLToPath(new URL('../../fixtures', import.meta.url)), ...parts);
const SFHH_SCRIPT = new URL('../../scripts/sfhh-checkins.mjs', import.meta.url).href;

interface Given {
  readonly checkIns: string;
  readonly places: string;
  /** For reading the check-ins. */
  readonly reading: readonly string[];
  /** For cases or visits, and the rule. */
  readonly asking: readonly string[];
}

/** Lists of all nine ways, which must be equal: those of one. */
async function listsOf(folder: TempFolder, { checkIns, places, reading, asking }: Given): Promise<Lists> {
  const inputs = ['--checkins', checkIns, '--places', places, ...reading];
  expect(await runCli(['index', checkIns, '--places', places, ...reading, '-o', folder.at('index'), '--quiet'])).toEqual({ code: 0, out: '', err: '' });
  const ways: Readonly<Record<string, readonly string[]>> = {
    stream: [...inputs, '--plan', 'stream'],
    index: [...inputs, '--plan', 'index'],
    'index on disk': ['--index', folder.at('index'), ...reading],
  };
  let first: Lists | undefined;
  for (const [way, flags] of Object.entries(ways)) {
    for (const threads of ['1', '2', '4']) {
      const out = folder.at(`lists-${way}-${threads}`);
      const run = await runCli(['match', ...flags, ...asking, '--threads', threads, '--threads-from-ms', '0', '--quiet', '--out', out]);
      expect([way, threads, run.code, run.err]).toEqual([way, threads, 0, '']);
      const lists = new Lists(out);
      first ??= lists;
      expect([way, threads, lists.files]).toEqual([way, threads, first.files]);
      // Not through a matcher: a difference of megabytes takes it minutes to show.
      const bytes = lists.bytes;
      const expected = first.bytes;
      expect([way, threads, Object.keys(bytes).filter((name) => bytes[name] !== expected[name])]).toEqual([way, threads, []]);
    }
  }
  return first!;
}

describe('on every way', () => {
  test('the three index persons of SFHH meet 169, 42 and 15 others, for 42,240, 17,600 and 3,200 s', async () => {
    const folder = new TempFolder();
    const { writeSfhhCheckIns } = (await import(SFHH_SCRIPT)) as { writeSfhhCheckIns: (dir: string) => { checkIns: string; places: string } };
    const files = writeSfhhCheckIns(folder.at('sfhh'));
    const lists = await listsOf(folder, { ...files, reading: [], asking: ['--cases', fixture('sfhh/cases.csv'), '--window', 'all'] });
    const contacts = lists.rows('contacts');
    const of = (id: string): [number, number] => {
      const own = contacts.filter(({ case_id }) => case_id === id);
      return [own.length, own.reduce((sum, { total_certain_s }) => sum + Number(total_certain_s), 0)];
    };
    // As fixtures/sfhh/README.md has them, counted from the slots.
    expect([of('1599'), of('1522'), of('1881')]).toEqual([
      [169, 42_240],
      [42, 17_600],
      [15, 3200],
    ]);
  }, 120_000);

  test('the visits of New Zealand, August 2021, find the same people', async () => {
    const maps = ['case_id=id', 'place_id=Location', 'start=Start', 'end=End'].flatMap((map) => ['--map', `visits.${map}`]);
    const visits = ['--visits', fixture('nz-loi/locations-of-interest.csv'), ...maps, '--time-format', 'dd/MM/yyyy, h:mm a'];
    const lists = await listsOf(new TempFolder(), {
      checkIns: fixture('nz-loi/checkins.csv'),
      places: fixture('nz-loi/places.csv'),
      reading: ['--tz', 'Pacific/Auckland'],
      asking: [...visits, '--rule', 'nz-2020', '--rule', 'any', '--max-rejects', '1'],
    });
    expect(lists.rows('episodes').length).toBeGreaterThan(1000);
    expect(lists.rows('rejects').map(({ line }) => line)).toEqual(['479']);
  }, 120_000);
});
