/** Cases against an index on disk: the stays that matter are brought into memory, then all goes on as ever. */
import { OptionError } from '../../core/errors.js';
import { parseDuration } from '../../core/duration.js';
import { Dictionary } from '../../core/dictionary.js';
import type { Steps } from '../../core/steps.js';
import { Zone } from '../../core/zone.js';
import { sumsOf } from '../../disk-index/manifest.js';
import { DiskTraffic } from '../../disk-index/disk-traffic.js';
import { OpenIndex } from '../../disk-index/open-index.js';
import type { Reference } from '../../disk-index/reference-file.js';
import { PARTS } from '../../disk-index/segments/segment-format.js';
import type { Explanation } from '../../lists/explain/explanation.js';
import type { LedgerEntry, Reject } from '../../ingest/rows/ledger.js';
import { InputReader } from '../../ingest/read-inputs.js';
import { indexCases } from '../../match/case-windows.js';
import { contactsIn, excludedFlags, refuseEpisodes, type MatchTables } from '../../match/generations.js';
import { caseVisits, type Visits } from '../../match/visits.js';
import { resolveAliases } from '../../model/aliases.js';
import { Places } from '../../model/place.js';
import type { Plan } from '../../model/plan.js';
import { parseScope } from '../../model/scope.js';
import type { SourcePlan } from '../../model/source-plan.js';
import { TABLE_NAMES, type InputTables } from '../../model/tables.js';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import { Dwell } from '../../stays/dwell.js';
import type { StayCounts } from '../../stays/infer-stays.js';
import { explainUnder, findPair, type Pairing } from '../answers/explain.js';
import { LiveRuns } from '../../stays/live-runs.js';
import { ScopeNeighbours, findAll, type SearchOptions } from '../answers/find-all.js';
import type { Gathered, StaySource } from '../in-memory/gathered.js';
import { changedInputs } from './indexed-inputs.js';
import { MatchResult } from '../answers/match-result.js';
import { SKEW_LIMIT_SEC } from '../in-memory/memory.js';
import { incubationsFor, sourcesOf, type Sources } from '../answers/sources.js';
import type { StayOptions } from '../inputs/stay-options.js';
import type { FeedOptions } from '../feeds/read-feeds.js';
import { readInputs, type ReadOptions, type RunHooks } from '../inputs/read-files.js';
import { DiskSealed } from '../watch/sealed-disk.js';
import type { WatchTables } from '../watch/watch.js';
import { WorkingSet } from './working-set.js';

/** Tables that an index has of its own. */
const INDEXED = ['checkins', 'places', 'runs', 'run-stops'] as const;

