/** Files that an index was built from: whether they are still as they were. */
import { statSync, type Stats } from 'node:fs';
import type { IndexedInput } from '../../disk-index/manifest.js';
import { digestOf } from './new-files.js';

/** A line for each file that changed since it was indexed, by its size and time; one that is gone or moved is nobody's fault. */
export function changedInputs(inputs: readonly IndexedInput[]): string[] {
  return inputs.flatMap((input) => {
    const now = statusOf(input);
    return now === null || (now.size === input.bytes && now.mtimeMs === input.mtimeMs) ? [] : [changed(input)];
  });
}

/** Files held against their digests, whatever their times say. */
export interface ComparedInputs {
  readonly warnings: readonly string[];
  /** How many were still there and could be read. */
  readonly compared: number;
}

/** The same by every byte of the files that are still there. */
export async function compareInputs(inputs: readonly IndexedInput[], onFile: (name: string) => void, signal?: AbortSignal): Promise<ComparedInputs> {
  const warnings: string[] = [];
  let compared = 0;
  for (const input of inputs) {
    const now = statusOf(input);
    if (now === null) continue;
    if (!now.isFile()) {
      warnings.push(changed(input));
      continue;
    }
    onFile(input.name);
    try {
      const isSame = now.size === input.bytes && (await digestOf(input.path!, signal)) === input.sha256;
      compared++;
      if (!isSame) warnings.push(changed(input));
    } catch {
      signal?.throwIfAborted();
      warnings.push(`${input.name} cannot be read: nobody can tell whether it has changed since it was indexed`);
    }
  }
  return { warnings, compared };
}

/** What now lies where the file was read; null if nothing does, or if it was never a file. */
function statusOf({ path, mtimeMs }: IndexedInput): Stats | null {
  if (path === undefined || mtimeMs === undefined) return null;
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

const changed = ({ name }: IndexedInput): string => `${name} has changed since it was indexed: the index speaks of how it was then`;
