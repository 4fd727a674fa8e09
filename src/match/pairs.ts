/** Pairs of a case and another person, as columns, and where they come from: kept, or found again whenever they are asked for. */
import { U32Column, U8Column } from '../core/columns.js';
import { roomFor, sortByKey } from '../core/radix.js';
import type { Case } from '../model/case.js';
import { BELOW, type Stays } from '../model/stay.js';
import { Episodes } from './episodes.js';
import type { Visits } from './visits.js';

/** Grades episodes of one pair. */
export interface Grader {
  /** Grades the episodes `lo..hi` of one pair of case and contact in place. Returns its verdict: rank of the grade + 4 × the number of the set of clauses that hold. */
  readonly grade: (episodes: Episodes, lo: number, hi: number, visits: Visits, aCase: Case) => number;
  /** Positions of the clauses that hold in a set. */
  readonly clauses: (set: number) => readonly number[];
}

/** What is needed to make pairs of episodes. */
export interface PairContext {
  readonly cases: readonly Case[];
  readonly visits: Visits;
  readonly stays: Stays;
  readonly grader: Grader;
}

/** Pairs with their episodes: those of pair i are rows `first[i]..first[i + 1]` of `episodes`. Pairs for whom no clause holds are there too, graded `BELOW`. */
export class Pairs {
  readonly episodes: Episodes = new Episodes();
  /** Position in the cases of the generation. */
  readonly case: U32Column = new U32Column();
  readonly contact: U32Column = new U32Column();
  readonly grade: U8Column = new U8Column();
  /** Number of the set of clauses that hold at the grade. */
  readonly clauses: U32Column = new U32Column();
  readonly first: U32Column = new U32Column();

  constructor() {
    this.first.push(0);
  }

  get count(): number {
    return this.case.length;
  }

  clear(): void {
    this.episodes.clear();
    for (const column of [this.case, this.contact, this.grade, this.clauses]) column.length = 0;
    this.first.length = 1;
  }

  /** Makes pairs of the episodes from row `from` on, in the order of `keys`, one for each of those rows; rows have one key if they are of one pair. Keys go up to `most`. */
  append({ cases, visits, stays, grader }: PairContext, from: number, keys: Uint32Array, most: number): void {
    const { episodes } = this;
    const count = episodes.count - from;
    if (count > 1) {
      order = roomFor(order, count);
      for (let i = 0; i < count; i++) order[i] = i;
      sortByKey(order, 0, count, keys, most);
      episodes.reorder(from, order, count);
    }
    episodes.copyStays(from, stays);
    for (let lo = from; lo < from + count;) {
      const aCase = visits.case[episodes.visit.data[lo]!]!;
      const contact = stays.person[episodes.stay.data[lo]!]!;
      let hi = lo + 1;
      while (hi < from + count && visits.case[episodes.visit.data[hi]!] === aCase && stays.person[episodes.stay.data[hi]!] === contact) hi++;
      const verdict = grader.grade(episodes, lo, hi, visits, cases[aCase]!);
      this.case.push(aCase);
      this.contact.push(contact);
      this.grade.push(verdict & 3);
      this.clauses.push(verdict >>> 2);
      this.first.push(hi);
      lo = hi;
    }
  }
}
let order: Uint32Array = new Uint32Array(0);

/** Some pairs in an order: those at `positions[lo..hi)`. Good until the source is asked again. */
export interface PairRange {
  readonly pairs: Pairs;
  readonly positions: Uint32Array;
  readonly lo: number;
  readonly hi: number;
}

/** All pairs of one generation, by case or by person. */
export interface PairSource {
  /** The pairs of a case in the order of `rankOf[contact]`; contacts of rank 0 are left out. */
  ofCase(position: number, rankOf: Uint32Array): PairRange;
  /** The pairs of a person who was met, in the order of the cases. */
  ofPerson(person: number): PairRange;
}

/** Whether a pair is a contact: some clause holds. */
export const isContact = (pairs: Pairs, position: number): boolean => pairs.grade.data[position]! < BELOW;

/** The earliest start over the counting episodes of a contact at its grade or surer. */
export function firstStartSec({ episodes, first, grade }: Pairs, position: number, visits: Visits): number {
  let least = Number.POSITIVE_INFINITY;
  for (let row = first.data[position]!; row < first.data[position + 1]!; row++) {
    if (episodes.counts.data[row] === 0 || episodes.own.data[row]! > grade.data[position]!) continue;
    least = Math.min(least, Math.max(visits.start[episodes.visit.data[row]!]!, episodes.times.start[row]!));
  }
  return least;
}
