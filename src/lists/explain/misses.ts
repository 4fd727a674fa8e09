/** Who is not on the list: what came closest. First the meetings that do not count, then the pairs of stays that did not meet. */
import type { ClauseArithmetic, ExplainedMeeting, Miss, MissKind } from './explanation.js';
import type { Found } from '../found.js';
import { BARE, PairMisses } from './pair-misses.js';
import type { Asked } from './question.js';
import type { StayTeller } from './stay-teller.js';

/** Nearest first, the best of each kind. `person` is negative for someone who is nowhere in the tables. */
export function nearestMisses(
  found: Found,
  person: number,
  meetings: readonly ExplainedMeeting[],
  clauses: readonly ClauseArithmetic[],
  asked: Asked,
  teller: StayTeller,
): Miss[] {
  const { stays } = found.tables;
  const [aCase] = found.generations[0]!.cases;
  const alone = (kind: MissKind): Miss[] => [{ kind, ...BARE }];
  if (aCase!.person === person) return alone('same-person');
  if (person < 0 || (stays.ofPerson[person] ?? 0) === (stays.ofPerson[person + 1] ?? 0)) return alone('no-check-ins');
  const pairs = new PairMisses(found, person, asked, teller);
  if (!pairs.hasCasePresence) return alone('no-case-presence');
  return [...clauseMisses(meetings, clauses), ...seatMisses(meetings), ...residenceMisses(meetings), ...pairs.nearest(meetings.length > 0)];
}

function clauseMisses(meetings: readonly ExplainedMeeting[], clauses: readonly ClauseArithmetic[]): Miss[] {
  const measured = clauses.flatMap(({ clause, threshold_s, grades }) => {
    const { measured_s, lacks_s } = grades.at(-1)!;
    return measured_s === null ? [] : [{ clause, had: measured_s, needed: threshold_s, lacks: lacks_s }];
  });
  const best = leastOf(measured, ({ lacks }) => lacks);
  const misses: Miss[] = [];
  if (best) misses.push({ ...BARE, kind: 'too-short', clause: best.clause, had_s: best.had, needed_s: best.needed, candidates: measured.length });
  const isSpokenOf = ({ number }: ExplainedMeeting): boolean => clauses.some(({ grades }) => grades.at(-1)!.spans.some(({ meeting }) => meeting === number));
  const unspoken = meetings.filter((meeting) => meeting.counts && !isSpokenOf(meeting));
  const longest = leastOf(unspoken, ({ overlap_possible_s }) => -overlap_possible_s);
  if (longest)
    misses.push({
      ...BARE,
      kind: 'place-kind',
      meeting: longest.number,
      case: longest.case,
      contact: longest.contact,
      overlap_s: longest.overlap_possible_s,
      candidates: unspoken.length,
    });
  return misses;
}

function seatMisses(meetings: readonly ExplainedMeeting[]): Miss[] {
  const excluded = meetings.flatMap((meeting) => {
    const seats = meeting.excluded_by === 'seats' ? meeting.seats.find(({ verdict }) => verdict === 'excluded') : undefined;
    return seats ? [{ meeting, seats }] : [];
  });
  const best = leastOf(excluded, ({ seats }) => (seats.because === 'rows' ? seats.rows_apart! - seats.rows_allowed! : Number.POSITIVE_INFINITY));
  return best ? [{ ...ofMeeting('seats', best.meeting), seats: best.seats, candidates: excluded.length }] : [];
}

function residenceMisses(meetings: readonly ExplainedMeeting[]): Miss[] {
  const excluded = meetings.filter(({ excluded_by }) => excluded_by === 'residence');
  const best = leastOf(excluded, ({ residence }) => -Math.max(residence!.case_s, residence!.contact_s));
  return best ? [{ ...ofMeeting('residence', best), residence: best.residence, candidates: excluded.length }] : [];
}

const ofMeeting = (kind: MissKind, { number, case: ofCase, contact, overlap_possible_s }: ExplainedMeeting): Miss => ({
  ...BARE,
  kind,
  meeting: number,
  case: ofCase,
  contact,
  overlap_s: overlap_possible_s,
});

/** The first of those with the least value. */
function leastOf<Item>(items: readonly Item[], valueOf: (item: Item) => number): Item | undefined {
  let best: Item | undefined;
  for (const item of items) if (best === undefined || valueOf(item) < valueOf(best)) best = item;
  return best;
}
