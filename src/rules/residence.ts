/** Whether people lived where they met: more likely time there than the rule says, in the days up to the episode's end (SPEC section 8). */
import { lengthOf, union, type Interval } from '../core/interval.js';
import { DAY_SEC } from '../core/zone.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import type { ToldPresence } from '../match/visits.js';
import type { Residence } from '../model/rule.js';
import type { Stays } from '../model/stay.js';

/** A place and run, as the key of an episode's side. */
export interface Spot {
  readonly place: number;
  readonly run: number;
}

/** Seconds of `[start, likely)` of a person's uncut stays, and of what an itinerary tells, within [fromSec, toSec) at places that meet `spot`. */
export function presenceSec(...where: Parameters<typeof presenceSpans>): number {
  return lengthOf(presenceSpans(...where));
}

/** The same as disjoint intervals. */
export function presenceSpans(
  person: number,
  spot: Spot,
  fromSec: number,
  toSec: number,
  stays: Stays,
  neighbours: PlaceNeighbours,
  told: readonly ToldPresence[],
): Interval[] {
  const meets = (place: number, run: number): boolean => run === spot.run && neighbours.meet(place, spot.place);
  const spans: Interval[] = [];
  const add = (start: number, end: number): void => void spans.push([Math.max(start, fromSec), Math.min(end, toSec)]);
  for (let s = stays.ofPerson[person] ?? 0; s < (stays.ofPerson[person + 1] ?? 0); s++) {
    if (meets(stays.place[s]!, stays.run[s]!)) add(stays.start[s]!, stays.likely[s]!);
  }
  for (const piece of told) if (meets(piece.place, piece.run)) add(piece.startSec, piece.endSec);
  return union(spans);
}

/** Whether the residence clause lets an episode count. `caseSec` and `contactSec` are asked only if needed. */
export function allowsResidence(residence: Residence, endSec: number, caseSec: (fromSec: number) => number, contactSec: (fromSec: number) => number): boolean {
  const from = endSec - residence.withinDays * DAY_SEC;
  const isCaseResident = (): boolean => caseSec(from) > residence.moreThanSec;
  const isContactResident = (): boolean => contactSec(from) > residence.moreThanSec;
  switch (residence.who) {
    case 'both':
      return isCaseResident() && isContactResident();
    case 'case':
      return isCaseResident();
    case 'contact':
      return isContactResident();
    case 'either':
      return isCaseResident() || isContactResident();
  }
}
