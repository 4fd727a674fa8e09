/** Episodes as columns: which visit met which stay. Everything else about an episode is arithmetic on the two. */
import { U32Column, U8Column } from '../core/columns.js';
import { roomFor } from '../core/radix.js';
import { BELOW, type Presence } from '../model/stay.js';

/** No distance: every scope but `near`. */
export const NO_DISTANCE = 0xffff_ffff;
export const TOGETHER = 0;
export const AFTER = 1;
/** Neither together nor after. */
export const NOT_MET = 2;

/** Growing columns of episodes, row by row: the join appends `visit`, `stay`, `distanceM` and `kind`; grading adds the rest. */
export class Episodes {
  readonly visit: U32Column = new U32Column();
  readonly stay: U32Column = new U32Column();
  readonly distanceM: U32Column = new U32Column();
  /** `TOGETHER` or `AFTER`. */
  readonly kind: U8Column = new U8Column();
  /** Start and ends of the stay, its place and method: copied all at once, so that no list has to jump about in memory for them. */
  times: Times = { start: new Uint32Array(0), certain: new Uint32Array(0), likely: new Uint32Array(0), possible: new Uint32Array(0) };
  place: Uint32Array = new Uint32Array(0);
  method: Uint8Array = new Uint8Array(0);
  /** Rank of the surest grade at which the two meet; `after` episodes have the rank of `possible`. */
  readonly own: U8Column = new U8Column();
  /** Rank of the episode's grade: `own`, or `BELOW`. */
  readonly grade: U8Column = new U8Column();
  /** 1 if the episode counts for the rule: together, and neither seats nor residence exclude it. */
  readonly counts: U8Column = new U8Column();
  readonly flags: U8Column = new U8Column();

  get count(): number {
    return this.visit.length;
  }

  /** Forgets all rows; the columns keep their memory. */
  clear(): void {
    for (const column of [this.visit, this.stay, this.distanceM, this.kind, this.own, this.grade, this.counts, this.flags]) column.length = 0;
  }

  /** Puts a row that is not graded yet in the place of another. */
  moveRow(from: number, to: number): void {
    this.visit.data[to] = this.visit.data[from]!;
    this.stay.data[to] = this.stay.data[from]!;
    this.distanceM.data[to] = this.distanceM.data[from]!;
    this.kind.data[to] = this.kind.data[from]!;
  }

  /** Forgets the rows from `count` on, not graded yet. */
  cut(count: number): void {
    for (const column of [this.visit, this.stay, this.distanceM, this.kind]) column.length = count;
  }

  /** Copies what is wanted of the stays of the rows from `lo` on. */
  copyStays(lo: number, stays: Presence): void {
    const { length: count, data: stay } = this.stay;
    const { start, certain, likely, possible } = this.times;
    const copied = <Column extends Uint32Array | Uint8Array>(column: Column, from: Column): Column => {
      let to = column;
      if (to.length < count) {
        to = (to instanceof Uint8Array ? new Uint8Array(stay.length) : new Uint32Array(stay.length)) as Column;
        to.set(column.subarray(0, lo));
      }
      for (let row = lo; row < count; row++) to[row] = from[stay[row]!]!;
      return to;
    };
    this.times = {
      start: copied(start, stays.start),
      certain: copied(certain, stays.certain),
      likely: copied(likely, stays.likely),
      possible: copied(possible, stays.possible),
    };
    this.place = copied(this.place, stays.place);
    this.method = copied(this.method, stays.method);
  }

  /** Puts the rows from `lo` on, not graded yet, in the order of `order[0..count)`, which holds their numbers counted from `lo`. */
  reorder(lo: number, order: Uint32Array, count: number): void {
    before = roomFor(before, count);
    for (const { data } of [this.visit, this.stay, this.distanceM, this.kind]) {
      before.set(data.subarray(lo, lo + count));
      for (let i = 0; i < count; i++) data[lo + i] = before[order[i]!]!;
    }
  }
}
let before: Uint32Array = new Uint32Array(0);

