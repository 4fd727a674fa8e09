/** Grades the episodes of one (case, contact) pair under a rule: which count, which clauses hold, how sure (SPEC section 8). */
import { union, type Interval } from '../core/interval.js';
import type { Zone } from '../core/zone.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { TOGETHER, episodeTimes, meetingRank, type Episodes } from '../match/episodes.js';
import type { ContactPair, GradePair, MatchTables } from '../match/generations.js';
import { itineraryPresence, type ToldPresence, type Visits } from '../match/visits.js';
import type { Case } from '../model/case.js';
import type { Clause, Rule } from '../model/rule.js';
import { BELOW, SEAT_UNKNOWN, endsByGrade } from '../model/stay.js';
import { measureSec } from './measures.js';
import { allowsResidence, presenceSec } from './residence.js';
import { ALLOWED_UNKNOWN, EXCLUDED, judgeSeats } from './seats.js';

export interface GradeSettings {
  readonly lagSec: number;
  readonly isClosed: boolean;
}

/** The grading of a rule, to be given to the matching. */
export function gradeBy(rule: Rule, tables: MatchTables, neighbours: PlaceNeighbours, zone: Zone, settings: GradeSettings): GradePair {
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
    const { endSec } = episodeTimes(visits, v, stays, s, TOGETHER, settings.lagSec);
    const caseSec = (from: number): number =>
      presenceSec(aCase.person, { place: visits.place[v]!, run: visits.run[v]! }, from, endSec, stays, neighbours, toldOf(aCase));
    const contactSec = (from: number): number =>
      presenceSec(stays.person[s]!, { place: stays.place[s]!, run: stays.run[s]! }, from, endSec, stays, neighbours, []);
    return allowsResidence(rule.residence, endSec, caseSec, contactSec);
  };

  return (episodes, lo, hi, visits, aCase, casePosition, contact) => {
    for (let row = lo; row < hi; row++) {
      const v = episodes.visit.data[row]!;
      const s = episodes.stay.data[row]!;
      const isTogether = episodes.kind.data[row] === TOGETHER;
      episodes.own.push(isTogether ? meetingRank(visits, v, stays, s, settings.isClosed) : BELOW - 1);
      episodes.flags.push(visits.flags[v]! | stays.flags[s]!);
      episodes.counts.push(0);
      episodes.counts.data[row] = isTogether && counts(episodes, row, visits, aCase) ? 1 : 0;
    }
    const { grade, clauses } = judgePair(rule, tables, zone, episodes, lo, hi, visits);
    for (let row = lo; row < hi; row++) {
      const isExcluded = grade === BELOW || (episodes.kind.data[row] === TOGETHER && episodes.counts.data[row] === 0);
      episodes.grade.push(isExcluded ? BELOW : episodes.own.data[row]!);
    }
    if (grade === BELOW) return null;
    let firstStartSec = Number.POSITIVE_INFINITY;
    for (let row = lo; row < hi; row++) {
      if (episodes.counts.data[row] === 0 || episodes.own.data[row]! > grade) continue;
      firstStartSec = Math.min(firstStartSec, Math.max(visits.start[episodes.visit.data[row]!]!, stays.start[episodes.stay.data[row]!]!));
    }
    return { case: casePosition, contact, grade, clauses, firstStartSec, lo, hi } satisfies ContactPair;
  };
}

/** The surest grade at which some clause holds, and the clauses that do. */
function judgePair(
  rule: Rule,
  tables: MatchTables,
  zone: Zone,
  episodes: Episodes,
  lo: number,
  hi: number,
  visits: Visits,
): { grade: number; clauses: number[] } {
  for (let grade = 0; grade < BELOW; grade++) {
    const clauses: number[] = [];
    rule.clauses.forEach((clause, position) => {
      if (holds(clause, measuredAt(grade, clause, tables, zone, episodes, lo, hi, visits))) clauses.push(position);
    });
    if (clauses.length > 0) return { grade, clauses };
  }
  return { grade: BELOW, clauses: [] };
}

/** Seconds that a clause measures at a grade over the episodes `lo..hi` of one pair; null if no counting one at a place that it speaks of meets at it. */
export function measuredAt(
  grade: number,
  clause: Clause,
  { places, stays }: MatchTables,
  zone: Zone,
  episodes: Episodes,
  lo: number,
  hi: number,
  visits: Visits,
): number | null {
  const spans = spansAt(grade, episodes, lo, hi, visits, stays, (v) => fits(clause, places.get(visits.place[v]!)));
  return spans.length === 0 ? null : measureSec(clause.measure, union(spans), zone);
}

/** Whether a clause holds for what it measured. */
export function holds(clause: Clause, sec: number | null): boolean {
  return sec !== null && (clause.isStrict ? sec > clause.thresholdSec : sec >= clause.thresholdSec);
}

/** `[start, start + overlap)` at a grade of the counting episodes that meet at it, one for each; empty ones are kept. */
export function spansAt(
  grade: number,
  episodes: Episodes,
  lo: number,
  hi: number,
  visits: Visits,
  stays: MatchTables['stays'],
  isWanted: (visit: number) => boolean = () => true,
): Interval[] {
  const visitEnd = endsByGrade(visits)[grade]!;
  const stayEnd = endsByGrade(stays)[grade]!;
  const spans: Interval[] = [];
  for (let row = lo; row < hi; row++) {
    const v = episodes.visit.data[row]!;
    const s = episodes.stay.data[row]!;
    if (episodes.counts.data[row] === 0 || episodes.own.data[row]! > grade || !isWanted(v)) continue;
    const start = Math.max(visits.start[v]!, stays.start[s]!);
    spans.push([start, Math.max(start, Math.min(visitEnd[v]!, stayEnd[s]!))]);
  }
  return spans;
}

function fits(clause: Clause, place: { readonly kind: 'venue' | 'vehicle'; readonly category: string }): boolean {
  return (!clause.kinds || clause.kinds.includes(place.kind)) && (!clause.categories || clause.categories.includes(place.category));
}
