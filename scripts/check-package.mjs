// Packs the package, installs the tarball into an empty folder as a user would, and uses it from there.
// node scripts/check-package.mjs     needs a built dist and a registry for the dependencies
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { name, version, exports: entries, bin } = readJson(join(root, 'package.json'));

/** Bounds that a slip (a map, a fixture, a new dependency) would break. date-fns alone is 11 MB. */
const TARBALL_BYTES = 1_100_000;
const UNPACKED_BYTES = 3_800_000;
const INSTALLED_BYTES = 20_000_000;
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare'];

const CHECK_INS = `person_id,place_id,time,check_out
case,hall,2022-03-01T08:00:00Z,2022-03-01T09:00:00Z
other,hall,2022-03-01T08:30:00Z,2022-03-01T10:00:00Z
alone,shop,2022-03-01T08:30:00Z,2022-03-01T10:00:00Z
`;

/** What a user writes: the entry that runs anywhere, then the one for Node. Prints the ids of the contacts. */
const ANYWHERE = `import { InputError, OptionError, buildIndex } from '${name}';
const checkIns = [
  { person_id: 'case', place_id: 'hall', time: '2022-03-01T08:00:00Z', check_out: '2022-03-01T09:00:00Z' },
  { person_id: 'other', place_id: 'hall', time: '2022-03-01T08:30:00Z', check_out: '2022-03-01T10:00:00Z' },
];
const cases = [{ person_id: 'case', infectious_from: '2022-03-01T00:00:00Z', infectious_to: '2022-03-02T00:00:00Z' }];
const { contacts } = buildIndex(checkIns).match(cases);
export const ids: string[] = contacts.map((row) => row.contact_id);
export const errors: (typeof InputError | typeof OptionError)[] = [InputError, OptionError];
`;
const IN_NODE = `import { buildIndex } from '${name}';
import { readCheckIns } from '${name}/node';
const index = await buildIndex(readCheckIns(['checkins.csv']));
const cases = [{ person_id: 'case', infectious_from: '2022-03-01T00:00:00Z', infectious_to: '2022-03-02T00:00:00Z' }];
export const ids: string[] = index.match(cases).contacts.map((row) => row.contact_id);
`;
const AS_SQL = `import { DIALECT_NAMES, scriptText, type Statement } from '${name}/sql';
const statement: Statement = { label: 'answer', kind: 'read', sql: 'select 1' };
export const ids: boolean[] = [DIALECT_NAMES.includes('duckdb'), scriptText([statement]).includes('select 1')];
`;

const work = mkdtempSync(join(tmpdir(), 'copresence-package-'));
let failed = 0;
try {
  main();
} catch (error) {
  check('all checks could be made', false, error.stack);
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;

function main() {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', work], root).stdout);
  const files = packed.files.map(({ path }) => path);
  const strays = files.filter(
    (file) =>
      !/^(?:dist\/.+\.(?:js|d\.ts)|dist\/report\/app\.html|bin\/.+\.js|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/.test(file) ||
      /\.test\.|(?:^|\/)testing\//.test(file),
  );
  check(`${files.length} files are packed, and no other`, strays.length === 0, strays.join(', '));
  const wanted = [
    ...Object.values(entries).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry))),
    ...Object.values(bin),
    'dist/report/app.html',
    'README.md',
    'LICENSE',
  ];
  const missing = wanted.map((file) => file.replace(/^\.\//, '')).filter((file) => !files.includes(file));
  check('every entry, the command, README and LICENSE are packed', missing.length === 0, `missing: ${missing.join(', ')}`);
  check(
    `the tarball has ${kb(packed.size)}, unpacked ${kb(packed.unpackedSize)}`,
    packed.size <= TARBALL_BYTES && packed.unpackedSize <= UNPACKED_BYTES,
    `allowed: ${kb(TARBALL_BYTES)}, ${kb(UNPACKED_BYTES)}`,
  );

  const user = join(work, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n');
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(work, packed.filename)], user);
  checkInstalled(user);
  checkAnywhere(join(user, 'node_modules', name));
  checkImports(user);
  checkCommand(user);
}

function checkInstalled(user) {
  const installed = Object.entries(readJson(join(user, 'node_modules', '.package-lock.json')).packages);
  const own = readJson(join(user, 'node_modules', name, 'package.json')).scripts ?? {};
  const runners = [
    ...INSTALL_SCRIPTS.filter((script) => script in own).map((script) => `${name}: ${script}`),
    ...installed.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path),
  ];
  check(`none of ${installed.length} packages runs a script at install`, runners.length === 0, runners.join(', '));
  const bytes = filesUnder(join(user, 'node_modules')).reduce((sum, file) => sum + statSync(file).size, 0);
  check(`node_modules has ${kb(bytes)}`, bytes <= INSTALLED_BYTES, `allowed: ${kb(INSTALLED_BYTES)}`);
}

