/** An index on disk gives what the check-ins in memory give, however they came into it. */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Zone } from '../../src/core/zone.js';
import { indexInBatches } from '../../src/engines/on-disk/index-files.js';
import { HEAD, MATCHINGS, OTHER_PLACES, PLACES, indexWorlds, type IndexWorld } from '../support/index-worlds.js';
import { csvRows } from '../support/csv.js';
import { Lists, runCli } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const RUNS = { numRuns: Number(process.env['INDEX_RUNS'] ?? 25), endOnFailure: true };

class Workshop {
  readonly folder = new TempFolder();
  #runs = 0;

  async run(args: readonly string[]): Promise<string> {
    const { code, out, err } = await runCli(args);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
    return out;
  }
  /** Lists of a match, by name. */
  async match(world: IndexWorld, source: readonly string[], flags: readonly string[]): Promise<Record<string, string>> {
    const out = this.folder.at(`lists-${++this.#runs}`);
    const visits = world.visits === null ? [] : ['--visits', this.folder.write('visits.csv', world.visits)];
    await this.run([
      'match',
      ...source,
      '--cases',
      this.folder.write('cases.csv', world.cases),
      ...visits,
      '--window',
      'all',
      '--tz',
      world.tz,
      '--out',
      out,
      ...flags,
    ]);
    const { bytes } = new Lists(out);
    rmSync(out, { recursive: true });
    return bytes;
  }
  files(world: IndexWorld): string[] {
    return ['--places', this.folder.write('places.csv', world.places), ...(world.runs === null ? [] : ['--runs', this.folder.write('runs.csv', world.runs)])];
  }
  checkIns(name: string, lines: readonly string[]): string {
    return this.folder.write(name, HEAD + lines.map((line) => `${line}\n`).join(''));
  }
  async inMemory(world: IndexWorld, flags: readonly string[]): Promise<Record<string, string>> {
    return this.match(world, ['--checkins', this.checkIns('checkins.csv', world.lines), ...this.files(world)], flags);
  }
  /** Builds an index by one update for each list of lines. A line stands where it stands in the world, so that evidence is the same: other lines are blank. */
  async index(name: string, world: IndexWorld, updates: readonly (readonly number[])[]): Promise<string> {
    const path = this.folder.at(name);
    for (const [i, numbers] of updates.entries()) {
      const wanted = new Set(numbers);
      const file = this.checkIns(
        `${name}-${i}.csv`,
        world.lines.map((line, n) => (wanted.has(n) ? line : '')),
      );
      await this.run(['index', file, '-o', path, '--tz', world.tz, '--quiet', ...(i === 0 ? this.files(world) : [])]);
    }
    return path;
  }
}

/** Lists without what names files: evidence becomes the lines alone, which are unique in a world. */
function withoutFileNames(lists: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, text]) => [name, text.replaceAll(/[\w-]+\.csv:(\d+)/g, '$1')]));
}

/** Deals the lines of a world to some updates. */
const dealt = (most: number): fc.Arbitrary<{ world: IndexWorld; updates: number[][] }> =>
  indexWorlds().chain((world) =>
    fc
      .tuple(
        fc.integer({ min: 1, max: most }),
        fc.array(fc.nat({ max: most - 1 }), { minLength: world.lines.length, maxLength: world.lines.length }),
        fc.boolean(),
      )
      .map(([count, to, byTime]) => {
        const updates: number[][] = Array.from({ length: count }, () => []);
        const order = world.lines.map((_, n) => n);
        if (byTime) order.sort((a, b) => Number(world.lines[a]!.split(',')[2]) - Number(world.lines[b]!.split(',')[2]));
        order.forEach((n, i) => updates[byTime ? Math.floor((i * count) / order.length) : to[n]! % count]!.push(n));
        // Of equal rows the first in the order of the files is the evidence: they stay together.
        const first = new Map<string, number>();
        const home = new Map<number, number>();
        updates.forEach((list, u) => list.forEach((n) => home.set(n, u)));
        world.lines.forEach((line, n) => first.set(line, first.get(line) ?? n));
        return { world, updates: updates.map((_, u) => order.filter((n) => home.get(first.get(world.lines[n]!)!) === u)) };
      }),
  );

const matching = fc.constantFrom(...MATCHINGS);

