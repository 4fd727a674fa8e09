/** What vehicles were seen to do: runs of the timetable with their times, runs that it does not have, and what became of every ping. */
import type { Zone } from '../../../core/zone.js';
import type { Call } from '../../../model/timetable.js';

export interface ObserveOptions {
  /** A vehicle that is silent for so long has ended its run, in seconds. @defaultValue 2700 */
  readonly silenceSec?: number;
  /** Shows the start in the names of unscheduled runs. @defaultValue UTC */
  readonly zone?: Zone;
  /** Whether a vehicle is one of the places. @defaultValue all are */
  readonly isKnownVehicle?: (vehicle: number) => boolean;
}

/** A run of the timetable as a vehicle was seen to make it. */
export interface ObservedRun {
  /** Dense id of the place. */
  readonly vehicle: number;
  /** Number of the run in the timetable. */
  readonly run: number;
  /** Seconds since 1970. Never earlier than the call before. */
  calls: readonly Call[];
  /** Pings on its way, and when the first and the last were made. */
  readonly pings: number;
  readonly firstSeenSec: number;
  readonly lastSeenSec: number;
  /** Half the pings are later than this; negative: early. */
  readonly medianDelaySec: number;
  /** Whether it overlapped another run of the vehicle, so that the times of both were cut where one becomes the other. */
  overlaps: boolean;
}

/** A vehicle that was under way on no run of the timetable. */
export interface UnscheduledRun {
  readonly vehicle: number;
  /** `VEHICLE@START`. */
  readonly runId: number;
  readonly line: number;
  readonly startSec: number;
  readonly endSec: number;
  readonly pings: number;
}

/** `read = duplicates + jumps + used + offRoute + idle + unscheduled`. */
export interface PingCounts {
  read: number;
  duplicates: number;
  /** Left out: the vehicle would have had to be faster than 60 m/s. */
  jumps: number;
  /** On the way of a run. */
  used: number;
  /** On a run, but away from its way or against it. */
  offRoute: number;
  /** Standing between runs. */
  idle: number;
  unscheduled: number;
}

export interface Observed {
  /** By the text of the vehicle, then by start. */
  readonly runs: readonly ObservedRun[];
  readonly unscheduled: readonly UnscheduledRun[];
  readonly pings: PingCounts;
  readonly vehicles: number;
  /** What a reader of the result should know. */
  readonly notes: readonly string[];
}
