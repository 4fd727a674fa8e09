/** Why an episode does not count for a rule: seats or residence, with what was compared. Asked for few episodes, after grading. */
import { TOGETHER, episodeTimes, type Episodes } from '../match/episodes.js';
import type { MatchTables } from '../match/generations.js';
import { itineraryPresence, type Visits } from '../match/visits.js';
import type { Case } from '../model/case.js';
import type { Rule } from '../model/rule.js';
import { DAY_SEC } from '../core/zone.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { presenceSec } from './residence.js';
import { EXCLUDED, judgeSeats, type Seat } from './seats.js';

export type Exclusion =
  | { readonly by: 'seats'; readonly ofCase: Seat; readonly ofContact: Seat }
  | { readonly by: 'residence'; readonly caseSec: number; readonly contactSec: number; readonly moreThanSec: number };

/** What keeps a `together` episode that does not count from counting. Seats are judged first, as in grading. */
export function whyExcluded(
  rule: Rule,
  tables: MatchTables,
  neighbours: PlaceNeighbours,
  episodes: Episodes,
  row: number,
  visits: Visits,
  aCase: Case,
): Exclusion {
  const { stays, places, inputs, runs } = tables;
  const { text } = inputs.ids;
  const v = episodes.visit.data[row]!;
  const s = episodes.stay.data[row]!;
  const seatOf = (side: Visits | typeof stays, i: number): Seat => ({ carriage: text.text(side.carriage[i]!), seat: text.text(side.seat[i]!) });
  const [ofCase, ofContact] = [seatOf(visits, v), seatOf(stays, s)];
  if (judgeSeats(rule.seats, places.get(visits.place[v]!), ofCase, ofContact) === EXCLUDED || !rule.residence) return { by: 'seats', ofCase, ofContact };
  const { endSec } = episodeTimes(visits, v, episodes.times, row, TOGETHER, 0);
  const fromSec = endSec - rule.residence.withinDays * DAY_SEC;
  const told = aCase.itinerary.flatMap((each) => itineraryPresence(each, inputs, places, runs));
  return {
    by: 'residence',
    caseSec: presenceSec(aCase.person, { place: visits.place[v]!, run: visits.run[v]! }, fromSec, endSec, stays, neighbours, told),
    contactSec: presenceSec(stays.person[s]!, { place: stays.place[s]!, run: stays.run[s]! }, fromSec, endSec, stays, neighbours, []),
    moreThanSec: rule.residence.moreThanSec,
  };
}
