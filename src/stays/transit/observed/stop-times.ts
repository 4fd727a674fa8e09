/**
 * Pings on the way of a run → when it called at each of its stops: the timetable plus the delay, which changes evenly from ping to ping, stays after the
 * last and holds back to before the first. A vehicle seen standing at a stop arrived no later than the first such ping and left no earlier than the last.
 */
import type { Call, Timetable } from '../../../model/timetable.js';
import { delayOf, type Fix } from './fit-run.js';

/** The calls of a journey as observed, in seconds since 1970. `fixes`: at least one, in the order of time, with times counted from `baseSec`. */
export function observedCalls(timetable: Timetable, journey: number, baseSec: number, fixes: readonly Fix[]): Call[] {
  const { offsets, callStop, callArrival, callDeparture } = timetable;
  const [lo, hi] = [offsets.data[journey]!, offsets.data[journey + 1]!];
  let delay = 0;
  const delays = fixes.map((fix) => (delay = delayOf(fix, delay)));
  const calls: Call[] = [];
  let lastSec = Number.NEGATIVE_INFINITY;
  for (let call = lo; call < hi; call++) {
    const [arrival, departure] = [callArrival.data[call]!, callDeparture.data[call]!];
    const leftSec = call === lo || call < hi - 1 ? departureAt(fixes, delays, departure) : Number.NaN;
    let cameSec = arrivalAt(fixes, delays, arrival);
    if (call === lo) {
      cameSec = leftSec - (departure - arrival);
      if (fixes[0]!.fromSec === Number.NEGATIVE_INFINITY) cameSec = Math.min(cameSec, fixes[0]!.sec);
    }
    const arrivalSec = Math.max(lastSec, Math.round(baseSec + cameSec));
    lastSec = call === hi - 1 && call > lo ? arrivalSec + departure - arrival : Math.max(arrivalSec, Math.round(baseSec + leftSec));
    calls.push({ stop: callStop.data[call]!, arrivalSec, departureSec: lastSec });
  }
  return calls;
}

/** When a vehicle first was where the timetable has it at `scheduled`, as it comes from before. */
function arrivalAt(fixes: readonly Fix[], delays: readonly number[], scheduled: number): number {
  const next = fixes.findIndex(({ toSec }) => toSec >= scheduled);
  if (next === 0) return scheduled + delays[0]!;
  if (next < 0) return scheduled + delays.at(-1)!;
  const [before, after] = [fixes[next - 1]!, fixes[next]!];
  const ahead = scheduled - before.toSec;
  // Standing there already: it came there at the timetable's speed, or faster if it had to.
  if (after.fromSec <= scheduled) return Math.min(after.sec, before.sec + ahead);
  return before.sec + ((after.sec - before.sec) * ahead) / (after.fromSec - before.toSec);
}

/** When it last was where the timetable has it at `scheduled`, as it goes on from there. */
function departureAt(fixes: readonly Fix[], delays: readonly number[], scheduled: number): number {
  const last = fixes.findLastIndex(({ fromSec }) => fromSec <= scheduled);
  if (last < 0) return scheduled + delays[0]!;
  if (last === fixes.length - 1) return scheduled + delays[last]!;
  const [before, after] = [fixes[last]!, fixes[last + 1]!];
  const behind = after.fromSec - scheduled;
  if (before.toSec >= scheduled) return Math.max(before.sec, after.sec - behind);
  return after.sec - ((after.sec - before.sec) * behind) / (after.fromSec - before.toSec);
}
