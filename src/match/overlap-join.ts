/** The join: which stays overlap a case visit under one key, or follow it within the lag (SPEC section 7). */
import { lowerBound } from '../core/columns.js';
import type { PlaceNeighbours } from '../index/place-neighbours.js';
import type { StayIndex } from '../index/stay-index.js';
import type { Stays } from '../model/stay.js';
import { AFTER, TOGETHER, NO_DISTANCE, type Episodes } from './episodes.js';
import type { Visits } from './visits.js';

export interface JoinSettings {
  readonly lagSec: number;
  /** Whether intervals that only touch are together. */
  readonly isClosed: boolean;
  readonly minOverlapSec: number;
  /** Stays with one of these flags are left out. */
  readonly excludedFlags: number;
}

/**
 * Finds the episodes of one visit. `isLeftOut[person]` is 1 for people who may not be listed, besides the case's own person.
 * Appends them to `out`, or only counts them if `out` is null. Returns how many.
 */
export function joinVisit(
  visits: Visits, v: number, stays: Stays, index: StayIndex, neighbours: PlaceNeighbours, settings: JoinSettings, isLeftOut: Uint8Array | null, out: Episodes | null,
): number {
  const { lagSec, isClosed, minOverlapSec, excludedFlags } = settings;
  const visitStart = visits.start[v]!;
  const visitEnd = visits.possible[v]!;
  const self = visits.person[v]!;
  const { starts, ends } = index;
  const lagEnd = visitEnd + lagSec;
  const tooLate = visitEnd + Math.max(lagSec, isClosed ? 1 : 0); // stays that start here or later are neither together nor after
  const leastRaw = isClosed ? 0 : 1;
  let count = 0;
  for (const { place, distanceM } of neighbours.of(visits.place[v]!)) {
    const room = index.room(place, visits.run[v]!);
    if (room < 0) continue;
    const hi = index.offsets[room + 1]!;
    const earliest = Math.max(0, visitStart - index.longest[room]!);
    for (let at = lowerBound(starts, index.offsets[room]!, hi, earliest); at < hi; at++) {
      const start = starts[at]!;
      if (start >= tooLate) break; // sorted: no later stay can meet
      const end = ends[at]!;
      if (end < visitStart) continue; // left before the case came
      const overlap = Math.min(visitEnd, end) - Math.max(visitStart, start);
      let kind = TOGETHER;
      if (overlap >= leastRaw) {
        if (overlap < minOverlapSec) continue;
      } else {
        if (Math.min(end, lagEnd) - Math.max(start, visitEnd) <= 0) continue;
        kind = AFTER;
      }
      const stay = index.stays[at]!;
      const person = stays.person[stay]!;
      if (person === self || (isLeftOut !== null && isLeftOut[person] === 1) || (stays.flags[stay]! & excludedFlags) !== 0) continue;
      count++;
      if (out === null) continue;
      out.visit.push(v);
      out.stay.push(stay);
      out.distanceM.push(distanceM < 0 ? NO_DISTANCE : distanceM);
      out.kind.push(kind);
    }
  }
  return count;
}
