/** Grades the episodes of one (case, contact) pair under a rule: which count, which clauses hold, how sure (SPEC section 8). */
import { union, type Interval } from '../core/interval.js';
import { DAY_SEC, type Zone } from '../core/zone.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { TOGETHER, episodeTimes, meetingRank, overlapSec, type Episodes } from '../match/episodes.js';
import type { MatchTables } from '../match/generations.js';
import type { Grader } from '../match/pairs.js';
import { itineraryPresence, type ToldPresence, type Visits } from '../match/visits.js';
import type { Case } from '../model/case.js';
import type { Clause, Rule } from '../model/rule.js';
import { BELOW, SEAT_UNKNOWN } from '../model/stay.js';
import { measureSec } from './measures.js';
import { allowsResidence, presenceSec } from './residence.js';
import { ALLOWED_UNKNOWN, EXCLUDED, judgeSeats } from './seats.js';

export interface GradeSettings {
  readonly lagSec: number;
  readonly isClosed: boolean;
}

/** The grading of a rule, to be given to the matching. */
export function gradeBy(rule: Rule, tables: MatchTables, neighbours: PlaceNeighbours, zone: Zone, settings: GradeSettings): Grader {
  const { stays, places, inputs } = tables;
  const { text } = inputs.ids;
  const toldBy = new WeakMap<Case, readonly ToldPresence[]>();
  const toldOf = (aCase: Case): readonly ToldPresence[] => {
    let told = toldBy.get(aCase);
    if (!told) toldBy.set(aCase, (told = aCase.itinerary.flatMap((row) => itineraryPresence(row, inputs, places, tables.runs))));
    return told;
  };

  /** Whether a together episode counts; sets its flag where a seat is unknown. */
  const counts = (episodes: Episodes, row: number, visits: Visits, aCase: Case): boolean => {
    const v = episodes.visit.data[row]!;
    const s = episodes.stay.data[row]!;
    if (rule.seats.length > 0) {
      const seatOf = (side: Visits | typeof stays, i: number) => ({ carriage: text.text(side.carriage[i]!), seat: text.text(side.seat[i]!) });
      const verdict = judgeSeats(rule.seats, places.get(visits.place[v]!), seatOf(visits, v), seatOf(stays, s));
      if (verdict === EXCLUDED) return false;
      if (verdict === ALLOWED_UNKNOWN) episodes.flags.data[row]! |= SEAT_UNKNOWN;
    }
    if (!rule.residence) return true;
    const { endSec } = episodeTimes(visits, v, episodes.times, row, TOGETHER, settings.lagSec);
    const caseSec = (from: number): number =>
      presenceSec(aCase.person, { place: visits.place[v]!, run: visits.run[v]! }, from, endSec, stays, neighbours, toldOf(aCase));
    const contactSec = (from: number): number =>
      presenceSec(stays.person[s]!, { place: stays.place[s]!, run: stays.run[s]! }, from, endSec, stays, neighbours, []);
    return allowsResidence(rule.residence, endSec, caseSec, contactSec);
  };

  // Few different sets of clauses ever hold: each gets a number, 0 the empty one.
  const sets: (readonly number[])[] = [[]];
  const numbers = new Map<string, number>([['', 0]]);
  const setOf = (clauses: readonly number[]): number => {
    if (clauses.length === 1 && numberOfOne[clauses[0]!] !== undefined) return numberOfOne[clauses[0]!]!;
    const name = clauses.join();
    let number = numbers.get(name);
    if (number === undefined) {
      number = sets.push(clauses) - 1;
      numbers.set(name, number);
      if (clauses.length === 1) numberOfOne[clauses[0]!] = number;
    }
    return number;
  };
  const numberOfOne: number[] = [];
  const isPlain = rule.seats.length === 0 && !rule.residence;
  const judge = new PairJudge(rule, tables, zone);

  const grade = (episodes: Episodes, lo: number, hi: number, visits: Visits, aCase: Case): number => {
    for (let row = lo; row < hi; row++) {
      const v = episodes.visit.data[row]!;
      const isTogether = episodes.kind.data[row] === TOGETHER;
      episodes.own.push(isTogether ? meetingRank(visits, v, episodes.times, row, settings.isClosed) : BELOW - 1);
      episodes.flags.push(visits.flags[v]! | stays.flags[episodes.stay.data[row]!]!);
      episodes.counts.push(0);
      if (isTogether) episodes.counts.data[row] = isPlain || counts(episodes, row, visits, aCase) ? 1 : 0;
    }
    const rank = judge.judge(episodes, lo, hi, visits);
    for (let row = lo; row < hi; row++) {
      const isExcluded = rank === BELOW || (episodes.kind.data[row] === TOGETHER && episodes.counts.data[row] === 0);
      episodes.grade.push(isExcluded ? BELOW : episodes.own.data[row]!);
    }
    return rank === BELOW ? BELOW : rank + 4 * setOf(judge.holding);
  };
  return { grade, clauses: (set) => sets[set]! };
}

