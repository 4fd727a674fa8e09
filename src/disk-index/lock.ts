/** One update of an index at a time: a lock file that names the process. */
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StateError } from '../core/errors.js';
import { writing } from './writing.js';

export const LOCK = 'lock';

/**
 * Takes the lock of a folder; the returned function gives it back. The lock of a process that is gone is taken over.
 * @throws StateError `E_LOCKED` while another process has it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, LOCK);
  for (let attempt = 0; ; attempt++) {
    try {
      const descriptor = openSync(path, 'wx', 0o600);
      writeSync(descriptor, ownMark());
      closeSync(descriptor);
      return () => {
        try {
          if (readFileSync(path, 'utf8') === ownMark()) unlinkSync(path);
        } catch {
          // Gone with its folder.
        }
      };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') writing(path, () => { throw cause; }); // prettier-ignore
      if (attempt > 0 || isHeld(path)) {
        throw new StateError(
          'E_LOCKED',
          `index E_LOCKED expected an index that nobody else is changing, got one that process ${holder(path) ?? '?'} has locked; wait for it, or remove the file '${LOCK}' if that process is not copresence`,
          { cause },
        );
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

function holder(path: string): number | null {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || null;
  } catch {
    return null;
  }
}

function isHeld(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return false;
  }
  const [pid, start] = text.trim().split(' ');
  if (!pid) return true; // just made, its mark not yet written
  return isAlive(Number(pid)) && (start === undefined || start === '?' || startOf(Number(pid)) === '?' || startOf(Number(pid)) === start);
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
