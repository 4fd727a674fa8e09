/** `copresence network`: everyone with everyone. */
import type { Command as Program } from 'commander';
import { loadDwell } from '../../engines/inputs/json-files.js';
import type { MatchFilesOptions } from '../../engines/files/match-files.js';
import { networkFiles, type NetworkFilesOptions, type NetworkReport } from '../../engines/files/network-files.js';
import { EXIT, type Command, type Io } from '../io.js';
import { addReadingOptions, addThreadOptions, inputFiles, several, wholeNumber, type InputFlags } from '../input-options.js';
import { ProgressLine } from '../progress.js';
import { count, printable, textTable } from '../text-table.js';

interface NetworkFlags
  extends
    Omit<InputFlags, 'cases' | 'visits'>,
    Pick<NetworkFilesOptions, 'scope' | 'minOverlap' | 'limit' | 'rejects'>,
    Pick<MatchFilesOptions, 'runGap' | 'skew' | 'maxRejects' | 'format' | 'threads' | 'threadsFromMs'> {
  readonly out: string;
  readonly dwell?: string;
  readonly aggregate?: true;
  readonly excel?: true;
  readonly raw?: true;
  readonly force?: true;
  readonly quiet?: true;
  readonly json?: true;
}

export function addNetworkCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  const command = addReadingOptions(
    program
      .command('network')
      .summary('everyone with everyone: who was where with whom')
      .description(
        'Lists the meetings of everyone with everyone: one row for each two stays that overlap, with person_a bytewise before person_b. Ordered by\nplace, run, and who came first; the order depends on nothing but the check-ins. Rows are written as they are found: memory does not grow with them.',
      )
      .option('--checkins <file...>', "check-ins: person_id, place_id, time[, check_out, run_id, carriage, seat]; '-' is standard input", several)
      .option('--places <file...>', 'places: place_id[, name, kind, category, lat, lon, parent_id, …]', several)
      .option('--runs <file...>', 'runs of vehicles: vehicle_id, run_id, start, end', several)
      .option('--run-stops <file...>', 'stops of runs: run_id, stop_sequence, arrival, departure', several)
      .option('--out <file>', "file for the rows; '-' is standard output", '-')
      .option('--aggregate', 'one row for each pair of people, by person_a and person_b: meetings, places and times together')
      .option('--limit <n>', 'stop after so many rows, and say how many meetings there are', wholeNumber)
      .option('--scope <scope>', 'place, parent, grid:M or near:M (default: place)')
      .option('--min-overlap <duration>', 'leave out meetings that could not have lasted this long')
      .option('--dwell <file>', 'JSON of {category: {least, typical, most}} in minutes')
      .option('--run-gap <duration>', 'cut runs of vehicles without a timetable where no one scanned for this long (default: 45m)')
      .option('--skew <duration>', 'how far the clocks of two devices may differ')
      .option('--max-rejects <n|p%>', 'rows of a file that may be rejected (default: 0.1%)')
      .option('--rejects <file>', 'file for the rejected rows, with their reasons')
      .option('--format <csv|jsonl>', 'format of the rows (default: csv)')
      .option('--excel', 'CSV with CRLF and a byte order mark')
      .option('--raw', 'do not neutralise cells that a spreadsheet takes for formulas')
      .option('--force', 'replace the output of an earlier run')
      .option('--quiet', 'no progress and no summary')
      .option('--json', 'the summary as JSON'),
  );
  addThreadOptions(command)
    .addHelpText('before', EXAMPLES)
    .action((flags: NetworkFlags) => run(networkCommand, flags));
}

const EXAMPLES = `Examples:
  copresence network --checkins scans.csv --tz Asia/Shanghai --out meetings.csv
  copresence network --checkins scans.csv --places places.csv --tz Asia/Shanghai --aggregate --min-overlap 15m --out pairs.csv
  copresence network --checkins scans.csv --tz Asia/Shanghai --limit 1000 | less
`;

export async function networkCommand(flags: NetworkFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, flags.quiet ?? false);
  const isPiped = flags.out === '-';
  const { dwell, timeFormat, map, out, checkins: _c, places: _p, runs: _r, runStops: _s, quiet, json, ...rest } = flags;
  const options: NetworkFilesOptions = {
    ...rest,
    files: inputFiles(flags),
    out: isPiped ? io.outBytes : out,
    ...(dwell !== undefined && { dwell: loadDwell(dwell) }),
    ...(timeFormat && { timeFormats: timeFormat }),
    ...(map && { mappings: map }),
  };
  try {
    const report = await networkFiles(options, { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    const say = isPiped ? io.err : io.out;
    if (report.hasMore) io.err(moreText(report, options));
    if (json) say(`${JSON.stringify({ out, ...report }, null, 1)}\n`);
    else if (!quiet) say(summary(report, options, out));
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

function moreText({ rows, meetings }: NetworkReport, { aggregate }: NetworkFilesOptions): string {
  const all = `${count(meetings!)} meetings in all`;
  return aggregate ? `limit: the first ${count(rows)} pairs of people; there are more, with ${all}\n` : `limit: the first ${count(rows)} rows of ${all}\n`;
}

function summary({ ledger, rows, warnings }: NetworkReport, { aggregate, rejects }: NetworkFilesOptions, out: string): string {
  const rejected = ledger.reduce((sum, entry) => sum + entry.rejected, 0);
  const where = rejects === undefined ? '--rejects FILE keeps them with their reasons' : `reasons in ${rejects}`;
  return `${[
    textTable(
      ['file', 'read', 'accepted', 'rejected', 'duplicate', 'blank'],
      ledger.map((entry) => [entry.file, entry.read, entry.accepted, entry.rejected, entry.duplicate, entry.blank]),
    ),
    ...warnings.map((warning) => `note: ${printable(warning, 2000)}`),
    `${count(rows)} ${aggregate ? 'pairs of people' : 'meetings'}${out === '-' ? '' : ` in ${printable(out, 2000)}`}${rejected > 0 ? `; ${count(rejected)} rejected rows, ${where}` : ''}\n` +
      'Co-present means: at one place at one time, as far as scans show it. It is a reason to ask, not a finding.',
  ].join('\n\n')}\n`;
}
