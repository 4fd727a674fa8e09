/** One way through all person-days of a city: day by day, person by person. What was planned of one is forgotten with the next. */
import { CheckInText } from './check-in-text.js';
import type { City } from './city.js';
import type { CalendarDays, DayPlanner, DayVisits } from './day.js';
import type { DayScans, Scanner } from './scans.js';
import type { Truth } from './truth.js';

export class Pass {
  /** Check-ins so far. */
  rowCount = 0;
  readonly #people: number;
  readonly #calendar: CalendarDays;
  readonly #limit: number;
  readonly #planner: DayPlanner;
  readonly #scanner: Scanner;
  readonly #truth: Truth | null;
  #day = 0;
  #person = -1;

  /** @param limit - when so many check-ins are out nobody scans any more; people go on meeting. */
  constructor(city: City, calendar: CalendarDays, limit: number, planner: DayPlanner, scanner: Scanner, truth: Truth | null) {
    this.#people = city.people;
    this.#calendar = calendar;
    this.#limit = limit;
    this.#planner = planner;
    this.#scanner = scanner;
    this.#truth = truth;
  }

  /** The visits of the person-day at hand. */
  get visits(): DayVisits {
    return this.#planner.visits;
  }
  /** The check-ins of the person-day at hand. */
  get scans(): DayScans {
    return this.#scanner.scans;
  }

  /** Goes to the next person-day; false after the last one that matters. */
  next(): boolean {
    if (++this.#person === this.#people) {
      this.#person = 0;
      this.#day++;
    }
    if (this.#day >= this.#calendar.days || (this.rowCount === this.#limit && this.#truth === null)) return false;
    const { visits } = this.#planner;
    const { scans } = this.#scanner;
    this.#planner.plan(this.#person, this.#day);
    this.#scanner.scan(this.#person, this.#day, visits);
    if (this.rowCount + scans.count > this.#limit) {
      scans.cut(this.#limit - this.rowCount);
      this.#truth?.correct(this.#person, this.#day, scans);
    }
    this.rowCount += scans.count;
    this.#truth?.meet(this.#person, visits, scans);
    return true;
  }

  /** The check-ins as CSV, header first, in blocks of about `blockBytes`. */
  *checkInText(blockBytes: number): Generator<Uint8Array> {
    const text = new CheckInText(this.#calendar.firstDay, blockBytes);
    while (this.#fill(text)) yield text.takeBlock();
    yield text.takeBlock();
  }

  /** Writes until the block is full; false at the end. Apart from the generator, so that the loop is compiled as one. */
  #fill(text: CheckInText): boolean {
    while (!text.isFull) {
      if (!this.next()) return false;
      text.write(this.visits, this.scans);
    }
    return true;
  }
}
