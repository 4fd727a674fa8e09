/**
 * How well the pings of a vehicle fit one run: the series of places along its way that explains them best, always forward, as map matching by hidden
 * Markov models finds it (Newson & Krumm 2009). Loops and ways out and back on one street are told apart by the timetable.
 */
import type { OnPath, RunPath } from './run-path.js';
import { OFF_ROUTE_M } from './run-path.js';
import type { Track } from './vehicle-tracks.js';

/** Positions are not exact: so far a vehicle may seem to go back, or to be faster than it can be. */
const BACK_M = 60;
const FASTEST_M_PER_SEC = 60;
/** Pings that have a place on the way, back to which the way to a ping is tried: between lie those that fit nothing. */
const LOOK_BACK = 4;
/** A delay of so many seconds makes a ping worthless where the run is only guessed, one of so many half as good where the vehicle named it. */
const WORTHLESS_SEC = 1800;
const NAMED_SEC = 1800;
/** What standing on at an end of the way costs where the run is only guessed: a vehicle stands there between runs too. */
const STANDING = 0.95;

/** A ping on the way of a run. */
export interface Fix extends OnPath {
  /** Position in the track. */
  readonly ping: number;
  /** Seconds after the journey's base at which it was made. */
  readonly sec: number;
}

export interface Fit {
  /** Higher is better; 0 is nothing. */
  readonly score: number;
  /** In the order of time. */
  readonly fixes: readonly Fix[];
}

export interface FitOptions {
  /** The vehicle said that it is on this run: any delay is believed, and all time at the ends of the way belongs to it. */
  readonly isNamed: boolean;
  /** Pings that belong to another run. */
  readonly isTaken?: (ping: number) => boolean;
}

/** Where a ping may be on a way. */
export type PlacesOf = (ping: number) => readonly OnPath[];

/** Asked once for each ping, since many runs go the same way. */
export function placesOn(path: RunPath, { xyz }: Track): PlacesOf {
  const known: OnPath[][] = [];
  return (ping) => (known[ping] ??= path.placesOf(xyz[ping * 3]!, xyz[ping * 3 + 1]!, xyz[ping * 3 + 2]!));
}

export const NO_FIT: Fit = { score: 0, fixes: [] };

/** Seconds by which a ping is late on a run, negative if early: nearest to `near` where it stands at a stop and could have come at any time of a span. */
export function delayOf({ sec, fromSec, toSec }: Fix, near = 0): number {
  return Math.min(sec - fromSec, Math.max(sec - toSec, near));
}

/** A ping with a place on the way, as the end of the best series of places up to it. */
interface Step extends Fix {
  score: number;
  before: Step | undefined;
}

/** Fits pings of a track to a run. `pings`: positions in the track, ascending. `placesOf`: where each may be on the way of the run. */
export function fitRun(placesOf: PlacesOf, baseSec: number, track: Track, pings: Iterable<number>, { isNamed, isTaken }: FitOptions): Fit {
  const missed = isNamed ? 0.05 : 0.5; // what a ping costs that lies between two of the series and has no place in it
  let layers: { readonly count: number; readonly steps: readonly Step[] }[] = [];
  let best: Step | undefined;
  let count = 0;
  for (const ping of pings) {
    if (isTaken?.(ping)) {
      layers = []; // a vehicle is on one run at a time
      continue;
    }
    count++;
    const places = placesOf(ping);
    if (places.length === 0) continue;
    const sec = track.sec[ping]! - baseSec;
    const steps = places.map(({ alongM, awayM, fromSec, toSec }): Step => ({ alongM, awayM, fromSec, toSec, ping, sec, score: 0, before: undefined }));
    for (const step of steps) {
      for (const layer of layers) {
        const skipped = (count - layer.count - 1) * missed;
        for (const from of layer.steps) {
          if (from.score - skipped <= step.score) continue; // moving costs too
          const score = from.score - skipped - moveCost(from, step) - (!isNamed && isSameEnd(from, step) ? STANDING : 0);
          if (score <= step.score) continue;
          step.score = score;
          step.before = from;
        }
      }
      step.score += worthOf(step, isNamed);
      if (step.score > (best?.score ?? 0)) best = step;
    }
    layers.push({ count, steps: steps.filter(({ score }) => score > 0) });
    if (layers.length > LOOK_BACK) layers.shift();
  }
  if (!best) return NO_FIT;
  const fixes: Fix[] = [];
  for (let step: Step | undefined = best; step; step = step.before) fixes.push(step);
  fixes.reverse();
  return { score: best.score, fixes: isNamed ? fixes : withoutLayovers(fixes) };
}

/** What a ping adds: 1 at the best. */
function worthOf(step: Step, isNamed: boolean): number {
  const away = (step.awayM / OFF_ROUTE_M) ** 2 / 2;
  const delay = delayOf(step);
  if (isNamed) return 1 - away - (0.4 * Math.abs(delay)) / (Math.abs(delay) + NAMED_SEC);
  return 1 - away - (delay < 0 ? -2 * delay : delay) / WORTHLESS_SEC; // early is rarer than late
}

/** What it costs to come from one place to another; Infinity if no vehicle can. */
function moveCost(from: Step, to: Step): number {
  const movedM = to.alongM - from.alongM;
  const tookSec = to.sec - from.sec;
  if (movedM < -BACK_M || movedM > FASTEST_M_PER_SEC * tookSec + 2 * BACK_M) return Number.POSITIVE_INFINITY;
  // How much the delay changed, at the least: at a stop any time of its span is as scheduled.
  const change = Math.max(0, to.sec - to.toSec - (from.sec - from.fromSec), from.sec - from.toSec - (to.sec - to.fromSec));
  return 0.2 * Math.min(1, change / Math.max(60, tookSec)) + change / WORTHLESS_SEC;
}

/** Whether both are at the first, or both at the last stop. */
function isSameEnd(a: OnPath, b: OnPath): boolean {
  const isFirst = a.fromSec === Number.NEGATIVE_INFINITY && b.fromSec === Number.NEGATIVE_INFINITY;
  return isFirst || (a.toSec === Number.POSITIVE_INFINITY && b.toSec === Number.POSITIVE_INFINITY);
}

/** Before a run begins and after it ended a vehicle stands where it does not yet, or no more, belong to it: one ping at each end is enough. */
function withoutLayovers(fixes: readonly Fix[]): readonly Fix[] {
  let lo = 0;
  while (lo + 1 < fixes.length && fixes[lo + 1]!.fromSec === Number.NEGATIVE_INFINITY) lo++;
  let hi = fixes.length;
  while (hi - 2 >= lo && fixes[hi - 2]!.toSec === Number.POSITIVE_INFINITY) hi--;
  return fixes.slice(lo, hi);
}
