/** Why a person is, or is not, a contact of a case: the shared stays, each clause's arithmetic, and what came closest. */
import { windowOf } from '../../match/case-windows.js';
import { isContact } from '../../match/pairs.js';
import type { Case } from '../../model/case.js';
import { scopeText } from '../../model/scope.js';
import { GRADES } from '../../model/stay.js';
import { DAY_SEC } from '../../core/zone.js';
import { Cells } from '../cells.js';
import { putEpisode, rowsOfPair } from '../episodes.js';
import type { Found } from '../found.js';
import { RowBlock } from '../row-block.js';
import { columnsOf, type EpisodeRow } from '../rows.js';
import { clauseArithmetic, type ShownPair } from './arithmetic.js';
import type { Explanation, ExplainedWindow } from './explanation.js';
import { explainMeetings } from './meetings.js';
import { nearestMisses } from './misses.js';
import type { Asked } from './question.js';
import { StayTeller } from './stay-teller.js';

/** Explains one pair from what a match of that case alone found. */
export function explainPair(found: Found, asked: Asked): Explanation {
  const { plan, contactId } = asked;
  const { tables, rule, zone } = found;
  const { inputs, stays } = tables;
  const generation = found.generations[0]!;
  const { visits } = generation;
  const aCase = generation.cases[0]!;
  const person = inputs.ids.person.find(contactId);
  const { pairs, positions, lo, hi } = generation.pairs.ofPerson(person);
  const pair = lo < hi ? positions[lo]! : undefined;
  const shown: ShownPair = { pairs, visits, rows: pair === undefined ? [] : rowsOfPair(found, generation, pairs, pair) };
  const isListed = pair !== undefined && isContact(pairs, pair);
  const teller = new StayTeller(tables, zone, asked);
  const meetings = explainMeetings(found, shown, asked, teller);
  const clauses = clauseArithmetic(rule, shown, tables.places, zone);
  return {
    rule_id: rule.id,
    case_id: asked.caseId,
    case_person_id: inputs.ids.person.text(aCase.person),
    contact_id: contactId,
    grade: isListed ? GRADES[pairs.grade.data[pair]!]! : 'below',
    reasons: isListed ? new Cells(found).reasons(pairs.clauses.data[pair]!) : '',
    settings: {
      tz: zone.name ?? null,
      scope: scopeText(plan.scope ?? rule.scope),
      lag_s: found.lagSec,
      bounds: plan.isClosed ? 'closed' : 'half-open',
      min_overlap_s: plan.minOverlapSec,
      skew_s: asked.skewSec,
      exclude_conflicts: plan.excludeConflicts,
    },
    window: explainWindow(found, aCase),
    case_visits: visits.count,
    contact_stays: person < 0 ? 0 : (stays.ofPerson[person + 1] ?? 0) - (stays.ofPerson[person] ?? 0),
    meetings,
    clauses,
    nearest: isListed ? [] : nearestMisses(found, person, meetings, clauses, asked, teller),
    episodes: episodesOf(found, shown, person),
  };
}

function episodesOf(found: Found, { pairs, rows }: ShownPair, person: number): EpisodeRow[] {
  const columns = columnsOf('episodes', found);
  const cells = new Cells(found);
  const block = new RowBlock(columns.length);
  return rows.map((row) => {
    putEpisode(found, block, found.generations[0]!, pairs, row, person);
    const episode = cells.row<'episodes'>(columns, block, 0);
    block.clear();
    return episode;
  });
}

function explainWindow({ tables, rule, zone }: Found, { fromSec, toSec, hasStays }: Case): ExplainedWindow {
  const textOf = (sec: number): string | null => (Number.isFinite(sec) ? zone.text(sec) : null);
  const days = { days_before: rule.daysBefore, days_after: rule.daysAfter };
  if (!hasStays) return { from: null, to: null, from_source: 'itinerary', to_source: 'itinerary', anchor_date: null, ...days };
  const { from, to, anchorDay } = windowOf(tables.inputs, 0, rule, zone);
  const isCounted = [from, to].some((source) => source !== null && !['infectious_from', 'infectious_to', 'isolated_at'].includes(source));
  return {
    from: textOf(fromSec),
    to: textOf(toSec),
    from_source: from,
    to_source: to,
    anchor_date: anchorDay === undefined || !isCounted ? null : new Date(anchorDay * DAY_SEC * 1000).toISOString().slice(0, 10),
    ...days,
  };
}
