/**
 * Check-ins that come in one by one → episodes, each the moment it is closed. The stays before are sealed: in memory or in an index on disk.
 *
 * A step takes some check-ins and a clock: no later check-in is before it. Whoever has new ones has their open stays inferred again by the very function
 * of a batch; what the clock settles is matched: visits of cases with stays that were known before, with settled stays that wait for them, and stays with
 * settled visits. Each pair of a visit and a stay is so looked at once, when the later of the two is settled. Nothing that was said is ever taken back.
 */
import { OptionError } from '../../core/errors.js';
import type { Zone } from '../../core/zone.js';
import { EpisodeBook, type ClosedMeeting, type WatchEvent } from '../../lists/live/live-episodes.js';
import { LivePairs } from '../../lists/live/live-pairs.js';
import { indexCases } from '../../match/case-windows.js';
import { excludedFlags, type MatchTables } from '../../match/generations.js';
import { LiveCases } from '../../match/live/live-cases.js';
import { LiveVisits, WaitingStays, oneTimes, setTimes, type LiveStay, type LiveVisit } from '../../match/live/live-meetings.js';
import type { RoomQuery, SealedStays } from '../../match/live/sealed-stays.js';
import type { Places } from '../../model/place.js';
import type { Plan } from '../../model/plan.js';
import type { InputTables } from '../../model/tables.js';
import { StayIndex } from '../../stay-index/stay-index.js';
import type { Dwell } from '../../stays/dwell.js';
import { allowForSkew } from '../../stays/infer-stays.js';
import { NOTHING, OTHER_RUNS, type LiveRuns } from '../../stays/live-runs.js';
import { OpenPeople, type OpenPerson } from '../../stays/open-people.js';
import type { OpenRow, OpenStay } from '../../stays/open-stays.js';
import type { Runs } from '../../stays/segment-runs.js';
import type { ScopeNeighbours } from '../answers/find-all.js';
import { Homes } from '../answers/homes.js';
import { OldPeople } from '../answers/old-people.js';

/** What a watch works on. Cases and itineraries are in the inputs; stays are not widened for the skew of clocks. */
export interface WatchTables {
  readonly inputs: InputTables;
  readonly places: Places;
  readonly runs: Runs;
  readonly live: LiveRuns;
  readonly dwell: Dwell;
  readonly neighbours: ScopeNeighbours;
  readonly zone: Zone;
  readonly sealed: SealedStays;
  readonly skewSec: number;
}

interface LiveRule {
  readonly cases: LiveCases;
  readonly visits: LiveVisits;
  readonly pairs: LivePairs;
}

/** A settled visit of a rule. */
interface RuleVisit {
  readonly rule: number;
  readonly visit: LiveVisit;
}

export class Watch {
  readonly #tables: WatchTables;
  readonly #rules: readonly LiveRule[];
  readonly #people: OpenPeople;
  readonly #old: OldPeople;
  readonly #waiting = new WaitingStays();
  readonly #book: EpisodeBook;
  readonly #casePeople: ReadonlySet<string>;
  readonly #pending = new Map<string, OpenRow[]>();
  /** Meetings of this step. */
  readonly #closed: ClosedMeeting[] = [];
  readonly #homes: Homes | null;
  #clockSec: number = Number.NEGATIVE_INFINITY;
  #firstClockSec: number = Number.NEGATIVE_INFINITY;
  #isBegun = false;
  #areCasesMoved = true;
  /** Check-ins that were there already. */
  duplicates = 0;

