/** Which runs a vehicle was on that does not say so: those that explain most of its pings, one after the other. */
import { NO_FIT, fitRun, placesOn, type Fit, type PlacesOf } from './fit-run.js';
import type { RunPath } from './run-path.js';
import type { ScheduledRuns } from './scheduled-runs.js';
import type { Segment } from './segments.js';

/** Fewer pings than this say nothing of which run it is. */
export const LEAST_PINGS = 3;
/** A vehicle that got no further stood still, or did not go the way of the run. */
export const MOVED_M = 300;

/** A run, and how it explains pings. */
export interface Found {
  readonly run: number;
  readonly fit: Fit;
}

/** The best run, then the best of what it leaves, and so on. Fills `isUsed` with the pings between the first and the last on the way of each. */
export function explain({ track, pings }: Segment, runs: readonly number[], scheduled: ScheduledRuns, isUsed: Set<number>): Found[] {
  const ways = new Map<RunPath, PlacesOf>();
  const isTaken = (ping: number): boolean => isUsed.has(ping);
  const fitOf = (run: number): Fit => {
    const path = scheduled.pathOf(run);
    if (!path.isKnown) return NO_FIT;
    let placesOf = ways.get(path);
    if (!placesOf) ways.set(path, (placesOf = placesOn(path, track)));
    const [fromSec, toSec] = scheduled.spanOf(run);
    const inTime = pings.slice(firstAt(pings, track.sec, fromSec), firstAt(pings, track.sec, toSec));
    const fit = fitRun(placesOf, scheduled.baseSec(run), track, inTime, { isNamed: false, isTaken });
    return isEnough(fit, path.lengthM) ? fit : NO_FIT;
  };
  let open = runs.map((run): Found => ({ run, fit: fitOf(run) })).filter(({ fit }) => fit !== NO_FIT);
  const found: Found[] = [];
  while (open.length > 0) {
    const best = open.reduce((a, b) => (b.fit.score > a.fit.score ? b : a));
    found.push(best);
    const [lo, hi] = spanOf(best.fit);
    for (const ping of pings) if (ping >= lo && ping <= hi) isUsed.add(ping);
    open = open.flatMap((other) => {
      if (other === best) return [];
      const [from, to] = spanOf(other.fit);
      if (to < lo || from > hi) return [other];
      const fit = fitOf(other.run);
      return fit === NO_FIT ? [] : [{ run: other.run, fit }];
    });
  }
  return found;
}

/** Whether a fit is more than chance: enough pings, and the vehicle went along the way. */
function isEnough({ score, fixes }: Fit, lengthM: number): boolean {
  if (score <= 0 || fixes.length < LEAST_PINGS) return false;
  return fixes.at(-1)!.alongM - fixes[0]!.alongM >= Math.min(MOVED_M, lengthM / 2);
}

/** Where in an ascending list of pings the first lies that was made at `sec` or later. */
function firstAt(pings: readonly number[], secs: Float64Array, sec: number): number {
  let lo = 0;
  let hi = pings.length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (secs[pings[middle]!]! < sec) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

const spanOf = ({ fixes }: Fit): readonly [number, number] => [fixes[0]!.ping, fixes.at(-1)!.ping];
