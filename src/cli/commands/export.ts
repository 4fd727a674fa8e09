/** `copresence export`: the lists of a match → the files of another system. */
import { Option, type Command as Program } from 'commander';
import { exportLists, type ExportOptions, type ExportReport } from '../../engines/export/export-lists.js';
import { EXPORT_FORMATS } from '../../engines/export/formats.js';
import { EXIT, type Command, type Io } from '../io.js';
import { several } from '../input-options.js';
import { ProgressLine } from '../progress.js';
import { count, printable, textTable } from '../text-table.js';

interface ExportFlags extends Omit<ExportOptions, 'lists' | 'mappings' | 'timeFormats' | 'force' | 'raw' | 'assertProximity' | 'showValues'> {
  readonly lists: string;
  readonly map?: readonly string[];
  readonly timeFormat?: readonly string[];
  readonly assertProximity?: true;
  readonly showValues?: true;
  readonly raw?: true;
  readonly force?: true;
  readonly quiet?: true;
  readonly json?: true;
}

export function addExportCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  program
    .command('export')
    .summary('write the lists of a match in the format of another system')
    .description('Reads the folder that match wrote and writes it in the format of another system. What each column holds is told in docs/formats.md.')
    .argument('<lists>', "folder of a match: its '--out'")
    .addOption(new Option('--format <format>', 'what to write').choices(Object.keys(EXPORT_FORMATS)).makeOptionMandatory())
    .requiredOption('-o, --out <path>', 'a file for geojson, gexf, graphml and xlsx, else a folder')
    .option('--rule <id>', 'the rule whose lists are taken, where several ran')
    .option('--cases <file...>', 'file of the cases: which case is which person, and its dates', several)
    .option('--places <file...>', 'file of the places, for geojson: where they are', several)
    .option('--list <name...>', 'lists for xlsx, parquet and arrow (default: all)', several)
    .option('--bound <certain|likely|possible>', 'which end of a time together gexf and tij take (default: likely)')
    .option('--assert-proximity', 'say that people were near each other: fills fields of proximity and certainty by grade')
    .option('--date-format <pattern>', 'how SORMAS reads dates: M/d/yyyy, dd/MM/yyyy or dd.MM.yyyy (default: M/d/yyyy)')
    .option('--disease <name>', 'name of the disease in SORMAS, such as CORONAVIRUS')
    .option('--place <id>', 'for SORMAS: only the participants at this place')
    .option('--raw', 'do not neutralise CSV cells that a spreadsheet takes for formulas: for programs that import them')
    .option('--tz <zone>', 'IANA zone of local times in --cases (default: that of the match)')
    .option('--time-format <pattern>', 'date-fns pattern for times that no built-in format fits, repeatable', several)
    .option('--encoding <name>', 'of --cases and --places (default: utf-8)')
    .option('--map <column=header>', 'header that holds a column, or table.column=header; repeatable', several)
    .option('--max-rejects <n|p%>', 'rows of a file that may be rejected (default: 0.1%)')
    .option('--show-values', 'put values into messages: they may name people')
    .option('--force', 'replace an earlier export')
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'the summary as JSON')
    .addHelpText('before', EXAMPLES)
    .action((lists: string, flags: Omit<ExportFlags, 'lists'>) => run(exportCommand, { ...flags, lists }));
}

const EXAMPLES = `Examples:
  copresence export lists --format xlsx -o lists.xlsx
  copresence export lists --format epicontacts --cases cases.csv -o epicontacts
  copresence export lists --format geojson --places places.csv -o places.geojson
`;

export async function exportCommand(flags: ExportFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, flags.quiet ?? false);
  const { map, timeFormat, quiet, json, ...rest } = flags;
  const options: ExportOptions = { ...rest, ...(map && { mappings: map }), ...(timeFormat && { timeFormats: timeFormat }) };
  try {
    const report = await exportLists(options, { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    if (json) io.out(`${JSON.stringify(report, null, 1)}\n`);
    else if (!quiet) io.out(summary(report));
    return EXIT.done;
  } finally {
    progress.clear();
  }
}

function summary({ out, outputs, sheets, notes }: ExportReport): string {
  const files = textTable(
    ['file', 'rows', 'bytes'],
    outputs.map(({ name, rows, bytes }) => [name, rows, bytes]),
  );
  const parts = sheets ? `sheets: ${sheets.map(({ name, rows }) => `${name} (${count(rows)})`).join(', ')}\n` : '';
  return `${files}\n${parts}${notes.map((note) => `note: ${printable(note, 2000)}\n`).join('')}written: ${printable(out, 2000)}\n`;
}
