/** Episodes as columns: which visit met which stay. Everything else about an episode is arithmetic on the two. */
import { U32Column } from '../core/columns.js';
import { BELOW, endsByGrade, type Presence, type Stays } from '../model/stay.js';
import type { Visits } from './visits.js';

/** No distance: every scope but `near`. */
export const NO_DISTANCE = 0xffff_ffff;
export const TOGETHER = 0;
export const AFTER = 1;

/** Growing columns of episodes, row by row: the join appends `visit`, `stay`, `distanceM` and `kind`; grading adds the rest. */
export class Episodes {
  readonly visit: U32Column = new U32Column();
  readonly stay: U32Column = new U32Column();
  readonly distanceM: U32Column = new U32Column();
  /** `TOGETHER` or `AFTER`. */
  readonly kind: U32Column = new U32Column();
  /** Rank of the surest grade at which the two meet; `after` episodes have the rank of `possible`. */
  readonly own: U32Column = new U32Column();
  /** Rank of the episode's grade: `own`, or `BELOW`. */
  readonly grade: U32Column = new U32Column();
  /** 1 if the episode counts for the rule: together, and neither seats nor residence exclude it. */
  readonly counts: U32Column = new U32Column();
  readonly flags: U32Column = new U32Column();

  get count(): number {
    return this.visit.length;
  }

  /** Puts rows `lo..hi` in the given order (row numbers `lo..hi`), before grading. */
  reorder(lo: number, order: ArrayLike<number>): void {
    for (const column of [this.visit, this.stay, this.distanceM, this.kind]) {
      const before = column.data.slice(lo, lo + order.length);
      for (let i = 0; i < order.length; i++) column.data[lo + i] = before[order[i]! - lo]!;
    }
  }
}

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
export function episodeTimes(visits: Presence, v: number, stays: Presence, s: number, kind: number, lagSec: number): EpisodeTimes {
  const start = Math.max(visits.start[v]!, stays.start[s]!);
  const visitEnd = visits.possible[v]!;
  const overlap = (a: Uint32Array, b: Uint32Array): number => Math.max(0, Math.min(a[v]!, b[s]!) - start);
  const overlapSec = [overlap(visits.certain, stays.certain), overlap(visits.likely, stays.likely), overlap(visits.possible, stays.possible)] as const;
  const afterSec = Math.max(0, Math.min(stays.possible[s]!, visitEnd + lagSec) - Math.max(stays.start[s]!, visitEnd));
  if (kind === TOGETHER) return { startSec: start, endSec: start + overlapSec[2], overlapSec, afterSec, gapSec: -1 };
  const from = Math.max(stays.start[s]!, visitEnd);
  return { startSec: from, endSec: from + afterSec, overlapSec, afterSec, gapSec: from - visitEnd };
}

/** Rank of the surest grade at which a visit and a stay meet; `BELOW` if at none. */
export function meetingRank(visits: Visits, v: number, stays: Stays, s: number, isClosed: boolean): number {
  const start = Math.max(visits.start[v]!, stays.start[s]!);
  const visitEnds = endsByGrade(visits);
  const stayEnds = endsByGrade(stays);
  for (let rank = 0; rank < BELOW; rank++) {
    const length = Math.min(visitEnds[rank]![v]!, stayEnds[rank]![s]!) - start;
    if (length > 0 || (isClosed && length === 0)) return rank;
  }
  return BELOW;
}
