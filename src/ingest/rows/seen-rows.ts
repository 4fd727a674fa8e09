/**
 * Which check-ins were read already. Exports mostly come in the order of time, and a scan later than all others of its person equals none of them:
 * so each person's rows are only chained, and looked through when time does not rise. Where it often does not, as in a file in no order, all rows
 * go into a `RowSet`, which takes more memory and time but does not care.
 */
import { RowSet } from '../../core/row-set.js';
import type { Table } from '../../model/tables.js';

/** Rows looked at, above which chains are given up: so many in all, and so many for each row. */
const LEAST_STEPS = 1 << 16;
const STEPS_PER_ROW = 1;

/** Finds equal rows of a table, batch by batch: `begin` names rows that lie behind the others, then `add` takes them in their order. */
export interface SeenRows {
  /** Rows `lo..hi` of the table are to be added. */
  begin(lo: number, hi: number): void;
  /**
   * Adds the row that lies at `row` and is to be row `row - shift`, as are the rows from `lo` on that were added before it and were not moved yet.
   * Returns false, and adds nothing, if an equal row is there already.
   */
  add(row: number, lo: number, shift: number): boolean;
}

/** For any table. */
export class SeenInAnyOrder implements SeenRows {
  readonly #set: RowSet;

  constructor(table: Table) {
    this.#set = new RowSet(table.columns);
  }

  begin(lo: number, hi: number): void {
    this.#set.prepare(lo, hi);
  }

  add(row: number, lo: number, shift: number): boolean {
    return this.#set.addPrepared(row, lo, shift);
  }
}

/** For check-ins: as fast as a look at the person's latest scan while times rise. */
export class SeenCheckIns implements SeenRows {
  readonly #table: Table;
  readonly #person: { readonly data: ArrayLike<number> };
  readonly #time: { readonly data: ArrayLike<number> };
  /** By person: the latest time, and 1 + the row added last. */
  #heads: Uint32Array = new Uint32Array(1 << 12);
  /** By row: 1 + the row of the same person that was added before it. */
  #before: Uint32Array = new Uint32Array(1 << 12);
  #rows = 0;
  #steps = 0;
  #set: RowSet | undefined;
  #end = 0; // of the batch in hand

  constructor(table: Table) {
    this.#table = table;
    const at = (name: string) => table.columns[table.spec.columns.findIndex((column) => column.name === name)]!;
    this.#person = at('person_id');
    this.#time = at('time');
  }

  begin(lo: number, hi: number): void {
    this.#end = hi;
    if (this.#set) this.#set.prepare(lo, hi);
    else if (hi > this.#before.length) this.#before = grown(this.#before, hi);
  }

  add(row: number, lo: number, shift: number): boolean {
    if (this.#set) return this.#set.addPrepared(row, lo, shift);
    const person = this.#person.data[row]!;
    const sec = this.#time.data[row]!;
    if (person * 2 >= this.#heads.length) this.#heads = grown(this.#heads, person * 2 + 2);
    const heads = this.#heads;
    const isLatest = sec > heads[person * 2]!;
    if (!isLatest) {
      const time = this.#time.data;
      for (let taken = heads[person * 2 + 1]!; taken !== 0; taken = this.#before[taken - 1]!) {
        const at = taken > lo ? taken - 1 + shift : taken - 1;
        if (time[at] === sec && this.#isSame(at, row)) return false;
        this.#steps++;
      }
      if (this.#steps > LEAST_STEPS && this.#steps > this.#rows * STEPS_PER_ROW) {
        this.#giveUp(row, lo, shift);
        return this.#set!.addPrepared(row, lo, shift);
      }
    } else heads[person * 2] = sec;
    this.#before[row - shift] = heads[person * 2 + 1]!;
    heads[person * 2 + 1] = row - shift + 1;
    this.#rows++;
    return true;
  }

  /** Puts all rows added so far into a set, and makes the rest of the batch ready. */
  #giveUp(row: number, lo: number, shift: number): void {
    const set = new RowSet(this.#table.columns);
    this.#heads = new Uint32Array(0);
    this.#before = new Uint32Array(0);
    // Rows before `lo` lie where they belong, rows from there on still lie `shift` places further down.
    addAll(set, 0, lo, 0, 0);
    addAll(set, lo + shift, row, lo, shift);
    set.prepare(row, this.#end);
    this.#set = set;
  }

  #isSame(a: number, b: number): boolean {
    return this.#table.columns.every(({ data }) => data[a] === data[b]);
  }
}

const PORTION = 4096;

function addAll(set: RowSet, from: number, to: number, lo: number, shift: number): void {
  for (let portion = from; portion < to; portion += PORTION) {
    const end = Math.min(portion + PORTION, to);
    set.prepare(portion, end);
    for (let row = portion; row < end; row++) set.addPrepared(row, lo, shift);
  }
}

function grown(old: Uint32Array, least: number): Uint32Array {
  const data = new Uint32Array(Math.max(least, old.length * 2));
  data.set(old);
  return data;
}
