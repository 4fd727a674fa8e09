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

/**
 * The stretch of time within which a measure counts: `measureSec` is what of the intervals lies in it. Of equal stretches the earliest; null where all
 * of the time counts, or there is none.
 */
export function measuredWithin(measure: Measure, disjoint: readonly Interval[], zone: Zone): Interval | null {
  const mostSec = measureSec(measure, disjoint, zone);
  if (measure === 'total' || mostSec === 0) return null;
  return candidates(measure, disjoint, zone).find(([from, to]) => lengthWithin(disjoint, from, to) === mostSec) ?? null;
}

function candidates(measure: Measure, disjoint: readonly Interval[], zone: Zone): Interval[] {
  if (measure === 'single') return [...disjoint];
  const found =
    measure === 'rolling24h'
      ? disjoint.flatMap(([from, to]): Interval[] => [
          [from, from + DAY_SEC],
          [to - DAY_SEC, to],
        ])
      : disjoint.flatMap(([from, to]) => localDays(from, to, zone));
  return found.sort((a, b) => a[0] - b[0]);
}

function localDays(from: number, to: number, zone: Zone): Interval[] {
  const days: Interval[] = [];
  for (let day = zone.dayAt(from) - 1; day <= zone.dayAt(to) + 1; day++) days.push([zone.dayStart(day), zone.dayStart(day + 1)]);
  return days;
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
