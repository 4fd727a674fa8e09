/** `copresence companions`: people who keep coming together, and their groups. */
import { InvalidArgumentError, type Command as Program } from 'commander';
import { companionsFiles } from '../../engines/files/companions-files.js';
import type { CompanionOptions } from '../../model/companion-plan.js';
import { wholeNumber } from '../input-options.js';
import { EXIT, type Command, type Io } from '../io.js';
import { ProgressLine } from '../progress.js';
import { addScanInputs, addScanOptions, scanOptions, scanSummary, type ScanFlags } from '../scan-options.js';
import { count } from '../text-table.js';

type CompanionsFlags = ScanFlags & CompanionOptions;

export function addCompanionsCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  const command = addScanInputs(program.command('companions'))
    .summary('find people who keep coming to places together: households, groups on tour')
    .description(
      "Finds pairs of people who came to several places within minutes of each other, more often than the places' traffic would give by chance, and the\ngroups that they make. Writes companions, groups, rejects and a manifest.",
    )
    .option('--within <duration>', 'they came together if no further apart than this (default: 5m)')
    .option('--min-meetings <n>', 'fewest places and days on which they did (default: 3)', wholeNumber)
    .option('--min-places <n>', 'fewest places where they did (default: 2)', wholeNumber)
    .option('--max-q <q>', 'highest false discovery rate of a pair that is listed (default: 0.01)', decimal)
    .option('--crowd <n>', 'leave out arrivals with more than so many others within that time, and count them (default: 100)', wholeNumber);
  addScanOptions(command)
    .addHelpText('before', EXAMPLES)
    .action((flags: CompanionsFlags) => run(companionsCommand, flags));
}

const EXAMPLES = `Examples:
  copresence companions --checkins scans.csv --places places.csv --tz Asia/Shanghai --out companions
  copresence companions --index week.cpx --within 2m --min-meetings 5 --out companions
`;

export async function companionsCommand(flags: CompanionsFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, flags.quiet ?? false);
  try {
    const report = await companionsFiles(scanOptions(flags), { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    const { pairs, groups, judged, tests } = report.counts;
    if (flags.json) io.out(`${JSON.stringify(report, null, 1)}\n`);
    else if (!flags.quiet)
      io.out(
        scanSummary(report, [
          `${count(pairs)} pairs of companions in ${count(groups)} groups; ${count(judged)} pairs met often enough to be judged, of ${count(tests)} who were at one place.\n` +
            'They scan together more than chance would have it. Who they are to each other, scans do not say.',
        ]),
      );
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

function decimal(value: string): number {
  if (!/^\d*\.?\d+$/.test(value)) throw new InvalidArgumentError('expected a number such as 0.01');
  return Number(value);
}
