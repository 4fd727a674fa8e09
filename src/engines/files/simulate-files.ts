/** A simulated city → files in a folder: check-ins, places, runs, cases, and the truth of who met them. */
import type { SimulateOptions } from '../../simulate/options.js';
import { simulateCity, type SimulatedCity, type SimulatedFile } from '../../simulate/simulate-city.js';
import { MANIFEST } from '../../output/earlier-run.js';
import { OutputFolder } from '../../output/output-folder.js';
import { VERSION } from '../../output/version.js';
import type { OutputEntry } from '../../output/write-lists.js';
import type { RunHooks } from '../inputs/read-files.js';

export interface SimulateFilesOptions extends SimulateOptions {
  /** Folder for the files; made if it is not there. */
  readonly out: string;
  readonly force?: boolean;
  /** Takes the check-ins block by block instead of a file, and says when it wants the next. */
  readonly checkInsTo?: (block: Uint8Array) => Promise<void>;
}

/** What was simulated: also what the manifest says. */
export interface SimulationReport {
  readonly out: string;
  readonly city: SimulatedCity;
  readonly checkIns: number;
  readonly outputs: readonly OutputEntry[];
}

const TABLES = ['checkins', 'places', 'runs', 'cases', 'truth'] as const satisfies SimulatedFile['name'][];

/**
 * Simulates a city in one pass and writes it. The memory needed does not grow with the check-ins.
 * @throws OptionError, StateError; the signal's reason if it is aborted. Nothing is left in the folder then.
 */
export async function simulateFiles(options: SimulateFilesOptions, hooks: RunHooks = {}): Promise<SimulationReport> {
  const { out, force = false, checkInsTo, ...wanted } = options;
  const folder = new OutputFolder(out, { force, inputs: [] });
  const tables = [...TABLES.filter((name) => name !== 'checkins' || !checkInsTo), ...(wanted.superspreading ? ['events'] : [])];
  folder.checkTargets([...tables.map((name) => `${name}.csv`), MANIFEST]);
  const city = simulateCity(wanted);
  const outputs: OutputEntry[] = [];
  let checkIns = 0;
  try {
    for (const file of city.files()) {
      const blocks = watched(file, hooks, file.name === 'checkins' ? city.options.rows : null);
      if (file.name === 'checkins' && checkInsTo) for (const block of blocks) await checkInsTo(block);
      else outputs.push({ ...(await folder.write(`${file.name}.csv`, blocks)), rows: file.rows() });
      if (file.name === 'checkins') checkIns = file.rows();
    }
    await folder.write(MANIFEST, [`${JSON.stringify(manifest(city, checkIns, outputs), null, 1)}\n`]);
    hooks.signal?.throwIfAborted();
    await folder.commit();
  } catch (error) {
    await folder.discard();
    throw error;
  }
  return { out, city, checkIns, outputs };
}

function* watched({ name, bytes, rows }: SimulatedFile, { signal, onProgress }: RunHooks, all: number | null): Generator<Uint8Array> {
  for (const block of bytes) {
    signal?.throwIfAborted();
    onProgress?.({ phase: 'write', name, rows: rows(), share: all === null ? Number.NaN : rows() / all });
    yield block;
  }
}

function manifest(city: SimulatedCity, checkIns: number, outputs: readonly OutputEntry[]): object {
  const { options, events } = city;
  return {
    tool: 'copresence',
    version: VERSION,
    command: 'simulate',
    options,
    check_ins: checkIns,
    events,
    outputs: outputs.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
  };
}
