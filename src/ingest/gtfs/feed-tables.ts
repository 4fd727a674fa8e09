/**
 * The files of a GTFS feed that say when what runs: their columns and how a cell is read. Stops are ids of the dictionary of places, trips of that of
 * runs, all else of that of texts. Columns that are not here are ignored.
 */
import type { ColumnSpec, RowCheck, Table, TableSpec } from '../../model/tables.js';

type FeedTableName = 'agency' | 'stops' | 'routes' | 'trips' | 'stop_times' | 'calendar' | 'calendar_dates' | 'frequencies';
export type FeedTableSpec<Name extends string = string> = TableSpec<Name, FeedTableName>;

const standard = 'GTFS';
const none = { aliases: [] } as const;
const required = { required: true, aliases: [] } as const;
const text = <Name extends string>(name: Name): ColumnSpec<Name> => ({ name, kind: 'text', dictionary: 'text', ...none });
const idOf = <Name extends string>(name: Name, dictionary: 'place' | 'run' | 'text'): ColumnSpec<Name> => ({ name, kind: 'id', dictionary, ...required });
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
const NO_YES = ['0', '1'] as const;

export type AgencyColumn = 'agency_id' | 'agency_name' | 'agency_timezone';
export const AGENCY: FeedTableSpec<AgencyColumn> = {
  name: 'agency',
  standard,
  columns: [text('agency_id'), text('agency_name'), { ...text('agency_timezone'), ...required }],
};

export type StopColumn = 'stop_id' | 'stop_name' | 'stop_lat' | 'stop_lon' | 'parent_station';
export const STOPS: FeedTableSpec<StopColumn> = {
  name: 'stops',
  standard,
  columns: [
    idOf('stop_id', 'place'),
    text('stop_name'),
    { name: 'stop_lat', kind: 'degrees', limit: 90, ...none },
    { name: 'stop_lon', kind: 'degrees', limit: 180, ...none },
    { name: 'parent_station', kind: 'id', dictionary: 'place', ...none },
  ],
};

export type RouteColumn = 'route_id' | 'route_short_name' | 'route_long_name' | 'route_type';
export const ROUTES: FeedTableSpec<RouteColumn> = {
  name: 'routes',
  standard,
  columns: [idOf('route_id', 'text'), text('route_short_name'), text('route_long_name'), { name: 'route_type', kind: 'count', ...required }],
  check: { column: 'route_type', code: 'E_VALUE', expected: 'a type up to 65535', got: 'a larger one', advice: 'mend the value', holds: isType },
};

export type CalendarColumn = 'service_id' | Weekday | 'start_date' | 'end_date';
export const CALENDAR: FeedTableSpec<CalendarColumn> = {
  name: 'calendar',
  standard,
  columns: [
    idOf('service_id', 'text'),
    ...WEEKDAYS.map((name) => ({ name, kind: 'word', words: NO_YES, ...required }) as const),
    { name: 'start_date', kind: 'date', ...required },
    { name: 'end_date', kind: 'date', ...required },
  ],
  check: {
    column: 'end_date',
    code: 'E_VALUE',
    expected: 'an end at or after the start',
    holds: (value) => value('end_date') >= value('start_date'),
  },
};

/** Bit n: the service runs on weekday n, Monday first. */
export function weekdaysOf(value: (name: Weekday) => number): number {
  return WEEKDAYS.reduce((bits, name, i) => bits | ((value(name) - 1) << i), 0);
}

/** exception_type of calendar_dates, as its column has it. */
export const ADDED = 1;
export type CalendarDateColumn = 'service_id' | 'date' | 'exception_type';
export const CALENDAR_DATES: FeedTableSpec<CalendarDateColumn> = {
  name: 'calendar_dates',
  standard,
  columns: [idOf('service_id', 'text'), { name: 'date', kind: 'date', ...required }, { name: 'exception_type', kind: 'word', words: ['1', '2'], ...required }],
};

export type TripColumn = 'route_id' | 'service_id' | 'trip_id' | 'direction_id' | 'block_id';
export const TRIPS: FeedTableSpec<TripColumn> = {
  name: 'trips',
  standard,
  columns: [
    idOf('route_id', 'text'),
    idOf('service_id', 'text'),
    idOf('trip_id', 'run'),
    { name: 'direction_id', kind: 'word', words: NO_YES, ...none },
    text('block_id'),
  ],
};

export type FrequencyColumn = 'trip_id' | 'start_time' | 'end_time' | 'headway_secs' | 'exact_times';
export const FREQUENCIES: FeedTableSpec<FrequencyColumn> = {
  name: 'frequencies',
  standard,
  columns: [
    idOf('trip_id', 'run'),
    { name: 'start_time', kind: 'clock', ...required },
    { name: 'end_time', kind: 'clock', ...required },
    { name: 'headway_secs', kind: 'count', ...required },
    { name: 'exact_times', kind: 'word', words: NO_YES, ...none },
  ],
  check: [
    { column: 'end_time', code: 'E_VALUE', expected: 'an end at or after the start', holds: (value) => value('end_time') >= value('start_time') },
    {
      column: 'headway_secs',
      code: 'E_VALUE',
      expected: 'a headway of at least one second',
      got: '0',
      advice: 'mend the value',
      holds: (value) => value('headway_secs') > 1,
    },
  ],
};

export type StopTimeColumn = 'trip_id' | 'arrival_time' | 'departure_time' | 'stop_id' | 'stop_sequence';
export const STOP_TIMES: FeedTableSpec<StopTimeColumn> = {
  name: 'stop_times',
  standard,
  columns: [
    idOf('trip_id', 'run'),
    { name: 'arrival_time', kind: 'clock', ...none },
    { name: 'departure_time', kind: 'clock', ...none },
    idOf('stop_id', 'place'),
    { name: 'stop_sequence', kind: 'count', ...required },
  ],
  check: {
    column: 'departure_time',
    code: 'E_CHECKOUT',
    expected: 'a departure at or after the arrival',
    holds: (value) => value('departure_time') === 0 || value('departure_time') >= value('arrival_time'),
  },
};

/** A reference of one file to a row of another. */
export function refersTo<Name extends string>(column: Name, what: string, isKnown: (id: number) => boolean): RowCheck<Name> {
  return {
    column,
    code: 'E_REFERENCE',
    expected: what,
    got: 'one that is not there or was rejected',
    advice: 'mend the row, or bring the row that it names',
    holds: (value) => isKnown(value(column)),
  };
}

/** A key that stands once. An equal row passes: it is counted as a duplicate. It must be the last check, since it remembers the rows that pass. */
export function standsOnce<Name extends string>(columns: readonly Name[], tableOf: () => Table): RowCheck<Name> {
  const rowOf = new Map<number, number>();
  return {
    column: columns[0]!,
    code: 'E_ID_TWICE',
    expected: `one row for each ${columns.join(' and ')}`,
    got: 'another with other content',
    advice: 'the first was taken: mend or take out one of the two',
    holds: (value) => {
      const key = columns.reduce((number, column) => number * KEYS + value(column), 0);
      const { columns: data, rowCount, spec } = tableOf();
      const row = rowOf.get(key);
      if (row === undefined) rowOf.set(key, rowCount);
      return row === undefined || spec.columns.every(({ name }, i) => Object.is(data[i]!.data[row], value(name as Name)));
    },
  };
}
/** More than there are days up to the year 9999. */
const KEYS = 4_000_000;

function isType(value: (name: RouteColumn) => number): boolean {
  return value('route_type') <= 0x10000;
}
