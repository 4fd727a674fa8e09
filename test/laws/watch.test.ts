/** What a watch has said when its stream ends is what a match says of all check-ins together, however they were cut and in whatever order they came. */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BASE_SEC, DWELL, STEP_SEC, matchings, worlds } from '../../src/testing/worlds.js';
import { matchFiles } from '../../src/engines/files/match-files.js';
import { indexFiles } from '../../src/engines/on-disk/index-files.js';
import { HEAD, MATCHINGS, indexWorlds, type IndexWorld } from '../support/index-worlds.js';
import { TempFolder } from '../support/temp-folder.js';
import { contactsOf, episodesOf, rowsOf, watchText } from '../support/watch-worlds.js';

const RUNS = { numRuns: Number(process.env['WATCH_RUNS'] ?? 20), endOnFailure: true };

/** Options of a match by its flags, without those of generations. */
function optionsOf(flags: readonly string[]): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  const rules: string[] = [];
  for (let i = 0; i < flags.length; i++) {
    const name = flags[i]!.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const value = flags[i + 1]?.startsWith('--') === false ? flags[++i]! : true;
    if (name === 'rule') rules.push(value as string);
    else if (name !== 'depth') options[name] = value;
  }
  return { ...options, ...(rules.length > 0 && { rules }) };
}

const rowText = (line: string): string => {
  const [person_id, place_id, time, check_out, run_id, carriage, seat] = line.split(',');
  const cells = { person_id, place_id, time: Number(time), check_out, run_id, carriage, seat };
  return JSON.stringify(Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== '')));
};

/** A world as files, however it came about. */
interface WatchWorld extends IndexWorld {
  readonly options: Record<string, unknown>;
}

interface Cut {
  readonly world: WatchWorld;
  /** Numbers of the lines that were known before, and of those of the stream in the order in which they come. */
  readonly old: readonly number[];
  readonly stream: readonly number[];
  readonly latenessSec: number;
  readonly chunkBytes: number;
}

/** Days, long stays, zones, seats, residence. */
const wideWorlds: fc.Arbitrary<WatchWorld> = fc
  .tuple(indexWorlds(), fc.constantFrom(...MATCHINGS))
  .map(([world, flags]) => ({ ...world, options: optionsOf(flags) }));

/** Twenty minutes in which everything meets: whole minutes, short stays, a bus that may have gaps in its scans as short as the time to board. */
const denseWorlds: fc.Arbitrary<WatchWorld> = fc
  .record({
    world: worlds(),
    clauses: matchings(),
    runGap: fc.constantFrom(60, 120, 240, 300, 600),
    skew: fc.constantFrom('0s', '0s', '0s', '60s'),
    scope: fc.constantFrom('place', 'place', 'parent'),
    dwell: fc.constantFrom(DWELL, { ...DWELL, default: { least: 0, typical: 0, most: 5 } }, { ...DWELL, bus: { least: 0, typical: 1, most: 1 } }),
    excludeConflicts: fc.boolean(),
    told: fc.array(fc.tuple(fc.constantFrom('c1', 'c2'), fc.constantFrom('mall', 'shop', 'bus'), fc.nat({ max: 22 }), fc.nat({ max: 9 })), { maxLength: 3 }),
    isResident: fc.boolean(),
  })
  .map(({ world, clauses: { clauses, lagSec, isClosed, minOverlapSec }, told, isResident, ...options }) => {
    const cells = (row: object, names: readonly string[]): string => names.map((name) => (row as Record<string, unknown>)[name] ?? '').join();
    const table = (names: string, rows: readonly object[]): string =>
      [names, ...rows.map((row) => cells(row, names.split(',')))].map((line) => `${line}\n`).join('');
    const visits = told.map(([case_id, place_id, start, length]) => ({
      case_id,
      place_id,
      start: BASE_SEC + start * STEP_SEC,
      end: BASE_SEC + (start + length) * STEP_SEC,
    }));
    const rule = {
      id: 'own',
      version: '1',
      title: 'own',
      source: 'test',
      clauses,
      ...(isResident && { residence: { more_than: '2m', within_days: 1, who: 'either' } }),
    };
    return {
      lines: world.checkIns.map((row) => cells(row, HEAD.trim().split(','))),
      places: table('place_id,category,parent_id', world.places),
      runs: world.runs.length > 0 ? table('vehicle_id,run_id,start,end', world.runs) : null,
      cases: table('person_id,case_id,infectious_from,infectious_to', world.cases),
      visits: visits.length > 0 ? table('case_id,place_id,start,end', visits) : null,
      tz: 'UTC',
      options: { ...options, rules: [rule, 'any'], lag: lagSec, bounds: isClosed ? 'closed' : 'half-open', minOverlap: minOverlapSec },
    };
  });

