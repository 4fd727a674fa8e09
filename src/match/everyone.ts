/** Everyone with everyone: the meetings of all people, one after the other, and how many there are. Nothing grows with their number. */
import type { Steps } from '../core/steps.js';
import type { Dictionaries } from '../model/tables.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { countBetween, countWithin, meetingsBetween, meetingsWithin, roomStays, type RoomStays } from '../stay-index/room-meetings.js';
import type { StayIndex } from '../stay-index/stay-index.js';
import { NO_DISTANCE } from './episodes.js';

/** Two stays of two people that overlap. */
export interface Meeting {
  /** The stay that began first; at equal starts that at the bytewise lesser place, then that of the bytewise lesser person. */
  readonly first: number;
  readonly second: number;
  /** Whole metres between the places under `near`, else `NO_DISTANCE`. */
  readonly distanceM: number;
}

/** Rooms whose stays can meet: of one place, or of two that meet under the scope. */
interface RoomPair {
  readonly a: number;
  readonly b: number;
  readonly distanceM: number;
}

export class Everyone {
  readonly #index: StayIndex;
  readonly #neighbours: PlaceNeighbours;
  readonly #ids: Dictionaries;
  readonly #leastSec: number;

  /** `minOverlapSec`: meetings that could not have lasted this long are left out. */
  constructor(index: StayIndex, neighbours: PlaceNeighbours, ids: Dictionaries, minOverlapSec: number) {
    this.#index = index;
    this.#neighbours = neighbours;
    this.#ids = ids;
    this.#leastSec = Math.max(1, minOverlapSec);
  }

  /** By the two places, the bytewise lesser in front, then run, then first stay (start, place, person), then second stay (start, person). */
  *meetings(): Generator<Meeting> {
    for (const { a, b, distanceM } of this.#roomPairs()) {
      const stays = this.#room(a);
      const pairs = a === b ? meetingsWithin(stays, this.#leastSec) : meetingsBetween(stays, this.#room(b), this.#leastSec);
      for (const [first, second] of pairs) yield { first, second, distanceM };
    }
  }

  /** How many meetings there are, exactly, in about the time of sorting the stays. */
  *count(): Steps<number> {
    let count = 0;
    let done = 0;
    const of = this.#index.runOfRoom.length;
    for (const { a, b } of this.#roomPairs()) {
      const stays = this.#room(a);
      count += a === b ? countWithin(stays, this.#leastSec) : countBetween(stays, this.#room(b), this.#leastSec);
      yield { done: Math.min(of, ++done), of };
    }
    return count;
  }

  #room(room: number): RoomStays {
    return roomStays(this.#index.packed, room, this.#leastSec, (a, b) => this.#ids.person.compare(a, b));
  }

  *#roomPairs(): Generator<RoomPair> {
    const { place: places, run: runs } = this.#ids;
    const { roomsOfPlace, runOfRoom } = this.#index;
    const scanned: number[] = [];
    for (let place = 0; place < this.#index.placeCount; place++) if (roomsOfPlace[place]! < roomsOfPlace[place + 1]!) scanned.push(place);
    scanned.sort((a, b) => places.compare(a, b));
    const rank = new Int32Array(this.#index.placeCount).fill(-1);
    for (const [at, place] of scanned.entries()) rank[place] = at;
    for (const place of scanned) {
      const later = this.#neighbours.of(place).filter((neighbour) => (rank[neighbour.place] ?? -1) >= rank[place]!);
      for (const neighbour of later.sort((a, b) => rank[a.place]! - rank[b.place]!)) {
        const distanceM = neighbour.distanceM < 0 ? NO_DISTANCE : neighbour.distanceM;
        const rooms: number[] = [];
        for (let room = roomsOfPlace[place]!; room < roomsOfPlace[place + 1]!; room++) rooms.push(room);
        for (const a of rooms.sort((x, y) => runs.compare(runOfRoom[x]!, runOfRoom[y]!))) {
          const b = this.#index.room(neighbour.place, runOfRoom[a]!);
          if (b >= 0) yield { a, b, distanceM };
        }
      }
    }
  }
}
