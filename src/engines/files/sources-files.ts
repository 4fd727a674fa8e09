/** Files, or an index on disk, and cases → the places and times that the cases shared, in a folder. */
import { resolve } from 'node:path';
import { InputError, OptionError } from '../../core/errors.js';
import { runAsync } from '../../core/steps.js';
import { Zone } from '../../core/zone.js';
import { REJECT_COLUMNS, checkRejects, parseRejectLimit, type LedgerEntry } from '../../ingest/rows/ledger.js';
import { SOURCE_COLUMNS, SOURCE_PERSON_COLUMNS } from '../../lists/sources.js';
import { makeSourcePlan, sourcePlanText, type SourceOptions, type SourcePlan } from '../../model/source-plan.js';
import { TABLE_NAMES } from '../../model/tables.js';
import { MANIFEST } from '../../output/earlier-run.js';
import { OutputFolder } from '../../output/output-folder.js';
import { rowText } from '../../output/row-text.js';
import { csvText, type TextOptions } from '../../output/table-text.js';
import { VERSION } from '../../output/version.js';
import { writeRejects, type OutputEntry } from '../../output/write-lists.js';
import { Dwell } from '../../stays/dwell.js';
import { gatherFiles, type Gathered, type StaySource } from '../in-memory/gathered.js';
import type { MatchFilesOptions, RunReport } from './match-files.js';
import { gatherIndexed } from '../on-disk/match-index.js';
import type { FeedOptions } from '../feeds/read-feeds.js';
import type { RunHooks } from '../inputs/read-files.js';
import type { SourceCounts, Sources } from '../answers/sources.js';
import type { StayOptions } from '../inputs/stay-options.js';

type ReadingOptions = Pick<
  MatchFilesOptions,
  'files' | 'index' | 'out' | 'tz' | 'timeFormats' | 'encoding' | 'mappings' | 'maxRejects' | 'format' | 'excel' | 'raw' | 'force' | 'showValues' | 'threads'
>;

export interface SourcesFilesOptions extends SourceOptions, Omit<StayOptions, 'skew'>, FeedOptions, ReadingOptions {}

/** What a search for sources did: also what the manifest says. */
export interface SourcesReport {
  readonly out: string;
  readonly counts: SourceCounts;
  readonly ledger: readonly LedgerEntry[];
  readonly inputs: RunReport['inputs'];
  readonly outputs: readonly OutputEntry[];
  readonly warnings: readonly string[];
  readonly sources: Sources;
}

/** What p is the probability of; the manifest says it with the lists. */
const NULL_HYPOTHESIS =
  'the cases that could have been in a window are a random draw, without putting back, of all people who checked in anywhere on its days or the day before; ' +
  'the number of cases there is then hypergeometric, and p_value is the upper tail; q_value is Benjamini-Hochberg over all windows of all places with check-ins';

/**
 * Searches back from the cases of some files and writes sources, source_people, rejects and a manifest.
 * @throws OptionError, InputError, StateError; the signal's reason if it is aborted. Nothing is left in the folder then, except `rejects.csv`
 * where too many rows were rejected.
 */
export async function sourcesFiles(options: SourcesFilesOptions, hooks: RunHooks = {}): Promise<SourcesReport> {
  const { files, index } = options;
  if (index === undefined && !files.checkins?.length) throw new OptionError('E_NO_CHECKINS', 'checkins: expected at least one file of check-ins');
  if (!files.cases?.length) throw new OptionError('E_NO_CASES', 'expected --cases: whose sources are wanted, with their dates of onset');
  const plan = makeSourcePlan(options);
  const zone = new Zone(options.tz);
  const limit = parseRejectLimit(options.maxRejects ?? '0.1%');
  const text: TextOptions = { format: options.format ?? 'csv', isForExcel: options.excel ?? false, isRaw: options.raw ?? false };
  if (text.format !== 'csv' && text.format !== 'jsonl') throw new OptionError('E_OUTPUT_FORMAT', `format: expected csv or jsonl, got '${String(text.format)}'`);
  new Dwell(options.dwell); // refused before anything is read
  if (index !== undefined && resolve(options.out) === resolve(index)) throw new OptionError('E_EXISTS', 'out: expected another folder than that of the index');
  const paths = [...TABLE_NAMES.flatMap((table) => files[table] ?? []), ...(options.gtfs ?? [])];
  const folder = new OutputFolder(options.out, { force: options.force ?? false, inputs: paths });
  folder.checkTargets([`sources.${text.format}`, `source_people.${text.format}`, 'rejects.csv', MANIFEST]);

  const gathered = index === undefined ? await gatherFiles(options, zone, hooks) : await gatherIndexed(index, options, zone, hooks);
  try {
    await checkGathered(gathered, limit, folder, text, options.out);
    const run = { signal: hooks.signal };
    const source = await runAsync(gathered.source(), run);
    const sources = await runAsync(source.sourcesOfInputs(gathered.tables, plan), {
      ...run,
      onProgress: ({ done, of }) => hooks.onProgress?.({ phase: 'match', name: 'rooms', rows: done, share: done / of }),
    });
    const warnings = warningsOf(source, gathered, sources);
    const { ledger, inputs } = gathered;
    const outputs = await write(folder, sources, gathered, text, hooks, (written) => manifest(options, plan, gathered, source, sources, warnings, written));
    return { out: options.out, counts: sources.counts, ledger, inputs, outputs, warnings, sources };
  } finally {
    gathered.close();
  }
}