/** Judges pairs by the clauses of a rule. */
class PairJudge {
  /** Positions of the clauses that hold at the grade of the last pair judged. A new list for each set but the empty and the single ones. */
  holding: readonly number[] = [];
  readonly #rule: Rule;
  readonly #tables: MatchTables;
  readonly #zone: Zone;
  readonly #ones: readonly (readonly number[])[];

  constructor(rule: Rule, tables: MatchTables, zone: Zone) {
    this.#rule = rule;
    this.#tables = tables;
    this.#zone = zone;
    this.#ones = rule.clauses.map((_, position) => [position]);
  }

  /** The surest grade at which some clause holds. */
  judge(episodes: Episodes, lo: number, hi: number, visits: Visits): number {
    // Most pairs met once: nothing needs to be united then.
    let counting = 0;
    let only = lo;
    for (let row = lo; row < hi; row++) {
      if (episodes.counts.data[row] === 0) continue;
      counting++;
      only = row;
    }
    if (counting === 0) return BELOW;
    const { clauses } = this.#rule;
    for (let rank = counting === 1 ? episodes.own.data[only]! : 0; rank < BELOW; rank++) {
      let held: number[] | undefined;
      let first = -1;
      for (let position = 0; position < clauses.length; position++) {
        const clause = clauses[position]!;
        const sec =
          counting === 1 && clause.measure !== 'day'
            ? this.#onlySec(clause, rank, visits, episodes, only)
            : measuredAt(rank, clause, this.#tables, this.#zone, episodes, lo, hi, visits);
        if (!holds(clause, sec)) continue;
        if (first < 0) first = position;
        else (held ??= [first]).push(position);
      }
      if (first < 0) continue;
      this.holding = held ?? this.#ones[first]!;
      return rank;
    }
    return BELOW;
  }

  /** What a clause measures of a single episode; null if it speaks of other places. */
  #onlySec(clause: Clause, rank: number, visits: Visits, { visit, times }: Episodes, row: number): number | null {
    const v = visit.data[row]!;
    if ((clause.kinds || clause.categories) && !fits(clause, this.#tables.places.get(visits.place[v]!))) return null;
    const sec = overlapSec(visits, v, times, row, rank);
    return clause.measure === 'rolling24h' ? Math.min(sec, DAY_SEC) : sec;
  }
}

/** Seconds that a clause measures at a grade over the episodes `lo..hi` of one pair; null if no counting one at a place that it speaks of meets at it. */
export function measuredAt(
  grade: number,
  clause: Clause,
  { places }: MatchTables,
  zone: Zone,
  episodes: Episodes,
  lo: number,
  hi: number,
  visits: Visits,
): number | null {
  const spans = spansAt(grade, episodes, lo, hi, visits, (v) => fits(clause, places.get(visits.place[v]!)));
  return spans.length === 0 ? null : measureSec(clause.measure, union(spans), zone);
}

/** Whether a clause holds for what it measured. */
export function holds(clause: Clause, sec: number | null): boolean {
  return sec !== null && (clause.isStrict ? sec > clause.thresholdSec : sec >= clause.thresholdSec);
}

/** `[start, start + overlap)` at a grade of the counting episodes that meet at it, one for each; empty ones are kept. */
function spansAt(grade: number, episodes: Episodes, lo: number, hi: number, visits: Visits, isWanted: (visit: number) => boolean): Interval[] {
  const spans: Interval[] = [];
  for (let row = lo; row < hi; row++) {
    const v = episodes.visit.data[row]!;
    if (episodes.counts.data[row] === 0 || episodes.own.data[row]! > grade || !isWanted(v)) continue;
    const start = Math.max(visits.start[v]!, episodes.times.start[row]!);
    spans.push([start, start + overlapSec(visits, v, episodes.times, row, grade)]);
  }
  return spans;
}

/** Whether a clause speaks of such places. */
export function fits(clause: Clause, place: { readonly kind: 'venue' | 'vehicle'; readonly category: string }): boolean {
  return (!clause.kinds || clause.kinds.includes(place.kind)) && (!clause.categories || clause.categories.includes(place.category));
}
