/** CSV files → lists in a folder: the whole way, as the command line takes it. */
import { resolve } from 'node:path';
import { InputError, OptionError } from '../../core/errors.js';
import { Zone } from '../../core/zone.js';
import type { OpenIndex } from '../../disk-index/open-index.js';
import type { InputDigest } from '../../ingest/file-source.js';
import { checkRejects, parseRejectLimit, type LedgerEntry, type RejectLimit } from '../../ingest/rows/ledger.js';
import { RULE_COLUMNS, type RuleMatrix } from '../../lists/compare-rules.js';
import { pickColumns } from '../../lists/pick-columns.js';
import type { ListName } from '../../lists/rows.js';
import type { Choice } from '../../match/planner.js';
import { makePlan, type Plan, type PlanOptions } from '../../model/plan.js';
import { compileRule, type RuleJson } from '../../model/rule.js';
import { TABLE_NAMES, type TableName } from '../../model/tables.js';
import { OutputFolder } from '../../output/output-folder.js';
import { outputNames, writeLists, writeRejects, type OutputEntry } from '../../output/write-lists.js';
import type { OutputFormat, TextOptions } from '../../output/table-text.js';
import { VERSION } from '../../output/version.js';
import type { RideCounts } from '../../stays/transit/rides/rides.js';
import { Dwell } from '../../stays/dwell.js';
import { crewOf, type CrewOptions, type WorkerCrew } from '../../threads/worker-crew.js';
import { findRule } from '../../rules/find-rule.js';
import { CASE_CODE_COLUMNS, caseCodes } from './case-codes.js';
import { gatherFiles, type Gathered, type MatchSource } from '../in-memory/gathered.js';
import { findGathered } from '../in-memory/find-gathered.js';
import { gatherIndexed } from '../on-disk/match-index.js';
import { infersRides, matchManifest } from './match-manifest.js';
import { checkEngine, gatherSql, type EngineOptions } from './match-sql.js';
import { shownLists, withEpisodes, type ShownOptions } from './shown-lists.js';
import type { MatchResult, RuleCounts } from '../answers/match-result.js';
import type { StayOptions } from '../inputs/stay-options.js';
import type { InputFiles, RunHooks } from '../inputs/read-files.js';
import type { FeedInput, FeedOptions, SeenInput } from '../feeds/read-feeds.js';

export interface MatchFilesOptions extends PlanOptions, StayOptions, CrewOptions, FeedOptions, EngineOptions, ShownOptions {
  readonly files: InputFiles;
  /** Folder of an index on disk that has the check-ins, places and runs: `files` then names cases and itineraries alone. */
  readonly index?: string;
  /** Folder for the lists; made if it is not there. */
  readonly out: string;
  /** Ids of built-in rules or rules as JSON. @defaultValue ['any'] */
  readonly rules?: readonly (string | RuleJson)[];
  readonly tz?: string;
  readonly timeFormats?: readonly string[];
  /** @defaultValue 'utf-8' */
  readonly encoding?: string;
  /** `column=header` or `table.column=header`. */
  readonly mappings?: readonly string[];
  /** @defaultValue '0.1%' of each file */
  readonly maxRejects?: string | number;
  /** @defaultValue 'csv' */
  readonly format?: OutputFormat;
  readonly excel?: boolean;
  readonly raw?: boolean;
  /** Also writes `rules`: the rules side by side, pair by pair. Needs several. @defaultValue false */
  readonly compareRules?: boolean;
  /** Also writes one folder per district. */
  readonly split?: 'district';
  /** Names index persons in the folders of districts too. @defaultValue false: codes stand for them there, and `case_codes` at the top says who they are */
  readonly includeCaseIdentity?: boolean;
  readonly force?: boolean;
  readonly showValues?: boolean;
}

