/** When a trip calls where: the times that the feed gives, and those between them. */
import { U32Column } from '../../../core/columns.js';
import { NO_TIME, type Feed } from '../../../model/feed.js';

/** What is known of the times of all trips, and how much of it had to be filled in. */
export interface TripTimes {
  /** First and last timed call of each trip, as rows of the feed's calls. Equal where the trip cannot run: it has no two timed calls. */
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  /** Calls without a time between two that have one. */
  readonly betweenCalls: number;
  /** Calls before the first or after the last time of a trip that runs: where the vehicle was then, nobody says. */
  readonly outerCalls: number;
  /** Trips with two calls or more, but not two with a time. */
  readonly untimedTrips: number;
}

export function tripTimes({ trips, calls }: Feed): TripTimes {
  const count = trips.ids.length;
  const [first, last] = [new Uint32Array(count), new Uint32Array(count)];
  let [betweenCalls, outerCalls, untimedTrips] = [0, 0, 0];
  for (let trip = 0; trip < count; trip++) {
    const [lo, hi] = [calls.offsets[trip]!, calls.offsets[trip + 1]!];
    const isTimed = (row: number): boolean => calls.arrival[row] !== NO_TIME || calls.departure[row] !== NO_TIME;
    let begin = lo;
    while (begin < hi && !isTimed(begin)) begin++;
    let end = hi - 1;
    while (end > begin && !isTimed(end)) end--;
    if (begin >= end) {
      if (hi - lo >= 2) untimedTrips++;
      continue;
    }
    first[trip] = begin;
    last[trip] = end;
    outerCalls += begin - lo + (hi - 1 - end);
    for (let row = begin; row < end; row++) if (!isTimed(row)) betweenCalls++;
  }
  return { first, last, betweenCalls, outerCalls, untimedTrips };
}

/** Seconds after the start of the service day; the other of the two where only one is given. */
export const arrivalOf = ({ calls }: Feed, row: number): number => (calls.arrival[row] === NO_TIME ? calls.departure[row]! : calls.arrival[row]!);
export const departureOf = ({ calls }: Feed, row: number): number => (calls.departure[row] === NO_TIME ? calls.arrival[row]! : calls.departure[row]!);

/**
 * The calls of one trip at a time, from its first to its last time. A call without times gets one evenly by its position: of n calls from one timed
 * call to the next, the k-th comes after k/n of the time, whole seconds, cut off.
 */
export class TripCalls {
  /** Rows of the feed's calls are `lo..hi`; arrival and departure of row r are at `r - lo`. */
  lo = 0;
  hi = 0;
  readonly arrival: U32Column = new U32Column();
  readonly departure: U32Column = new U32Column();
  readonly #feed: Feed;
  readonly #times: TripTimes;

  constructor(feed: Feed, times: TripTimes) {
    this.#feed = feed;
    this.#times = times;
  }

  /** Turns to a trip that runs. */
  load(trip: number): void {
    const feed = this.#feed;
    this.lo = this.#times.first[trip]!;
    this.hi = this.#times.last[trip]! + 1;
    this.arrival.length = this.departure.length = 0;
    let timed = this.lo; // the timed call at or before the row
    let next = this.lo; // the timed call at or after it
    for (let row = this.lo; row < this.hi; row++) {
      if (row > next) {
        timed = next++;
        while (arrivalOf(feed, next) === NO_TIME) next++;
      }
      const from = departureOf(feed, timed);
      const between = from + Math.floor(((arrivalOf(feed, next) - from) * (row - timed)) / (next - timed));
      this.arrival.push(row === next ? arrivalOf(feed, row) : between);
      this.departure.push(row === next ? departureOf(feed, row) : between);
    }
  }
}
