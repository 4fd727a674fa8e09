/**
 * Where vehicles were seen: one row per ping, in any order. From plain CSV, or from GTFS-Realtime vehicle positions; both are read into this table, with
 * its ledger and its rejects.
 */
import type { Table, TableSpec } from './tables.js';

export type PingColumn = 'vehicle_id' | 'time' | 'lat' | 'lon' | 'trip_id' | 'line_id' | 'start_date' | 'start_time';

/** Vehicles are ids of the dictionary of places, trips of that of runs: a trip_id may be the run_id itself, or what stands before `@yyyyMMdd` in it. */
export const PINGS: TableSpec<PingColumn, 'pings'> = {
  name: 'pings',
  columns: [
    { name: 'vehicle_id', kind: 'id', dictionary: 'place', required: true, aliases: ['vehicle', '车牌号'] },
    { name: 'time', kind: 'start', required: true, aliases: ['timestamp', 'gps_time', '定位时间'] },
    { name: 'lat', kind: 'degrees', limit: 90, required: true, aliases: ['latitude', '纬度'] },
    { name: 'lon', kind: 'degrees', limit: 180, required: true, aliases: ['longitude', 'lng', '经度'] },
    { name: 'trip_id', kind: 'text', dictionary: 'run', aliases: ['run_id', '车次', '班次'] },
    { name: 'line_id', kind: 'text', dictionary: 'text', aliases: ['route_id'] },
    { name: 'start_date', kind: 'date', aliases: [] },
    { name: 'start_time', kind: 'clock', aliases: [] },
  ],
};

/** Pings as columns; only `0..count` are rows. */
export interface Pings {
  readonly count: number;
  /** Dense id of a place. */
  readonly vehicle: ArrayLike<number>;
  /** Seconds since 1970. */
  readonly sec: ArrayLike<number>;
  /** Degrees. */
  readonly lat: ArrayLike<number>;
  readonly lon: ArrayLike<number>;
  /** Dense id of the dictionary of runs; 0: the vehicle did not say. */
  readonly trip: ArrayLike<number>;
  /** Dense id of a text, 0 for none. */
  readonly line: ArrayLike<number>;
  /** Service day on which the trip began, in days since 1970-01-01; 0: unknown. */
  readonly startDay: ArrayLike<number>;
  /** Departure of a trip by frequency, in seconds after the start of the service day, + 1; 0: unknown. */
  readonly startClock: ArrayLike<number>;
}

/** The rows of a table of pings, as views. */
export function pingsOf(table: Table<PingColumn>): Pings {
  return {
    count: table.rowCount,
    vehicle: table.column('vehicle_id'),
    sec: table.column('time'),
    lat: table.column('lat'),
    lon: table.column('lon'),
    trip: table.column('trip_id'),
    line: table.column('line_id'),
    startDay: table.column('start_date'),
    startClock: table.column('start_time'),
  };
}
