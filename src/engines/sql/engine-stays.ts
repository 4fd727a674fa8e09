/** The stays of a SQL engine that matter for a question, as columns here: those of the cases, and those that meet their visits. */
import { EngineError } from '../../core/errors.js';
import type { Zone } from '../../core/zone.js';
import { indexCases } from '../../match/case-windows.js';
import { refuseEpisodes, type MatchTables } from '../../match/generations.js';
import type { Visits } from '../../match/visits.js';
import type { Case } from '../../model/case.js';
import type { Places } from '../../model/place.js';
import type { Plan } from '../../model/plan.js';
import type { Scope } from '../../model/scope.js';
import { CAPPED, CONFLICT, METHODS, type Method } from '../../model/stay.js';
import type { InputTables } from '../../model/tables.js';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import { StayIndex } from '../../stay-index/stay-index.js';
import type { Dwell } from '../../stays/dwell.js';
import type { StayCounts } from '../../stays/infer-stays.js';
import { Runs } from '../../stays/segment-runs.js';
import { VehicleSpans } from '../../stays/vehicle-spans.js';
import { LEAST_BIN_SEC, MINUTE_SEC, MOST_BIN_SEC, binSecOf } from './bin.js';
import { placeTables, sqlCases, sqlScope } from './cases.js';
import { compileEpisodes, compileStays, compileVisits, type PlaceTables } from './compile.js';
import { readRows, runStatements, type RunningOptions, type SqlConnection, type SqlValue } from './connection.js';
import { dialectOf } from './dialect.js';
import { staysOf, type LoadedStay } from './loaded-stays.js';
import type { QuestionSettings } from './question.js';
import { Script } from './script.js';
import { runShards } from './shards.js';
import { sendTables } from './send-tables.js';
import type { StaySettings } from './source.js';

const PREFIX = 'copresence_';

export interface Asking {
  readonly plan: Plan;
  readonly scope: Scope;
  readonly lagSec: number;
  readonly neighbours: PlaceNeighbours;
  /** Whether these are the cases that were given, whose episodes are counted. */
  readonly isFirst: boolean;
}

export class EngineStays {
  counts: StayCounts = { stays: 0, joinedCheckIns: 0, capped: 0, conflicts: 0, zeroLength: 0 };
  readonly unknownCategories: readonly string[];
  readonly scannedPlaces: Set<number> = new Set();
  readonly #connection: SqlConnection;
  readonly #inputs: InputTables;
  readonly #places: Places;
  readonly #settings: Pick<StaySettings, 'dwell' | 'runGapSec' | 'skewSec'>;
  readonly #shards: number;
  readonly #running: RunningOptions;
  readonly #loaded = new Map<string, LoadedStay>();
  readonly #episodeCounts: number[] = [];
  readonly #runs: Runs;
  #stays: StaySettings | undefined;
  #binSec = LEAST_BIN_SEC;

  constructor(
    connection: SqlConnection,
    inputs: InputTables,
    places: Places,
    settings: { readonly dwell: Dwell; readonly runGapSec: number; readonly skewSec: number; readonly shards?: number },
    running: RunningOptions,
  ) {
    this.#connection = connection;
    this.#inputs = inputs;
    this.#places = places;
    const { shards = 1, ...others } = settings;
    this.#settings = others;
    this.#shards = shards;
    this.#running = running;
    this.#runs = new Runs(inputs, places);
    this.unknownCategories = [...places.categories()].filter((category) => !settings.dwell.isKnown(category)).sort();
  }

