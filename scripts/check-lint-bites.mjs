// Plants faults in a copy of the source and demands that the lint command of package.json fails for each, names the rule, and passes without.
// node scripts/check-lint-bites.mjs
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lint = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts.lint;

/** The folders of src in the order of the work; `.oxlintrc.json` says the same in its own words. */
const STAGES = [
  'core',
  'model',
  'ingest',
  'stays',
  'stay-index',
  'match',
  'rules',
  'lists',
  'output',
  'simulate',
  'disk-index',
  'threads',
  'engines',
  'report',
  'cli',
];
const WITHOUT_NODE = ['core', 'model', 'ingest', 'stays', 'stay-index', 'match', 'rules', 'lists', 'simulate'];

const DIRECTION = 'eslint(no-restricted-imports)';
const NODE = 'import(no-nodejs-modules)';
const GLOBALS = 'eslint(no-restricted-globals)';
const DATES = 'dates(no-local-date)';

/** Each: what it is, the files planted, and the rule that must report the first of them. */
const FAULTS = [
  {
    name: 'a cycle of two files',
    rule: 'import(no-cycle)',
    files: {
      'core/planted-a.ts': `import { b } from './planted-b.js';\nexport const a = (): number => b();`,
      'core/planted-b.ts': `import { a } from './planted-a.js';\nexport const b = (): number => a();`,
    },
  },
  {
    name: 'a cycle of types over three files',
    rule: 'import(no-cycle)',
    files: {
      'core/planted-a.ts': `import type { B } from './planted-b.js';\nexport interface A { b?: B }`,
      'core/planted-b.ts': `import type { C } from './planted-c.js';\nexport interface B { c?: C }`,
      'core/planted-c.ts': `import type { A } from './planted-a.js';\nexport interface C { a?: A }`,
    },
  },
  {
    name: 'an import from core to lists',
    rule: DIRECTION,
    files: { 'core/planted.ts': `import { columnsOf } from '../lists/rows.js';\nexport const planted = columnsOf;` },
  },
  {
    name: 'a type import from core to lists',
    rule: DIRECTION,
    files: { 'core/planted.ts': `import type { ListName } from '../lists/rows.js';\nexport type Planted = ListName;` },
  },
  { name: 'a re-export from a later stage', rule: DIRECTION, files: { 'stays/planted.ts': `export { gradeBy } from '../rules/grade.js';` } },
  {
    name: 'a dynamic import of a later stage',
    rule: DIRECTION,
    files: { 'stay-index/planted.ts': `export const planted = (): Promise<unknown> => import('../match/visits.js');` },
  },
  {
    name: 'a later stage from a folder within a stage',
    rule: DIRECTION,
    files: { 'stays/transit/planted.ts': `import { gradeBy } from '../../rules/grade.js';\nexport const planted = gradeBy;` },
  },
  {
    name: 'a roundabout path to a later stage',
    rule: DIRECTION,
    files: { 'core/planted.ts': `import { columnsOf } from './../lists/rows.js';\nexport const planted = columnsOf;` },
  },
  {
    name: 'a stage that imports the public list',
    rule: DIRECTION,
    files: { 'engines/planted.ts': `import * as all from '../index.js';\nexport const planted = all;` },
  },
  {
    name: 'a stage that imports the public list of SQL',
    rule: DIRECTION,
    files: { 'report/planted.ts': `import * as all from '../sql.js';\nexport const planted = all;` },
  },
  {
    name: 'a stage that imports the package by name',
    rule: DIRECTION,
    files: { 'match/planted.ts': `import * as all from 'copresence';\nexport const planted = all;` },
  },
  {
    name: 'the public list importing the command line',
    rule: DIRECTION,
    files: { 'planted.ts': `import * as cli from './cli/program.js';\nexport const planted = cli;` },
  },
  {
    name: 'the source importing src/testing',
    rule: DIRECTION,
    files: { 'engines/planted.ts': `import * as testing from '../testing/worlds.js';\nexport const planted = testing;` },
  },
  {
    name: 'a folder that is no stage',
    rule: DIRECTION,
    files: { 'planted/planted.ts': `import { InputError } from '../core/errors.js';\nexport const planted = InputError;` },
  },
  {
    name: 'the files of Node through ingest',
    rule: DIRECTION,
    files: { 'stays/planted.ts': `import { FileSource } from '../ingest/file-source.js';\nexport const planted = FileSource;` },
  },
  ...WITHOUT_NODE.map((room) => ({
    name: `node:fs in ${room}`,
    rule: NODE,
    files: { [`${room}/planted.ts`]: `import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;` },
  })),
  { name: 'fs without node: in match', rule: NODE, files: { 'match/planted.ts': `import { readFile } from 'fs/promises';\nexport const planted = readFile;` } },
  {
    name: 'a type from Node in match',
    rule: NODE,
    files: { 'match/planted.ts': `import type { Readable } from 'node:stream';\nexport type Planted = Readable;` },
  },
  { name: 'process in match', rule: GLOBALS, files: { 'match/planted.ts': `export const planted = process.argv;` } },
  { name: 'a default export', rule: 'import(no-default-export)', files: { 'model/planted.ts': `const planted = 1;\nexport default planted;` } },
  { name: 'Date.parse', rule: 'eslint(no-restricted-properties)', files: { 'ingest/planted.ts': `export const planted = Date.parse('2022-02-30');` } },
  { name: 'new Date of a local time', rule: DATES, files: { 'output/planted.ts': `export const planted = new Date('2022-02-28 10:00');` } },
  { name: 'new Date of local parts', rule: DATES, files: { 'output/planted.ts': `export const planted = new Date(2022, 1, 28);` } },
  { name: 'new Date() reading the clock', rule: DATES, files: { 'cli/planted.ts': `export const planted = new Date();` } },
];

