/**
 * The input tables of SPEC section 2: which columns there are, in which order, how a cell is read, and the typed columns they become.
 * Every cell becomes one number; texts become ids of a dictionary. 0 is an empty text, an absent time and an absent day; NaN an absent degree.
 */
import { F64Column, U32Column } from '../core/columns.js';
import { Dictionary } from '../core/dictionary.js';
import type { TextIds } from '../core/text-ids.js';

/**
 * How a cell is read:
 * - `id`, `text`: opaque text, as an id of the named dictionary; `id` refuses what a spreadsheet has damaged
 * - `start`, `end`: seconds since 1970; of a repeated local hour a start takes the earlier reading, an end the later
 * - `day`: days since 1970-01-01 · `degrees`: a coordinate up to `limit` · `word`: 1 + the place in `words` · `count`: a whole number + 1
 * - of timetable feeds, whose times and dates need no zone to be read: `clock`: seconds of `H:MM:SS`, which may pass 24:00, + 1 · `date`: days since
 *   1970-01-01 of `yyyyMMdd`; earlier ones, which mean "since ever", are 1
 */
export type CellKind = 'id' | 'text' | 'start' | 'end' | 'day' | 'degrees' | 'word' | 'count' | 'clock' | 'date';

export type DictionaryName = 'person' | 'place' | 'run' | 'case' | 'text';
export type Dictionaries = Readonly<Record<DictionaryName, Dictionary>>;
/** What gives the texts of rows their ids. */
export type RowIds = Readonly<Record<DictionaryName, TextIds>>;

export const newDictionaries = (): Dictionaries => ({
  person: new Dictionary(),
  place: new Dictionary(),
  run: new Dictionary(),
  case: new Dictionary(),
  text: new Dictionary(),
});

export interface ColumnSpec<Name extends string = string> {
  readonly name: Name;
  readonly kind: CellKind;
  readonly required?: true;
  readonly dictionary?: DictionaryName;
  readonly limit?: number;
  readonly words?: readonly string[];
  /** A text that programs may give as a number. */
  readonly takesNumbers?: true;
  /** Other headers that mean this column, compared without case. */
  readonly aliases: readonly string[];
}

/** A check across the columns of one row, made after every column was read. */
export interface RowCheck<Name extends string = string> {
  readonly column: Name;
  readonly code: string;
  readonly expected: string;
  /** What came instead. @defaultValue 'the opposite' */
  readonly got?: string;
  /** What to do. @defaultValue 'mend the row: values are never swapped' */
  readonly advice?: string;
  /** Whether the row is sound, given a reader of its numbers. */
  holds(value: (name: Name) => number): boolean;
}

export interface TableSpec<Name extends string = string, Title extends string = TableName> {
  /** The option that names its files: `checkins`, `places` …; of a timetable feed the name of the file. */
  readonly name: Title;
  readonly columns: readonly ColumnSpec<Name>[];
  /** Made in this order: the first that does not hold rejects the row. */
  readonly check?: RowCheck<Name> | readonly RowCheck<Name>[];
  /** The standard that fixes the headers, so that none can be mapped. */
  readonly standard?: string;
}

/** A table of any kind, also one that no option names. */
export type AnyTableSpec<Name extends string = string> = TableSpec<Name, string>;

export type TableName = 'checkins' | 'places' | 'cases' | 'visits' | 'runs' | 'run-stops';

const PERSON = ['person', 'user_id', 'uid', '人员ID', '人员编号', '身份证号', '手机号'];
const PLACE = ['place', 'venue_id', '场所码', '场所ID', '场所编码', '车牌号'];
const RUN = ['trip_id', '车次', '班次', '车次/航班', '航班号'];
const personId = { name: 'person_id', kind: 'id', dictionary: 'person', aliases: PERSON } as const;
const placeId = { name: 'place_id', kind: 'id', dictionary: 'place', required: true, aliases: PLACE } as const;
const runId = { name: 'run_id', kind: 'text', dictionary: 'run', aliases: RUN } as const;
const carriage = { name: 'carriage', kind: 'text', dictionary: 'text', aliases: ['车厢号'] } as const;
const seat = { name: 'seat', kind: 'text', dictionary: 'text', aliases: ['座位号'] } as const;
const text = <Name extends string>(name: Name, aliases: readonly string[] = []): ColumnSpec<Name> => ({ name, kind: 'text', dictionary: 'text', aliases });
const required = { required: true, aliases: [] } as const;
const optional = { aliases: [] } as const;

