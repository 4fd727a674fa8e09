// Inputs and questions: simulated cities, and the data in fixtures/ that `npm start` matches.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSfhhCheckIns } from '../sfhh-checkins.mjs';
import { copresence, lists, matchArgs, root, work } from './setting.mjs';

const FLAGS = [
  ['--lag', '30m', '--window', 'all'],
  ['--scope', 'parent', '--bounds', 'closed'],
  ['--scope', 'grid:300', '--min-overlap', '5m'],
  ['--scope', 'near:200', '--skew', '2m'],
  ['--exclude-conflicts', '--lag', '2h'],
];

/** Cities of 250 people, and one of `rows` check-ins. */
export function citySuites(cities, rows) {
  const suites = [];
  for (let seed = 1; seed <= cities; seed++)
    suites.push(city(`city ${seed}`, ['--people', '250', '--days', '3', '--cases', '6', '--seed', `${seed}`], FLAGS[(seed - 1) % FLAGS.length]));
  if (rows > 0) suites.push(city(`city of ${rows} check-ins`, ['--rows', `${rows}`], FLAGS[0]));
  return suites;
}

function city(name, options, flags) {
  const folder = join(work, name.replaceAll(' ', '-'));
  copresence(['simulate', ...options, '--out', folder, '--quiet']);
  const at = (table) => join(folder, `${table}.csv`);
  return {
    name,
    tz: 'Asia/Shanghai',
    files: { checkins: at('checkins'), places: at('places'), runs: at('runs'), cases: at('cases') },
    flags,
    isLocated: flags.some((flag) => /^(grid|near):/.test(flag)),
    isCity: true,
  };
}

/** What `npm start` matches (scripts/demo.mjs), and the bus again without what engines refuse. */
export function fixtureSuites() {
  const fixture = (path) => join(root, 'fixtures', path);
  const folder = join(work, 'fixtures');
  const { checkIns, places } = writeSfhhCheckIns(join(folder, 'sfhh'));
  const busFiles = { checkins: fixture('bus-1/checkins.csv'), places: fixture('bus-1/places.csv'), cases: fixture('bus-1/cases.csv') };
  const riders = join(folder, 'riders.csv');
  writeFileSync(
    riders,
    rowsOf(busFiles.checkins, (line) => !line.endsWith(',staff')),
  );
  return [
    { name: 'conference', files: { checkins: checkIns, places, cases: fixture('sfhh/cases.csv') }, flags: [], rules: ['who-2020'] },
    auckland(fixture, folder),
    // Rides are inferred from timetables, which neither engines nor scripts do.
    { name: 'bus, timetable', tz: 'America/Los_Angeles', files: busFiles, flags: ['--gtfs', fixture('gtfs/trimet-vermont')], shownFlags: [], isRefused: true },
    { name: 'bus, riders alone', tz: 'America/Los_Angeles', files: { ...busFiles, checkins: riders }, flags: [] },
  ];
}

/** Itineraries as the Ministry published them. One row is rejected, which `sql` does not take: scripts are made of the others. */
function auckland(fixture, folder) {
  const headers = ['case_id=id', 'place_id=Location', 'start=Start', 'end=End'].flatMap((pair) => ['--map', `visits.${pair}`]);
  const suite = {
    name: 'Auckland, itineraries',
    tz: 'Pacific/Auckland',
    files: { checkins: fixture('nz-loi/checkins.csv'), places: fixture('nz-loi/places.csv'), visits: fixture('nz-loi/locations-of-interest.csv') },
    flags: [...headers, '--time-format', 'dd/MM/yyyy, h:mm a'],
    shownFlags: [],
    matchFlags: ['--max-rejects', '1'],
    rules: ['nz-2020'],
  };
  const rejected =
    lists(matchArgs(suite))
      ['rejects.csv'].match(/(?<=^locations-of-interest\.csv,)\d+/gm)
      ?.map(Number) ?? [];
  const visits = join(folder, 'visits.csv');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    visits,
    rowsOf(suite.files.visits, (_, line) => !rejected.includes(line)),
  );
  return { ...suite, scriptFiles: { visits } };
}

/** The text of a file without some of its lines, which are numbered from 1. */
const rowsOf = (file, isKept) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line, i) => isKept(line, i + 1))
    .join('\n');
