/** What is inside an index on disk, and whether it is sound. */
import { runAsync } from '../../core/steps.js';
import { filesOf, sumsOf, type IndexManifest, type StaySums } from '../../disk-index/manifest.js';
import { OpenIndex } from '../../disk-index/open-index.js';
import { strayFiles } from '../../disk-index/index-folder.js';
import { changedInputs, compareInputs } from './indexed-inputs.js';
import type { RunHooks } from '../inputs/read-files.js';

export interface IndexInfo {
  readonly index: string;
  readonly version: string;
  readonly format: number;
  readonly tz: string | null;
  readonly days: readonly (StaySums & { readonly day: string; readonly bytes: number })[];
  readonly stays: StaySums;
  readonly people: number;
  readonly places: number;
  readonly bytes: number;
  readonly bytesPerCheckIn: number;
  readonly inputs: IndexManifest['inputs'];
  readonly ledger: IndexManifest['ledger'];
  readonly purgedBefore: string | null;
  /** With `verify`: how many of the inputs are still there and were held against their SHA-256. */
  readonly inputsCompared?: number;
  readonly warnings: readonly string[];
}

/**
 * Reads what an index says of itself; with `verify` also every block of every file, and the inputs that are still there.
 * @throws InputError `E_INDEX` where something is damaged.
 */
export async function indexInfo(folder: string, options: { readonly verify?: boolean } = {}, hooks: RunHooks = {}): Promise<IndexInfo> {
  const index = OpenIndex.open(folder);
  try {
    const { manifest } = index;
    const bytes = filesOf(manifest).reduce((sum, file) => sum + file.bytes, 0);
    const { inputs } = index.readReference();
    if (options.verify) {
      const steps = (function* () {
        for (const at of index.verify()) yield { done: at, of: bytes };
      })();
      await runAsync(steps, {
        signal: hooks.signal,
        onProgress: ({ done, of }) => hooks.onProgress?.({ phase: 'read', name: 'blocks', rows: 0, share: Math.min(1, done / of) }),
      });
    }
    const onFile = (name: string): void => hooks.onProgress?.({ phase: 'read', name, rows: 0, share: Number.NaN });
    const checked = options.verify ? await compareInputs(manifest.inputs, onFile, hooks.signal) : { warnings: changedInputs(manifest.inputs) };
    const stays = sumsOf(manifest);
    return {
      index: folder,
      version: manifest.version,
      format: manifest.format,
      tz: manifest.tz,
      days: daysOf(manifest),
      stays,
      people: manifest.people.reduce((sum, { count }) => sum + count, 0),
      places: inputs.ids.place.size - 1,
      bytes,
      bytesPerCheckIn: stays.checkIns === 0 ? 0 : bytes / stays.checkIns,
      inputs: manifest.inputs,
      ledger: manifest.ledger,
      purgedBefore: manifest.purgedBefore ?? null,
      ...('compared' in checked && { inputsCompared: checked.compared }),
      warnings: [...checked.warnings, ...strayWarnings(folder, manifest)],
    };
  } finally {
    index.close();
  }
}

/** A line for what updates left, and for files of others. */
function strayWarnings(folder: string, manifest: IndexManifest): string[] {
  const { left, foreign } = strayFiles(folder, manifest);
  const warnings: string[] = [];
  if (left.length > 0) warnings.push(`${left.join(', ')}: left by an update that did not come to its end; the next update removes what it left`);
  if (foreign.length > 0) warnings.push(`${foreign.join(', ')}: no file of this index; the next update will be refused while others' files are in its folder`);
  return warnings;
}

/** Sums by day, over the segments of all updates. */
function daysOf({ days }: IndexManifest): IndexInfo['days'] {
  const names = [...new Set(days.map(({ day }) => day))];
  return names.map((day) => {
    const own = days.filter((entry) => entry.day === day);
    return { day, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0), ...sumsOf({ days: own }) };
  });
}
