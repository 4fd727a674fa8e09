/** Measures of the time a case and a contact spent together, on disjoint sorted intervals (SPEC section 8). All in seconds. */
import { lengthOf, lengthWithin, type Interval } from '../core/interval.js';
import { DAY_SEC, type Zone } from '../core/zone.js';
import type { Measure } from '../model/rule.js';

export function measureSec(measure: Measure, disjoint: readonly Interval[], zone: Zone): number {
  switch (measure) {
    case 'total':
      return lengthOf(disjoint);
    case 'single':
      return longestSec(disjoint);
    case 'rolling24h':
      return mostInRollingDaySec(disjoint);
    case 'day':
      return mostInLocalDaySec(disjoint, zone);
  }
}

/** Longest interval. */
export function longestSec(disjoint: readonly Interval[]): number {
  let longest = 0;
  for (const [from, to] of disjoint) longest = Math.max(longest, to - from);
  return longest;
}

/** Most within any 24 hours: a best window begins where an interval begins or ends where one ends. */
function mostInRollingDaySec(disjoint: readonly Interval[]): number {
  let most = 0;
  for (const [from, to] of disjoint) {
    most = Math.max(most, lengthWithin(disjoint, from, from + DAY_SEC), lengthWithin(disjoint, to - DAY_SEC, to));
  }
  return most;
}

/** Most within one local calendar day. */
function mostInLocalDaySec(disjoint: readonly Interval[], zone: Zone): number {
  let most = 0;
  let lastDay = Number.NEGATIVE_INFINITY;
  for (const [from, to] of disjoint) {
    // A day that the clock shows twice may begin after an instant of the day before: one day more on each side.
    for (let day = Math.max(lastDay + 1, zone.dayAt(from) - 1); day <= zone.dayAt(to) + 1; day++) {
      most = Math.max(most, lengthWithin(disjoint, zone.dayStart(day), zone.dayStart(day + 1)));
      lastDay = day;
    }
  }
  return most;
}
