import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckInInput, PlaceInput, RunInput } from '../engines/inputs/row-inputs.js';
import { bruteStays } from '../testing/brute-force.js';
import { stayTexts, staysOf, type TestStayOptions } from '../testing/tables.js';
import { BASE_SEC, DWELL, RUN_GAP_SEC, worlds } from '../testing/worlds.js';

const H = 3600;
const DAY = 24 * H;

/** A check-in of Ada at a place, `t` seconds from the base. */
const scan = (place_id: string, t: number, out?: number, more: Partial<CheckInInput> = {}): CheckInInput => ({
  person_id: 'ada',
  place_id,
  time: BASE_SEC + t,
  ...(out !== undefined && { check_out: BASE_SEC + out }),
  ...more,
});

type Short = [place: string, start: number, certain: number, likely: number, possible: number, method: string, flags: string, lines: string];

/** Stays in the order they are kept: place, start, three ends, method, flags, lines of the check-ins. */
function stays(
  checkIns: readonly CheckInInput[],
  more: { places?: readonly PlaceInput[]; runs?: readonly RunInput[] } = {},
  options: TestStayOptions = {},
): Short[] {
  return stayTexts(staysOf({ checkIns, ...more }, options), BASE_SEC).map(({ place, start, certain, likely, possible, method, flags, lines }) => [
    place,
    start,
    certain,
    likely,
    possible,
    method,
    flags,
    lines.join(),
  ]);
}

describe('the end of a stay', () => {
  test('a scan alone ends by the dwell times of the place', () => {
    expect(stays([scan('P', 0)])).toEqual([['P', 0, 300, 1800, 7200, 'cap', '', '1']]);
    expect(stays([scan('P', 0)], { places: [{ place_id: 'P', category: 'station' }] })).toEqual([['P', 0, 60, 600, 3600, 'cap', '', '1']]);
    expect(stays([scan('P', 0)], { places: [{ place_id: 'P', category: 'karaoke' }] })).toEqual([['P', 0, 300, 1800, 7200, 'cap', '', '1']]);
  });

  test('a later scan elsewhere ends it, and all bounds with it', () => {
    expect(stays([scan('P', 0), scan('Q', 200)])).toEqual([
      ['P', 0, 200, 200, 200, 'next-scan', '', '1'],
      ['Q', 200, 500, 2000, 7400, 'cap', '', '2'],
    ]);
    expect(stays([scan('P', 0), scan('Q', 1000)])[0]).toEqual(['P', 0, 300, 1000, 1000, 'next-scan', '', '1']);
  });

  test('on a tie of cap and next scan the next scan is the method', () => {
    expect(stays([scan('P', 0), scan('Q', 7200)])[0]).toEqual(['P', 0, 300, 1800, 7200, 'next-scan', '', '1']);
    expect(stays([scan('P', 0), scan('Q', 7201)])[0]).toEqual(['P', 0, 300, 1800, 7200, 'cap', '', '1']);
  });

  test('a scan elsewhere in the same second ends nothing', () => {
    expect(stays([scan('P', 0), scan('Q', 0)])).toEqual([
      ['P', 0, 300, 1800, 7200, 'cap', 'conflict', '1'],
      ['Q', 0, 300, 1800, 7200, 'cap', 'conflict', '2'],
    ]);
  });

  test('of several later scans the first elsewhere counts, not those at the same place', () => {
    expect(stays([scan('P', 0), scan('P', 7300), scan('Q', 100), scan('R', 50)])).toEqual([
      ['P', 0, 50, 50, 50, 'next-scan', '', '1'],
      ['R', 50, 100, 100, 100, 'next-scan', '', '4'],
      ['Q', 100, 400, 1900, 7300, 'next-scan', '', '3'],
      ['P', 7300, 7600, 9100, 14_500, 'cap', '', '2'],
    ]);
  });

  test('a scan of another person ends nothing', () => {
    expect(stays([scan('P', 0), scan('Q', 200, undefined, { person_id: 'bea' })])[0]).toEqual(['P', 0, 300, 1800, 7200, 'cap', '', '1']);
  });

  test('a check-out is the end in all three bounds, whatever was scanned meanwhile', () => {
    expect(stays([scan('P', 0, 1000), scan('Q', 500)])).toEqual([
      ['P', 0, 1000, 1000, 1000, 'checkout', 'conflict', '1'],
      ['Q', 500, 800, 2300, 7700, 'cap', 'conflict', '2'],
    ]);
  });

  test('a check-out later than a day is cut and flagged, one after just a day is not', () => {
    expect(stays([scan('P', 0, 100_000)])).toEqual([['P', 0, DAY, DAY, DAY, 'checkout', 'capped', '1']]);
    expect(stays([scan('P', 0, DAY)])).toEqual([['P', 0, DAY, DAY, DAY, 'checkout', '', '1']]);
  });

  test('a check-out in the second of the check-in makes a stay of no length', () => {
    expect(staysOf({ checkIns: [scan('P', 0, 0)] }).counts).toEqual({ stays: 1, joinedCheckIns: 0, capped: 0, conflicts: 0, zeroLength: 1 });
    expect(stays([scan('P', 0, 0)])).toEqual([['P', 0, 0, 0, 0, 'checkout', '', '1']]);
  });
});

