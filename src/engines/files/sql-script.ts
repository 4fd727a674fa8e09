/** A match as a SQL script for the tables of a cluster: the cases, which are few, stand in it; the check-ins stay where they are. */
import { OptionError } from '../../core/errors.js';
import { parseDuration } from '../../core/duration.js';
import { Zone } from '../../core/zone.js';
import { parseRejectLimit } from '../../ingest/rows/ledger.js';
import { indexCases } from '../../match/case-windows.js';
import { Places } from '../../model/place.js';
import { makePlan, type PlanOptions } from '../../model/plan.js';
import { compileRule, type RuleJson } from '../../model/rule.js';
import { CHECKINS, PLACES, RUNS } from '../../model/tables.js';
import { findRule } from '../../rules/find-rule.js';
import { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import { Dwell } from '../../stays/dwell.js';
import { SKEW_LIMIT_SEC } from '../in-memory/memory.js';
import { placeTables, sqlCases, sqlScope } from '../sql/cases.js';
import { DEFAULT_PREFIX, compile, type PlaceTables } from '../sql/compile.js';
import { dialectOf } from '../sql/dialect.js';
import { scriptText, type Statement } from '../sql/script.js';
import { parseShards } from '../sql/shards.js';
import type { SourceTable } from '../sql/source.js';
import { readInputs, type ReadOptions, type RunHooks } from '../inputs/read-files.js';
import type { StayOptions } from '../inputs/stay-options.js';

export interface SqlScriptOptions
  extends Omit<PlanOptions, 'depth' | 'plan' | 'episodes' | 'maxEpisodes'>, Pick<StayOptions, 'dwell' | 'runGap' | 'skew'>, Omit<ReadOptions, 'files'> {
  readonly dialect: string;
  /** Files of cases and itineraries; of places where the scope needs coordinates. */
  readonly files: Pick<ReadOptions['files'], 'cases' | 'visits' | 'places'>;
  /** Tables of the engine: `checkins=dwd.scans(person_id=uid, place_id=code, time=scan_sec)`; also `places` and `runs`. Columns of one name need no `=`. */
  readonly tables: readonly string[];
  /** @defaultValue 'any' */
  readonly rule?: string | RuleJson;
  readonly tz?: string;
  /** What times are in the tables: whole seconds since 1970, or the engine's type of instants. @defaultValue 'epoch' */
  readonly times?: 'epoch' | 'instant';
  /** Most parents above each other. @defaultValue 4 */
  readonly parentLevels?: number;
  /** Width of the pieces of time of the join: about as long as most stays. @defaultValue '1h' */
  readonly bin?: string | number;
  /** Into how many parts, by place, the join is cut, one statement each. @defaultValue 1 */
  readonly shards?: string | number;
  /** Stands before the names of the tables that are made. @defaultValue 'copresence_' */
  readonly prefix?: string;
}

const SPECS = { checkins: CHECKINS, places: PLACES, runs: RUNS } as const;
type TableOfEngine = keyof typeof SPECS;
/** Columns that the statements read, besides the SPEC's: the number of a row, as evidence. */
const READ: Readonly<Record<TableOfEngine, readonly string[]>> = {
  checkins: ['person_id', 'place_id', 'time', 'check_out', 'run_id', 'carriage', 'seat', 'row_id'],
  places: ['place_id', 'kind', 'category', 'parent_id'],
  runs: ['vehicle_id', 'run_id', 'start', 'end', 'line_id'],
};

/** The statements of a match, in order. @throws OptionError, InputError, EngineError. */
export async function sqlStatements(options: SqlScriptOptions, hooks: RunHooks = {}): Promise<Statement[]> {
  const { files } = options;
  if (!files.cases?.length && !files.visits?.length) throw new OptionError('E_NO_CASES', 'expected --cases or --visits: whose co-presence is wanted');
  const { name: dialect } = dialectOf(options.dialect);
  const rule = compileRule(typeof options.rule === 'object' ? options.rule : findRule(options.rule ?? 'any'));
  const plan = makePlan([rule], options);
  const zone = new Zone(options.tz);
  const tables = tablesOf(options.tables);
  const skewSec = parseDuration(options.skew ?? 0, 'skew');
  const runGapSec = parseDuration(options.runGap ?? '45m', 'run-gap');
  const binSec = parseDuration(options.bin ?? '1h', 'bin');
  const { times = 'epoch', parentLevels = 4, prefix = DEFAULT_PREFIX } = options;
  if (skewSec > SKEW_LIMIT_SEC) throw new OptionError('E_SKEW', 'skew: expected at most a day');
  if (runGapSec === 0) throw new OptionError('E_RUN_GAP', 'run-gap: expected more than 0');
  if (binSec < 60) throw new OptionError('E_BIN', 'bin: expected at least 60s');
  if (times !== 'epoch' && times !== 'instant') throw new OptionError('E_TIMES', `times: expected epoch or instant, got '${String(times)}'`);
  if (!Number.isInteger(parentLevels) || parentLevels < 1 || parentLevels > 16) throw new OptionError('E_NUMBER', 'parent-levels: expected 1 to 16');

  const { reader } = await readInputs(options, zone, hooks);
  reader.checkRejects(parseRejectLimit(0));
  const { tables: inputs } = reader;
  const scope = plan.scope ?? rule.scope;
  return compile(
    {
      stays: { ...tables, times, dwell: new Dwell(options.dwell), runGapSec, skewSec, parentLevels },
      question: {
        cases: sqlCases(indexCases(inputs, rule, zone, plan.isWindowAll), inputs),
        scope: sqlScope(scope),
        lagSec: plan.lagSec ?? rule.lagSec,
        isClosed: plan.isClosed,
        minOverlapSec: plan.minOverlapSec,
        excludeConflicts: plan.excludeConflicts,
        binSec,
        shards: parseShards(options.shards),
      },
      places: neighboursOf(),
      prefix,
    },
    dialect,
  );

  function neighboursOf(): PlaceTables {
    if (scope.name !== 'grid' && scope.name !== 'near') return {};
    if (!files.places?.length)
      throw new OptionError(
        'E_NO_PLACES',
        `places: expected --places, a file with the coordinates, for the scope ${scope.name}: who meets is worked out here, so that no engine rounds otherwise`,
      );
    const places = new Places(inputs);
    const located = [...places.listedIds()].filter((id) => places.isLocated(id));
    return placeTables(located, scope, new PlaceNeighbours(places, scope), places, inputs.ids);
  }
}

/** The same as text, each statement under its label. */
export async function sqlScript(options: SqlScriptOptions, hooks: RunHooks = {}): Promise<string> {
  return scriptText(await sqlStatements(options, hooks));
}

/** @throws OptionError `E_TABLE`. */
function tablesOf(texts: readonly string[]): { readonly checkins: SourceTable; readonly places?: SourceTable; readonly runs?: SourceTable } {
  const found: Partial<Record<TableOfEngine, SourceTable>> = {};
  for (const text of texts) {
    const match = /^(checkins|places|runs)=([^()]+)(?:\((.*)\))?$/s.exec(text);
    if (!match)
      throw new OptionError(
        'E_TABLE',
        `table: expected checkins, places or runs, =, and a table, as in checkins=scans(person_id=uid, place_id, time), got '${text}'`,
      );
    const kind = match[1] as TableOfEngine;
    if (found[kind]) throw new OptionError('E_TABLE', `table: expected ${kind} once, got it twice`);
    const columns: Record<string, string> = {};
    for (const pair of (match[3] ?? '').split(',').filter((part) => part.trim() !== '')) {
      const [name, ...own] = pair.split('=').map((part) => part.trim());
      if (!READ[kind].includes(name!)) throw new OptionError('E_TABLE', `table: ${kind} has no column '${name}'; there are ${READ[kind].join(', ')}`);
      columns[name!] = own.length === 0 ? name! : own.join('=');
    }
    for (const { name, required } of SPECS[kind].columns) if (required) columns[name] ??= name;
    found[kind] = { table: match[2]!.trim(), columns };
  }
  const { checkins, ...others } = found;
  if (!checkins) throw new OptionError('E_TABLE', 'table: expected --table checkins=NAME, the table of the check-ins');
  return { checkins, ...others };
}
