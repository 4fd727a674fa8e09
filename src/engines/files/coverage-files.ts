/** Files, or an index on disk, and what counters counted → how many visitors did not scan, in a folder. */
import { OptionError } from '../../core/errors.js';
import type { Zone } from '../../core/zone.js';
import { parseEncoding } from '../../ingest/text/encoding.js';
import { FileSource } from '../../ingest/file-source.js';
import { TableReader } from '../../ingest/read-table.js';
import { TimeReader } from '../../ingest/text/time-text.js';
import { COVERAGE_COLUMNS, type Count } from '../../lists/coverage.js';
import { makeCoveragePlan, type CoverageOptions } from '../../model/coverage-plan.js';
import { COUNTS } from '../../model/counts.js';
import { Table } from '../../model/tables.js';
import { coverageOf, type CoverageCounts } from '../answers/coverage.js';
import type { Gathered } from '../in-memory/gathered.js';
import { countsIn } from '../inputs/counts.js';
import type { RunHooks } from '../inputs/read-files.js';
import { scanLists, type FurtherInputs, type ScanCommand, type ScanListOptions, type ScanListReport } from './scan-lists.js';

export interface CoverageFilesOptions extends CoverageOptions, ScanListOptions {
  /** Files of counters: place_id, from, to, count. */
  readonly counts?: readonly string[];
}
export type CoverageReport = ScanListReport<CoverageCounts>;

const METHOD =
  'missed = scanned (known - caught) / (caught + 1), Bailey 1951: of those known to have been at the place (inside: they scanned at a place inside it; routine: they ' +
  'came their usual way at their usual hour, and what they scanned next left time for it) caught scanned. It assumes that whoever is known to have been there scans ' +
  'as likely as others, and that their other scans do not depend on it; a broken routine counts as a missed scan. Intervals are 95 %: Wilson for the ' +
  'share, with the spread of the others at its ends';

/**
 * Estimates how many visitors did not scan, by place and hour, and writes coverage, rejects and a manifest.
 * @throws OptionError, InputError, StateError; the signal's reason if it is aborted.
 */
export async function coverageFiles(options: CoverageFilesOptions, hooks: RunHooks = {}): Promise<CoverageReport> {
  const plan = makeCoveragePlan(options);
  const counted: Count[] = [];
  const command: ScanCommand<CoverageCounts> = {
    name: 'coverage',
    lists: ['coverage'],
    settings: { min_known: plan.minKnown, min_days: plan.minDays, way: `${plan.waySec}s`, visit: `${plan.visitSec}s` },
    method: METHOD,
    paths: options.counts ?? [],
    readMore: (gathered, zone) => readCounts(options, gathered, zone, counted, hooks),
    *make(tables, zone) {
      const { rows, counts, warnings } = yield* coverageOf(tables, plan, zone, counted);
      return { lists: [{ columns: COVERAGE_COLUMNS, rows }], counts, warnings };
    },
  };
  return scanLists(options, command, hooks);
}

async function readCounts(
  options: CoverageFilesOptions,
  { tables, inputs }: Gathered,
  zone: Zone,
  into: Count[],
  { signal }: RunHooks,
): Promise<FurtherInputs> {
  const table = new Table(COUNTS);
  const reader = new TableReader(table, tables.ids, new TimeReader(zone, options.timeFormats));
  const names = new Set(inputs.map(({ name }) => name));
  const read: FurtherInputs['inputs'][number][] = [];
  for (const [file, path] of (options.counts ?? []).entries()) {
    const source = new FileSource(path, signal);
    if (names.has(source.name))
      throw new OptionError('E_FILE_NAME', `counts: expected files with names of their own, since evidence names files, got two of one name`);
    names.add(source.name);
    await reader.readFile(source, file, {
      encoding: parseEncoding(options.encoding ?? 'utf-8'),
      showValues: options.showValues ?? false,
      ...(signal && { signal }),
    });
    const { encoding, delimiter, columns, notes } = reader.readings.at(-1)!;
    read.push({ ...source.digest(), table: 'counts', rows: reader.ledger.at(-1)!.read, encoding, delimiter, columns, notes });
  }
  into.push(...countsIn(table));
  return { ledger: reader.ledger, rejects: reader.rejects, inputs: read };
}
