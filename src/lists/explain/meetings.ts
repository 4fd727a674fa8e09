/** The meetings of one pair: both sides, the overlap at each grade, and why a meeting counts or does not. */
import { lengthOf, type Interval } from '../../core/interval.js';
import { DAY_SEC } from '../../core/zone.js';
import { NO_DISTANCE, TOGETHER, afterSecOf, episodeTimes, overlapSec } from '../../match/episodes.js';
import { itineraryPresence } from '../../match/visits.js';
import { BELOW, GRADES, flagsText, type Grade } from '../../model/stay.js';
import { allowsResidence, presenceSpans } from '../../rules/residence.js';
import { explainSeats, type SeatVerdict } from '../../rules/seats.js';
import type { Found } from '../found.js';
import type { ShownPair } from './arithmetic.js';
import type { ExplainedMeeting, ExplainedSpan, ResidenceArithmetic } from './explanation.js';
import type { Asked } from './question.js';
import type { StayTeller } from './stay-teller.js';

export function explainMeetings(found: Found, pair: ShownPair, asked: Asked, teller: StayTeller): ExplainedMeeting[] {
  return pair.rows.map((row, i) => explainMeeting(found, pair, row, i + 1, asked, teller));
}

function explainMeeting(found: Found, { pairs, visits }: ShownPair, row: number, number: number, asked: Asked, teller: StayTeller): ExplainedMeeting {
  const { rule, tables, zone, lagSec } = found;
  const { episodes } = pairs;
  const { times } = episodes;
  const [v, s, kind] = [episodes.visit.data[row]!, episodes.stay.data[row]!, episodes.kind.data[row]!];
  const isTogether = kind === TOGETHER;
  const counts = episodes.counts.data[row] === 1;
  const seatOf = (side: typeof visits | typeof tables.stays, at: number) => ({
    carriage: tables.inputs.ids.text.text(side.carriage[at]!),
    seat: tables.inputs.ids.text.text(side.seat[at]!),
  });
  const seats: SeatVerdict[] = isTogether ? explainSeats(rule.seats, tables.places.get(visits.place[v]!), seatOf(visits, v), seatOf(tables.stays, s)) : [];
  const { gapSec, endSec } = episodeTimes(visits, v, times, row, kind, lagSec);
  const own = episodes.own.data[row]!;
  const isSeatExcluded = seats.some(({ verdict }) => verdict === 'excluded');
  const endedBy = (name: Grade): 'case' | 'contact' | 'both' => {
    const apart = visits[name][v]! - times[name][row]!;
    return apart === 0 ? 'both' : apart < 0 ? 'case' : 'contact';
  };
  return {
    number,
    kind: isTogether ? 'together' : 'after',
    grade: episodes.grade.data[row] === BELOW ? 'below' : GRADES[episodes.grade.data[row]!]!,
    meets_at: isTogether ? GRADES[own]! : null,
    counts,
    excluded_by: counts ? null : !isTogether ? 'after' : isSeatExcluded ? 'seats' : 'residence',
    case: teller.visit(visits, v),
    contact: teller.stay(s),
    distance_m: episodes.distanceM.data[row] === NO_DISTANCE ? null : episodes.distanceM.data[row]!,
    start: zone.text(Math.max(visits.start[v]!, times.start[row]!)),
    overlap_certain_s: overlapSec(visits, v, times, row, 0),
    overlap_likely_s: overlapSec(visits, v, times, row, 1),
    overlap_possible_s: overlapSec(visits, v, times, row, 2),
    ended_by: { certain: endedBy('certain'), likely: endedBy('likely'), possible: endedBy('possible') },
    after_s: afterSecOf(visits, v, times, row, lagSec),
    gap_s: isTogether ? null : gapSec,
    flags: flagsText(episodes.flags.data[row]!),
    seats,
    residence: isTogether && !isSeatExcluded ? residenceOf(found, visits, v, s, endSec, asked) : null,
  };
}

/** Null where the rule asks for none. */
function residenceOf(
  { rule, tables, zone, generations }: Found,
  visits: ShownPair['visits'],
  v: number,
  s: number,
  endSec: number,
  { neighbours }: Asked,
): ResidenceArithmetic | null {
  if (!rule.residence) return null;
  const { stays, inputs, places, runs } = tables;
  const { withinDays, moreThanSec, who } = rule.residence;
  const from = endSec - withinDays * DAY_SEC;
  const aCase = generations[0]!.cases[visits.case[v]!]!;
  const told = aCase.itinerary.flatMap((row) => itineraryPresence(row, inputs, places, runs));
  const spansOf = (person: number, place: number, run: number, itinerary: typeof told): Interval[] =>
    presenceSpans(person, { place, run }, from, endSec, stays, neighbours, itinerary);
  const caseSpans = spansOf(aCase.person, visits.place[v]!, visits.run[v]!, told);
  const contactSpans = spansOf(stays.person[s]!, stays.place[s]!, stays.run[s]!, []);
  const show = ([start, end]: Interval): ExplainedSpan => ({ start: zone.text(start), end: zone.text(end), sec: end - start });
  const [caseSec, contactSec] = [lengthOf(caseSpans), lengthOf(contactSpans)];
  return {
    who,
    from: zone.text(from),
    to: zone.text(endSec),
    more_than_s: moreThanSec,
    case_spans: caseSpans.map(show),
    contact_spans: contactSpans.map(show),
    case_s: caseSec,
    contact_s: contactSec,
    holds: allowsResidence(
      rule.residence,
      endSec,
      () => caseSec,
      () => contactSec,
    ),
  };
}
