/** The engine in memory: check-ins → stays → index once, then any number of questions. */
import type { Crew } from '../../core/crew.js';
import { OptionError } from '../../core/errors.js';
import { parseDuration } from '../../core/duration.js';
import { runSync, type Steps } from '../../core/steps.js';
import { Zone } from '../../core/zone.js';
import { StayIndex } from '../../stay-index/stay-index.js';
import { InputReader, type CheckInFiles } from '../../ingest/read-inputs.js';
import { parseRejectLimit, type LedgerEntry, type Reject } from '../../ingest/rows/ledger.js';
import type { Explanation } from '../../lists/explain/explanation.js';
import type { Inference } from '../../lists/explain/stay-teller.js';
import type { Found } from '../../lists/found.js';
import { checkInCounter } from '../../match/traffic/check-in-counter.js';
import type { MatchTables } from '../../match/generations.js';
import { IndexTraffic } from '../../match/traffic/traffic.js';
import { resolveAliases } from '../../model/aliases.js';
import { makeCompanionPlan, type CompanionOptions } from '../../model/companion-plan.js';
import { makeCoveragePlan } from '../../model/coverage-plan.js';
import { Places } from '../../model/place.js';
import { makePlan, type Plan, type PlanOptions } from '../../model/plan.js';
import { makeSourcePlan, type SourceOptions, type SourcePlan } from '../../model/source-plan.js';
import { compileRule, type RuleJson } from '../../model/rule.js';
import { parseScope, type Scope } from '../../model/scope.js';
import type { InputTables } from '../../model/tables.js';
import { findRule } from '../../rules/find-rule.js';
import { Dwell } from '../../stays/dwell.js';
import { inferStays, type StayCounts } from '../../stays/infer-stays.js';
import { LiveRuns } from '../../stays/live-runs.js';
import { Runs } from '../../stays/segment-runs.js';
import { companionsOf, type CompanionLists } from '../answers/companions.js';
import { coverageOf, type Coverage, type CoverageQuestion } from '../answers/coverage.js';
import { explainUnder, findPair, textsOf, type Pairing } from '../answers/explain.js';
import { VehicleSpans, addScans } from '../../stays/vehicle-spans.js';
import { ScopeNeighbours, findAll, type SearchOptions } from '../answers/find-all.js';
import { MatchResult } from '../answers/match-result.js';
import { MemorySealed } from '../watch/sealed-memory.js';
import type { WatchTables } from '../watch/watch.js';
import { Network, type NetworkOptions } from '../answers/network.js';
import { incubationsFor, sourcesOf, type Sources } from '../answers/sources.js';
import { expandDuties } from '../../stays/transit/duties.js';
import { readCountRows } from '../inputs/counts.js';
import type { CaseInput, CheckInInput, ItineraryInput, PlaceInput, RunInput, RunStopInput } from '../inputs/row-inputs.js';
import type { StayOptions } from '../inputs/stay-options.js';
import { Transit, type NamedFeed, type RideSummary, type TransitInputs } from '../feeds/transit.js';

export interface IndexOptions extends StayOptions {
  /** IANA zone of local times and days; needed as soon as one occurs. The machine's zone is never used. */
  readonly tz?: string;
  /** date-fns patterns for times that no built-in format fits; `excel` for serial numbers. */
  readonly timeFormats?: readonly string[];
  readonly places?: Iterable<PlaceInput>;
  readonly runs?: Iterable<RunInput>;
  /** Timetable feeds, as `readFeed` gives them: their runs on the days of the check-ins are added, and rides inferred. */
  readonly feeds?: readonly NamedFeed[];
  /** Stops of runs, for `rides`. */
  readonly runStops?: Iterable<RunStopInput>;
  /** How many rows of a table may be rejected: a count or a per cent. @defaultValue '0.1%' */
  readonly maxRejects?: string | number;
}

export interface MatchOptions extends PlanOptions {
  /** Ids of built-in rules or rules as JSON. @defaultValue 'any' */
  readonly rule?: string | RuleJson | readonly (string | RuleJson)[];
  /** Itineraries from interviews. */
  readonly visits?: Iterable<ItineraryInput>;
}

export interface ExplainOptions extends Omit<MatchOptions, 'rule' | 'depth' | 'episodes'> {
  readonly rule?: string | RuleJson;
  /** The cases, so that the window of the one asked for applies. Without them the whole of its stays counts. */
  readonly cases?: Iterable<CaseInput>;
  /** Looks for near misses at this place alone. */
  readonly place?: string;
}

