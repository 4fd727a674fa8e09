/** Dense, nasty worlds for property tests: few people, few places, whole minutes, so that ends meet, scans coincide and codes are lent. */
import fc from 'fast-check';
import type { BruteOptions, PlainCase, PlainCheckIn, PlainClause, PlainPlace, PlainRun, World } from './brute-force.js';

/** 2022-03-01T00:00:00Z. */
export const BASE_SEC = 1_646_092_800;
export const STEP_SEC = 60;
const LAST_STEP = 20;

/** Bytewise order differs from UTF-16 order in the last two, and from the order of numbers in the first. */
export const PEOPLE: readonly string[] = ['p10', 'p2', 'P3', '0042', '\uff5e5', '\u{1d4b3}6'];
const MALL = 'mall';
const SHOP = 'shop';
const BUS = 'bus';

/** Short stays, so that every bound is met within 20 minutes. */
export const DWELL: BruteOptions['dwell'] = {
  default: { least: 1, typical: 3, most: 6 },
  retail: { least: 0, typical: 2, most: 9 },
  bus: { least: 1, typical: 2, most: 4 },
};
export const RUN_GAP_SEC = 300;

const step = (most: number): fc.Arbitrary<number> => fc.nat({ max: most });
const at = (steps: number): number => BASE_SEC + steps * STEP_SEC;
/** The value once in `outOf` times, else nothing. */
const sometimes = <T>(value: fc.Arbitrary<T>, outOf: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 1, arbitrary: value }, { weight: outOf - 1, arbitrary: fc.constant(undefined) });
/** Leaves out what is undefined, as a row without the cell. */
const row = <T extends object>(cells: T): T => Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== undefined)) as T;

export interface WorldShape {
  /** @defaultValue true: some worlds have a bus, with or without a timetable */
  readonly vehicles?: boolean;
}

/** A world with 3 to 6 people, 2 or 3 places, and cases among the people; rows are distinct. */
export function worlds({ vehicles = true }: WorldShape = {}): fc.Arbitrary<World> {
  return fc
    .record({
      people: fc.integer({ min: 3, max: 6 }),
      hasBus: vehicles ? fc.boolean() : fc.constant(false),
      isMallParent: fc.boolean(),
      isShopRetail: fc.boolean(),
    })
    .chain(({ people, hasBus, isMallParent, isShopRetail }) => {
      const places: PlainPlace[] = [
        { place_id: MALL },
        { place_id: SHOP, ...(isMallParent && { parent_id: MALL }), ...(isShopRetail && { category: 'retail' }) },
        ...(hasBus ? [{ place_id: BUS, category: 'bus' }] : []),
      ];
      return fc.record({
        checkIns: fc.uniqueArray(
          checkIn(
            PEOPLE.slice(0, people),
            places.map((place) => place.place_id),
          ),
          { minLength: 10, maxLength: 30, selector: (scan) => JSON.stringify(scan) },
        ),
        places: fc.constant(places),
        runs: hasBus ? timetable() : fc.constant([]),
        cases: cases(PEOPLE.slice(0, people)),
      });
    });
}

function checkIn(people: readonly string[], places: readonly string[]): fc.Arbitrary<PlainCheckIn> {
  return fc
    .record({
      person_id: fc.constantFrom(...people),
      place_id: fc.constantFrom(...places),
      time: step(LAST_STEP).map(at),
      stayed: sometimes(step(10), 3),
      run_id: sometimes(fc.constantFrom('r1', 'r2', 'bus#1'), 8),
    })
    .map(({ stayed, ...scan }) => row({ ...scan, check_out: stayed === undefined ? undefined : scan.time + stayed * STEP_SEC }) as PlainCheckIn);
}

function timetable(): fc.Arbitrary<PlainRun[]> {
  const run = fc
    .record({ run_id: fc.constantFrom('r1', 'r2', 'r3'), start: step(LAST_STEP).map(at), length: step(12) })
    .map(({ run_id, start, length }) => ({ vehicle_id: BUS, run_id, start, end: start + length * STEP_SEC }));
  return fc.oneof(fc.constant<PlainRun[]>([]), fc.uniqueArray(run, { minLength: 1, maxLength: 4, selector: (each) => JSON.stringify(each) }));
}

function cases(people: readonly string[]): fc.Arbitrary<PlainCase[]> {
  const one = fc
    .record({ person_id: fc.constantFrom(...people), from: sometimes(step(10), 2), to: sometimes(fc.integer({ min: 5, max: 30 }), 2), hasId: fc.boolean() })
    .map(
      ({ person_id, from, to, hasId }) =>
        row({
          person_id,
          case_id: hasId ? `case of ${person_id}` : undefined,
          infectious_from: from === undefined ? undefined : at(from),
          infectious_to: to === undefined ? undefined : at(to),
        }) as PlainCase,
    );
  return fc.uniqueArray(one, { minLength: 1, maxLength: 3, selector: (each) => each.case_id ?? each.person_id });
}

/** How to match: everything but the dwell times and the run gap, which go with the world. */
export function matchings(): fc.Arbitrary<Pick<BruteOptions, 'clauses' | 'lagSec' | 'isClosed' | 'minOverlapSec'>> {
  return fc.record({
    clauses: fc.oneof(fc.constant<readonly PlainClause[]>([{ measure: 'total', at_least: 1 }]), fc.array(clause(), { minLength: 1, maxLength: 3 })),
    lagSec: fc.constantFrom(0, 0, 60, 180, 3600),
    isClosed: fc.boolean(),
    minOverlapSec: fc.constantFrom(0, 0, 60, 120),
  });
}

function clause(): fc.Arbitrary<PlainClause> {
  return fc
    .tuple(fc.constantFrom('single', 'total', 'rolling24h'), fc.boolean(), fc.constantFrom(0, 1, 60, 120, 300))
    .map(([measure, isStrict, sec]) => (isStrict ? { measure, more_than: sec } : { measure, at_least: sec }));
}