/** The main entry and that of SQL must run in a browser: nothing that they reach may be a module of Node. */
function checkAnywhere(folder) {
  const found = [];
  const seen = new Set();
  const queue = ['.', './sql'].map((entry) => join(folder, entries[entry].default));
  for (const file of queue) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [, source] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      if (source.startsWith('.')) queue.push(join(dirname(file), source));
      else if (source.startsWith('node:')) found.push(`${relative(folder, file)} imports ${source}`);
    }
  }
  check(`the entries . and ./sql reach ${seen.size} files and no module of Node`, found.length === 0, found.join(', '));
}

function checkImports(user) {
  writeFileSync(join(user, 'checkins.csv'), CHECK_INS);
  for (const [file, text, wanted] of [
    ['anywhere', ANYWHERE, 'other'],
    ['in-node', IN_NODE, 'other'],
    ['as-sql', AS_SQL, 'true,true'],
  ]) {
    writeFileSync(join(user, `${file}.ts`), text);
    writeFileSync(join(user, `${file}.js`), `${text.replaceAll(/(const \w+): [^=]+ =/g, '$1 =').replaceAll(/, type \w+/g, '')}console.log(ids.join());\n`);
    const ran = spawnSync(process.execPath, [`${file}.js`], { cwd: user, encoding: 'utf8' });
    check(`${file}: what the import gives answers ${wanted}`, ran.status === 0 && ran.stdout === `${wanted}\n`, ran.stdout + ran.stderr);
  }
  // The declarations by themselves: a user without skipLibCheck must not need more types than these.
  const base = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--skipLibCheck', 'false'];
  const types = join(root, 'node_modules', '@types');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  for (const [file, args] of [
    ['anywhere.ts', ['--lib', 'es2023,dom', '--types', '']],
    ['as-sql.ts', ['--lib', 'es2023,dom', '--types', '']],
    ['in-node.ts', ['--lib', 'es2023', '--typeRoots', types, '--types', 'node']],
  ]) {
    const ran = spawnSync(process.execPath, [tsc, ...base, ...args, file], { cwd: user, encoding: 'utf8' });
    check(`${file}: the types hold for a strict user`, ran.status === 0, ran.stdout + ran.stderr);
  }
}

function checkCommand(user) {
  const command = join(user, 'node_modules', '.bin', Object.keys(bin)[0]);
  const said = spawnSync(command, ['--version'], { cwd: user, encoding: 'utf8' });
  check(`the command says ${version}`, said.status === 0 && said.stdout.trim() === version, said.stdout + said.stderr);
  writeFileSync(join(user, 'cases.csv'), 'person_id,infectious_from,infectious_to\ncase,2022-03-01T00:00:00Z,2022-03-02T00:00:00Z\n');
  const ran = spawnSync(command, ['match', '--checkins', 'checkins.csv', '--cases', 'cases.csv', '--out', 'lists'], { cwd: user, encoding: 'utf8' });
  const [header, ...rows] =
    ran.status === 0
      ? readFileSync(join(user, 'lists', 'contacts.csv'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.trim().split(','))
      : [[]];
  const contacts = rows.map((row) => row[header.indexOf('contact_id')]).join();
  writeFileSync(join(user, 'scans.parquet'), 'PAR1 PAR1');
  const without = spawnSync(command, ['validate', 'scans.parquet'], { cwd: user, encoding: 'utf8' });
  const isTold = without.status === 2 && without.stderr.includes('E_PARQUET_PEER') && without.stderr.includes('npm install hyparquet');
  check('the command says what to install for a Parquet file', isTold, `exit code ${without.status}: ${without.stderr}`);
  check('the command writes the lists', contacts === 'other', `exit code ${ran.status}, contacts '${contacts}': ${ran.stderr}`);
}

function run(command, args, cwd) {
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 27, shell: process.platform === 'win32' });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${ran.status}\n${ran.stdout}${ran.stderr}`);
  return ran;
}

function check(what, isRight, detail) {
  if (!isRight) failed++;
  console.log(`${isRight ? 'ok    ' : 'FAILED'} ${what}${isRight || !detail ? '' : `\n       ${detail.trim().replaceAll('\n', '\n       ')}`}`);
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function kb(bytes) {
  return `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
}
