/** True visits → check-ins: who scanned, under which code, with which faults. A stream of its own, so that shares never move a true visit. */
import type { City } from './city.js';
import type { DayVisits } from './day.js';
import { Random, STREAM } from './random.js';

/** How a visit was scanned. */
export const SCANS = ['own', 'missed', 'lent'] as const;
export const OWN = 0;
export const MISSED = 1;
/** Scanned with the code of another member of the household: the check-in names the wrong person. */
export const LENT = 2;

/** Shares of visits, from 0 to 1. */
export interface ScanShares {
  /** Scanned visits with a check-out. */
  readonly checkOut: number;
  /** Visits that nobody scanned. */
  readonly missed: number;
  /** Scanned visits that were scanned twice within seconds. */
  readonly duplicate: number;
  /** Visits scanned with someone else's code. */
  readonly lent: number;
}

const MOST_ROWS = 256;

/** Check-ins as columns, in the order of the visits. */
export class DayScans {
  count = 0;
  /** The person whose code it is. */
  readonly person: Uint32Array = new Uint32Array(MOST_ROWS);
  /** Position of the visit within the day. */
  readonly visit: Uint8Array = new Uint8Array(MOST_ROWS);
  readonly timeSec: Uint32Array = new Uint32Array(MOST_ROWS);
  /** 0: no check-out. */
  readonly outSec: Uint32Array = new Uint32Array(MOST_ROWS);
  /** By visit: position in `SCANS`. */
  readonly scanOf: Uint8Array = new Uint8Array(MOST_ROWS);

  push(person: number, visit: number, timeSec: number, outSec: number): void {
    const at = this.count++;
    this.person[at] = person;
    this.visit[at] = visit;
    this.timeSec[at] = timeSec;
    this.outSec[at] = outSec;
  }

  /** Takes back the rows from `count` on; their visits were not scanned then. */
  cut(count: number): void {
    for (let row = count; row < this.count; row++) {
      const visit = this.visit[row]!;
      const hasOther = count > 0 && this.visit[count - 1] === visit;
      if (!hasOther) this.scanOf[visit] = MISSED;
    }
    this.count = count;
  }
}

export class Scanner {
  readonly scans: DayScans = new DayScans();
  readonly #city: City;
  readonly #shares: ScanShares;
  readonly #clockSkewSec: number;
  readonly #random: Random;
  readonly #clock: Random;

  /** @param clockSkewSec - how far the clock of a phone may be off, either way; each phone is off by the same all the time. */
  constructor(city: City, shares: ScanShares, clockSkewSec: number) {
    this.#city = city;
    this.#shares = shares;
    this.#clockSkewSec = clockSkewSec;
    this.#random = new Random(city.seed);
    this.#clock = new Random(city.seed);
  }

  /** Fills `scans` from the visits of one person-day. Takes five numbers of the stream for each visit, whatever the shares. */
  scan(person: number, day: number, visits: DayVisits): void {
    const { scans } = this;
    const random = this.#random;
    const { missed, lent, duplicate, checkOut } = this.#shares;
    scans.count = 0;
    random.begin(STREAM.scan, person, day);
    const skewSec = this.#skewOf(person);
    for (let visit = 0; visit < visits.count; visit++) {
      const fate = random.unit();
      const hasOut = random.chance(checkOut);
      const isTwice = random.chance(duplicate);
      const secondSec = random.u32() % 16;
      const housemate = this.#city.housemate(person, random);
      let scan = visits.isBefore[visit] === 1 || fate < missed ? MISSED : fate < missed + lent ? LENT : OWN;
      if (scan === LENT && housemate === person) scan = OWN;
      scans.scanOf[visit] = scan;
      if (scan === MISSED) continue;
      const code = scan === LENT ? housemate : person;
      const start = visits.startSec[visit]! + skewSec;
      const out = hasOut ? visits.endSec[visit]! + skewSec : 0;
      if (!isTwice) {
        scans.push(code, visit, start, out);
        continue;
      }
      // Half of the double taps fall into one second and are the same row; else the second record is the one that is closed.
      const again = secondSec < 8 ? start : Math.min(start + secondSec - 7, visits.endSec[visit]! + skewSec);
      scans.push(code, visit, start, again === start ? out : 0);
      scans.push(code, visit, again, out);
    }
  }

  #skewOf(person: number): number {
    if (this.#clockSkewSec === 0) return 0;
    this.#clock.begin(STREAM.clock, person);
    return this.#clock.between(-this.#clockSkewSec, this.#clockSkewSec);
  }
}
