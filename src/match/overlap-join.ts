/** The join: which stays overlap a case visit under one key, or follow it within the lag (SPEC section 7). */
import { alone, type Crew } from '../core/crew.js';
import type { Steps } from '../core/steps.js';
import { countOf, inBlockOrder, type BlockPairs } from '../stay-index/block-pairs.js';
import { joinWith, streamWith } from '../stay-index/join-job.js';
import { joinInto, PackedPairs, type PackedColumns } from '../stay-index/packed-index.js';
import { indexVisits } from '../stay-index/stream-join.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import type { StayIndex } from '../stay-index/stay-index.js';
import { U32Column } from '../core/columns.js';
import type { Stays } from '../model/stay.js';
import { AFTER, TOGETHER, NO_DISTANCE, type Episodes } from './episodes.js';
import type { Way } from './planner.js';
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
/** Most stays near the visits that are kept from a search for all visits at once. With more of them each visit asks the index by itself. */
const MOST_KEPT = 1 << 22;

/** What a search for all visits at once found: stays near query q are `stay[offsets[q]..offsets[q + 1])`, queries of visit v are `firstQuery[v]..firstQuery[v + 1]`. */
interface Kept {
  readonly firstQuery: Uint32Array;
  readonly offsets: Uint32Array;
  readonly query: Uint32Array;
  readonly stay: Uint32Array;
}

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
  #kept: Kept | undefined;

  constructor(visits: Visits, stays: Stays, index: StayIndex, neighbours: PlaceNeighbours, settings: JoinSettings) {
    this.#visits = visits;
    this.#stays = stays;
    this.#index = index;
    this.#neighbours = neighbours;
    this.#settings = settings;
  }

  /** Whether all that comes near the visits is found and kept: `run` is then quick, also to count. */
  get isPrepared(): boolean {
    return this.#kept !== undefined;
  }

  /**
   * Finds what comes near all visits at once, by stream or with several threads, so that `run` has only to tell it apart. Not needed with an index and
   * one thread, where `run` searches by itself; nor kept where it would take much memory.
   */
  *prepare(way: Way, crew: Crew = alone): Steps<void> {
    if (way === 'index') yield* this.#index.build(crew);
    if (way === 'index' && crew.threads === 1) return;
    const { count } = this.#visits;
    const firstQuery = new Uint32Array(count + 1);
    this.#clear();
    for (let v = 0; v < count; v++) {
      this.#askOne(v, way === 'stream');
      firstQuery[v + 1] = this.#queries.key.length;
    }
    const { key, start, end, person } = this.#queries;
    const queries = { key: key.trimmed(), start: start.trimmed(), end: end.trimmed(), person: person.trimmed() };
    const most = Math.floor(MOST_KEPT / crew.threads);
    if (way === 'index') {
      const found = yield* joinWith(crew, this.#index.packed, queries, key.length, most);
      if (countOf(found) <= most) this.#keep(found, firstQuery, this.#index.packed.rows, false);
      return;
    }
    const { stays, ...columns } = this.#index.columns(crew);
    const placeCount = queries.key.reduce((highest, place) => Math.max(highest, place + 1), this.#index.placeCount);
    const found = yield* streamWith(crew, columns, queries, indexVisits(queries, placeCount), most);
    if (countOf(found) <= most) this.#keep(found, firstQuery, stays, true);
    else yield* this.#index.build(crew);
  }

  /** Sorts what was found by query, in the order of the blocks. By stream the runs of the two are still to be compared. */
  #keep(found: readonly BlockPairs[], firstQuery: Uint32Array, rows: Uint32Array | null, hasAnyRun: boolean): void {
    const visitRun = this.#visits.run;
    const stayRun = this.#stays.run;
    const visitOf = this.#queries.visit.data;
    const offsets = new Uint32Array(this.#queries.key.length + 1);
    const runs = inBlockOrder(found);
    const each = (take: (query: number, stay: number) => void): void => {
      for (const { query, record, lo, hi } of runs) {
        for (let i = lo; i < hi; i++) {
          const q = query[i]!;
          const stay = rows === null ? record[i]! : rows[record[i]!]!;
          if (!hasAnyRun || stayRun[stay] === visitRun[visitOf[q]!]) take(q, stay);
        }
      }
    };
    each((q) => void offsets[q + 1]!++);
    for (let q = 0; q + 1 < offsets.length; q++) offsets[q + 1]! += offsets[q]!;
    const next = offsets.slice();
    const query = new Uint32Array(offsets.at(-1)!);
    const stay = new Uint32Array(query.length);
    each((q, row) => {
      query[next[q]!] = q;
      stay[next[q]!++] = row;
    });
    this.#kept = { firstQuery, offsets, query, stay };
  }

  /**
   * Appends the episodes of visits `lo..hi` to `out`, or only counts them if `out` is null; returns how many. Nobody meets themselves.
   */
  run(lo: number, hi: number, out: Episodes | null): number {
    if (this.#kept) {
      const { firstQuery, offsets, query, stay } = this.#kept;
      return this.#tell(query, stay, null, offsets[firstQuery[lo]!]!, offsets[firstQuery[hi]!]!, out);
    }
    let count = 0;
    for (let v = lo; v < hi;) {
      const next = this.#ask(v, Math.min(hi, v + BLOCK));
      count += this.#search(out);
      v = next;
    }
    return count;
  }

  /** Finds what comes near the queries asked, and tells it apart. */
  #search(out: Episodes | null): number {
    const { packed } = this.#index;
    const { key, start, end, person } = this.#queries;
    const queries: PackedColumns = { key: key.data, start: start.data, end: end.data, person: person.data };
    const near = joinInto(packed, queries, this.#near, key.length);
    return this.#tell(this.#near.query, this.#near.record, packed.rows, 0, near, out);
  }

  /** Tells apart the pairs `lo..hi` of a query and a stay, which is a record if there are `rows`. */
  #tell(queries: Uint32Array, found: Uint32Array, rows: Uint32Array | null, lo: number, hi: number, out: Episodes | null): number {
    const visits = this.#visits;
    const stays = this.#stays;
    const { lagSec, isClosed, minOverlapSec, excludedFlags } = this.#settings;
    const { visit, distanceM } = this.#queries;
    const leastRaw = isClosed ? 0 : 1;
    let count = 0;
    for (let i = lo; i < hi; i++) {
      const query = queries[i]!;
      const v = visit.data[query]!;
      const stay = rows === null ? found[i]! : rows[found[i]!]!;
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

  /** Makes the queries of visits from `lo` on; returns the visit to go on with, `hi` at the most. */
  #ask(lo: number, hi: number): number {
    this.#clear();
    let stays = 0;
    for (let v = lo; v < hi; v++) {
      if (stays > BLOCK_STAYS) return v;
      stays += this.#askOne(v, false);
    }
    return hi;
  }

  #clear(): void {
    for (const column of Object.values(this.#queries)) column.length = 0;
  }

  /**
   * Makes a query for each room that a visit can meet, a second wider than needed where bounds are closed; by place for a stream, which knows no
   * rooms. Returns how many stays the rooms have.
   */
  #askOne(v: number, isByPlace: boolean): number {
    const { lagSec, isClosed } = this.#settings;
    const { key, start, end, person, visit, distanceM } = this.#queries;
    let stays = 0;
    for (const neighbour of this.#neighbours.of(this.#visits.place[v]!)) {
      const room = isByPlace ? neighbour.place : this.#index.room(neighbour.place, this.#visits.run[v]!);
      if (room < 0) continue;
      if (!isByPlace) stays += this.#index.packed.offsets[room + 1]! - this.#index.packed.offsets[room]!;
      key.push(room);
      start.push(this.#visits.start[v]! - (isClosed ? 1 : 0));
      end.push(this.#visits.possible[v]! + Math.max(lagSec, isClosed ? 1 : 0));
      person.push(this.#visits.person[v]!);
      visit.push(v);
      distanceM.push(neighbour.distanceM < 0 ? NO_DISTANCE : neighbour.distanceM);
    }
    return stays;
  }
}
