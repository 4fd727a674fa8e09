/**
 * The meetings of two rooms, or of one with itself: pairs of stays of two people that share at least D seconds (1 at the least).
 *
 * Stays shorter than D can meet nobody and are left out. Of the others, sorted by start, the earlier i and the later j meet if and only if
 * `start[j] + D <= end[i]`: so the partners of i are a run of positions, which is written down or, by a binary search, only counted. Stays of one
 * person among them are few, and taken off.
 */
import { lowerBound } from '../core/columns.js';
import { WORDS, type PackedIndex } from './packed-index.js';

/** The stays of one room that last long enough, sorted by start; equal starts by person, as `comparePeople` has it. */
export interface RoomStays {
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly person: Uint32Array;
  readonly stay: Uint32Array;
}

/** Copies a room out of the index, its long stays among the others. */
export function roomStays(packed: PackedIndex, room: number, leastSec: number, comparePeople: (a: number, b: number) => number): RoomStays {
  const parts = packed.long === null ? [packed] : [packed, packed.long];
  const size = parts.reduce((sum, { offsets }) => sum + offsets[room + 1]! - offsets[room]!, 0);
  const all = { start: new Uint32Array(size), end: new Uint32Array(size), person: new Uint32Array(size), stay: new Uint32Array(size) };
  let count = 0;
  for (const { records, offsets, rows, firstRecord } of parts) {
    for (let record = offsets[room]!; record < offsets[room + 1]!; record++) {
      const start = records[record * WORDS]!;
      const end = records[record * WORDS + 1]!;
      if (end - start < leastSec) continue;
      all.start[count] = start;
      all.end[count] = end;
      all.person[count] = records[record * WORDS + 2]!;
      all.stay[count++] = rows[firstRecord + record]!;
    }
  }
  const { start, person } = all;
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const isBefore = (a: number, b: number): number => start[a]! - start[b]! || comparePeople(person[a]!, person[b]!);
  for (let i = 1; i < count; i++) {
    if (isBefore(i - 1, i) <= 0) continue;
    order.sort(isBefore);
    break;
  }
  const of = (column: Uint32Array): Uint32Array => order.map((i) => column[i]!);
  return { start: of(all.start), end: of(all.end), person: of(person), stay: of(all.stay) };
}

/** The meetings within a room, in the order of the first and then of the second stay. */
export function* meetingsWithin({ start, end, person, stay }: RoomStays, leastSec: number): Generator<readonly [first: number, second: number]> {
  for (let i = 0; i < start.length; i++) {
    const last = end[i]! - leastSec;
    for (let j = i + 1; j < start.length && start[j]! <= last; j++) if (person[j] !== person[i]) yield [stay[i]!, stay[j]!];
  }
}

/** The meetings of stays of two rooms, in the same order; at equal starts the stay of `a` is the first. */
export function* meetingsBetween(a: RoomStays, b: RoomStays, leastSec: number): Generator<readonly [first: number, second: number]> {
  for (let i = 0, j = 0; i < a.start.length || j < b.start.length;) {
    const isOfA = j === b.start.length || (i < a.start.length && a.start[i]! <= b.start[j]!);
    const [own, at, other, from] = isOfA ? [a, i++, b, j] : [b, j++, a, i];
    const last = own.end[at]! - leastSec;
    for (let k = from; k < other.start.length && other.start[k]! <= last; k++) if (other.person[k] !== own.person[at]) yield [own.stay[at]!, other.stay[k]!];
  }
}

/** How many meetings there are within a room, without a look at each. */
export function countWithin({ start, end, person }: RoomStays, leastSec: number): number {
  let count = 0;
  const known = new Map<number, number>(); // the latest stay of each person so far
  const before = new Int32Array(start.length); // the person's stay before
  const latestEnd = new Uint32Array(start.length); // of the person's stays up to this one
  for (let i = 0; i < start.length; i++) {
    count += lowerBound(start, i + 1, start.length, end[i]! - leastSec + 1) - (i + 1);
    const previous = known.get(person[i]!) ?? -1;
    known.set(person[i]!, i);
    before[i] = previous;
    latestEnd[i] = previous < 0 ? end[i]! : Math.max(end[i]!, latestEnd[previous]!);
    for (let own = previous; own >= 0 && latestEnd[own]! >= start[i]! + leastSec; own = before[own]!) if (end[own]! >= start[i]! + leastSec) count--;
  }
  return count;
}

/** How many meetings of stays of two rooms there are. */
export function countBetween(a: RoomStays, b: RoomStays, leastSec: number): number {
  // All pairs, without those of which either begins when the other is over.
  let count = a.start.length * b.start.length;
  for (let i = 0; i < a.start.length; i++) count -= b.start.length - lowerBound(b.start, 0, b.start.length, a.end[i]! - leastSec + 1);
  for (let j = 0; j < b.start.length; j++) count -= a.start.length - lowerBound(a.start, 0, a.start.length, b.end[j]! - leastSec + 1);
  const own = new Map<number, number[]>();
  for (let i = 0; i < a.start.length; i++) {
    const stays = own.get(a.person[i]!);
    if (stays) stays.push(i);
    else own.set(a.person[i]!, [i]);
  }
  for (let j = 0; j < b.start.length; j++) {
    for (const i of own.get(b.person[j]!) ?? []) if (Math.min(a.end[i]!, b.end[j]!) - Math.max(a.start[i]!, b.start[j]!) >= leastSec) count--;
  }
  return count;
}