/** What a run did: also what the manifest says. */
export interface RunReport {
  readonly out: string;
  readonly counts: readonly RuleCounts[];
  readonly ledger: readonly LedgerEntry[];
  readonly inputs: readonly (InputDigest & { readonly table: TableName | FeedInput['table'] | SeenInput['table']; readonly rows: number })[];
  readonly outputs: readonly OutputEntry[];
  readonly warnings: readonly string[];
  /** How the stays were searched for each question, and why so. */
  readonly plan: readonly Choice[];
  /** How rides were found, where that was asked for. */
  readonly rides?: RideCounts;
  /** How many pairs of case and contact the rules list, each with each, where that was asked for. */
  readonly rules?: RuleMatrix;
  readonly result: MatchResult;
}

/**
 * Matches the check-ins of some files with the cases of others and writes the lists.
 * @throws OptionError, InputError, StateError; the signal's reason if it is aborted. Nothing is left in the folder then, except `rejects.csv`
 * where too many rows were rejected.
 */
export function matchFiles(options: MatchFilesOptions, hooks: RunHooks = {}): Promise<RunReport> {
  return matchOpened(options, hooks);
}

/** The same, of an index that is open already and stays so. */
export async function matchOpened(options: MatchFilesOptions, hooks: RunHooks, opened?: OpenIndex): Promise<RunReport> {
  const { plan, zone, limit, text, lists } = checkOptions(options);
  const { files } = options;
  if (!options.out) throw new OptionError('E_OUT', 'out: expected a folder for the lists; --dry-run says how large they would be');
  const { engine = 'memory' } = options;
  const crew = crewOf(options);
  if (options.index !== undefined && resolve(options.out) === resolve(options.index))
    throw new OptionError('E_EXISTS', 'out: expected another folder than that of the index');

  const paths = [...TABLE_NAMES.flatMap((table) => files[table] ?? []), ...(options.gtfs ?? []), ...(options.vehiclePositions ?? []), ...(options.pings ?? [])];
  const folder = new OutputFolder(options.out, { force: options.force ?? false, inputs: paths });
  const extras = [...(options.compareRules ? [RULES] : []), ...(hasCodes(options) ? [CASE_CODES] : [])];
  folder.checkTargets(outputNames([...lists, ...extras], text.format));

  const gathered =
    options.index !== undefined
      ? await gatherIndexed(options.index, options, zone, hooks, opened)
      : await (engine === 'memory' ? gatherFiles : gatherSql)(options, zone, hooks);
  try {
    checkRejects(gathered.unjudged, limit, gathered.rejects);
  } catch (error) {
    gathered.close();
    if (folder.hasEarlierOutputs || !(error instanceof InputError)) throw error;
    await writeRejects(folder, gathered.rejects, text);
    throw new InputError(error.code, `${error.message}\nAll rejected rows are in rejects.csv in ${options.out}; no list was written.`, { cause: error });
  }
  try {
    return await matchGathered(gathered, plan, lists, folder, crew, options, hooks);
  } finally {
    gathered.close();
  }
}

interface CheckedOptions {
  readonly plan: Plan;
  readonly zone: Zone;
  readonly limit: RejectLimit;
  readonly text: TextOptions;
  /** The lists that are written. */
  readonly lists: readonly ListName[];
}

