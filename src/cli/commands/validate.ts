/** `copresence validate FILE…`: a look at exports before they are matched. */
import type { Command as Program } from 'commander';
import { validateFiles, type ValidateOptions, type ValidationReport } from '../../engines/files/validate-files.js';
import { TABLE_NAMES, type TableName } from '../../model/tables.js';
import { EXIT, type Command, type Io } from '../io.js';
import { addReadingOptions, type InputFlags } from '../input-options.js';
import { ProgressLine } from '../progress.js';
import { count, printable, textTable } from '../text-table.js';

interface ValidateFlags extends Pick<InputFlags, 'tz' | 'timeFormat' | 'encoding' | 'map' | 'showValues' | 'threads'> {
  readonly files: readonly string[];
  readonly as?: TableName;
  readonly json?: true;
  readonly quiet?: true;
}

export function addValidateCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  const command = program.command('validate').argument('<file...>', "CSV or Parquet files of one kind; '-' is standard input");
  command.addOption(
    command
      .createOption('--as <table>', 'what the files hold')
      .choices([...TABLE_NAMES])
      .default('checkins'),
  );
  addReadingOptions(command)
    .summary('look at CSV files: columns, encoding, times, damage, suggested flags')
    .option('--quiet', 'no progress')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'before',
      'Examples:\n  copresence validate scans.csv\n  copresence validate scans-gb.csv --encoding gb18030 --tz Asia/Shanghai\n  copresence validate cases.csv --as cases --tz Asia/Shanghai --json\n',
    )
    .action((files: readonly string[], flags: Omit<ValidateFlags, 'files'>) => run(validateCommand, { ...flags, files }));
}

export async function validateCommand(flags: ValidateFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, flags.quiet ?? false);
  const { tz, encoding, as, showValues, threads } = flags;
  const options: ValidateOptions = {
    ...(tz !== undefined && { tz }),
    ...(encoding !== undefined && { encoding }),
    ...(threads !== undefined && { threads }),
    ...(as !== undefined && { as }),
    ...(showValues && { showValues }),
    ...(flags.timeFormat && { timeFormats: flags.timeFormat }),
    ...(flags.map && { mappings: flags.map }),
  };
  try {
    const report = await validateFiles(flags.files, options, { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    io.out(flags.json ? `${JSON.stringify(report, null, 1)}\n` : reportText(report));
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

const DELIMITERS: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar', '': 'Parquet' };

function reportText({ files, faults, profile, suggestions, warnings, tz }: ValidationReport): string {
  const parts = files.map(({ file, encoding, delimiter, columns, read, accepted, rejected, duplicate, blank }) =>
    [
      `${printable(file)}: ${encoding}, ${DELIMITERS[delimiter] ?? delimiter}, zone ${tz ?? 'not needed'}`,
      textTable(['column', 'taken from the header'], Object.entries(columns)),
      textTable(['rows read', 'accepted', 'rejected', 'duplicate', 'blank'], [[read, accepted, rejected, duplicate, blank]]),
    ].join('\n\n'),
  );
  if (profile) parts.push(profileText(profile));
  if (faults.length > 0)
    parts.push(
      textTable(
        ['rejected because of', 'column', 'rows', 'first at', 'what to do'],
        faults.map((fault) => [fault.code, fault.column, fault.rows, fault.first, fault.message.split('; ').at(-1)!]),
      ),
    );
  if (warnings.length > 0) parts.push(warnings.map((warning) => `look at: ${printable(warning, 2000)}`).join('\n'));
  if (suggestions.length > 0) parts.push(suggestions.map(({ flag, why }) => `give ${flag}: ${why}`).join('\n'));
  if (faults.length + warnings.length + suggestions.length === 0) parts.push('nothing wrong was found');
  return `${parts.join('\n\n')}\n`;
}

function profileText(profile: NonNullable<ValidationReport['profile']>): string {
  const share = (part: number): string => (profile.check_ins === 0 ? '' : ` (${((100 * part) / profile.check_ins).toFixed(1)} %)`);
  const rows: [string, string][] = [
    ['check-ins', count(profile.check_ins)],
    ['people', count(profile.people)],
    ['places', count(profile.places)],
    ['runs named', count(profile.runs)],
    ['from', profile.first],
    ['to', profile.last],
    ['without check-out', count(profile.without_check_out) + share(profile.without_check_out)],
    ['median stay', profile.median_stay_s === null ? 'unknown' : `${count(Math.round(profile.median_stay_s / 60))} min`],
    ['longer than 24 h', count(profile.longer_than_24h)],
    ['of no length', count(profile.of_no_length)],
    ['people in two places at once', count(profile.people_in_two_places)],
    ['most check-ins of one person', profile.most_check_ins_of_one_person.map(count).join(', ')],
  ];
  const places = textTable(
    ['busiest places', 'check-ins', 'people'],
    profile.busiest_places.map((place) => [place.place_id, place.check_ins, place.people]),
  );
  return `${textTable(['what', 'value'], rows)}\n\n${places}`;
}
