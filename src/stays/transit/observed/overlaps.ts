/** Runs of one vehicle that overlap: a vehicle is on one at a time, so one must give way to the other. */
import type { Call } from '../../../model/timetable.js';

interface SeenRun {
  readonly vehicle: number;
  calls: readonly Call[];
  readonly lastSeenSec: number;
  overlaps: boolean;
}

/**
 * Cuts the times of runs that overlap the one before on the same vehicle, so that the later begins where the earlier ends: at the start of the later, or
 * where the earlier was last seen if that is after it, since what a vehicle was seen to do counts for more than what follows from its delay. Calls of the
 * earlier run after that instant are drawn back to it, calls of the later before it put off to it: none is lost. Runs of one vehicle must lie together, in
 * the order in which they were first seen. Returns how many runs overlapped the one before.
 */
export function separateRuns(runs: readonly SeenRun[]): number {
  let count = 0;
  for (let i = 1; i < runs.length; i++) {
    const [earlier, later] = [runs[i - 1]!, runs[i]!];
    if (earlier.vehicle !== later.vehicle) continue;
    const endSec = earlier.calls.at(-1)!.departureSec;
    const startSec = later.calls[0]!.arrivalSec;
    if (endSec <= startSec) continue;
    count++;
    earlier.overlaps = later.overlaps = true;
    const firstSec = earlier.calls[0]!.arrivalSec;
    const cutSec = Math.max(firstSec, Math.min(endSec, Math.max(startSec, earlier.lastSeenSec)));
    earlier.calls = earlier.calls.map((call) => timed(call, (sec) => Math.min(sec, cutSec)));
    later.calls = later.calls.map((call) => timed(call, (sec) => Math.max(sec, cutSec)));
  }
  return count;
}

function timed({ stop, arrivalSec, departureSec }: Call, of: (sec: number) => number): Call {
  return { stop, arrivalSec: of(arrivalSec), departureSec: of(departureSec) };
}