export type CheckInColumn = 'person_id' | 'place_id' | 'time' | 'check_out' | 'run_id' | 'carriage' | 'seat' | 'role';
/** Who scanned: staff of a vehicle are on all its runs of their duty. */
export const ROLES = ['passenger', 'staff'] as const;
export const STAFF = 2;
/** Role of a row made of a staff row for a further run of the duty. */
export const STAFF_FURTHER = 3;
export const CHECKINS: TableSpec<CheckInColumn> = {
  name: 'checkins',
  columns: [
    { ...personId, required: true },
    placeId,
    { name: 'time', kind: 'start', required: true, aliases: ['check_in', 'checkin_time', 'timestamp', 'scan_time', '扫码时间', '登记时间', '乘车时间'] },
    { name: 'check_out', kind: 'end', aliases: ['checkout_time', 'end', '离开时间'] },
    runId,
    carriage,
    seat,
    { name: 'role', kind: 'word', words: ROLES, ...optional },
  ],
  check: {
    column: 'check_out',
    code: 'E_CHECKOUT',
    expected: 'a check-out at or after the check-in',
    holds: (value) => value('check_out') === 0 || value('check_out') >= value('time'),
  },
};

type PlaceColumn =
  | 'place_id'
  | 'name'
  | 'kind'
  | 'category'
  | 'lat'
  | 'lon'
  | 'parent_id'
  | 'district'
  | 'line_id'
  | 'ventilation'
  | 'alias_of'
  | 'plate'
  | 'capacity';
export const KINDS = ['venue', 'vehicle'] as const;
export const VENTILATIONS = ['sealed', 'ventilated'] as const;
export const PLACES: TableSpec<PlaceColumn> = {
  name: 'places',
  columns: [
    placeId,
    text('name', ['名称', '场所名称']),
    { name: 'kind', kind: 'word', words: KINDS, ...optional },
    text('category'),
    { name: 'lat', kind: 'degrees', limit: 90, ...optional },
    { name: 'lon', kind: 'degrees', limit: 180, ...optional },
    { name: 'parent_id', kind: 'id', dictionary: 'place', ...optional },
    text('district', ['区县', '所属区县']),
    text('line_id'),
    { name: 'ventilation', kind: 'word', words: VENTILATIONS, ...optional },
    { name: 'alias_of', kind: 'id', dictionary: 'place', ...optional },
    text('plate'),
    // Text, and not a count: a row whose capacity cannot be read is still a place.
    { ...text('capacity', ['核载人数', '容量']), takesNumbers: true },
  ],
  check: {
    column: 'lon',
    code: 'E_VALUE',
    expected: 'lat and lon together or not at all',
    holds: (value) => Number.isNaN(value('lat')) === Number.isNaN(value('lon')),
  },
};

type CaseColumn = 'person_id' | 'case_id' | 'type' | 'onset_date' | 'sample_date' | 'report_date' | 'isolated_at' | 'infectious_from' | 'infectious_to';
export const CASES: TableSpec<CaseColumn> = {
  name: 'cases',
  columns: [
    { ...personId, required: true },
    { name: 'case_id', kind: 'id', dictionary: 'case', ...optional },
    text('type'),
    { name: 'onset_date', kind: 'day', ...optional },
    { name: 'sample_date', kind: 'day', ...optional },
    { name: 'report_date', kind: 'day', ...optional },
    { name: 'isolated_at', kind: 'end', ...optional },
    { name: 'infectious_from', kind: 'start', ...optional },
    { name: 'infectious_to', kind: 'end', ...optional },
  ],
};

type ItineraryColumn = 'case_id' | 'place_id' | 'start' | 'end' | 'person_id' | 'run_id' | 'carriage' | 'seat';
export const VISITS: TableSpec<ItineraryColumn> = {
  name: 'visits',
  columns: [
    { name: 'case_id', kind: 'id', dictionary: 'case', ...required },
    placeId,
    { name: 'start', kind: 'start', ...required },
    { name: 'end', kind: 'end', ...required },
    personId,
    runId,
    carriage,
    seat,
  ],
  check: endNotBeforeStart(),
};

type RunColumn = 'vehicle_id' | 'run_id' | 'start' | 'end' | 'line_id';
export const RUNS: TableSpec<RunColumn> = {
  name: 'runs',
  columns: [
    { name: 'vehicle_id', kind: 'id', dictionary: 'place', required: true, aliases: ['vehicle', '车牌号'] },
    { name: 'run_id', kind: 'id', dictionary: 'run', ...required },
    { name: 'start', kind: 'start', ...required },
    { name: 'end', kind: 'end', ...required },
    text('line_id'),
  ],
  check: endNotBeforeStart(),
};

