/** What each clause of a rule measures of one pair, grade by grade, with every interval that goes into it. */
import { union, type Interval } from '../../core/interval.js';
import type { Zone } from '../../core/zone.js';
import { overlapSec } from '../../match/episodes.js';
import type { Pairs } from '../../match/pairs.js';
import type { Visits } from '../../match/visits.js';
import type { Places } from '../../model/place.js';
import type { Clause, Rule } from '../../model/rule.js';
import { GRADES, type Grade } from '../../model/stay.js';
import { fits, holds } from '../../rules/grade.js';
import { measureSec, measuredWithin } from '../../rules/measures.js';
import type { ClauseArithmetic, ExplainedSpan, GradeArithmetic } from './explanation.js';

/** The episodes of a pair in the order in which they are shown: meeting n is `rows[n - 1]`. */
export interface ShownPair {
  readonly pairs: Pairs;
  readonly rows: readonly number[];
  readonly visits: Visits;
}

export function clauseArithmetic(rule: Rule, pair: ShownPair, places: Places, zone: Zone): ClauseArithmetic[] {
  return rule.clauses.map((clause) => {
    const grades = GRADES.map((grade, rank) => atGrade(clause, grade, rank, pair, places, zone));
    const [certain, likely, possible] = grades.map(({ measured_s }) => measured_s);
    return {
      clause: clause.text,
      measure: clause.measure,
      threshold_s: clause.thresholdSec,
      is_strict: clause.isStrict,
      kinds: clause.kinds ?? null,
      categories: clause.categories ?? null,
      certain_s: certain!,
      likely_s: likely!,
      possible_s: possible!,
      holds: grades.find((each) => each.holds)?.grade ?? 'below',
      grades,
    };
  });
}

function atGrade(clause: Clause, grade: Grade, rank: number, { pairs, rows, visits }: ShownPair, places: Places, zone: Zone): GradeArithmetic {
  const { episodes } = pairs;
  const spans: { readonly meeting: number; readonly interval: Interval }[] = [];
  rows.forEach((row, i) => {
    const v = episodes.visit.data[row]!;
    if (episodes.counts.data[row] === 0 || episodes.own.data[row]! > rank || !fits(clause, places.get(visits.place[v]!))) return;
    const start = Math.max(visits.start[v]!, episodes.times.start[row]!);
    spans.push({ meeting: i + 1, interval: [start, start + overlapSec(visits, v, episodes.times, row, rank)] });
  });
  const told = ([from, to]: Interval): ExplainedSpan => ({ start: zone.text(from), end: zone.text(to), sec: to - from });
  const united = union(spans.map(({ interval }) => interval));
  const within = measuredWithin(clause.measure, united, zone);
  const measured = spans.length === 0 ? null : measureSec(clause.measure, united, zone);
  const isHeld = holds(clause, measured);
  return {
    grade,
    spans: spans.map(({ meeting, interval }) => ({ meeting, ...told(interval) })),
    united: united.map(told),
    within: within && { from: zone.text(within[0]), to: zone.text(within[1]) },
    measured_s: measured,
    holds: isHeld,
    lacks_s: isHeld ? 0 : Math.max(clause.thresholdSec + (clause.isStrict ? 1 : 0) - (measured ?? 0), 0),
  };
}
