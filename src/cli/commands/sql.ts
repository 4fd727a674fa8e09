/** `copresence sql`: the match as a script for the tables of a database or cluster. */
import type { Command as Program } from 'commander';
import { loadDwell, loadRule } from '../../engines/inputs/json-files.js';
import { sqlScript, type SqlScriptOptions } from '../../engines/files/sql-script.js';
import { EXIT, type Command, type Io } from '../io.js';
import { addReadingOptions, inputFiles, several, wholeNumber, type InputFlags } from '../input-options.js';

interface SqlFlags extends Omit<InputFlags, 'checkins' | 'runs' | 'runStops'> {
  readonly dialect: string;
  readonly table: readonly string[];
  readonly rule?: string;
  readonly dwell?: string;
  readonly scope?: string;
  readonly lag?: string;
  readonly bounds?: 'half-open' | 'closed';
  readonly minOverlap?: string;
  readonly window?: 'dated' | 'all';
  readonly runGap?: string;
  readonly skew?: string;
  readonly excludeConflicts?: true;
  readonly times?: 'epoch' | 'instant';
  readonly parentLevels?: number;
  readonly bin?: string;
  readonly shards?: string;
  readonly prefix?: string;
}

export function addSqlCommand(program: Program, run: <Flags>(command: Command<Flags>, flags: Flags) => Promise<void>): void {
  addReadingOptions(
    program
      .command('sql')
      .summary('print a match as SQL for DuckDB, PostgreSQL, Spark or ClickHouse')
      .description(
        'Prints the statements that find the episodes of the cases in tables of a database or cluster: check-ins to stays, stays and\ncases to episodes. The cases stand in the script: whoever may not know them may not read it.',
      )
      .requiredOption('--dialect <name>', 'duckdb, postgres, spark or clickhouse')
      .requiredOption('--table <table...>', 'checkins=NAME(column=own name, …), and so places and runs; repeatable', several)
      .option('--cases <file...>', 'cases: person_id[, case_id, onset_date, …]', several)
      .option('--visits <file...>', 'case itineraries: case_id, place_id, start, end[, …]', several)
      .option('--places <file...>', 'places with coordinates, for the scopes grid and near', several)
      .option('--rule <id|file>', 'built-in rule or JSON file (default: any)')
      .option('--dwell <file>', 'JSON of {category: {least, typical, most}} in minutes')
      .option('--scope <scope>', "place, parent, grid:M or near:M (default: the rule's)")
      .option('--lag <duration>', "how long after a case left someone may still meet the place (default: the rule's)")
      .option('--bounds <bounds>', 'closed: stays that only touch are together too (default: half-open)')
      .option('--min-overlap <duration>', 'leave out episodes that could not have lasted this long')
      .option('--window <all|dated>', 'all: cases without dates have no bounds (default: dated)')
      .option('--run-gap <duration>', 'cut runs of vehicles without a timetable where no one scanned for this long (default: 45m)')
      .option('--skew <duration>', 'how far the clocks of two devices may differ')
      .option('--exclude-conflicts', 'leave out stays of people who were at two unrelated places at once')
      .option('--times <epoch|instant>', "times in the tables: whole seconds since 1970, or the engine's type of instants (default: epoch)")
      .option('--parent-levels <n>', 'most parents above each other (default: 4)', wholeNumber)
      .option('--bin <duration>', 'pieces of time of the join, about as long as most stays (default: 1h)')
      .option('--shards <n>', 'join in so many parts, by place, one statement each (default: 1)')
      .option('--prefix <text>', 'stands before the names of the tables that are made (default: copresence_)')
      .addHelpText('before', EXAMPLES),
  ).action((flags: SqlFlags) => run(sqlCommand, flags));
}

const EXAMPLES = `Examples:
  copresence sql --dialect spark --table 'checkins=dwd.scans(person_id=uid, place_id=code, time=scan_sec)' --cases cases.csv --tz Asia/Shanghai > match.sql
  copresence sql --dialect postgres --table checkins=scans --table 'places=venues(kind, category, parent_id)' --cases cases.csv --rule us-cdc-2020 --tz UTC
`;

export async function sqlCommand(flags: SqlFlags, io: Io): Promise<number> {
  const { dwell, rule, encoding, tz, timeFormat, map, table, ...rest } = flags;
  const options: SqlScriptOptions = {
    ...rest,
    files: inputFiles(flags),
    tables: table,
    ...(rule !== undefined && { rule: loadRule(rule) }),
    ...(dwell !== undefined && { dwell: loadDwell(dwell) }),
    ...(encoding !== undefined && { encoding }),
    ...(tz !== undefined && { tz }),
    ...(timeFormat && { timeFormats: timeFormat }),
    ...(map && { mappings: map }),
  };
  io.out(await sqlScript(options, { signal: io.signal }));
  return EXIT.done;
}
