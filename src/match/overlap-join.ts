/** The join: which stays overlap a case visit under one key, or follow it within the lag (SPEC section 7). */
import { joinInto, PackedPairs } from '../stay-index/packed-index.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import type { StayIndex } from '../stay-index/stay-index.js';
import { U32Column } from '../core/columns.js';
import type { Stays } from '../model/stay.js';
import { AFTER, TOGETHER, NO_DISTANCE, type Episodes } from './episodes.js';
import type { Visits } from './visits.js';

export interface JoinSettings {
  readonly lagSec: number;
  /** Whether intervals that only touch are together. */
  readonly isClosed: boolean;
  readonly minOverlapSec: number;
  /** Stays with one of these flags are left out. */
  readonly excludedFlags: number;
}

/** Visits asked at a time, and stays of the rooms they are asked in: bounds the memory of a question to busy places. */
const BLOCK = 256;
const BLOCK_STAYS = 1 << 22;

/**
 * Finds the episodes of case visits. Two steps: the index gives the stays that come near (widened by lag and bounds, so that one search
 * serves every setting), and each is then told apart exactly. Its buffers are used again from call to call.
 */
export class OverlapJoin {
  readonly #visits: Visits;
  readonly #stays: Stays;
  readonly #index: StayIndex;
  readonly #neighbours: PlaceNeighbours;
  readonly #settings: JoinSettings;
  readonly #queries = {
    key: new U32Column(),
    start: new U32Column(),
    end: new U32Column(),
    person: new U32Column(),
    visit: new U32Column(),
    distanceM: new U32Column(),
  };
  readonly #near = new PackedPairs();

  constructor(visits: Visits, stays: Stays, index: StayIndex, neighbours: PlaceNeighbours, settings: JoinSettings) {
    this.#visits = visits;
    this.#stays = stays;
    this.#index = index;
    this.#neighbours = neighbours;
    this.#settings = settings;
  }

  /**
   * Appends the episodes of visits `lo..hi` to `out`, or only counts them if `out` is null; returns how many. Nobody meets themselves.
   */
  run(lo: number, hi: number, out: Episodes | null): number {
    let count = 0;
    for (let v = lo; v < hi;) {
      const next = this.#ask(v, Math.min(hi, v + BLOCK));
      count += this.#tell(out);
      v = next;
    }
    return count;
  }

  /** Finds what comes near the queries asked, and tells it apart. */
  #tell(out: Episodes | null): number {
    const visits = this.#visits;
    const stays = this.#stays;
    const { lagSec, isClosed, minOverlapSec, excludedFlags } = this.#settings;
    const { packed } = this.#index;
    const { key, start, end, person, visit, distanceM } = this.#queries;
    const near = joinInto(packed, { key: key.data, start: start.data, end: end.data, person: person.data }, this.#near, key.length);
    const leastRaw = isClosed ? 0 : 1;
    let count = 0;
    for (let i = 0; i < near; i++) {
      const query = this.#near.query[i]!;
      const v = visit.data[query]!;
      const stay = packed.rows[this.#near.record[i]!]!;
      const visitEnd = visits.possible[v]!;
      const stayStart = stays.start[stay]!;
      const stayEnd = stays.possible[stay]!;
      const overlap = Math.min(visitEnd, stayEnd) - Math.max(visits.start[v]!, stayStart);
      let kind = TOGETHER;
      if (overlap >= leastRaw) {
        if (overlap < minOverlapSec) continue;
      } else {
        if (Math.min(stayEnd, visitEnd + lagSec) - Math.max(stayStart, visitEnd) <= 0) continue;
        kind = AFTER;
      }
      if ((stays.flags[stay]! & excludedFlags) !== 0) continue;
      count++;
      if (out === null) continue;
      out.visit.push(v);
      out.stay.push(stay);
      out.distanceM.push(distanceM.data[query]!);
      out.kind.push(kind);
    }
    return count;
  }

  /** Makes a query for each room that visits from `lo` on can meet, a second wider than needed where bounds are closed. Returns the visit to go on with, `hi` at the most. */
  #ask(lo: number, hi: number): number {
    const { lagSec, isClosed } = this.#settings;
    const { key, start, end, person, visit, distanceM } = this.#queries;
    for (const column of Object.values(this.#queries)) column.length = 0;
    const { offsets } = this.#index.packed;
    let stays = 0;
    for (let v = lo; v < hi; v++) {
      if (stays > BLOCK_STAYS) return v;
      const run = this.#visits.run[v]!;
      const visitEnd = this.#visits.possible[v]!;
      for (const neighbour of this.#neighbours.of(this.#visits.place[v]!)) {
        const room = this.#index.room(neighbour.place, run);
        if (room < 0) continue;
        stays += offsets[room + 1]! - offsets[room]!;
        key.push(room);
        start.push(this.#visits.start[v]! - (isClosed ? 1 : 0));
        end.push(visitEnd + Math.max(lagSec, isClosed ? 1 : 0));
        person.push(this.#visits.person[v]!);
        visit.push(v);
        distanceM.push(neighbour.distanceM < 0 ? NO_DISTANCE : neighbour.distanceM);
      }
    }
    return hi;
  }
}
