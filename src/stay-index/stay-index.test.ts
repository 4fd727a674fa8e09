import fc from 'fast-check';
import { expect, test } from 'vitest';
import { staysFrom, type PlainPresence } from '../testing/presence.js';
import { WORDS, type PackedIndex } from './packed-index.js';
import { StayIndex } from './stay-index.js';

const PLACES = 5;
const presence: fc.Arbitrary<PlainPresence> = fc
  .record({ person: fc.nat({ max: 3 }), place: fc.nat({ max: PLACES - 1 }), run: fc.nat({ max: 3 }), start: fc.nat({ max: 50 }), length: fc.nat({ max: 20 }) })
  .map(({ length, ...row }) => ({ ...row, certain: row.start, likely: row.start, possible: row.start + length }));

/** The stays of a room, ascending. */
function staysOfRoom(packed: PackedIndex, room: number): number[] {
  const own = Array.from({ length: packed.offsets[room + 1]! - packed.offsets[room]! }, (_, i) => packed.rows[packed.firstRecord + packed.offsets[room]! + i]!);
  return [...own, ...(packed.long ? staysOfRoom(packed.long, room) : [])].sort((a, b) => a - b);
}

test('every stay lies in the room of its place and run, and nowhere else', () => {
  fc.assert(
    fc.property(fc.array(presence, { maxLength: 40 }), (unsorted) => {
      const rows = unsorted.toSorted((a, b) => a.person - b.person);
      const index = new StayIndex(staysFrom(rows, 4), PLACES);
      const rooms: number[] = [];
      for (let place = 0; place < PLACES; place++) {
        for (let run = 0; run < 5; run++) {
          const wanted = rows.flatMap((row, stay) => (row.place === place && row.run === run ? [stay] : []));
          const room = index.room(place, run);
          if (room >= 0) rooms.push(room);
          expect(room < 0 ? [] : staysOfRoom(index.packed, room)).toEqual(wanted);
          expect(room < 0 ? run : index.runOfRoom[room]).toBe(run);
        }
      }
      expect(rooms).toEqual([...rooms.keys()]);
      expect(index.packed.rows).toHaveLength(rows.length);
    }),
    { numRuns: 300 },
  );
});

test('records hold start, possible end and person of their stay', () => {
  const rows = [
    { person: 0, place: 1, run: 0, start: 5, certain: 6, likely: 7, possible: 8 },
    { person: 3, place: 1, run: 0, start: 2, certain: 3, likely: 4, possible: 9 },
  ];
  const { packed } = new StayIndex(staysFrom(rows, 4), 2);
  expect(Array.from(packed.rows)).toEqual([1, 0]);
  expect(Array.from(packed.records)).toEqual([2, 9, 3, 5, 8, 0]);
  expect(packed.records.length / WORDS).toBe(2);
});

test('a place or run that came up after the index was built has no room', () => {
  const index = new StayIndex(staysFrom([{ person: 0, place: 1, run: 0, start: 5, certain: 6, likely: 7, possible: 8 }], 1), 2);
  expect([index.room(1, 0), index.room(1, 9), index.room(0, 0), index.room(2, 0), index.room(99, 0)]).toEqual([0, -1, -1, -1, -1]);
});

test('without stays there is no room', () => {
  expect(new StayIndex(staysFrom([], 0), 3).room(1, 0)).toBe(-1);
});
