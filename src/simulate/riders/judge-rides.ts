/** Inferred rides held against the true ones: where riders got off, whether the bounds hold, and what the confidence is worth. */
import type { Timetable } from '../../model/timetable.js';
import { CHAINED, HABIT, RETURNED, type Stays } from '../../model/stay.js';
import type { Dictionaries, InputTables } from '../../model/tables.js';
import type { RiderRide } from './rider-rows.js';

/** What was inferred, and what is true. */
export interface JudgedRides {
  readonly inputs: InputTables;
  readonly stays: Stays;
  readonly rides: Iterable<RiderRide>;
  /** The runs ridden, with the dictionaries that name them. */
  readonly timetable: Timetable;
  readonly ids: Pick<Dictionaries, 'run' | 'text'>;
}

/** How many; of rides scanned in their own vehicle unless said. */
export interface RideScore {
  /** True rides, those scanned, and those of them followed by another scan that day. */
  rides: number;
  scanned: number;
  followed: number;
  /** Of those followed by a scan: chained to it. Of those, the stop is the true one; at most the next to it. */
  chained: number;
  chainedExact: number;
  chainedNear: number;
  /** Of all scanned: a stop was inferred; the true one; at most the next to it. */
  located: number;
  exact: number;
  near: number;
  /** The run is the true one; and the true end lies in [certain, possible] then. */
  runRight: number;
  inside: number;
  /** True ends before the certain one, and after the possible one, where the run is right. */
  tooSoon: number;
  tooLate: number;
  /** By tenth of the confidence: rides, the sum of their confidence in per cent, and those whose run and stop are right. */
  readonly calibration: { rides: number; said: number; right: number }[];
}

const newScore = (): RideScore => ({
  rides: 0,
  scanned: 0,
  followed: 0,
  chained: 0,
  chainedExact: 0,
  chainedNear: 0,
  located: 0,
  exact: 0,
  near: 0,
  runRight: 0,
  inside: 0,
  tooSoon: 0,
  tooLate: 0,
  calibration: Array.from({ length: 10 }, () => ({ rides: 0, said: 0, right: 0 })),
});

/** A stop is right whichever run leads to it: on lines with one code for all vehicles the run before may have been boarded. */
export function judgeRides({ inputs, stays, rides, timetable, ids }: JudgedRides, filter: (ride: RiderRide) => boolean = () => true): RideScore {
  const score = newScore();
  const stayOf = staysByCheckIn(inputs, stays);
  const { callStop, stopText } = timetable;
  for (const ride of rides) {
    if (!filter(ride)) continue;
    score.rides++;
    const stay = ride.check_in === '' ? undefined : stayOf.get(ride.check_in);
    if (stay === undefined) continue;
    score.scanned++;
    const run = timetable.runOf(ids.run.find(ride.run_id));
    const call = timetable.firstCall(run) + ride.alight_call - 1;
    const stopAt = (position: number): string => ids.text.text(stopText.data[callStop.data[position]!]!);
    const to = inputs.ids.text.text(stays.ridden?.to[stay] ?? 0);
    const isExact = to === ride.alight_stop;
    const isNear =
      isExact || (to !== '' && ((call > timetable.firstCall(run) && stopAt(call - 1) === to) || (call < timetable.lastCall(run) && stopAt(call + 1) === to)));
    const isRun = inputs.ids.run.text(stays.run[stay]!) === ride.run_id;
    const method = stays.method[stay]!;
    if (ride.later_scan === 'yes') {
      score.followed++;
      if (method === CHAINED) {
        score.chained++;
        if (isExact) score.chainedExact++;
        if (isNear) score.chainedNear++;
      }
    }
    if (method === CHAINED || method === RETURNED || method === HABIT) {
      score.located++;
      const said = stays.ridden!.confidence[stay]!;
      const bin = score.calibration[Math.min(9, Math.floor(said / 10))]!;
      bin.rides++;
      bin.said += said;
      if (isExact && isRun) bin.right++;
    }
    if (isExact) score.exact++;
    if (isNear) score.near++;
    if (!isRun) continue;
    score.runRight++;
    const endSec = timetable.base.data[run]! + timetable.callArrival.data[call]!;
    if (endSec < stays.certain[stay]!) score.tooSoon++;
    else if (endSec > stays.possible[stay]!) score.tooLate++;
    else score.inside++;
  }
  return score;
}

/** The first stay that rests on each check-in; check-ins by their line, from 1. */
export function staysByCheckIn({ checkIns }: Pick<InputTables, 'checkIns'>, stays: Stays): Map<number, number> {
  const stayOf = new Map<number, number>();
  for (let stay = stays.count - 1; stay >= 0; stay--) {
    for (let at = stays.firstRow[stay]!; at < stays.firstRow[stay + 1]!; at++) stayOf.set(checkIns.line.data[stays.rows[at]!]!, stay);
  }
  return stayOf;
}
