/**
 * Stays by room, packed for the join. A room is a (place, run): two stays can meet only if their places meet under the scope and their runs are
 * equal, so that one index by room serves every scope. Rooms are sorted by place, then run: rooms of place p are
 * `roomsOfPlace[p]..roomsOfPlace[p + 1]`, and `runOfRoom` names their runs.
 */
import { countingSort, lowerBound } from '../core/columns.js';
import type { Stays } from '../model/stay.js';
import { buildPackedIndex } from './build-packed-index.js';
import type { PackedIndex } from './packed-index.js';

export class StayIndex {
  readonly roomsOfPlace: Uint32Array;
  readonly runOfRoom: Uint32Array;
  /** Keys are rooms, ends are the possible ones, rows are stays. */
  readonly packed: PackedIndex;

  /** `isLeftOut[person]` is 1 for people whose stays are not to be found: those who are cases already, in a later generation. */
  constructor(stays: Stays, placeCount: number, isLeftOut: Uint8Array | null = null) {
    const { place, run, start, possible, person, count } = stays;
    const { offsets, rows } = countingSort(count, placeCount, (stay) => (isLeftOut !== null && isLeftOut[person[stay]!] === 1 ? -1 : place[stay]!));
    const runs: number[] = [];
    const roomOf = new Uint32Array(count);
    this.roomsOfPlace = new Uint32Array(placeCount + 1);
    for (let p = 0; p < placeCount; p++) {
      const here = rows.subarray(offsets[p]!, offsets[p + 1]!);
      const first = runs.length;
      // Most places know one run or none: the distinct ones are few.
      for (const id of [...new Set(distinctRuns(here, run))].sort((a, b) => a - b)) runs.push(id);
      const position = new Map(runs.slice(first).map((id, i) => [id, first + i]));
      for (const stay of here) roomOf[stay] = position.get(run[stay]!)!;
      this.roomsOfPlace[p + 1] = runs.length;
    }
    this.runOfRoom = Uint32Array.from(runs);
    const all = { key: roomOf, start, end: possible, person };
    if (rows.length === count) this.packed = buildPackedIndex(all, runs.length);
    else {
      const of = (column: Uint32Array): Uint32Array => rows.map((stay) => column[stay]!);
      const packed = buildPackedIndex({ key: of(roomOf), start: of(start), end: of(possible), person: of(person) }, runs.length);
      this.packed = { ...packed, rows: packed.rows.map((row) => rows[row]!) };
    }
  }

  /** The room of a place and run, or -1 if nobody stayed there. */
  room(place: number, run: number): number {
    if (place + 1 >= this.roomsOfPlace.length) return -1;
    const hi = this.roomsOfPlace[place + 1]!;
    const room = lowerBound(this.runOfRoom, this.roomsOfPlace[place]!, hi, run);
    return room < hi && this.runOfRoom[room] === run ? room : -1;
  }
}

function* distinctRuns(stays: Uint32Array, run: Uint32Array): Generator<number> {
  let last = -1;
  for (const stay of stays) if (run[stay] !== last) yield (last = run[stay]!);
}
