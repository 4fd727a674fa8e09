// Installs and builds what is missing or stale, and nothing else: run before `npm start` and `npm test` (prestart, pretest), so that either
// works as the first command on a bare clone. Needs only Node and npm. Silent if there is nothing to do; else one line on stderr per step.
//
//   node_modules/.copresence-lock   SHA-256 of the package-lock.json that node_modules was installed from
//   dist/.stamp                     SHA-256 of the sources of dist and of dist itself
//
// Contents are compared, not times: a fresh clone and a switch of branches have times that mean nothing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(ROOT, ...parts);

const LOCK = at('package-lock.json');
const MODULES = at('node_modules');
const LOCK_STAMP = join(MODULES, '.copresence-lock');
const DIST = at('dist');
const DIST_STAMP = join(DIST, '.stamp');

process.exitCode = ensureInstalled() || ensureBuilt();

/** Exit code: 0 if node_modules is what package-lock.json says, now or already. */
function ensureInstalled() {
  const wanted = hashOf([LOCK]);
  if (textOf(LOCK_STAMP) === wanted) return 0;
  const isThere = existsSync(MODULES);
  if (!(isThere && isInstalledFromLock())) {
    say(`installing dependencies with npm ci: node_modules is ${isThere ? 'not what package-lock.json says' : 'missing'}`);
    // The build needs the development dependencies, whatever NODE_ENV says.
    const code = npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
    if (code !== 0) return code;
  }
  writeFileSync(LOCK_STAMP, wanted);
  return 0;
}

/** Whether someone already ran npm by hand: npm's own record of node_modules has every package of the lock file, and no other. */
function isInstalledFromLock() {
  const locked = packagesIn(LOCK);
  const installed = packagesIn(join(MODULES, '.package-lock.json'));
  const isSame = (name) => locked[name]?.version === installed[name].version && locked[name]?.integrity === installed[name].integrity;
  // Packages for other platforms are in the lock file and nowhere else.
  return Object.keys(installed).every(isSame) && Object.keys(locked).every((name) => name === '' || name in installed || locked[name].optional === true);
}

function packagesIn(lockFile) {
  return JSON.parse(textOf(lockFile) ?? '{}').packages ?? {};
}

/** Exit code: 0 if dist is what the sources give, now or already. */
function ensureBuilt() {
  const sources = hashOf(sourceFiles()); // before the build: an edit made meanwhile must count as newer
  const stamp = textOf(DIST_STAMP);
  if (stamp !== undefined && stamp === stampText(sources)) return 0;
  say(`building with npm run build: dist ${staleness(sources, stamp)}`);
  const code = npm('run', 'build');
  if (code !== 0) return code;
  if (!existsSync(DIST)) {
    say('npm run build ended well but left no dist: look at the script "build" in package.json');
    return 1;
  }
  writeFileSync(DIST_STAMP, stampText(sources));
  return 0;
}

function staleness(sources, stamp) {
  if (!existsSync(DIST)) return 'is missing';
  if (stamp === undefined) return 'does not say what it was built from';
  return stamp.startsWith(`sources ${sources}\n`) ? 'was changed since it was built' : 'is older than its sources';
}

function sourceFiles() {
  const topLevel = readdirSync(ROOT).filter((name) => name === 'package.json' || /^tsconfig.*\.json$/.test(name));
  return [
    ...topLevel.map((name) => at(name)),
    ...['bundle.mjs', 'build-page.mjs', 'build-app.mjs'].map((name) => at('scripts', name)),
    ...filesUnder(at('src')),
  ];
}

/** dist is hashed too: a build by hand from other sources must not pass for this one. */
function stampText(sources) {
  return `sources ${sources}\noutput ${hashOf(filesUnder(DIST).filter((file) => file !== DIST_STAMP))}\n`;
}

function filesUnder(dir) {
  return readdirSync(dir, { recursive: true })
    .map((name) => join(dir, name))
    .filter((file) => statSync(file).isFile());
}

/** SHA-256 over names and contents, in the order of names. */
function hashOf(files) {
  const hash = createHash('sha256');
  const named = files.map((file) => ({ file, name: relative(ROOT, file).split(sep).join('/') }));
  for (const { file, name } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const content = readFileSync(file);
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Runs the npm that called us, else the one on the path. Its output is shown only if it fails: one line is what a reader wants of success. */
function npm(...args) {
  const own = process.env.npm_execpath; // under another package manager this is not npm
  const isNpm = own !== undefined && /^npm(-cli)?\.[cm]?js$/.test(basename(own));
  const options = { cwd: ROOT, env: process.env, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 27 };
  const done = isNpm ? spawnSync(process.execPath, [own, ...args], options) : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' }); // npm is a .cmd there
  if (done.status === 0) return 0;
  process.stderr.write(done.stdout ?? '');
  process.stderr.write(done.stderr ?? '');
  const command = `npm ${args.filter((arg) => !arg.startsWith('--')).join(' ')}`;
  say(done.error ? `${command} could not be started: ${done.error.message}` : `${command} failed with ${done.signal ?? `exit code ${done.status}`}: see above`);
  return done.status || 1;
}

function say(text) {
  process.stderr.write(`copresence: ${text}\n`);
}
