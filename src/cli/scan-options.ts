/** The flags of commands that make lists of everyone's stays, and their summary. */
import type { Command } from 'commander';
import { loadDwell } from '../engines/inputs/json-files.js';
import type { ScanListOptions, ScanListReport } from '../engines/files/scan-lists.js';
import { addReadingOptions, inputFiles, several, type InputFlags } from './input-options.js';
import { count, printable, textTable } from './text-table.js';

export interface ScanFlags
  extends
    Omit<InputFlags, 'cases' | 'visits'>,
    Pick<ScanListOptions, 'index' | 'out' | 'runGap' | 'gtfs' | 'rides' | 'maxRejects' | 'format' | 'excel' | 'raw' | 'force'> {
  readonly dwell?: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** Adds what names the check-ins. */
export function addScanInputs(command: Command): Command {
  return addReadingOptions(command)
    .option('--checkins <file...>', "check-ins: person_id, place_id, time[, check_out, run_id, carriage, seat]; '-' is standard input", several)
    .option('--places <file...>', 'places: place_id[, name, kind, category, lat, lon, parent_id, …]', several)
    .option('--runs <file...>', 'runs of vehicles: vehicle_id, run_id, start, end', several)
    .option('--run-stops <file...>', 'stops of runs: run_id, stop_sequence, arrival, departure', several)
    .option('--index <dir>', "check-ins, places and runs from an index on disk, in place of their files; see 'copresence index --help'")
    .requiredOption('--out <dir>', 'folder for the lists');
}

/** Adds what says how stays are inferred and lists written. */
export function addScanOptions(command: Command): Command {
  return command
    .option('--dwell <file>', 'JSON of {category: {least, typical, most}} in minutes')
    .option('--run-gap <duration>', 'cut runs of vehicles without a timetable where no one scanned for this long (default: 45m)')
    .option('--gtfs <feed...>', 'timetables, GTFS as a folder or zip file: their runs are added, and rides inferred', several)
    .option('--rides', 'infer where riders got on and off, from --runs with --run-stops')
    .option('--max-rejects <n|p%>', 'rows of a file that may be rejected (default: 0.1%)')
    .option('--format <csv|jsonl>', 'format of the lists (default: csv)')
    .option('--excel', 'CSV with CRLF and a byte order mark')
    .option('--raw', 'do not neutralise cells that a spreadsheet takes for formulas')
    .option('--force', 'replace the lists of an earlier run')
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'the summary as JSON');
}

/** Options of the library from the flags that are not the command's own. */
export function scanOptions(flags: ScanFlags): ScanListOptions {
  const { dwell, timeFormat, map, checkins: _c, places: _p, runs: _r, runStops: _s, quiet: _q, json: _j, ...rest } = flags;
  return {
    ...rest,
    files: inputFiles(flags),
    ...(dwell !== undefined && { dwell: loadDwell(dwell) }),
    ...(timeFormat && { timeFormats: timeFormat }),
    ...(map && { mappings: map }),
  };
}

/** The ledger, what was found, notes, and where it is. */
export function scanSummary({ ledger, warnings, outputs, out }: ScanListReport<unknown>, said: readonly string[]): string {
  return `${[
    textTable(
      ['file', 'read', 'accepted', 'rejected', 'duplicate', 'blank'],
      ledger.map((entry) => [entry.file, entry.read, entry.accepted, entry.rejected, entry.duplicate, entry.blank]),
    ),
    ...said,
    ...warnings.map((warning) => `note: ${printable(warning, 2000)}`),
    `${outputs.map(({ name, rows }) => `${name} ${count(rows)}`).join(' · ')}\nin ${printable(out, 2000)}`,
  ].join('\n\n')}\n`;
}
