/** Episodes that close one after the other → events: each episode once, and a line whenever a pair becomes a contact, or a surer one. */
import { compareBytewise } from '../../core/bytewise.js';
import type { Zone } from '../../core/zone.js';
import { NO_DISTANCE, TOGETHER, episodeTimes } from '../../match/episodes.js';
import { oneTimes, setTimes, type LiveVisit } from '../../match/live/live-meetings.js';
import { BELOW, GRADES, METHODS, evidence, flagsText, type Grade } from '../../model/stay.js';
import type { Places } from '../../model/place.js';
import type { InputTables } from '../../model/tables.js';
import type { Case } from '../../model/case.js';
import type { OneStay } from '../../stays/open-stays.js';
import type { LiveMeeting, LivePairs, Verdict } from './live-pairs.js';
import type { EpisodeRow } from '../rows.js';

/** An episode that is closed: none of its columns changes any more, but `grade` where an event `contact` says so. */
export interface EpisodeEvent extends EpisodeRow {
  readonly event: 'episode';
  /** Counts the episodes from 1 on, for `regraded`. */
  readonly episode: number;
}

/** A pair of a case and a person for whom a clause of a rule holds for the first time, or at a surer grade than before, or a further one. */
export interface ContactEvent {
  readonly event: 'contact';
  readonly rule_id: string;
  readonly case_id: string;
  readonly contact_id: string;
  readonly grade: Grade;
  /** The clauses that hold at the grade, joined with `|`. */
  readonly reasons: string;
  /** Episodes of the pair that were listed with the grade `below`, and what their grade is now. */
  readonly regraded: readonly { readonly episode: number; readonly grade: Grade }[];
}

export type WatchEvent = EpisodeEvent | ContactEvent;

/** A meeting that is closed, under a rule. */
export interface ClosedMeeting extends LiveMeeting {
  readonly rule: number;
  /** The clock that had to pass for it to close. */
  readonly closedSec: number;
}

interface Pair {
  rank: number;
  clauses: number;
  /** All meetings so far; null once no further one can change the verdict. */
  meetings: LiveMeeting[] | null;
  /** Episodes listed with `below` that are worth more once the pair is a contact: number, rank. */
  waiting: [episode: number, rank: number][];
}

/** What rules the book has: their graders, and their cases. */
export interface BookRule {
  readonly pairs: LivePairs;
  readonly cases: readonly Case[];
  readonly lagSec: number;
}

export class EpisodeBook {
  readonly #rules: readonly BookRule[];
  readonly #inputs: InputTables;
  readonly #places: Places;
  readonly #zone: Zone;
  readonly #pairs: readonly Map<number, Map<string, Pair>>[];
  /** Episodes and contacts listed so far. */
  episodes = 0;
  contacts = 0;

  constructor(rules: readonly BookRule[], inputs: InputTables, places: Places, zone: Zone) {
    this.#rules = rules;
    this.#inputs = inputs;
    this.#places = places;
    this.#zone = zone;
    this.#pairs = rules.map(() => new Map());
  }

