/**
 * Stands in for `copresence match` in a comparison: puts the check-ins into an index on disk first, one file after another, and matches with that.
 * node test/support/match-through-index.mjs [--cli FILE] [--split N] match --checkins F… [flags of match]
 * With several files of check-ins the index is built by several updates, in the order in which they are named. With --split N the rows of each file are dealt to N
 * updates at random (a seed is made of the file's size, so that a run can be repeated): the other rows are blank lines there, so that `line` is as ever, and `file` is
 * put right in the lists. Equal rows go to one update, since of these the first is the evidence. Files that a reader of lines cannot deal go in whole. In the manifest
 * the parts are one file again.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const cli = args[0] === '--cli' ? args.splice(0, 2)[1] : fileURLToPath(new URL('../../bin/copresence.js', import.meta.url));
const parts = args[0] === '--split' ? Number(args.splice(0, 2)[1]) : 1;
/** Flags that belong to the index: the first four name files, the others have one value. */
const FILES = ['--checkins', '--places', '--runs', '--run-stops'];
const BOTH = ['--tz', '--time-format', '--encoding', '--max-rejects', '--map'];
const ONLY_INDEX = ['--dwell', '--run-gap'];

const index = { checkins: [], first: [], all: [] };
const match = [];
for (let i = 1; i < args.length; i++) {
  const flag = args[i];
  const values = [];
  while (i + 1 < args.length && !args[i + 1].startsWith('--')) values.push(args[++i]);
  if (flag === '--checkins') index.checkins.push(...values);
  else if (FILES.includes(flag)) index.first.push(flag, ...values);
  else if (ONLY_INDEX.includes(flag)) index.first.push(flag, ...values);
  else {
    if (BOTH.includes(flag)) index.all.push(flag, ...values);
    match.push(flag, ...values);
  }
}
const folder = mkdtempSync(join(tmpdir(), 'copresence-index-'));
const path = join(folder, 'index');
try {
  let isFirst = true;
  const groups = index.checkins.length === 0 ? [[]] : index.checkins.flatMap((file) => dealt(file).map((part) => [part]));
  for (const files of groups) {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'index', ...files, '-o', path, ...(isFirst ? index.first : []), ...index.all, '--quiet'], {
      encoding: 'utf8',
    });
    if (status !== 0) end(status, stderr);
    isFirst = false;
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'match', '--index', path, ...match], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (parts > 1 && status === 0) putNamesRight();
  process.stdout.write(stdout);
  end(status, stderr);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function end(status, stderr) {
  process.stderr.write(stderr);
  rmSync(folder, { recursive: true, force: true });
  process.exit(status ?? 1);
}

/** The file, or its parts: files of the same lines, each line in one of them and blank in the others. */
function dealt(file) {
  if (parts === 1 || file === '-') return [file];
  const bytes = readFileSync(file);
  const text = bytes.toString('latin1'); // bytes as they are
  if (bytes[0] === 0x1f || bytes[0] >= 0xfe || text.includes('"') || text.includes('\r')) return [file];
  const [head, ...lines] = text.split('\n');
  let seed = bytes.length;
  const random = () => (seed = (Math.imul(seed, 0x41c64e6d) + 0x3039) >>> 0) / 2 ** 32;
  const homes = new Map();
  const ofLine = lines.map((line) => {
    if (!homes.has(line)) homes.set(line, Math.floor(random() * parts));
    return homes.get(line);
  });
  return Array.from({ length: parts }, (_, part) => {
    const name = join(folder, `${part}`, basename(file));
    mkdirSync(join(folder, `${part}`), { recursive: true });
    const own = name.replace(/(\.\w+)?$/, `.part-${part}$1`);
    writeFileSync(own, Buffer.from([head, ...lines.map((line, i) => (ofLine[i] === part ? line : ''))].join('\n'), 'latin1'));
    return own;
  }).sort(() => random() - 0.5);
}

/** Lists and manifest name the files as they were given. */
function putNamesRight() {
  const out = match[match.indexOf('--out') + 1];
  const right = (text) => text.replaceAll(/\.part-\d+(?=(\.\w+)?(:\d|,\d|"))/g, '');
  const manifest = JSON.parse(right(readFileSync(join(out, 'manifest.json'), 'utf8')));
  for (const name of readdirSync(out)) {
    const path = join(out, name);
    if (!statSync(path).isFile() || name === 'manifest.json') continue;
    const text = right(readFileSync(path, 'latin1'));
    const bytes = Buffer.from(name === 'rejects.csv' ? inOrder(text, manifest) : text, 'latin1');
    writeFileSync(path, bytes);
    const output = manifest.outputs.find((each) => each.name === name);
    if (output) output.sha256 = createHash('sha256').update(bytes).digest('hex');
  }
  const ledger = new Map();
  for (const entry of manifest.ledger) {
    const sum = ledger.get(entry.file);
    if (sum) for (const count of ['accepted', 'rejected', 'duplicate']) sum[count] += entry[count];
    else ledger.set(entry.file, { ...entry });
  }
  manifest.ledger = [...ledger.values()].map((entry) => ({ ...entry, blank: entry.read - entry.accepted - entry.rejected - entry.duplicate }));
  manifest.inputs = manifest.inputs.filter(({ name }, i) => manifest.inputs.findIndex((each) => each.name === name) === i);
  writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest, null, 1));
}

/** Rejected rows file by file, by line: each part had its own. */
function inOrder(text, { ledger }) {
  const files = ledger.map(({ file }) => file);
  const [head, ...rows] = text.split(/\n(?=(?:[^"]*"[^"]*")*[^"]*$)/).filter((row) => row !== '');
  const place = (row) => files.indexOf(row.slice(0, row.indexOf(','))) * 1e9 + Number(row.split(',')[1]);
  return [head, ...rows.sort((a, b) => place(a) - place(b))].map((row) => `${row}\n`).join('');
}
