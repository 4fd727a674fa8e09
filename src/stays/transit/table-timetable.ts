/** The tables of runs and run stops → a timetable. */
import type { InputTables } from '../../model/tables.js';
import { NO_DIRECTION, type Call, type Timetable } from '../../model/timetable.js';

/** What of the tables could not be used. */
export interface TimetableGaps {
  /** Run ids of run stops that no row of runs has. */
  readonly runsUnknown: number;
  /** Runs with fewer than two stops: nobody can ride them from stop to stop. */
  readonly runsWithoutStops: number;
  /** Stops that a run reaches before it left the one before: taken as left at once. */
  readonly backwards: number;
}

/** Adds the runs of the tables whose stops are known. */
export function addTables(timetable: Timetable, { runs, runStops }: Pick<InputTables, 'runs' | 'runStops'>): TimetableGaps {
  const runOfStop = runStops.column('run_id');
  const sequence = runStops.column('stop_sequence');
  const arrival = runStops.column('arrival');
  const departure = runStops.column('departure');
  const stopId = runStops.column('stop_id');
  const lat = runStops.column('lat');
  const lon = runStops.column('lon');
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < runStops.rowCount; row++) {
    const rows = rowsOf.get(runOfStop[row]!);
    if (rows) rows.push(row);
    else rowsOf.set(runOfStop[row]!, [row]);
  }
  const journeyOf = new Map<number, { readonly journey: number; readonly baseSec: number }>();
  let backwards = 0;
  let runsWithoutStops = 0;
  for (const [run, rows] of rowsOf) {
    if (rows.length < 2) continue;
    rows.sort((a, b) => sequence[a]! - sequence[b]! || arrival[a]! - arrival[b]!);
    const calls: Call[] = rows.map((row) => ({
      // A stop without an id is a stop of this row alone.
      stop: stopId[row] === 0 ? timetable.nameless(lat[row]!, lon[row]!) : timetable.stop(stopId[row]!, lat[row]!, lon[row]!),
      arrivalSec: arrival[row]!,
      departureSec: departure[row]!,
    }));
    for (let i = 1; i < calls.length; i++) if (calls[i]!.arrivalSec < calls[i - 1]!.departureSec) backwards++;
    journeyOf.set(run, { journey: timetable.addJourney(calls), baseSec: calls[0]!.arrivalSec });
  }
  const vehicle = runs.column('vehicle_id');
  const runId = runs.column('run_id');
  const line = runs.column('line_id');
  const known = new Set<number>();
  for (let row = 0; row < runs.rowCount; row++) {
    known.add(runId[row]!);
    const calls = journeyOf.get(runId[row]!);
    if (calls) timetable.addRun({ vehicle: vehicle[row]!, runId: runId[row]!, line: line[row]!, direction: NO_DIRECTION, ...calls });
    else runsWithoutStops++;
  }
  let runsUnknown = 0;
  for (const run of rowsOf.keys()) if (!known.has(run)) runsUnknown++;
  return { runsUnknown, runsWithoutStops, backwards };
}
