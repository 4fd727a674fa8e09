/** `copresence simulate`: a city of invented people, to try the tool on and to measure it with. */
import { InvalidArgumentError, type Command as Program } from 'commander';
import { OptionError, StateError } from '../../core/errors.js';
import { simulateFiles, type SimulateFilesOptions, type SimulationReport } from '../../engines/files/simulate-files.js';
import { EXIT, type Command, type Io } from '../io.js';
import { wholeNumber } from '../input-options.js';
import { addRiderOptions, refuseMixedFlags, simulateRidersCommand, type SimulateRidersFlags } from './simulate-riders.js';
import { ProgressLine } from '../progress.js';
import { count, quotedForShell, textTable } from '../text-table.js';

interface SimulateFlags extends Omit<SimulateFilesOptions, 'checkInsTo' | 'startDate'> {
  readonly start?: string;
  readonly checkIns?: string;
  readonly quiet?: true;
  readonly json?: true;
}

export function addSimulateCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  const command = program
    .command('simulate')
    .summary('make up a city: check-ins, places, runs, cases, and who really met them')
    .description(
      'Simulates a city of invented people and writes checkins.csv, places.csv, runs.csv, cases.csv and truth.csv: who really met a case,\nwhere, and for how long, whatever was scanned of it. The same seed and options give the same bytes.\n\nWith --gtfs: riders on the runs of a timetable. Writes checkins.csv, places.csv, runs.csv, run_stops.csv, cases.csv and rides_truth.csv: on which\nruns they really were, from which stop to which.',
    )
    .requiredOption('--out <dir>', 'folder for the files')
    .option('--rows <n>', 'so many check-ins', wholeNumber)
    .option('--people <n>', 'so many people, in place of --rows', wholeNumber)
    .option('--days <n>', 'days (default: 7)', wholeNumber)
    .option('--seed <n>', 'whole number (default: 1)', wholeNumber)
    .option('--start <date>', 'first day (default: 2022-03-01)')
    .option('--tz <zone>', 'IANA zone that the local times are meant in (default: Asia/Shanghai)')
    .option('--cases <n>', 'cases (default: 50, or one for 20 people)', wholeNumber)
    .option('--check-out <share>', 'of the scanned visits that have a check-out (default: 20%)', share)
    .option('--missed <share>', 'of the visits that nobody scanned (default: 5%)', share)
    .option('--duplicate <share>', 'of the scanned visits that were scanned twice (default: 1%)', share)
    .option('--lent <share>', "of the visits scanned with a housemate's code (default: 0.2%)", share)
    .option('--odd <share>', 'of the visits that are shorter or longer than the dwell table has it (default: 0.5%)', share)
    .option('--clock-skew-sec <n>', 'how far the clock of a phone may be off (default: 0)', wholeNumber)
    .option('--superspreading <n>', 'gatherings of which a third to two thirds are cases days later, told in events.csv (default: 0)', wholeNumber)
    .option('--check-ins <->', "'-': check-ins to standard output instead of a file")
    .option('--force', 'replace the files of an earlier run')
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'the summary as JSON')
    .addHelpText('before', EXAMPLES)
    .action((flags: SimulateFlags & Partial<SimulateRidersFlags>) =>
      flags.gtfs === undefined ? run(simulateCommand, flags) : run(simulateRidersCommand, { ...flags, gtfs: flags.gtfs }),
    );
  addRiderOptions(command, share);
}

const EXAMPLES = `Examples:
  copresence simulate --rows 1000000 --seed 1 --out city
  copresence simulate --people 50000 --days 14 --check-out 0 --missed 20% --out city
  copresence simulate --rows 10000000 --check-ins - --out city | gzip > checkins.csv.gz
  copresence simulate --gtfs city-gtfs.zip --start 2022-03-01 --days 5 --riders 20000 --out riders
`;

export async function simulateCommand(flags: SimulateFlags, io: Io): Promise<number> {
  refuseMixedFlags(flags);
  const { start, checkIns, quiet = false, json, ...options } = flags;
  if (checkIns !== undefined && checkIns !== '-')
    throw new OptionError('E_OPTION', `option '--check-ins <->': expected '-', got '${checkIns}'; the folder is --out`);
  const isPiped = checkIns !== undefined;
  const progress = new ProgressLine(io, quiet);
  try {
    const report = await simulateFiles(
      { ...options, ...(start !== undefined && { startDate: start }), ...(isPiped && { checkInsTo: toStandardOutput }) },
      { signal: io.signal, onProgress: (step) => progress.show(step) },
    );
    progress.clear();
    const say = isPiped ? io.err : io.out;
    if (json)
      say(
        `${JSON.stringify({ out: report.out, options: report.city.options, check_ins: report.checkIns, events: report.city.events, outputs: report.outputs }, null, 1)}\n`,
      );
    else if (!quiet) say(summary(report, isPiped));
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

/** Bytes, not text, and as fast as the reader takes them: that is why this does not go through `Io`. */
function toStandardOutput(block: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(block, (error) => {
      if (error)
        reject(
          new StateError(
            'E_WRITE',
            `standard output E_WRITE expected to write all check-ins, got ${(error as NodeJS.ErrnoException).code ?? 'an error'}; nothing was written to the folder`,
          ),
        );
      else resolve();
    });
  });
}

function summary({ out, city, checkIns, outputs }: SimulationReport, isPiped: boolean): string {
  const { people, days, startDate, seed, cases, tz } = city.options;
  const path = (name: string): string => quotedForShell(isPiped && name === 'checkins' ? '-' : `${out}/${name}.csv`);
  const inputs = ['checkins', 'places', 'runs', 'cases'].map((name) => `--${name} ${path(name)}`).join(' ');
  return [
    `${count(checkIns)} check-ins of ${count(people!)} invented people on ${days} days from ${startDate}; ${count(cases!)} cases, ${count(city.events)} planted events; seed ${seed}`,
    textTable(
      ['file', 'rows', 'bytes'],
      outputs.map(({ name, rows, bytes }) => [name, rows, bytes]),
    ),
    `in ${out}; truth.csv tells who was really co-present with a case within its window.\nTry: copresence match ${inputs} --tz ${tz} --out lists`,
    '',
  ]
    .join('\n\n')
    .replace(/\n\n$/, '\n');
}

/** `0.2` or `20%`. */
function share(value: string): number {
  if (!/^\d+(\.\d+)?%?$/.test(value)) throw new InvalidArgumentError('expected a share such as 0.2 or 20%');
  return value.endsWith('%') ? Number(value.slice(0, -1)) / 100 : Number(value);
}
