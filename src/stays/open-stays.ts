/**
 * Stays that further check-ins may still change, person by person, and the instant from which on none can.
 *
 * Whoever brings check-ins promises a clock: no later one is before it. A stay is *settled* once the clock has passed `settledSec`:
 *
 * 1. A check-in at or before the possible end may join the stay or cut it. (So the clock must have passed that end.)
 * 2. On a vehicle without a timetable the run must be settled too: no scan may lengthen it, or begin another in its place.
 * 3. A stay at an unrelated place that began before the certain end may come to collide with it: the two are flagged `conflict`. (So that stay must
 *    have passed 1 and 2.)
 *
 * All three depend on what the check-ins are in the end, not on when they came: so does, in turn, everything that is said of settled stays.
 */
import type { Places } from '../model/place.js';
import type { LiveRuns } from './live-runs.js';

/** A check-in as numbers: ids of dictionaries, seconds since 1970, 0 for none. */
export interface OpenRow {
  readonly place: number;
  readonly time: number;
  readonly checkOut: number;
  readonly run: number;
  readonly carriage: number;
  readonly seat: number;
  /** Position among the inputs, and the line there. */
  readonly file: number;
  readonly line: number;
}

/** A stay as `Stays` has it, by itself. */
export interface OneStay {
  readonly place: number;
  readonly run: number;
  readonly start: number;
  readonly certain: number;
  readonly likely: number;
  readonly possible: number;
  readonly method: number;
  readonly flags: number;
  readonly carriage: number;
  readonly seat: number;
  /** What it rests on, in time order. */
  readonly rows: readonly OpenRow[];
}

/** A stay of someone that may still change, or is settled. */
export class OpenStay implements OneStay {
  readonly key: string;
  readonly place: number;
  readonly run: number;
  readonly start: number;
  readonly certain: number;
  readonly likely: number;
  readonly possible: number;
  readonly method: number;
  readonly flags: number;
  readonly carriage: number;
  readonly seat: number;
  readonly rows: readonly OpenRow[];
  /** Points 1 and 2 hold once the clock has passed this. */
  reachSec = 0;
  settledSec = 0;
  /** Whether it was handed out as settled. */
  isDone = false;

  constructor(key: string, { place, run, start, certain, likely, possible, method, flags, carriage, seat, rows }: OneStay) {
    this.key = key;
    this.place = place;
    this.run = run;
    this.start = start;
    this.certain = certain;
    this.likely = likely;
    this.possible = possible;
    this.method = method;
    this.flags = flags;
    this.carriage = carriage;
    this.seat = seat;
    this.rows = rows;
  }
}

/** Says from when on the stays of one person, sorted by start, are settled. */
export function settle(stays: readonly OpenStay[], places: Places, live: LiveRuns): void {
  for (const stay of stays) stay.settledSec = stay.reachSec = reachSec(stay, live);
  if (stays.length === 1) return;
  for (const stay of stays) {
    for (let other = 0; other < stays.length && stays[other]!.start < stay.certain; other++) {
      const { reachSec: sec, place } = stays[other]!;
      if (sec > stay.settledSec && !places.related(place, stay.place)) stay.settledSec = sec;
    }
  }
}

function reachSec({ place, possible, rows }: OneStay, live: LiveRuns): number {
  if (!live.isCut(place)) return possible;
  let sec = possible;
  for (const { time, run } of rows) if (run === 0) sec = Math.max(sec, live.settledSec(place, time));
  return sec;
}

/**
 * The start of the first of a person's stays that may change once check-ins from `clockSec` on come in, Infinity if none may: those from there on have
 * to be inferred again, and touch none before.
 */
export function firstOpenSec(stays: readonly OpenStay[], clockSec: number): number {
  let begin = Number.POSITIVE_INFINITY;
  for (const { start, settledSec } of stays) if (settledSec >= clockSec && start < begin) begin = start;
  for (let isMoved = true; isMoved;) {
    isMoved = false;
    for (const { start, possible } of stays) {
      if (start >= begin || possible < begin) continue;
      begin = start;
      isMoved = true;
    }
  }
  return begin;
}

/** How many of a person's stays, from the first on, are done and of no weight for those behind them: no collision, and no check-in among theirs. */
export function spentCount(stays: readonly OpenStay[], places: Places): number {
  let done = 0;
  while (done < stays.length && stays[done]!.isDone) done++;
  if (done === stays.length) return done;
  for (let count = done; count > 0; count--) if (isSpent(stays, count, places)) return count;
  return 0;
}

function isSpent(stays: readonly OpenStay[], count: number, places: Places): boolean {
  const from = stays[count]!.start;
  for (let i = 0; i < count; i++) {
    const { certain, place, rows } = stays[i]!;
    if (rows[rows.length - 1]!.time > from) return false;
    for (let later = count; later < stays.length && stays[later]!.start < certain; later++) if (!places.related(place, stays[later]!.place)) return false;
  }
  return true;
}

export const isSameRow = (a: OpenRow, b: OpenRow): boolean =>
  a.time === b.time && a.place === b.place && a.checkOut === b.checkOut && a.run === b.run && a.carriage === b.carriage && a.seat === b.seat;
