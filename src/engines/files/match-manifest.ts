/** What the manifest of a match says: how the lists were made, from what, and what they are. */
import type { RuleMatrix } from '../../lists/compare-rules.js';
import { planText, type Plan } from '../../model/plan.js';
import type { OutputEntry } from '../../output/write-lists.js';
import type { RideCounts } from '../../stays/transit/rides/rides.js';
import type { RideSummary } from '../feeds/transit.js';
import type { FoundInGathered } from '../in-memory/find-gathered.js';
import type { Gathered, MatchSource } from '../in-memory/gathered.js';
import type { FeedOptions } from '../feeds/read-feeds.js';
import type { ReadOptions } from '../inputs/read-files.js';
import type { StayOptions } from '../inputs/stay-options.js';

/** Options that the manifest tells beside the plan. */
interface ToldOptions extends Omit<ReadOptions, 'files'>, StayOptions, FeedOptions {
  readonly index?: string;
  readonly engine?: string;
  readonly shards?: string | number;
  readonly maxRejects?: string | number;
  readonly format?: string;
  readonly excel?: boolean;
  readonly raw?: boolean;
  readonly split?: string;
  readonly includeCaseIdentity?: boolean;
  readonly lists?: readonly string[];
  readonly columns?: Readonly<Record<string, readonly string[]>>;
}

interface MatchTold {
  readonly version: string;
  readonly options: ToldOptions;
  readonly plan: Plan;
  readonly gathered: Pick<Gathered<MatchSource>, 'inputs' | 'ledger' | 'settings'>;
  readonly found: FoundInGathered;
  readonly outputs: readonly Pick<OutputEntry, 'name' | 'rows' | 'sha256'>[];
  readonly comparison?: RuleMatrix;
  readonly districts?: unknown;
}

/** The manifest, with the same keys in the same order wherever the match ran. */
export function matchManifest({ version, options, plan, gathered, found, outputs, comparison, districts }: MatchTold): Record<string, unknown> {
  const { source, result, choices, warnings } = found;
  return {
    tool: 'copresence',
    version,
    options: manifestOptions(options, plan, gathered.settings),
    rules: plan.rules.map((rule) => rule.json),
    inputs: gathered.inputs.map(({ name, bytes, sha256, table, rows, encoding, delimiter, columns }) => ({
      name,
      bytes,
      sha256,
      table,
      rows,
      encoding,
      delimiter,
      columns,
    })),
    ledger: gathered.ledger,
    stays: source.stayCounts,
    ...(source.rideCounts && { rides: ridesOf(source.rideCounts) }),
    counts: result.counts,
    ...(comparison && { rules_compared: comparison }),
    plan: choices,
    warnings,
    ...(districts !== undefined && { districts }),
    outputs: outputs.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
  };
}

const ridesOf = ({ scans, rides, ambiguous, methods }: RideSummary): RideCounts => ({ scans, rides, ambiguous, methods });

/** Whether a match infers rides. */
export const infersRides = ({ rides, gtfs, vehiclePositions, pings }: StayOptions & FeedOptions): boolean =>
  (rides ?? false) || [gtfs, vehiclePositions, pings].some((files) => files !== undefined && files.length > 0);

function manifestOptions(options: ToldOptions, plan: Plan, { tz, run_gap, dwell }: Gathered['settings']): Record<string, unknown> {
  return {
    ...planText(plan),
    index: options.index ?? null,
    ...(options.engine && { engine: options.engine }),
    ...(options.shards !== undefined && { shards: Number(options.shards) }),
    tz,
    time_formats: options.timeFormats ?? [],
    encoding: options.encoding ?? 'utf-8',
    map: options.mappings ?? [],
    run_gap,
    skew: options.skew ?? '0s',
    ...(infersRides(options) && {
      gtfs: options.gtfs ?? [],
      vehicle_positions: options.vehiclePositions ?? [],
      pings: options.pings ?? [],
      rides: true,
      walk_m: options.walkM ?? 1000,
      walk_time: options.walkTime ?? '12m',
    }),
    dwell,
    max_rejects: options.maxRejects ?? '0.1%',
    format: options.format ?? 'csv',
    excel: options.excel ?? false,
    raw: options.raw ?? false,
    split: options.split ?? null,
    ...(options.split && { include_case_identity: options.includeCaseIdentity ?? false }),
    ...(options.lists && { lists: options.lists }),
    ...(options.columns && { columns: options.columns }),
    threads: options.threads ?? null,
  };
}
