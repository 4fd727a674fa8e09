import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runSync } from '../core/steps.js';
import { alone } from '../core/crew.js';
import { buildPackedIndexWith } from './build-packed-index.js';
import { countBetween, countWithin, meetingsBetween, meetingsWithin, roomStays } from './room-meetings.js';

interface Stay {
  readonly room: number;
  readonly start: number;
  readonly end: number;
  readonly person: number;
}

/** Stays of one person may overlap here, as they do with --skew; a few last so long that the index sets them apart. */
const stay: fc.Arbitrary<Stay> = fc
  .record({
    room: fc.nat({ max: 1 }),
    start: fc.nat({ max: 300 }),
    length: fc.oneof({ weight: 60, arbitrary: fc.nat({ max: 20 }) }, { weight: 1, arbitrary: fc.constantFrom(500, 5000) }),
    person: fc.nat({ max: 5 }),
  })
  .map(({ length, ...each }) => ({ ...each, end: each.start + length }));

/** By the definition; `first` is the one that begins first, at equal starts that of room a, then that of the lesser person. */
function wantedMeetings(rows: readonly Stay[], a: number, b: number, leastSec: number): [number, number][] {
  const isBefore = (i: number, j: number): number =>
    rows[i]!.start - rows[j]!.start || rows[i]!.room - rows[j]!.room || rows[i]!.person - rows[j]!.person || i - j;
  const all = [...rows.keys()].sort(isBefore);
  const meetings: [number, number][] = [];
  for (const [at, i] of all.entries()) {
    for (const j of all.slice(at + 1)) {
      const [s, t] = [rows[i]!, rows[j]!];
      const areOfBoth = a === b ? s.room === a && t.room === a : Math.min(s.room, t.room) === a && Math.max(s.room, t.room) === b;
      if (areOfBoth && s.person !== t.person && Math.min(s.end, t.end) - Math.max(s.start, t.start) >= leastSec) meetings.push([i, j]);
    }
  }
  return meetings;
}

/** Stays of one person in one room that begin at once have no order of their own: those are left out. */
const rooms = fc.uniqueArray(stay, { maxLength: 200, size: 'max', selector: ({ room, start, person }) => `${room} ${start} ${person}` });

test('the meetings of a room, and of two, are those that a look at every pair finds, in the order of the first and the second stay', () => {
  let long = 0;
  fc.assert(
    fc.property(rooms, fc.constantFrom(1, 5, 60), (rows, leastSec) => {
      const column = (name: keyof Stay): Uint32Array => Uint32Array.from(rows, (row) => row[name]);
      const packed = runSync(buildPackedIndexWith(alone, { key: column('room'), start: column('start'), end: column('end'), person: column('person') }, 2));
      if (packed.long) long++;
      const [a, b] = [0, 1].map((room) => roomStays(packed, room, leastSec, (p, q) => p - q)) as [ReturnType<typeof roomStays>, ReturnType<typeof roomStays>];
      expect([...meetingsWithin(a, leastSec)]).toEqual(wantedMeetings(rows, 0, 0, leastSec));
      expect([...meetingsBetween(a, b, leastSec)]).toEqual(wantedMeetings(rows, 0, 1, leastSec));
      expect(countWithin(a, leastSec)).toBe(wantedMeetings(rows, 0, 0, leastSec).length);
      expect(countBetween(a, b, leastSec)).toBe(wantedMeetings(rows, 0, 1, leastSec).length);
    }),
    { numRuns: 200 },
  );
  expect(long).toBeGreaterThan(2);
});

test('a hall of 60,000 people at once is counted at once: 1.8 thousand million meetings', () => {
  const count = 60_000;
  const all = (value: number): Uint32Array => new Uint32Array(count).fill(value);
  const person = Uint32Array.from({ length: count }, (_, i) => i);
  expect(countWithin({ start: all(100), end: all(200), person, stay: person }, 1)).toBe((count * (count - 1)) / 2);
});
