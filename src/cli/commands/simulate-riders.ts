/** `copresence simulate --gtfs`: invented people who ride on the runs of a real timetable. */
import type { Command as Program } from 'commander';
import { OptionError } from '../../core/errors.js';
import { simulateRiderFiles, type RiderReport, type SimulateRiderFilesOptions } from '../../engines/files/simulate-rider-files.js';
import { wholeNumber } from '../input-options.js';
import { EXIT, type Io } from '../io.js';
import { ProgressLine } from '../progress.js';
import { count, printable, quotedForShell, textTable } from '../text-table.js';

export interface SimulateRidersFlags extends Omit<SimulateRiderFilesOptions, 'startDate'> {
  readonly start?: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** Flags that only riders have. */
const RIDER_FLAGS = ['riders', 'transfers', 'lineCodes', 'missedBoarding', 'missedPlace', 'homeScanned', 'secondTap', 'wrongVehicle', 'asleep', 'otherMeans'];
/** Flags that only the city has. */
const CITY_FLAGS = ['rows', 'people', 'tz', 'checkOut', 'missed', 'duplicate', 'lent', 'odd', 'checkIns'];

export function addRiderOptions(command: Program, share: (value: string) => number): Program {
  return command
    .option('--gtfs <feed>', 'riders on the runs of a GTFS timetable, a folder or a zip file, in place of a city; needs --start')
    .option('--riders <n>', 'with --gtfs: so many people (default: 1000)', wholeNumber)
    .option('--transfers <share>', 'with --gtfs: riders who change on their way to work (default: 15%)', share)
    .option('--line-codes <share>', 'with --gtfs: lines with one code for all their vehicles (default: 20%)', share)
    .option('--missed-boarding <share>', 'with --gtfs: boardings without a scan (default: 5%)', share)
    .option('--missed-place <share>', 'with --gtfs: arrivals at work or a shop without a scan (default: 10%)', share)
    .option('--home-scanned <share>', 'with --gtfs: arrivals at home with a scan (default: 50%)', share)
    .option('--second-tap <share>', 'with --gtfs: boardings scanned twice (default: 2%)', share)
    .option('--wrong-vehicle <share>', 'with --gtfs: boardings scanned on the vehicle beside (default: 0.5%)', share)
    .option('--asleep <share>', 'with --gtfs: rides past the stop (default: 0.5%)', share)
    .option('--other-means <share>', 'with --gtfs: trips by other means, such as a lift (default: 3%)', share);
}

/** @throws OptionError if flags of the city and of riders are mixed. */
export function refuseMixedFlags(flags: object): void {
  const [wrong, why] = !('gtfs' in flags) ? [RIDER_FLAGS, 'goes with --gtfs'] : [CITY_FLAGS, 'does not go with --gtfs'];
  const given = wrong.find((name) => name in flags);
  if (given !== undefined) throw new OptionError('E_OPTION', `option '--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}' ${why}`);
}

export async function simulateRidersCommand(flags: SimulateRidersFlags, io: Io): Promise<number> {
  refuseMixedFlags(flags);
  const { start, quiet, json, ...options } = flags;
  const progress = new ProgressLine(io, quiet ?? false);
  try {
    const report = await simulateRiderFiles({ ...options, startDate: start ?? '' }, { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    if (json) io.out(`${JSON.stringify(report, null, 1)}\n`);
    else if (!quiet) io.out(summary(report));
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

function summary({ out, options, startDate, days, tz, notes, outputs }: RiderReport): string {
  const path = (name: string): string => quotedForShell(`${out}/${name}.csv`);
  const inputs = ['checkins', 'places', 'runs', 'cases'].map((name) => `--${name} ${path(name)}`).join(' ');
  return `${[
    ...notes.map((note) => `note: ${printable(note, 2000)}`),
    `${count(options.riders)} invented riders on ${days} service days from ${startDate}; ${count(options.cases)} cases; seed ${options.seed}`,
    textTable(
      ['file', 'rows', 'bytes'],
      outputs.map(({ name, rows, bytes }) => [name, rows, bytes]),
    ),
    `in ${out}; rides_truth.csv tells on which runs they really were, from which stop to which.\nTry: copresence match ${inputs} --run-stops ${path('run_stops')} --rides --tz ${tz} --out lists`,
  ].join('\n\n')}\n`;
}