export interface SourcesOptions extends SourceOptions {
  /** Itineraries from interviews. */
  readonly visits?: Iterable<ItineraryInput>;
}

/** Most that clocks may differ. */
export const SKEW_LIMIT_SEC = 86_400;

/**
 * Indexes check-ins for matching.
 * @param checkIns - rows with SPEC section 2's column names; ids are texts, times are texts, Dates or epoch seconds. Any order.
 * @throws OptionError for a wrong option or a missing zone, InputError if too many rows are rejected (`index.rejects` says which).
 */
export function buildIndex(checkIns: Iterable<CheckInInput>, options?: IndexOptions): CopresenceIndex;
export function buildIndex(checkIns: AsyncIterable<CheckInInput>, options?: IndexOptions): Promise<CopresenceIndex>;
export function buildIndex(
  checkIns: Iterable<CheckInInput> | AsyncIterable<CheckInInput> | CheckInFiles,
  options: IndexOptions = {},
): CopresenceIndex | Promise<CopresenceIndex> {
  const settings = 'readInto' in checkIns ? withFileOptions(options, checkIns.options) : options;
  const zone = new Zone(settings.tz);
  const limit = parseRejectLimit(settings.maxRejects ?? '0.1%');
  const reader = new InputReader(zone, settings.timeFormats);
  const finish = (): CopresenceIndex => {
    if (settings.places) reader.readRows('places', settings.places);
    if (settings.runs) reader.readRows('runs', settings.runs);
    if (settings.runStops) reader.readRows('run-stops', settings.runStops);
    reader.checkRejects(limit);
    return runSync(CopresenceIndex.build(reader, zone, settings, { feeds: settings.feeds }));
  };
  if ('readInto' in checkIns) return checkIns.readInto(reader).then(finish);
  if (Symbol.asyncIterator in checkIns) return reader.readAsyncRows('checkins', checkIns).then(finish);
  reader.readRows('checkins', checkIns);
  return finish();
}

/** What the files were opened with counts for the index too. @throws OptionError `E_READER` where the two say different things. */
function withFileOptions(options: IndexOptions, files: CheckInFiles['options']): IndexOptions {
  for (const name of ['tz', 'timeFormats', 'maxRejects'] as const) {
    if (options[name] !== undefined && files[name] !== undefined && String(options[name]) !== String(files[name])) {
      throw new OptionError(
        'E_READER',
        `${name}: expected the same for readCheckIns and buildIndex, got '${String(files[name])}' and '${String(options[name])}'`,
      );
    }
  }
  const { tz, timeFormats, maxRejects } = files;
  return { ...(tz !== undefined && { tz }), ...(timeFormats && { timeFormats }), ...(maxRejects !== undefined && { maxRejects }), ...options };
}

/** Check-ins made ready to be asked who was with whom. Immutable; any number of matches may run on it. */
export class CopresenceIndex {
  /** What became of every row read so far: `read = accepted + rejected + duplicate + blank`. */
  readonly ledger: readonly LedgerEntry[];
  /** The rows left out, each with its reason. */
  readonly rejects: readonly Reject[];
  /** What was inferred from the check-ins. */
  readonly stayCounts: StayCounts;
  /** How rides were found; undefined without the option `rides`. */
  readonly rideCounts: RideSummary | undefined;
  /** Categories of places that the dwell table does not know: they count as `default`. */
  readonly unknownCategories: readonly string[];
  readonly #tables: MatchTables;
  readonly #zone: Zone;
  readonly #timeFormats: readonly string[];
  readonly #neighbours: ScopeNeighbours;
  readonly #inference: Inference;
  readonly #gapSec: number;

  private constructor(
    tables: MatchTables,
    zone: Zone,
    gapSec: number,
    options: Pick<IndexOptions, 'timeFormats'>,
    reader: InputReader,
    stayCounts: StayCounts,
    rideCounts: RideSummary | undefined,
    inference: Inference,
  ) {
    const { places } = tables;
    this.#tables = tables;
    this.#gapSec = gapSec;
    this.#neighbours = new ScopeNeighbours(tables.places);
    this.#zone = zone;
    this.#timeFormats = options.timeFormats ?? [];
    this.ledger = reader.ledger;
    this.rejects = reader.rejects;
    this.stayCounts = stayCounts;
    this.rideCounts = rideCounts;
    this.unknownCategories = [...places.categories()].filter((category) => !inference.dwell.isKnown(category)).sort();
    this.#inference = inference;
  }

