/**
 * People who were at a place whether or not they scanned there, from what they scanned elsewhere:
 * - `inside`: who scanned at a place inside another (a shop of a mall) was in that one too. One for each person, place and day.
 * - `routine`: who comes from one kind of place at their usual hour and then, on all other days but few, scans here next. Where the next scan is
 *   elsewhere and an hour or more later, there was time for a visit that was not scanned; where it is sooner, they went elsewhere and do not count.
 *   A day on which they did scan counts only if it would have, had they not: otherwise visits at the end of a day would all seem to be scanned.
 */
import { DAY_SEC, type Zone } from '../../core/zone.js';
import type { Places } from '../../model/place.js';
import type { Stays } from '../../model/stay.js';
import type { CoveragePlan } from '../../model/coverage-plan.js';

export const KNOWN_BY = ['inside', 'routine'] as const;
export type KnownBy = (typeof KNOWN_BY)[number];

export interface KnownVisitor {
  readonly by: KnownBy;
  readonly place: number;
  /** About when they were there. */
  readonly sec: number;
  readonly hasScanned: boolean;
}

const HOUR = 3600;
/** Of the days on which someone came this way, the share on which they scanned here, so that it is their routine. */
const USUAL = 2 / 3;

/** The known visitors of one person, whose stays are `lo..hi`. */
export function* knownVisitors(stays: Stays, lo: number, hi: number, places: Places, plan: CoveragePlan, zone: Zone): Generator<KnownVisitor> {
  const order = Uint32Array.from({ length: hi - lo }, (_, i) => lo + i).sort((a, b) => stays.start[a]! - stays.start[b]! || a - b);
  yield* inside(stays, order, places, plan, zone);
  yield* routine(stays, order, places, plan, zone);
}

function* inside({ place, start }: Stays, order: Uint32Array, places: Places, plan: CoveragePlan, zone: Zone): Generator<KnownVisitor> {
  const last = new Map<number, number>();
  const told = new Set<string>();
  for (const stay of order) {
    const sec = start[stay]!;
    last.set(place[stay]!, sec);
    for (let up = places.parentOf(place[stay]!); up !== 0; up = places.parentOf(up)) {
      const key = `${up}|${zone.dayAt(sec)}`;
      if (told.has(key)) continue;
      told.add(key);
      yield { by: 'inside', place: up, sec, hasScanned: sec - (last.get(up) ?? Number.NEGATIVE_INFINITY) <= plan.visitSec };
    }
  }
}

interface Step {
  readonly place: number;
  /** When they scanned at the place before, and how long until the next scan. */
  readonly sec: number;
  readonly waySec: number;
  /** How long until the scan after that: the next, had that one been missed. */
  readonly afterSec: number;
}

function* routine({ place, start }: Stays, order: Uint32Array, places: Places, plan: CoveragePlan, zone: Zone): Generator<KnownVisitor> {
  const stepsFrom = new Map<string, Step[]>();
  for (let i = 0; i + 1 < order.length; i++) {
    const [here, next] = [order[i]!, order[i + 1]!];
    const waySec = start[next]! - start[here]!;
    if (waySec > DAY_SEC / 2) continue; // a night lies between, or a gap in which anything can have been
    const afterSec = i + 2 < order.length ? start[order[i + 2]!]! - start[here]! : Number.POSITIVE_INFINITY;
    const { category } = places.get(place[here]!);
    const step = { place: place[next]!, sec: start[here]!, waySec, afterSec };
    const steps = stepsFrom.get(category);
    if (steps) steps.push(step);
    else stepsFrom.set(category, [step]);
  }
  for (const steps of stepsFrom.values()) {
    for (const to of new Set(steps.map((step) => step.place))) {
      const came = steps.filter((step) => step.place === to && step.waySec <= plan.waySec);
      if (came.length < plan.minDays) continue;
      const usual = median(came.map(({ sec }) => secOfDay(sec, zone)));
      const way = median(came.map(({ waySec }) => waySec));
      const hasRoom = (sec: number): boolean => sec >= way + HOUR && sec <= DAY_SEC / 2;
      const trials = steps.filter(
        (step) =>
          apart(secOfDay(step.sec, zone), usual) <= HOUR && (step.place === to ? step.waySec <= plan.waySec && hasRoom(step.afterSec) : hasRoom(step.waySec)),
      );
      const days = new Set(trials.filter((step) => step.place === to).map(({ sec }) => zone.dayAt(sec)));
      for (const { place: next, sec } of trials) {
        // By the other days alone: whether they scanned on this one must not decide whether it counts.
        const others = trials.filter((each) => zone.dayAt(each.sec) !== zone.dayAt(sec));
        const scanned = others.filter((each) => each.place === to).length;
        if (days.size - (days.has(zone.dayAt(sec)) ? 1 : 0) < plan.minDays || scanned < USUAL * others.length) continue;
        yield { by: 'routine', place: to, sec: sec + way, hasScanned: next === to };
      }
    }
  }
}

const secOfDay = (sec: number, zone: Zone): number => (((sec + zone.offsetAt(sec)) % DAY_SEC) + DAY_SEC) % DAY_SEC;
const apart = (a: number, b: number): number => Math.min(Math.abs(a - b), DAY_SEC - Math.abs(a - b));

/** The lesser of the two in the middle, where there are two. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!;
}
