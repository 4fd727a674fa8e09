/**
 * Stays by room, sorted by start: the structure that the join searches.
 *
 * A room is a (place, run): two stays can meet only if their places meet under the scope and their runs are equal, so an index by room
 * serves every scope. Layout: rooms are sorted by place, then run; rooms of place p are `roomsOfPlace[p]..roomsOfPlace[p + 1]`; stays of room r
 * are `offsets[r]..offsets[r + 1]` of the parallel arrays `starts`, `ends` (possible) and `stays`, sorted by start. `longest[r]` bounds how
 * far before a visit a stay can begin that still reaches it.
 */
import { lowerBound } from '../core/columns.js';
import type { Stays } from '../model/stay.js';

export class StayIndex {
  readonly roomsOfPlace: Uint32Array;
  readonly runOfRoom: Uint32Array;
  readonly offsets: Uint32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly stays: Uint32Array;
  readonly longest: Uint32Array;

  constructor(stays: Stays, placeCount: number) {
    const { place, run, start, possible } = stays;
    const order = sortedByRoomAndStart(stays, placeCount);
    const runs: number[] = [];
    const offsets: number[] = [];
    const longest: number[] = [];
    this.roomsOfPlace = new Uint32Array(placeCount + 1);
    this.starts = new Uint32Array(stays.count);
    this.ends = new Uint32Array(stays.count);
    this.stays = order;
    for (let at = 0; at < order.length; at++) {
      const stay = order[at]!;
      const before = order[at - 1];
      if (before === undefined || place[before] !== place[stay] || run[before] !== run[stay]) {
        runs.push(run[stay]!);
        offsets.push(at);
        longest.push(0);
        this.roomsOfPlace[place[stay]! + 1]!++;
      }
      this.starts[at] = start[stay]!;
      this.ends[at] = possible[stay]!;
      const room = longest.length - 1;
      longest[room] = Math.max(longest[room]!, possible[stay]! - start[stay]!);
    }
    for (let p = 0; p < placeCount; p++) this.roomsOfPlace[p + 1]! += this.roomsOfPlace[p]!;
    offsets.push(order.length);
    this.runOfRoom = Uint32Array.from(runs);
    this.offsets = Uint32Array.from(offsets);
    this.longest = Uint32Array.from(longest);
  }

  /** The room of a place and run, or -1 if nobody stayed there. */
  room(place: number, run: number): number {
    if (place + 1 >= this.roomsOfPlace.length) return -1;
    const hi = this.roomsOfPlace[place + 1]!;
    const room = lowerBound(this.runOfRoom, this.roomsOfPlace[place]!, hi, run);
    return room < hi && this.runOfRoom[room] === run ? room : -1;
  }

  /** How many stays a room holds. */
  sizeOf(room: number): number {
    return this.offsets[room + 1]! - this.offsets[room]!;
  }
}

/** Stays by place, run and start: counting sort by place, then a sort within each place. */
function sortedByRoomAndStart({ count, place, run, start }: Stays, placeCount: number): Uint32Array {
  const offsets = new Uint32Array(placeCount + 1);
  for (let stay = 0; stay < count; stay++) offsets[place[stay]! + 1]!++;
  for (let p = 0; p < placeCount; p++) offsets[p + 1]! += offsets[p]!;
  const next = offsets.slice();
  const order = new Uint32Array(count);
  for (let stay = 0; stay < count; stay++) order[next[place[stay]!]!++] = stay;
  const earlier = (a: number, b: number): number => run[a]! - run[b]! || start[a]! - start[b]! || a - b;
  for (let p = 0; p < placeCount; p++) {
    if (offsets[p + 1]! - offsets[p]! > 1) order.subarray(offsets[p], offsets[p + 1]).sort(earlier);
  }
  return order;
}