async function checkGathered(
  { unjudged, rejects }: Gathered,
  limit: ReturnType<typeof parseRejectLimit>,
  folder: OutputFolder,
  text: TextOptions,
  out: string,
): Promise<void> {
  try {
    checkRejects(unjudged, limit, rejects);
  } catch (error) {
    if (folder.hasEarlierOutputs || !(error instanceof InputError)) throw error;
    await writeRejects(folder, rejects, text);
    throw new InputError(error.code, `${error.message}\nAll rejected rows are in rejects.csv in ${out}; no list was written.`, { cause: error });
  }
}

async function write(
  folder: OutputFolder,
  { windows, people }: Sources,
  { rejects }: Gathered,
  text: TextOptions,
  { signal }: RunHooks,
  describe: (outputs: readonly OutputEntry[]) => object,
): Promise<OutputEntry[]> {
  try {
    const outputs: OutputEntry[] = [
      { ...(await folder.write(`sources.${text.format}`, rowText(SOURCE_COLUMNS, windows, text))), rows: windows.length },
      { ...(await folder.write(`source_people.${text.format}`, rowText(SOURCE_PERSON_COLUMNS, people, text))), rows: people.length },
      { ...(await folder.write('rejects.csv', csvText(REJECT_COLUMNS, rejects, text))), rows: rejects.length },
    ];
    await folder.write(MANIFEST, [`${JSON.stringify(describe(outputs), null, 1)}\n`]);
    signal?.throwIfAborted();
    await folder.commit();
    return outputs;
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

function warningsOf(source: StaySource, { tables, inputs, warnings }: Gathered, sources: Sources): string[] {
  const unscanned = source.unscannedPlaces(tables);
  return [
    ...sources.warnings,
    ...warnings,
    ...(source.rideCounts?.notes ?? []),
    ...inputs.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
    ...source.unknownCategories.map((category) => `the place category '${category}' has no dwell times and counts as 'default'`),
    ...(unscanned > 0 ? [`${unscanned} itinerary places where nobody checked in: is it the same place_id, and the same encoding, in both files?`] : []),
  ];
}

function manifest(
  options: SourcesFilesOptions,
  plan: SourcePlan,
  { settings, inputs, ledger }: Gathered,
  source: StaySource,
  { counts }: Sources,
  warnings: readonly string[],
  outputs: readonly OutputEntry[],
): object {
  return {
    tool: 'copresence',
    version: VERSION,
    command: 'sources',
    options: {
      ...sourcePlanText(plan),
      index: options.index ?? null,
      ...settings,
      time_formats: options.timeFormats ?? [],
      encoding: options.encoding ?? 'utf-8',
      map: options.mappings ?? [],
      ...((options.rides || options.gtfs?.length) && {
        gtfs: options.gtfs ?? [],
        rides: true,
        walk_m: options.walkM ?? 1000,
        walk_time: options.walkTime ?? '12m',
      }),
      max_rejects: options.maxRejects ?? '0.1%',
      format: options.format ?? 'csv',
      excel: options.excel ?? false,
      raw: options.raw ?? false,
    },
    null_hypothesis: NULL_HYPOTHESIS,
    inputs: inputs.map(({ name, bytes, sha256, table, rows, encoding, delimiter, columns }) => ({
      name,
      bytes,
      sha256,
      table,
      rows,
      encoding,
      delimiter,
      columns,
    })),
    ledger,
    stays: source.stayCounts,
    counts,
    warnings,
    outputs: outputs.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
  };
}
