/** `copresence match`: CSV exports → the lists of co-present people. */
import type { Command as Program } from 'commander';
import { loadDwell, loadRule } from '../../engines/inputs/json-files.js';
import { ENGINES, type EngineName } from '../../engines/files/match-sql.js';
import { matchFiles, type MatchFilesOptions } from '../../engines/files/match-files.js';
import { parseColumns } from '../../engines/files/shown-lists.js';
import { sizeFiles } from '../../engines/files/size-files.js';
import type { ListName } from '../../lists/rows.js';
import { choiceText } from '../../match/planner.js';
import { parseDilution, type Extra, type SortKey } from '../../model/plan.js';
import { EXIT, type Command, type Io } from '../io.js';
import { addInputOptions, addThreadOptions, inputFiles, listed, several, wholeNumber, type InputFlags } from '../input-options.js';
import { ProgressLine } from '../progress.js';
import { sizesText } from '../sizes.js';
import { summaryJson, summaryText } from '../summary.js';

interface MatchFlags extends InputFlags {
  readonly index?: string;
  readonly out?: string;
  readonly dryRun?: true;
  readonly extra?: readonly string[];
  readonly sort?: SortKey;
  readonly dilution?: readonly string[];
  readonly rule?: readonly string[];
  readonly dwell?: string;
  readonly minOverlap?: string;
  readonly lag?: string;
  readonly scope?: string;
  readonly bounds?: 'half-open' | 'closed';
  readonly depth?: number;
  readonly window?: 'dated' | 'all';
  readonly runGap?: string;
  readonly skew?: string;
  readonly gtfs?: readonly string[];
  readonly vehiclePositions?: readonly string[];
  readonly pings?: readonly string[];
  readonly rides?: true;
  readonly walkM?: number;
  readonly walkTime?: string;
  readonly excludeConflicts?: true;
  readonly maxRejects?: string;
  readonly maxEpisodes?: number;
  readonly episodes?: boolean;
  readonly lists?: readonly string[];
  readonly columns?: readonly string[];
  readonly format?: 'csv' | 'jsonl';
  readonly excel?: true;
  readonly raw?: true;
  readonly compareRules?: true;
  readonly split?: 'district';
  readonly includeCaseIdentity?: true;
  readonly force?: true;
  readonly quiet?: true;
  readonly json?: true;
  readonly exitCode?: true;
  readonly plan?: 'auto' | 'stream' | 'index';
  readonly explainPlan?: true;
  readonly threadsFromMs?: number;
  readonly engine?: EngineName;
  readonly engineUrl?: string;
  readonly shards?: string;
}

export function addMatchCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  const command = addInputOptions(program.command('match'))
    .summary('find who was where a case was, and write the lists')
    .description(
      'Finds who was where a case was, when, for how long, and how sure that is. Writes episodes, contacts, people, places,\ndisinfection, links, rejects and a manifest into a folder.',
    )
    .option('--out <dir>', 'folder for the lists')
    .option('--dry-run', 'write nothing: say how large each list would be, by grade and rule, and which places bring most people')
    .option('--extra <columns>', 'further columns at the end, with commas: crowd, probability', listed)
    .option('--sort <dilution|probability>', 'sort contacts, people and places by such a column, the greatest first')
    .option('--dilution <least,most,people>', 'how many people one comes close to in a crowd (default: 5,40,1000)', listed)
    .option('--index <dir>', "check-ins, places and runs from an index on disk, in place of their files; see 'copresence index --help'")
    .option('--rule <id|file...>', "built-in rule or JSON file, repeatable; see 'copresence rules' (default: any)", several)
    .option('--dwell <file>', 'JSON of {category: {least, typical, most}} in minutes')
    .option('--scope <scope>', "place, parent, grid:M or near:M (default: the rule's)")
    .option('--lag <duration>', "how long after a case left someone may still meet the place (default: the rule's)")
    .option('--bounds <bounds>', 'closed: stays that only touch are together too (default: half-open)')
    .option('--min-overlap <duration>', 'leave out episodes that could not have lasted this long')
    .option('--depth <n>', 'generations: 2 for contacts of contacts (default: 1)', wholeNumber)
    .option('--window <all|dated>', 'all: cases without dates have no bounds (default: dated)')
    .option('--run-gap <duration>', 'cut runs of vehicles without a timetable where no one scanned for this long (default: 45m)')
    .option('--skew <duration>', 'how far the clocks of two devices may differ')
    .option('--gtfs <feed...>', 'timetables, GTFS as a folder or zip file: their runs are added, and rides inferred', several)
    .option('--vehicle-positions <file...>', 'GTFS-Realtime snapshots: which vehicle was on which run, and how late', several)
    .option('--pings <file...>', 'the same as CSV: vehicle_id, time, lat, lon[, trip_id, line_id, start_date, start_time]', several)
    .option('--rides', 'infer where riders got on and off, from --runs with --run-stops')
    .option('--walk-m <n>', 'metres people walk from a stop to their next scan (default: 1000)', wholeNumber)
    .option('--walk-time <duration>', 'how long that takes them (default: 12m)')
    .option('--exclude-conflicts', 'leave out stays of people who were at two unrelated places at once')
    .option('--max-rejects <n|p%>', 'rows of a file that may be rejected (default: 0.1%)')
    .option('--max-episodes <n>', 'refuse to list more (default: 50,000,000)', wholeNumber)
    .option('--no-episodes', 'all lists but the episodes, however many there are')
    .option('--lists <names>', 'write only these lists, with commas: episodes, contacts, people, places, disinfection, links', listed)
    .option('--columns <list:columns...>', 'only these columns of a list, in this order: people:contact_id,grade,case_ids', several)
    .option('--format <csv|jsonl>', 'format of the lists (default: csv)')
    .option('--excel', 'CSV with CRLF and a byte order mark')
    .option('--raw', 'do not neutralise cells that a spreadsheet takes for formulas')
    .option('--compare-rules', 'with several rules, also write rules: who is listed by which rule, and why not by the others')
    .option('--split <district>', 'also write one folder per district; codes stand for the cases there, which case_codes at the top explains')
    .option('--include-case-identity', 'name the cases in the folders of districts too')
    .option('--plan <auto|stream|index>', 'search stays by one pass or by an index; changes no list (default: auto, the cheaper)')
    .option('--explain-plan', 'say which was chosen, and why')
    .option('--engine <name>', `what infers stays and joins them: ${ENGINES.join(', ')}; changes no list (default: memory)`)
    .option('--engine-url <url>', 'where PostgreSQL or ClickHouse is, or the master of Spark (default: PGHOST and so on, http://127.0.0.1:8123, local[*])')
    .option('--shards <n>', 'with --engine: search for episodes in so many parts, by place; changes no list (default: 1)')
    .option('--force', 'replace the lists of an earlier run')
    .option('--exit-code', 'exit with 4 if no contact is found')
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'the summary as JSON')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', NOTES);
  addThreadOptions(command);
  command.action((flags: MatchFlags) => run(matchCommand, flags));
}

