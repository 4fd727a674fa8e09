/** `copresence explain`: why a person is, or is not, on the list of a case. */
import type { Command as Program } from 'commander';
import { explainFiles, explainRun, type ExplainFilesOptions, type ExplainRunOptions } from '../../engines/files/explain-files.js';
import { OptionError } from '../../core/errors.js';
import { loadDwell, loadRule } from '../../engines/inputs/json-files.js';
import type { RunProgress } from '../../engines/inputs/read-files.js';
import { explanationText } from '../../lists/explain/text.js';
import { addInputOptions, inputFiles, several, wholeNumber, type InputFlags } from '../input-options.js';
import { EXIT, type Command, type Io } from '../io.js';
import { ProgressLine } from '../progress.js';
import { printable } from '../text-table.js';

interface ExplainFlags
  extends
    InputFlags,
    Pick<ExplainFilesOptions, 'case' | 'person' | 'place' | 'index' | 'scope' | 'lag' | 'bounds' | 'minOverlap' | 'window' | 'runGap' | 'skew'>,
    Pick<ExplainFilesOptions, 'gtfs' | 'walkM' | 'walkTime' | 'maxRejects'> {
  readonly run?: string;
  readonly inputs?: string;
  readonly rule?: readonly string[];
  readonly dwell?: string;
  readonly rides?: true;
  readonly excludeConflicts?: true;
  readonly json?: true;
  readonly exitCode?: true;
  readonly quiet?: true;
}

export function addExplainCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  addInputOptions(
    program
      .command('explain')
      .summary('why a person is, or is not, on the list of a case')
      .description(
        'Says why a person is, or is not, on the list of a case: every shared stay with its scans and ends, the arithmetic of each clause at each grade,\nand for someone who is not on the list what came closest. Give --run with the folder of the lists that are asked about, or the files and options of that match; nothing is written.',
      )
      .requiredOption('--case <id>', 'case_id, or person_id of a case; without --cases and --visits any person, whose whole presence counts then')
      .requiredOption('--person <id>', 'person_id of the other one')
      .option('--place <id>', 'look for near misses at this place alone')
      .option('--run <dir>', 'lists of a match: its rules, options and inputs, which must have the same bytes as then; no other option is needed')
      .option('--inputs <dir>', 'with --run: folder of the files that it names (default: the working folder)')
      .option('--index <dir>', "check-ins, places and runs from an index on disk, in place of their files; see 'copresence index --help'"),
  )
    .option('--rule <id|file...>', "built-in rule or JSON file, repeatable, each explained; see 'copresence rules' (default: any)", several)
    .option('--dwell <file>', 'JSON of {category: {least, typical, most}} in minutes')
    .option('--scope <scope>', "place, parent, grid:M or near:M (default: the rule's)")
    .option('--lag <duration>', "how long after a case left someone may still meet the place (default: the rule's)")
    .option('--bounds <bounds>', 'closed: stays that only touch are together too (default: half-open)')
    .option('--min-overlap <duration>', 'leave out episodes that could not have lasted this long')
    .option('--window <all|dated>', 'all: cases without dates have no bounds (default: dated)')
    .option('--run-gap <duration>', 'cut runs of vehicles without a timetable where no one scanned for this long (default: 45m)')
    .option('--skew <duration>', 'how far the clocks of two devices may differ')
    .option('--gtfs <feed...>', 'timetables, GTFS as a folder or zip file: their runs are added, and rides inferred', several)
    .option('--rides', 'infer where riders got on and off, from --runs with --run-stops')
    .option('--walk-m <n>', 'metres people walk from a stop to their next scan (default: 1000)', wholeNumber)
    .option('--walk-time <duration>', 'how long that takes them (default: 12m)')
    .option('--exclude-conflicts', 'leave out stays of people who were at two unrelated places at once')
    .option('--max-rejects <n|p%>', 'rows of a file that may be rejected (default: 0.1%)')
    .option('--exit-code', 'exit with 4 if the person is on the list under no rule')
    .option('--quiet', 'no progress')
    .option('--json', 'the same as data')
    .addHelpText('before', EXAMPLES)
    .action((flags: ExplainFlags) => run(explainCommand, flags));
}

const EXAMPLES = `Examples:
  copresence explain --case C1 --person P4471 --checkins scans.csv --cases cases.csv --rule who-2020 --tz Asia/Shanghai
  copresence explain --case C1 --person P4471 --index week.cpx --cases cases.csv --rule who-2020 --rule us-cdc-2020
  copresence explain --case C1 --person P4471 --run lists --inputs exports
  copresence explain --case P0192 --person P4471 --checkins scans.csv --tz Asia/Shanghai --json
`;

export async function explainCommand(flags: ExplainFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, flags.quiet ?? false);
  try {
    const hooks = { signal: io.signal, onProgress: (step: RunProgress) => progress.show(step) };
    const { explanations, warnings } = await (flags.run === undefined ? explainFiles(filesOptions(flags), hooks) : explainRun(runOptions(flags), hooks));
    progress.clear();
    if (flags.json) io.out(`${JSON.stringify({ explanations, warnings }, null, 1)}\n`);
    else {
      const notes = warnings.map((warning) => `note: ${printable(warning, 2000)}\n`).join('');
      io.out(`${[...explanations.map(explanationText), ...(notes === '' ? [] : [notes])].join(`\n${'-'.repeat(72)}\n\n`)}\n${CAVEAT}\n`);
    }
    return flags.exitCode && explanations.every(({ grade }) => grade === 'below') ? EXIT.noContact : EXIT.done;
  } finally {
    progress.clear();
  }
}

function filesOptions({ dwell, rule, timeFormat, map, inputs, ...rest }: ExplainFlags): ExplainFilesOptions {
  if (inputs !== undefined) throw new OptionError('E_RUN', 'inputs: expected beside --run alone; name files with --checkins, --cases …');
  return {
    ...rest,
    files: inputFiles(rest),
    ...(rule && { rules: rule.map(loadRule) }),
    ...(dwell !== undefined && { dwell: loadDwell(dwell) }),
    ...(timeFormat && { timeFormats: timeFormat }),
    ...(map && { mappings: map }),
  };
}

/** @throws OptionError for options that the run says itself. */
function runOptions({
  run,
  inputs,
  person,
  place,
  showValues,
  threads,
  json: _j,
  exitCode: _e,
  quiet: _q,
  case: aCase,
  ...others
}: ExplainFlags): ExplainRunOptions {
  const [other] = Object.keys(others);
  if (other !== undefined) throw new OptionError('E_RUN', `${other}: expected none beside --run, whose manifest says it`);
  return {
    run: run!,
    case: aCase,
    person,
    ...(inputs !== undefined && { inputs }),
    ...(place !== undefined && { place }),
    ...(showValues && { showValues }),
    ...(threads !== undefined && { threads }),
  };
}

const CAVEAT =
  'Co-present means: at one place at one time, as far as scans show it. It is a reason to ask, not a finding; nor does absence from a list prove anything.';
