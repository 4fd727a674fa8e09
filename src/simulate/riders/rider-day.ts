/** A day of a rider: the true rides, and the places at which the rider arrives. What is scanned of it is drawn elsewhere. */
import type { Zone } from '../../core/zone.js';

import type { Timetable } from '../../model/timetable.js';
import { Random } from '../random.js';
import type { RiderPlan } from './rider-options.js';
import type { Rider } from './rider-people.js';
import { RIDER_STREAM, type RiderPlace } from './rider-places.js';
import type { Leg, WayFinder } from './way-finder.js';

/** What happens to a rider, in the order of time: a ride, or the arrival at a place. */
export type RiderEvent = (Leg & { readonly place: null }) | { readonly place: RiderPlace; readonly sec: number };

const HOUR = 3600;
/** 1970-01-01 was a Thursday, the fourth day of a week that begins with Monday. */
const THURSDAY = 3;
const SATURDAY = 5;
/** Whoever takes a lift or missed the stop gets on so fast, after so long. */
const OTHER_M_PER_SEC = 7;
const OTHER_WAIT_SEC = 300;

export class RiderDays {
  readonly #finder: WayFinder;
  readonly #timetable: Timetable;
  readonly #zone: Zone;
  readonly #plan: RiderPlan;
  readonly #random: Random;
  #events: RiderEvent[] = [];
  #sec = 0;

  constructor(finder: WayFinder, zone: Zone, plan: RiderPlan) {
    this.#finder = finder;
    this.#timetable = finder.timetable;
    this.#zone = zone;
    this.#plan = plan;
    this.#random = new Random(plan.seed);
  }

  /** `day`: days since 1970-01-01. */
  of(person: number, rider: Rider, day: number): readonly RiderEvent[] {
    const random = this.#random;
    random.begin(RIDER_STREAM.day, person, day);
    this.#events = [];
    const isWorkday = (day + THURSDAY) % 7 < SATURDAY;
    const fate = random.unit();
    const midnight = this.#zone.dayStart(day);
    const [near, far] = rider.shops as [RiderPlace, RiderPlace];
    if (fate < (isWorkday ? 0.9 : 0.15)) {
      this.#sec = midnight + rider.leaveSec + random.between(-900, 900);
      this.#go(rider.home, rider.work, rider);
      this.#sec += Math.round((7 + 2.5 * random.unit()) * HOUR);
      if (random.chance(0.3)) this.#shop(rider.work, near, rider);
      else this.#go(rider.work, rider.home, rider);
    } else if (fate < (isWorkday ? 0.95 : 0.55)) {
      this.#sec = midnight + Math.round((9 + 6 * random.unit()) * HOUR);
      this.#shop(rider.home, far, rider);
    }
    return this.#events;
  }

  #shop(from: RiderPlace, shop: RiderPlace, rider: Rider): void {
    this.#go(from, shop, rider);
    this.#sec += this.#random.between(20 * 60, 90 * 60);
    this.#go(shop, rider.home, rider);
  }

  /** From one place to another; `#sec` is then the arrival. */
  #go(from: RiderPlace, to: RiderPlace, { speed, changes }: Rider): void {
    if (from === to) return;
    const random = this.#random;
    const { base, callArrival, callStop } = this.#timetable;
    const isByOther = random.chance(this.#plan.otherMeans);
    const sleeper = random.unit() < this.#plan.asleep ? random.below(1 << 16) : -1;
    const legs = isByOther ? [] : this.#finder.find(from.near, to.near, this.#sec, speed, changes);
    let walkM = metresBetween(from, to);
    let isLost = legs.length === 0;
    for (const [i, leg] of legs.entries()) {
      const carriedTo = sleeper >= 0 && i === legs.length - 1 ? this.#pastStop(leg, sleeper) : leg.to;
      this.#events.push({ ...leg, to: carriedTo, place: null });
      this.#sec = base.data[leg.run]! + callArrival.data[carriedTo]!;
      isLost = carriedTo !== leg.to;
      walkM = to.near.find(({ stop }) => stop === callStop.data[carriedTo])?.walkM ?? 2000;
    }
    this.#sec += Math.round(isLost ? OTHER_WAIT_SEC + walkM / OTHER_M_PER_SEC : walkM / speed);
    this.#events.push({ place: to, sec: this.#sec });
  }

  #pastStop({ run, to }: Leg, sleeper: number): number {
    const last = this.#timetable.lastCall(run);
    return to + Math.min(last - to, 1 + (sleeper % 5));
  }
}

function metresBetween(a: RiderPlace, b: RiderPlace): number {
  const perDegree = 111_195;
  return Math.hypot(a.lat - b.lat, (a.lon - b.lon) * Math.cos((a.lat * Math.PI) / 180)) * perDegree;
}
