/** `copresence index FILE… -o DIR`, `copresence info DIR`, `copresence purge DIR --before DATE`: check-ins kept for many questions. */
import type { Command as Program } from 'commander';
import { indexFiles, type IndexReport } from '../../engines/on-disk/index-files.js';
import { indexInfo, type IndexInfo } from '../../engines/on-disk/index-info.js';
import { loadDwell } from '../../engines/inputs/json-files.js';
import { purgeIndex } from '../../engines/on-disk/purge-index.js';
import { addReadingOptions, several, type InputFlags } from '../input-options.js';
import { EXIT, type Command, type Io } from '../io.js';
import { ProgressLine } from '../progress.js';
import { count, printable, textTable } from '../text-table.js';

type Run = <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>;

interface IndexFlags extends Omit<InputFlags, 'checkins' | 'cases' | 'visits'> {
  readonly files: readonly string[];
  readonly out: string;
  readonly dwell?: string;
  readonly runGap?: string;
  readonly maxRejects?: string;
  readonly memory?: string;
  readonly quiet?: true;
  readonly json?: true;
}

export function addIndexCommands(program: Program, run: Run): void {
  const command = program.command('index').argument('[file...]', "check-ins as CSV or Parquet; '-' is standard input");
  addReadingOptions(command)
    .summary('keep check-ins in an index on disk, to be matched any number of times')
    .description('Builds an index in a folder, or adds check-ins to one: each day is a file of its own. Then: copresence match --index DIR.')
    .requiredOption('-o, --out <dir>', 'folder of the index')
    .option('--places <file...>', 'places; given again they take the place of those of the index', several)
    .option('--runs <file...>', 'runs of vehicles', several)
    .option('--run-stops <file...>', 'stops of runs', several)
    .option('--dwell <file>', 'JSON of {category: {least, typical, most}} in minutes')
    .option('--run-gap <duration>', 'cut runs of vehicles without a timetable where no one scanned for this long (default: 45m)')
    .option('--max-rejects <n|p%>', 'rows of a file that may be rejected (default: 0.1%)')
    .option('--memory <size>', 'memory to stay within, as in 512MB or 2GB (default: 1GB)')
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'the summary as JSON')
    .addHelpText(
      'before',
      'Examples:\n  copresence index mon.csv.gz --places places.csv --tz Asia/Shanghai -o week.cpx\n  copresence index tue.csv.gz -o week.cpx\n  copresence match --index week.cpx --cases cases.csv --out lists\n',
    )
    .action((files: readonly string[], flags: Omit<IndexFlags, 'files'>) => run(indexCommand, { ...flags, files }));

  program
    .command('info')
    .argument('<dir>', 'folder of an index')
    .summary('what an index on disk holds')
    .option('--verify', 'check every block of every file, and the SHA-256 of the inputs that are still there')
    .option('--json', 'as JSON')
    .action((dir: string, flags: { verify?: true; json?: true }) => run(infoCommand, { ...flags, dir }));

  program
    .command('purge')
    .argument('<dir>', 'folder of an index')
    .summary('delete the days of an index before a date')
    .requiredOption('--before <date>', 'first day that stays, as in 2022-03-01')
    .option('--json', 'what was deleted as JSON')
    .action((dir: string, flags: { before: string; json?: true }) => run(purgeCommand, { ...flags, dir }));
}

