/** A timetable feed → simulated riders on its runs, as files in a folder: what they scan, and the rides that really took place. */
import { OptionError } from '../../core/errors.js';
import { MANIFEST } from '../../output/earlier-run.js';
import { OutputFolder } from '../../output/output-folder.js';
import { rowText } from '../../output/row-text.js';
import { VERSION } from '../../output/version.js';
import type { OutputEntry } from '../../output/write-lists.js';
import { RIDER_COLUMNS, type RiderTables } from '../../simulate/riders/rider-rows.js';
import type { RiderOptions, RiderPlan } from '../../simulate/riders/rider-options.js';
import { simulateRiders, type SimulatedRiders } from '../../simulate/riders/simulate-riders.js';
import { openFeedWorld } from '../feeds/feed-world.js';
import type { RunHooks } from '../inputs/read-files.js';

export interface SimulateRiderFilesOptions extends RiderOptions {
  /** A GTFS feed: a folder or a zip file. */
  readonly gtfs: string;
  /** First service day: `yyyy-MM-dd`. */
  readonly startDate: string;
  /** Service days. @defaultValue 7 */
  readonly days?: number;
  /** Folder for the files; made if it is not there. */
  readonly out: string;
  readonly force?: boolean;
}

/** What was simulated: also what the manifest says. */
export interface RiderReport {
  readonly out: string;
  readonly options: RiderPlan;
  readonly startDate: string;
  readonly days: number;
  /** IANA zone of the feed. */
  readonly tz: string;
  readonly notes: readonly string[];
  readonly outputs: readonly OutputEntry[];
}

const TABLES: readonly (keyof RiderTables)[] = ['checkins', 'places', 'runs', 'run_stops', 'cases', 'rides_truth'];
const ROWS_BETWEEN_LOOKS = 4096;

/**
 * Writes the tables one after the other; memory grows with the feed, not with the riders. The same feed, seed and options give the same bytes.
 * @throws OptionError, InputError, StateError; the signal's reason if it is aborted. Nothing is left in the folder then.
 */
export async function simulateRiderFiles(options: SimulateRiderFilesOptions, hooks: RunHooks = {}): Promise<RiderReport> {
  const { gtfs, startDate, days = 7, out, force = false, ...wanted } = options;
  if (!startDate) throw new OptionError('E_DATE', 'start: expected the first service day, such as 2022-03-01; a feed is good for some months only');
  const { world, paths, notes } = await openFeedWorld(gtfs, startDate, days, hooks);
  const folder = new OutputFolder(out, { force, inputs: paths });
  folder.checkTargets([...TABLES.map((name) => `${name}.csv`), MANIFEST]);
  const riders = simulateRiders(world, wanted);
  const report = { out, options: riders.options, startDate, days, tz: world.zone.name!, notes };
  const outputs: OutputEntry[] = [];
  try {
    for (const name of TABLES) {
      const table = new CountedTable(name, rowsOf(riders, name), hooks);
      const text = rowText(RIDER_COLUMNS[name], table, { format: 'csv', isForExcel: false, isRaw: true });
      outputs.push({ ...(await folder.write(`${name}.csv`, text)), rows: table.count });
    }
    await folder.write(MANIFEST, [`${JSON.stringify(manifest(report, outputs), null, 1)}\n`]);
    hooks.signal?.throwIfAborted();
    await folder.commit();
  } catch (error) {
    await folder.discard();
    throw error;
  }
  return { ...report, outputs };
}

function rowsOf(riders: SimulatedRiders, name: keyof RiderTables): Iterable<object> {
  if (name === 'checkins') return riders.checkIns;
  if (name === 'places') return riders.places;
  if (name === 'runs') return riders.runs;
  if (name === 'run_stops') return riders.runStops;
  return name === 'cases' ? riders.cases : riders.rides;
}

class CountedTable implements Iterable<object> {
  count = 0;
  readonly #name: string;
  readonly #rows: Iterable<object>;
  readonly #hooks: RunHooks;

  constructor(name: string, rows: Iterable<object>, hooks: RunHooks) {
    this.#name = name;
    this.#rows = rows;
    this.#hooks = hooks;
  }

  *[Symbol.iterator](): Generator<object> {
    for (const row of this.#rows) {
      if (++this.count % ROWS_BETWEEN_LOOKS === 0) {
        this.#hooks.signal?.throwIfAborted();
        this.#hooks.onProgress?.({ phase: 'write', name: this.#name, rows: this.count, share: Number.NaN });
      }
      yield row;
    }
  }
}

function manifest({ options, startDate, days, tz, notes }: Omit<RiderReport, 'outputs'>, outputs: readonly OutputEntry[]): object {
  return {
    tool: 'copresence',
    version: VERSION,
    command: 'simulate',
    options: { ...options, startDate, days, tz },
    notes,
    outputs: outputs.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
  };
}
