import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { haversineM } from '../core/geo.js';
import type { PlaceInput } from '../engines/inputs/row-inputs.js';
import { Places } from '../model/place.js';
import { parseScope } from '../model/scope.js';
import { tablesOf } from '../testing/tables.js';
import { PlaceNeighbours } from './place-neighbours.js';

/** Asks by id, answers with ids and metres, sorted. */
function neighbours(
  places: readonly PlaceInput[],
  scope: string,
): { of: (id: string) => string[]; meet: (a: string, b: string) => boolean; unlocated: number } {
  const inputs = tablesOf({ places, checkIns: [{ person_id: 'p', place_id: 'unlisted', time: 1_646_092_800 }] });
  const { place } = inputs.ids;
  const found = new PlaceNeighbours(new Places(inputs), parseScope(scope));
  return {
    of: (id) =>
      found
        .of(place.intern(id))
        .map(({ place: other, distanceM }) => (distanceM < 0 ? place.text(other) : `${place.text(other)} ${distanceM} m`))
        .sort(),
    meet: (a, b) => found.meet(place.intern(a), place.intern(b)),
    unlocated: found.countUnlocated([...places.map(({ place_id }) => place.intern(place_id)), place.intern('unlisted')]),
  };
}

const TREE: readonly PlaceInput[] = [
  { place_id: 'shop', parent_id: 'mall' },
  { place_id: 'kiosk', parent_id: 'mall' },
  { place_id: 'mall', parent_id: 'estate' },
  { place_id: 'other' },
  { place_id: 'lone', parent_id: 'estate' },
];
/** Degrees of latitude. */
const METRE = 1 / 111_195.08;
const at = (place_id: string, lat: number, lon: number, more: Partial<PlaceInput> = {}): PlaceInput => ({ place_id, lat, lon, ...more });

describe('place', () => {
  test('a place meets itself alone', () => {
    const { of, meet, unlocated } = neighbours(TREE, 'place');
    expect([of('shop'), of('unlisted'), meet('shop', 'shop'), meet('shop', 'mall'), unlocated]).toEqual([['shop'], ['unlisted'], true, false, 0]);
  });
});

describe('parent', () => {
  const { of, meet, unlocated } = neighbours(TREE, 'parent');

  test('all places under one topmost ancestor meet, itself among them, even if it is not listed', () => {
    for (const id of ['shop', 'mall', 'estate', 'lone']) expect(of(id), id).toEqual(['estate', 'kiosk', 'lone', 'mall', 'shop']);
    expect(meet('shop', 'lone')).toBe(true);
  });

  test('a place without a parent meets itself alone', () => {
    expect([of('other'), of('unlisted'), meet('other', 'estate'), unlocated]).toEqual([['other'], ['unlisted'], false, 0]);
  });
});

