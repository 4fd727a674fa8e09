/** `copresence report`: the lists of a match → one page to look at. */
import type { Command as Program } from 'commander';
import { reportFiles, type ReportFilesOptions } from '../../report/report-files.js';
import { EXIT, type Command, type Io } from '../io.js';
import { several, wholeNumber } from '../input-options.js';
import { count } from '../text-table.js';

interface ReportFlags extends Omit<ReportFilesOptions, 'folder' | 'signal'> {
  readonly folder: string;
  readonly quiet?: true;
}

export function addReportCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  program
    .command('report')
    .summary('one page, in one file, that shows who, where, when and why')
    .description(
      'Writes the lists of a finished match as one HTML file to open in a browser: whom to call, why, timelines, what to clean, a map and more.\nThe page loads nothing and sends nothing; it opens without a network.',
    )
    .argument('<dir>', 'folder that match wrote')
    .requiredOption('-o, --out <file>', 'file for the page')
    .option('--lang <en|zh>', 'language that the page opens in; it has both (default: en)')
    .option('--redact', 'pseudonyms in place of ids; places with fewer than 11 people and small counts are held back')
    .option('--key-file <file>', 'key of the incident, so that a person has the same pseudonym in all its pages (at least 32 bytes, mode 600)')
    .option('--places <file...>', 'places with lat and lon, for the map', several)
    .option('--run-stops <file...>', 'stops of runs with lat and lon, for the lines of vehicles on the map', several)
    .option('--cases <file...>', 'cases with their dates, for the curve', several)
    .option('--basemap <file>', 'GeoJSON to draw under the map')
    .option('--max-rows <n>', 'rows of a list that the page holds at most, the surest first (default: 100,000)', wholeNumber)
    .option('--force', 'replace an earlier page')
    .option('--quiet', 'say nothing')
    .addHelpText(
      'before',
      'Examples:\n  copresence report lists -o report.html\n  copresence report lists -o report.html --places places.csv --cases cases.csv --lang zh\n  copresence report lists -o share.html --redact\n',
    )
    .action((folder: string, flags: Omit<ReportFlags, 'folder'>) => run(reportCommand, { ...flags, folder }));
}

export async function reportCommand({ quiet, ...options }: ReportFlags, io: Io): Promise<number> {
  const report = await reportFiles({ ...options, signal: io.signal });
  if (quiet) return EXIT.done;
  for (const name of report.changed) io.err(`note: ${name} is not as the run wrote it; the page says so too\n`);
  for (const { list, rows, kept, withheld } of report.left)
    io.err(
      `note: the page holds ${count(kept)} of the ${count(rows)} rows of ${list}${withheld > 0 ? `, ${count(withheld)} are held back` : ', the surest'}\n`,
    );
  io.out(`${report.out} (${count(Math.ceil(report.bytes / 1000))} kB): open it in a browser; it needs no network\n`);
  return EXIT.done;
}