export async function indexCommand(flags: IndexFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, flags.quiet ?? false);
  const { files, out, places, runs, runStops, dwell, tz, timeFormat, encoding, map, runGap, maxRejects, memory, showValues, threads } = flags;
  try {
    const report = await indexFiles(
      {
        index: out,
        files: { ...(files.length > 0 && { checkins: files }), ...(places && { places }), ...(runs && { runs }), ...(runStops && { 'run-stops': runStops }) },
        ...(dwell !== undefined && { dwell: loadDwell(dwell) }),
        ...(tz !== undefined && { tz }),
        ...(timeFormat && { timeFormats: timeFormat }),
        ...(encoding !== undefined && { encoding }),
        ...(threads !== undefined && { threads }),
        ...(map && { mappings: map }),
        ...(runGap !== undefined && { runGap }),
        ...(maxRejects !== undefined && { maxRejects }),
        ...(memory !== undefined && { memory }),
        ...(showValues && { showValues }),
      },
      { signal: io.signal, onProgress: (step) => progress.show(step) },
    );
    progress.clear();
    if (flags.json) io.out(`${JSON.stringify(report, null, 1)}\n`);
    else if (!flags.quiet) io.out(indexText(report));
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

function indexText({ ledger, stays, days, people, bytes, index, warnings }: IndexReport): string {
  const parts = [
    textTable(
      ['file', 'read', 'accepted', 'rejected', 'duplicate', 'blank'],
      ledger.map((entry) => [entry.file, entry.read, entry.accepted, entry.rejected, entry.duplicate, entry.blank]),
    ),
  ];
  if (warnings.length > 0) parts.push(warnings.map((warning) => `note: ${printable(warning, 2000)}`).join('\n'));
  parts.push(
    `${count(stays.checkIns)} check-ins, ${count(stays.stays)} stays of ${count(people)} people on ${count(days)} days; ${megabytes(bytes)} in ${index}`,
  );
  return `${parts.join('\n\n')}\n`;
}

async function infoCommand({ dir, verify, json }: { dir: string; verify?: true; json?: true }, io: Io): Promise<number> {
  const progress = new ProgressLine(io, false);
  try {
    const info = await indexInfo(dir, { verify: verify ?? false }, { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    io.out(json ? `${JSON.stringify(info, null, 1)}\n` : infoText(info));
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

function infoText(info: IndexInfo): string {
  const { stays } = info;
  return `${[
    textTable(
      ['day', 'check-ins', 'stays', 'conflict', 'capped', 'size'],
      info.days.map((day) => [day.day, day.checkIns, day.stays, day.conflicts, day.capped, megabytes(day.bytes)]),
    ),
    textTable(
      ['file', 'kind', 'rows', 'sha256'],
      info.inputs.map((input) => [input.name, input.table, input.rows, input.sha256.slice(0, 16)]),
    ),
    `${count(stays.checkIns)} check-ins, ${count(stays.stays)} stays, ${count(info.people)} people, ${count(info.places)} places; zone ${info.tz ?? 'UTC (none given)'}\n` +
      `${megabytes(info.bytes)}, ${info.bytesPerCheckIn.toFixed(1)} bytes a check-in; format ${info.format}, built by copresence ${info.version}` +
      `${info.purgedBefore === null ? '' : `\ndays before ${info.purgedBefore} were purged`}${info.inputsCompared === undefined ? '' : `\nevery block was read: all are sound; ${info.inputsCompared} of ${info.inputs.length} input files were there to be held against their SHA-256`}`,
    ...info.warnings.map((warning) => `note: ${printable(warning, 2000)}`),
  ].join('\n\n')}\n`;
}

async function purgeCommand({ dir, before, json }: { dir: string; before: string; json?: true }, io: Io): Promise<number> {
  const report = purgeIndex(dir, before);
  const { deleted, left } = report;
  io.out(
    json
      ? `${JSON.stringify(report, null, 1)}\n`
      : `deleted: ${count(deleted.days.length)} days before ${before}, ${count(deleted.checkIns)} check-ins, ${count(deleted.stays)} stays, the ids of ${count(deleted.people)} people who are on no later day\n` +
          `left: ${count(left.days)} days, ${count(left.checkIns)} check-ins, ${count(left.people)} people\n` +
          'Copies of the disk, snapshots and the memory cells of an SSD may hold deleted data for longer: encrypt the disk and destroy the key where that matters.\n',
  );
  return EXIT.done;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
