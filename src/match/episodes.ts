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
  /** Start and ends of the stay: copied while the rows are in the order of the stays, so that no list has to jump about in memory for them. */
  times: Times = { start: new Uint32Array(0), certain: new Uint32Array(0), likely: new Uint32Array(0), possible: new Uint32Array(0) };
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

  /** Copies the times of the stays of the rows from `lo` on. */
  copyTimes(lo: number, stays: Presence): void {
    const { length: count, data: stay } = this.stay;
    const capacity = stay.length;
    const copied = (name: keyof Times): Uint32Array => {
      let column = this.times[name];
      if (column.length < count) {
        const grown = new Uint32Array(capacity);
        grown.set(column.subarray(0, lo));
        column = grown;
      }
      const from = stays[name];
      for (let row = lo; row < count; row++) column[row] = from[stay[row]!]!;
      return column;
    };
    this.times = { start: copied('start'), certain: copied('certain'), likely: copied('likely'), possible: copied('possible') };
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
  const overlap = (a: Uint32Array, b: Uint32Array): number => Math.max(0, Math.min(a[v]!, b[s]!) - start);
  const overlapSec = [overlap(visits.certain, stays.certain), overlap(visits.likely, stays.likely), overlap(visits.possible, stays.possible)] as const;
  const afterSec = Math.max(0, Math.min(stays.possible[s]!, visitEnd + lagSec) - Math.max(stays.start[s]!, visitEnd));
  if (kind === TOGETHER) return { startSec: start, endSec: start + overlapSec[2], overlapSec, afterSec, gapSec: -1 };
  const from = Math.max(stays.start[s]!, visitEnd);
  return { startSec: from, endSec: from + afterSec, overlapSec, afterSec, gapSec: from - visitEnd };
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
