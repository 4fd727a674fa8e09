// Random worlds of src/testing/worlds.ts, many in one input: all ids of world 17 begin with `w17.`, so nobody of one world meets anybody of another,
// and one run of an engine answers for all of them. Each group of worlds is a suite with a question of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { withoutEvidence } from './answers.mjs';
import { matchArgs, root, takeLists, work } from './setting.mjs';

const KATHMANDU = 'Asia/Kathmandu';
/** Questions. `dated`: windows come from dates, and midnight is within the worlds; `told`: itineraries; `usual`: usual times and gaps, not the short ones. */
const QUESTIONS = [
  { flags: [] },
  { flags: ['--lag', '3m', '--bounds', 'closed'] },
  { flags: ['--scope', 'parent', '--lag', '1m'] },
  { flags: ['--scope', 'grid:300', '--min-overlap', '2m'], isLocated: true },
  { flags: ['--scope', 'near:100', '--skew', '1m'], isLocated: true },
  { flags: ['--exclude-conflicts', '--lag', '1h'] },
  { flags: [], rules: ['cn-companion', 'cn-close-2022', 'us-cdc-2020'], isLocated: true, usual: true },
  { flags: ['--bounds', 'closed'], matchFlags: ['--depth', '2'], told: true },
  { flags: [], rules: ['who-2020'], tz: KATHMANDU, dated: true },
  { flags: ['--skew', '2m', '--min-overlap', '2m'], told: true },
];

/** Some worlds begin before midnight of UTC, where bins of hours and days end. */
const SHIFTS = [0, -600, -180];
/** A quarter past six in the evening is midnight in Kathmandu. */
const SHIFT_TO_KATHMANDU = 18 * 3600 + 300;
const HEADS = {
  checkins: ['person_id', 'place_id', 'time', 'check_out', 'run_id', 'carriage', 'seat'],
  places: ['place_id', 'category', 'parent_id', 'lat', 'lon'],
  runs: ['vehicle_id', 'run_id', 'start', 'end'],
  cases: ['person_id', 'case_id', 'infectious_from', 'infectious_to', 'onset_date'],
  visits: ['case_id', 'person_id', 'place_id', 'run_id', 'start', 'end'],
};
/** Where each file has ids. */
const IDS = new Set(['person_id', 'place_id', 'run_id', 'parent_id', 'vehicle_id', 'case_id']);

/** Suites of `count` worlds in all. World 17 is the same one whatever the count. */
export async function worldSuites(count, seed) {
  if (count === 0) return [];
  const { fc, worlds, DWELL, RUN_GAP_SEC } = await generator();
  const dwell = join(work, 'dwell.json');
  writeFileSync(dwell, JSON.stringify(DWELL));
  const sample = fc.sample(worlds(), { numRuns: count, seed }).map((world, i) => ({ world, nth: i + 1 }));
  return QUESTIONS.map((question, group) => {
    const own = sample.filter(({ nth }) => (nth - 1) % QUESTIONS.length === group);
    const tables = own.map(({ world, nth }) => ({ nth, tables: tablesOf(world, nth, question) }));
    const folder = join(work, `worlds-${group + 1}`);
    const suite = {
      name: `${own.length} worlds, ${group + 1}`,
      label: `${own.length} worlds${question.dated ? ', dated windows' : ''}${question.told ? ', itineraries' : ''}${question.usual ? ', usual times' : ''}`,
      tz: question.tz ?? 'UTC',
      flags: [...(question.dated ? [] : ['--window', 'all']), ...(question.usual ? [] : ['--dwell', dwell, '--run-gap', `${RUN_GAP_SEC}s`]), ...question.flags],
      shownFlags: question.flags,
      matchFlags: question.matchFlags,
      // About as long as a stay, so that most of them lie in several bins.
      scriptFlags: ['--bin', '5m'],
      rules: question.rules,
      isLocated: question.isLocated,
      files: write(folder, union(tables.map((each) => each.tables))),
    };
    return { ...suite, alone: () => alone(suite, folder, tables) };
  }).filter(({ name }) => !name.startsWith('0 '));
}

/** The generator of the property tests, as a module that Node can load. */
async function generator() {
  const entry = join(work, 'generator-entry.mjs');
  const file = join(work, 'generator.mjs');
  const passOn = (what, file) => `export ${what} from ${JSON.stringify(file)};\n`;
  writeFileSync(entry, passOn('{ default as fc }', new URL(import.meta.resolve('fast-check')).pathname) + passOn('*', join(root, 'src/testing/worlds.ts')));
  const bundle = await rolldown({ input: entry, cwd: root, platform: 'node', logLevel: 'warn' });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return import(pathToFileURL(file).href);
}

