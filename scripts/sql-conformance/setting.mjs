// What all of scripts/sql-conformance shares: arguments, the folder of the run, programs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const work = mkdtempSync(join(tmpdir(), 'copresence-conformance-'));
const bin = join(root, 'bin/copresence.js');

export const has = (name) => process.argv.includes(name);
export const named = (name) => (has(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);

/** A whole number from the command line. */
export function number(name, other) {
  const text = named(name);
  if (!has(name)) return other;
  if (!/^\d+$/.test(text ?? '')) throw new Error(`${name}: expected a whole number`);
  return Number(text);
}

/** The output of a program; its last words are those of the error if it fails. */
export function program(name, args, more = {}) {
  const { status, stdout, stderr, error } = spawnSync(name, args, { encoding: 'utf8', maxBuffer: 2 ** 30, ...more });
  if (status !== 0) throw new Error(`${name}: ${error?.message ?? stderr.slice(-3000)}`);
  return stdout;
}

export function copresence(args) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`copresence ${args[0]} ended with ${status}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

/** Flags that name the files of a suite. */
export const fileFlags = (files) => Object.entries(files).flatMap(([table, file]) => [`--${table}`, file]);

/** The arguments of a suite's match, less those that a way adds. */
export const matchArgs = ({ tz, files, flags, matchFlags = [], rules = [] }) => [
  ...(tz ? ['--tz', tz] : []),
  ...fileFlags(files),
  ...flags,
  ...matchFlags,
  ...rules.flatMap((rule) => ['--rule', rule]),
];

/** All lists of a match by name. */
export function lists(args) {
  const out = mkdtempSync(join(work, 'out-'));
  copresence(['match', ...args, '--format', 'jsonl', '--out', out, '--quiet']);
  return takeLists(out);
}

/** Reads the lists of a folder and removes it. */
export function takeLists(out) {
  const found = readdirSync(out).filter((name) => name !== 'manifest.json');
  const texts = Object.fromEntries(found.sort().map((name) => [name, readFileSync(join(out, name), 'utf8')]));
  rmSync(out, { recursive: true });
  return texts;
}