describe('grid', () => {
  test('venues of one cell meet, without a distance; vehicles and places without coordinates keep their own key', () => {
    const bus = at('bus', 31.2304, 121.4737, { category: 'bus' });
    const { of, meet, unlocated } = neighbours(
      [at('a', 31.2304, 121.4737), at('b', 31.2305, 121.4738), at('far', 31.25, 121.4737), bus, { place_id: 'nowhere' }],
      'grid:800',
    );
    expect([of('a'), of('far'), of('bus'), of('nowhere'), of('unlisted'), unlocated]).toEqual([['a', 'b'], ['far'], ['bus'], ['nowhere'], ['unlisted'], 2]);
    expect([meet('a', 'b'), meet('b', 'a'), meet('a', 'bus'), meet('bus', 'bus')]).toEqual([true, true, false, true]);
  });

  test('two venues a step apart on both sides of an edge do not meet, two at the far ends of a cell do', () => {
    const edge = 800 / 111_320; // the first row of cells ends here
    const { meet } = neighbours([at('south', edge - METRE, 0.001), at('north', edge + METRE, 0.001), at('corner', METRE, 0.001)], 'grid:800');
    expect([meet('south', 'north'), meet('south', 'corner')]).toEqual([false, true]);
  });

  test('cells are those of the formula', () => {
    const coordinate = (limit: number): fc.Arbitrary<number> => fc.integer({ min: -limit * 1e6, max: limit * 1e6 }).map((micro) => micro / 1e6);
    const some = fc.constantFrom([31.2304, 121.4737], [-17.7134, 178.065], [78.2232, 15.6267], [0, 0]);
    const steps = fc.integer({ min: -900, max: 900 });
    const near = fc.tuple(some, steps, steps).map(([[lat, lon], dy, dx]) => [lat! + dy * 2e-5, lon! + dx * 2e-5] as const);
    const point = fc.oneof(near, fc.tuple(coordinate(90), coordinate(180))).map(([lat, lon]) => [Number(lat.toFixed(10)), Number(lon.toFixed(10))] as const);
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 12 }), fc.constantFrom(50, 800, 2500.5), (points, metres) => {
        const cell = (lat: number, lon: number): string => {
          const y = Math.floor((lat * 111_320) / metres);
          const middle = (((y + 0.5) * metres) / 111_320) * (Math.PI / 180);
          return `${Math.floor((lon * 111_320 * Math.cos(middle)) / metres)}|${y}`;
        };
        const { of } = neighbours(
          points.map(([lat, lon], i) => at(`v${i}`, lat, lon)),
          `grid:${metres}`,
        );
        for (const [i, [lat, lon]] of points.entries()) {
          expect(of(`v${i}`)).toEqual(points.flatMap(([otherLat, otherLon], j) => (cell(otherLat, otherLon) === cell(lat, lon) ? [`v${j}`] : [])).sort());
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('near', () => {
  test('venues at most so many metres apart meet, with the distance in whole metres, half up', () => {
    const places = [
      at('a', 0, 0),
      at('b', 99.49 * METRE, 0),
      at('c', -99.51 * METRE, 0),
      at('d', 100.01 * METRE, 0),
      at('here', 0, 0),
      at('bus', 0, 0, { category: 'bus' }),
      { place_id: 'nowhere' },
    ];
    const { of, meet, unlocated } = neighbours(places, 'near:100');
    expect(of('a')).toEqual(['a 0 m', 'b 99 m', 'c 100 m', 'here 0 m']);
    expect(of('d')).toEqual(['b 1 m', 'd 0 m']);
    expect([of('bus'), of('nowhere'), unlocated]).toEqual([['bus 0 m'], ['nowhere 0 m'], 2]);
    expect([meet('b', 'c'), meet('a', 'b'), meet('b', 'a')]).toEqual([false, true, true]);
  });

  test('the date line and the poles are no borders', () => {
    const { of } = neighbours([at('east', -17, 179.9995), at('west', -17, -179.9995), at('north 0', 89.9999, 0), at('north 180', 89.9999, 180)], 'near:200');
    expect([of('east'), of('west'), of('north 0')]).toEqual([
      ['east 0 m', 'west 106 m'],
      ['east 106 m', 'west 0 m'],
      ['north 0 0 m', 'north 180 22 m'],
    ]);
  });

  test('they are the venues that a look at every pair finds, over the date line and round the poles too', () => {
    const lat = fc.constantFrom(-90, -89.9995, -60, -0.0004, 0, 31.23, 31.2304, 78.22, 89.999, 89.9999, 90);
    const lon = fc.constantFrom(-180, -179.999, -0.0005, 0, 0.0005, 121.47, 121.4705, 179.9985, 179.9995, 180);
    const jitter = fc.integer({ min: -40, max: 40 }).map((steps) => steps * 1e-4);
    const degrees = (value: number, limit: number): number => Number(Math.max(-limit, Math.min(limit, value)).toFixed(10));
    const point = fc.tuple(lat, lon, jitter, jitter).map(([y, x, dy, dx]) => ({ lat: degrees(y + dy, 90), lon: degrees(x + dx, 180) }));
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 14 }), fc.constantFrom(1, 50, 120, 800, 100_000, 9_000_000), (points, metres) => {
        const { of } = neighbours(
          points.map((each, i) => ({ place_id: `v${i}`, ...each })),
          `near:${metres}`,
        );
        for (const [i, a] of points.entries()) {
          const wanted = points.flatMap((b, j) => {
            const distance = i === j ? 0 : haversineM(a.lat, a.lon, b.lat, b.lon);
            return distance <= metres ? [`v${j} ${Math.floor(distance + 0.5)} m`] : [];
          });
          expect(of(`v${i}`)).toEqual(wanted.sort());
        }
      }),
      { numRuns: 400 },
    );
  });
});