/** The rows of a world by table, with the prefix of its number before all ids. */
function tablesOf({ checkIns, places, runs, cases }, nth, { dated, told }) {
  const shift = dated ? SHIFT_TO_KATHMANDU : SHIFTS[nth % SHIFTS.length];
  const at = (sec) => (sec === undefined ? undefined : sec + shift);
  // Worlds lie kilometres apart; within one the shop is 78 m from the mall, in some 156 m, and often across a line of the grid.
  const lat = -60 + (nth % 1000) * 0.1001;
  const lon = 100 + Math.floor(nth / 1000) * 0.1;
  const located = { mall: [lat, lon], shop: [lat + (nth % 7 < 2 ? 0.0014 : 0.0007), lon] };
  const rows = {
    checkins: checkIns.map((scan, i) => ({
      ...scan,
      time: at(scan.time),
      check_out: at(scan.check_out),
      ...(scan.place_id === 'bus' && i % 3 > 0 && { carriage: `${i % 3}`, seat: `${i % 7}${'AC'[i % 2]}` }),
    })),
    places: places.map((place) => ({ ...place, lat: located[place.place_id]?.[0], lon: located[place.place_id]?.[1] })),
    runs: runs.map((run) => ({ ...run, start: at(run.start), end: at(run.end) })),
    cases: cases.map((each) => ({
      ...each,
      infectious_from: at(each.infectious_from),
      infectious_to: at(each.infectious_to),
      // Two days before, or ten days after, is the midnight within the world.
      ...(dated && { onset_date: each.infectious_from === undefined ? '2022-03-04' : '2022-02-19' }),
    })),
    visits: told ? checkIns.slice(0, 4).map((scan, i) => visit(scan, i, cases[0])) : [],
  };
  /** An itinerary: of the first case at a place of some scan, at the instants where its window ends and begins, and of somebody who never scans. */
  function visit(scan, i, { case_id, person_id, infectious_from, infectious_to }) {
    const edge = i === 1 ? infectious_to : i === 3 ? infectious_from : undefined;
    return {
      case_id: i % 2 === 0 ? 'told' : (case_id ?? person_id),
      place_id: scan.place_id,
      run_id: scan.run_id,
      start: at(edge ?? scan.time),
      end: at(edge ?? scan.check_out ?? scan.time + i * 120),
    };
  }
  const prefixed = (name, value) => (value === undefined || value === '' ? '' : IDS.has(name) ? `w${nth}.${value}` : value);
  return Object.fromEntries(
    Object.entries(rows).map(([table, all]) => [table, all.map((row) => HEADS[table].map((name) => prefixed(name, row[name])).join(','))]),
  );
}

const union = (all) => Object.fromEntries(Object.keys(HEADS).map((table) => [table, all.flatMap((tables) => tables[table])]));

/** Writes the tables that have rows. */
function write(folder, tables) {
  mkdirSync(folder, { recursive: true });
  const files = {};
  for (const [table, rows] of Object.entries(tables)) {
    if (rows.length === 0) continue;
    files[table] = join(folder, `${table}.csv`);
    writeFileSync(files[table], `${[HEADS[table].join(','), ...rows].join('\n')}\n`);
  }
  return files;
}

/** The lists of each world by itself in memory, put together: what the union must say. Lines of files are others there, so they are left out. */
async function alone(suite, folder, worlds) {
  const { runProgram } = await import(pathToFileURL(join(root, 'dist/cli/program.js')).href);
  const texts = {};
  for (const { nth, tables } of worlds) {
    const here = join(folder, `w${nth}`);
    const out = join(here, 'lists');
    let said = '';
    const io = {
      out: () => {},
      outBytes: async () => true,
      err: (text) => (said += text),
      isTerminal: false,
      signal: new AbortController().signal,
      now: () => 0,
    };
    const args = ['match', ...matchArgs({ ...suite, files: write(here, tables) }), '--threads', '1', '--format', 'jsonl', '--out', out, '--quiet'];
    const code = await runProgram(args, io);
    if (code !== 0) throw new Error(`match of w${nth} ended with ${code}: ${said}`);
    for (const [name, text] of Object.entries(takeLists(out))) texts[name] = (texts[name] ?? '') + text;
  }
  return withoutEvidence(texts);
}
