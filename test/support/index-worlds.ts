/**
 * Worlds for the index on disk: several days, zones with a change of the clocks, stays that cross midnight or last for weeks, places in a mall and near each
 * other, vehicles with and without a timetable, seats, check-outs, duplicates and lent codes. Check-ins are lines, so that they can be dealt to updates.
 */
import fc from 'fast-check';

const HOUR = 3600;
/** 2022-03-12T00:00:00Z: the day before New York changes its clocks. */
const BASE_SEC = 1_647_043_200;

export const HEAD = 'person_id,place_id,time,check_out,run_id,carriage,seat\n';

export const PLACES = `place_id,category,kind,lat,lon,parent_id,district,ventilation
mall,retail,venue,31.2,121.4,,east,
shop,food,venue,31.2005,121.4005,mall,east,
kiosk,food,venue,31.201,121.4,,west,
office,workplace,venue,31.3,121.4,,west,
home,residence,venue,31.2002,121.4,,west,
ward,lodging,venue,,,,,
bus,bus,vehicle,,,,,sealed
train,train,vehicle,,,,,ventilated
`;
/** Other places under the same names: the bus is a venue, the kiosk belongs to the mall, homes are shops. */
export const OTHER_PLACES = `place_id,category,kind,lat,lon,parent_id,district
mall,retail,venue,31.2,121.4,,east
shop,retail,venue,31.2005,121.4005,mall,east
kiosk,food,venue,31.3,121.4,mall,north
home,retail,venue,31.2002,121.4,,west
bus,station,venue,,,,
train,metro,vehicle,,,,
`;

export interface IndexWorld {
  /** Distinct or not, in the order of a file. */
  readonly lines: readonly string[];
  readonly places: string;
  /** Null: runs are cut from scans. */
  readonly runs: string | null;
  readonly cases: string;
  readonly visits: string | null;
  readonly tz: string;
}

const PEOPLE = ['p10', 'p2', 'P3', '0042', '\uff5e5', '\u{1d4b3}6'];
const VENUES = ['mall', 'shop', 'kiosk', 'office', 'home', 'ward', 'nowhere'];

/** Quarters of hours over three days, thick around the midnights of UTC, New York and Kathmandu. */
const instant: fc.Arbitrary<number> = fc.oneof(
  fc.nat({ max: 3 * 96 }).map((quarter) => BASE_SEC + quarter * 900),
  fc.tuple(fc.constantFrom(24, 48, 29, 28, 18.25, 42.25), fc.integer({ min: -6, max: 6 })).map(([hour, step]) => BASE_SEC + hour * HOUR + step * 600),
);

const line = (person: string, place: string, time: number, out: number | '' = '', run = '', carriage = '', seat = ''): string =>
  `${person},${place},${time},${out},${run},${carriage},${seat}`;

const venueScan = fc
  .tuple(fc.constantFrom(...PEOPLE), fc.constantFrom(...VENUES), instant, fc.option(fc.constantFrom(0, 600, 3600, 30 * HOUR, 12 * HOUR), { freq: 3 }))
  .map(([person, place, time, stayed]) => line(person, place, time, stayed === null ? '' : time + stayed));

const ride = fc
  .tuple(
    fc.constantFrom(...PEOPLE),
    fc.constantFrom('bus', 'train'),
    instant,
    fc.constantFrom('', '', '', 'r1', 'bus#1'),
    fc.constantFrom('', '1', '2'),
    fc.constantFrom('', '3A', '7B', '9'),
  )
  .map(([person, place, time, run, carriage, seat]) => line(person, place, time, '', run, carriage, seat));

/** Scans of one person at one place again and again: one stay of days, or of more than 97 days. */
const chain = fc
  .tuple(fc.constantFrom(...PEOPLE), fc.constantFrom('home', 'ward', 'office'), instant, fc.constantFrom(3, 8, 8, 120))
  .map(([person, place, start, count]) => Array.from({ length: count }, (_, i) => line(person, place, start + i * (place === 'office' ? 11 : 22) * HOUR)));

const runsTable = fc
  .array(fc.tuple(fc.constantFrom('bus', 'train'), fc.constantFrom('r1', 'r2', 'r3'), instant, fc.constantFrom(900, HOUR, 5 * HOUR)), {
    minLength: 1,
    maxLength: 6,
  })
  .map((rows) => `vehicle_id,run_id,start,end\n${rows.map(([vehicle, run, start, length]) => `${vehicle},${run},${start},${start + length}\n`).join('')}`);

const cases = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...PEOPLE, 'nobody'), fc.option(instant), fc.option(instant)), {
    minLength: 1,
    maxLength: 3,
    selector: ([person]) => person,
  })
  .map(
    (rows) =>
      `person_id,infectious_from,infectious_to\n${rows.map(([person, a, b]) => `${person},${a === null ? '' : b === null ? a : Math.min(a, b)},${b === null ? '' : Math.max(a ?? b, b)}\n`).join('')}`,
  );

const visits = fc
  .array(fc.tuple(fc.constantFrom('c1', 'c2'), fc.constantFrom('shop', 'bus', 'home', 'unheard'), instant, fc.constantFrom(0, 1800, 5 * HOUR)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((rows) => `case_id,place_id,start,end\n${rows.map(([id, place, start, length]) => `${id},${place},${start},${start + length}\n`).join('')}`);

export function indexWorlds(): fc.Arbitrary<IndexWorld> {
  return fc.record({
    lines: fc
      .tuple(fc.array(venueScan, { minLength: 8, maxLength: 30 }), fc.array(ride, { maxLength: 25 }), fc.array(chain, { maxLength: 2 }), fc.boolean())
      .map(([venues, rides, chains, isDoubled]) => {
        const all = [...venues, ...rides, ...chains.flat()];
        return isDoubled ? [...all, ...all.slice(0, 6)] : all;
      }),
    places: fc.constantFrom(PLACES, PLACES, OTHER_PLACES),
    runs: fc.option(runsTable, { freq: 2 }),
    cases,
    visits: fc.option(visits, { freq: 2 }),
    tz: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu'),
  });
}

/** How to match: flags of the command line, one list of each kind of search. */
export const MATCHINGS: readonly (readonly string[])[] = [
  [],
  ['--lag', '2h', '--bounds', 'closed'],
  ['--scope', 'parent', '--depth', '2'],
  ['--scope', 'near:150', '--lag', '30m', '--depth', '3'],
  ['--scope', 'grid:400', '--bounds', 'closed', '--depth', '2'],
  ['--skew', '10m', '--lag', '1h'],
  ['--exclude-conflicts', '--depth', '3'],
  ['--rule', 'cn-companion', '--rule', 'cn-close-2021', '--rule', 'any'],
  ['--rule', 'cn-close-2022', '--scope', 'parent', '--skew', '5m'],
  ['--rule', 'cwa-day', '--rule', 'who-2020', '--depth', '2', '--min-overlap', '10m'],
];
