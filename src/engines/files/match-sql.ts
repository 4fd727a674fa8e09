/**
 * Cases against stays that a SQL engine infers. Files are read here, so that the ledger and the rejected rows are the same on every way; check-ins,
 * places and runs go to the engine as they were read. It gives back the stays that matter, and the ordinary match on them grades and lists.
 */
import { runAsync, type Steps } from '../../core/steps.js';
import { EngineError, OptionError } from '../../core/errors.js';
import { parseDuration } from '../../core/duration.js';
import type { Zone } from '../../core/zone.js';
import { checkInCounter } from '../../match/traffic/check-in-counter.js';
import { resolveAliases } from '../../model/aliases.js';
import { Places } from '../../model/place.js';
import type { Plan } from '../../model/plan.js';
import { STAFF, type InputTables } from '../../model/tables.js';
import { Dwell } from '../../stays/dwell.js';
import type { StayCounts } from '../../stays/infer-stays.js';
import { ScopeNeighbours, findAll, type SearchOptions } from '../answers/find-all.js';
import { gatherFiles, type Gathered, type MatchSource } from '../in-memory/gathered.js';
import { MatchResult } from '../answers/match-result.js';
import { SKEW_LIMIT_SEC } from '../in-memory/memory.js';
import { EngineStays } from '../sql/engine-stays.js';
import { connectClickHouse } from '../drivers/clickhouse.js';
import { connectDuckDb } from '../drivers/duckdb.js';
import { connectPostgres } from '../drivers/psql.js';
import { connectSpark } from '../drivers/spark-sql.js';
import { parseShards } from '../sql/shards.js';
import { closeAfter, type SqlConnection } from '../sql/connection.js';
import type { StayOptions } from '../inputs/stay-options.js';
import type { FeedOptions } from '../feeds/read-feeds.js';
import type { ReadOptions, RunHooks } from '../inputs/read-files.js';

export const ENGINES = ['memory', 'duckdb', 'postgres', 'spark', 'clickhouse'] as const;
/** Those that are somewhere else. */
const AT_URLS: readonly EngineName[] = ['postgres', 'spark', 'clickhouse'];
export type EngineName = (typeof ENGINES)[number];

export interface EngineOptions {
  /** What infers the stays and finds the episodes; the lists are the same. @defaultValue 'memory' */
  readonly engine?: EngineName;
  /** Where the engine is: a URL of PostgreSQL or ClickHouse, the master of Spark. */
  readonly engineUrl?: string;
  /** Into how many parts an engine cuts the search for episodes, one after another; changes no list. @defaultValue 1 */
  readonly shards?: string | number;
}

type Options = ReadOptions & StayOptions & FeedOptions & EngineOptions;

/** @throws OptionError `E_ENGINE`, `E_SHARDS`. */
export function checkEngine({ engine = 'memory', engineUrl, shards }: EngineOptions, index: string | undefined): void {
  if (!ENGINES.includes(engine)) throw new OptionError('E_ENGINE', `engine: expected ${ENGINES.join(', ')}, got '${String(engine)}'`);
  if (engine !== 'memory' && index !== undefined) throw new OptionError('E_ENGINE', 'engine: expected none beside --index, which has its stays already');
  if (engineUrl !== undefined && !AT_URLS.includes(engine))
    throw new OptionError('E_ENGINE', `engine-url: expected only beside --engine ${AT_URLS.join(' or ')}`);
  if (shards !== undefined && engine === 'memory') throw new OptionError('E_ENGINE', 'shards: expected only beside --engine, which joins in so many parts');
  parseShards(shards);
}