  /**
   * The events of meetings that have closed, by the instant at which each closed, then in the order of the episode list. Whoever calls gives those with
   * an earlier instant before.
   */
  *close(meetings: ClosedMeeting[]): Generator<WatchEvent> {
    const keyed = meetings.map((meeting) => ({ meeting, times: this.#timesOf(meeting, this.#rules[meeting.rule]!.lagSec) }));
    if (keyed.length > 1) keyed.sort((a, b) => this.#compare(a, b));
    for (const { meeting } of keyed) yield* this.#closeOne(meeting);
  }

  *#closeOne(meeting: ClosedMeeting): Generator<WatchEvent> {
    const { pairs, cases } = this.#rules[meeting.rule]!;
    const aCase = cases[meeting.visit.case]!;
    const pair = this.#pairOf(meeting);
    pair.meetings?.push(meeting);
    const verdict = pairs.judge(pair.meetings ?? [meeting], aCase);
    const episode = ++this.episodes;
    const isNew = pair.meetings !== null && (verdict.rank !== pair.rank || verdict.clauses !== pair.clauses);
    const wasContact = pair.rank < BELOW;
    if (pair.meetings !== null) {
      pair.rank = verdict.rank;
      pair.clauses = verdict.clauses;
      if (pairs.isSettled(pair)) pair.meetings = null;
    }
    const isContact = pair.rank < BELOW;
    yield this.#episode(meeting, episode, verdict, isContact ? verdict.own : BELOW);
    if (!isContact) {
      if (verdict.own < BELOW) pair.waiting.push([episode, verdict.own]);
      return;
    }
    if (!isNew) return;
    if (!wasContact) this.contacts++;
    yield {
      event: 'contact',
      rule_id: pairs.rule.id,
      case_id: this.#inputs.ids.case.text(aCase.caseId),
      contact_id: meeting.stay.key,
      grade: GRADES[pair.rank]!,
      reasons: pairs.reasons(pair.clauses),
      regraded: pair.waiting.map(([number, rank]) => ({ episode: number, grade: GRADES[rank]! })),
    };
    pair.waiting = [];
  }

  #pairOf({ rule, visit, stay }: ClosedMeeting): Pair {
    const ofRule = this.#pairs[rule]!;
    let ofCase = ofRule.get(visit.case);
    if (!ofCase) ofRule.set(visit.case, (ofCase = new Map()));
    let pair = ofCase.get(stay.key);
    if (!pair) ofCase.set(stay.key, (pair = { rank: BELOW, clauses: 0, meetings: [], waiting: [] }));
    return pair;
  }

  #episode({ rule, visit, stay, kind, distanceM }: ClosedMeeting, episode: number, verdict: Verdict, rank: number): EpisodeEvent {
    const { pairs, cases, lagSec } = this.#rules[rule]!;
    const { ids } = this.#inputs;
    const zone = this.#zone;
    const { startSec, endSec, overlapSec, afterSec, gapSec } = this.#timesOf({ visit, stay, kind }, lagSec);
    const place = this.#places.get(visit.place);
    return {
      event: 'episode',
      episode,
      rule_id: pairs.rule.id,
      case_id: ids.case.text(cases[visit.case]!.caseId),
      contact_id: stay.key,
      generation: 1,
      grade: rank === BELOW ? 'below' : GRADES[rank]!,
      kind: kind === TOGETHER ? 'together' : 'after',
      place_id: ids.place.text(visit.place),
      place_name: place.name,
      contact_place_id: ids.place.text(stay.place),
      run_id: ids.run.text(visit.run),
      district: place.district,
      start: zone.text(startSec),
      end: zone.text(endSec),
      overlap_certain_s: overlapSec[0],
      overlap_likely_s: overlapSec[1],
      overlap_possible_s: overlapSec[2],
      after_s: afterSec,
      gap_s: kind === TOGETHER ? null : gapSec,
      distance_m: distanceM === NO_DISTANCE ? null : distanceM,
      case_start: zone.text(visit.start),
      case_end_certain: zone.text(visit.certain),
      case_end_likely: zone.text(visit.likely),
      case_end_possible: zone.text(visit.possible),
      case_method: METHODS[visit.method]!,
      contact_start: zone.text(stay.start),
      contact_end_certain: zone.text(stay.certain),
      contact_end_likely: zone.text(stay.likely),
      contact_end_possible: zone.text(stay.possible),
      contact_method: METHODS[stay.method]!,
      flags: flagsText(verdict.flags),
      case_rows: this.#visitRows(visit),
      contact_rows: this.#rowsText(stay),
    };
  }

  #timesOf({ visit, stay, kind }: Pick<LiveMeeting, 'visit' | 'stay' | 'kind'>, lagSec: number): ReturnType<typeof episodeTimes> {
    setTimes(first, visit);
    setTimes(second, stay);
    return episodeTimes(first, 0, second, 0, kind, lagSec);
  }

  #compare(a: Keyed, b: Keyed): number {
    const { ids } = this.#inputs;
    const [one, other] = [a.meeting, b.meeting];
    const caseId = ({ rule, visit }: ClosedMeeting): number => this.#rules[rule]!.cases[visit.case]!.caseId;
    return (
      one.closedSec - other.closedSec ||
      one.rule - other.rule ||
      ids.case.compare(caseId(one), caseId(other)) ||
      compareBytewise(one.stay.key, other.stay.key) ||
      a.times.startSec - b.times.startSec ||
      ids.place.compare(one.visit.place, other.visit.place) ||
      ids.place.compare(one.stay.place, other.stay.place) ||
      ids.run.compare(one.visit.run, other.visit.run) ||
      other.kind - one.kind ||
      a.times.endSec - b.times.endSec ||
      compareBytewise(this.#visitRows(one.visit), this.#visitRows(other.visit)) ||
      compareBytewise(this.#rowsText(one.stay), this.#rowsText(other.stay)) ||
      one.visit.start - other.visit.start ||
      one.visit.possible - other.visit.possible
    );
  }

  #visitRows(visit: LiveVisit): string {
    const { visits, fileNames } = this.#inputs;
    return visit.itineraryRow < 0 ? this.#rowsText(visit) : evidence(visits, fileNames, [visit.itineraryRow]);
  }

  #rowsText({ rows }: Pick<OneStay, 'rows'>): string {
    return rows.map(({ file, line }) => `${this.#inputs.fileNames[file]}:${line}`).join('|');
  }
}

type Keyed = { readonly meeting: ClosedMeeting; readonly times: ReturnType<typeof episodeTimes> };
const first = oneTimes();
const second = oneTimes();
