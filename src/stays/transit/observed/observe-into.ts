/** Puts what vehicles were seen to do in the place of what the timetable expected. */
import type { Pings } from '../../../model/pings.js';
import type { Dictionaries } from '../../../model/tables.js';
import type { Timetable } from '../../../model/timetable.js';
import { observeRuns } from './observe-runs.js';
import type { ObserveOptions, Observed } from './observed.js';

/**
 * Finds the runs that vehicles were on, and changes the timetable: each run observed gets its vehicle and its times as observed, under the run id it had, and
 * stands there once. Where several vehicles were on one run, that with most pings takes its place and the others are added with the same run id. Runs that
 * nobody observed stay as they are.
 *
 * Unscheduled runs have no stops and so no place in a timetable: they are returned, for the table of runs. Call it before anything was built on the
 * timetable, once, with all pings.
 */
export function observeInto(timetable: Timetable, pings: Pings, ids: Pick<Dictionaries, 'place' | 'run' | 'text'>, options: ObserveOptions = {}): Observed {
  const observed = observeRuns(pings, timetable, ids, options);
  const byPings = observed.runs.toSorted((a, b) => b.pings - a.pings); // stable: of equally many the first vehicle
  const replaced = new Set<number>();
  for (const { run, vehicle, calls } of byPings) {
    const timed = {
      vehicle,
      runId: timetable.runId.data[run]!,
      line: timetable.line.data[run]!,
      journey: timetable.addJourney(calls),
      baseSec: calls[0]!.arrivalSec,
      direction: timetable.direction.data[run]!,
    };
    if (replaced.has(run)) timetable.addRun(timed);
    else timetable.replaceRun(run, timed);
    replaced.add(run);
  }
  return observed;
}
