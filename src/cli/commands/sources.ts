/** `copresence sources`: back from the cases to the places and times that they shared before they fell ill. */
import { InvalidArgumentError, type Command as Program } from 'commander';
import { loadDwell } from '../../engines/inputs/json-files.js';
import { sourcesFiles, type SourcesFilesOptions, type SourcesReport } from '../../engines/files/sources-files.js';
import { EXIT, type Command, type Io } from '../io.js';
import { addInputOptions, inputFiles, several, wholeNumber, type InputFlags } from '../input-options.js';
import { ProgressLine } from '../progress.js';
import { count, printable, textTable } from '../text-table.js';

interface SourcesFlags
  extends InputFlags, Omit<SourcesFilesOptions, 'files' | 'dwell' | 'anchors' | 'excludeCategories' | 'timeFormats' | 'mappings' | keyof InputFlags> {
  readonly dwell?: string;
  readonly anchor?: SourcesFilesOptions['anchors'];
  readonly excludeCategory?: readonly string[];
  readonly quiet?: true;
  readonly json?: true;
}

export function addSourcesCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  addInputOptions(program.command('sources'))
    .summary('find the places and times that cases shared before they fell ill')
    .description(
      'Searches back: for a set of cases, the windows of place and time in their incubation periods that more of them shared than the traffic of\nall visitors would give by chance, and the people who could have brought it there. Writes sources, source_people, rejects and a manifest.',
    )
    .requiredOption('--out <dir>', 'folder for the lists')
    .option('--index <dir>', "check-ins, places and runs from an index on disk, in place of their files; see 'copresence index --help'")
    .option('--earliest-days <n>', 'the incubation period begins so many days before the onset (default: 14)', wholeNumber)
    .option('--latest-days <n>', 'and ends with the day so many days before it (default: 1)', wholeNumber)
    .option('--anchor <date>', 'onset, sample or report, repeatable: the first that a case has counts (default: all, in this order)', several)
    .option('--lengths <durations>', 'lengths of windows, whole steps up to a day (default: 1h,2h,4h,8h); a run of a vehicle is one window', list)
    .option('--step <duration>', 'how far apart windows begin (default: 1h)')
    .option('--min-cases <n>', 'fewest cases that a window needs (default: 2)', wholeNumber)
    .option('--scope <place|parent>', 'parent: all shops of a mall are one place (default: place)')
    .option('--exclude-category <category>', 'leave out places of a category, such as residence; repeatable', several)
    .option('--top <n>', 'most windows that are listed (default: 100)', wholeNumber)
    .option('--people <n>', 'most people listed for a window (default: 20)', wholeNumber)
    .option('--dwell <file>', 'JSON of {category: {least, typical, most}} in minutes')
    .option('--run-gap <duration>', 'cut runs of vehicles without a timetable where no one scanned for this long (default: 45m)')
    .option('--gtfs <feed...>', 'timetables, GTFS as a folder or zip file: their runs are added, and rides inferred', several)
    .option('--rides', 'infer where riders got on and off, from --runs with --run-stops')
    .option('--walk-m <n>', 'metres people walk from a stop to their next scan (default: 1000)', wholeNumber)
    .option('--walk-time <duration>', 'how long that takes them (default: 12m)')
    .option('--max-rejects <n|p%>', 'rows of a file that may be rejected (default: 0.1%)')
    .option('--format <csv|jsonl>', 'format of the lists (default: csv)')
    .option('--excel', 'CSV with CRLF and a byte order mark')
    .option('--raw', 'do not neutralise cells that a spreadsheet takes for formulas')
    .option('--force', 'replace the lists of an earlier run')
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'the summary as JSON')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', NOTES)
    .action((flags: SourcesFlags) => run(sourcesCommand, flags));
}

