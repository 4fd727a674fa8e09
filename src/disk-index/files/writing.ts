/** Errors of the file system while an index is written, as ours. */
import { statfsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { CopresenceError, StateError } from '../../core/errors.js';

/** Runs work that writes `path`. @throws StateError `E_WRITE`, with the room that is left where the disk is full. */
export function writing<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof CopresenceError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
    const advice = isFull ? `make room on the disk (${freeText(path)})` : 'check the folder and its rights';
    throw new StateError('E_WRITE', `${basename(path)} E_WRITE expected to write the file, got ${code}; ${advice}`, { cause });
  }
}

/** Bytes free for us on the disk of a path; Infinity where nobody can tell. */
export function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function freeText(path: string): string {
  const bytes = freeBytes(dirname(path));
  return Number.isFinite(bytes) ? `${Math.floor(bytes / 2 ** 20)} MiB are free` : 'its room is unknown';
}
