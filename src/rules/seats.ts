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

/** What one rule of seats says of two seats; `row` of each as far as its name tells it. */
export interface SeatVerdict {
  readonly verdict: 'counts' | 'excluded' | 'unknown';
  /** What keeps them apart, or is not known. */
  readonly because: 'carriage' | 'deck' | 'side' | 'rows' | null;
  readonly rows_apart: number | null;
  /** Rows apart that still count; null where only carriages are compared. */
  readonly rows_allowed: number | null;
  readonly case_row: string | null;
  readonly contact_row: string | null;
}

/** The verdicts of all rules that apply, in their order: `judgeSeats` says the same in a number. */
export function explainSeats(rules: readonly Seats[], place: Place, a: Seat, b: Seat): SeatVerdict[] {
  return rules.flatMap((rule): SeatVerdict[] => {
    if (!applies(rule, place)) return [];
    const word = (['excluded', 'counts', 'unknown'] as const)[judgeOne(rule, a, b)]!;
    const [one, other] = [readSeat(a.seat, rule.map), readSeat(b.seat, rule.map)];
    const apart = one.row === null || other.row === null ? null : Number(one.row > other.row ? one.row - other.row : other.row - one.row);
    return [
      {
        verdict: word,
        because: word === 'counts' ? null : reasonOf(rule, word, a, b, one, other),
        rows_apart: apart,
        rows_allowed: rule.rows ?? null,
        case_row: one.row === null ? null : String(one.row),
        contact_row: other.row === null ? null : String(other.row),
      },
    ];
  });
}

function reasonOf({ rows, map }: Seats, word: 'excluded' | 'unknown', a: Seat, b: Seat, one: SeatPosition, other: SeatPosition): SeatVerdict['because'] {
  if (word === 'excluded') {
    if (a.carriage !== '' && b.carriage !== '' && a.carriage !== b.carriage) return 'carriage';
    if (one.deck !== null && other.deck !== null && one.deck !== other.deck) return 'deck';
    return one.side !== null && other.side !== null && one.side !== other.side ? 'side' : 'rows';
  }
  if (rows === undefined && map === undefined) return 'carriage';
  if (rows !== undefined && (one.row === null || other.row === null)) return 'rows';
  if (map !== undefined && map.decks.length > 0 && (one.deck === null || other.deck === null)) return 'deck';
  return map !== undefined && map.sides.size > 0 && (one.side === null || other.side === null) ? 'side' : 'carriage';
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
