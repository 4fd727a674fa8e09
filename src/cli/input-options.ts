/** The flags that name inputs and say how to read them; shared by the commands that read files. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { InputFiles } from '../engines/inputs/read-files.js';
import type { TableName } from '../model/tables.js';

export interface InputFlags {
  readonly checkins?: readonly string[];
  readonly places?: readonly string[];
  readonly cases?: readonly string[];
  readonly visits?: readonly string[];
  readonly runs?: readonly string[];
  readonly runStops?: readonly string[];
  readonly tz?: string;
  readonly timeFormat?: readonly string[];
  readonly encoding?: string;
  readonly map?: readonly string[];
  readonly showValues?: true;
  readonly threads?: number;
}

/** Gathers the values of a flag that may be repeated. */
export const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Reading flags alone, for commands that take their files as arguments. */
export function addReadingOptions(command: Command): Command {
  return command
    .option('--tz <zone>', 'IANA zone of local times and dates, such as Asia/Shanghai; needed as soon as one occurs')
    .option('--time-format <pattern>', "date-fns pattern for times that no built-in format fits, repeatable; 'excel' for serial numbers", several)
    .option('--encoding <name>', 'utf-8, gb18030, utf-16le or utf-16be (default: utf-8; a byte order mark overrides it)')
    .option('--threads <n>', 'threads, started only where they pay; they change no byte (default: as many as there are cores, at most 4)', wholeNumber)
    .option('--map <column=header>', 'header that holds a column, or table.column=header; repeatable', several)
    .option('--show-values', 'put values into messages: they may name people');
}

export function addInputOptions(command: Command): Command {
  return addReadingOptions(
    command
      .option('--checkins <file...>', "check-ins: person_id, place_id, time[, check_out, run_id, carriage, seat]; '-' is standard input", several)
      .option('--places <file...>', 'places: place_id[, name, kind, category, lat, lon, parent_id, district, …]', several)
      .option('--cases <file...>', 'cases: person_id[, case_id, onset_date, sample_date, report_date, isolated_at, …]', several)
      .option('--visits <file...>', 'case itineraries: case_id, place_id, start, end[, person_id, run_id, …]', several)
      .option('--runs <file...>', 'runs of vehicles: vehicle_id, run_id, start, end', several)
      .option('--run-stops <file...>', 'stops of runs: run_id, stop_sequence, arrival, departure', several),
  );
}

/** For commands that share index and joins among threads, not only the reading of files. */
export function addThreadOptions(command: Command): Command {
  return command.addOption(
    new Option('--threads-from-ms <ms>', 'start threads for work that takes one thread this long: for tests').argParser(wholeNumber).hideHelp(),
  );
}

export function inputFiles(flags: InputFlags): InputFiles {
  const named: readonly (readonly [TableName, readonly string[] | undefined])[] = [
    ['checkins', flags.checkins],
    ['places', flags.places],
    ['cases', flags.cases],
    ['visits', flags.visits],
    ['runs', flags.runs],
    ['run-stops', flags.runStops],
  ];
  return Object.fromEntries(named.filter(([, files]) => files !== undefined));
}

export function wholeNumber(value: string): number {
  if (!/^\d{1,10}$/.test(value)) throw new InvalidArgumentError('expected a whole number');
  return Number(value);
}

/** Words with commas between them; the option may be given again. */
export const listed = (value: string, before: readonly string[] = []): string[] => [...before, ...value.split(',').map((word) => word.trim())];
