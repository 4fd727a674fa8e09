/** A bus line on a straight road, and buses seen on it, for tests of what is made of pings. */
import { Zone } from '../core/zone.js';
import type { Pings } from '../model/pings.js';
import { newDictionaries, type Dictionaries } from '../model/tables.js';
import { Timetable, type Call } from '../model/timetable.js';
import { PingReader } from '../ingest/vehicle-positions/ping-reader.js';
import { TimeReader } from '../ingest/text/time-text.js';
import type { Observed } from '../stays/transit/observed/observed.js';

/** 2022-03-01T08:00:00Z. */
export const EIGHT = 1_646_121_600;
/** Degrees on the equator: so many make a metre. */
export const METRE: number = 360 / (2 * Math.PI * 6_371_008.8);

export interface PlannedRun {
  readonly runId: string;
  readonly vehicle?: string;
  readonly line?: string;
  /** Departure from the first stop, in seconds after `EIGHT`. */
  readonly at: number;
  /** Stop, metres east of the first, and arrival and departure in seconds after the departure. A stop without metres is nowhere. */
  readonly calls: readonly (readonly [stop: string, metres: number, arrival: number, departure?: number])[];
}

export interface PlannedPing {
  readonly vehicle?: string;
  /** Seconds after `EIGHT`. */
  readonly at: number;
  readonly metres: number;
  /** Metres north of the road. */
  readonly north?: number;
  readonly trip?: string;
  readonly line?: string;
  readonly day?: string;
  readonly clock?: string;
}

/** Four stops, each 1,000 m and 100 s from the one before. */
export const FOUR_STOPS: PlannedRun['calls'] = [
  ['A', 0, 0],
  ['B', 1000, 100],
  ['C', 2000, 200],
  ['D', 3000, 300],
];

export function timetableWith(runs: readonly PlannedRun[], ids: Dictionaries = newDictionaries()): { ids: Dictionaries; timetable: Timetable } {
  const timetable = new Timetable();
  for (const { runId, vehicle = 'block', line = 'L', at, calls } of runs) {
    const journey = timetable.addJourney(
      calls.map(([stop, metres, arrivalSec, departureSec = arrivalSec]): Call => {
        const number = timetable.stop(ids.text.intern(stop), Number.isNaN(metres) ? Number.NaN : 0, metres * METRE);
        return { stop: number, arrivalSec, departureSec };
      }),
    );
    timetable.addRun({ vehicle: ids.place.intern(vehicle), runId: ids.run.intern(runId), line: ids.text.intern(line), journey, baseSec: EIGHT + at });
  }
  return { ids, timetable };
}

/** Pings as they come from a file. */
export async function pingsFrom(rows: readonly PlannedPing[], ids: Dictionaries): Promise<Pings> {
  const lines = rows.map(({ vehicle = 'bus', at, metres, north = 0, trip = '', line = '', day = '', clock = '' }) =>
    [vehicle, EIGHT + at, (north * METRE).toFixed(9), (metres * METRE).toFixed(9), trip, line, day, clock].join(),
  );
  const reader = new PingReader(ids, new TimeReader(new Zone()));
  const text = ['vehicle_id,time,lat,lon,trip_id,line_id,start_date,start_time', ...lines].join('\n');
  await reader.readCsv({ name: 'pings.csv', chunks: () => [new TextEncoder().encode(text)] });
  if (reader.rejects.length > 0) throw new Error(`a row of the test itself was rejected: ${JSON.stringify(reader.rejects[0])}`);
  return reader.pings;
}

/** Observed runs in words: times in seconds after `EIGHT`, one where arrival and departure are the same. */
export function runTexts({ runs }: Observed, { ids, timetable }: { ids: Dictionaries; timetable: Timetable }): string[] {
  return runs.map(({ vehicle, run, calls, overlaps }) => {
    const times = calls.map(({ arrivalSec, departureSec }) =>
      arrivalSec === departureSec ? arrivalSec - EIGHT : `${arrivalSec - EIGHT}-${departureSec - EIGHT}`,
    );
    return `${ids.place.text(vehicle)} ${ids.run.text(timetable.runId.data[run]!)}: ${times.join(' ')}${overlaps ? ' overlaps' : ''}`;
  });
}
