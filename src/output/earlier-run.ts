/** What an earlier run left in a folder: its lists, or the temporary files of one that was killed. Names come from files, so each is checked. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OptionError } from '../core/errors.js';

export const MANIFEST = 'manifest.json';

/** Behind the name of a file that is being written: process and chance. */
const TEMPORARY = /\.tmp-(\d+)-[0-9a-f]{8}$/;

/** A name for a file of this process until it is whole. */
export const temporarySuffix = (random: string): string => `.tmp-${process.pid}-${random}`;

/** Paths below a folder of temporary files whose process is gone: they hold personal data and are of no use. */
export function staleTemporaries(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const match = TEMPORARY.exec(name);
    return match !== null && isOutput(name.slice(0, match.index)) && !isAlive(Number(match[1]));
  });
}

/** Paths of what killed runs left of one file. */
export function staleTemporariesOf(path: string): string[] {
  const folder = dirname(path);
  return readdirSync(folder, { encoding: 'utf8' })
    .filter((name) => {
      const match = TEMPORARY.exec(name);
      return match !== null && name.slice(0, match.index) === basename(path) && !isAlive(Number(match[1]));
    })
    .map((name) => join(folder, name));
}

/** Names of the outputs that the manifest of an earlier run lists, the manifest among them; a run killed while its files got their names counts too. */
export function earlierOutputs(path: string, stale: readonly string[]): string[] {
  const unfinished = stale.find((name) => name.startsWith(`${MANIFEST}.tmp-`));
  const text = textOf(join(path, MANIFEST)) ?? (unfinished === undefined ? undefined : textOf(join(path, unfinished)));
  if (text === undefined) return [];
  try {
    const manifest = JSON.parse(text) as { tool?: unknown; outputs?: { name: string }[] };
    if (manifest.tool !== 'copresence') throw new Error('not ours');
    return [...(manifest.outputs ?? []).map(({ name }) => name).filter(isOutput), MANIFEST];
  } catch (cause) {
    throw new OptionError('E_EXISTS', `out: ${MANIFEST} in ${basename(path)} is not one of ours; choose another folder`, { cause });
  }
}

/** Whether a file is the `rejects.csv` that a run without lists left. */
export function isLeftover(path: string): boolean {
  return basename(path) === 'rejects.csv' && (textOf(path) ?? '').replace(/^\uFEFF/, '').startsWith('file,line,column,code,message,raw');
}

/** Whether a run of ours gives a file this name: a list, at the top or in a district's folder, or a table of an export. None leads out of the folder. */
const isOutput = (name: string): boolean =>
  name === MANIFEST || (/^(?:[^/\\]+\/)?[a-z_]+\.(?:csv|jsonl|parquet|arrow|dat)$/.test(name) && !name.startsWith('../'));

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
