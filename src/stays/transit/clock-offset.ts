/**
 * How far the clock of a vehicle is from that of the phones that scan in it, as far as their scans tell: people scan while the doors are open, or soon after.
 *
 * For each vehicle those shifts of its runs are tried, second by second, that put most scans between 30 s before an arrival and 60 s after a departure.
 * Scans less than 20 s after the first of a group count as one: who boards together proves one stop, not many. A shift is believed only if
 *
 * 1. the vehicle has at least 20 scans,
 * 2. it explains at least a quarter of the groups more than no shift does,
 * 3. and four standard deviations more than a shift by chance: of n groups, where the average shift explains a share p, more than np + 4 √(np(1 − p)),
 * 4. and no shift that differs from it by more than 90 s explains nine tenths as many: at stops of a steady beat nobody can tell one from the next.
 *
 * The third keeps false alarms below one vehicle in a hundred, however closely its stops follow each other: where every shift explains most scans, none is
 * believed. Of the shifts that explain most, that nearest to none counts, and with it all that adjoin it and explain as many: their middle is the answer.
 * It is good to about half a minute, since that is how exactly people scan.
 */
import type { Timetable } from '../../model/timetable.js';

/** Scans as columns; those on places without runs are passed over. */
export interface ScanColumns {
  readonly count: number;
  /** Dense id of the place. */
  readonly place: ArrayLike<number>;
  /** Seconds since 1970. */
  readonly sec: ArrayLike<number>;
}

export interface ClockOffset {
  readonly vehicle: number;
  /** Seconds to be added to the times of the vehicle's runs, so that they are by the clock of the phones. */
  readonly offsetSec: number;
  readonly scans: number;
  /** Groups of scans near to the runs' times, and how many of them are at a stop with the shift and without. */
  readonly groups: number;
  readonly explained: number;
  readonly explainedBefore: number;
}

const MOST_SEC = 600;
const LEAST_SCANS = 20;
const GROUP_SEC = 20;
const BEFORE_ARRIVAL_SEC = 30;
const AFTER_DEPARTURE_SEC = 60;
const LEAST_GAIN = 0.25;
const DEVIATIONS = 4;
/** Shifts so far apart are different answers. */
const APART_SEC = 90;
const AS_GOOD = 0.9;

/** The vehicles whose clock is off, in the order in which they first come in the timetable. */
export function clockOffsets({ count, place, sec }: ScanColumns, timetable: Timetable): ClockOffset[] {
  const runsOf = new Map<number, number[]>();
  for (let run = 0; run < timetable.runCount; run++) {
    const vehicle = timetable.vehicle.data[run]!;
    const runs = runsOf.get(vehicle);
    if (runs) runs.push(run);
    else runsOf.set(vehicle, [run]);
  }
  const scansOf = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    if (!runsOf.has(place[row]!)) continue;
    const scans = scansOf.get(place[row]!);
    if (scans) scans.push(sec[row]!);
    else scansOf.set(place[row]!, [sec[row]!]);
  }
  return [...runsOf].flatMap(([vehicle, runs]) => {
    const scans = scansOf.get(vehicle) ?? [];
    const offset = scans.length < LEAST_SCANS ? undefined : offsetOf(groupsOf(scans), stopSpans(timetable, runs));
    return offset ? [{ vehicle, scans: scans.length, ...offset }] : [];
  });
}

/** Moves the runs of vehicles to the clock of the phones. */
export function applyOffsets(timetable: Timetable, offsets: readonly Pick<ClockOffset, 'vehicle' | 'offsetSec'>[]): void {
  const secOf = new Map(offsets.map(({ vehicle, offsetSec }) => [vehicle, offsetSec]));
  for (let run = 0; run < timetable.runCount; run++) timetable.base.data[run]! += secOf.get(timetable.vehicle.data[run]!) ?? 0;
}

/** The first scan of each group, ascending. */
function groupsOf(scans: number[]): number[] {
  const groups: number[] = [];
  for (const sec of scans.sort((a, b) => a - b)) if (groups.length === 0 || sec - groups.at(-1)! >= GROUP_SEC) groups.push(sec);
  return groups;
}

/** When one would scan in a vehicle: spans of seconds, both ends inclusive, ascending and apart from each other. */
function stopSpans(timetable: Timetable, runs: readonly number[]): { fromSec: number; toSec: number }[] {
  const { base, callArrival, callDeparture } = timetable;
  const all = runs.flatMap((run) => {
    const [lo, hi] = [timetable.firstCall(run), timetable.lastCall(run) + 1];
    return Array.from({ length: hi - lo }, (_, i) => ({
      fromSec: base.data[run]! + callArrival.data[lo + i]! - BEFORE_ARRIVAL_SEC,
      toSec: base.data[run]! + callDeparture.data[lo + i]! + AFTER_DEPARTURE_SEC,
    }));
  });
  const spans: typeof all = [];
  for (const span of all.sort((a, b) => a.fromSec - b.fromSec)) {
    const last = spans.at(-1);
    if (last && span.fromSec <= last.toSec + 1) last.toSec = Math.max(last.toSec, span.toSec);
    else spans.push(span);
  }
  return spans;
}

function offsetOf(
  groups: readonly number[],
  spans: readonly { readonly fromSec: number; readonly toSec: number }[],
): Omit<ClockOffset, 'vehicle' | 'scans'> | undefined {
  const changes = new Int32Array(2 * MOST_SEC + 2); // at shift s - MOST_SEC: how many more groups are explained than at the shift before
  let near = 0;
  let first = 0; // the first span that may matter: both lists ascend
  for (const sec of groups) {
    while (first < spans.length && spans[first]!.toSec < sec - MOST_SEC) first++;
    let isNear = false;
    for (let i = first; i < spans.length && spans[i]!.fromSec <= sec + MOST_SEC; i++) {
      isNear = true;
      changes[Math.max(0, sec - spans[i]!.toSec + MOST_SEC)]!++;
      changes[Math.min(2 * MOST_SEC, sec - spans[i]!.fromSec + MOST_SEC) + 1]!--;
    }
    if (isNear) near++;
  }
  const explained = new Int32Array(2 * MOST_SEC + 1);
  let sum = 0;
  let all = 0;
  for (let i = 0; i < explained.length; i++) {
    explained[i] = sum += changes[i]!;
    all += sum;
  }
  let best = MOST_SEC; // no shift
  for (let away = 1; away <= MOST_SEC; away++) {
    for (const at of [MOST_SEC - away, MOST_SEC + away]) if (explained[at]! > explained[best]!) best = at;
  }
  const most = explained[best]!;
  const before = explained[MOST_SEC]!;
  const byChance = near === 0 ? 0 : all / explained.length / near;
  if (most - before < LEAST_GAIN * near || most <= near * byChance + DEVIATIONS * Math.sqrt(near * byChance * (1 - byChance))) return undefined;
  let [lo, hi] = [best, best];
  while (lo > 0 && explained[lo - 1] === most) lo--;
  while (hi < 2 * MOST_SEC && explained[hi + 1] === most) hi++;
  if (explained.some((count, at) => (at < lo - APART_SEC || at > hi + APART_SEC) && count >= AS_GOOD * most)) return undefined;
  return { offsetSec: Math.round((lo + hi) / 2) - MOST_SEC, groups: near, explained: most, explainedBefore: before };
}
