/** What a watch has said when its stream ends is what a match says of all check-ins together, however they were cut and in whatever order they came. */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchFiles } from '../../src/engines/match-files.js';
import { indexFiles } from '../../src/engines/index-files.js';
import { HEAD, MATCHINGS, indexWorlds, type IndexWorld } from '../support/index-worlds.js';
import { TempFolder } from '../support/temp-folder.js';
import { contactsOf, episodesOf, rowsOf, watchText } from '../support/watch-worlds.js';

const RUNS = { numRuns: Number(process.env['WATCH_RUNS'] ?? 60), endOnFailure: true };

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

interface Cut {
  readonly world: IndexWorld;
  readonly flags: readonly string[];
  /** Numbers of the lines that were known before, and of those of the stream in the order in which they come. */
  readonly old: readonly number[];
  readonly stream: readonly number[];
  readonly latenessSec: number;
  readonly chunkBytes: number;
}

const cuts: fc.Arbitrary<Cut> = indexWorlds().chain((world) => {
  const perLine = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: world.lines.length, maxLength: world.lines.length });
  return fc
    .record({
      flags: fc.constantFrom(...MATCHINGS),
      isOld: perLine(fc.boolean()),
      byTime: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 3 }),
      latenessSec: fc.constantFrom(0, 600, 7200, 40 * 3600),
      delay: perLine(fc.double({ min: 0, max: 1, noNaN: true })),
      chunkBytes: fc.constantFrom(1, 40, 100, 400, 1 << 20),
    })
    .map(({ flags, isOld, byTime, latenessSec, delay, chunkBytes }) => {
      const time = (n: number): number => Number(world.lines[n]!.split(',')[2]);
      const numbers = world.lines.map((_, n) => n);
      const inTime = numbers.toSorted((a, b) => time(a) - time(b));
      const old = byTime === null ? numbers.filter((n) => isOld[n]) : inTime.slice(0, Math.floor(byTime * numbers.length)).sort((a, b) => a - b);
      const came = (n: number): number => time(n) + delay[n]! * latenessSec;
      const stream = numbers.filter((n) => !old.includes(n)).sort((a, b) => came(a) - came(b) || time(a) - time(b));
      return { world, flags, old, stream, latenessSec, chunkBytes };
    });
});

async function check({ world, flags, old, stream, latenessSec, chunkBytes }: Cut, isIndexed: boolean): Promise<number> {
  const folder = new TempFolder();
  const before = folder.write('before.csv', HEAD + old.map((n) => `${world.lines[n]}\n`).join(''));
  const after = folder.write('after.csv', HEAD + stream.map((n) => `${world.lines[n]}\n`).join(''));
  const tables = { places: [folder.write('places.csv', world.places)], ...(world.runs !== null && { runs: [folder.write('runs.csv', world.runs)] }) };
  const asked = { cases: [folder.write('cases.csv', world.cases)], ...(world.visits !== null && { visits: [folder.write('visits.csv', world.visits)] }) };
  const options = { ...optionsOf(flags), window: 'all', tz: world.tz } as const;

  const all = [before, after];
  await matchFiles({ ...options, files: { checkins: all, ...tables, ...asked }, out: folder.at('lists'), format: 'jsonl' });
  const expected = rowsOf(folder.at('lists/episodes.jsonl')).map((row) => JSON.stringify(row).replaceAll('after.csv:', 'stream:'));
  const pairs = Object.fromEntries(
    rowsOf(folder.at('lists/contacts.jsonl')).map((row) => [`${row['rule_id']}|${row['case_id']}|${row['contact_id']}`, `${row['grade']} ${row['reasons']}`]),
  );

  const index = folder.at('index');
  if (isIndexed) await indexFiles({ index, files: { checkins: [before], ...tables }, tz: world.tz });
  const source = isIndexed ? { index, files: asked } : { files: { checkins: [before], ...tables, ...asked } };
  const text = `\n${stream.map((n) => `${rowText(world.lines[n]!)}\n`).join('')}`; // the empty line stands for a header
  const watched = await watchText(text, { ...options, ...source, lateness: latenessSec }, chunkBytes);
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
  expect((await watchText(text, { ...options, ...source, lateness: latenessSec })).text).toBe(watched.text);
  rmSync(folder.path, { recursive: true, force: true });
  return expected.length;
}

test.each([false, true])(
  'at the end of a stream the episodes and contacts are those of a match of old and new check-ins together (old ones in an index on disk: %s)',
  async (isIndexed) => {
    let episodes = 0;
    await fc.assert(
      fc.asyncProperty(cuts, async (cut) => {
        episodes += await check(cut, isIndexed);
      }),
      RUNS,
    );
    expect(episodes).toBeGreaterThan(200);
  },
  600_000,
);
