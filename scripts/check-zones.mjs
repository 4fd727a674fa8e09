// The zone of the machine must not show: runs the command line under several TZ and compares every byte it writes.
// node scripts/check-zones.mjs
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'bin', 'copresence.js');
const ZONES = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia'];

/** Local times of several forms around both changes of the clocks in Berlin, and at midnight. */
const CHECK_INS = `person_id,place_id,time,check_out
a,hall,2022-03-27 01:50,2022-03-27 03:10
b,hall,2022-03-27T01:55:00+01:00,
c,hall,2022-03-27 02:30,
b,bus,2022-10-30 02:30,2022-10-30 02:45
a,bus,2022-10-30 02:40:10,
c,bus,2022-10-30T00:50:00Z,
a,shop,2022-03-01 24:00,
b,shop,2022/3/2 0:05,2022/3/2 0:40
c,shop,20220302001000,
`;
const FORMATTED = `person_id,place_id,time
a,shop,"02/03/2022, 12:05 am"
d,shop,"02/03/2022, 12:10 am"
`;
const PLACES = `place_id,category,kind
hall,entertainment,
bus,bus,
shop,retail,venue
`;
const CASES = `person_id,case_id,onset_date
a,first,2022-03-02
a,later,2022-10-29
`;
const VISITS = `case_id,place_id,start,end
told,hall,2022-03-27 00:30,2022-03-27 04:00
`;

const work = mkdtempSync(join(tmpdir(), 'copresence-zones-'));
try {
  process.exitCode = main();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function main() {
  const inputs = {
    'checkins.csv': CHECK_INS,
    'formatted.csv': FORMATTED,
    'places.csv': PLACES,
    'cases.csv': CASES,
    'visits.csv': VISITS,
    'nz-cases.csv': casesOf(nz('checkins.csv')),
  };
  for (const [name, text] of Object.entries(inputs)) writeFileSync(join(work, name), text);
  const small = [
    '--checkins',
    input('checkins.csv'),
    input('formatted.csv'),
    '--places',
    input('places.csv'),
    '--tz',
    'Europe/Berlin',
    '--time-format',
    'dd/MM/yyyy, h:mm a',
    '--max-rejects',
    '5',
  ];
  const runs = {
    'both changes of the clocks': [
      'match',
      ...small,
      '--cases',
      input('cases.csv'),
      '--visits',
      input('visits.csv'),
      '--lag',
      '30m',
      '--depth',
      '2',
      '--rule',
      'any',
      '--out',
      'lists',
    ],
    'the same as JSON lines': ['match', ...small, '--cases', input('cases.csv'), '--format', 'jsonl', '--out', 'lists'],
    'New Zealand 2021': [
      'match',
      '--checkins',
      nz('checkins.csv'),
      '--places',
      nz('places.csv'),
      '--cases',
      input('nz-cases.csv'),
      '--tz',
      'Pacific/Auckland',
      '--out',
      'lists',
    ],
    validate: ['validate', input('checkins.csv'), '--tz', 'Europe/Berlin', '--json'],
  };
  let failed = 0;
  for (const [name, args] of Object.entries(runs)) {
    const results = ZONES.map((zone) => run(zone, name, args));
    const [first] = results;
    const odd = ZONES.filter((_, i) => results[i].sum !== first.sum);
    const fault =
      first.fault ??
      (odd.length > 0
        ? `${odd.join(', ')} differ from ${ZONES[0]}: ${differing(
            first,
            results.find(({ sum }) => sum !== first.sum),
          )}`
        : undefined);
    if (fault) failed++;
    console.log(
      `${fault ? 'FAILED' : 'ok    '} ${name}: ${fault ?? `${first.files.size} files alike under ${ZONES.length} zones, sha256 ${first.sum.slice(0, 16)}`}`,
    );
  }
  return failed > 0 ? 1 : 0;
}

/** Runs the command line under a zone; `sum` is over the names and bytes of all that it wrote, standard output included. */
function run(zone, name, args) {
  const folder = join(work, `${name}-${zone}`.replaceAll(/\W/g, '-'));
  mkdirSync(folder);
  const child = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, TZ: zone, NO_COLOR: '1' },
    maxBuffer: 1 << 28,
  });
  const files = new Map([['standard output', hashOf(child.stdout)]]);
  for (const file of filesUnder(folder)) files.set(file, hashOf(readFileSync(join(folder, file))));
  const faults = [];
  if (child.status !== 0) faults.push(`exit code ${child.status} under ${zone}: ${child.stderr.trim()}`);
  else if (args.includes('--out') && !hasContacts(folder)) faults.push('no contact was listed, so that nothing was compared');
  return { files, sum: hashOf(JSON.stringify([child.status, ...files])), fault: faults[0] };
}

function hasContacts(folder) {
  const name = filesUnder(folder).find((file) => /contacts\.(csv|jsonl)$/.test(file));
  return name !== undefined && readFileSync(join(folder, name), 'utf8').trim().split('\n').length > 1;
}

function differing(a, b) {
  return [...new Set([...a.files.keys(), ...b.files.keys()])].filter((file) => a.files.get(file) !== b.files.get(file)).join(', ');
}

/** Three people of a check-in file as cases: the ids alone are read, and taken from far apart. */
function casesOf(file) {
  const ids = readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[0])
    .filter(Boolean);
  const chosen = [0.1, 0.5, 0.9].map((share) => ids[Math.floor(share * ids.length)]);
  return `person_id,onset_date\n${[...new Set(chosen)].map((id) => `${id},2021-08-17\n`).join('')}`;
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

function hashOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function input(name) {
  return join(work, name);
}

function nz(name) {
  return join(root, 'fixtures', 'nz-loi', name);
}
