import { describe, expect, test } from 'vitest';
import type { CheckInInput, ItineraryInput, RunInput } from '../engines/inputs/row-inputs.js';
import type { Case } from '../model/case.js';
import { CONFLICT, METHODS } from '../model/stay.js';
import { staysOf } from '../testing/tables.js';
import { NO_STAY, caseVisits } from './visits.js';

const BASE = 1_646_092_800;
const PLACES = [{ place_id: 'bus', category: 'bus' }];
type Short = [place: string, run: string, start: number, certain: number, likely: number, possible: number, method: string];

interface Asked {
  readonly checkIns?: readonly CheckInInput[];
  readonly visits?: readonly ItineraryInput[];
  readonly runs?: readonly RunInput[];
  readonly from?: number;
  readonly to?: number;
  readonly hasStays?: boolean;
  readonly excludedFlags?: number;
}

/** Visits of one case, Ada, whose window is [from, to) seconds from the base. */
function visits({
  checkIns = [],
  visits: told = [],
  runs: timetable = [],
  from = -Infinity,
  to = Infinity,
  hasStays = true,
  excludedFlags = 0,
}: Asked): Short[] {
  const { inputs, places, runs, stays } = staysOf({ checkIns, visits: told, runs: timetable, places: PLACES });
  const { ids } = inputs;
  const aCase: Case = {
    caseId: ids.case.intern('C1'),
    person: ids.person.intern('ada'),
    fromSec: BASE + from,
    toSec: BASE + to,
    generation: 1,
    itinerary: told.map((_, row) => row),
    hasStays,
  };
  const found = caseVisits([aCase], stays, inputs, places, runs, excludedFlags);
  expect(Array.from(found.ofCase)).toEqual([0, found.count]);
  expect(Array.from(found.stay, (stay, v) => (stay === NO_STAY) !== (found.itineraryRow[v] === NO_STAY)).every(Boolean)).toBe(true);
  return Array.from({ length: found.count }, (_, v): Short => [
    ids.place.text(found.place[v]!),
    ids.run.text(found.run[v]!),
    ...([found.start[v]! - BASE, found.certain[v]! - BASE, found.likely[v]! - BASE, found.possible[v]! - BASE] as const),
    METHODS[found.method[v]!]!,
  ]);
}
const scan = (place_id: string, t: number, out?: number): CheckInInput => ({
  person_id: 'ada',
  place_id,
  time: BASE + t,
  ...(out !== undefined && { check_out: BASE + out }),
});
const told = (place_id: string, start: number, end: number, more: Partial<ItineraryInput> = {}): ItineraryInput => ({
  case_id: 'C1',
  place_id,
  start: BASE + start,
  end: BASE + end,
  ...more,
});

describe('stays', () => {
  test('start and all three ends are clamped into the window, and the method stays', () => {
    const checkIns = [scan('P', 0)]; // 300, 1800, 7200
    expect(visits({ checkIns })).toEqual([['P', '', 0, 300, 1800, 7200, 'cap']]);
    expect(visits({ checkIns, from: 100, to: 5000 })).toEqual([['P', '', 100, 300, 1800, 5000, 'cap']]);
    expect(visits({ checkIns, from: 400, to: 1000 })).toEqual([['P', '', 400, 400, 1000, 1000, 'cap']]);
  });

  test('a stay that only touches the window is no visit', () => {
    const checkIns = [scan('P', 0, 100)];
    expect(
      [visits({ checkIns, from: 100 }), visits({ checkIns, to: 0 }), visits({ checkIns, from: 99 }), visits({ checkIns, to: 1 })].map((each) => each.length),
    ).toEqual([0, 0, 1, 1]);
  });

  test('a stay of no length counts from the first second of the window to the one before its end', () => {
    const count = (t: number): number => visits({ checkIns: [scan('P', t, t)], from: 0, to: 10 }).length;
    expect([-1, 0, 9, 10].map(count)).toEqual([0, 1, 1, 0]);
  });

  test('a window that ends before it begins holds nothing', () => {
    expect(visits({ checkIns: [scan('P', 0, 100), scan('Q', 50, 50)], from: 60, to: 40 })).toEqual([]);
  });

  test('a person without check-ins has none, and stays with an excluded flag are left out', () => {
    expect(visits({})).toEqual([]);
    expect(visits({ checkIns: [scan('P', 0, 100), scan('Q', 50, 150)], excludedFlags: CONFLICT })).toEqual([]);
  });
});

describe('itineraries', () => {
  test('a row is a visit with all ends equal, cut to the window', () => {
    expect(visits({ visits: [told('P', 0, 600)] })).toEqual([['P', '', 0, 600, 600, 600, 'itinerary']]);
    expect(visits({ visits: [told('P', 0, 600)], from: 100, to: 500 })).toEqual([['P', '', 100, 500, 500, 500, 'itinerary']]);
    expect(visits({ visits: [told('P', 0, 600)], from: 600 })).toEqual([]);
    expect(visits({ visits: [told('P', 5, 5)], from: 5 })).toEqual([['P', '', 5, 5, 5, 5, 'itinerary']]);
  });

  test('they stand beside the stays, or alone where only they name the case', () => {
    const both = { checkIns: [scan('P', 0, 100)], visits: [told('Q', 50, 60)] };
    expect(visits(both).map(([place]) => place)).toEqual(['P', 'Q']);
    expect(visits({ ...both, hasStays: false }).map(([place]) => place)).toEqual(['Q']);
  });

  test('on a vehicle it is one visit on every run that it overlaps, boarding time included, cut to it', () => {
    const runs = [
      ['r1', 0, 1000],
      ['r2', 2000, 3000],
      ['r3', 5000, 6000],
    ].map(([run_id, start, end]) => ({ vehicle_id: 'bus', run_id: run_id as string, start: BASE + Number(start), end: BASE + Number(end) }));
    expect(visits({ runs, visits: [told('bus', 500, 4700)] })).toEqual([
      ['bus', 'r1', 500, 1000, 1000, 1000, 'itinerary'],
      ['bus', 'r2', 1700, 3000, 3000, 3000, 'itinerary'],
    ]);
    expect(visits({ runs, visits: [told('bus', 500, 4701)] })).toHaveLength(3);
    expect(visits({ runs, visits: [told('bus', 3000, 4700)] })).toEqual([['bus', '', 3000, 4700, 4700, 4700, 'itinerary']]);
    expect(visits({ runs, visits: [told('bus', 500, 4700, { run_id: 'r9' })] })).toEqual([['bus', 'r9', 500, 4700, 4700, 4700, 'itinerary']]);
  });

  test('runs cut from the scans of others serve as well', () => {
    const checkIns = [
      { person_id: 'bea', place_id: 'bus', time: BASE },
      { person_id: 'cyd', place_id: 'bus', time: BASE + 10_000 },
    ];
    expect(visits({ checkIns, visits: [told('bus', 100, 10_100)] })).toEqual([
      ['bus', 'bus#1', 100, 5400, 5400, 5400, 'itinerary'],
      ['bus', 'bus#2', 9700, 10_100, 10_100, 10_100, 'itinerary'],
    ]);
  });
});
