/** Whether seats let an episode on a vehicle count: same carriage, rows near enough (SPEC section 8). */
import type { Place } from '../model/place.js';
import type { Seats } from '../model/rule.js';

/** Where someone sat; empty texts are unknown. */
export interface Seat {
  readonly carriage: string;
  readonly seat: string;
}

export const EXCLUDED = 0;
export const ALLOWED = 1;
export const ALLOWED_UNKNOWN = 2;

/** `EXCLUDED`, `ALLOWED`, or `ALLOWED_UNKNOWN` where it counts for want of knowing better. Every rule that applies must allow it. */
export function judgeSeats(rules: readonly Seats[], place: Place, a: Seat, b: Seat): number {
  let verdict = ALLOWED;
  for (const rule of rules) {
    if (!applies(rule, place)) continue;
    const one = judgeOne(rule, a, b);
    if (one === EXCLUDED) return EXCLUDED;
    verdict = Math.max(verdict, one);
  }
  return verdict;
}

function applies({ vehicles, ventilation }: Seats, place: Place): boolean {
  if (place.kind !== 'vehicle' || (vehicles && !vehicles.includes(place.category))) return false;
  return !ventilation || (place.ventilation !== '' && ventilation.includes(place.ventilation));
}

function judgeOne({ rows }: Seats, a: Seat, b: Seat): number {
  if (a.carriage !== '' && b.carriage !== '' && a.carriage !== b.carriage) return EXCLUDED;
  if (rows === undefined) return a.carriage === '' || b.carriage === '' ? ALLOWED_UNKNOWN : ALLOWED;
  const rowA = rowOf(a.seat);
  const rowB = rowOf(b.seat);
  if (rowA !== null && rowB !== null) {
    const apart = rowA > rowB ? rowA - rowB : rowB - rowA;
    if (apart > BigInt(rows)) return EXCLUDED;
  }
  const isUnknown = rowA === null || rowB === null || (a.carriage === '') !== (b.carriage === '');
  return isUnknown ? ALLOWED_UNKNOWN : ALLOWED;
}

/** The leading digits of a seat: `12D` is in row 12, `A1` in an unknown one. */
function rowOf(seat: string): bigint | null {
  const digits = /^\d+/.exec(seat);
  return digits ? BigInt(digits[0]) : null;
}
