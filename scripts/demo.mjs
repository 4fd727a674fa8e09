// What `npm start` runs: the main job three times on the real data of fixtures/, through the command line as a user would type it.
// Writes into demo/ (not committed); ends with the code of the first run that fails.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSfhhCheckIns } from './sfhh-checkins.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

process.exitCode = conference() || venueList() || bus() || report() || farewell();

/** Sensors at a conference, three index persons: WHO's rule of 15 minutes. Each pair meets at a place of its own (scripts/sfhh-checkins.mjs). */
function conference() {
  heading('1. A conference: 403 people with sensors, three index persons (SFHH 2009, SocioPatterns, CC0)');
  console.log('Each pair that faced each other meets at a place of its own, so whoever spoke with two people at once counts as in conflict below.');
  mkdirSync(join(ROOT, 'demo'), { recursive: true });
  writeSfhhCheckIns(join(ROOT, 'demo', 'sfhh-input'));
  return match(
    ['--checkins', 'demo/sfhh-input/checkins.csv'],
    ['--places', 'demo/sfhh-input/places.csv'],
    ['--cases', 'fixtures/sfhh/cases.csv'],
    ['--rule', 'who-2020'],
    ['--out', 'demo/sfhh'],
  );
}

/** The list of venues that the Ministry published, read as it is: every row is the itinerary of a case. The check-ins are invented. */
function venueList() {
  heading('2. Auckland, August 2021: the published venues of confirmed cases, against invented check-ins (NZ Ministry of Health, CC BY-SA 4.0)');
  return match(
    ['--checkins', 'fixtures/nz-loi/checkins.csv'],
    ['--places', 'fixtures/nz-loi/places.csv'],
    ['--visits', 'fixtures/nz-loi/locations-of-interest.csv'],
    ['--map', 'visits.case_id=id'],
    ['--map', 'visits.place_id=Location'],
    ['--map', 'visits.start=Start'],
    ['--map', 'visits.end=End'],
    ['--time-format', 'dd/MM/yyyy, h:mm a'],
    ['--tz', 'Pacific/Auckland'],
    ['--rule', 'nz-2020'],
    ['--max-rejects', '1'], // one published row ends 23 hours before it starts: it goes to rejects.csv
    ['--out', 'demo/nz'],
  );
}

/** A real timetable, invented riders: who was on the bus with case-1, from which stop to which. */
function bus() {
  heading("3. Portland, June 2018: a bus of TriMet's line 1 by its real timetable, with invented riders");
  return match(
    ['--checkins', 'fixtures/bus-1/checkins.csv'],
    ['--places', 'fixtures/bus-1/places.csv'],
    ['--cases', 'fixtures/bus-1/cases.csv'],
    ['--gtfs', 'fixtures/gtfs/trimet-vermont'],
    ['--tz', 'America/Los_Angeles'],
    ['--out', 'demo/bus'],
  );
}

/** One page of the Auckland lists, to open in a browser. */
function report() {
  heading('4. One page to look at: who, where, when and why');
  return copresence('report', ['demo/nz'], ['--places', 'fixtures/nz-loi/places.csv'], ['--out', 'demo/nz-report.html']);
}

function farewell() {
  heading('The lists');
  console.log(`demo/sfhh/   people.csv is the associate list; contacts.csv says whose contact and why; episodes.csv each meeting
demo/nz/     the same, and rejects.csv with the one row that could not be used
demo/bus/    episodes.csv ends with from_stop and to_stop: everyone scanned only on boarding, where they got off was inferred
demo/nz-report.html   open it in a browser: whom to call first and why, who was there when, what to clean; it needs no network

The same with your own CSV (headers in English or Chinese are found by name; --map names others):
  node bin/copresence.js validate checkins.csv
  node bin/copresence.js match --checkins checkins.csv --places places.csv --cases cases.csv --tz Asia/Shanghai --rule who-2020 --out lists`);
  return 0;
}

/** Runs `match` with these flags and shows them. Exit code: that of the run. */
function match(...flags) {
  return copresence('match', ...flags);
}

/** Runs a command with these flags, each with its value, and shows them. */
function copresence(command, ...flags) {
  const words = [command, ...flags.flat(), '--force'];
  console.log(`node bin/copresence.js ${words.map((word) => (/[ &]/.test(word) ? `'${word}'` : word)).join(' ')}\n`);
  const run = spawnSync(process.execPath, [join(ROOT, 'bin', 'copresence.js'), ...words], { cwd: ROOT, stdio: 'inherit' });
  if (run.status === 0) return 0;
  console.error(run.error ? `copresence could not be started: ${run.error.message}` : `this run failed: ${run.signal ?? `exit code ${run.status}`}`);
  return run.status || 1;
}

function heading(text) {
  console.log(`\n${text}\n${'='.repeat(text.length)}`);
}
