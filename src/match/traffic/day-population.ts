/**
 * How many people checked in anywhere on some days, exactly, for any stretch of days: kept as one number for each pair of a day and the day on which
 * the same people had checked in last before it.
 *
 * Someone is counted in days a..b on the first of them on which they checked in: on a day d of a..b whose predecessor lies before a.
 */
import type { Zone } from '../../core/zone.js';

export class DayPopulation {
  readonly firstDay: number;
  readonly lastDay: number;
  /** The zone whose days they are. */
  readonly zone: Zone;
  /** People of day `firstDay + d` who had checked in last on day `firstDay + p - 1`, or on none (p = 0), at `d * #width + p`. */
  readonly #counts: Float64Array;
  readonly #width: number;

  constructor(firstDay: number, lastDay: number, zone: Zone) {
    this.firstDay = firstDay;
    this.lastDay = lastDay;
    this.zone = zone;
    this.#width = lastDay - firstDay + 2;
    this.#counts = new Float64Array((lastDay - firstDay + 1) * this.#width);
  }

  /** Counts someone on a day who had last checked in on `before`, an earlier day; anything below `firstDay` if on none. Days out of range count for nothing. */
  add(day: number, before: number): void {
    if (day < this.firstDay || day > this.lastDay) return;
    this.#counts[(day - this.firstDay) * this.#width + Math.max(0, before - this.firstDay + 1)]!++;
  }

  /** First and last of the days on which anybody checked in; null if nobody ever did. */
  activeDays(): readonly [first: number, last: number] | null {
    const isActive = (day: number): boolean => this.count(day, day) > 0;
    let [first, last] = [this.firstDay, this.lastDay];
    while (first <= last && !isActive(first)) first++;
    while (first < last && !isActive(last)) last--;
    return first > last ? null : [first, last];
  }

  /** How many people checked in on at least one of the days a..b, both included. */
  count(a: number, b: number): number {
    const from = Math.max(0, a - this.firstDay);
    let people = 0;
    for (let d = from; d <= Math.min(b, this.lastDay) - this.firstDay; d++) {
      for (let p = 0; p <= from; p++) people += this.#counts[d * this.#width + p]!;
    }
    return people;
  }
}
