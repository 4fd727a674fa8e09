/** One update of an index at a time: a lock file that names the process. */
import { closeSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StateError } from '../../core/errors.js';
import { writing } from './writing.js';

export const LOCK = 'lock';

/** A lock that is taken. */
export interface Lock {
  /** Is it still ours? Two processes that take over the lock of a third, gone, at one instant may both think so: the one that wrote last has it. @throws StateError `E_LOCKED`. */
  check(): void;
  /** Gives it back. */
  release(): void;
}

/**
 * Takes the lock of a folder. The lock of a process that is gone is taken over.
 * @throws StateError `E_LOCKED` while another process has it.
 */
export function lockFolder(folder: string): Lock {
  const path = join(folder, LOCK);
  for (let attempt = 0; ; attempt++) {
    try {
      const descriptor = openSync(path, 'wx', 0o600);
      try {
        writeSync(descriptor, ownMark());
      } catch (cause) {
        unlinkSync(path);
        throw cause;
      } finally {
        closeSync(descriptor);
      }
      const isOurs = (): boolean => readText(path) === ownMark();
      return {
        check: () => {
          if (!isOurs()) throw lockedBy(path, null);
        },
        release: () => {
          try {
            if (isOurs()) unlinkSync(path);
          } catch {
            // Gone with its folder.
          }
        },
      };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') writing(path, () => { throw cause; }); // prettier-ignore
      if (attempt > 0 || isHeld(path)) {
        throw lockedBy(path, cause);
      }
      try {
        unlinkSync(path);
      } catch {
        // Another process was faster: the next attempt tells.
      }
    }
  }
}

/** Process and, where the system tells, when it began: numbers of processes are used again. */
const ownMark = (): string => `${process.pid} ${startOf(process.pid)}\n`;

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function lockedBy(path: string, cause: unknown): StateError {
  const holder = Number.parseInt(readText(path) ?? '', 10) || '?';
  const text = `index E_LOCKED expected an index that nobody else is changing, got one that process ${holder} has locked; wait for it, or remove the file '${LOCK}' if that process is not copresence`;
  return new StateError('E_LOCKED', text, { cause });
}

/** How long a process may take from making the lock to marking it. */
const UNMARKED_MS = 10_000;

/** Is some process changing the index of this folder? */
export const isLocked = (folder: string): boolean => isHeld(join(folder, LOCK));

function isHeld(path: string): boolean {
  const text = readText(path);
  if (text === null) return false;
  const [pid, start] = text.trim().split(' ');
  // Without a mark it was just made, or its process was killed at that instant.
  if (!pid) return isYoung(path);
  return isAlive(Number(pid)) && (start === undefined || start === '?' || startOf(Number(pid)) === '?' || startOf(Number(pid)) === start);
}

function isYoung(path: string): boolean {
  try {
    return Math.abs(Date.now() - statSync(path).mtimeMs) < UNMARKED_MS;
  } catch {
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in ticks of the system; `?` where it is not told. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '?';
  } catch {
    return '?';
  }
}
