/** `copresence watch`: check-ins as they come → episodes as they close. */
import type { Command as Program } from 'commander';
import { loadDwell, loadRule } from '../../engines/inputs/json-files.js';
import { watchFiles, type WatchFilesOptions, type WatchReport } from '../../engines/files/watch-files.js';
import { EXIT, type Command, type Io } from '../io.js';
import { addInputOptions, inputFiles, several, type InputFlags } from '../input-options.js';
import { count, printable, textTable } from '../text-table.js';

interface WatchFlags
  extends InputFlags, Pick<WatchFilesOptions, 'index' | 'scope' | 'lag' | 'bounds' | 'minOverlap' | 'window' | 'runGap' | 'skew' | 'maxRejects' | 'rejects'> {
  readonly rule?: readonly string[];
  readonly dwell?: string;
  readonly excludeConflicts?: true;
  readonly lateness?: string;
  readonly ahead?: string;
  readonly force?: true;
  readonly quiet?: true;
  readonly json?: true;
}

export function addWatchCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  addInputOptions(program.command('watch'))
    .summary('follow check-ins as they come, and tell of each episode when it closes')
    .description(
      'Reads check-ins as NDJSON from standard input and prints an episode, as NDJSON, the moment it closes: when no further check-in can change it.\nWhen the stream ends, what was printed is what a match of old and new check-ins together gives.',
    )
    .option('--index <dir>', "what was known before: an index on disk, in place of files; see 'copresence index --help'")
    .option('--rule <id|file...>', "built-in rule or JSON file, repeatable; see 'copresence rules' (default: any)", several)
    .option('--lateness <duration>', 'how much later than another a check-in may come that was made before it; later ones are refused (default: 5m)')
    .option('--ahead <duration>', 'refuse check-ins so much later than all before them, as of a device whose clock is years ahead (default: none)')
    .option('--dwell <file>', 'JSON of {category: {least, typical, most}} in minutes')
    .option('--scope <scope>', "place, parent, grid:M or near:M (default: the rule's)")
    .option('--lag <duration>', "how long after a case left someone may still meet the place (default: the rule's)")
    .option('--bounds <bounds>', 'closed: stays that only touch are together too (default: half-open)')
    .option('--min-overlap <duration>', 'leave out episodes that could not have lasted this long')
    .option('--window <all|dated>', 'all: cases without dates have no bounds (default: dated)')
    .option('--run-gap <duration>', 'cut runs of vehicles without a timetable where no one scanned for this long (default: 45m)')
    .option('--skew <duration>', 'how far the clocks of two devices may differ')
    .option('--exclude-conflicts', 'leave out stays of people who were at two unrelated places at once')
    .option('--max-rejects <n|p%>', 'rows of a file, and of the stream, that may be rejected (default: 0.1%)')
    .option('--rejects <file>', 'file for the rejected rows, with their reasons')
    .option('--force', 'replace the file of rejected rows of an earlier run')
    .option('--quiet', 'no summary')
    .option('--json', 'the summary as JSON')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', NOTES)
    .action((flags: WatchFlags) => run(watchCommand, flags));
}

const EXAMPLES = `Examples:
  tail -n +1 -F scans.ndjson | copresence watch --index week.cpx --cases cases.csv --rule who-2020
  copresence watch --cases cases.csv --places places.csv --tz Asia/Shanghai --lateness 15m < scans.ndjson > events.ndjson
`;

const NOTES = `
The clock of the stream is the latest time read so far less --lateness. It moves with check-ins alone: where none come, nothing closes.
Exit codes: 0 the stream ended, or the reader had enough; 2 usage; 3 an input, or too much of the stream, cannot be used; 74 cannot write; 130 interrupted.
`;

export async function watchCommand(flags: WatchFlags, io: Io): Promise<number> {
  const { dwell, rule, timeFormat, map, quiet, json, checkins: _c, places: _p, cases: _k, visits: _v, runs: _r, runStops: _s, ...rest } = flags;
  const options: WatchFilesOptions = {
    ...rest,
    files: inputFiles(flags),
    out: io.outBytes,
    ...(rule && { rules: rule.map(loadRule) }),
    ...(dwell !== undefined && { dwell: loadDwell(dwell) }),
    ...(timeFormat && { timeFormats: timeFormat }),
    ...(map && { mappings: map }),
  };
  const report = await watchFiles(options, { signal: io.signal });
  if (report.ending === 'reader') return EXIT.done; // whoever read it has gone
  if (json) io.err(`${JSON.stringify({ ...report, fault: report.fault?.message ?? null }, null, 1)}\n`);
  else if (!quiet) io.err(summary(report));
  if (report.ending === 'stopped') return io.signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  if (report.fault === null) return EXIT.done;
  io.err(
    `copresence: ${report.fault.message
      .split('\n')
      .map((line) => printable(line, 2000))
      .join('\n')}\n`,
  );
  return EXIT.input;
}

function summary({ ledger, episodes, contacts, openStays, ending, warnings }: WatchReport): string {
  return `${[
    textTable(
      ['file', 'read', 'accepted', 'rejected', 'duplicate', 'blank'],
      ledger.map((entry) => [entry.file, entry.read, entry.accepted, entry.rejected, entry.duplicate, entry.blank]),
    ),
    ...warnings.map((warning) => `note: ${printable(warning, 2000)}`),
    `${count(episodes)} episodes, ${count(contacts)} contact pairs${ending === 'stopped' ? `; stopped with ${count(openStays)} stays open, of which nothing was said` : ''}\n` +
      'Co-present means: at one place at one time, as far as scans show it. It is a reason to ask, not a finding.',
  ].join('\n\n')}\n`;
}
