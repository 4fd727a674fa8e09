/** Whether seats let an episode on a vehicle count: same carriage, rows near enough (SPEC section 8). */
import type { Place } from '../model/place.js';
import type { SeatMap, Seats } from '../model/rule.js';

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

function judgeOne({ rows, map }: Seats, a: Seat, b: Seat): number {
  if (a.carriage !== '' && b.carriage !== '' && a.carriage !== b.carriage) return EXCLUDED;
  if (rows === undefined && map === undefined) return a.carriage === '' || b.carriage === '' ? ALLOWED_UNKNOWN : ALLOWED;
  const [one, other] = [readSeat(a.seat, map), readSeat(b.seat, map)];
  if (one.deck !== null && other.deck !== null && one.deck !== other.deck) return EXCLUDED;
  if (one.side !== null && other.side !== null && one.side !== other.side) return EXCLUDED;
  if (rows !== undefined && one.row !== null && other.row !== null) {
    const apart = one.row > other.row ? one.row - other.row : other.row - one.row;
    if (apart > BigInt(rows)) return EXCLUDED;
  }
  const isMissing = ({ row, deck, side }: SeatPosition): boolean =>
    (rows !== undefined && row === null) || (map !== undefined && ((map.decks.length > 0 && deck === null) || (map.sides.size > 0 && side === null)));
  return isMissing(one) || isMissing(other) || (a.carriage === '') !== (b.carriage === '') ? ALLOWED_UNKNOWN : ALLOWED;
}

/** Where a seat is; null for what its name does not tell. */
interface SeatPosition {
  readonly row: bigint | null;
  readonly deck: string | null;
  readonly side: number | null;
}

/** `12D` is in row 12, `A1` in an unknown one; with four numbered seats to a row, 12 is the last place of row 3. */
function readSeat(text: string, map: SeatMap | undefined): SeatPosition {
  const deck = map?.decks.find((word) => text.startsWith(word)) ?? null;
  const seat = deck === null ? text : text.slice(deck.length);
  const digits = /^\d+/.exec(seat)?.[0];
  const number = digits === undefined ? null : BigInt(digits);
  const letter = seat.slice(digits?.length ?? 0, (digits?.length ?? 0) + 1).toUpperCase();
  const perRow = map?.perRow === undefined ? null : BigInt(map.perRow);
  if (perRow === null || number === null || number === 0n) return { row: perRow === null ? number : null, deck, side: map?.sides.get(letter) ?? null };
  const place = ((number - 1n) % perRow) + 1n;
  return { row: (number - 1n) / perRow + 1n, deck, side: map!.sides.get(String(place)) ?? null };
}
