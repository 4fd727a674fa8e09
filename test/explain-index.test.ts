/** `copresence explain` on worlds with everything: an index gives the answer of the files, and what is printed adds up to the grade. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Explanation } from '../src/lists/explain/explanation.js';
import { explanationText } from '../src/lists/explain/text.js';
import { contradictions, type Printed } from '../src/testing/recompute.js';
import { HEAD, MATCHINGS, indexWorlds, type IndexWorld } from './support/index-worlds.js';
import { runCli, type CliRun } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

const dataOf = ({ code, out }: CliRun): readonly Explanation[] => (code === 0 ? (JSON.parse(out) as { explanations: Explanation[] }).explanations : []);

/** The instants, rows and sums of an explanation that its sentences lack. */
function missingIn(text: string, { meetings, clauses }: Explanation): string[] {
  const instants = meetings.flatMap(({ case: ofCase, contact }) =>
    [ofCase, contact].flatMap(({ start, end_certain, end_likely, end_possible, scans }) => [
      start,
      end_certain,
      end_likely,
      end_possible,
      ...scans.map(({ row }) => row),
    ]),
  );
  const sums = clauses.flatMap(({ grades }) => grades.flatMap(({ measured_s }) => (measured_s === null ? [] : [`${measured_s} s`])));
  return [...instants, ...sums].filter((printed) => !text.includes(printed));
}

/** Asks for one pair, of the files and of an index of them. */
async function askBoth(world: IndexWorld, matching: readonly string[], seed: number): Promise<{ files: CliRun; index: CliRun }> {
  const folder = new TempFolder();
  const scans = folder.write('checkins.csv', HEAD + world.lines.map((line) => `${line}\n`).join(''));
  const own = ['--places', folder.write('places.csv', world.places), ...(world.runs ? ['--runs', folder.write('runs.csv', world.runs)] : [])];
  const asked = ['--cases', folder.write('cases.csv', world.cases), ...(world.visits ? ['--visits', folder.write('visits.csv', world.visits)] : [])];
  const at = matching.indexOf('--depth');
  const flags = [...asked, '--window', 'all', ...(at < 0 ? matching : matching.toSpliced(at, 2)), '--tz', world.tz, '--json'];
  const built = await runCli(['index', scans, ...own, '--tz', world.tz, '--out', folder.at('index')]);
  if (built.code !== 0) throw new Error(built.err);
  const told = world.visits?.split('\n').slice(1, -1) ?? [];
  const cases = [...world.cases.split('\n').slice(1, -1), ...told].map((line) => line.split(',')[0]!);
  const people = [...new Set(world.lines.map((line) => line.split(',')[0]!))].sort();
  const pair = ['explain', '--case', cases[seed % cases.length]!, '--person', people[seed % people.length]!];
  return {
    files: await runCli([...pair, '--checkins', scans, ...own, ...flags]),
    index: await runCli([...pair, '--index', folder.at('index'), ...flags]),
  };
}

test('an index gives the very answer of the files, and what is printed adds up to the grade', async () => {
  let pairs = 0;
  await fc.assert(
    fc.asyncProperty(indexWorlds(), fc.constantFrom(...MATCHINGS), fc.nat(), async (world, matching, seed) => {
      const { files, index } = await askBoth(world, matching, seed);
      expect([index.code, index.err]).toEqual([files.code, files.err]);
      const explained = dataOf(files);
      expect(dataOf(index)).toEqual(explained);
      expect(explained.flatMap((each) => contradictions(JSON.parse(JSON.stringify(each)) as Printed))).toEqual([]);
      expect(explained.flatMap((each) => (each.meetings.length > 0 ? missingIn(explanationText(each), each) : []))).toEqual([]);
      pairs += explained.length;
    }),
    { numRuns: 60 },
  );
  expect(pairs).toBeGreaterThan(40);
}, 120_000);
