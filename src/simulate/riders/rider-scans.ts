/** True rides and arrivals → scans, with the faults of real ones. A stream of its own: shares of faults never move a true ride. */
import type { Timetable } from '../../model/timetable.js';
import { Random } from '../random.js';
import type { RiderEvent } from './rider-day.js';
import type { RiderPlan } from './rider-options.js';
import { HOME, RIDER_STREAM, type RiderPlace } from './rider-places.js';
import type { Leg, WayFinder } from './way-finder.js';

/** How a boarding was scanned: as it should be, not at all, on the vehicle beside; `aboard`: nobody scans who stays aboard while a vehicle goes on. */
export type BoardingScan = 'scanned' | 'missed' | 'wrong vehicle' | 'aboard';

export interface RiderScan {
  /** Where the code hangs: in the vehicle of a run, or at a place. */
  readonly run: number;
  readonly place: RiderPlace | null;
  readonly sec: number;
}

export interface ScannedRide extends Leg {
  readonly scan: BoardingScan;
  /** Position of the scan of its own vehicle among the scans of the day; negative if there is none. */
  readonly scanAt: number;
}

const NO_RUN = -1;
const BESIDE_M = 100;
const BESIDE_SEC = 120;
const EARLY_SEC = 20;
/** At the first stop of a run people may sit down long before it leaves. */
const EARLY_AT_FIRST_SEC = 240;
const LATE_SEC = 60;

export class RiderScanner {
  readonly scans: RiderScan[] = [];
  readonly rides: ScannedRide[] = [];
  readonly #finder: WayFinder;
  readonly #timetable: Timetable;
  readonly #vehicleOf: Uint32Array;
  readonly #plan: RiderPlan;
  readonly #random: Random;
  readonly #clock: Random;

  /** `vehicleOf`: by run. */
  constructor(finder: WayFinder, vehicleOf: Uint32Array, plan: RiderPlan) {
    this.#finder = finder;
    this.#timetable = finder.timetable;
    this.#vehicleOf = vehicleOf;
    this.#plan = plan;
    this.#random = new Random(plan.seed);
    this.#clock = new Random(plan.seed);
  }

  /** Fills `scans` and `rides` from the events of one person-day. Draws as many numbers for each event whatever the shares. */
  scan(person: number, day: number, events: readonly RiderEvent[]): void {
    const { clockSkewSec, missedPlace, homeScanned } = this.#plan;
    this.scans.length = this.rides.length = 0;
    this.#clock.begin(RIDER_STREAM.clock, person);
    const skewSec = clockSkewSec === 0 ? 0 : this.#clock.between(-clockSkewSec, clockSkewSec);
    const random = this.#random;
    for (const [i, event] of events.entries()) {
      random.begin(RIDER_STREAM.scan, person, day * 64 + i);
      if (event.place === null) this.#board(event, skewSec);
      else {
        const fate = random.unit();
        const sec = event.sec + skewSec + random.between(5, 60);
        if (event.place.kind === HOME ? fate < homeScanned : fate >= missedPlace) this.scans.push({ run: NO_RUN, place: event.place, sec });
      }
    }
  }

  #board(leg: Leg, skewSec: number): void {
    const random = this.#random;
    const { missedBoarding, secondTap, wrongVehicle } = this.#plan;
    const fate = random.unit();
    const isTwice = random.chance(secondTap);
    const isWrong = random.chance(wrongVehicle);
    const isCorrected = random.chance(0.5);
    const againSec = random.between(2, 30);
    const sec = this.#scanSec(leg) + skewSec;
    const { run, from, to } = leg;
    if (leg.isThrough) this.rides.push({ ...leg, scan: 'aboard', scanAt: -1 });
    else if (fate < missedBoarding) this.rides.push({ ...leg, scan: 'missed', scanAt: -1 });
    else {
      const beside = isWrong ? this.#runBeside(run, from) : NO_RUN;
      if (beside >= 0) this.scans.push({ run: beside, place: null, sec: isCorrected ? sec - Math.min(againSec, 15) : sec });
      if (beside >= 0 && !isCorrected) this.rides.push({ run, from, to, isThrough: false, scan: 'wrong vehicle', scanAt: -1 });
      else {
        this.rides.push({ run, from, to, isThrough: false, scan: 'scanned', scanAt: this.scans.length });
        this.scans.push({ run, place: null, sec });
        if (isTwice) this.scans.push({ run, place: null, sec: sec + againSec });
      }
    }
  }

  /** When a true boarding is scanned: mostly while the doors are open or soon after, some early, some up to a minute late; never after getting off. */
  #scanSec({ run, from, to }: Leg): number {
    const random = this.#random;
    const { base, callArrival, callDeparture } = this.#timetable;
    const [arrivalSec, departureSec] = [base.data[run]! + callArrival.data[from]!, base.data[run]! + callDeparture.data[from]!];
    const fate = random.unit();
    const drawn = random.unit();
    const isFirst = from === this.#timetable.firstCall(run);
    const sec =
      isFirst && fate < 0.5
        ? departureSec - drawn * EARLY_AT_FIRST_SEC
        : fate < 0.1
          ? arrivalSec - drawn * EARLY_SEC
          : fate < 0.8
            ? arrivalSec + drawn * (departureSec - arrivalSec + 15)
            : departureSec + 15 + drawn * (LATE_SEC - 15);
    return Math.round(Math.min(sec, Math.max(departureSec, base.data[run]! + callArrival.data[to]! - 1)));
  }

  /** A run of another vehicle that stands close by about then; negative if there is none. */
  #runBeside(run: number, call: number): number {
    const { base, callDeparture, callStop } = this.#timetable;
    const departureSec = base.data[run]! + callDeparture.data[call]!;
    for (const { stop, walkM } of this.#finder.changesAt(callStop.data[call]!)) {
      if (walkM > BESIDE_M) break;
      for (const visit of this.#finder.boardings(stop)) {
        const other = this.#finder.nextAt(visit.journey, visit.call, departureSec - BESIDE_SEC);
        if (other < 0 || this.#vehicleOf[other] === this.#vehicleOf[run]) continue;
        if (base.data[other]! + callDeparture.data[visit.call]! <= departureSec + BESIDE_SEC) return other;
      }
    }
    return NO_RUN;
  }
}