  /** Sends what was read to the engine, and infers the stays there. */
  async infer(): Promise<void> {
    this.#stays = { ...this.#settings, ...(await sendTables(this.#connection, this.#inputs, this.#places)) };
    await runStatements(this.#connection, compileStays({ stays: this.#stays, prefix: PREFIX }, this.#connection.dialect), this.#running);
    const { ids, checkIns, visits } = this.#inputs;
    const t = this.#name;
    const [counts] = await this.#read(
      'count of stays',
      `select count(*), coalesce(sum(s.is_capped), 0), coalesce(sum(s.is_conflict), 0), coalesce(sum(case when s.start_sec + 2 * ${this.#settings.skewSec} = s.possible_sec then 1 else 0 end), 0),
  coalesce(sum(s.scans), 0) from ${t('stays')} s`,
      ['int', 'int', 'int', 'int', 'int'],
    );
    const [stays, capped, conflicts, zeroLength, scans] = counts as readonly number[] as [number, number, number, number, number];
    if (scans !== checkIns.rowCount) {
      throw new EngineError(
        'E_ENGINE_CHECK',
        `${this.#connection.name}: E_ENGINE_CHECK expected every one of ${checkIns.rowCount} check-ins in a stay, got ${scans}; match without --engine`,
      );
    }
    this.counts = { stays, joinedCheckIns: scans - stays, capped, conflicts, zeroLength };
    // Counted by minutes: no engine needs to sort all stays for a median.
    const minutes = dialectOf(this.#connection.dialect).quotient(`least(s.possible_sec - s.start_sec, ${MOST_BIN_SEC})`, MINUTE_SEC);
    this.#binSec = binSecOf(
      (await this.#read('lengths of stays', `select ${minutes}, count(*) from ${t('stays')} s group by ${minutes}`, ['int', 'int'])) as readonly (readonly [
        number,
        number,
      ])[],
    );
    for (const [place] of await this.#read('scanned places', `select distinct c.place_id from ${t('checkins')} c`, ['text']))
      this.scannedPlaces.add(ids.place.find(String(place)));
    // Itineraries on vehicles need their runs; those of the table are here.
    if (visits.rowCount > 0) {
      const spans = new VehicleSpans(this.#settings.runGapSec);
      const told = new Set(Array.from({ length: visits.rowCount }, (_, row) => visits.column('place_id')[row]!));
      for (const [place, startSec, lastSec] of await this.#read('spans of scans', `select s.place_id, s.start_sec, s.last_sec from ${t('spans')} s`, [
        'text',
        'int',
        'int',
      ])) {
        const vehicle = ids.place.find(String(place));
        if (told.has(vehicle)) spans.addSpans(vehicle, [{ startSec: Number(startSec), lastSec: Number(lastSec) }]);
      }
      this.#runs.cut(spans, this.#settings.dwell, ids);
    }
  }

  /** The cases of generation 1 by rule. */
  firstCases(plan: Plan, zone: Zone): (readonly Case[])[] {
    return plan.rules.map((rule) => indexCases(this.#inputs, rule, zone, plan.isWindowAll));
  }

  /** Finds the episodes of some cases, and brings the stays in them with those of the cases. */
  async ask(cases: readonly Case[], asking: Asking): Promise<void> {
    const { plan, scope, lagSec, neighbours, isFirst } = asking;
    const { dialect } = this.#connection;
    const question: QuestionSettings = {
      cases: sqlCases(cases, this.#inputs),
      scope: sqlScope(scope),
      lagSec,
      isClosed: plan.isClosed,
      minOverlapSec: plan.minOverlapSec,
      excludeConflicts: plan.excludeConflicts,
      binSec: this.#binSec,
      shards: this.#shards,
    };
    await runStatements(this.#connection, compileVisits({ question, prefix: PREFIX }, dialect), this.#running);
    const places = await this.#placeTables(scope, neighbours);
    const t = this.#name;
    await runShards(this.#connection, compileEpisodes({ stays: this.#stays!, question, places, prefix: PREFIX }, dialect), {
      shards: this.#shards,
      nameOf: t,
      running: this.#running,
    });
    if (isFirst) await this.#count(plan);
    await this.#load(`select e.contact_id as person_id, e.contact_place_id as place_id, e.run_id as run_id, e.stay_sec as stay_sec from ${t('episodes')} e
union distinct
select s.person_id as person_id, s.place_id as place_id, s.run_id as run_id, s.stay_sec as stay_sec from ${t('stays')} s join ${t('cases')} c on c.person_id = s.person_id`);
  }

  /** Brings all stays of everyone who has some here. */
  async completePeople(): Promise<void> {
    const { ids } = this.#inputs;
    const script = new Script(dialectOf(this.#connection.dialect), PREFIX);
    const people = new Set(Array.from(this.#loaded.values(), ({ person }) => person));
    script.makeRows(
      'people',
      [{ name: 'person_id', type: 'text' }],
      Array.from(people, (person) => [ids.person.text(person)]),
    );
    await runStatements(this.#connection, script.statements, this.#running);
    const t = this.#name;
    await this.#load(
      `select s.person_id as person_id, s.place_id as place_id, s.run_id as run_id, s.stay_sec as stay_sec from ${t('stays')} s join ${t('people')} p on p.person_id = s.person_id`,
    );
  }

  /** What was brought, as tables to match on. */
  tables(checkInsSince: (place: number, sec: number) => number): MatchTables {
    const stays = staysOf(this.#loaded.values(), this.#inputs.ids);
    return { inputs: this.#inputs, places: this.#places, runs: this.#runs, stays, index: new StayIndex(stays, this.#inputs.ids.place.size), checkInsSince };
  }

  /** Compares with the engine's own count of episodes, rule by rule. @throws EngineError `E_ENGINE_DIFFERS`. */
  checkEpisodes(counts: readonly number[]): void {
    const at = counts.findIndex((count, i) => count !== this.#episodeCounts[i]);
    if (at < 0) return;
    throw new EngineError(
      'E_ENGINE_DIFFERS',
      `${this.#connection.name}: E_ENGINE_DIFFERS expected as many episodes from the engine as from its stays, got ${this.#episodeCounts[at]} and ${counts[at]}; match without --engine, and report it`,
    );
  }

  readonly #name = (table: string): string => dialectOf(this.#connection.dialect).quoteName(`${PREFIX}${table}`);

  #read(label: string, sql: string, types: readonly ('int' | 'text')[]): Promise<readonly (readonly SqlValue[])[]> {
    return readRows(this.#connection, label, sql, types);
  }

  /** Where coordinates decide who meets: the places around those that were visited. */
  async #placeTables(scope: Scope, neighbours: PlaceNeighbours): Promise<PlaceTables> {
    if (scope.name !== 'grid' && scope.name !== 'near') return {};
    const { ids } = this.#inputs;
    const visited = await this.#read('visited places', `select distinct v.place_id from ${this.#name('visits')} v`, ['text']);
    return placeTables(
      visited.map(([place]) => ids.place.find(String(place))),
      scope,
      neighbours,
      this.#places,
      ids,
    );
  }

  /** Counts the episodes before any stay is brought. @throws StateError `E_LIMIT`. */
  async #count(plan: Plan): Promise<void> {
    const { ids } = this.#inputs;
    const byPlace = await this.#read('count of episodes', `select e.place_id, count(*) from ${this.#name('episodes')} e group by e.place_id`, ['text', 'int']);
    const total = byPlace.reduce((sum, [, count]) => sum + Number(count), 0);
    this.#episodeCounts.push(total);
    const listed = this.#episodeCounts.reduce((sum, count) => sum + count, 0);
    if (!plan.hasEpisodes || listed <= plan.maxEpisodes) return;
    const place = Uint32Array.from(byPlace, ([id]) => ids.place.find(String(id)));
    refuseEpisodes(listed, plan.maxEpisodes, { count: place.length, place } as Visits, (v) => Number(byPlace[v]![1]), ids);
  }

  /** Brings the stays of a query of keys, with their rows. */
  async #load(keys: string): Promise<void> {
    const { ids } = this.#inputs;
    const t = this.#name;
    const script = new Script(dialectOf(this.#connection.dialect), PREFIX);
    script.make('wanted', keys);
    await runStatements(this.#connection, script.statements, this.#running);
    const on = (alias: string): string =>
      `join ${t('wanted')} w on w.person_id = ${alias}.person_id and w.place_id = ${alias}.place_id and w.run_id = ${alias}.run_id and w.stay_sec = ${alias}.stay_sec`;
    const keyOf = ([person, place, run, sec]: readonly SqlValue[]): string =>
      `${ids.person.find(String(person))} ${ids.place.find(String(place))} ${ids.run.intern(String(run))} ${sec}`;
    const fresh = new Set<string>();
    const stays = await this.#read(
      'stays that matter',
      `select s.person_id, s.place_id, s.run_id, s.stay_sec, s.start_sec, s.certain_sec, s.likely_sec, s.possible_sec, s.end_method, s.is_capped, s.is_conflict, s.carriage, s.seat
from ${t('stays')} s ${on('s')}`,
      ['text', 'text', 'text', 'int', 'int', 'int', 'int', 'int', 'text', 'int', 'int', 'text', 'text'],
    );
    for (const row of stays) {
      const key = keyOf(row);
      if (this.#loaded.has(key)) continue;
      fresh.add(key);
      this.#loaded.set(key, {
        person: ids.person.find(String(row[0])),
        place: ids.place.find(String(row[1])),
        run: ids.run.intern(String(row[2])),
        times: [Number(row[4]), Number(row[5]), Number(row[6]), Number(row[7])],
        method: METHODS.indexOf(row[8] as Method),
        flags: (row[9] ? CAPPED : 0) | (row[10] ? CONFLICT : 0),
        carriage: ids.text.intern(String(row[11])),
        seat: ids.text.intern(String(row[12])),
        rows: [],
      });
    }
    if (fresh.size === 0) return;
    const rows = await this.#read(
      'check-ins that matter',
      `select r.person_id, r.place_id, r.run_id, r.stay_sec, r.row_id from ${t('rows')} r ${on('r')} order by r.nth`,
      ['text', 'text', 'text', 'int', 'int'],
    );
    for (const row of rows) {
      const key = keyOf(row);
      if (fresh.has(key)) this.#loaded.get(key)!.rows.push(Number(row[4]));
    }
  }
}
