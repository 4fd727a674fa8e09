/** How many did not scan: worked out by hand, against simulated cities whose missed scans are known, and by the command line. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildIndex, simulateCity, type CheckInInput } from '../src/index.js';
import { missedVisitors, wilson } from '../src/match/traffic/missed-visitors.js';
import { csvRows } from './support/csv.js';
import { parquetOf } from './support/parquet.js';
import { runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

test('Bailey and Wilson by hand', () => {
  expect(missedVisitors(30, 9, 4).missed).toBe(30);
  expect(wilson(10, 20)[0]).toBeCloseTo(0.2993, 4);
  expect(wilson(10, 20)[1]).toBeCloseTo(0.7007, 4);
  expect(missedVisitors(5, 10, 0).high).toBe(Number.POSITIVE_INFINITY);
  expect(missedVisitors(5, 10, 10)).toMatchObject({ missed: 0, low: 0 });
});

describe('by hand', () => {
  const scan = (person_id: string, place_id: string, day: number, time: string): CheckInInput => ({ person_id, place_id, time: `2022-03-0${day} ${time}` });
  const places = [
    { place_id: 'mall', category: 'entertainment' },
    { place_id: 'shop', parent_id: 'mall' },
    { place_id: 'office', category: 'workplace' },
    { place_id: 'bus', category: 'bus' },
  ];

  test('who scanned in a shop was in the mall', () => {
    const rows = [
      ...['a', 'b', 'c'].flatMap((id) => [scan(id, 'mall', 1, '10:00'), scan(id, 'shop', 1, '10:30')]),
      scan('d', 'shop', 1, '10:40'),
      ...['e', 'f'].map((id) => scan(id, 'mall', 1, '10:10')),
    ];
    const { rows: made, warnings } = buildIndex(rows, { tz: 'UTC', places }).coverage({ minKnown: 4 });
    // 5 scanned at the mall; of 4 shoppers 3 did: 5 (4 - 3) / (3 + 1) = 1.25 did not.
    expect(made[0]).toMatchObject({
      place_id: 'mall',
      from: '2022-03-01T10:00:00+00:00',
      scanned: 5,
      method: 'inside',
      share_of: 'hour',
      known: 4,
      known_scanned: 3,
      missed: 1.3,
    });
    expect(made[1]).toMatchObject({
      place_id: 'shop',
      scanned: 4,
      method: '',
      missed: null,
      reason: 'fewer than 4 people are known to have been at the place otherwise',
    });
    expect(warnings[0]).toContain('absence from a list proves nothing');
  });

  test('no more came than capacity x (1 + hour / usual time)', () => {
    const rows = [
      ...['a', 'b', 'c'].flatMap((id) => [scan(id, 'mall', 1, '10:00'), scan(id, 'shop', 1, '10:30')]),
      scan('d', 'shop', 1, '10:40'),
      ...['e', 'f'].map((id) => scan(id, 'mall', 1, '10:10')),
    ];
    const ask = (mall: string | undefined, shop: string | number | undefined) =>
      buildIndex(rows, {
        tz: 'UTC',
        places: [
          { place_id: 'mall', category: 'entertainment', ...(mall !== undefined && { capacity: mall }) },
          { place_id: 'shop', category: 'food', parent_id: 'mall', ...(shop !== undefined && { capacity: shop }) },
        ],
      }).coverage({ minKnown: 4 });
    const free = ask(undefined, undefined);
    // As above: 1.25 by estimate. 90 minutes are usual there: of 4 at a time 4 + floor(4 · 60 / 90) = 6 can come in an hour, 1 more than the 5 who scanned.
    expect(free.rows[0]!.missed_high).toBeGreaterThan(2);
    const bound = ask('4', 6);
    expect(bound.rows[0]).toEqual({ ...free.rows[0], missed: 1, missed_high: 1 });
    // 45 minutes: 6 + 6 · 60 / 45 = 14, of whom 4 scanned.
    expect(bound.rows[1]).toEqual({ ...free.rows[1], method: 'capacity', missed: null, missed_low: 0, missed_high: 10 });
    expect(bound.counts).toEqual({ ...free.counts, missed: 1 });
    // 2 + 1 are fewer than scanned; so are 1 + 1 in the shop.
    const small = ask('2', '1');
    expect(small.rows[0]).toEqual(free.rows[0]);
    expect(small.rows[1]).toEqual({ ...free.rows[1], reason: `${free.rows[1]!.reason}; more people scanned than the capacity lets in` });
    const unread = ask('about 40', undefined);
    expect(unread.rows).toEqual(free.rows);
    expect(unread.warnings.slice(1)).toEqual(['capacity: expected whole numbers above 0, got something else for 1 of 1 places, which bounds nothing']);
    expect([free.warnings.length, bound.warnings.length]).toEqual([1, 2]);
  });

  test('counters may be given as rows', () => {
    const index = buildIndex([scan('a', 'X', 1, '10:00'), scan('b', 'X', 1, '10:30')], { tz: 'UTC' });
    const { rows } = index.coverage({ counts: [{ place_id: 'X', from: '2022-03-01 10:00', to: '2022-03-01 10:30', count: 4 }] });
    expect(rows[0]).toMatchObject({ place_id: 'X', to: '2022-03-01T10:30:00+00:00', scanned: 1, method: 'counter', known: 4, missed: 3 });
    expect(() => index.coverage({ counts: [{ place_id: 'X', from: '2022-03-01 10:00', to: '2022-03-01 09:30', count: 4 }] })).toThrow('E_CHECKOUT');
  });

  test('who came the usual way and was next seen hours later was probably there', () => {
    const days = [1, 2, 3, 4].flatMap((day) => [scan('a', 'bus', day, '08:00'), scan('a', 'office', day, '08:30'), scan('a', 'shop', day, '17:00')]);
    const known = (day5: readonly CheckInInput[]) => {
      const row = buildIndex([...days, ...day5], { tz: 'UTC', places })
        .coverage({ minKnown: 1 })
        .rows.find(({ place_id, method }) => place_id === 'office' && method === 'routine');
      return [row?.known, row?.known_scanned];
    };
    expect(known([])).toEqual([1, 1]);
    const fifth = (time: string) => [scan('a', 'bus', 5, '08:05'), scan('a', 'shop', 5, time)];
    const cells = (day5: readonly CheckInInput[]) =>
      buildIndex([...days, ...day5], { tz: 'UTC', places })
        .coverage({ minKnown: 5 })
        .rows.filter(({ place_id }) => place_id === 'office')
        .slice(0, 1);
    expect(cells(fifth('12:00'))).toMatchObject([{ method: 'routine', share_of: 'place', known: 5, known_scanned: 4, missed: 0.2 }]);
    expect(cells(fifth('09:00'))).toMatchObject([{ method: '', missed: null }]);
  });
});

describe('simulated cities', () => {
  test.each([
    [1, 0.1],
    [2, 0.3],
  ])('the estimate is near what was missed: seed %i, share %d', (seed, missed) => {
    const plan = { people: 1500, days: 14, seed, cases: 0, duplicate: 0, lent: 0 };
    const coverageWith = (share: number) => {
      const city = simulateCity({ ...plan, missed: share });
      return buildIndex(city.checkIns, { places: city.places, runs: city.runs, tz: city.tz }).coverage();
    };
    const truth = new Map(coverageWith(0).rows.map((row) => [`${row.place_id} ${row.from}`, row.scanned]));
    for (const method of ['inside', 'routine']) {
      const rows = coverageWith(missed).rows.filter((row) => row.method === method && row.missed !== null);
      const real = rows.map((row) => (truth.get(`${row.place_id} ${row.from}`) ?? 0) - row.scanned);
      const sum = (list: readonly number[]): number => list.reduce((all, each) => all + each, 0);
      const [estimated, real_, scanned] = [sum(rows.map((row) => row.missed!)), sum(real), sum(rows.map((row) => row.scanned))];
      const held = rows.filter((row, i) => row.missed_low! <= real[i]! && real[i]! <= row.missed_high!).length / rows.length;
      process.stdout.write(
        `coverage, city ${seed}, missed ${missed}, ${method}: ${rows.length} hours, estimated ${Math.round(estimated)} of ${real_} missed, ${scanned} scanned; intervals hold ${held.toFixed(3)}\n`,
      );
      expect(rows.length).toBeGreaterThan(20);
      expect(Math.abs(estimated / (estimated + scanned) - real_ / (real_ + scanned))).toBeLessThan(0.05);
      expect(held).toBeGreaterThan(0.9);
    }
  });
});

test('the command sets counters beside the scans, and refuses none of their rows in silence', async () => {
  const folder = new TempFolder();
  folder.write('scans.csv', 'person_id,place_id,time\na,X,2022-03-01 10:00\nb,X,2022-03-01 10:30\nc,X,2022-03-01 11:00\n');
  folder.write(
    'doors.csv',
    'place_id,from,to,count\nX,2022-03-01 10:00,2022-03-01 11:00,5\nX,2022-03-01 10:00,2022-03-01 12:00,2\nX,2022-03-01 12:00,2022-03-01 10:00,2\n',
  );
  const args = ['coverage', '--checkins', folder.at('scans.csv'), '--counts', folder.at('doors.csv'), '--tz', 'UTC', '--out', folder.at('lists')];
  const refused = await runCli(args);
  expect(refused.code).not.toBe(0);
  const run = await runCli([...args, '--max-rejects', '1', '--force']);
  expect(run).toMatchObject({ code: 0, err: '' });
  expect(run.out).toContain('absence from a list proves nothing');
  const rows = csvRows(readFileSync(`${folder.at('lists')}/coverage.csv`, 'utf8'));
  expect(rows).toHaveLength(4);
  expect(rows[0]).toMatchObject({ place_id: 'X', scanned: '2', method: 'counter', known: '5', missed: '3', missed_low: '3', missed_high: '3' });
  expect(rows[1]).toMatchObject({ scanned: '3', missed: '', reason: 'more people scanned than the counter counted' });
  expect(csvRows(readFileSync(`${folder.at('lists')}/rejects.csv`, 'utf8'))).toMatchObject([{ file: 'doors.csv', line: '4', column: 'to' }]);
});

test('a capacity that a Parquet file keeps as a fraction is read, or counted as unread: the file is used all the same', async () => {
  const folder = new TempFolder();
  folder.write('scans.csv', 'person_id,place_id,time\na,X,2022-03-01 10:00\nb,Y,2022-03-01 10:30\n');
  const places = parquetOf([
    ['place_id', 'text', ['X', 'Y']],
    ['capacity', 'double', [6, 7.5]],
  ]);
  folder.write('places.parquet', places);
  const args = ['coverage', '--checkins', folder.at('scans.csv'), '--places', folder.at('places.parquet'), '--tz', 'UTC', '--out', folder.at('lists')];
  const run = await runCli(args);
  expect(run).toMatchObject({ code: 0, err: '' });
  expect(run.out).toContain('got something else for 1 of 2 places');
  // 30 minutes are usual where no category is told: 6 + 6 · 60 / 30 = 18, one of whom scanned.
  expect(csvRows(readFileSync(`${folder.at('lists')}/coverage.csv`, 'utf8')).map((row) => [row['place_id'], row['method'], row['missed_high']])).toEqual([
    ['X', 'capacity', '17'],
    ['Y', '', ''],
  ]);
});
