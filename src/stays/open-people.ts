/** People whose stays are not all settled: their check-ins, and the stays that follow from them so far. Whoever has no open stay is forgotten. */
import { Heap } from '../core/heap.js';
import { runSync } from '../core/steps.js';
import type { Places } from '../model/place.js';
import type { Stays } from '../model/stay.js';
import { CHECKINS, Table, type Dictionaries } from '../model/tables.js';
import type { Dwell } from './dwell.js';
import { inferStays } from './infer-stays.js';
import type { LiveRuns } from './live-runs.js';
import { OpenStay, isSameRow, settle, spentCount, type OpenRow } from './open-stays.js';
import type { Runs } from './segment-runs.js';

/** Someone with open stays. */
export interface OpenPerson {
  readonly key: string;
  rows: OpenRow[];
  /** Sorted by start. */
  stays: OpenStay[];
  /** The earliest instant at which a stay may be settled; Infinity if none is open. */
  nextSec: number;
  /** Stays that are done but still here. */
  doneStays: number;
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
  readonly #values = new Float64Array(CHECKINS.columns.length);
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
    const person: OpenPerson = { key, rows, stays: [], nextSec: Number.POSITIVE_INFINITY, doneStays: 0, vehicles: NONE };
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
    for (let i = 0; i < people.length; i++) {
      this.#stale.delete(people[i]!);
      for (const row of people[i]!.rows) {
        this.#put(i, row);
        rowOf.push(row);
      }
    }
    const { stays } = runSync(inferStays({ ids: { ...ids, person: { size: people.length } }, checkIns }, places, runs, dwell));
    for (let i = 0; i < people.length; i++) {
      const person = people[i]!;
      const before = person.stays;
      const own: OpenStay[] = [];
      for (let s = stays.ofPerson[i]!; s < stays.ofPerson[i + 1]!; s++) own.push(stayOf(person.key, stays, s, rowOf));
      this.openStays -= before.length - person.doneStays;
      person.stays = own;
      settle(own, places, live);
      // What was settled is as it was: the same stay begins with the same check-in.
      if (person.doneStays > 0) for (const { isDone, rows } of before) if (isDone) own.find((stay) => stay.rows[0] === rows[0])!.isDone = true;
      this.openStays += own.length - person.doneStays;
      this.#ride(person);
      this.#plan(person);
      each(person);
    }
  }

  #put(person: number, { place, time, checkOut, run, carriage, seat, file, line }: OpenRow): void {
    const values = this.#values;
    values[0] = person;
    values[1] = place;
    values[2] = time;
    values[3] = checkOut;
    values[4] = run;
    values[5] = carriage;
    values[6] = seat;
    this.#checkIns.push(values, file, line);
  }

  /** Whether someone's next stay may be settled by a clock. */
  isDue(clockSec: number): boolean {
    return this.#due.leastKey < clockSec;
  }

  /**
   * Takes the stays that a clock settles, of everyone whose time has come. Those whose run has changed are touched instead: infer, and call again.
   * `each` may keep what it gets.
   */
  takeSettled(clockSec: number, each: (stay: OpenStay) => void): void {
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
        person.doneStays++;
        this.openStays--;
        each(stay);
      }
      this.#forgetSpent(person);
      this.#plan(person);
    }
  }

  #forgetSpent(person: OpenPerson): void {
    const spent = spentCount(person.stays, this.#tables.places);
    if (spent === 0) return;
    if (spent === person.stays.length) {
      person.stays = [];
      person.rows = [];
      this.#people.delete(person.key);
    } else {
      person.stays = person.stays.slice(spent);
      person.rows = person.stays.flatMap(({ rows }) => rows);
    }
    person.doneStays -= spent;
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
    let now = NONE;
    for (const { place } of person.stays) if (live.isCut(place) && !now.includes(place)) now = [...now, place];
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

const NONE: readonly number[] = [];

function stayOf(key: string, stays: Stays, s: number, rowOf: readonly OpenRow[]): OpenStay {
  const rows: OpenRow[] = [];
  for (let at = stays.firstRow[s]!; at < stays.firstRow[s + 1]!; at++) rows.push(rowOf[stays.rows[at]!]!);
  return new OpenStay(key, {
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
