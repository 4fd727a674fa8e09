/** An index on disk for programs: opened once, asked any number of times. */
import { parseDuration } from '../../core/duration.js';
import { OptionError } from '../../core/errors.js';
import { runSync } from '../../core/steps.js';
import { Zone } from '../../core/zone.js';
import { OpenIndex } from '../../disk-index/open-index.js';
import { InputReader } from '../../ingest/read-inputs.js';
import { makeCompanionPlan, type CompanionOptions } from '../../model/companion-plan.js';
import { makeCoveragePlan } from '../../model/coverage-plan.js';
import { makeSourcePlan } from '../../model/source-plan.js';
import type { CheckInReader } from '../../ingest/read-check-ins.js';
import type { Explanation } from '../../lists/explain/explanation.js';
import type { MatchTables } from '../../match/generations.js';
import type { InputTables } from '../../model/tables.js';
import type { StayCounts } from '../../stays/infer-stays.js';
import { indexFiles, type IndexFilesOptions, type IndexReport } from './index-files.js';
import { IndexSource } from './match-index.js';
import { companionsOf, type CompanionLists } from '../answers/companions.js';
import { coverageOf, type Coverage, type CoverageQuestion } from '../answers/coverage.js';
import type { MatchResult } from '../answers/match-result.js';
import { SKEW_LIMIT_SEC, planOf, type ExplainOptions, type MatchOptions, type SourcesOptions } from '../in-memory/memory.js';
import type { RunHooks } from '../inputs/read-files.js';
import { readCountRows } from '../inputs/counts.js';
import type { CaseInput, CheckInInput, ItineraryInput } from '../inputs/row-inputs.js';
import type { Sources } from '../answers/sources.js';

export interface OpenIndexOptions {
  /** Zone of the cases' days and of the times in the lists. @defaultValue that of the index */
  readonly tz?: string;
  /** date-fns patterns for times of cases that no built-in format fits. */
  readonly timeFormats?: readonly string[];
  /** How far the clocks of two devices may differ. @defaultValue '0s' */
  readonly skew?: string | number;
}

/**
 * Builds an index from the files of a reader, or adds them to one.
 * @example
 * await createIndex('week.cpx', readCheckIns(['mon.csv.gz', 'tue.csv.gz'], { tz: 'Asia/Shanghai' }), { memory: '1GB' });
 * @throws OptionError, InputError, StateError; the signal's reason if it is aborted. The index is then as it was.
 */
export function createIndex(
  folder: string,
  checkIns: CheckInReader<CheckInInput>,
  options: Omit<IndexFilesOptions, 'index' | 'files'> & { readonly files?: Omit<IndexFilesOptions['files'], 'checkins'> } & RunHooks = {},
): Promise<IndexReport> {
  const { signal, onProgress, files, ...rest } = options;
  const { signal: readSignal, ...reading } = checkIns.options;
  const stop = signal ?? readSignal;
  return indexFiles(
    { ...reading, ...rest, index: folder, files: { ...files, checkins: checkIns.files } },
    { ...(stop && { signal: stop }), ...(onProgress && { onProgress }) },
  );
}

/** Opens an index: its frame is checked, its days are read as they are asked for. @throws InputError `E_INDEX`, OptionError `E_NO_INDEX`. */
export function openIndex(folder: string, options: OpenIndexOptions = {}): Promise<DiskIndex> {
  return Promise.resolve().then(() => new DiskIndex(OpenIndex.open(folder), options));
}

/** An open index. Close it, or let `await using` do so. */
export class DiskIndex {
  readonly #index: OpenIndex;
  readonly #zone: Zone;
  readonly #skewSec: number;
  readonly #timeFormats: readonly string[];

  /** @internal */
  constructor(index: OpenIndex, { tz, timeFormats = [], skew = 0 }: OpenIndexOptions) {
    this.#index = index;
    this.#zone = new Zone(tz ?? index.manifest.tz ?? undefined);
    this.#timeFormats = timeFormats;
    this.#skewSec = parseDuration(skew, 'skew');
    if (this.#skewSec > SKEW_LIMIT_SEC) throw new OptionError('E_SKEW', 'skew: expected at most a day');
  }

  /** What was inferred from its check-ins. */
  get stayCounts(): StayCounts {
    return IndexSource.countsOf(this.#index);
  }

  /**
   * Who was with the cases, when, for how long, and how sure that is: the same answer as an index in memory gives.
   * @throws OptionError for options or cases that are not clear, StateError `E_LIMIT` if more than `maxEpisodes` would be listed, InputError `E_INDEX`.
   */
  match(cases: Iterable<CaseInput>, options: MatchOptions = {}): MatchResult {
    const plan = planOf(options);
    const { source, tables } = this.#read(cases, options.visits ?? []);
    return runSync(source.matchInputs(tables, plan));
  }

  /**
   * Why a person is, or is not, a contact of a case under a rule: the same answer as an index in memory gives. Only the stays of the two are read.
   * @throws OptionError `E_UNKNOWN_ID` if the case, the person or the place is unknown, with what is spelled nearly so.
   */
  explain(caseKey: string, contactId: string, options: ExplainOptions = {}): Explanation {
    const plan = planOf({ ...options, depth: 1, window: options.cases ? (options.window ?? 'dated') : 'all' });
    const { source, tables } = this.#read(options.cases ?? [], options.visits ?? []);
    return runSync(source.explainInputs(tables, plan, { caseKey, contactKey: contactId, placeKey: options.place }))[0]!;
  }

  #read(cases: Iterable<CaseInput>, visits: Iterable<ItineraryInput>): { readonly source: IndexSource; readonly tables: InputTables } {
    const { inputs, reference } = this.#index.readReference();
    const reader = new InputReader(this.#zone, this.#timeFormats, inputs);
    reader.readRows('cases', cases);
    reader.readRows('visits', visits);
    reader.checkRejects({ count: 0 });
    return { source: new IndexSource(this.#index, reader.tables, reference, this.#zone, this.#skewSec), tables: reader.tables };
  }

  /** Searches back from cases: the same answer as an index in memory gives. @throws as `CopresenceIndex.sources`, and InputError `E_INDEX`. */
  sources(cases: Iterable<CaseInput>, options: SourcesOptions = {}): Sources {
    const plan = makeSourcePlan(options);
    const { source, tables } = this.#read(cases, options.visits ?? []);
    return runSync(source.sourcesOfInputs(tables, plan));
  }

  /** People who keep coming to places together: the same answer as an index in memory gives. Brings all stays into memory. */
  companions(options: CompanionOptions = {}): CompanionLists {
    const plan = makeCompanionPlan(options);
    return runSync(companionsOf(this.#everyone(), plan, this.#zone));
  }

  /** How many visitors did not scan: the same answer as an index in memory gives. Brings all stays into memory. */
  coverage(options: CoverageQuestion = {}): Coverage {
    const plan = makeCoveragePlan(options);
    const tables = this.#everyone();
    const counted = readCountRows(options.counts ?? [], tables.inputs.ids, this.#zone, this.#timeFormats);
    return runSync(coverageOf(tables, plan, this.#zone, counted));
  }

  #everyone(): MatchTables {
    const { source, tables } = this.#read([], []);
    return runSync(source.everyone(tables));
  }

  close(): void {
    this.#index.close();
  }
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}
