/** A file system of a few KiB, where tests may mount one. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { TempFolder } from './temp-folder.js';

export const mayMount: boolean = process.platform !== 'win32' && process.getuid?.() === 0 && canMount();

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Mounts it below a folder; gone with the test. */
export function smallDisk(folder: TempFolder, kib: number): string {
  const path = folder.at('disk');
  mkdirSync(path, { mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,mode=700`, 'tmpfs', path]);
  onTestFinished(() => void execFileSync('umount', ['-l', path]));
  return path;
}
