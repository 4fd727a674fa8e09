/** CSV files → lists in a folder: the whole way, as the command line takes it. */
import { InputError, OptionError } from '../core/errors.js';
import { runAsync } from '../core/steps.js';
import { Zone } from '../core/zone.js';
import { parseEncoding } from '../ingest/encoding.js';
import { FileSource, type InputDigest } from '../ingest/file-source.js';
import { parseMapping } from '../ingest/header.js';
import { parseRejectLimit, type LedgerEntry } from '../ingest/ledger.js';
import { InputReader, checkFileNames } from '../ingest/read-inputs.js';
import type { FileReading } from '../ingest/read-table.js';
import type { ListName } from '../lists/rows.js';
import { makePlan, planText, type Plan, type PlanOptions } from '../model/plan.js';
import { compileRule, type RuleJson } from '../model/rule.js';
import { TABLE_NAMES, type InputTables, type TableName } from '../model/tables.js';
import { OutputFolder } from '../output/output-folder.js';
import { outputNames, writeLists, writeRejects, type OutputEntry } from '../output/write-lists.js';
import type { OutputFormat } from '../output/table-text.js';
import { VERSION } from '../output/version.js';
import { Dwell } from '../stays/dwell.js';
import { CopresenceIndex, type StayOptions } from './memory.js';
import type { MatchResult, RuleCounts } from './match-result.js';
import { findRule } from '../rules/find-rule.js';

/** Names of CSV files by table; `-` is standard input. */
export type InputFiles = Readonly<Partial<Record<TableName, readonly string[]>>>;

export interface MatchFilesOptions extends PlanOptions, StayOptions {
  readonly files: InputFiles;
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
  /** Also writes one folder per district. */
  readonly split?: 'district';
  readonly force?: boolean;
  readonly showValues?: boolean;
}

/** How far a run is. */
export interface RunProgress {
  readonly phase: 'read' | 'stays' | 'match' | 'write';
  /** File or list being worked on. */
  readonly name: string;
  readonly rows: number;
  /** 0 to 1, or NaN if it cannot be known, as of standard input. */
  readonly share: number;
}

export interface RunHooks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

/** What a run did: also what the manifest says. */
export interface RunReport {
  readonly out: string;
  readonly counts: readonly RuleCounts[];
  readonly ledger: readonly LedgerEntry[];
  readonly inputs: readonly (InputDigest & { readonly table: TableName; readonly rows: number })[];
  readonly outputs: readonly OutputEntry[];
  readonly warnings: readonly string[];
  readonly result: MatchResult;
}

/**
 * Matches the check-ins of some files with the cases of others and writes the lists.
 * @throws OptionError, InputError, StateError; the signal's reason if it is aborted. Nothing is left in the folder then, except `rejects.csv`
 * where too many rows were rejected.
 */
export async function matchFiles(options: MatchFilesOptions, hooks: RunHooks = {}): Promise<RunReport> {
  const { files } = options;
  if (!files.checkins?.length) throw new OptionError('E_NO_CHECKINS', 'checkins: expected at least one file of check-ins');
  if (!files.cases?.length && !files.visits?.length) throw new OptionError('E_NO_CASES', 'expected --cases or --visits: whose co-presence is wanted');
  const rules = (options.rules ?? ['any']).map((rule) => (typeof rule === 'string' ? findRule(rule) : rule));
  const plan = makePlan(rules.map(compileRule), options);
  const zone = new Zone(options.tz);
  const limit = parseRejectLimit(options.maxRejects ?? '0.1%');
  const text = { format: options.format ?? 'csv', isForExcel: options.excel ?? false, isRaw: options.raw ?? false };
  if (text.format !== 'csv' && text.format !== 'jsonl') throw new OptionError('E_OUTPUT_FORMAT', `format: expected csv or jsonl, got '${String(text.format)}'`);
  if (options.split !== undefined && options.split !== 'district') throw new OptionError('E_SPLIT', "split: expected 'district'");
  for (const rule of plan.rules) if (rule.clauses.some((clause) => clause.measure === 'day')) zone.require('the measure day');
  new Dwell(options.dwell); // refused before anything is read

  const paths = TABLE_NAMES.flatMap((table) => files[table] ?? []);
  const folder = new OutputFolder(options.out, { force: options.force ?? false, inputs: paths });
  folder.checkTargets(outputNames(text.format));

  const { reader, inputs } = await readInputs(options, zone, hooks);
  try {
    reader.checkRejects(limit);
  } catch (error) {
    if (folder.hasEarlierOutputs || !(error instanceof InputError)) throw error;
    await writeRejects(folder, reader.rejects, text);
    throw new InputError(error.code, `${error.message}\nAll rejected rows are in rejects.csv in ${options.out}; no list was written.`, { cause: error });
  }
  const progressOf = (phase: RunProgress['phase'], name: string) => ({
    signal: hooks.signal,
    onProgress: ({ done, of }: { done: number; of: number }) => hooks.onProgress?.({ phase, name, rows: done, share: done / of }),
  });
  const index = await runAsync(CopresenceIndex.build(reader, zone, options), progressOf('stays', 'people'));
  const result = await runAsync(index.matchInputs(reader.tables, plan), progressOf('match', 'cases'));
  const warnings = warningsOf(plan, index, reader.tables, reader.readings, result);

  const lists = {
    rows: <Name extends ListName>(name: Name) => result.rows(name),
    columns: (name: ListName) => result.columns(name),
    ...(options.split && { districtsOf: result.districtsOf() }),
  };
  const outputs = await writeLists(
    folder,
    lists,
    reader.rejects,
    {
      ...text,
      force: options.force ?? false,
      inputs: paths,
      signal: hooks.signal,
      onProgress: (name, rows) => hooks.onProgress?.({ phase: 'write', name, rows, share: Number.NaN }),
    },
    (written, districts) => ({
      tool: 'copresence',
      version: VERSION,
      options: manifestOptions(options, plan),
      rules: plan.rules.map((rule) => rule.json),
      inputs: inputs.map((input) => ({ ...input, ...readingOf(reader.readings, input.name) })),
      ledger: reader.ledger,
      stays: index.stayCounts,
      counts: result.counts,
      warnings,
      ...(districts && { districts: districts.toJSON() }),
      outputs: written.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
    }),
  );
  return { out: options.out, counts: result.counts, ledger: reader.ledger, inputs, outputs, warnings, result };
}

