/** Stays and case visits: where a person was, from when, and until when with what certainty. */
import type { Table } from './tables.js';

/** How sure an overlap is, surest first. A grade's position is its rank: 0, 1, 2. */
export const GRADES = ['certain', 'likely', 'possible'] as const;
export type Grade = (typeof GRADES)[number];
/** Rank of an episode or pair that no grade holds for. */
export const BELOW = 3;

/** Where the end of a stay comes from. */
export const METHODS = ['cap', 'run-end', 'next-scan', 'checkout', 'itinerary', 'chained', 'returned', 'habit'] as const;
export type Method = (typeof METHODS)[number];
export const CAP = 0;
export const RUN_END = 1;
export const NEXT_SCAN = 2;
export const CHECKOUT = 3;
export const ITINERARY = 4;
// Of rides: by the next scan, by where the day began, by what the rider mostly does.
export const CHAINED = 5;
export const RETURNED = 6;
export const HABIT = 7;

/** Bits of `flags`, in alphabetical order of their names. */
export const FLAGS = ['capped', 'conflict', 'seat-unknown'] as const;
export const CAPPED = 1;
export const CONFLICT = 2;
export const SEAT_UNKNOWN = 4;

/** Text of a set of flags: names in alphabetical order, joined with `|`. */
export function flagsText(flags: number): string {
  return FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0).join('|');
}

/** Presence of people at places, as columns. All times are seconds since 1970; `start <= certain <= likely <= possible`. */
export interface Presence {
  readonly person: Uint32Array;
  readonly place: Uint32Array;
  /** 0: no run. */
  readonly run: Uint32Array;
  readonly start: Uint32Array;
  readonly certain: Uint32Array;
  readonly likely: Uint32Array;
  readonly possible: Uint32Array;
  /** Position in `METHODS`. */
  readonly method: Uint8Array;
  /** Bits of `FLAGS`. */
  readonly flags: Uint8Array;
  readonly carriage: Uint32Array;
  readonly seat: Uint32Array;
}

/**
 * All stays, grouped by person (`ofPerson[p]..ofPerson[p + 1]`) and within a person in the order of their first check-ins.
 * Stay s rests on the check-ins `rows[firstRow[s]..firstRow[s + 1])`, in time order.
 */
export interface Stays extends Presence {
  readonly count: number;
  readonly ofPerson: Uint32Array;
  readonly firstRow: Uint32Array;
  readonly rows: Uint32Array;
  /** Of stays that are rides, where a timetable was given: dense ids of the texts of the stops. */
  readonly ridden?: RiddenStops;
}

/** By stay: where someone got on and, most likely, off, as dense ids of texts, 0 for none; and how likely that is, in per cent. */
export interface RiddenStops {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly confidence: Uint8Array;
}

/** Evidence text of rows of a table: `file:line` joined with `|`. */
export function evidence(table: Table, fileNames: readonly string[], rows: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < rows.length; i++) text += `${i > 0 ? '|' : ''}${fileNames[table.file.data[rows[i]!]!]}:${table.line.data[rows[i]!]}`;
  return text;
}