  /** @internal Builds from inputs that were read. */
  static *build(reader: InputReader, zone: Zone, options: StayOptions & Pick<IndexOptions, 'timeFormats'>, known: TransitInputs = {}): Steps<CopresenceIndex> {
    const dwell = new Dwell(options.dwell);
    const gapSec = parseDuration(options.runGap ?? '45m', 'run-gap');
    const skewSec = parseDuration(options.skew ?? 0, 'skew');
    if (gapSec === 0) throw new OptionError('E_RUN_GAP', 'run-gap: expected more than 0');
    if (skewSec > SKEW_LIMIT_SEC) throw new OptionError('E_SKEW', 'skew: expected at most a day');
    const inputs = reader.tables;
    resolveAliases(inputs);
    const transit = options.rides || known.feeds?.length || known.pings ? new Transit(inputs, zone, known, options) : undefined;
    const places = new Places(inputs);
    transit?.assign(places);
    const runs = Runs.of(inputs, places, dwell, gapSec);
    expandDuties(inputs, places, runs);
    const rides = transit?.rides(places, runs, dwell);
    const { stays, counts } = yield* inferStays(inputs, places, runs, dwell, { skewSec, rides });
    const index = new StayIndex(stays, inputs.ids.place.size);
    return new CopresenceIndex(
      { inputs, places, runs, stays, index, checkInsSince: checkInCounter(inputs.checkIns), dwell },
      zone,
      gapSec,
      options,
      reader,
      counts,
      rides && { ...rides.counts, notes: transit!.notes },
      { dwell, skewSec },
    );
  }