const EXAMPLES = `Examples:
  copresence match --checkins scans.csv --cases cases.csv --tz Asia/Shanghai --out lists
  copresence match --checkins mon.csv.gz tue.csv.gz --places places.csv --cases cases.csv --rule cn-close-2022 --tz Asia/Shanghai --out lists
  copresence match --checkins scans.csv --encoding gb18030 --map person_id=证件号 --cases cases.csv --window all --tz Asia/Shanghai --out lists
  copresence match --checkins scans.csv --visits itineraries.csv --rule who-2020 --rule us-cdc-2020 --tz UTC --out lists --json
`;

const NOTES = `
Durations: a whole number and s, m, h or d (90s, 15m, 2h, 1d); a bare number is seconds.
Exit codes: 0 done, also when nothing matched; 2 usage; 3 an input cannot be used; 4 no contact (--exit-code); 5 too many episodes;
  74 cannot write; 130 interrupted; 1 a fault of ours.
`;

export async function matchCommand(flags: MatchFlags, io: Io): Promise<number> {
  const progress = new ProgressLine(io, flags.quiet ?? false);
  const { dwell, rule, encoding, tz, timeFormat, map, explainPlan, dryRun, out = '', extra, dilution, lists, columns, ...rest } = flags;
  const options: MatchFilesOptions = {
    ...rest,
    out,
    ...(extra && { extra: extra as readonly Extra[] }),
    ...(dilution && { dilution: parseDilution(dilution) }),
    ...(lists && { lists: lists as readonly ListName[] }),
    ...(columns && { columns: parseColumns(columns) }),
    files: inputFiles(flags),
    ...(rule && { rules: rule.map(loadRule) }),
    ...(dwell !== undefined && { dwell: loadDwell(dwell) }),
    ...(encoding !== undefined && { encoding }),
    ...(tz !== undefined && { tz }),
    ...(timeFormat && { timeFormats: timeFormat }),
    ...(map && { mappings: map }),
  };
  try {
    if (dryRun) {
      const sizes = await sizeFiles(options, { signal: io.signal, onProgress: (step) => progress.show(step) });
      progress.clear();
      io.out(flags.json ? `${JSON.stringify(sizes, null, 1)}\n` : sizesText(sizes));
      return EXIT.done;
    }
    const report = await matchFiles(options, { signal: io.signal, onProgress: (step) => progress.show(step) });
    progress.clear();
    if (explainPlan) for (const choice of report.plan) io.err(`${choiceText(choice)}\n`);
    if (flags.json) io.out(summaryJson(report));
    else if (!flags.quiet) io.out(summaryText(report, io.isTerminal && io.isOutTerminal !== false));
    return flags.exitCode && report.counts.every(({ people }) => people === 0) ? EXIT.noContact : EXIT.done;
  } finally {
    progress.clear();
  }
}
