import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Places } from '../model/place.js';
import { parseScope } from '../model/scope.js';
import { CAPPED, CONFLICT } from '../model/stay.js';
import { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { StayIndex } from '../stay-index/stay-index.js';
import { staysFrom, visitsFrom, type PlainPresence } from '../testing/presence.js';
import { tablesOf } from '../testing/tables.js';
import { AFTER, Episodes, NO_DISTANCE, TOGETHER, episodeTimes, meetingRank } from './episodes.js';
import { OverlapJoin, type JoinSettings } from './overlap-join.js';

const BASE = 1_646_092_800;
const PEOPLE = 5;
/** Places 1, 2 and 3: two shops of one mall 40 m apart, and a bus. */
const INPUTS = tablesOf({
  places: [
    { place_id: 'shop', lat: 0, lon: 0 },
    { place_id: 'kiosk', lat: 40 / 111_195.08, lon: 0 },
    { place_id: 'bus', category: 'bus' },
  ],
});
const NEIGHBOURS = Object.fromEntries(['place', 'near:30', 'near:50'].map((scope) => [scope, new PlaceNeighbours(new Places(INPUTS), parseScope(scope))]));
const DISTANCES: Readonly<Record<string, (a: number, b: number) => number | undefined>> = {
  place: (a, b) => (a === b ? NO_DISTANCE : undefined),
  'near:30': (a, b) => (a === b ? 0 : undefined),
  'near:50': (a, b) => (a === b ? 0 : a !== 3 && b !== 3 ? 40 : undefined),
};

const presence: fc.Arbitrary<PlainPresence> = fc
  .record({
    person: fc.nat({ max: PEOPLE - 1 }),
    place: fc.integer({ min: 1, max: 3 }),
    run: fc.constantFrom(0, 0, 0, 1),
    start: fc.nat({ max: 30 }).map((step) => BASE + step),
    lengths: fc.tuple(fc.nat({ max: 8 }), fc.nat({ max: 8 }), fc.oneof(fc.nat({ max: 8 }), fc.constant(0))),
    flags: fc.constantFrom(0, 0, CONFLICT, CAPPED, CAPPED | CONFLICT),
  })
  .map(({ lengths: [a, b, c], start, ...row }) => ({ ...row, start, certain: start + Math.min(a, b, c), likely: start + Math.min(b, c), possible: start + c }));

const settings: fc.Arbitrary<JoinSettings> = fc.record({
  lagSec: fc.constantFrom(0, 0, 1, 5, 100),
  isClosed: fc.boolean(),
  minOverlapSec: fc.constantFrom(0, 0, 1, 3),
  excludedFlags: fc.constantFrom(0, CONFLICT),
});

type Found = [visit: number, stay: number, distanceM: number, kind: number];

function join(
  visits: readonly PlainPresence[],
  stays: readonly PlainPresence[],
  scope: string,
  how: JoinSettings,
  isLeftOut: Uint8Array | null,
): { found: Found[]; counted: number } {
  const columns = staysFrom(stays, PEOPLE);
  const overlaps = new OverlapJoin(visitsFrom(visits), columns, new StayIndex(columns, INPUTS.ids.place.size, isLeftOut), NEIGHBOURS[scope]!, how);
  const episodes = new Episodes();
  const middle = visits.length >> 1;
  // Buffers are used again: a call must not see what the one before it left.
  const count = overlaps.run(0, middle, episodes) + overlaps.run(middle, visits.length, episodes);
  expect(episodes.count).toBe(count);
  const { visit, stay, distanceM, kind } = episodes;
  return {
    found: Array.from({ length: count }, (_, i): Found => [visit.data[i]!, stay.data[i]!, distanceM.data[i]!, kind.data[i]!]).sort(byRow),
    counted: overlaps.run(0, visits.length, null),
  };
}

const byRow = (a: Found, b: Found): number => a[0] - b[0] || a[1] - b[1];

/** SPEC section 7 for every visit and stay. */
function plainly(
  visits: readonly PlainPresence[],
  stays: readonly PlainPresence[],
  scope: string,
  { lagSec, isClosed, minOverlapSec, excludedFlags }: JoinSettings,
  isLeftOut: Uint8Array | null,
): Found[] {
  return visits.flatMap((visit, v) =>
    stays.flatMap((stay, s): Found[] => {
      const metres = DISTANCES[scope]!(visit.place, stay.place);
      if (
        metres === undefined ||
        visit.run !== stay.run ||
        visit.person === stay.person ||
        isLeftOut?.[stay.person] === 1 ||
        (stay.flags! & excludedFlags) !== 0
      )
        return [];
      const overlap = Math.min(visit.possible, stay.possible) - Math.max(visit.start, stay.start);
      if (overlap > 0 || (isClosed && overlap === 0)) return overlap < minOverlapSec ? [] : [[v, s, metres, TOGETHER]];
      const after = Math.min(stay.possible, visit.possible + lagSec) - Math.max(stay.start, visit.possible);
      return after > 0 ? [[v, s, metres, AFTER]] : [];
    }),
  );
}

test('the episodes are those of the definition, for every lag, bound, least overlap, scope and set of people left out', () => {
  fc.assert(
    fc.property(
      fc.array(presence, { maxLength: 8 }),
      fc.array(presence, { maxLength: 40, size: 'max' }),
      fc.constantFrom('place', 'near:30', 'near:50'),
      settings,
      fc.option(fc.array(fc.nat({ max: 1 }), { minLength: PEOPLE, maxLength: PEOPLE }).map((bits) => Uint8Array.from(bits))),
      (visits, unsorted, scope, how, isLeftOut) => {
        const stays = unsorted.toSorted((a, b) => a.person - b.person);
        const wanted = plainly(visits, stays, scope, how, isLeftOut).sort(byRow);
        expect(join(visits, stays, scope, how, isLeftOut)).toEqual({ found: wanted, counted: wanted.length });
      },
    ),
    { numRuns: 1000 },
  );
});

describe('worked out by hand', () => {
  const at = (person: number, start: number, certain: number, likely: number, possible: number): PlainPresence => ({
    person,
    place: 1,
    run: 0,
    start: BASE + start,
    certain: BASE + certain,
    likely: BASE + likely,
    possible: BASE + possible,
    flags: 0,
  });
  const VISIT = at(0, 0, 10, 20, 30);
  const HALF_OPEN: JoinSettings = { lagSec: 0, isClosed: false, minOverlapSec: 0, excludedFlags: 0 };
  const kinds = (stay: PlainPresence, how: Partial<JoinSettings> = {}): number[] =>
    join([VISIT], [stay], 'place', { ...HALF_OPEN, ...how }, null).found.map((row) => row[3]);

  test('half-open intervals that only touch do not meet, closed ones do', () => {
    expect([kinds(at(1, 30, 31, 31, 31)), kinds(at(1, 30, 31, 31, 31), { isClosed: true }), kinds(at(1, 31, 32, 32, 32), { isClosed: true })]).toEqual([
      [],
      [TOGETHER],
      [],
    ]);
    expect([kinds(at(1, 29, 31, 31, 31)), kinds(at(1, 10, 10, 10, 10)), kinds(at(1, 10, 10, 10, 10), { isClosed: true })]).toEqual([
      [TOGETHER],
      [],
      [TOGETHER],
    ]);
  });

  test('someone who comes within the lag comes after, one second later no more', () => {
    expect([kinds(at(1, 44, 50, 50, 50), { lagSec: 15 }), kinds(at(1, 45, 50, 50, 50), { lagSec: 15 }), kinds(at(1, 30, 40, 40, 40), { lagSec: 1 })]).toEqual([
      [AFTER],
      [],
      [AFTER],
    ]);
    expect(kinds(at(1, 40, 40, 40, 40), { lagSec: 15 })).toEqual([]);
  });

  test('the least overlap drops shorter meetings, and not those that came after', () => {
    expect([
      kinds(at(1, 20, 40, 40, 40), { minOverlapSec: 10 }),
      kinds(at(1, 20, 40, 40, 40), { minOverlapSec: 11 }),
      kinds(at(1, 30, 40, 40, 40), { minOverlapSec: 11, lagSec: 5 }),
    ]).toEqual([[TOGETHER], [], [AFTER]]);
  });

  const times = (stay: PlainPresence, kind: number, lagSec: number): object => {
    const { startSec, endSec, ...rest } = episodeTimes(visitsFrom([VISIT]), 0, staysFrom([stay], 2), 0, kind, lagSec);
    return { start: startSec - BASE, end: endSec - BASE, ...rest };
  };

  test('the times of an episode together: overlaps by grade, and what is left within the lag', () => {
    expect(times(at(1, 25, 26, 27, 60), TOGETHER, 0)).toEqual({ start: 25, end: 30, overlapSec: [0, 0, 5], afterSec: 0, gapSec: -1 });
    expect(times(at(1, 25, 26, 27, 60), TOGETHER, 15)).toEqual({ start: 25, end: 30, overlapSec: [0, 0, 5], afterSec: 15, gapSec: -1 });
    expect(times(at(1, 5, 12, 40, 40), TOGETHER, 15)).toEqual({ start: 5, end: 30, overlapSec: [5, 15, 25], afterSec: 10, gapSec: -1 });
  });

  test('the times of an episode after: from the arrival to the end of the stay or of the lag', () => {
    expect(times(at(1, 40, 50, 60, 70), AFTER, 15)).toEqual({ start: 40, end: 45, overlapSec: [0, 0, 0], afterSec: 5, gapSec: 10 });
    expect(times(at(1, 30, 33, 33, 33), AFTER, 15)).toEqual({ start: 30, end: 33, overlapSec: [0, 0, 0], afterSec: 3, gapSec: 0 });
  });

  test('the rank of a meeting is that of the surest grade at which the two meet', () => {
    const rank = (stay: PlainPresence, isClosed = false): number => meetingRank(visitsFrom([VISIT]), 0, staysFrom([stay], 2), 0, isClosed);
    expect([at(1, 9, 12, 12, 12), at(1, 10, 30, 30, 30), at(1, 20, 30, 30, 30), at(1, 30, 40, 40, 40)].map((stay) => rank(stay))).toEqual([0, 1, 2, 3]);
    expect([at(1, 10, 30, 30, 30), at(1, 20, 30, 30, 30), at(1, 30, 40, 40, 40), at(1, 31, 40, 40, 40)].map((stay) => rank(stay, true))).toEqual([0, 1, 2, 3]);
  });
});
