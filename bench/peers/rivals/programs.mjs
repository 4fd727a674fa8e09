/** Programs that may be on this machine, and text files for them. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, writeSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program, or nothing. */
export function findProgram(name, moreFolders = []) {
  return [...(process.env.PATH ?? '').split(delimiter), ...moreFolders].map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export function foldersIn(parent, below) {
  return existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name, below)) : [];
}

/** Runs a program to its end and gives its output, or throws what it said. */
export function outputOf(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28, ...options });
  if (done.status !== 0)
    throw new Error(
      `${program}: ${done.error?.message ?? `exit code ${done.status}`} ${String(done.stderr ?? '')
        .trim()
        .split('\n')
        .slice(-3)
        .join(' ')}`,
    );
  return done.stdout;
}

/** Writes pieces of text or bytes, in few writes. */
export function writePieces(path, pieces) {
  const file = openSync(path, 'w');
  let held = [];
  let size = 0;
  const flush = () => {
    if (held.length > 0) writeSync(file, typeof held[0] === 'string' ? held.join('') : Buffer.concat(held));
    held = [];
    size = 0;
  };
  for (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size > 1 << 22) flush();
  }
  flush();
  closeSync(file);
}
