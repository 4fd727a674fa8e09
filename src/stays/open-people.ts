/** People whose stays are not all settled: their check-ins, and the stays that follow from them so far. Whoever has no open stay is forgotten. */
import { Heap } from '../core/heap.js';
import { runSync } from '../core/steps.js';
import type { Places } from '../model/place.js';
import { CHECKINS, Table, type Dictionaries } from '../model/tables.js';
import type { Dwell } from './dwell.js';
import { inferStays } from './infer-stays.js';
import type { LiveRuns } from './live-runs.js';
import { isSameRow, settle, spentCount, type OneStay, type OpenRow, type OpenStay } from './open-stays.js';
import type { Runs } from './segment-runs.js';

/** Someone with open stays. */
export interface OpenPerson {
  readonly key: string;
  rows: OpenRow[];
  /** Sorted by start. */
  stays: OpenStay[];
  /** The earliest instant at which a stay may be settled; Infinity if none is open. */
  nextSec: number;
  /** First check-ins of the stays that are done but still here. */
  readonly done: Set<OpenRow>;
  /** Vehicles without a timetable on which they may still be. */
  vehicles: readonly number[];
}

export interface OpenTables {
  readonly ids: Dictionaries;
  readonly places: Places;
  readonly runs: Runs;
  readonly live: LiveRuns;
  readonly dwell: Dwell;
}

export class OpenPeople {
  readonly #tables: OpenTables;
  readonly #people = new Map<string, OpenPerson>();
  readonly #touched = new Set<OpenPerson>();
  readonly #due = new Heap<OpenPerson>();
  readonly #riders = new Map<number, Set<OpenPerson>>();
  /** Riders on a run that lasts longer now: looked at again when their time comes. */
  readonly #stale = new Set<OpenPerson>();
  readonly #checkIns = new Table(CHECKINS);
  /** Open stays of all people, done ones not counted. */
  openStays = 0;

  constructor(tables: OpenTables) {
    this.#tables = tables;
  }

  get people(): number {
    return this.#people.size;
  }

  get(key: string): OpenPerson | undefined {
    return this.#people.get(key);
  }

  /** Someone new, with check-ins that were known before. */
  open(key: string, rows: OpenRow[]): OpenPerson {
    const person: OpenPerson = { key, rows, stays: [], nextSec: Number.POSITIVE_INFINITY, done: new Set(), vehicles: [] };
    this.#people.set(key, person);
    this.#touched.add(person);
    return person;
  }

  /** Adds a check-in; false if it was there already. */
  add(person: OpenPerson, row: OpenRow): boolean {
    for (const other of person.rows) if (isSameRow(other, row)) return false;
    person.rows.push(row);
    this.#touched.add(person);
    return true;
  }