  /**
   * Who was with the cases, when, for how long, and how sure that is.
   * @throws OptionError for options or cases that are not clear, StateError `E_LIMIT` if more than `maxEpisodes` would be listed.
   */
  match(cases: Iterable<CaseInput>, options: MatchOptions = {}): MatchResult {
    const plan = planOf(options);
    const reader = new InputReader(this.#zone, this.#timeFormats, this.#tables.inputs);
    reader.readRows('cases', cases);
    if (options.visits) reader.readRows('visits', options.visits);
    reader.checkRejects({ count: 0 });
    return runSync(this.matchInputs(reader.tables, plan));
  }

  /**
   * Everyone with everyone: an iterable of meetings, made as they are asked for, and of pairs of people.
   * @throws OptionError for a wrong option.
   */
  network(options: NetworkOptions = {}): Network {
    return new Network(this.#tables, this.#neighbours, this.#zone, options);
  }

  /**
   * Searches back from cases: the places and times in their incubation periods that more of them shared than chance would give, and who could have
   * brought it there.
   * @throws OptionError for options or cases that are not clear; `E_CASE_WINDOW` if no case has a date.
   */
  sources(cases: Iterable<CaseInput>, options: SourcesOptions = {}): Sources {
    const plan = makeSourcePlan(options);
    const reader = new InputReader(this.#zone, this.#timeFormats, this.#tables.inputs);
    reader.readRows('cases', cases);
    if (options.visits) reader.readRows('visits', options.visits);
    reader.checkRejects({ count: 0 });
    return runSync(this.sourcesOfInputs(reader.tables, plan));
  }

  /** @internal The same for inputs that were read with this index's dictionaries. */
  *sourcesOfInputs(inputs: InputTables, plan: SourcePlan): Steps<Sources> {
    resolveAliases(inputs);
    const tables = { ...this.#tables, inputs };
    const traffic = new IndexTraffic(tables.stays, tables.index, inputs.ids.person, this.#zone);
    return yield* sourcesOf(incubationsFor(inputs, plan, this.#zone), tables, traffic, this.#neighbours.under(parseScope('parent')), plan, this.#zone);
  }

  /**
   * People who keep coming to places together, more often than the places' traffic would give by chance, and the groups that they make.
   * @throws OptionError for a wrong option, and where no zone says on which day they came.
   */
  companions(options: CompanionOptions = {}): CompanionLists {
    return runSync(companionsOf(this.#tables, makeCompanionPlan(options), this.#zone));
  }

  /**
   * How many visitors did not scan, by place and hour, from people who are known to have been there by what they scanned elsewhere, from counters
   * and from capacities.
   * @throws OptionError for a wrong option, and without a zone; InputError `E_REJECTS` for a row of a counter that cannot be read.
   */
  coverage(options: CoverageQuestion = {}): Coverage {
    const plan = makeCoveragePlan(options);
    const counted = readCountRows(options.counts ?? [], this.#tables.inputs.ids, this.#zone, this.#timeFormats);
    return runSync(coverageOf(this.#tables, plan, this.#zone, counted));
  }

  /** @internal All stays, beside cases and itineraries that were read with this index's dictionaries. */
  *everyone(inputs: InputTables): Steps<MatchTables> {
    yield { done: 0, of: 1 };
    return { ...this.#tables, inputs };
  }

  /** @internal Builds the index now, with the threads of a crew, rather than when it is first needed. */
  buildWith(crew: Crew): Steps<void> {
    return this.#tables.index.build(crew);
  }

  /**
   * Why a person is, or is not, a contact of a case under a rule: every shared stay with its scans and bounds, each clause's arithmetic, and for someone
   * who is no contact what came closest. `explanationText` puts it in sentences.
   * @param caseKey - a case_id of `options.cases`, or a person_id whose whole presence counts.
   * @throws OptionError `E_UNKNOWN_ID` if the case, the person or the place is unknown, with what is spelled nearly so.
   */
  explain(caseKey: string, contactId: string, options: ExplainOptions = {}): Explanation {
    const plan = planOf({ ...options, depth: 1, window: options.cases ? (options.window ?? 'dated') : 'all' });
    const reader = new InputReader(this.#zone, this.#timeFormats, this.#tables.inputs);
    reader.readRows('cases', options.cases ?? []);
    reader.readRows('visits', options.visits ?? []);
    reader.checkRejects({ count: 0 });
    return runSync(this.explainInputs(reader.tables, plan, { caseKey, contactKey: contactId, placeKey: options.place }))[0]!;
  }

  /** @internal Explains a pair of inputs whose cases and itineraries were read with this index's dictionaries, under each rule. */
  *explainInputs(inputs: InputTables, plan: Plan, pairing: Pairing): Steps<Explanation[]> {
    const pair = findPair(pairing, inputs, textsOf(inputs.ids.person));
    resolveAliases(pair.inputs);
    return yield* explainUnder({ ...this.#tables, inputs: pair.inputs }, plan, pair, this.#zone, this.#neighbours, this.#inference);
  }

  /** @internal Matches inputs whose cases and itineraries were read with this index's dictionaries. */
  *matchInputs(inputs: InputTables, plan: Plan, search?: SearchOptions): Steps<MatchResult> {
    return new MatchResult(yield* this.#findAll(inputs, plan, search), plan.hasEpisodes);
  }

  /** @internal What a watch works on that goes on from these stays, which must not be widened for the skew of clocks. */
  watchTables(inputs: InputTables, skewSec: number): WatchTables {
    const { places, runs } = this.#tables;
    const spans = new VehicleSpans(this.#gapSec);
    addScans(spans, this.#tables.inputs, places, (vehicle) => runs.isListed(vehicle));
    return {
      inputs,
      places,
      runs,
      live: new LiveRuns(runs, places, this.#inference.dwell, inputs.ids, spans),
      dwell: this.#inference.dwell,
      neighbours: this.#neighbours,
      zone: this.#zone,
      sealed: new MemorySealed(this.#tables),
      skewSec,
    };
  }

  /** @internal Places of itineraries at which nobody checked in: often the same place under another name or encoding. */
  unscannedPlaces({ visits }: InputTables): number {
    const places = new Set(Array.from({ length: visits.rowCount }, (_, row) => visits.column('place_id')[row]!));
    return [...places].filter((place) => !this.#tables.index.isScanned(place)).length;
  }

  /** @internal Places with check-ins that keep their own key under a plan's scopes because they have no coordinates. */
  unlocatedPlaces(plan: Plan): number {
    return Math.max(...plan.rules.map((rule) => this.unlocatedUnder(plan.scope ?? rule.scope)));
  }

  /** @internal The same under one scope. */
  unlocatedUnder(scope: Scope): number {
    const { index } = this.#tables;
    const scanned = function* (): Generator<number> {
      for (let place = 0; place < index.placeCount; place++) if (index.isScanned(place)) yield place;
    };
    return this.#neighbours.under(scope).countUnlocated(scanned());
  }

  #findAll(inputs: InputTables, plan: Plan, search?: SearchOptions): Steps<Found[]> {
    resolveAliases(inputs);
    return findAll({ ...this.#tables, inputs }, plan, this.#zone, this.#neighbours, search);
  }
}

/** Options checked, rules found. @throws OptionError. */
export function planOf(options: MatchOptions): Plan {
  const rules = [options.rule ?? 'any'].flat() as readonly (string | RuleJson)[];
  return makePlan(
    rules.map((rule) => compileRule(typeof rule === 'string' ? findRule(rule) : rule)),
    options,
  );
}
