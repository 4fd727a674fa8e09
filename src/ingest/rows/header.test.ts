import { describe, expect, test } from 'vitest';
import { OptionError } from '../../core/errors.js';
import { CASES, CHECKINS, PLACES, RUNS, RUN_STOPS, VISITS, type TableSpec } from '../../model/tables.js';
import { locateColumns, looksLikeHeader, parseMapping } from './header.js';

const SPECS: Readonly<Record<string, TableSpec>> = { checkins: CHECKINS, places: PLACES, cases: CASES, visits: VISITS, runs: RUNS, 'run-stops': RUN_STOPS };
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  checkins: ['person_id', 'place_id', 'time'],
  places: ['place_id'],
  cases: ['person_id'],
  visits: ['case_id', 'place_id', 'start', 'end'],
  runs: ['vehicle_id', 'run_id', 'start', 'end'],
  'run-stops': ['run_id', 'stop_sequence', 'arrival', 'departure'],
};
/** SPEC section 2, word for word. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  person_id: ['person', 'user_id', 'uid', '人员ID', '人员编号', '身份证号', '手机号'],
  place_id: ['place', 'venue_id', '场所码', '场所ID', '场所编码', '车牌号'],
  time: ['check_in', 'checkin_time', 'timestamp', 'scan_time', '扫码时间', '登记时间', '乘车时间'],
  check_out: ['checkout_time', 'end', '离开时间'],
  run_id: ['trip_id', '车次', '班次', '车次/航班', '航班号'],
  carriage: ['车厢号'],
  seat: ['座位号'],
};
const PLACE_ALIASES: Readonly<Record<string, readonly string[]>> = {
  place_id: ALIASES['place_id']!,
  name: ['名称', '场所名称'],
  district: ['区县', '所属区县'],
};
const usage = (code: string, ...parts: readonly string[]): unknown =>
  expect.objectContaining({
    name: OptionError.name,
    code,
    message: expect.stringMatching(new RegExp(parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)).join('.*'), 's')) as unknown,
  });

describe('columns by name', () => {
  test.each(Object.keys(SPECS))('%s: every column is found by its own name, in any order and case', (table) => {
    const spec = SPECS[table]!;
    const header = spec.columns.map(({ name }) => name.toUpperCase()).reverse();
    const { cells, headers, cellCount } = locateColumns(spec, ['remark', ...header], 'f.csv');
    expect(cells).toEqual(spec.columns.map((_, i) => spec.columns.length - i));
    expect(headers).toEqual(spec.columns.map(({ name }) => name.toUpperCase()));
    expect(cellCount).toBe(spec.columns.length + 1);
  });

  test.each(Object.keys(SPECS))('%s: a missing required column is a usage error that names it, a missing other one is -1', (table) => {
    const spec = SPECS[table]!;
    const required = REQUIRED[table]!;
    expect(locateColumns(spec, required, 'f.csv').cells).toEqual(spec.columns.map(({ name }) => required.indexOf(name)));
    for (const name of required) {
      const rest = required.filter((other) => other !== name);
      expect(() => locateColumns(spec, [...rest, 'note'], 'f.csv'), name).toThrow(usage('E_COLUMN_MISSING', 'f.csv:1 E_COLUMN_MISSING', name, `${table} file`));
    }
  });

  test.each([
    ...Object.entries(ALIASES).flatMap(([column, names]) => names.map((name) => ['checkins', column, name] as const)),
    ...Object.entries(PLACE_ALIASES).flatMap(([column, names]) => names.map((name) => ['places', column, name] as const)),
    ['runs', 'vehicle_id', 'vehicle'] as const,
    ['runs', 'vehicle_id', '车牌号'] as const,
    ['cases', 'person_id', '身份证号'] as const,
    ['visits', 'place_id', '场所码'] as const,
  ])('%s: %s may be called %s', (table, column, name) => {
    const spec = SPECS[table]!;
    const others = REQUIRED[table]!.filter((other) => other !== column);
    for (const header of [name, name.toUpperCase()]) {
      const { cells, headers } = locateColumns(spec, [...others, header], 'f.csv');
      const at = spec.columns.findIndex((each) => each.name === column);
      expect([cells[at], headers[at]]).toEqual([others.length, header]);
    }
  });

  test('names that objects have of their own are unknown columns like any other', () => {
    const header = ['__proto__', 'constructor', 'person_id', 'toString', 'place_id', 'hasOwnProperty', 'time'];
    expect(locateColumns(CHECKINS, header, 'f.csv').cells).toEqual([2, 4, 6, -1, -1, -1, -1, -1]);
  });

  test('two headers for one column are a usage error that names both', () => {
    expect(() => locateColumns(CHECKINS, ['person_id', 'place_id', 'Time', '扫码时间'], 'scans.csv')).toThrow(
      usage('E_COLUMN_TWICE', 'scans.csv:1', 'time', "'Time'", "'扫码时间'", '--map time='),
    );
    expect(() => locateColumns(CHECKINS, ['person_id', 'person_id', 'place_id', 'time'], 'scans.csv')).toThrow(
      usage('E_COLUMN_TWICE', "'person_id' and 'person_id'"),
    );
    expect(() => locateColumns(CHECKINS, ['person_id', 'place_id', 'time', 'check_out', 'end'], 'scans.csv')).toThrow(
      usage('E_COLUMN_TWICE', 'check_out', "'check_out' and 'end'"),
    );
  });

  test('full-width commas are told as what they are', () => {
    expect(() => locateColumns(CHECKINS, ['person_id，place_id，time'], 'f.csv')).toThrow(usage('E_COLUMN_MISSING', "full-width commas '，'"));
  });
});

describe('mappings', () => {
  const located = (header: readonly string[], ...mappings: readonly string[]): Record<string, string> => {
    const { headers } = locateColumns(CHECKINS, header, 'f.csv', mappings.map(parseMapping));
    return Object.fromEntries(CHECKINS.columns.flatMap(({ name }, i) => (headers[i] ? [[name, headers[i]]] : [])));
  };

  test('column=header finds a column under any name, without case', () => {
    expect(located(['证件号', 'place_id', 'time'], 'person_id=证件号')).toEqual({ person_id: '证件号', place_id: 'place_id', time: 'time' });
    expect(located(['Who', 'place_id', 'time'], 'person_id=WHO')['person_id']).toBe('Who');
  });

  test('a mapping decides between two headers, and takes the header from the column it was an alias of', () => {
    expect(located(['person_id', 'place_id', 'time', 'scan_time'], 'time=scan_time')['time']).toBe('scan_time');
    expect(located(['uid', 'person', 'venue_id', 'time'], 'person_id=person')).toEqual({ person_id: 'person', place_id: 'venue_id', time: 'time' });
    expect(located(['user_id', 'place', '场所码', 'time'], 'run_id=place')).toEqual({
      person_id: 'user_id',
      place_id: '场所码',
      time: 'time',
      run_id: 'place',
    });
  });

  test('without a table it counts in the files that have the header, and the others keep their own', () => {
    expect(located(['person_id', 'place_id', 'time'], 'person_id=证件号')).toEqual({ person_id: 'person_id', place_id: 'place_id', time: 'time' });
  });

  test('with a table it counts for that table, and must then be there', () => {
    expect(located(['person_id', 'place_id', 'time'], 'cases.person_id=证件号')['person_id']).toBe('person_id');
    expect(() => located(['person_id', 'place_id', 'time'], 'checkins.person_id=证件号')).toThrow(usage('E_COLUMN_MISSING', '证件号', 'checkins file'));
    expect(() => located(['person_id', 'place_id', 'time'], 'checkins.lat=y')).toThrow(usage('E_MAP', "checkins has no column 'lat'"));
  });

  test('a header may hold = and .', () => {
    expect(parseMapping('time=a.b=c')).toEqual({ column: 'time', header: 'a.b=c' });
    expect(parseMapping('run-stops.arrival=到达')).toEqual({ table: 'run-stops', column: 'arrival', header: '到达' });
  });

  test.each(['', 'time', 'time=', '=x', 'scans.time=x', 'Time=x', 'a b=c'])("'%s' is no mapping", (text) => {
    expect(() => parseMapping(text)).toThrow(usage('E_MAP', 'column=header'));
  });
});

test('a record looks like a header where every required column is named in it', () => {
  const known = locateColumns(CHECKINS, ['证件号', 'place_id', 'time'], 'f.csv', [parseMapping('person_id=证件号')]);
  expect(looksLikeHeader(CHECKINS, ['证件号', 'place_id', 'time'], known)).toBe(true);
  expect(looksLikeHeader(CHECKINS, ['USER_ID', '场所码', 'scan_time', 'x'], known)).toBe(true);
  expect(looksLikeHeader(CHECKINS, ['time', 'place_id', '007'], known)).toBe(false);
});
