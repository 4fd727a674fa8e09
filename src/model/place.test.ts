import { describe, expect, test } from 'vitest';
import { InputError } from '../core/errors.js';
import type { PlaceInput } from '../engines/inputs/row-inputs.js';
import { tablesOf } from '../testing/tables.js';
import { Places, VEHICLE_CATEGORIES } from './place.js';

function places(rows: readonly PlaceInput[]): { places: Places; id: (text: string) => number; text: (id: number) => string } {
  const inputs = tablesOf({ places: rows, checkIns: [{ person_id: 'p', place_id: 'unlisted', time: 1_646_092_800 }] });
  return { places: new Places(inputs), id: (text) => inputs.ids.place.find(text), text: (id) => inputs.ids.place.text(id) };
}

describe('what a place is', () => {
  test('every column, and what an empty one stands for', () => {
    const { places: all, id } = places([
      {
        place_id: 'full',
        name: 'Café',
        kind: 'vehicle',
        category: 'food',
        lat: 31.5,
        lon: -121.25,
        district: 'North',
        line_id: '7',
        ventilation: 'sealed',
        plate: '粤A·12345',
      },
      { place_id: 'bare' },
    ]);
    expect(all.get(id('full')).line).toBeGreaterThan(0);
    expect(all.get(id('full'))).toEqual({
      name: 'Café',
      kind: 'vehicle',
      category: 'food',
      lat: 31.5,
      lon: -121.25,
      parentId: 0,
      district: 'North',
      ventilation: 'sealed',
      line: all.get(id('full')).line,
      plate: '粤A·12345',
    });
    expect(all.get(id('bare'))).toEqual({
      name: '',
      kind: 'venue',
      category: 'default',
      lat: Number.NaN,
      lon: Number.NaN,
      parentId: 0,
      district: '',
      ventilation: '',
      line: 0,
      plate: '',
    });
    expect(all.get(id('unlisted'))).toEqual(all.get(id('bare')));
    expect([all.isListed(id('bare')), all.isListed(id('unlisted'))]).toEqual([true, false]);
  });

  test('an empty kind is vehicle for the categories from bus to aircraft, else venue', () => {
    const categories = [...VEHICLE_CATEGORIES, 'food', 'station', '', 'Bus', 'minibus'];
    const { places: all, id } = places(categories.map((category) => ({ place_id: `in ${category}`, category })));
    expect(categories.map((category) => all.get(id(`in ${category}`)).kind)).toEqual([
      ...VEHICLE_CATEGORIES.map(() => 'vehicle'),
      'venue',
      'venue',
      'venue',
      'venue',
      'venue',
    ]);
    expect(VEHICLE_CATEGORIES).toEqual(['bus', 'metro', 'taxi', 'ferry', 'coach', 'train', 'aircraft']);
    const bus = places([{ place_id: 'x', kind: 'venue', category: 'bus' }]);
    expect(bus.places.isVehicle(bus.id('x'))).toBe(false);
  });

  test('a place is located if it is a venue with coordinates, those on the equator included', () => {
    const { places: all, id } = places([{ place_id: 'a', lat: 0, lon: 0 }, { place_id: 'b' }, { place_id: 'c', lat: 1, lon: 1, category: 'bus' }]);
    expect(['a', 'b', 'c', 'unlisted'].map((each) => all.isLocated(id(each)))).toEqual([true, false, false, false]);
  });

  test('the categories are those that occur', () => {
    expect([...places([{ place_id: 'a', category: 'food' }, { place_id: 'b', category: 'karaoke' }, { place_id: 'c' }]).places.categories()].sort()).toEqual([
      'default',
      'food',
      'karaoke',
    ]);
  });
});

describe('parents', () => {
  const {
    places: all,
    id,
    text,
  } = places([
    { place_id: 'shop', parent_id: 'mall' },
    { place_id: 'kiosk', parent_id: 'mall' },
    { place_id: 'mall', parent_id: 'estate' },
    { place_id: 'other' },
  ]);

  test('places are related to themselves, their ancestors and what is under them, not to their siblings', () => {
    const related = (a: string, b: string): boolean => {
      expect(all.related(id(b), id(a))).toBe(all.related(id(a), id(b)));
      return all.related(id(a), id(b));
    };
    expect([related('shop', 'shop'), related('shop', 'mall'), related('shop', 'estate'), related('mall', 'estate'), related('unlisted', 'unlisted')]).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect([related('shop', 'kiosk'), related('shop', 'other'), related('other', 'estate'), related('other', 'unlisted')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('the topmost ancestor of a place may be one that is not listed; without a parent it is the place itself', () => {
    expect(['shop', 'mall', 'estate', 'other', 'unlisted'].map((each) => text(all.topmost(id(each))))).toEqual([
      'estate',
      'estate',
      'estate',
      'other',
      'unlisted',
    ]);
  });
});

describe('refusals', () => {
  test('one place_id with two contents names both lines; the same row twice is one place', () => {
    expect(() => places([{ place_id: 'a', name: 'x' }, { place_id: 'b' }, { place_id: 'a', name: 'y' }])).toThrow(
      expect.objectContaining({
        name: InputError.name,
        code: 'E_PLACE_TWICE',
        message: expect.stringMatching(/^places:3:place_id E_PLACE_TWICE .* at places:1;/) as unknown,
      }),
    );
    expect(() => places([{ place_id: 'a', lat: 1, lon: 2 }, { place_id: 'a', lat: 1, lon: 2 }, { place_id: 'b' }, { place_id: 'b' }])).not.toThrow();
  });

  test.each([
    ['its own parent', [{ place_id: 'a', parent_id: 'a' }]],
    [
      'two that hold each other',
      [
        { place_id: 'a', parent_id: 'b' },
        { place_id: 'b', parent_id: 'a' },
      ],
    ],
    [
      'a cycle above a place',
      [
        { place_id: 'x', parent_id: 'a' },
        { place_id: 'a', parent_id: 'b' },
        { place_id: 'b', parent_id: 'c' },
        { place_id: 'c', parent_id: 'a' },
      ],
    ],
  ])('%s', (_, rows) => {
    expect(() => places(rows)).toThrow(expect.objectContaining({ name: InputError.name, code: 'E_PLACE_CYCLE' }));
  });
});
