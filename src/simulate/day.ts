/**
 * One person's day as true visits: where they really were, from when until when. Depends only on the city and on (seed, person, day), and on the
 * planted events that the person attends; what is scanned of it is decided elsewhere.
 *
 * A day begins when someone leaves home and ends when they leave home again: the night belongs to the day of the evening it began on. Times are
 * wall seconds: the local clock counted as if it were UTC.
 */
import { DAY_SEC } from '../core/zone.js';
import type { Dwell } from '../stays/dwell.js';
import { BY_BUS, BY_METRO, FREE, KIND, KINDS, PUPIL, newResident, type City, type Resident } from './city.js';
import { RUNS_PER_DAY, type Lines } from './lines.js';
import { Random, STREAM, Weighted } from './random.js';
import { TrueDwell } from './true-dwell.js';

/** More than any day can hold. */
const MOST_VISITS = 128;
const MINUTE = 60;
const HOUR = 3600;
/** Days that someone may stay at home in a row; then they count as gone. */
const MOST_NIGHTS = 8;
/** When guests of an event leave home who would have stayed there, and until when the others are done with their day. */
const LEAVE_FOR_EVENT_SEC = 17 * HOUR;
const DONE_FOR_EVENT_SEC = 17.75 * HOUR;
/** People come up to this long before a bus departs. */
const EARLY_SEC = 180;

/** Visits as columns, in the order of their starts but for shops within a mall, which follow the mall. */
export class DayVisits {
  count = 0;
  readonly kind: Uint8Array = new Uint8Array(MOST_VISITS);
  /** Number within the kind. */
  readonly place: Uint32Array = new Uint32Array(MOST_VISITS);
  /** 0: none; else 1 + number of the day * `RUNS_PER_DAY` + number of the run on that day. */
  readonly run: Uint32Array = new Uint32Array(MOST_VISITS);
  readonly startSec: Uint32Array = new Uint32Array(MOST_VISITS);
  /** First second in which the person is gone. */
  readonly endSec: Uint32Array = new Uint32Array(MOST_VISITS);
  /** 0: no seat; else 1 + row * 4 + column. */
  readonly seat: Uint8Array = new Uint8Array(MOST_VISITS);
  /** Planted event, 0 for none. */
  readonly event: Uint16Array = new Uint16Array(MOST_VISITS);
  /** 1 for the night before the first day: it began before anyone could scan. */
  readonly isBefore: Uint8Array = new Uint8Array(MOST_VISITS);

  push(kind: number, place: number, startSec: number, endSec: number, run = 0, seat = 0, event = 0, isBefore = 0): void {
    const at = this.count++;
    this.kind[at] = kind;
    this.place[at] = place;
    this.run[at] = run;
    this.startSec[at] = startSec;
    this.endSec[at] = endSec;
    this.seat[at] = seat;
    this.event[at] = event;
    this.isBefore[at] = isBefore;
  }
}

/** A planted gathering that someone attends on one evening. */
export interface PlannedEvent {
  /** From 1 on. */
  readonly event: number;
  readonly day: number;
  /** @defaultValue a restaurant */
  readonly kind?: number;
  /** Number within the kind. */
  readonly place: number;
  readonly startSec: number;
  readonly endSec: number;
}

/** The events that a person attends, at most one a day; undefined if none. */
export type EventsOf = (person: number) => readonly PlannedEvent[] | undefined;

export interface CalendarDays {
  /** Days since 1970-01-01 of the first day. */
  readonly firstDay: number;
  readonly days: number;
}

const OUTINGS: readonly (readonly [kind: number, weight: number])[] = [
  [KIND.shop, 32],
  [KIND.market, 16],
  [KIND.restaurant, 22],
  [KIND.mall, 7],
  [KIND.cinema, 4],
  [KIND.park, 6],
  [KIND.gym, 5],
  [KIND.temple, 2],
  [KIND.clinic, 4],
  [KIND.hall, 2],
];

export class DayPlanner {
  readonly visits: DayVisits = new DayVisits();
  readonly resident: Resident = newResident();
  readonly #city: City;
  readonly #calendar: CalendarDays;
  readonly #eventsOf: EventsOf;
  readonly #random: Random;
  readonly #leaving: Random;
  readonly #dwell: readonly TrueDwell[];
  readonly #outing = new Weighted(OUTINGS.map(([, weight]) => weight));

  constructor(city: City, calendar: CalendarDays, dwell: Dwell, oddShare: number, eventsOf: EventsOf) {
    this.#city = city;
    this.#calendar = calendar;
    this.#eventsOf = eventsOf;
    this.#random = new Random(city.seed);
    this.#leaving = new Random(city.seed);
    this.#dwell = KINDS.map(({ category }) => new TrueDwell(category, dwell, oddShare));
  }

