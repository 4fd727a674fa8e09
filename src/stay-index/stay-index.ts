/**
 * Stays by room, packed for the join. A room is a (place, run): two stays can meet only if their places meet under the scope and their runs are
 * equal, so that one index by room serves every scope. Rooms are sorted by place, then run: rooms of place p are
 * `roomsOfPlace[p]..roomsOfPlace[p + 1]`, and `runOfRoom` names their runs. The index is built when it is first needed: a single question to fresh
 * stays may do without it.
 */
import { alone, shared, type Crew } from '../core/crew.js';
import { countingSort, lowerBound } from '../core/columns.js';
import { runSync, type Steps } from '../core/steps.js';
import type { Stays } from '../model/stay.js';
import { buildPackedIndexWith } from './build-packed-index.js';
import type { PackedColumns, PackedIndex } from './packed-index.js';

interface Built {
  readonly roomsOfPlace: Uint32Array;
  readonly runOfRoom: Uint32Array;
  readonly packed: PackedIndex;
}

/** Stays without those that are left out, as columns. */
export interface StayColumns extends PackedColumns {
  /** The stay of each row; null if row and stay are the same. */
  readonly stays: Uint32Array | null;
}

export class StayIndex {
  readonly #stays: Stays;
  readonly placeCount: number;
  readonly #isLeftOut: Uint8Array | null;
  #built: Built | undefined;
  #isScanned: Uint8Array | undefined;
  /** Milliseconds that questions have taken which did without the index: it is built once they add up to its price. */
  streamedMs = 0;

  /** `isLeftOut[person]` is 1 for people whose stays are not to be found: those who are cases already, in a later generation. */
  constructor(stays: Stays, placeCount: number, isLeftOut: Uint8Array | null = null) {
    this.#stays = stays;
    this.placeCount = placeCount;
    this.#isLeftOut = isLeftOut;
  }

  get isBuilt(): boolean {
    return this.#built !== undefined;
  }
  get roomsOfPlace(): Uint32Array {
    return this.#ready().roomsOfPlace;
  }
  get runOfRoom(): Uint32Array {
    return this.#ready().runOfRoom;
  }
  /** Keys are rooms, ends are the possible ones, rows are stays. */
  get packed(): PackedIndex {
    return this.#ready().packed;
  }

  /** Whether anybody stayed at a place. */
  isScanned(place: number): boolean {
    if (!this.#isScanned) {
      this.#isScanned = new Uint8Array(this.placeCount);
      for (const each of this.#stays.place.subarray(0, this.#stays.count)) this.#isScanned[each] = 1;
    }
    return this.#isScanned[place] === 1;
  }

  /** The room of a place and run, or -1 if nobody stayed there. */
  room(place: number, run: number): number {
    const { roomsOfPlace, runOfRoom } = this.#ready();
    if (place + 1 >= roomsOfPlace.length) return -1;
    const hi = roomsOfPlace[place + 1]!;
    const room = lowerBound(runOfRoom, roomsOfPlace[place]!, hi, run);
    return room < hi && runOfRoom[room] === run ? room : -1;
  }

  /** The stays by place, for a question that does without the index. */
  columns(crew: Crew): StayColumns {
    const { place, start, possible, person, count } = this.#stays;
    const rows = this.#keptRows();
    const of = (column: Uint32Array): Uint32Array => shared(crew, rows === null ? column.subarray(0, count) : rows.map((stay) => column[stay]!));
    return { key: of(place), start: of(start), end: of(possible), person: of(person), stays: rows };
  }

  /** Builds the index with the threads of a crew, if it is not there yet. */
  *build(crew: Crew): Steps<void> {
    if (this.#built) return;
    const { roomsOfPlace, runOfRoom, roomOf } = this.#findRooms(crew);
    const { key: _, stays: rows, ...columns } = this.columns(crew);
    const packed = yield* buildPackedIndexWith(crew, { key: roomOf, ...columns }, runOfRoom.length);
    if (rows !== null) for (let record = 0; record < packed.rows.length; record++) packed.rows[record] = rows[packed.rows[record]!]!;
    this.#built = { roomsOfPlace, runOfRoom, packed };
  }

  #ready(): Built {
    if (!this.#built) runSync(this.build(alone));
    return this.#built!;
  }

  /** Stays that are not left out; null if none is. */
  #keptRows(): Uint32Array | null {
    const isLeftOut = this.#isLeftOut;
    if (isLeftOut === null) return null;
    const { person, count } = this.#stays;
    const rows = new Uint32Array(count);
    let kept = 0;
    for (let stay = 0; stay < count; stay++) if (isLeftOut[person[stay]!] !== 1) rows[kept++] = stay;
    return rows.subarray(0, kept);
  }

  /** The rooms, and the room of each stay that is not left out. */
  #findRooms(crew: Crew): { roomsOfPlace: Uint32Array; runOfRoom: Uint32Array; roomOf: Uint32Array } {
    const { place, run, count } = this.#stays;
    const kept = this.#keptRows();
    const size = kept?.length ?? count;
    const hasRuns = new Uint8Array(this.placeCount);
    const hasStays = new Uint8Array(this.placeCount);
    for (let i = 0; i < size; i++) {
      const stay = kept === null ? i : kept[i]!;
      hasStays[place[stay]!] = 1;
      if (run[stay] !== 0) hasRuns[place[stay]!] = 1;
    }
    // Most places know no run: their stays need no second look. The others know few.
    const riders = countingSort(size, this.placeCount, (i) => {
      const here = place[kept === null ? i : kept[i]!]!;
      return hasRuns[here] === 1 ? here : -1;
    });
    const runs: number[] = [];
    const roomsOfPlace = new Uint32Array(this.placeCount + 1);
    const roomOf = crew.words(size);
    for (let p = 0; p < this.placeCount; p++) {
      if (hasRuns[p] === 1) {
        const here = riders.rows.subarray(riders.offsets[p]!, riders.offsets[p + 1]!);
        const runAt = (i: number): number => run[kept === null ? i : kept[i]!]!;
        const first = runs.length;
        for (const id of [...new Set(distinct(here, runAt))].sort((a, b) => a - b)) runs.push(id);
        const position = new Map(runs.slice(first).map((id, i) => [id, first + i]));
        for (const i of here) roomOf[i] = position.get(runAt(i))!;
      } else if (hasStays[p] === 1) runs.push(0);
      roomsOfPlace[p + 1] = runs.length;
    }
    for (let i = 0; i < size; i++) {
      const here = place[kept === null ? i : kept[i]!]!;
      if (hasRuns[here] === 0) roomOf[i] = roomsOfPlace[here]!;
    }
    return { roomsOfPlace, runOfRoom: Uint32Array.from(runs), roomOf };
  }
}

function* distinct(rows: Uint32Array, valueOf: (row: number) => number): Generator<number> {
  let last = -1;
  for (const row of rows) if (valueOf(row) !== last) yield (last = valueOf(row));
}