  /** The runs of a vehicle are others now, or, unless `isOther`, the latest lasts longer. */
  touchRiders(vehicle: number, isOther: boolean): void {
    for (const person of this.#riders.get(vehicle) ?? []) (isOther ? this.#touched : this.#stale).add(person);
  }

  /** Infers the stays of all who were touched; `each` is called for them. */
  infer(each: (person: OpenPerson) => void): void {
    if (this.#touched.size === 0) return;
    const { ids, places, runs, dwell, live } = this.#tables;
    const people = [...this.#touched];
    this.#touched.clear();
    const checkIns = this.#checkIns;
    const rowOf: OpenRow[] = [];
    checkIns.clear();
    for (const [i, person] of people.entries()) {
      this.#stale.delete(person);
      for (const row of person.rows) {
        checkIns.push([i, row.place, row.time, row.checkOut, row.run, row.carriage, row.seat, 0], row.file, row.line);
        rowOf.push(row);
      }
    }
    const { stays } = runSync(inferStays({ ids: { ...ids, person: { size: people.length } }, checkIns }, places, runs, dwell));
    for (const [i, person] of people.entries()) {
      const own: OneStay[] = [];
      for (let s = stays.ofPerson[i]!; s < stays.ofPerson[i + 1]!; s++) {
        const rows: OpenRow[] = [];
        for (let at = stays.firstRow[s]!; at < stays.firstRow[s + 1]!; at++) rows.push(rowOf[stays.rows[at]!]!);
        own.push({
          place: stays.place[s]!,
          run: stays.run[s]!,
          start: stays.start[s]!,
          certain: stays.certain[s]!,
          likely: stays.likely[s]!,
          possible: stays.possible[s]!,
          method: stays.method[s]!,
          flags: stays.flags[s]!,
          carriage: stays.carriage[s]!,
          seat: stays.seat[s]!,
          rows,
        });
      }
      this.openStays -= person.stays.length - person.done.size;
      person.stays = settle(own, places, live);
      if (person.done.size > 0) for (const stay of person.stays) stay.isDone = person.done.has(stay.rows[0]!);
      this.openStays += person.stays.length - person.done.size;
      this.#ride(person);
      this.#plan(person);
      each(person);
    }
  }

  /** Whether someone's next stay may be settled by a clock. */
  isDue(clockSec: number): boolean {
    return this.#due.leastKey < clockSec;
  }

  /**
   * Takes the stays that a clock settles, of everyone whose time has come. Those whose run has changed are touched instead: infer, and call again.
   * `each` may keep what it gets.
   */
  takeSettled(clockSec: number, each: (person: OpenPerson, stay: OpenStay) => void): void {
    while (this.#due.leastKey < clockSec) {
      const dueSec = this.#due.leastKey;
      const person = this.#due.pop()!;
      if (person.nextSec !== dueSec || this.#people.get(person.key) !== person || this.#touched.has(person)) continue; // planned anew, or gone
      if (this.#stale.has(person)) {
        person.nextSec = Number.POSITIVE_INFINITY;
        this.#touched.add(person);
        continue;
      }
      for (const stay of person.stays) {
        if (stay.isDone || stay.settledSec >= clockSec) continue;
        stay.isDone = true;
        person.done.add(stay.rows[0]!);
        this.openStays--;
        each(person, stay);
      }
      this.#forgetSpent(person);
      this.#plan(person);
    }
  }

  #forgetSpent(person: OpenPerson): void {
    const spent = spentCount(person.stays, this.#tables.places);
    if (spent === 0) return;
    for (const { rows } of person.stays.slice(0, spent)) person.done.delete(rows[0]!);
    person.stays = person.stays.slice(spent);
    if (person.stays.length === 0) {
      person.rows = [];
      this.#people.delete(person.key);
    } else person.rows = person.stays.flatMap(({ rows }) => rows);
    this.#ride(person);
  }

  #plan(person: OpenPerson): void {
    let next = Number.POSITIVE_INFINITY;
    for (const { isDone, settledSec } of person.stays) if (!isDone && settledSec < next) next = settledSec;
    if (next === person.nextSec) return; // its turn is noted
    person.nextSec = next;
    if (next < Number.POSITIVE_INFINITY) this.#due.push(next, person);
  }

  /** Takes down on which vehicles without a timetable someone is. */
  #ride(person: OpenPerson): void {
    const { live } = this.#tables;
    const now: number[] = [];
    for (const { place } of person.stays) if (live.isCut(place) && !now.includes(place)) now.push(place);
    if (now.length === 0 && person.vehicles.length === 0) return;
    for (const vehicle of person.vehicles) {
      if (now.includes(vehicle)) continue;
      const riders = this.#riders.get(vehicle)!;
      riders.delete(person);
      if (riders.size === 0) this.#riders.delete(vehicle);
    }
    for (const vehicle of now) {
      const riders = this.#riders.get(vehicle);
      if (riders) riders.add(person);
      else this.#riders.set(vehicle, new Set([person]));
    }
    person.vehicles = now;
    if (person.stays.length === 0) this.#stale.delete(person);
  }
}