describe('an index on disk', () => {
  test('built at once gives the bytes of the check-ins in memory', async () => {
    await fc.assert(
      fc.asyncProperty(indexWorlds(), matching, async (world, flags) => {
        const shop = new Workshop();
        const expected = await shop.inMemory(world, flags);
        const path = shop.folder.at('index');
        await shop.run(['index', shop.checkIns('checkins.csv', world.lines), '-o', path, '--tz', world.tz, '--quiet', ...shop.files(world)]);
        expect(await shop.match(world, ['--index', path], flags)).toEqual(expected);
      }),
      RUNS,
    );
  });

  test('built by one to four updates in any order gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(dealt(4), matching, async ({ world, updates }, flags) => {
        const shop = new Workshop();
        const expected = withoutFileNames(await shop.inMemory(world, flags));
        const path = await shop.index('index', world, updates);
        expect(withoutFileNames(await shop.match(world, ['--index', path], flags))).toEqual(expected);
        await shop.run(['info', path, '--verify']);
      }),
      RUNS,
    );
  });

  test('whose places or runs are changed later is as if it had been built with the new ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        dealt(2),
        fc.constantFrom(PLACES, OTHER_PLACES),
        fc.option(fc.constant('vehicle_id,run_id,start,end\nbus,r1,1647050000,1647129600\nbus,r9,1647129600,1647150000\n')),
        matching,
        fc.boolean(),
        async ({ world, updates }, places, runs, flags, withData) => {
          const shop = new Workshop();
          const next = { ...world, places, runs: runs ?? world.runs };
          const expected = withoutFileNames(await shop.inMemory(next, flags));
          const path = await shop.index('index', world, withData ? updates.slice(0, 1) : updates);
          const last =
            withData && updates.length > 1
              ? [
                  shop.checkIns(
                    'index-1.csv',
                    world.lines.map((line, n) => (updates[1]!.includes(n) ? line : '')),
                  ),
                ]
              : [];
          await shop.run([
            'index',
            ...last,
            '-o',
            path,
            '--quiet',
            '--places',
            shop.folder.write('places-2.csv', places),
            ...(runs === null ? [] : ['--runs', shop.folder.write('runs-2.csv', runs)]),
          ]);
          expect(withoutFileNames(await shop.match(world, ['--index', path], flags))).toEqual(expected);
        },
      ),
      RUNS,
    );
  });

  test('does not depend on how many rows are taken from a file at a time', async () => {
    await fc.assert(
      fc.asyncProperty(indexWorlds(), fc.integer({ min: 1, max: 9 }), matching, async (world, batchRows, flags) => {
        const shop = new Workshop();
        const expected = await shop.inMemory(world, flags);
        const path = shop.folder.at('index');
        const files = {
          checkins: [shop.checkIns('checkins.csv', world.lines)],
          places: [shop.folder.at('places.csv')],
          ...(world.runs !== null && { runs: [shop.folder.at('runs.csv')] }),
        };
        await indexInBatches({ index: path, tz: world.tz, files }, {}, batchRows);
        expect(await shop.match(world, ['--index', path], flags)).toEqual(expected);
      }),
      RUNS,
    );
  });
});

describe('purge', () => {
  const long = (id: string): string => `person-${id}-of-this-test`;
  const day = fc.constantFrom('2022-03-12', '2022-03-13', '2022-03-14', '2022-04-01');

  test('leaves the episodes of the stays that begin on the days kept, and no id of whoever was seen before them only', async () => {
    await fc.assert(
      fc.asyncProperty(
        dealt(3),
        day,
        fc.constantFrom<string[]>([], ['--lag', '2h', '--bounds', 'closed'], ['--scope', 'near:150', '--skew', '10m']),
        async ({ world, updates }, before, flags) => {
          const shop = new Workshop();
          const lines = world.lines.map((line) => line.replace(/^[^,]*/, long));
          const people = [...new Set(lines.map((line) => line.split(',')[0]!))];
          const renamed = { ...world, lines, cases: `person_id\n${people.map((id) => `${id}\n`).join('')}`, visits: null };
          const path = await shop.index('index', renamed, updates);
          const fromSec = new Zone(world.tz).dayStart(Date.UTC(+before.slice(0, 4), +before.slice(5, 7) - 1, +before.slice(8)) / 86_400_000);
          const skewSec = flags.includes('--skew') ? 600 : 0;
          const isKept = (cell: string): boolean => secOf(cell) + skewSec >= fromSec;
          // Whether a pair that only touched or followed each other here is a contact at all depends on its other days.
          const episodes = (lists: Record<string, string>): Record<string, string>[] =>
            csvRows(withoutFileNames(lists)['episodes.csv']!).map((row) => (row['overlap_possible_s'] === '0' ? { ...row, grade: '' } : row));
          const expected = episodes(await shop.inMemory(renamed, flags)).filter((row) => isKept(row['case_start']!) && isKept(row['contact_start']!));
          await shop.run(['purge', path, '--before', before]);
          expect(episodes(await shop.match(renamed, ['--index', path], flags))).toEqual(expected);
          const bytes = readdirSync(path)
            .map((name) => readFileSync(join(path, name), 'latin1'))
            .join('');
          const lastOf = (id: string): number => Math.max(...lines.filter((line) => line.startsWith(`${id},`)).map((line) => Number(line.split(',')[2])));
          expect(people.filter((id) => lastOf(id) < fromSec && bytes.includes(Buffer.from(id).toString('latin1')))).toEqual([]);
          await shop.run(['info', path, '--verify']);
        },
      ),
      RUNS,
    );
  });
});

/** Instants of our output. */
const secOf = (cell: string): number => new Date(cell).getTime() / 1000;