const cutsOf = (some: fc.Arbitrary<WatchWorld>, latenesses: readonly number[]): fc.Arbitrary<Cut> =>
  some.chain((world) => {
    const perLine = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: world.lines.length, maxLength: world.lines.length });
    return fc
      .record({
        isOld: perLine(fc.boolean()),
        byTime: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 3 }),
        latenessSec: fc.constantFrom(...latenesses),
        delay: perLine(fc.double({ min: 0, max: 1, noNaN: true })),
        chunkBytes: fc.constantFrom(1, 40, 100, 400, 1 << 20),
      })
      .map(({ isOld, byTime, latenessSec, delay, chunkBytes }) => {
        const time = (n: number): number => Number(world.lines[n]!.split(',')[2]);
        const numbers = world.lines.map((_, n) => n);
        const inTime = numbers.toSorted((a, b) => time(a) - time(b));
        const old = byTime === null ? numbers.filter((n) => isOld[n]) : inTime.slice(0, Math.floor(byTime * numbers.length)).sort((a, b) => a - b);
        const came = (n: number): number => time(n) + delay[n]! * latenessSec;
        const stream = numbers.filter((n) => !old.includes(n)).sort((a, b) => came(a) - came(b) || time(a) - time(b));
        return { world, old, stream, latenessSec, chunkBytes };
      });
  });

async function check({ world, old, stream, latenessSec, chunkBytes }: Cut, isIndexed: boolean): Promise<number> {
  const folder = new TempFolder();
  const before = folder.write('before.csv', HEAD + old.map((n) => `${world.lines[n]}\n`).join(''));
  const after = folder.write('after.csv', HEAD + stream.map((n) => `${world.lines[n]}\n`).join(''));
  const tables = { places: [folder.write('places.csv', world.places)], ...(world.runs !== null && { runs: [folder.write('runs.csv', world.runs)] }) };
  const asked = { cases: [folder.write('cases.csv', world.cases)], ...(world.visits !== null && { visits: [folder.write('visits.csv', world.visits)] }) };
  const options = { ...world.options, window: 'all', tz: world.tz } as const;

  const all = [before, after];
  await matchFiles({ ...options, files: { checkins: all, ...tables, ...asked }, out: folder.at('lists'), format: 'jsonl' });
  const expected = rowsOf(folder.at('lists/episodes.jsonl')).map((row) => JSON.stringify(row).replaceAll('after.csv:', 'stream:'));
  const pairs = Object.fromEntries(
    rowsOf(folder.at('lists/contacts.jsonl')).map((row) => [`${row['rule_id']}|${row['case_id']}|${row['contact_id']}`, `${row['grade']} ${row['reasons']}`]),
  );

  const index = folder.at('index');
  if (isIndexed) await indexFiles({ index, files: { checkins: [before], ...tables }, tz: world.tz, ...dwellOf(options) });
  const { dwell: _dwell, runGap: _gap, ...asking } = options as Record<string, unknown>;
  const source = isIndexed ? { index, files: asked } : { files: { checkins: [before], ...tables, ...asked } };
  const text = `\n${stream.map((n) => `${rowText(world.lines[n]!)}\n`).join('')}`; // the empty line stands for a header
  const watched = await watchText(text, { ...(isIndexed ? asking : options), ...source, lateness: latenessSec }, chunkBytes);
  expect(watched.report.late).toBe(0);
  expect(
    episodesOf(watched.events)
      .map((row) => JSON.stringify(row))
      .sort(),
  ).toEqual(expected.sort());
  expect(contactsOf(watched.events)).toEqual(pairs);
  const ledger = watched.report.ledger.at(-1)!;
  expect(ledger.read).toBe(ledger.accepted + ledger.duplicate + ledger.blank);
  expect(new Set(old.map((n) => world.lines[n])).size + new Set(stream.map((n) => world.lines[n])).size - ledger.accepted).toBeGreaterThanOrEqual(0);
  // The order of what is said does not depend on how the stream was cut.
  expect((await watchText(text, { ...(isIndexed ? asking : options), ...source, lateness: latenessSec })).text).toBe(watched.text);
  rmSync(folder.path, { recursive: true, force: true });
  return expected.length;
}

const dwellOf = ({ dwell, runGap }: Record<string, unknown>): object => ({ ...(dwell !== undefined && { dwell }), ...(runGap !== undefined && { runGap }) });

describe.each([
  { of: 'days', cuts: cutsOf(wideWorlds, [0, 600, 7200, 40 * 3600]), least: 0.1 },
  { of: 'minutes', cuts: cutsOf(denseWorlds, [0, 60, 300, 1800]), least: 5 },
])('at the end of a stream of $of the episodes and contacts are those of a match of old and new check-ins together', ({ cuts, least }) => {
  test.each([
    ['in memory', false],
    ['in an index on disk', true],
  ])(
    'the old ones %s',
    async (_, isIndexed) => {
      let episodes = 0;
      await fc.assert(
        fc.asyncProperty(cuts, async (cut) => {
          episodes += await check(cut, isIndexed);
        }),
        RUNS,
      );
      expect(episodes).toBeGreaterThan(RUNS.numRuns * least);
    },
    600_000,
  );
});
