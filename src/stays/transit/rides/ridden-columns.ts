/** Which stays are rides: between which stops, and which check-ins stand for a second stay, since their vehicle went on as another run. */
import { U32Column, U8Column } from '../../../core/columns.js';
import type { RiddenStops } from '../../../model/stay.js';
import type { RideColumns } from './ride-columns.js';
import type { Rides } from './rides.js';

export class RiddenColumns {
  /** Further pairs of a check-in, by its position, and a stay. */
  readonly extraAt: U32Column = new U32Column();
  readonly extraStay: U32Column = new U32Column();
  readonly #rides: Rides;
  readonly #from: U32Column = new U32Column();
  readonly #to: U32Column = new U32Column();
  readonly #confidence: U8Column = new U8Column();

  constructor(rides: Rides) {
    this.#rides = rides;
  }

  /** The rides of a person, by position; undefined if there is none. */
  of(rows: ArrayLike<number>, lo: number, hi: number): RideColumns | undefined {
    return this.#rides.infer(rows, lo, hi) ? this.#rides.found : undefined;
  }

  /** Takes down the ride k of a new stay; a negative k: it is none. */
  add(k: number): void {
    if (k < 0) {
      this.#from.push(0);
      this.#to.push(0);
      this.#confidence.push(0);
      return;
    }
    const { found, timetable } = this.#rides;
    const hasGoneOn = found.onRun[k]! >= 0;
    this.#from.push(this.#stop(found.from[k]!));
    this.#to.push(hasGoneOn ? this.#stop(timetable.lastCall(found.run[k]!)) : this.#stop(found.to[k]!));
    this.#confidence.push(Math.round(found.share[k]! * 100));
  }

  /** The ride k makes a stay longer: it ends where that one does. */
  lengthen(stay: number, k: number): void {
    const { found } = this.#rides;
    this.#to.data[stay] = this.#stop(found.to[k]!);
    this.#confidence.data[stay] = Math.round(found.share[k]! * 100);
  }

  /** Takes down the stay on the run as which the vehicle of ride k went on; `at` is the check-in behind it. */
  goOn(stay: number, at: number, k: number): void {
    const { found, timetable } = this.#rides;
    this.extraAt.push(at);
    this.extraStay.push(stay);
    this.#from.push(this.#stop(timetable.firstCall(found.onRun[k]!)));
    this.#to.push(this.#stop(found.to[k]!));
    this.#confidence.push(Math.round(found.share[k]! * 100));
  }

  stops(): RiddenStops {
    return { from: this.#from.trimmed(), to: this.#to.trimmed(), confidence: this.#confidence.data.slice(0, this.#confidence.length) };
  }

  #stop(call: number): number {
    const { callStop, stopText } = this.#rides.timetable;
    return call < 0 ? 0 : stopText.data[callStop.data[call]!]!;
  }
}
