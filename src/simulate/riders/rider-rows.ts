/** The tables of simulated riders as rows, and the columns of their files. */
import type { BoardingScan } from './rider-scans.js';

export interface RiderCheckIn {
  readonly person_id: string;
  readonly place_id: string;
  readonly time: string;
}

export interface RiderPlaceRow {
  readonly place_id: string;
  readonly name: string;
  readonly category: string;
  /** Degrees; empty for vehicles. */
  readonly lat: number | '';
  readonly lon: number | '';
  readonly line_id: string;
}

export interface RiderRun {
  readonly vehicle_id: string;
  readonly run_id: string;
  readonly start: string;
  readonly end: string;
  readonly line_id: string;
}

export interface RiderRunStop {
  readonly run_id: string;
  readonly stop_sequence: number;
  readonly arrival: string;
  readonly departure: string;
  readonly stop_id: string;
  readonly lat: number | '';
  readonly lon: number | '';
}

export interface RiderCase {
  readonly person_id: string;
  readonly case_id: string;
  readonly onset_date: string;
  readonly infectious_from: string;
  readonly isolated_at: string;
}

/** A ride that really took place. */
export interface RiderRide {
  readonly ride: number;
  readonly person_id: string;
  readonly run_id: string;
  readonly vehicle_id: string;
  /** The place whose code hangs in the vehicle: itself, or its line. */
  readonly place_id: string;
  readonly board_stop: string;
  /** Which call of the run it was, from 1. */
  readonly board_call: number;
  /** Departure from the stop. */
  readonly board_time: string;
  readonly alight_stop: string;
  readonly alight_call: number;
  /** Arrival at the stop. */
  readonly alight_time: string;
  readonly scan: BoardingScan;
  /** Which check-in is its scan, from 1; empty if there is none on its own vehicle. */
  readonly check_in: number | '';
  /** Whether the rider was scanned again that day, seconds after the boarding apart. */
  readonly later_scan: 'yes' | 'no';
}

export interface RiderTables {
  readonly checkins: RiderCheckIn;
  readonly places: RiderPlaceRow;
  readonly runs: RiderRun;
  readonly run_stops: RiderRunStop;
  readonly cases: RiderCase;
  readonly rides_truth: RiderRide;
}

/** Columns of each table, in the order of its file. */
export const RIDER_COLUMNS: { readonly [Name in keyof RiderTables]: readonly (keyof RiderTables[Name])[] } = {
  checkins: ['person_id', 'place_id', 'time'],
  places: ['place_id', 'name', 'category', 'lat', 'lon', 'line_id'],
  runs: ['vehicle_id', 'run_id', 'start', 'end', 'line_id'],
  run_stops: ['run_id', 'stop_sequence', 'arrival', 'departure', 'stop_id', 'lat', 'lon'],
  cases: ['person_id', 'case_id', 'onset_date', 'infectious_from', 'isolated_at'],
  rides_truth: [
    'ride',
    'person_id',
    'run_id',
    'vehicle_id',
    'place_id',
    'board_stop',
    'board_call',
    'board_time',
    'alight_stop',
    'alight_call',
    'alight_time',
    'scan',
    'check_in',
    'later_scan',
  ],
};
