/** Runs of a timetable, put into the tables of runs and places as if they had come in files: everything after this sees no difference. */
import { KINDS, type InputTables } from '../../model/tables.js';
import type { Timetable } from '../../model/timetable.js';

export interface ListOptions {
  /** So many runs of the timetable came from the tables: they are there. */
  readonly fromTables: number;
  /** Runs, by number, that were seen: they are listed as the timetable has them now, whatever the tables said. */
  readonly seen: ReadonlySet<number>;
  /** Vehicles, by dense id, whose times were moved by so many seconds. */
  readonly moved: ReadonlyMap<number, number>;
  /** Category of the vehicles of a line, both as dense ids of texts; others are buses. */
  readonly categories: ReadonlyMap<number, number>;
}

/** Lists runs and vehicles that the tables do not have, or have otherwise. */
export function listRuns(timetable: Timetable, { ids, runs, places }: InputTables, { fromTables, seen, moved, categories }: ListOptions): void {
  const seenIds = new Set(Array.from(seen, (run) => timetable.runId.data[run]!));
  const rows = Array.from({ length: runs.rowCount }, (_, row) => ({
    values: runs.columns.map(({ data }) => data[row]!),
    file: runs.file.data[row]!,
    line: runs.line.data[row]!,
  }));
  runs.clear();
  for (const { values, file, line } of rows) {
    const [vehicle, runId, start, end, lineText] = values as [number, number, number, number, number];
    if (seenIds.has(runId)) continue;
    const shift = moved.get(vehicle) ?? 0;
    runs.push([vehicle, runId, start + shift, end + shift, lineText], file, line);
  }
  const listed = new Set<number>();
  const placeId = places.column('place_id');
  for (let row = 0; row < places.rowCount; row++) listed.add(placeId[row]!);
  const bus = ids.text.intern('bus');
  const vehicleKind = 1 + KINDS.indexOf('vehicle');
  for (let run = 0; run < timetable.runCount; run++) {
    if (run < fromTables && !seen.has(run)) continue;
    const [vehicle, runId, line] = [timetable.vehicle.data[run]!, timetable.runId.data[run]!, timetable.line.data[run]!];
    runs.push([vehicle, runId, timetable.startSec(run), timetable.endSec(run), line], 0, 0);
    if (listed.has(vehicle)) continue;
    listed.add(vehicle);
    const values: Partial<Record<string, number>> = {
      place_id: vehicle,
      kind: vehicleKind,
      category: categories.get(line) ?? bus,
      lat: Number.NaN,
      lon: Number.NaN,
      line_id: line,
    };
    places.push(
      places.spec.columns.map(({ name }) => values[name] ?? 0),
      0,
      0,
    );
  }
}
