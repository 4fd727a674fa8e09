/** Reading the files of an index: errors of the file system as ours, and what is wrong with a file that is damaged. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { InputError } from '../../core/errors.js';
import { FORMAT_VERSION } from './block-format.js';

/** Bytes read at a time where a whole file is gone through. */
const PIECE_BYTES = 1 << 18;

/** An index that cannot be used: what is wrong, where, and how to come by a sound one. */
export function damaged(path: string, what: string): InputError {
  return new InputError(
    'E_INDEX',
    `${basename(path)} E_INDEX expected a sound file of an index, got a damaged one: ${what}; build the index again from its check-ins`,
  );
}

/** @throws InputError `E_INDEX_VERSION` naming both versions. */
export function checkVersion(path: string, version: number): void {
  if (version === FORMAT_VERSION) return;
  throw new InputError(
    'E_INDEX_VERSION',
    `${basename(path)} E_INDEX_VERSION expected an index of version ${FORMAT_VERSION}, got version ${version}; read it with the copresence that built it, or build it again`,
  );
}

/** Reads just so many bytes. @throws InputError `E_INDEX` where the file ends too early. */
export function readFully(path: string, descriptor: number, into: Uint8Array, bytes: number, at: number): void {
  for (let done = 0; done < bytes;) {
    const read = reading(path, () => readSync(descriptor, into, done, bytes - done, at + done));
    if (read === 0) throw damaged(path, 'it ends too early');
    done += read;
  }
}

/** CRC-32 of a range of bytes of a file. */
export function crcOfFile(path: string, from: number, to: number): number {
  const descriptor = reading(path, () => openSync(path, constants.O_RDONLY));
  try {
    return crcOfDescriptor(path, descriptor, from, to);
  } finally {
    closeSync(descriptor);
  }
}

/** The same of a file that is open. */
export function crcOfDescriptor(path: string, descriptor: number, from: number, to: number): number {
  const piece = new Uint8Array(Math.min(PIECE_BYTES, to - from));
  let sum = 0;
  for (let at = from; at < to; at += piece.length) {
    const size = Math.min(piece.length, to - at);
    readFully(path, descriptor, piece, size, at);
    sum = crc32(piece.subarray(0, size), sum);
  }
  return sum;
}

/** What may help: rights for all but what has nothing to do with them. */
function adviceFor(code: string): string {
  if (code === 'EMFILE' || code === 'ENFILE') return 'each day is a file: let the process open more (ulimit -n)';
  if (code === 'EIO') return 'the disk failed to read it: check the disk, and build the index again on a sound one from its check-ins';
  return 'check the folder and its rights';
}

/** Turns an error of the file system into ours. */
export function reading<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new InputError('E_READ', `${basename(path)} E_READ expected a file of an index that can be read, got ${code}; ${adviceFor(code)}`, { cause });
  }
}