const EXAMPLES = `Examples:
  copresence sources --checkins scans.csv --places places.csv --cases cases.csv --tz Asia/Shanghai --out sources
  copresence sources --index week.cpx --cases cases.csv --earliest-days 10 --exclude-category residence --out sources
`;

const NOTES = `
p is hypergeometric: the cases that could have been there are taken for a random draw of everyone who checked in anywhere on those days. q counts
all windows of all places. A small p says that chance is a poor explanation; it does not say that anyone fell ill there.
`;

export async function sourcesCommand(flags: SourcesFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, flags.quiet ?? false);
  const {
    dwell,
    anchor,
    excludeCategory,
    timeFormat,
    map,
    quiet,
    json,
    checkins: _c,
    places: _p,
    cases: _a,
    visits: _v,
    runs: _r,
    runStops: _s,
    ...rest
  } = flags;
  const options: SourcesFilesOptions = {
    ...rest,
    files: inputFiles(flags),
    ...(anchor && { anchors: anchor }),
    ...(excludeCategory && { excludeCategories: excludeCategory }),
    ...(dwell !== undefined && { dwell: loadDwell(dwell) }),
    ...(timeFormat && { timeFormats: timeFormat }),
    ...(map && { mappings: map }),
  };
  try {
    const report = await sourcesFiles(options, { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    if (json) io.out(jsonText(report));
    else if (!quiet) io.out(summary(report));
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

const TOP = 10;

function summary({ out, ledger, counts, warnings, outputs, sources }: SourcesReport): string {
  const rejected = ledger.reduce((sum, entry) => sum + entry.rejected, 0);
  const parts = [
    textTable(
      ['file', 'read', 'accepted', 'rejected', 'duplicate', 'blank'],
      ledger.map((entry) => [entry.file, entry.read, entry.accepted, entry.rejected, entry.duplicate, entry.blank]),
    ),
    `${count(counts.cases_with_visits)} of ${count(counts.cases)} cases with visits in their incubation periods, ${counts.from} to ${counts.to};\n` +
      `${count(counts.windows)} windows of place and time that cases shared, of ${count(counts.tests)} there were`,
  ];
  if (sources.windows.length > 0) {
    parts.push(
      textTable(
        ['#', 'place', 'run', 'from', 'to', 'cases', 'expected', 'p', 'q', 'visitors', 'candidates'],
        sources.windows
          .slice(0, TOP)
          .map((row) => [
            row.rank,
            row.place_name ? `${row.place_id} ${row.place_name}` : row.place_id,
            row.run_id,
            row.start.slice(0, 16),
            row.end.slice(0, 16),
            row.observed,
            figure(row.expected),
            figure(row.p_value),
            figure(row.q_value),
            row.visitors,
            row.candidates,
          ]),
      ),
    );
  }
  if (warnings.length > 0) parts.push(warnings.map((warning) => `note: ${printable(warning, 2000)}`).join('\n'));
  parts.push(
    `${outputs.map(({ name, rows }) => `${name} (${count(rows)})`).join(', ')}\n` +
      `lists in ${out}${rejected > 0 ? `; ${count(rejected)} rejected rows with reasons in rejects.csv` : ''}\n` +
      'More cases than chance would bring were there, as far as scans show it. Shared presence is no proof that anyone fell ill there, nor who brought it;\n' +
      'households, colleagues and friends are together for other reasons, and who did not scan is on no list.',
  );
  return `${parts.join('\n\n')}\n`;
}

/** Two digits, as text: the column is not for sums. */
const figure = (value: number | null): string => (value === null ? '-' : value >= 0.01 ? String(Number(value.toPrecision(2))) : value.toExponential(1));

function jsonText({ out, counts, ledger, inputs, outputs, warnings }: SourcesReport): string {
  return `${JSON.stringify({ out, counts, ledger, inputs, outputs, warnings }, null, 1)}\n`;
}

function list(value: string): string[] {
  const parts = value.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('expected durations with commas between them, such as 1h,4h');
  return parts;
}