type RunStopColumn = 'run_id' | 'stop_sequence' | 'arrival' | 'departure' | 'stop_id' | 'lat' | 'lon';
export const RUN_STOPS: TableSpec<RunStopColumn> = {
  name: 'run-stops',
  columns: [
    { name: 'run_id', kind: 'id', dictionary: 'run', ...required },
    { name: 'stop_sequence', kind: 'count', ...required },
    { name: 'arrival', kind: 'start', ...required },
    { name: 'departure', kind: 'end', ...required },
    text('stop_id'),
    { name: 'lat', kind: 'degrees', limit: 90, ...optional },
    { name: 'lon', kind: 'degrees', limit: 180, ...optional },
  ],
  check: {
    column: 'departure',
    code: 'E_CHECKOUT',
    expected: 'a departure at or after the arrival',
    holds: (value) => value('departure') >= value('arrival'),
  },
};

/** All tables, in the order of SPEC section 2. */
export const TABLES: readonly TableSpec[] = [CHECKINS, PLACES, CASES, VISITS, RUNS, RUN_STOPS];
export const TABLE_NAMES: readonly TableName[] = TABLES.map(({ name }) => name);

function endNotBeforeStart(): RowCheck<'start' | 'end'> {
  return { column: 'end', code: 'E_CHECKOUT', expected: 'an end at or after the start', holds: (value) => value('end') >= value('start') };
}

/** The rows of one table as typed columns. Row numbers are dense; `file` and `line` say where a row came from. */
export class Table<Name extends string = string> {
  readonly spec: AnyTableSpec<Name>;
  readonly columns: readonly (U32Column | F64Column)[];
  /** Position in the list of inputs, and the line on which the row begins there. */
  readonly file: U32Column = new U32Column();
  readonly line: U32Column = new U32Column();
  readonly #all: readonly (U32Column | F64Column)[];

  constructor(spec: AnyTableSpec<Name>) {
    this.spec = spec;
    this.columns = spec.columns.map((column) => (column.kind === 'degrees' ? new F64Column() : new U32Column()));
    this.#all = [...this.columns, this.file, this.line];
  }

  get rowCount(): number {
    return this.line.length;
  }

  /** The numbers of a column; only `0..rowCount` are rows. */
  column(name: Name): ArrayLike<number> {
    return this.columns[this.spec.columns.findIndex((column) => column.name === name)]!.data;
  }

  /** Appends a row of numbers, in the order of the columns. */
  push(values: ArrayLike<number>, file: number, line: number): void {
    const columns = this.columns;
    for (let i = 0; i < columns.length; i++) columns[i]!.push(values[i]!);
    this.file.push(file);
    this.line.push(line);
  }

  /** Makes room for so many rows behind the last, to be written into the columns and counted by `resize`. */
  reserve(rows: number): void {
    for (const column of this.#all) column.reserve(rows);
  }

  /** Counts as many rows as are written: rows behind `rowCount` are taken away, or, where `reserve` made room for them, added. */
  resize(rowCount: number): void {
    for (const column of this.#all) column.length = rowCount;
  }

  /** Moves rows `lo..hi` up by so many places, over the rows before them. */
  moveUp(lo: number, hi: number, places: number): void {
    for (const { data } of this.#all) data.copyWithin(lo - places, lo, hi);
  }

  /** Takes back the last row. */
  pop(): void {
    this.resize(this.rowCount - 1);
  }

  /** Takes all rows away; the memory is kept for the next ones. */
  clear(): void {
    this.resize(0);
  }
}

/** Everything the inputs say, as numbers, with the dictionaries to turn ids back into text. */
export interface InputTables {
  readonly ids: Dictionaries;
  readonly checkIns: Table<CheckInColumn>;
  readonly places: Table<PlaceColumn>;
  readonly cases: Table<CaseColumn>;
  readonly visits: Table<ItineraryColumn>;
  readonly runs: Table<RunColumn>;
  readonly runStops: Table<RunStopColumn>;
  /** Base names by position, for evidence `file:line`. */
  readonly fileNames: string[];
}

/** Empty tables; `ids` lets several tables speak of the same people and places. */
export function newInputTables(ids: Dictionaries = newDictionaries()): InputTables {
  return {
    ids,
    checkIns: new Table(CHECKINS),
    places: new Table(PLACES),
    cases: new Table(CASES),
    visits: new Table(VISITS),
    runs: new Table(RUNS),
    runStops: new Table(RUN_STOPS),
    fileNames: [],
  };
}