  /** Fills `visits` and `resident`. `day` counts from 0. */
  plan(person: number, day: number): void {
    const { visits, resident } = this;
    visits.count = 0;
    this.#city.meet(person, resident);
    const events = this.#eventsOf(person);
    const event = events?.find((each) => each.day === day);
    const leave = this.#leaveSec(day, events);
    if (day === 0) visits.push(KIND.home, resident.home, this.#midnight(0), leave < 0 ? this.#nightEnd(0, events) : this.#midnight(0) + leave, 0, 0, 0, 1);
    if (leave < 0) return;
    this.#random.begin(STREAM.plan, person, day);
    const isBusy = resident.role !== FREE && !this.#isWeekend(day);
    let t = this.#midnight(day) + leave;
    if (leave !== LEAVE_FOR_EVENT_SEC) t = isBusy ? this.#busyDay(t, day, event !== undefined) : this.#freeDay(t, day, event !== undefined);
    if (event) t = this.#attend(t, event);
    else if (isBusy && t < this.#midnight(day) + 20 * HOUR && this.#random.chance(0.2)) {
      const out = t + this.#random.between(HOUR, 2 * HOUR);
      visits.push(KIND.home, resident.home, t, out);
      t = this.#outingAt(this.#walk(out), resident.district);
    }
    t = this.#walk(t);
    const night = this.#nightEnd(day, events);
    if (t < night) visits.push(KIND.home, resident.home, t, night);
  }

  /** When the planned resident leaves home, in seconds of the day; -1 if they stay at home. */
  #leaveSec(day: number, events: readonly PlannedEvent[] | undefined): number {
    const { role, person } = this.resident;
    const random = this.#leaving;
    random.begin(STREAM.leave, person, day);
    const isBusy = role !== FREE && !this.#isWeekend(day);
    const staysAtHome = random.chance(isBusy ? 0.03 : 0.12);
    const late = random.unit();
    if (staysAtHome) return events?.some((event) => event.day === day) ? LEAVE_FOR_EVENT_SEC : -1;
    if (!isBusy) return Math.floor((7.5 + 4 * late) * HOUR);
    return Math.floor(role === PUPIL ? (6.75 + 0.7 * late) * HOUR : (6.75 + 2 * late) * HOUR);
  }

