import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckInInput, PlaceInput, RunInput } from '../engines/inputs/row-inputs.js';
import { Places } from '../model/place.js';
import { cutRuns, runOf, type PlainCheckIn, type PlainRun } from '../testing/brute-force.js';
import { tablesOf } from '../testing/tables.js';
import { BASE_SEC } from '../testing/worlds.js';
import { Dwell } from './dwell.js';
import { Runs } from './segment-runs.js';

const PLACES: readonly PlaceInput[] = [
  { place_id: 'bus', category: 'bus' },
  { place_id: 'coach 7', category: 'coach' },
  { place_id: 'shop', category: 'retail' },
];

interface Found {
  readonly run: string;
  /** Seconds from the base; Infinity if unknown. */
  readonly end: number;
}

function runsOf(rows: { checkIns?: readonly CheckInInput[]; runs?: readonly RunInput[]; places?: readonly PlaceInput[] }, gapSec = 2700) {
  const inputs = tablesOf({ places: PLACES, ...rows });
  const runs = Runs.of(inputs, new Places(inputs), new Dwell(), gapSec);
  const { ids } = inputs;
  return {
    find: (place: string, t: number, named = ''): Found => {
      runs.find(ids.place.intern(place), BASE_SEC + t, ids.run.intern(named));
      return { run: ids.run.text(runs.foundRunId), end: runs.foundEndSec - BASE_SEC };
    },
    list: (place: string): [run: string, start: number, end: number][] => {
      const { runIds, starts, ends } = runs.of(ids.place.intern(place));
      return runIds.map((id, i) => [ids.run.text(id), starts[i]! - BASE_SEC, ends[i]! - BASE_SEC]);
    },
    cutVehicles: runs.cutVehicles,
  };
}

const listed = (...runs: readonly (readonly [run: string, start: number, end: number, vehicle?: string])[]): RunInput[] =>
  runs.map(([run_id, start, end, vehicle_id = 'bus']) => ({ vehicle_id, run_id, start: BASE_SEC + start, end: BASE_SEC + end }));
const scans = (place_id: string, ...times: readonly number[]): CheckInInput[] => times.map((t, i) => ({ person_id: `p${i}`, place_id, time: BASE_SEC + t }));
const NONE: Found = { run: '', end: Infinity };

describe('a timetable', () => {
  const { find } = runsOf({ runs: listed(['r1', 0, 1200], ['r2', 1800, 3000]) });

  test('people board from five minutes before departure until the run ends', () => {
    expect([-301, -300, 0, 1199, 1200, 1499, 1500, 2999, 3000].map((t) => find('bus', t))).toEqual([
      NONE,
      { run: 'r1', end: 1200 },
      { run: 'r1', end: 1200 },
      { run: 'r1', end: 1200 },
      NONE,
      NONE,
      { run: 'r2', end: 3000 },
      { run: 'r2', end: 3000 },
      NONE,
    ]);
  });

  test('of several runs the one whose start is nearest, on a tie the later start, then the smaller id', () => {
    const many = runsOf({ runs: listed(['late', 200, 900], ['early', 0, 900], ['b', 400, 900], ['a', 400, 900], ['over', 90, 95]) });
    expect([99, 100, 101, 299, 300, 301].map((t) => many.find('bus', t).run)).toEqual(['early', 'late', 'late', 'late', 'a', 'a']);
    expect(many.find('bus', 92).run).toBe('over');
  });

  test('a run named in the check-in needs no boarding time, and ends with its nearest row', () => {
    const named = runsOf({ runs: listed(['r1', 0, 600], ['r1', 10_000, 10_600], ['r2', 100, 700]) });
    expect([named.find('bus', 4999, 'r1'), named.find('bus', 5001, 'r1'), named.find('bus', 50_000, 'r1'), named.find('bus', 120, 'r9')]).toEqual([
      { run: 'r1', end: 600 },
      { run: 'r1', end: 10_600 },
      { run: 'r1', end: 10_600 },
      { run: 'r9', end: Infinity },
    ]);
  });

  test('a run is named at a venue too, and found by itself only on a vehicle', () => {
    const shop = runsOf({ runs: listed(['r1', 0, 600, 'shop']) });
    expect([shop.find('shop', 10), shop.find('shop', 10, 'r1'), shop.find('bus', 10, 'r1')]).toEqual([
      NONE,
      { run: 'r1', end: 600 },
      { run: 'r1', end: Infinity },
    ]);
  });

  test('a vehicle with a timetable is not cut by its scans, not even where the timetable has a hole', () => {
    const both = runsOf({ runs: listed(['r1', 0, 600]), checkIns: scans('bus', 0, 5000, 9000) });
    expect(both.find('bus', 5000)).toEqual(NONE);
    expect(both.list('bus')).toEqual([['r1', 0, 600]]);
    expect(both.cutVehicles).toBe(0);
  });
});