describe('places inside places', () => {
  const places = [
    { place_id: 'shop', parent_id: 'mall' },
    { place_id: 'mall', parent_id: 'estate' },
    { place_id: 'kiosk', parent_id: 'mall' },
  ];

  test('a scan in the mall does not end the stay in its shop, nor the other way round', () => {
    expect(stays([scan('shop', 0), scan('mall', 100), scan('estate', 200)], { places }).map((stay) => [stay[0], stay[4], stay[5]])).toEqual([
      ['shop', 7200, 'cap'],
      ['mall', 7300, 'cap'],
      ['estate', 7400, 'cap'],
    ]);
  });

  test('two shops of one mall are unrelated', () => {
    expect(stays([scan('shop', 0), scan('kiosk', 100)], { places })[0]).toEqual(['shop', 0, 100, 100, 100, 'next-scan', '', '1']);
  });

  test('in a shop and in its mall at once is no conflict, in two shops it is', () => {
    expect(stays([scan('shop', 0, H), scan('mall', 0, H)], { places }).map((stay) => stay[6])).toEqual(['', '']);
    expect(stays([scan('shop', 0, H), scan('kiosk', 0, H)], { places }).map((stay) => stay[6])).toEqual(['conflict', 'conflict']);
  });
});

describe('joining', () => {
  test('a scan at the same place joins while the stay may still last, its last second included', () => {
    expect(stays([scan('P', 0), scan('P', 7200)])).toEqual([['P', 0, 7500, 9000, 14_400, 'cap', '', '1,2']]);
    expect(stays([scan('P', 0), scan('P', 7201)])).toEqual([
      ['P', 0, 300, 1800, 7200, 'cap', '', '1'],
      ['P', 7201, 7501, 9001, 14_401, 'cap', '', '2'],
    ]);
  });

  test('each bound becomes the larger of the two, and the method goes with the larger possible end', () => {
    expect(stays([scan('P', 0, 1000), scan('P', 100)])).toEqual([['P', 0, 1000, 1900, 7300, 'cap', '', '1,2']]);
    expect(stays([scan('P', 0), scan('P', 100, 1000)])).toEqual([['P', 0, 1000, 1800, 7200, 'cap', '', '1,2']]);
  });

  test('on a tie of possible ends the method is that of the later check-in', () => {
    expect(stays([scan('P', 0), scan('P', 100, 7200)])[0]!.slice(4, 6)).toEqual([7200, 'checkout']);
    expect(stays([scan('P', 0, 7300), scan('P', 100)])[0]!.slice(4, 6)).toEqual([7300, 'cap']);
  });

  test('a scan elsewhere in between parts two stays, unless the first may still last', () => {
    expect(stays([scan('P', 0), scan('Q', 100), scan('P', 200)]).map((stay) => [stay[0], stay[1], stay[4], stay[7]])).toEqual([
      ['P', 0, 100, '1'],
      ['Q', 100, 200, '2'],
      ['P', 200, 7400, '3'],
    ]);
    expect(stays([scan('P', 0, 1000), scan('Q', 100), scan('P', 200)]).map((stay) => [stay[0], stay[1], stay[4], stay[7]])).toEqual([
      ['P', 0, 7400, '1,3'],
      ['Q', 100, 200, '2'],
    ]);
    expect(stays([scan('P', 0), scan('Q', 100), scan('P', 100)]).map((stay) => [stay[0], stay[1], stay[4], stay[7]])).toEqual([
      ['P', 0, 7300, '1,3'],
      ['Q', 100, 7300, '2'],
    ]);
  });

  test('different runs and different people at one place are not joined', () => {
    expect(
      stays([scan('P', 0, 100, { run_id: 'r1' }), scan('P', 50, 150, { run_id: 'r2' }), scan('P', 60, 160, { run_id: 'r1' })]).map((stay) => [
        stay[1],
        stay[4],
        stay[7],
      ]),
    ).toEqual([
      [0, 160, '1,3'],
      [50, 150, '2'],
    ]);
    expect(stays([scan('P', 0), scan('P', 10, undefined, { person_id: 'bea' })]).map((stay) => stay[7])).toEqual(['1', '2']);
  });

  test('flags unite, and seat and carriage each come from the first row that has one', () => {
    const inputs = staysOf({ checkIns: [scan('P', 0), scan('P', 10, 2 * DAY, { seat: '3A' }), scan('P', 20, undefined, { seat: '4B', carriage: '7' })] });
    expect(stayTexts(inputs, BASE_SEC)).toEqual([
      {
        person: 'ada',
        place: 'P',
        run: '',
        start: 0,
        certain: DAY + 10,
        likely: DAY + 10,
        possible: DAY + 10,
        method: 'checkout',
        flags: 'capped',
        carriage: '7',
        seat: '3A',
        lines: [1, 2, 3],
      },
    ]);
    expect(inputs.counts).toEqual({ stays: 1, joinedCheckIns: 2, capped: 1, conflicts: 0, zeroLength: 0 });
  });
});

