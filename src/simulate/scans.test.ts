import { describe, expect, test } from 'vitest';
import { dayNumber } from '../core/zone.js';
import { Dwell } from '../stays/dwell.js';
import { City, PEOPLE_PER_HOUSEHOLD } from './city.js';
import { DayPlanner } from './day.js';
import { LENT, MISSED, OWN, Scanner, type ScanShares } from './scans.js';

const PEOPLE = 4000;
const city = new City(2, PEOPLE);
const planner = new DayPlanner(city, { firstDay: dayNumber(2022, 3, 1), days: 3 }, new Dwell(), 0, () => undefined);

interface Scanned {
  readonly scanOf: number;
  readonly isBefore: boolean;
  readonly startSec: number;
  readonly endSec: number;
  readonly person: number;
  readonly rows: readonly { person: number; timeSec: number; outSec: number }[];
}

function scanned(shares: ScanShares, clockSkewSec = 0): Scanned[] {
  const scanner = new Scanner(city, shares, clockSkewSec);
  const all: Scanned[] = [];
  for (let person = 0; person < PEOPLE; person++) {
    planner.plan(person, person % 3);
    const { visits } = planner;
    scanner.scan(person, person % 3, visits);
    const { scans } = scanner;
    for (let visit = 0; visit < visits.count; visit++) {
      const rows = Array.from({ length: scans.count }, (_, row) => row).filter((row) => scans.visit[row] === visit);
      all.push({
        scanOf: scans.scanOf[visit]!,
        isBefore: visits.isBefore[visit] === 1,
        startSec: visits.startSec[visit]!,
        endSec: visits.endSec[visit]!,
        person,
        rows: rows.map((row) => ({ person: scans.person[row]!, timeSec: scans.timeSec[row]!, outSec: scans.outSec[row]! })),
      });
    }
  }
  return all;
}

const share = (visits: readonly Scanned[], isMeant: (visit: Scanned) => boolean): number => visits.filter(isMeant).length / visits.length;

describe('Scanner', () => {
  test('shares are about what was asked for', () => {
    const visits = scanned({ checkOut: 0.3, missed: 0.1, duplicate: 0.2, lent: 0.05 }).filter((visit) => !visit.isBefore);
    const seen = visits.filter((visit) => visit.scanOf !== MISSED);
    expect(share(visits, (visit) => visit.scanOf === MISSED)).toBeCloseTo(0.1, 1);
    expect(share(visits, (visit) => visit.scanOf === LENT)).toBeCloseTo(0.05, 1);
    expect(share(seen, (visit) => visit.rows.some((row) => row.outSec > 0))).toBeCloseTo(0.3, 1);
    expect(share(seen, (visit) => visit.rows.length === 2)).toBeCloseTo(0.2, 1);
  });

  test('without faults every visit gives one row: its person, its start, its end', () => {
    for (const visit of scanned({ checkOut: 1, missed: 0, duplicate: 0, lent: 0 })) {
      expect(visit.rows).toEqual(visit.isBefore ? [] : [{ person: visit.person, timeSec: visit.startSec, outSec: visit.endSec }]);
    }
  });

  test('a missed visit has no row, a lent code is of the household and never one’s own', () => {
    for (const { scanOf, rows, person } of scanned({ checkOut: 0.5, missed: 0.3, duplicate: 0.3, lent: 0.3 })) {
      expect(rows.length > 0).toBe(scanOf !== MISSED);
      for (const row of rows) {
        expect(row.person === person).toBe(scanOf === OWN);
        expect(Math.floor(row.person / PEOPLE_PER_HOUSEHOLD)).toBe(Math.floor(person / PEOPLE_PER_HOUSEHOLD));
      }
    }
  });

  test('a double tap is within eight seconds and before the visit ends; a check-out closes the second', () => {
    const twice = scanned({ checkOut: 0.5, missed: 0, duplicate: 1, lent: 0 }).filter((visit) => visit.rows.length === 2);
    const [same, later] = [
      twice.filter(({ rows }) => rows[0]!.timeSec === rows[1]!.timeSec),
      twice.filter(({ rows }) => rows[0]!.timeSec !== rows[1]!.timeSec),
    ];
    expect(same.length / twice.length).toBeCloseTo(0.5, 1);
    for (const { rows } of same) expect(rows[0]).toEqual(rows[1]);
    for (const {
      rows: [first, second],
      endSec,
    } of later) {
      expect(first!.outSec).toBe(0);
      expect(second!.timeSec - first!.timeSec).toBeLessThanOrEqual(8);
      expect(second!.timeSec).toBeLessThanOrEqual(endSec);
    }
  });

  test('a share moves nothing but what it is about', () => {
    const some = scanned({ checkOut: 0.2, missed: 0.05, duplicate: 0.01, lent: 0.01 });
    const none = scanned({ checkOut: 0.2, missed: 0.05, duplicate: 0, lent: 0 });
    expect(some.length).toBe(none.length);
    const times = (visits: readonly Scanned[]): number[][] => visits.map(({ startSec, endSec, scanOf }) => [startSec, endSec, scanOf === MISSED ? 1 : 0]);
    expect(times(some)).toEqual(times(none));
    const isPlain = some.map(({ scanOf, rows }) => scanOf === OWN && rows.length === 1);
    expect(some.filter((_, i) => isPlain[i])).toEqual(none.filter((_, i) => isPlain[i]));
  });

  test('a phone whose clock is off is off by the same all day, within the bound', () => {
    const shares = { checkOut: 1, missed: 0, duplicate: 0, lent: 0 };
    const offsets = new Map<number, Set<number>>();
    for (const { rows, startSec, endSec, person } of scanned(shares, 60)) {
      for (const row of rows) {
        expect(row.timeSec - startSec).toBe(row.outSec - endSec);
        offsets.set(person, (offsets.get(person) ?? new Set()).add(row.timeSec - startSec));
      }
    }
    const all = [...offsets.values()].map((each) => [...each]);
    expect(all.every((each) => each.length === 1 && Math.abs(each[0]!) <= 60)).toBe(true);
    expect(new Set(all.flat()).size).toBeGreaterThan(100);
  });
});