/** Start and ends of presence, in seconds since 1970. */
export type Times = Pick<Presence, 'start' | 'certain' | 'likely' | 'possible'>;

/** The instants and lengths of one episode, in seconds. */
export interface EpisodeTimes {
  readonly startSec: number;
  readonly endSec: number;
  /** By grade rank: certain, likely, possible. */
  readonly overlapSec: readonly [number, number, number];
  readonly afterSec: number;
  /** From the case's possible end to the contact's arrival; -1 for `together`. */
  readonly gapSec: number;
}

/** Worked out from visit v and stay s. `lagSec` as in the join. */
export function episodeTimes(visits: Times, v: number, stays: Times, s: number, kind: number, lagSec: number): EpisodeTimes {
  const start = Math.max(visits.start[v]!, stays.start[s]!);
  const visitEnd = visits.possible[v]!;
  const overlap = [overlapSec(visits, v, stays, s, 0), overlapSec(visits, v, stays, s, 1), overlapSec(visits, v, stays, s, 2)] as const;
  const afterSec = afterSecOf(visits, v, stays, s, lagSec);
  if (kind === TOGETHER) return { startSec: start, endSec: start + overlap[2], overlapSec: overlap, afterSec, gapSec: -1 };
  const from = Math.max(stays.start[s]!, visitEnd);
  return { startSec: from, endSec: from + afterSec, overlapSec: overlap, afterSec, gapSec: from - visitEnd };
}

/** How a visit and a stay of another person in one room meet: `TOGETHER`, `AFTER` or `NOT_MET`. */
export function meetingKind(
  visits: Times,
  v: number,
  stays: Times,
  s: number,
  { lagSec, isClosed, minOverlapSec }: { readonly lagSec: number; readonly isClosed: boolean; readonly minOverlapSec: number },
): number {
  const visitEnd = visits.possible[v]!;
  const overlap = Math.min(visitEnd, stays.possible[s]!) - Math.max(visits.start[v]!, stays.start[s]!);
  if (overlap >= (isClosed ? 0 : 1)) return overlap < minOverlapSec ? NOT_MET : TOGETHER;
  return Math.min(stays.possible[s]!, visitEnd + lagSec) - Math.max(stays.start[s]!, visitEnd) > 0 ? AFTER : NOT_MET;
}

/** Rank of the surest grade at which a visit and a stay meet; `BELOW` if at none. */
export function meetingRank(visits: Times, v: number, stays: Times, s: number, isClosed: boolean): number {
  const start = Math.max(visits.start[v]!, stays.start[s]!);
  const least = isClosed ? 0 : 1;
  if (Math.min(visits.certain[v]!, stays.certain[s]!) - start >= least) return 0;
  if (Math.min(visits.likely[v]!, stays.likely[s]!) - start >= least) return 1;
  return Math.min(visits.possible[v]!, stays.possible[s]!) - start >= least ? 2 : BELOW;
}

/** Seconds by which a visit and a stay overlap at a grade. */
export function overlapSec(visits: Times, v: number, stays: Times, s: number, rank: number): number {
  const start = Math.max(visits.start[v]!, stays.start[s]!);
  if (rank === 0) return Math.max(0, Math.min(visits.certain[v]!, stays.certain[s]!) - start);
  if (rank === 1) return Math.max(0, Math.min(visits.likely[v]!, stays.likely[s]!) - start);
  return Math.max(0, Math.min(visits.possible[v]!, stays.possible[s]!) - start);
}

/** Seconds that a stay lasts behind the possible end of a visit, within the lag. */
export function afterSecOf(visits: Times, v: number, stays: Times, s: number, lagSec: number): number {
  const visitEnd = visits.possible[v]!;
  return Math.max(0, Math.min(stays.possible[s]!, visitEnd + lagSec) - Math.max(stays.start[s]!, visitEnd));
}