describe('two places at once', () => {
  test('is a conflict where the certain parts intersect, not where they touch', () => {
    expect(stays([scan('P', 0, 1000), scan('Q', 999, 2000)]).map((stay) => stay[6])).toEqual(['conflict', 'conflict']);
    expect(stays([scan('P', 0, 1000), scan('Q', 1000, 2000)]).map((stay) => stay[6])).toEqual(['', '']);
    expect(stays([scan('P', 0, 1000), scan('Q', 500, 500)]).map((stay) => stay[6])).toEqual(['', '']);
  });

  test('flags a stay that a much later one meets, past others that are over', () => {
    expect(stays([scan('P', 0, 5000), scan('P', 10, 20), scan('Q', 4999, 6000), scan('R', 6000, 7000)]).map((stay) => [stay[0], stay[6]])).toEqual([
      ['P', 'conflict'],
      ['Q', 'conflict'],
      ['R', ''],
    ]);
  });
});

describe('runs', () => {
  const places = [{ place_id: 'bus', category: 'bus' }];

  test('the end of the run ends the stay, and is the method on a tie with the cap', () => {
    const runs = [{ vehicle_id: 'bus', run_id: 'r1', start: BASE_SEC, end: BASE_SEC + 600 }];
    expect(stays([scan('bus', 100)], { places, runs })).toEqual([['bus', 100, 220, 600, 600, 'run-end', '', '1']]);
    expect(stays([scan('bus', 100)], { places, runs: [{ ...runs[0]!, end: BASE_SEC + 5500 }] })[0]!.slice(4, 6)).toEqual([5500, 'run-end']);
    expect(stays([scan('bus', 100), scan('Q', 600)], { places, runs })[0]!.slice(4, 6)).toEqual([600, 'next-scan']);
    expect(stays([scan('bus', 100, 900)], { places, runs })[0]).toEqual(['bus', 100, 900, 900, 900, 'checkout', '', '1']);
  });

  test('a named run that was over before the scan ends the stay at once, never before it', () => {
    const runs = [{ vehicle_id: 'bus', run_id: 'r1', start: BASE_SEC, end: BASE_SEC + 50 }];
    expect(stays([scan('bus', 100, undefined, { run_id: 'r1' })], { places, runs })).toEqual([['bus', 100, 100, 100, 100, 'run-end', '', '1']]);
  });

  test('runs cut from scans, worked out by hand', () => {
    const rows = [scan('bus', 0), scan('bus', 2699, undefined, { person_id: 'bea' }), scan('bus', 2699 + 2700, undefined, { person_id: 'cyd' })];
    expect(stayTexts(staysOf({ checkIns: rows, places }), BASE_SEC).map(({ person, run, possible, method }) => [person, run, possible, method])).toEqual([
      ['ada', 'bus#1', 5399, 'run-end'],
      ['bea', 'bus#1', 5399, 'run-end'],
      ['cyd', 'bus#2', 10_799, 'run-end'],
    ]);
  });
});

test('with a skew every stay begins earlier and may end later, is no longer certain near its ends, and conflicts are judged before', () => {
  expect(stays([scan('P', 0, 1000), scan('Q', 1000, 2000)], {}, { skewSec: 30 })).toEqual([
    ['P', -30, 940, 970, 1030, 'checkout', '', '1'],
    ['Q', 970, 1940, 1970, 2030, 'checkout', '', '2'],
  ]);
});

test('the stays of dense worlds are those of the definition', () => {
  fc.assert(
    fc.property(worlds(), (world) => {
      const byStart = <T extends { person: string; start: number; place: string; run: string }>(list: readonly T[]): T[] =>
        list.toSorted((a, b) => a.start - b.start || (JSON.stringify([a.person, a.place, a.run]) < JSON.stringify([b.person, b.place, b.run]) ? -1 : 1));
      const got = stayTexts(staysOf(world, { dwell: DWELL, runGapSec: RUN_GAP_SEC })).map(({ carriage: _, seat: __, ...stay }) => stay);
      const wanted = bruteStays(world, { dwell: DWELL, runGapSec: RUN_GAP_SEC }).map(({ rows, flags, ...stay }) => ({
        ...stay,
        flags: flags.join('|'),
        lines: rows.map((row) => row + 1),
      }));
      expect(byStart(got)).toEqual(byStart(wanted));
    }),
    { numRuns: 500 },
  );
});
