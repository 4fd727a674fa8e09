import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TempFolder } from '../../../test/support/temp-folder.js';
import { LOCK, isAlive, lockFolder } from './lock.js';

/** A process that is surely gone: numbers of processes end far below. */
const GONE = 2 ** 30;

test('a folder has one lock at a time, and none after it was given back', () => {
  const folder = new TempFolder();
  const lock = lockFolder(folder.path);
  expect(() => lockFolder(folder.path)).toThrow(
    `index E_LOCKED expected an index that nobody else is changing, got one that process ${process.pid} has locked`,
  );
  lock.check();
  lock.release();
  expect(readdirSync(folder.path)).toEqual([]);
  lockFolder(folder.path).release();
});

test('the lock of a process that is gone is taken over', () => {
  const folder = new TempFolder();
  folder.write(LOCK, `${GONE} 1\n`);
  const lock = lockFolder(folder.path);
  expect(readFileSync(folder.at(LOCK), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  lock.release();
});

test.runIf(process.platform === 'linux')('the lock of a process whose number another has now is taken over', () => {
  const folder = new TempFolder();
  folder.write(LOCK, `${process.pid} 1\n`); // began with the system, as this process did not
  lockFolder(folder.path).release();
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a lock without a mark counts while it is young: its process may be about to mark it, or was killed', () => {
  const folder = new TempFolder();
  folder.write(LOCK, '');
  expect(() => lockFolder(folder.path)).toThrow('process ? has locked');
  utimesSync(folder.at(LOCK), new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
  lockFolder(folder.path).release();
});

test('who lost the lock to another is told before anything changes, and does not give back what is not theirs', () => {
  const folder = new TempFolder();
  const lock = lockFolder(folder.path);
  writeFileSync(folder.at(LOCK), `${GONE} 1\n`);
  expect(() => lock.check()).toThrow('E_LOCKED');
  lock.release();
  expect(readdirSync(folder.path)).toEqual([LOCK]);
});

test('a folder that cannot be written to is said to be so', () => {
  const folder = new TempFolder();
  expect(() => lockFolder(folder.at('missing'))).toThrow('lock E_WRITE expected to write the file, got ENOENT');
});

test('a process is alive or not', () => {
  expect([isAlive(process.pid), isAlive(1), isAlive(GONE)]).toEqual([true, true, false]);
});
