/** Rows as the stages behind ingest see them: typed tables, places, runs and stays, for tests of one stage alone. */
import { runSync } from '../core/steps.js';
import { Zone } from '../core/zone.js';
import type { CaseInput, CheckInInput, ItineraryInput, PlaceInput, RunInput, RunStopInput } from '../engines/inputs/row-inputs.js';
import { InputReader } from '../ingest/read-inputs.js';
import { Places } from '../model/place.js';
import { METHODS, flagsText, type Stays } from '../model/stay.js';
import type { InputTables } from '../model/tables.js';
import { Dwell, type DwellMinutes } from '../stays/dwell.js';
import { inferStays, type StayCounts } from '../stays/infer-stays.js';
import { Runs } from '../stays/segment-runs.js';

/** The seconds since 1970 of an ISO text with an offset. */
export const sec = (zoned: string): number => new Date(zoned).getTime() / 1000;

export interface TestRows {
  readonly checkIns?: readonly CheckInInput[];
  readonly places?: readonly PlaceInput[];
  readonly runs?: readonly RunInput[];
  readonly runStops?: readonly RunStopInput[];
  readonly cases?: readonly CaseInput[];
  readonly visits?: readonly ItineraryInput[];
}

/** The tables of some rows, none of which may be rejected. */
export function tablesOf({ checkIns = [], places = [], runs = [], runStops = [], cases = [], visits = [] }: TestRows, tz?: string): InputTables {
  const reader = new InputReader(new Zone(tz));
  reader.readRows('checkins', checkIns);
  reader.readRows('places', places);
  reader.readRows('runs', runs);
  reader.readRows('run-stops', runStops);
  reader.readRows('cases', cases);
  reader.readRows('visits', visits);
  if (reader.rejects.length > 0) throw new Error(`a row of the test itself was rejected: ${JSON.stringify(reader.rejects[0])}`);
  return reader.tables;
}

export interface TestStays {
  readonly inputs: InputTables;
  readonly places: Places;
  readonly runs: Runs;
  readonly stays: Stays;
  readonly counts: StayCounts;
}

export interface TestStayOptions {
  readonly dwell?: Readonly<Record<string, DwellMinutes>>;
  readonly runGapSec?: number;
  readonly skewSec?: number;
}

/** Stays of some rows, with the dwell table of the SPEC unless replaced. */
export function staysOf(rows: TestRows, { dwell, runGapSec = 2700, skewSec = 0 }: TestStayOptions = {}): TestStays {
  const inputs = tablesOf(rows);
  const places = new Places(inputs);
  const times = new Dwell(dwell);
  const runs = Runs.of(inputs, places, times, runGapSec);
  return { inputs, places, runs, ...runSync(inferStays(inputs, places, runs, times, { skewSec })) };
}

export interface StayText {
  readonly person: string;
  readonly place: string;
  readonly run: string;
  readonly start: number;
  readonly certain: number;
  readonly likely: number;
  readonly possible: number;
  readonly method: string;
  readonly flags: string;
  readonly carriage: string;
  readonly seat: string;
  /** Lines of the check-ins behind it. */
  readonly lines: readonly number[];
}

/** Stays in words, times counted from `fromSec`. */
export function stayTexts({ inputs: { ids, checkIns }, stays }: Pick<TestStays, 'inputs' | 'stays'>, fromSec = 0): StayText[] {
  return Array.from({ length: stays.count }, (_, s) => ({
    person: ids.person.text(stays.person[s]!),
    place: ids.place.text(stays.place[s]!),
    run: ids.run.text(stays.run[s]!),
    start: stays.start[s]! - fromSec,
    certain: stays.certain[s]! - fromSec,
    likely: stays.likely[s]! - fromSec,
    possible: stays.possible[s]! - fromSec,
    method: METHODS[stays.method[s]!]!,
    flags: flagsText(stays.flags[s]!),
    carriage: ids.text.text(stays.carriage[s]!),
    seat: ids.text.text(stays.seat[s]!),
    lines: Array.from(stays.rows.subarray(stays.firstRow[s], stays.firstRow[s + 1]), (row) => checkIns.line.data[row]!),
  }));
}
