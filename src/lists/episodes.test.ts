import { expect, test } from 'vitest';
import { iso, match, stay } from '../testing/small-match.js';

test('episodes stand in the order of the SPEC: ids by bytes, then start, place, place of the contact, run, kind and end', () => {
  const mall = ['a', 'b', 'c'].map((place_id) => ({ place_id, lat: 0, lon: 0 }));
  const rows = [
    stay('ada', 'b', 0, 100),
    stay('ada', 'a', 0, 100),
    stay('ada', 'a', 200, 300),
    stay('z', 'a', 250, 260),
    stay('z', 'b', 0, 50),
    stay('z', 'a', 0, 50),
    stay('\uff5e', 'a', 0, 10),
    stay('\u{1d4b3}', 'a', 0, 10),
    stay('Z', 'c', 210, 220),
  ];
  const { episodes } = match(rows, { places: mall, scope: 'near:5', lag: 60 });
  expect(episodes.map((row) => [row.contact_id, row.start, row.place_id, row.contact_place_id, row.kind, row.end])).toEqual([
    ['Z', iso(210), 'a', 'c', 'together', iso(220)],
    ['z', iso(0), 'a', 'a', 'together', iso(50)],
    ['z', iso(0), 'a', 'b', 'together', iso(50)],
    ['z', iso(0), 'b', 'a', 'together', iso(50)],
    ['z', iso(0), 'b', 'b', 'together', iso(50)],
    ['z', iso(250), 'a', 'a', 'together', iso(260)],
    ['\uff5e', iso(0), 'a', 'a', 'together', iso(10)],
    ['\uff5e', iso(0), 'b', 'a', 'together', iso(10)],
    ['\u{1d4b3}', iso(0), 'a', 'a', 'together', iso(10)],
    ['\u{1d4b3}', iso(0), 'b', 'a', 'together', iso(10)],
  ]);
});

test('at the same start, someone who came after one visit stands before the same stay together with the next', () => {
  const rows = [stay('ada', 'hall', 0, 100), stay('ada', 'hall', 101, 200), stay('bob', 'hall', 150, 160), stay('bob', 'hall', 170, 180)];
  expect(match(rows, { lag: 1000 }).episodes.map((row) => [row.start, row.kind, row.end, row.case_rows, row.contact_rows])).toEqual([
    [iso(150), 'after', iso(160), 'checkins:1', 'checkins:3'],
    [iso(150), 'together', iso(160), 'checkins:2', 'checkins:3'],
    [iso(170), 'after', iso(180), 'checkins:1', 'checkins:4'],
    [iso(170), 'together', iso(180), 'checkins:2', 'checkins:4'],
  ]);
});

test('name and district are those of the place of the case, and a distance is shown under near alone', () => {
  const places = [
    { place_id: 'shop', name: 'Shop', district: 'N', lat: 0, lon: 0, parent_id: 'mall' },
    { place_id: 'kiosk', name: 'Kiosk', district: 'S', lat: 0, lon: 0.001, parent_id: 'mall' },
  ];
  const rows = [stay('ada', 'shop', 0, 100), stay('bob', 'kiosk', 50, 150)];
  const short = (scope: string): unknown =>
    match(rows, { places, scope }).episodes.map((row) => [row.place_id, row.place_name, row.district, row.contact_place_id, row.distance_m]);
  expect([short('near:150'), short('parent'), short('grid:800'), short('place')]).toEqual([
    [['shop', 'Shop', 'N', 'kiosk', 111]],
    [['shop', 'Shop', 'N', 'kiosk', null]],
    [['shop', 'Shop', 'N', 'kiosk', null]],
    [],
  ]);
});

test('flags of both sides are joined in alphabetical order', () => {
  const rows = [stay('ada', 'P', 0, 90_000), stay('bob', 'P', 0, 100), stay('bob', 'Q', 50, 150)];
  const { episodes } = match(rows, {
    places: [{ place_id: 'P', kind: 'vehicle' }],
    rule: { id: 'r', clauses: [{ measure: 'total', at_least: 1 }], seats: { rows: 3 } },
  });
  expect(episodes.map(({ flags }) => flags)).toEqual(['capped|conflict|seat-unknown']);
});
