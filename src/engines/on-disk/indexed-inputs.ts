/** Files that an index was built from: whether they are still as they were. */
import { statSync } from 'node:fs';
import type { IndexedInput } from '../../disk-index/manifest.js';

/** A line for each file that changed since it was indexed; one that is gone or moved is nobody's fault. */
export function changedInputs(inputs: readonly IndexedInput[]): string[] {
  return inputs.flatMap(({ name, path, bytes, mtimeMs }) => {
    if (path === undefined || mtimeMs === undefined) return [];
    try {
      const now = statSync(path);
      return now.size === bytes && now.mtimeMs === mtimeMs ? [] : [`${name} has changed since it was indexed: the index speaks of how it was then`];
    } catch {
      return [];
    }
  });
}
