/** The folder of an index: what may be in it, what an update leaves there, and how its files become the index. */
import { closeSync, constants, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { OptionError, StateError } from '../core/errors.js';
import { LOCK, isAlive, isLocked } from './files/lock.js';
import { INDEX_MANIFEST, filesOf, readManifest, writeManifest, type IndexManifest } from './manifest.js';
import { reading } from './files/reading.js';
import { freeBytes, writing } from './files/writing.js';

/** The folder in which an update writes until its files are whole. */
const BUILDING = /^building-(\d+)-[0-9a-f]+$/;
/** Files that an index may have: nothing else in the folder is touched. */
const OWN = /^(?:day-\d{4}-\d\d-\d\d|people|reference|removed-day-\d{4}-\d\d-\d\d)\.\d+(?:\.\d+)?\.cpx$/;

/** Checks a folder for an index, and makes it if it is not there: then true. @throws OptionError `E_EXISTS`, `E_OPEN_FOLDER`; StateError `E_WRITE`. */
export function prepareFolder(folder: string): boolean {
  let status;
  try {
    status = lstatSync(folder);
  } catch {
    writing(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
    return true;
  }
  if (!status.isDirectory()) throw new OptionError('E_EXISTS', 'index: expected a folder or a new name, got a file');
  if ((status.mode & 0o022) !== 0) {
    throw new OptionError(
      'E_OPEN_FOLDER',
      `index: expected a folder that only you can write to, got one that others can (mode ${(status.mode & 0o777).toString(8)}); choose a new folder`,
    );
  }
  const foreign = readdirSync(folder).filter((name) => name !== INDEX_MANIFEST && !isOwn(name));
  if (foreign.length > 0)
    throw new OptionError('E_EXISTS', 'index: expected an empty folder, a new name or an index, got a folder with other files; choose another');
  return false;
}

const isTemporaryManifest = (name: string): boolean => /^index\.json\.tmp-\d+$/.test(name);
/** A name that updates give, beside that of the manifest. */
const isOwn = (name: string): boolean => name === LOCK || OWN.test(name) || BUILDING.test(name) || isTemporaryManifest(name);

/** Removes what updates left that did not come to their end, and files that the index does not name. Call it with the lock. */
export function sweepFolder(folder: string, manifest: IndexManifest | null): void {
  const kept = new Set(manifest ? filesOf(manifest).map(({ file }) => file) : []);
  for (const name of readdirSync(folder)) {
    const building = BUILDING.exec(name);
    if (building) {
      if (!isAlive(Number(building[1])) || Number(building[1]) === process.pid) rmSync(join(folder, name), { recursive: true, force: true });
    } else if ((OWN.test(name) && !kept.has(name)) || isTemporaryManifest(name)) rmSync(join(folder, name), { force: true });
  }
}

/**
 * What lies in the folder of an index and is none of its files: what updates left that did not come to their end, and files of others. None while an
 * update is under way, or has just ended: it knows what is its own, and `manifest` may no longer be what the folder holds.
 */
export function strayFiles(folder: string, manifest: IndexManifest): { readonly left: readonly string[]; readonly foreign: readonly string[] } {
  const kept = new Set([INDEX_MANIFEST, ...filesOf(manifest).map(({ file }) => file)]);
  const stray = reading(folder, () => readdirSync(folder)).filter((name) => !kept.has(name));
  if (stray.length === 0 || isLocked(folder) || readManifest(folder)?.update !== manifest.update) return { left: [], foreign: [] };
  return { left: stray.filter(isOwn).sort(), foreign: stray.filter((name) => !isOwn(name)).sort() };
}

/** A new folder for the files of an update, below the index's own, so that they can be given their names at once. */
export function buildingFolder(folder: string): string {
  const path = join(folder, `building-${process.pid}-${Math.floor(Math.random() * 2 ** 32).toString(16)}`);
  writing(path, () => mkdirSync(path, { mode: 0o700 }));
  return path;
}

/** Gives the files of an update their names and makes them the index. If that fails, nothing of them is left. @throws StateError `E_WRITE`. */
export function commitUpdate(folder: string, building: string, manifest: IndexManifest): void {
  try {
    for (const name of readdirSync(building)) writing(name, () => renameSync(join(building, name), join(folder, name)));
    syncFolder(folder);
    writeManifest(folder, join(folder, `${INDEX_MANIFEST}.tmp-${process.pid}`), manifest);
    syncFolder(folder);
  } catch (error) {
    sweepFolder(folder, readManifest(folder)); // whichever manifest is there: its files stay
    throw error;
  }
  const kept = new Set(filesOf(manifest).map(({ file }) => file));
  for (const name of readdirSync(folder)) {
    if (!OWN.test(name) || kept.has(name)) continue;
    try {
      unlinkSync(join(folder, name)); // whoever has it open goes on reading it
    } catch {
      // The next update removes it.
    }
  }
  rmSync(building, { recursive: true, force: true });
}

function syncFolder(folder: string): void {
  writing(folder, () => {
    const descriptor = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Room that an update needs beside what it has put down: as much again for the days, and some to spare. */
const SPARE_BYTES = 64 * 2 ** 20;

/** @throws StateError `E_WRITE` if the disk is so full that the update cannot come to its end. */
export function checkRoom(folder: string, spilledBytes: number): void {
  const free = freeBytes(folder);
  const needed = spilledBytes * 2 + SPARE_BYTES;
  if (free < needed) {
    throw new StateError(
      'E_WRITE',
      `index E_WRITE expected about ${mebibytes(needed)} MiB of free disk to go on, got ${mebibytes(free)} MiB; make room, or put the index on another disk`,
    );
  }
}

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