describe('runs cut from scans', () => {
  test('a pause of 45 minutes parts two runs, one second less does not', () => {
    expect(runsOf({ checkIns: scans('bus', 0, 2699) }).list('bus')).toEqual([['bus#1', 0, 2699 + 5400]]);
    expect(runsOf({ checkIns: scans('bus', 0, 2700) }).list('bus')).toEqual([
      ['bus#1', 0, 2700],
      ['bus#2', 2700, 2700 + 5400],
    ]);
    expect(runsOf({ checkIns: scans('bus', 0, 2699) }, 2699).list('bus')).toHaveLength(2);
  });

  test('a run ends after the most that the category allows, and no later than the next begins', () => {
    expect(runsOf({ checkIns: scans('coach 7', 0, 10_000, 50_000) }).list('coach 7')).toEqual([
      ['coach 7#1', 0, 10_000],
      ['coach 7#2', 10_000, 10_000 + 28_800],
      ['coach 7#3', 50_000, 50_000 + 28_800],
    ]);
  });

  test('scans that name a run, and venues, are left out', () => {
    const rows = [...scans('bus', 0, 9000), { person_id: 'q', place_id: 'bus', time: BASE_SEC + 4000, run_id: 'r1' }, ...scans('shop', 0, 9000)];
    const { list, cutVehicles } = runsOf({ checkIns: rows });
    expect([list('bus').map(([run, start]) => [run, start]), list('shop'), cutVehicles]).toEqual([
      [
        ['bus#1', 0],
        ['bus#2', 9000],
      ],
      [],
      1,
    ]);
  });

  test('numbers follow time, also from the ninth to the tenth', () => {
    const { list } = runsOf({ checkIns: scans('bus', ...Array.from({ length: 11 }, (_, i) => i * 3000).reverse()) });
    expect(list('bus').map(([run]) => run)).toEqual(Array.from({ length: 11 }, (_, i) => `bus#${i + 1}`));
  });
});

test('the run of a scan is the one of the plain definition', () => {
  const time = fc.nat({ max: 40 }).map((step) => BASE_SEC + step * 100);
  const run: fc.Arbitrary<PlainRun> = fc
    .record({ vehicle_id: fc.constantFrom('bus', 'shop'), run_id: fc.constantFrom('r1', 'r10', 'r2', 'bus#1'), start: time, length: fc.nat({ max: 15 }) })
    .map(({ length, ...each }) => ({ ...each, end: each.start + length * 100 }));
  const checkIn: fc.Arbitrary<PlainCheckIn> = fc.record({
    person_id: fc.constantFrom('p1', 'p2'),
    place_id: fc.constantFrom('bus', 'coach 7', 'shop'),
    time,
    run_id: fc.constantFrom('', '', '', 'r1', 'r2', 'bus#1'),
  });
  fc.assert(
    fc.property(
      fc.array(run, { maxLength: 6 }),
      fc.uniqueArray(checkIn, { maxLength: 12, selector: (scan) => JSON.stringify(scan) }),
      fc.constantFrom(100, 300, 1000, 2700),
      (runs, checkIns, runGapSec) => {
        const places = PLACES.map(({ place_id, category }) => ({ place_id, category: category! }));
        const options = { dwell: new Dwell().toJSON(), runGapSec };
        const { find, list } = runsOf({ checkIns, runs }, runGapSec);
        for (const scan of [...checkIns, ...checkIns.map((each) => ({ ...each, run_id: '' }))]) {
          const { run: name, end } = runOf(scan, { checkIns, places, runs }, options);
          expect(find(scan.place_id, scan.time - BASE_SEC, scan.run_id), JSON.stringify(scan)).toEqual({ run: name, end: end - BASE_SEC });
        }
        const cut = cutRuns('coach 7', { checkIns, places }, options);
        expect(list('coach 7')).toEqual(cut.map(({ run_id, start, end }) => [run_id, start - BASE_SEC, end - BASE_SEC]));
      },
    ),
    { numRuns: 500 },
  );
});