  /** When the night that follows a day ends. */
  #nightEnd(day: number, events: readonly PlannedEvent[] | undefined): number {
    for (let next = day + 1; next < day + MOST_NIGHTS; next++) {
      const leave = this.#leaveSec(next, events);
      if (leave >= 0) return this.#midnight(next) + leave;
    }
    return this.#midnight(day + MOST_NIGHTS);
  }

  /** Work or school with the ways there and back; returns when they are on their way home, or to their event. */
  #busyDay(from: number, day: number, hasEvent: boolean): number {
    const { visits, resident } = this;
    const random = this.#random;
    const { workKind, work } = resident;
    const arrive = this.#travel(from, day, 0);
    const midnight = this.#midnight(day);
    let end = arrive + this.#dwell[workKind]!.draw(random);
    if (hasEvent) end = Math.min(end, midnight + DONE_FOR_EVENT_SEC);
    const lunch = midnight + 11.6 * HOUR + random.below(80 * MINUTE);
    const eatsOut = random.chance(resident.role === PUPIL ? 0.05 : 0.25) && !hasEvent && lunch > arrive + HOUR && end > lunch + 2 * HOUR;
    if (eatsOut) {
      visits.push(workKind, work, arrive, lunch);
      const eat = this.#walk(lunch);
      const eaten = eat + this.#dwell[KIND.restaurant]!.draw(random);
      visits.push(KIND.restaurant, this.#city.pick(KIND.restaurant, resident.workDistrict, random), eat, eaten);
      const back = this.#walk(eaten);
      end = Math.max(end, back + 45 * MINUTE);
      visits.push(workKind, work, back, end);
    } else visits.push(workKind, work, arrive, end);
    let t = end;
    if (hasEvent) return t;
    if (t < midnight + 20.5 * HOUR && random.chance(0.35)) t = this.#outingAt(this.#walk(t), random.chance(0.5) ? resident.workDistrict : resident.district);
    return this.#travel(t, day, 1);
  }

  /** One to three outings, some with a stop at home between; seldom a trip by coach. */
  #freeDay(from: number, day: number, hasEvent: boolean): number {
    const { visits, resident } = this;
    const random = this.#random;
    const midnight = this.#midnight(day);
    const outings = hasEvent ? 1 : random.between(1, 3);
    const rides = random.chance(0.3);
    let t = from;
    if (!hasEvent && random.chance(0.03)) return this.#coachTrip(t, day);
    if (rides) t = this.#busRide(t, day, 0);
    for (let i = 0; i < outings && (i === 0 || t < midnight + 20 * HOUR); i++) {
      if (i > 0 && !rides && random.chance(0.4)) {
        const home = this.#walk(t);
        t = home + random.between(HOUR, 3 * HOUR);
        visits.push(KIND.home, resident.home, home, t);
      }
      const district = random.chance(0.85) ? resident.district : random.below(this.#city.districts);
      t = this.#outingAt(this.#walk(t), district, hasEvent ? midnight + DONE_FOR_EVENT_SEC : Number.POSITIVE_INFINITY);
    }
    return rides && !hasEvent ? this.#busRide(t, day, 1) : t;
  }

  /** Somewhere in a district, until `latestSec` at the most; returns when they leave it. */
  #outingAt(t: number, district: number, latestSec: number = Number.POSITIVE_INFINITY): number {
    const { visits } = this;
    const random = this.#random;
    const [kind] = OUTINGS[this.#outing.draw(random)]!;
    const place = this.#city.pick(kind, district, random);
    const end = Math.min(t + this.#dwell[kind]!.draw(random), latestSec);
    visits.push(kind, place, t, end);
    if (kind !== KIND.mall) return end;
    const shops = random.between(1, 3);
    let inside = t;
    for (let i = 0; i < shops; i++) {
      inside += random.between(2 * MINUTE, 12 * MINUTE);
      const left = inside + this.#dwell[KIND.mallShop]!.draw(random);
      if (left > end - MINUTE) break;
      visits.push(KIND.mallShop, this.#city.pickShopOf(place, random), inside, left);
      inside = left;
    }
    return end;
  }

  /** To work (direction 0) or back: by bus, through a station, or unseen. Returns the arrival. */
  #travel(t: number, day: number, direction: number): number {
    const { resident } = this;
    const random = this.#random;
    if (resident.commute === BY_BUS) return this.#busRide(t, day, direction);
    if (resident.commute === BY_METRO) {
      const start = this.#walk(t);
      const end = start + this.#dwell[KIND.station]!.draw(random);
      this.visits.push(KIND.station, direction === 0 ? resident.homeStation : resident.workStation, start, end);
      return this.#walk(end + random.between(8 * MINUTE, 30 * MINUTE));
    }
    return t + random.between(8 * MINUTE, 35 * MINUTE);
  }

  /** On the resident's own line, there (0) or back (1). Where none goes soon they walk. */
  #busRide(t: number, day: number, direction: number): number {
    const { line, boardStop, alightStop } = this.resident;
    const { stops } = this.#city.buses.get(line);
    const [board, alight] = direction === 0 ? [boardStop, alightStop] : [stops - 1 - alightStop, stops - 1 - boardStop];
    const arrive = this.#ride(KIND.bus, this.#city.buses, line, direction, board, alight, this.#walk(t), day, 25 * MINUTE);
    return this.#walk(arrive < 0 ? t + this.#random.between(15 * MINUTE, 45 * MINUTE) : arrive);
  }

  /** A day elsewhere, there and back by coach if one still goes. */
  #coachTrip(t: number, day: number): number {
    const { resident } = this;
    const random = this.#random;
    const there = this.#ride(KIND.coach, this.#city.coaches, resident.district, 0, 0, 1, this.#walk(t), day, 2 * HOUR);
    if (there < 0) return this.#outingAt(this.#walk(t), resident.district);
    const district = random.below(this.#city.districts);
    let out = this.#outingAt(this.#walk(there), district);
    out = this.#outingAt(this.#walk(out), district);
    const back = this.#ride(KIND.coach, this.#city.coaches, resident.district, 1, 0, 1, this.#walk(out), day, 2 * HOUR);
    return back < 0 ? out + 2 * HOUR : back;
  }

  /** Rides the next run from one stop to another; returns the arrival, or -1 if none leaves within `patienceSec`. */
  #ride(kind: number, lines: Lines, line: number, direction: number, board: number, alight: number, t: number, day: number, patienceSec: number): number {
    const random = this.#random;
    const midnight = this.#midnight(day);
    const { stopSec } = lines.get(line);
    const run = lines.nextRun(line, direction, board, t - midnight);
    if (run < 0) return -1;
    const departure = midnight + lines.departureSec(line, run);
    let start = departure + board * stopSec;
    if (start - t > patienceSec) return -1;
    if (board === 0) start -= random.below(Math.min(EARLY_SEC, start - t) + 1);
    const seat = kind === KIND.coach ? 1 + random.below(48) : 0;
    const end = departure + alight * stopSec;
    this.visits.push(kind, lines.vehicleOf(line, run), start, end, 1 + day * RUNS_PER_DAY + run, seat);
    return end;
  }

  /** The gathering; nobody has anything else to do by then. Returns when they leave it. */
  #attend(t: number, event: PlannedEvent): number {
    const random = this.#random;
    const start = Math.max(event.startSec + random.below(15 * MINUTE), this.#walk(t));
    const end = event.endSec - random.below(10 * MINUTE);
    this.visits.push(event.kind ?? KIND.restaurant, event.place, start, end, 0, 0, event.event);
    return end;
  }

  /** A way on foot, unseen. */
  #walk(t: number): number {
    return t + this.#random.between(MINUTE, 8 * MINUTE);
  }

  #midnight(day: number): number {
    return (this.#calendar.firstDay + day) * DAY_SEC;
  }

  /** 1970-01-01 was a Thursday. */
  #isWeekend(day: number): boolean {
    return (this.#calendar.firstDay + day + 3) % 7 >= 5;
  }
}
