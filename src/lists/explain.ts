/** Why a person is, or is not, a contact of a case: every shared episode, and each clause's arithmetic. */
import { BELOW, GRADES, type Grade } from '../model/stay.js';
import { holds, measuredAt } from '../rules/grade.js';
import { episodeRows } from './episodes.js';
import { contactRows } from './contacts.js';
import type { Found } from './found.js';
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
  const { ids } = found.tables.inputs;
  const generation = found.generations[0]!;
  const { visits, episodes: all } = generation;
  const contact = ids.person.find(contactId);
  const isPair = (row: number): boolean => found.tables.stays.person[all.stay.data[row]!] === contact;
  let lo = 0;
  while (lo < all.count && !isPair(lo)) lo++;
  let hi = lo;
  while (hi < all.count && isPair(hi)) hi++;
  const row = [...contactRows(found)].find((each) => each.contact_id === contactId);
  return {
    rule_id: found.rule.id,
    case_id: caseId,
    contact_id: contactId,
    grade: row?.grade ?? 'below',
    reasons: row?.reasons ?? '',
    case_visits: visits.count,
    clauses: found.rule.clauses.map((clause) => {
      const measured = GRADES.map((_, rank) => measuredAt(rank, clause, found.tables, found.zone, all, lo, hi, visits));
      const rank = measured.findIndex((sec) => holds(clause, sec));
      return {
        clause: clause.text,
        certain_s: measured[0]!,
        likely_s: measured[1]!,
        possible_s: measured[2]!,
        holds: GRADES[rank < 0 ? BELOW : rank] ?? 'below',
      };
    }),
    episodes: [...episodeRows(found)].filter((each) => each.contact_id === contactId),
  };
}