/** Opens an index, unless it is open already and stays so, and reads the cases. @throws InputError, OptionError. */
export async function gatherIndexed(
  folder: string,
  options: ReadOptions & StayOptions & FeedOptions,
  zone: Zone,
  hooks: RunHooks,
  opened?: OpenIndex,
): Promise<Gathered> {
  const given = INDEXED.find((table) => (options.files[table]?.length ?? 0) > 0);
  if (given) throw new OptionError('E_INDEX_OPTION', `${given}: expected cases and visits alone beside --index; add ${given} with 'copresence index'`);
  for (const name of ['dwell', 'runGap'] as const) {
    if (options[name] !== undefined)
      throw new OptionError(
        'E_INDEX_OPTION',
        `${name === 'dwell' ? 'dwell' : 'run-gap'}: expected none beside --index, since stays are inferred when the index is built`,
      );
  }
  if (options.rides || options.gtfs?.length || options.vehiclePositions?.length || options.pings?.length)
    throw new OptionError('E_INDEX_OPTION', 'rides: expected none beside --index, since stays are inferred when the index is built; give the files themselves');
  const skewSec = parseDuration(options.skew ?? 0, 'skew');
  if (skewSec > SKEW_LIMIT_SEC) throw new OptionError('E_SKEW', 'skew: expected at most a day');
  const index = opened ?? OpenIndex.open(folder);
  const close = (): void => {
    if (!opened) index.close();
  };
  try {
    const { manifest } = index;
    const own = zone.name === undefined && manifest.tz !== null ? new Zone(manifest.tz) : zone;
    const { inputs, reference } = index.readReference();
    const read = await readInputs(options, own, hooks, new InputReader(own, options.timeFormats, inputs));
    const { reader } = read;
    const tableOf = new Map([...manifest.inputs, ...read.inputs].map(({ name, table }) => [name, table]));
    const inOrder = <Item>(items: readonly Item[], fileOf: (item: Item) => string): Item[] =>
      TABLE_NAMES.flatMap((table) => items.filter((item) => tableOf.get(fileOf(item)) === table));
    return {
      tables: reader.tables,
      ledger: inOrder<LedgerEntry>([...manifest.ledger, ...reader.ledger], ({ file }) => file),
      rejects: inOrder<Reject>([...reference.rejects, ...reader.rejects], ({ file }) => file),
      inputs: inOrder([...manifest.inputs, ...read.inputs], ({ name }) => name),
      warnings: changedInputs(manifest.inputs),
      unjudged: reader.ledger,
      settings: { tz: own.name ?? null, run_gap: `${manifest.runGapSec}s`, dwell: manifest.dwell },
      *source() {
        yield { done: 0, of: 1 };
        return new IndexSource(index, reader.tables, reference, own, skewSec);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** The stays of an index on disk. */
export class IndexSource implements StaySource {
  readonly stayCounts: StayCounts;
  readonly unknownCategories: readonly string[];
  readonly #index: OpenIndex;
  readonly #reference: Reference;
  readonly #zone: Zone;
  readonly #skewSec: number;
  readonly #places: Places;
  readonly #neighbours: ScopeNeighbours;

  constructor(index: OpenIndex, inputs: InputTables, reference: Reference, zone: Zone, skewSec: number) {
    resolveAliases(inputs);
    this.#index = index;
    this.#reference = reference;
    this.#zone = zone;
    this.#skewSec = skewSec;
    this.#places = new Places(inputs);
    this.#neighbours = new ScopeNeighbours(this.#places);
    this.stayCounts = IndexSource.countsOf(index);
    this.unknownCategories = index.manifest.unknownCategories;
  }

  static countsOf({ manifest }: OpenIndex): StayCounts {
    const { stays, checkIns, capped, conflicts, zeroLength } = sumsOf(manifest);
    return { stays, joinedCheckIns: checkIns - stays, capped, conflicts, zeroLength };
  }

  unscannedPlaces({ visits }: InputTables): number {
    const places = new Set(Array.from({ length: visits.rowCount }, (_, row) => visits.column('place_id')[row]!));
    return [...places].filter((place) => (this.#reference.scansOfPlace[place] ?? 0) === 0).length;
  }

  unlocatedPlaces(plan: Plan): number {
    const { scansOfPlace } = this.#reference;
    const scanned = function* (): Generator<number> {
      for (let place = 0; place < scansOfPlace.length; place++) if (scansOfPlace[place]! > 0) yield place;
    };
    return Math.max(...plan.rules.map((rule) => this.#neighbours.under(plan.scope ?? rule.scope).countUnlocated(scanned())));
  }

  /** Explains a pair under each rule: all that it needs are the stays of the two. */
  *explainInputs(inputs: InputTables, plan: Plan, pairing: Pairing): Steps<Explanation[]> {
    const { people, manifest } = this.#index;
    const pair = findPair(pairing, inputs, {
      // Too many to look through: near spellings are asked for one by one.
      count: Number.POSITIVE_INFINITY,
      has: (text) => people.find(text) !== 0,
      all: () => [],
    });
    const set = new WorkingSet(this.#index, pair.inputs, this.#skewSec);
    set.addPeople([pair.casePerson, inputs.ids.person.intern(pair.contactId)]);
    const tables = set.tables(this.#places, this.#index.runs(inputs, this.#reference, this.#places));
    return yield* explainUnder(tables, plan, pair, this.#zone, this.#neighbours, { dwell: new Dwell(manifest.dwell), skewSec: this.#skewSec });
  }

  watchTables(inputs: InputTables, skewSec: number): WatchTables {
    const { manifest } = this.#index;
    const { spans, purgedRuns } = this.#reference;
    const dwell = new Dwell(manifest.dwell);
    const runs = this.#index.runs(inputs, this.#reference, this.#places);
    return {
      inputs,
      places: this.#places,
      runs,
      live: new LiveRuns(runs, this.#places, dwell, inputs.ids, spans, purgedRuns),
      dwell,
      neighbours: this.#neighbours,
      zone: this.#zone,
      sealed: new DiskSealed(this.#index),
      skewSec,
    };
  }

  *matchInputs(inputs: InputTables, plan: Plan, search?: SearchOptions): Steps<MatchResult> {
    const runs = this.#index.runs(inputs, this.#reference, this.#places);
    const set = new WorkingSet(this.#index, inputs, this.#skewSec);
    const rules = plan.rules.map((rule) => ({
      cases: indexCases(inputs, rule, this.#zone, plan.isWindowAll),
      neighbours: this.#neighbours.under(plan.scope ?? rule.scope),
      lagSec: plan.lagSec ?? rule.lagSec,
    }));
    set.addPeople(rules.flatMap(({ cases }) => cases.map(({ person }) => person)));
    for (let depth = 1; ; depth++) {
      const tables = set.tables(this.#places, runs);
      if (depth === 1) {
        const all = rules.map((rule) => ({
          ...rule,
          visits: caseVisits(rule.cases, tables.stays, inputs, this.#places, runs, excludedFlags(plan.excludeConflicts)),
        }));
        if (plan.hasEpisodes) refuseTooMany(set, all, plan, inputs);
        for (const { visits, neighbours, lagSec } of all) set.addNear(visits, neighbours, lagSec);
      } else {
        // Their own stays are here, so that their visits are known; now those around them.
        const found = yield* findAll(tables, { ...plan, depth }, this.#zone, this.#neighbours);
        for (const [i, { generations }] of found.entries()) {
          const visits = generations[depth - 1]?.visits;
          if (visits) set.addNear(visits, rules[i]!.neighbours, rules[i]!.lagSec);
        }
      }
      if (plan.rules.some(({ residence }) => residence)) set.addPeople([...set.others()]);
      yield { done: depth, of: plan.depth };
      const complete = set.tables(this.#places, runs);
      if (depth === plan.depth) return new MatchResult(yield* findAll(complete, plan, this.#zone, this.#neighbours, search), plan.hasEpisodes);
      const found = yield* findAll(complete, { ...plan, depth }, this.#zone, this.#neighbours);
      for (const { generations } of found) {
        const last = generations[depth - 1];
        if (last) set.addPeople([...contactsIn(last, inputs.ids.person.size)]);
      }
    }
  }

  /** Of others only the records of the rooms are read that enough cases shared. */
  *sourcesOfInputs(inputs: InputTables, plan: SourcePlan): Steps<Sources> {
    const incubations = incubationsFor(inputs, plan, this.#zone);
    const cases = incubations.people.map(({ person }) => person);
    const set = new WorkingSet(this.#index, inputs, 0);
    set.addPeople(cases);
    const tables = set.tables(this.#places, this.#index.runs(inputs, this.#reference, this.#places));
    const traffic = new DiskTraffic(this.#index, inputs, this.#reference, cases);
    return yield* sourcesOf(incubations, tables, traffic, this.#neighbours.under(parseScope('parent')), plan, this.#zone);
  }

  /** Brings all stays into memory. */
  *everyone(inputs: InputTables): Steps<MatchTables> {
    const set = new WorkingSet(this.#index, inputs, this.#skewSec);
    for (let part = 0; part < PARTS; part++) {
      const texts = new Dictionary();
      this.#index.people.addTo(texts, part);
      const ids: number[] = [];
      for (let id = 1; id < texts.size; id++) {
        const bytes = texts.bytes(id);
        ids.push(inputs.ids.person.internBytes(bytes, 0, bytes.length));
      }
      set.addPeople(ids);
      yield { done: part, of: PARTS };
    }
    return set.tables(this.#places, this.#index.runs(inputs, this.#reference, this.#places));
  }
}

/** Counts the episodes before any stay of others is read. What is left for the match itself to count: rules with a shortest overlap, stays left out. */
function refuseTooMany(
  set: WorkingSet,
  rules: readonly { readonly visits: Visits; readonly neighbours: PlaceNeighbours; readonly lagSec: number }[],
  plan: Plan,
  { ids }: InputTables,
): void {
  if (plan.minOverlapSec > 0 || plan.excludeConflicts) return;
  let listed = 0;
  for (const { visits, neighbours, lagSec } of rules) {
    const counts = set.countNear(visits, neighbours, lagSec, plan.isClosed);
    listed += counts.reduce((sum, count) => sum + count, 0);
    if (listed > plan.maxEpisodes) refuseEpisodes(listed, plan.maxEpisodes, visits, (v) => counts[v]!, ids);
  }
}
