/** Simulated riders: where each lives, works or learns, and shops, so that runs of the timetable lead there. */
import type { Timetable } from '../../model/timetable.js';
import { Random } from '../random.js';
import type { RiderPlan } from './rider-options.js';
import { PLACES_AT_STOP, RIDER_STREAM, SCHOOL, SHOP, WORK, type RiderPlace, type RiderPlaces } from './rider-places.js';
import type { WayFinder } from './way-finder.js';

export interface Rider {
  readonly home: RiderPlace;
  /** Office or school. */
  readonly work: RiderPlace;
  readonly shops: readonly RiderPlace[];
  readonly changes: boolean;
  /** Metres per second on foot. */
  readonly speed: number;
  /** Seconds after midnight at which the rider mostly sets out. */
  readonly leaveSec: number;
}

/** A ride is at least so long; whoever lives nearer walks. */
const LEAST_RIDE_M = 800;
const TRIES = 12;

export class RiderPeople {
  readonly #finder: WayFinder;
  readonly #timetable: Timetable;
  readonly #places: RiderPlaces;
  readonly #plan: RiderPlan;
  readonly #random: Random;

  constructor(finder: WayFinder, places: RiderPlaces, plan: RiderPlan) {
    this.#finder = finder;
    this.#timetable = finder.timetable;
    this.#places = places;
    this.#plan = plan;
    this.#random = new Random(plan.seed);
  }

  /** A person, always the same. Homes lie where runs call, works and shops where a run leads from there. */
  get(person: number): Rider {
    const random = this.#random;
    random.begin(RIDER_STREAM.person, person);
    const { runCount, callStop } = this.#timetable;
    const changes = random.chance(this.#plan.transfers);
    const kind = random.chance(0.2) ? SCHOOL : WORK;
    const speed = 1 + 0.6 * random.unit();
    const leaveSec = Math.round((5.5 + (random.unit() + random.unit()) * 2.5) * 3600);
    let stop = 0;
    do {
      const run = random.below(runCount);
      const calls = this.#timetable.lastCall(run) - this.#timetable.firstCall(run);
      stop = callStop.data[this.#timetable.firstCall(run) + random.below(Math.max(1, calls))]!;
    } while (!this.#timetable.stopAt.isKnown(stop));
    const home = this.#places.home(person, stop);
    const workStop = this.#stopFrom(stop, stop, changes);
    const shops = [workStop, stop].map((from) => this.#places.at(SHOP, this.#stopFrom(from, from, false), random.below(PLACES_AT_STOP)));
    return { home, work: this.#places.at(kind, workStop, random.below(PLACES_AT_STOP)), shops, changes, speed, leaveSec };
  }

  /** A stop to which a run leads from near another one, with a change of line if wanted; far enough from `origin` to ride. */
  #stopFrom(stop: number, origin: number, changes: boolean): number {
    const { offsets, callStop, stopAt } = this.#timetable;
    const random = this.#random;
    let found = stop;
    for (let tries = 0; tries < TRIES; tries++) {
      const nearby = this.#finder.changesAt(stop);
      const from = nearby.length === 0 ? stop : nearby[random.below(nearby.length)]!.stop;
      const visits = this.#finder.boardings(from);
      if (visits.length === 0) continue;
      const { journey, call } = visits[random.below(visits.length)]!;
      const later = offsets.data[journey + 1]! - call - 1;
      const to = callStop.data[call + 1 + random.below(later)]!;
      if (!(stopAt.distanceM(to, origin) >= LEAST_RIDE_M)) continue;
      found = to;
      if (!changes) break;
      const second = this.#stopFrom(to, origin, false);
      if (second === to) continue;
      return second;
    }
    return found;
  }
}
