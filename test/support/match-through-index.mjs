/**
 * Stands in for `copresence match` in a comparison: puts the check-ins into an index on disk first, one file after another, and matches with that.
 * node test/support/match-through-index.mjs [--cli FILE] match --checkins F… [flags of match]
 * With several files of check-ins the index is built by several updates, in an order that the names of the files decide.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const cli = args[0] === '--cli' ? args.splice(0, 2)[1] : fileURLToPath(new URL('../../bin/copresence.js', import.meta.url));
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
    if (BOTH.includes(flag)) (flag === '--tz' || flag === '--map' ? index.all : index.all).push(flag, ...values);
    match.push(flag, ...values);
  }
}
const folder = mkdtempSync(join(tmpdir(), 'copresence-index-'));
const path = join(folder, 'index');
try {
  let isFirst = true;
  const groups = index.checkins.length === 0 ? [[]] : index.checkins.map((file) => [file]);
  for (const files of groups) {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'index', ...files, '-o', path, ...(isFirst ? index.first : []), ...index.all, '--quiet'], {
      encoding: 'utf8',
    });
    if (status !== 0) end(status, stderr);
    isFirst = false;
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'match', '--index', path, ...match], { encoding: 'utf8', maxBuffer: 1 << 28 });
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