/** What must stay allowed, so that the rules are not merely strict. */
const ALLOWED = {
  'lists/planted-down.ts': STAGES.slice(0, 7)
    .map((stage, i) => `export type { Planted as P${i} } from '../${stage}/planted.js';`)
    .join('\n'),
  'stays/planted.test.ts': `import { readFileSync } from 'node:fs';\nimport { columnsOf } from '../lists/rows.js';\nexport const planted = [readFileSync, columnsOf];`,
  'testing/planted.ts': `import { readFileSync } from 'node:fs';\nimport * as cli from '../cli/program.js';\nexport const planted = [readFileSync, cli];`,
  'planted.ts': `export * as engines from './engines/planted.js';\nexport * as report from './report/planted.js';`,
  'output/planted.ts': `import { createHash } from 'node:crypto';\nexport const planted = [createHash, new Date(0), new Date('2022-02-28T10:00:00Z')];`,
  'cli/planted.ts': `import * as node from '../node.js';\nexport const planted = node;`,
};

const copy = mkdtempSync(join(tmpdir(), 'copresence-lint-'));
let passed = 0;
let failed = 0;
try {
  for (const name of ['package.json', '.oxlintrc.json', 'tsconfig.json', 'scripts', 'src']) cpSync(join(root, name), join(copy, name), { recursive: true });
  const clean = runLint({});
  report('the source as it is passes', clean.status === 0 && clean.fileCount > 20, clean);
  for (const { name, rule, files } of FAULTS) {
    const run = runLint(files);
    const planted = `src/${Object.keys(files)[0]}`;
    report(`${name} → ${rule}`, run.status !== 0 && run.found.some((one) => one.file === planted && one.rule === rule), run);
  }
  const allowed = runLint(ALLOWED);
  report('imports of earlier stages, tests and their helpers pass', !allowed.found.some(({ file }) => file.includes('planted')), allowed);
  checkMatrix();
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'testing');
  const unknown = folders.map((entry) => entry.name).filter((name) => !STAGES.includes(name));
  report(`every folder of src is a stage${unknown.length > 0 ? `, but not ${unknown.join(', ')}` : ''}`, unknown.length === 0);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`planted faults: ${passed} as demanded, ${failed} not`);
process.exitCode = failed > 0 ? 1 : 0;

/** Every stage against every other: later ones are refused, earlier ones are not. */
function checkMatrix() {
  const files = {};
  const pairs = STAGES.flatMap((from, i) => STAGES.map((to, k) => ({ from, to, file: `${from}/planted-${to}.ts`, isLater: k > i }))).filter(
    ({ from, to }) => from !== to,
  );
  for (const { to, file } of pairs) files[file] = `export type { Planted } from '../${to}/nothing.js';`;
  const run = runLint(files);
  const refused = new Set(run.found.filter(({ rule }) => rule === DIRECTION).map(({ file }) => file));
  const wrong = pairs.filter(({ file, isLater }) => refused.has(`src/${file}`) !== isLater).map(({ from, to }) => `${from} → ${to}`);
  report(
    `${pairs.length} pairs of stages, each refused or allowed as the order says${wrong.length > 0 ? `, but not ${wrong.join(', ')}` : ''}`,
    run.status !== 0 && wrong.length === 0,
  );
}

/** Runs the lint command in the copy with `files` added, and takes them away again. */
function runLint(files) {
  const made = Object.keys(files).map((name) => join(copy, 'src', name));
  const newFolders = new Set(made.map(dirname).filter((folder) => !existsSync(folder)));
  for (const [i, text] of Object.values(files).entries()) {
    mkdirSync(dirname(made[i]), { recursive: true });
    writeFileSync(made[i], `${text}\n`, { flag: 'wx' });
  }
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
  const run = spawnSync(`${lint} --format=json`, { cwd: copy, shell: true, encoding: 'utf8', env: { ...process.env, PATH: path }, maxBuffer: 1 << 28 });
  for (const name of made) rmSync(name);
  for (const folder of newFolders) rmSync(folder, { recursive: true, force: true });
  try {
    const { diagnostics, number_of_files: fileCount } = JSON.parse(run.stdout);
    const found = diagnostics.map(({ code, filename, message }) => ({ rule: code, file: filename.replaceAll('\\', '/'), message }));
    return { status: run.status, fileCount, found, text: found.map(({ rule, file, message }) => `${file}: ${rule} ${message}`).join('\n') };
  } catch {
    return { status: 0, fileCount: 0, found: [], text: `${run.stdout}\n${run.stderr}` }; // a linter that did not run has found nothing
  }
}

function report(what, isRight, run) {
  if (isRight) passed++;
  else failed++;
  console.log(`${isRight ? 'ok    ' : 'FAILED'} ${what}`);
  if (!isRight && run)
    console.log(
      `       exit ${run.status}, ${run.fileCount} files linted\n${run.text
        .split('\n')
        .slice(0, 20)
        .map((line) => `       ${line}`)
        .join('\n')}`,
    );
}