  /** @throws OptionError for cases that are not clear, or a plan with generations. */
  constructor(tables: WatchTables, plan: Plan) {
    if (plan.depth > 1) throw new OptionError('E_WATCH', 'depth: expected 1 for a watch: contacts of contacts are known only in the end; match for them');
    this.#tables = tables;
    const { inputs, places, runs, live, zone, sealed } = tables;
    const excluded = excludedFlags(plan.excludeConflicts);
    const none = { inputs, places, runs, index: new StayIndex(NO_STAYS, 0), checkInsSince: () => 0 } satisfies Omit<MatchTables, 'stays'>;
    this.#rules = plan.rules.map((rule) => {
      if (rule.clauses.some(({ measure }) => measure === 'day')) zone.require('the measure day');
      const neighbours = tables.neighbours.under(plan.scope ?? rule.scope);
      const settings = { lagSec: plan.lagSec ?? rule.lagSec, isClosed: plan.isClosed, minOverlapSec: plan.minOverlapSec, excludedFlags: excluded };
      return {
        cases: new LiveCases(indexCases(inputs, rule, zone, plan.isWindowAll), inputs, places, runs, live, excluded),
        visits: new LiveVisits(neighbours, settings),
        pairs: new LivePairs(rule, none, neighbours, zone, settings, (key) => this.#homes!.presenceOf(key)),
      };
    });
    this.#casePeople = new Set(this.#rules.flatMap(({ cases }) => [...cases.people()]));
    this.#people = new OpenPeople({ ...tables, ids: inputs.ids });
    this.#old = new OldPeople(sealed, places, live);
    this.#homes = plan.rules.some(({ residence }) => residence) ? new Homes(this.#old, this.#people, (stay) => this.#widened(stay), tables.skewSec) : null;
    const book = this.#rules.map(({ pairs, cases, visits }) => ({ pairs, cases: cases.cases, lagSec: visits.settings.lagSec }));
    this.#book = new EpisodeBook(book, inputs, places, zone);
  }

  /** Takes a check-in of someone; it counts with the next step. Its time must not be before the clock of the last one. */
  add(key: string, row: OpenRow): void {
    const rows = this.#pending.get(key);
    if (rows) rows.push(row);
    else this.#pending.set(key, [row]);
  }

  /** Episodes, contacts and people so far, stays that are open, and settled ones that wait for a case. */
  get counts(): { episodes: number; contacts: number; openStays: number; openPeople: number; waiting: number; visits: number } {
    return {
      episodes: this.#book.episodes,
      contacts: this.#book.contacts,
      openStays: this.#people.openStays,
      openPeople: this.#people.people,
      waiting: this.#waiting.count,
      visits: this.#rules.reduce((sum, { visits }) => sum + visits.count, 0),
    };
  }

  /** What the check-ins taken and the clock close. The clock does not go back; Infinity says that no check-in comes any more. */
  step(clockSec: number): Generator<WatchEvent> {
    // Clocks of devices differ: a stay may begin so much earlier, and the one before end so much later.
    this.#clockSec = Math.max(this.#clockSec, clockSec - 2 * this.#tables.skewSec);
    const visits: RuleVisit[] = [];
    let sinceSec = this.#clockSec; // no new check-in is before it
    for (const rows of this.#pending.values()) for (const { time } of rows) sinceSec = Math.min(sinceSec, time);
    this.#takeScans(sinceSec, visits);
    this.#takePending(sinceSec, visits);
    if (!this.#isBegun) this.#begin(visits);
    for (const [rule, { cases }] of this.#rules.entries()) {
      for (const visit of cases.rides(this.#clockSec)) {
        visits.push({ rule, visit });
        this.#areCasesMoved = true;
      }
    }
    this.#inferTouched();
    this.#expectCases();
    this.#meet(visits);
    this.#expectCases();
    const closed = this.#closed.splice(0);
    return this.#book.close(this.#homes?.release(closed, this.#clockSec, (rule) => this.#rules[rule]!) ?? closed);
  }

  #begin(visits: RuleVisit[]): void {
    this.#isBegun = true;
    this.#firstClockSec = this.#clockSec;
    for (const [rule, { cases }] of this.#rules.entries()) for (const visit of cases.told()) visits.push({ rule, visit });
    for (const key of this.#casePeople) this.#wake(key, this.#clockSec, visits);
  }

  /** Scans of vehicles without a timetable may change the runs, and with them the stays of all aboard. */
  #takeScans(clockSec: number, visits: RuleVisit[]): void {
    const { live } = this.#tables;
    const changed = new Map<number, { isOther: boolean; sinceSec: number }>();
    for (const rows of this.#pending.values()) {
      for (const { place, time, run } of rows) {
        if (run !== 0 || !live.isCut(place)) continue;
        const { change, sinceSec } = live.add(place, time);
        if (change === NOTHING) continue;
        const before = changed.get(place) ?? { isOther: false, sinceSec };
        changed.set(place, { isOther: before.isOther || change === OTHER_RUNS, sinceSec: Math.min(before.sinceSec, sinceSec) });
      }
    }
    for (const [vehicle, { isOther, sinceSec }] of changed) {
      this.#people.touchRiders(vehicle, isOther);
      for (const key of this.#old.riders(vehicle, sinceSec)) this.#wake(key, clockSec, visits);
    }
  }

  #takePending(clockSec: number, visits: RuleVisit[]): void {
    for (const [key, rows] of this.#pending) {
      const person = this.#wake(key, clockSec, visits) ?? this.#people.open(key, []);
      for (const row of rows) if (!this.#people.add(person, row)) this.duplicates++;
    }
    this.#pending.clear();
  }

  /**
   * Someone whose stays may change by check-ins from an instant on, with the old ones that go on; undefined if there are none. Of a case the old stays that
   * are settled are visits, once.
   */
  #wake(key: string, clockSec: number, visits: RuleVisit[]): OpenPerson | undefined {
    const known = this.#people.get(key);
    if (known) return known;
    const rows = this.#old.take(key, clockSec);
    if (this.#casePeople.has(key) && !this.#knownCases.has(key)) {
      this.#knownCases.add(key);
      for (const stay of this.#old.known(key)) this.#visitsOf(this.#widened(stay), visits);
    }
    return rows.length === 0 ? undefined : this.#people.open(key, rows);
  }
  readonly #knownCases = new Set<string>();

  #inferTouched(): void {
    this.#people.infer(({ key }) => {
      if (this.#casePeople.has(key)) this.#areCasesMoved = true;
    });
  }

  /** Matches what the clock settles, until nothing is left. */
  #meet(visits: RuleVisit[]): void {
    for (;;) {
      const stays: LiveStay[] = [];
      this.#people.takeSettled(this.#clockSec, (stay) => {
        const settled = this.#widened(stay);
        stays.push(settled);
        if (!this.#casePeople.has(stay.key)) return;
        this.#areCasesMoved = true;
        this.#visitsOf(settled, visits);
      });
      const found = visits.splice(0);
      for (const { rule, visit } of found) {
        const own = this.#rules[rule]!.visits;
        own.add(visit);
        this.#waiting.meet(visit, own, this.#closer(rule));
      }
      this.#meetOld(found, visits);
      for (const stay of stays) {
        for (const [rule, { visits: own }] of this.#rules.entries()) own.meet(stay, this.#closer(rule));
        this.#waiting.add(stay);
        this.#homes?.remember(stay);
      }
      this.#inferTouched();
      if (visits.length === 0 && !this.#people.isDue(this.#clockSec)) return;
    }
  }

  #visitsOf(stay: LiveStay, into: RuleVisit[]): void {
    for (const [rule, { cases }] of this.#rules.entries()) for (const visit of cases.visitsOf(stay)) into.push({ rule, visit });
  }

  #closer(rule: number): (visit: LiveVisit, stay: LiveStay, kind: number, distanceM: number) => void {
    return (visit, stay, kind, distanceM) =>
      void this.#closed.push({ rule, visit, stay, kind, distanceM, closedSec: Math.max(visit.settledSec, stay.settledSec) });
  }

  /** Settled visits and the stays known before: those that are still open go on in the stream, and meet the visits when they are settled. */
  #meetOld(found: readonly RuleVisit[], visits: RuleVisit[]): void {
    const { skewSec } = this.#tables;
    const queries: (RoomQuery & { readonly by: RuleVisit; readonly distanceM: number })[] = [];
    for (const by of found) {
      const { neighbours, reach } = this.#rules[by.rule]!.visits;
      const { run, start, possible, place: here } = by.visit;
      // A second on each side: stays of no length count under closed bounds.
      const [startSec, endSec] = [Math.max(0, start - skewSec - 1), possible + skewSec + Math.max(1, reach.behind)];
      for (const { place, distanceM } of neighbours.of(here))
        queries.push({ place, run, startSec, endSec, by, distanceM: distanceM < 0 ? 0xffff_ffff : distanceM });
    }
    if (queries.length === 0) return;
    const mayBeOpen = this.#old.mayBeOpen(this.#clockSec);
    const looked = new Map<string, readonly OpenStay[]>();
    this.#old.sealed.near(queries, (query, stay) => {
      const { by, distanceM } = queries[query]!;
      if (this.#old.isTaken(stay) || stay.key === by.visit.key) return;
      if (mayBeOpen) {
        this.#wake(stay.key, this.#clockSec, visits);
        if (this.#old.isTaken(stay)) return;
      }
      let settledSec = stay.possible;
      if (this.#old.mayBeOpen(this.#firstClockSec)) {
        let own = looked.get(stay.key);
        if (!own) looked.set(stay.key, (own = this.#old.known(stay.key)));
        settledSec = own.find(({ rows }) => rows[0]!.line === stay.rows[0]!.line && rows[0]!.file === stay.rows[0]!.file)?.settledSec ?? settledSec;
      }
      const { visits: own } = this.#rules[by.rule]!;
      own.tell(by.visit, this.#widened({ ...stay, settledSec }), distanceM, this.#closer(by.rule));
    });
  }

  /** Says where cases may be that are not settled yet: near them settled stays wait. */
  #expectCases(): void {
    if (!this.#areCasesMoved) return;
    this.#areCasesMoved = false;
    const { skewSec } = this.#tables;
    const open = new Map<number, number>();
    const scopes = new Set(this.#rules.map(({ visits }) => visits.neighbours));
    const note = (place: number, startSec: number): void => {
      const from = startSec - skewSec - 1;
      for (const scope of scopes) for (const near of scope.of(place)) if (from < (open.get(near.place) ?? Number.POSITIVE_INFINITY)) open.set(near.place, from);
    };
    for (const key of this.#casePeople) for (const { place, start, isDone } of this.#people.get(key)?.stays ?? []) if (!isDone) note(place, start);
    for (const { cases } of this.#rules) for (const { place, startSec } of cases.openRides()) note(place, startSec);
    this.#waiting.expect(open);
  }

  #widened(stay: LiveStay): LiveStay {
    const { skewSec } = this.#tables;
    if (skewSec === 0) return stay;
    setTimes(first, stay);
    allowForSkew(skewSec, 1, first.start, first.certain, first.likely, first.possible);
    const { key, place, run, method, flags, carriage, seat, rows, settledSec } = stay;
    const times = { start: first.start[0]!, certain: first.certain[0]!, likely: first.likely[0]!, possible: first.possible[0]! };
    return { key, place, run, ...times, method, flags, carriage, seat, rows, settledSec };
  }
}

const first = oneTimes();
const empty = new Uint32Array(0);
const NO_STAYS = {
  count: 0,
  person: empty,
  place: empty,
  run: empty,
  start: empty,
  certain: empty,
  likely: empty,
  possible: empty,
  method: new Uint8Array(0),
  flags: new Uint8Array(0),
  carriage: empty,
  seat: empty,
  ofPerson: empty,
  firstRow: empty,
  rows: empty,
};