/** Reads the files of all tables with what the options say of encoding, headers and times. */
export async function readInputs(
  options: Pick<MatchFilesOptions, 'files' | 'encoding' | 'mappings' | 'timeFormats' | 'showValues'>,
  zone: Zone,
  hooks: RunHooks = {},
): Promise<{ reader: InputReader; inputs: (InputDigest & { table: TableName; rows: number })[] }> {
  const reader = new InputReader(zone, options.timeFormats);
  const encoding = parseEncoding(options.encoding ?? 'utf-8');
  const mappings = (options.mappings ?? []).map(parseMapping);
  const inputs: (InputDigest & { table: TableName; rows: number })[] = [];
  const headers = new Set<string>();
  const sources = TABLE_NAMES.map((table) => ({ table, files: (options.files[table] ?? []).map((path) => new FileSource(path, hooks.signal)) }));
  checkFileNames(sources.flatMap(({ files }) => files.map(({ name }) => name)));
  for (const { table, files } of sources) {
    for (const source of files) {
      hooks.onProgress?.({ phase: 'read', name: source.name, rows: 0, share: Number.NaN });
      await reader.readFile(table, source, {
        encoding,
        mappings,
        showValues: options.showValues ?? false,
        ...(hooks.signal && { signal: hooks.signal }),
        onChunk: (rows) => hooks.onProgress?.({ phase: 'read', name: source.name, rows, share: source.readShare() }),
      });
      const entry = reader.ledger.find(({ file }) => file === source.name)!;
      inputs.push({ ...source.digest(), table, rows: entry.read });
      for (const header of Object.values(reader.readings.find(({ file }) => file === source.name)!.columns)) headers.add(header.toLowerCase());
    }
  }
  const unused = mappings.find((mapping) => !headers.has(mapping.header.toLowerCase()));
  if (unused) throw new OptionError('E_MAP', `map: expected a header '${unused.header}' for the column ${unused.column} in some file, got none`);
  return { reader, inputs };
}

function warningsOf(
  plan: Plan,
  index: CopresenceIndex,
  inputs: InputTables,
  readings: readonly (FileReading & { table: TableName })[],
  result: MatchResult,
): string[] {
  const { capped, conflicts, zeroLength } = index.stayCounts;
  const unlocated = index.unlocatedPlaces(plan);
  const unscanned = index.unscannedPlaces(inputs);
  const count = (number: number, text: string): string[] => (number > 0 ? [`${number} ${text}`] : []);
  return [
    ...plan.warnings,
    ...readings.flatMap(({ file, notes }) => notes.map((note) => `${file}: ${note}`)),
    ...index.unknownCategories.map((category) => `the place category '${category}' has no dwell times and counts as 'default'`),
    ...count(capped, 'stays cut at 24 h after the check-in (flag capped)'),
    ...count(conflicts, 'stays of people who were at two unrelated places at once (flag conflict): a lent or copied code'),
    ...count(zeroLength, 'stays of no length: they meet nobody unless --bounds closed'),
    ...count(unscanned, 'itinerary places where nobody checked in: is it the same place_id, and the same encoding, in both files?'),
    ...count(unlocated, 'venues without coordinates: they meet only themselves under grid and near'),
    ...result.counts.flatMap(({ rule_id, cases_without_visit: silent }) =>
      count(silent.length, `cases without a visit in their window under ${rule_id}, so without contacts: ${shorten(silent)}`),
    ),
  ];
}

const shorten = (ids: readonly string[]): string => ids.slice(0, 20).join(', ') + (ids.length > 20 ? ', … (all in the manifest)' : '');

function manifestOptions(options: MatchFilesOptions, plan: Plan): Record<string, unknown> {
  return {
    ...planText(plan),
    tz: options.tz ?? null,
    time_formats: options.timeFormats ?? [],
    encoding: options.encoding ?? 'utf-8',
    map: options.mappings ?? [],
    run_gap: options.runGap ?? '45m',
    skew: options.skew ?? '0s',
    dwell: new Dwell(options.dwell).toJSON(),
    max_rejects: options.maxRejects ?? '0.1%',
    format: options.format ?? 'csv',
    excel: options.excel ?? false,
    raw: options.raw ?? false,
    split: options.split ?? null,
  };
}

function readingOf(readings: readonly (FileReading & { table: TableName })[], name: string): Pick<FileReading, 'encoding' | 'delimiter' | 'columns'> {
  const { encoding, delimiter, columns } = readings.find(({ file }) => file === name)!;
  return { encoding, delimiter, columns };
}