/** The options of a match, looked at before anything is read. @throws OptionError. */
export function checkOptions(options: Omit<MatchFilesOptions, 'out'>): CheckedOptions {
  const { files } = options;
  if (options.index === undefined && !files.checkins?.length) throw new OptionError('E_NO_CHECKINS', 'checkins: expected at least one file of check-ins');
  if (!files.cases?.length && !files.visits?.length) throw new OptionError('E_NO_CASES', 'expected --cases or --visits: whose co-presence is wanted');
  const rules = (options.rules ?? ['any']).map((rule) => (typeof rule === 'string' ? findRule(rule) : rule));
  const plan = makePlan(rules.map(compileRule), withEpisodes(options));
  const zone = new Zone(options.tz);
  const limit = parseRejectLimit(options.maxRejects ?? '0.1%');
  const text = textOptions(options);
  if (text.format !== 'csv' && text.format !== 'jsonl')
    throw new OptionError('E_OUTPUT_FORMAT', `format: expected csv or jsonl, got '${String(text.format)}'; copresence export writes other formats from these`);
  if (options.split !== undefined && options.split !== 'district') throw new OptionError('E_SPLIT', "split: expected 'district'");
  if (options.compareRules && plan.rules.length < 2)
    throw new OptionError('E_COMPARE_RULES', 'compare-rules: expected at least two rules, got one; give --rule again');
  if (options.includeCaseIdentity && options.split === undefined)
    throw new OptionError('E_SPLIT', 'include-case-identity: expected --split district too, since only the folders of districts have codes for cases');
  if (options.index === undefined) for (const rule of plan.rules) if (rule.clauses.some((clause) => clause.measure === 'day')) zone.require('the measure day');
  new Dwell(options.dwell); // refused before anything is read
  checkEngine(options, options.index);
  const shown = {
    hasSeveralRules: plan.rules.length > 1,
    hasRides: infersRides(options),
    hasCrowd: plan.extra.includes('crowd'),
    hasProbability: plan.extra.includes('probability'),
  };
  return { plan, zone, limit, text, lists: shownLists(options, plan.hasEpisodes, shown) };
}

async function matchGathered(
  gathered: Gathered<MatchSource>,
  plan: Plan,
  names: readonly ListName[],
  folder: OutputFolder,
  crew: WorkerCrew,
  options: MatchFilesOptions,
  hooks: RunHooks,
): Promise<RunReport> {
  const { ledger, rejects, inputs } = gathered;
  const found = await findGathered(gathered, plan, crew, hooks);
  const { source, result, choices, warnings } = found;

  const { codes, rows } = hasCodes(options) ? caseCodes(result, inputs) : {};
  const coded = codes && result.withCaseCodes(codes);
  const comparison = options.compareRules ? result.compareRules() : undefined;
  const lists = {
    names,
    columns: (name: ListName) => pickColumns(name, result.typedColumns(name), options.columns?.[name]),
    parts: (name: ListName) => result.parts(name),
    ...(coded && { districtParts: (name: ListName) => coded.parts(name) }),
  };
  const outputs = await writeLists(
    folder,
    lists,
    rejects,
    {
      ...textOptions(options),
      isSplit: options.split === 'district',
      extras: [
        ...(comparison ? [{ name: RULES, columns: RULE_COLUMNS, rows: comparison.rows() }] : []),
        ...(rows ? [{ name: CASE_CODES, columns: CASE_CODE_COLUMNS, rows }] : []),
      ],
      force: options.force ?? false,
      inputs: [],
      signal: hooks.signal,
      onProgress: (name, rows) => hooks.onProgress?.({ phase: 'write', name, rows, share: Number.NaN }),
    },
    (written, districts) =>
      matchManifest({
        version: VERSION,
        options,
        plan,
        gathered,
        found,
        outputs: written,
        ...(comparison && { comparison: comparison.matrix }),
        ...(districts && { districts: districts.toJSON() }),
      }),
  );
  return {
    out: options.out,
    counts: result.counts,
    ledger,
    inputs,
    outputs,
    warnings,
    plan: choices,
    ...(source.rideCounts && { rides: source.rideCounts }),
    ...(comparison && { rules: comparison.matrix }),
    result,
  };
}

/** The rules side by side. */
const RULES = 'rules';
/** The map from codes to cases. */
const CASE_CODES = 'case_codes';

const hasCodes = (options: MatchFilesOptions): boolean => options.split === 'district' && !options.includeCaseIdentity;

const textOptions = (options: Omit<MatchFilesOptions, 'out'>): TextOptions => ({
  format: options.format ?? 'csv',
  isForExcel: options.excel ?? false,
  isRaw: options.raw ?? false,
});
