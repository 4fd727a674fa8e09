/** How many episodes there would be: exact, from the index alone, without making any. */
import type { Steps } from '../core/steps.js';
import { WORDS, type PackedIndex } from '../stay-index/packed-index.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import type { StayIndex } from '../stay-index/stay-index.js';
import type { Stays } from '../model/stay.js';
import type { JoinSettings } from './overlap-join.js';
import type { Visits } from './visits.js';

/** Counts the episodes of case visits, as `OverlapJoin` would list them. */
export class EpisodeCounter {
  readonly #visits: Visits;
  readonly #stays: Stays;
  readonly #index: StayIndex;
  readonly #neighbours: PlaceNeighbours;
  readonly #settings: JoinSettings;
  readonly #counts: Uint32Array;

  constructor(visits: Visits, stays: Stays, index: StayIndex, neighbours: PlaceNeighbours, settings: JoinSettings) {
    this.#visits = visits;
    this.#stays = stays;
    this.#index = index;
    this.#neighbours = neighbours;
    this.#settings = settings;
    this.#counts = new Uint32Array(visits.count);
  }

  /** Over all visits. */
  *total(): Steps<number> {
    let total = 0;
    for (let v = 0; v < this.#visits.count; v++) {
      this.#counts[v] = this.#count(v);
      total += this.#counts[v]!;
      yield { done: v + 1, of: this.#visits.count };
    }
    return total;
  }

  /** Of one visit, once all are counted. */
  ofVisit(v: number): number {
    return this.#counts[v]!;
  }

  #count(v: number): number {
    const run = this.#visits.run[v]!;
    let count = 0;
    for (const { place } of this.#neighbours.of(this.#visits.place[v]!)) {
      const room = this.#index.room(place, run);
      if (room >= 0) count += this.#inRoom(this.#index.packed, room, v);
    }
    return count;
  }

  #inRoom(index: PackedIndex, room: number, v: number): number {
    const { records, reach, offsets, firstRecord } = index;
    const { rows } = this.#index.packed;
    const { lagSec, isClosed, minOverlapSec, excludedFlags } = this.#settings;
    const { flags } = this.#stays;
    const self = this.#visits.person[v]!;
    const visitStart = this.#visits.start[v]!;
    const visitEnd = this.#visits.possible[v]!;
    const leastRaw = isClosed ? 0 : 1;
    const last = visitEnd + Math.max(lagSec, isClosed ? 1 : 0); // no stay that begins then or later comes near
    const stop = offsets[room + 1]! * WORDS;
    let count = 0;
    for (let at = lowerRecord(records, offsets[room]!, offsets[room + 1]!, visitStart - reach[room]!) * WORDS; at < stop; at += WORDS) {
      const start = records[at]!;
      if (start >= last) break; // sorted: nor does any later one
      const end = records[at + 1]!;
      if (end < visitStart || records[at + 2] === self) continue;
      // Plain form: count it unless `meetingKind` says NOT_MET.
      const overlap = (end < visitEnd ? end : visitEnd) - (start > visitStart ? start : visitStart);
      if (overlap >= leastRaw) {
        if (overlap < minOverlapSec) continue;
      } else if (lagSec === 0 || (end < visitEnd + lagSec ? end : visitEnd + lagSec) <= (start > visitEnd ? start : visitEnd)) continue;
      if (excludedFlags !== 0 && (flags[rows[firstRecord + at / WORDS]!]! & excludedFlags) !== 0) continue;
      count++;
    }
    return index.long === null ? count : count + this.#inRoom(index.long, room, v);
  }
}

/** First of the records `lo..hi` of one room that begins at `startSec` or later. */
function lowerRecord(records: Uint32Array, lo: number, hi: number, startSec: number): number {
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (records[middle * WORDS]! < startSec) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}
