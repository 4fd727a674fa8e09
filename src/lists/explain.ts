/** Why a person is, or is not, a contact of a case: every shared episode, and each clause's arithmetic. */
import { isContact } from '../match/pairs.js';
import { BELOW, GRADES, type Grade } from '../model/stay.js';
import { holds, measuredAt } from '../rules/grade.js';
import { Cells } from './cells.js';
import type { Found } from './found.js';
import { listRows } from './lists.js';
import type { EpisodeRow } from './rows.js';

export interface ClauseArithmetic {
  /** As in `reasons`: `total>=900s`. */
  readonly clause: string;
  /** What was measured at each grade, in seconds; null where no counting episode meets at the grade. */
  readonly certain_s: number | null;
  readonly likely_s: number | null;
  readonly possible_s: number | null;
  /** The surest grade at which the clause holds, or `below`. */
  readonly holds: Grade | 'below';
}

export interface Explanation {
  readonly rule_id: string;
  readonly case_id: string;
  readonly contact_id: string;
  readonly grade: Grade | 'below';
  readonly reasons: string;
  /** How many visits of the case there are to meet at. */
  readonly case_visits: number;
  readonly clauses: readonly ClauseArithmetic[];
  readonly episodes: readonly EpisodeRow[];
}

/** Explains one pair from what a match of that case found. */
export function explainPair(found: Found, caseId: string, contactId: string): Explanation {
  const generation = found.generations[0]!;
  const { visits } = generation;
  const { pairs, positions, lo, hi } = generation.pairs.ofPerson(found.tables.inputs.ids.person.find(contactId));
  const pair = lo < hi ? positions[lo]! : undefined;
  const [from, to] = pair === undefined ? [0, 0] : [pairs.first.data[pair]!, pairs.first.data[pair + 1]!];
  const isListed = pair !== undefined && isContact(pairs, pair);
  const clauses = found.rule.clauses.map((clause) => {
    const measured = GRADES.map((_, rank) => measuredAt(rank, clause, found.tables, found.zone, pairs.episodes, from, to, visits));
    const rank = measured.findIndex((sec) => holds(clause, sec));
    const surest: Grade | 'below' = GRADES[rank < 0 ? BELOW : rank] ?? 'below';
    return { clause: clause.text, certain_s: measured[0]!, likely_s: measured[1]!, possible_s: measured[2]!, holds: surest };
  });
  return {
    rule_id: found.rule.id,
    case_id: caseId,
    contact_id: contactId,
    grade: (isListed && GRADES[pairs.grade.data[pair]!]) || 'below',
    reasons: isListed ? new Cells(found).reasons(pairs.clauses.data[pair]!) : '',
    case_visits: visits.count,
    clauses,
    episodes: [...listRows('episodes', [found])].filter((each) => each.contact_id === contactId),
  };
}