/** Reads the files; the engine starts when they are sound. @throws InputError, OptionError, EngineError. */
export async function gatherSql(options: Options, zone: Zone, hooks: RunHooks): Promise<Gathered<MatchSource>> {
  const skewSec = parseDuration(options.skew ?? 0, 'skew');
  const runGapSec = parseDuration(options.runGap ?? '45m', 'run-gap');
  if (skewSec > SKEW_LIMIT_SEC) throw new OptionError('E_SKEW', 'skew: expected at most a day');
  if (runGapSec === 0) throw new OptionError('E_RUN_GAP', 'run-gap: expected more than 0');
  if (options.rides || options.gtfs?.length || options.vehiclePositions?.length || options.pings?.length)
    throw unsupported('rides and timetables (--rides, --gtfs, --vehicle-positions, --pings)');
  const shards = parseShards(options.shards);
  const gathered = await gatherFiles(options, zone, hooks);
  const warnings = [...gathered.warnings];
  let source: SqlSource | undefined;
  return {
    ...gathered,
    warnings,
    async prepare(plan) {
      if (plan.extra.length > 0) throw unsupported('columns that are asked for (--extra)');
      const { tables } = gathered;
      const role = tables.checkIns.column('role');
      for (let row = 0; row < tables.checkIns.rowCount; row++) if (role[row] === STAFF) throw unsupported('check-ins of staff (role)');
      resolveAliases(tables);
      const places = new Places(tables);
      const connection = await connect(options);
      const left = await closeAfter(connection, async () => {
        const stays = new EngineStays(
          connection,
          tables,
          places,
          { dwell: new Dwell(options.dwell), runGapSec, skewSec, shards },
          {
            signal: hooks.signal,
            onStatement: (label) => hooks.onProgress?.({ phase: 'stays', name: label, rows: 0, share: Number.NaN }),
          },
        );
        source = new SqlSource(stays, tables, places, zone);
        await source.prepare(plan, hooks);
      });
      warnings.push(...left);
    },
    *source() {
      yield { done: 0, of: 1 };
      return source!;
    },
  };
}

function connect({ engine, engineUrl, threads }: Options): Promise<SqlConnection> {
  if (engine === 'postgres') return connectPostgres(engineUrl);
  if (engine === 'spark') return connectSpark(engineUrl);
  if (engine === 'clickhouse') return connectClickHouse(engineUrl);
  return connectDuckDb(threads);
}

const unsupported = (what: string): EngineError =>
  new EngineError('E_ENGINE_SUPPORT', `engine E_ENGINE_SUPPORT expected none of what SQL engines do not do yet, got ${what}; match without --engine`);

/** Stays of an engine: all that a plan asks for is brought here by `prepare`. */
class SqlSource implements MatchSource {
  readonly #stays: EngineStays;
  readonly #zone: Zone;
  readonly #neighbours: ScopeNeighbours;
  readonly #since: (place: number, sec: number) => number;

  constructor(stays: EngineStays, inputs: InputTables, places: Places, zone: Zone) {
    this.#stays = stays;
    this.#zone = zone;
    this.#neighbours = new ScopeNeighbours(places);
    this.#since = checkInCounter(inputs.checkIns);
  }

  get stayCounts(): StayCounts {
    return this.#stays.counts;
  }
  get unknownCategories(): readonly string[] {
    return this.#stays.unknownCategories;
  }
  unscannedPlaces({ visits }: InputTables): number {
    const places = new Set(Array.from({ length: visits.rowCount }, (_, row) => visits.column('place_id')[row]!));
    return [...places].filter((place) => !this.#stays.scannedPlaces.has(place)).length;
  }
  unlocatedPlaces(plan: Plan): number {
    return Math.max(...plan.rules.map((rule) => this.#neighbours.under(plan.scope ?? rule.scope).countUnlocated(this.#stays.scannedPlaces)));
  }

  /** Infers the stays and brings those that matter, generation by generation. */
  async prepare(plan: Plan, hooks: RunHooks): Promise<void> {
    const stays = this.#stays;
    await stays.infer();
    let generation = stays.firstCases(plan, this.#zone);
    for (let depth = 1; ; depth++) {
      for (const [i, rule] of plan.rules.entries()) {
        const scope = plan.scope ?? rule.scope;
        await stays.ask(generation[i]!, { plan, scope, lagSec: plan.lagSec ?? rule.lagSec, neighbours: this.#neighbours.under(scope), isFirst: depth === 1 });
      }
      if (plan.rules.some(({ residence }) => residence)) await stays.completePeople();
      if (depth === plan.depth) return;
      // Whoever is a contact now is a case of the next generation, from the first meeting on.
      const found = await runAsync(findAll(stays.tables(this.#since), { ...plan, depth: depth + 1 }, this.#zone, this.#neighbours), { signal: hooks.signal });
      generation = found.map(({ generations }) => generations[depth]?.cases ?? []);
      if (generation.every((cases) => cases.length === 0)) return;
    }
  }

  *matchInputs(_inputs: InputTables, plan: Plan, search?: SearchOptions): Steps<MatchResult> {
    const found = yield* findAll(this.#stays.tables(this.#since), plan, this.#zone, this.#neighbours, search);
    this.#stays.checkEpisodes(found.map(({ generations }) => generations[0]?.episodeCount ?? 0));
    return new MatchResult(found, plan.hasEpisodes);
  }
}
