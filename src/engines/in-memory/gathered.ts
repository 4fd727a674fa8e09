/** What a match works on, wherever the check-ins are: read from files now, or kept in an index on disk. */
import type { Steps } from '../../core/steps.js';
import type { Zone } from '../../core/zone.js';
import type { LedgerEntry, Reject } from '../../ingest/rows/ledger.js';
import type { Explanation } from '../../lists/explain/explanation.js';
import type { MatchTables } from '../../match/generations.js';
import type { Plan } from '../../model/plan.js';
import type { SourcePlan } from '../../model/source-plan.js';
import type { InputTables } from '../../model/tables.js';
import { Dwell } from '../../stays/dwell.js';
import type { StayCounts } from '../../stays/infer-stays.js';
import type { Pairing } from '../answers/explain.js';
import type { SearchOptions } from '../answers/find-all.js';
import type { MatchResult } from '../answers/match-result.js';
import { CopresenceIndex } from './memory.js';
import type { Sources } from '../answers/sources.js';
import type { RideSummary } from '../feeds/transit.js';
import type { StayOptions } from '../inputs/stay-options.js';
import { readFeeds, readObserved, type FeedInput, type FeedOptions, type SeenInput } from '../feeds/read-feeds.js';
import type { WatchTables } from '../watch/watch.js';
import { readInputs, type ReadInput, type ReadOptions, type RunHooks } from '../inputs/read-files.js';

/** Stays that can be asked who was with whom. */
export interface MatchSource {
  readonly stayCounts: StayCounts;
  /** How rides were found, where that was asked for. */
  readonly rideCounts?: RideSummary | undefined;
  /** Categories of places that the dwell table does not know. */
  readonly unknownCategories: readonly string[];
  /** Places of itineraries at which nobody checked in. */
  unscannedPlaces(inputs: InputTables): number;
  /** Places with check-ins that keep their own key under a plan's scopes because they have no coordinates. */
  unlocatedPlaces(plan: Plan): number;
  matchInputs(inputs: InputTables, plan: Plan, search?: SearchOptions): Steps<MatchResult>;
}

/** Stays that can be asked anything: they are here, or can be had one by one. */
export interface StaySource extends MatchSource {
  /** Why a person is, or is not, on the list of a case, under each rule. @throws OptionError `E_UNKNOWN_ID`, `E_CASE_AMBIGUOUS`. */
  explainInputs(inputs: InputTables, plan: Plan, pairing: Pairing): Steps<Explanation[]>;
  /** Places and times that cases shared in their incubation periods. */
  sourcesOfInputs(inputs: InputTables, plan: SourcePlan): Steps<Sources>;
  /** What a watch works on that goes on from these stays; files must be gathered without a skew for it. */
  watchTables(inputs: InputTables, skewSec: number): WatchTables;
  /** All stays of everyone. */
  everyone(inputs: InputTables): Steps<MatchTables>;
}

export interface Gathered<Source extends MatchSource = StaySource> {
  /** Cases and itineraries, with the tables that the stays speak of. */
  readonly tables: InputTables;
  readonly ledger: readonly LedgerEntry[];
  readonly rejects: readonly Reject[];
  readonly inputs: readonly (ReadInput | FeedInput | SeenInput)[];
  /** What a reader of the lists should know of where the check-ins come from. */
  readonly warnings: readonly string[];
  /** Entries of the ledger whose rejected rows were not judged before: those of an index were when it was built. */
  readonly unjudged: readonly LedgerEntry[];
  /** How stays are inferred, as the manifest says it. */
  readonly settings: { readonly tz: string | null; readonly run_gap: string | number; readonly dwell: object };
  /** What another engine does before `source`, after the rejects were looked at. */
  prepare?(plan: Plan): Promise<void>;
  /** Makes the stays ready; called once, after the rejects were looked at. */
  source(): Steps<Source>;
  close(): void;
}

/** Reads all files. @throws InputError, OptionError. */
export async function gatherFiles(options: ReadOptions & StayOptions & FeedOptions, zone: Zone, hooks: RunHooks): Promise<Gathered> {
  const { reader, inputs } = await readInputs(options, zone, hooks);
  const feeds = await readFeeds(options.gtfs ?? [], options, hooks);
  const seen = await readObserved(options, reader.tables, zone, hooks);
  const ledger = [...reader.ledger, ...feeds.flatMap((feed) => feed.ledger), ...(seen?.reader.ledger ?? [])];
  return {
    tables: reader.tables,
    ledger,
    rejects: [...reader.rejects, ...feeds.flatMap(({ rejects }) => rejects), ...(seen?.reader.rejects ?? [])],
    inputs: [...inputs, ...feeds.map(({ input }) => input), ...(seen?.inputs ?? [])],
    warnings: [],
    unjudged: ledger,
    settings: { tz: zone.name ?? null, run_gap: options.runGap ?? '45m', dwell: new Dwell(options.dwell).toJSON() },
    source: () => CopresenceIndex.build(reader, zone, options, { feeds, pings: seen?.reader.pings }),
    close: () => {},
  };
}
