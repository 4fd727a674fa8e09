/** `copresence coverage`: how many visitors did not scan, by place and hour. */
import type { Command as Program } from 'commander';
import { coverageFiles, type CoverageFilesOptions } from '../../engines/files/coverage-files.js';
import { several, wholeNumber } from '../input-options.js';
import { EXIT, type Command, type Io } from '../io.js';
import { ProgressLine } from '../progress.js';
import { addScanInputs, addScanOptions, scanOptions, scanSummary, type ScanFlags } from '../scan-options.js';
import { count } from '../text-table.js';

type CoverageFlags = ScanFlags & Pick<CoverageFilesOptions, 'counts' | 'minKnown' | 'minDays' | 'way' | 'visit'>;

export function addCoverageCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  const command = addScanInputs(program.command('coverage'))
    .summary('estimate how many visitors did not scan, by place and hour')
    .description(
      'Estimates by place and hour how many visitors did not scan, from people who are known to have been there by what they scanned elsewhere, from\ncounters, and from the capacity of places. Writes coverage, rejects and a manifest. Absence from a list proves nothing.',
    )
    .option('--counts <file...>', 'counters: place_id, from, to, count', several)
    .option('--min-known <n>', 'fewest people known to have been there, to tell the share who scanned (default: 10)', wholeNumber)
    .option('--min-days <n>', 'fewest other days that make a routine (default: 3)', wholeNumber)
    .option('--way <duration>', 'longest way from one scan to the next (default: 2h)')
    .option('--visit <duration>', 'longest visit to a place with others inside, such as a mall (default: 4h)');
  addScanOptions(command)
    .addHelpText('before', EXAMPLES)
    .action((flags: CoverageFlags) => run(coverageCommand, flags));
}

const EXAMPLES = `Examples:
  copresence coverage --checkins scans.csv --places places.csv --tz Asia/Shanghai --out coverage
  copresence coverage --index week.cpx --counts doors.csv --out coverage
`;

export async function coverageCommand(flags: CoverageFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, flags.quiet ?? false);
  try {
    const report = await coverageFiles(scanOptions(flags), { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    const { rows, estimated, scanned, missed } = report.counts;
    if (flags.json) io.out(`${JSON.stringify(report, null, 1)}\n`);
    else if (!flags.quiet)
      io.out(
        scanSummary(report, [
          `${count(estimated)} of ${count(rows)} places and hours with an estimate: ${count(scanned)} visitors scanned there, about ${count(missed)} did not`,
        ]),
      );
    return EXIT.done;
  } finally {
    progress.clear();
  }
}
