/** `copresence runs`: a timetable feed → runs of vehicles and their stops. */
import type { Command as Program } from 'commander';
import { writeRuns, type RunsReport, type WriteRunsOptions } from '../../engines/feeds/runs-files.js';
import { EXIT, type Command, type Io } from '../io.js';
import { ProgressLine } from '../progress.js';
import { count, printable, textTable } from '../text-table.js';

interface RunsFlags extends WriteRunsOptions {
  readonly quiet?: true;
  readonly json?: true;
}

export function addRunsCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  program
    .command('runs')
    .summary('make runs and their stops from a GTFS timetable')
    .description(
      "Writes every run of a GTFS timetable on the service days asked for, as 'match --runs' and '--run-stops' read them. run_id is trip_id@yyyyMMdd, by\nfrequency trip_id@yyyyMMdd@HH:MM:SS. GTFS does not say which vehicle comes: vehicle_id is the block_id, else the trip_id (by frequency\ntrip_id@HH:MM:SS). A service day begins at noon minus 12 h by the agency's clock; a run may end days later.",
    )
    .requiredOption('--gtfs <feed>', 'a GTFS feed: a folder, or a zip file')
    .requiredOption('--from <date>', 'first service day, such as 2022-03-01')
    .requiredOption('--to <date>', 'last service day, inclusive')
    .requiredOption('-o, --out <file>', 'file for the runs: vehicle_id, run_id, start, end, line_id')
    .option('--stops <file>', 'file for their stops: run_id, stop_sequence, arrival, departure, stop_id, lat, lon')
    .option('--epoch', 'times as seconds since 1970')
    .option('--tz <zone>', "IANA zone that times are shown in (default: the agency's)")
    .option('--encoding <name>', 'utf-8, gb18030, utf-16le or utf-16be (default: utf-8)')
    .option('--max-rejects <n|p%>', 'rows of a file that may be rejected (default: 0.1%)')
    .option('--rejects <file>', 'file for the rejected rows, with their reasons')
    .option('--show-values', 'put values into messages')
    .option('--raw', 'do not neutralise cells that a spreadsheet takes for formulas')
    .option('--force', 'replace the files of an earlier run')
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'the summary as JSON, on standard output')
    .addHelpText('before', EXAMPLES)
    .action((flags: RunsFlags) => run(runsCommand, flags));
}

const EXAMPLES = `Examples:
  copresence runs --gtfs city-gtfs.zip --from 2022-03-01 --to 2022-03-14 -o runs.csv --stops stops.csv
  copresence match --checkins scans.csv --cases cases.csv --runs runs.csv --run-stops stops.csv --tz Europe/Berlin --out lists
`;

export async function runsCommand({ quiet, json, ...options }: RunsFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, quiet ?? false);
  try {
    const report = await writeRuns(options, { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    if (json) io.out(`${JSON.stringify(report, null, 1)}\n`);
    else if (!quiet) io.err(summary(report, options));
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

function summary(report: RunsReport, { from, to, out, stops, rejects }: WriteRunsOptions): string {
  const { ledger, notes, zone, days, trips, trips_run, runs, run_stops } = report;
  const rejected = ledger.reduce((sum, entry) => sum + entry.rejected, 0);
  const where = rejects === undefined ? '--rejects FILE keeps them with their reasons' : `reasons in ${printable(rejects, 2000)}`;
  return `${[
    textTable(
      ['file', 'read', 'accepted', 'rejected', 'duplicate', 'blank'],
      ledger.map((entry) => [entry.file, entry.read, entry.accepted, entry.rejected, entry.duplicate, entry.blank]),
    ),
    ...notes.map((note) => `note: ${printable(note, 2000)}`),
    `${count(days)} service days ${printable(from)} to ${printable(to)} (${zone}); ${count(trips_run)} of ${count(trips)} trips run\n` +
      `${count(runs)} runs in ${printable(out, 2000)}${stops === undefined ? '' : `, ${count(run_stops)} stops of them in ${printable(stops, 2000)}`}` +
      (rejected > 0 ? `; ${count(rejected)} rejected rows, ${where}` : ''),
  ].join('\n\n')}\n`;
}
