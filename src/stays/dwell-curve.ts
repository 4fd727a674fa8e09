/**
 * How many people are still there after some time: a survival curve through the three usual times of a category.
 *
 * `least`, `typical` and `most` are taken for the 2.5 %, the 50 % and the 97.5 % quantile. A log-normal has two parameters and those are three points,
 * so that the curve has two halves: below `typical` a log-normal with the deviation that puts 2.5 % below `least`, above it one that puts 2.5 % above
 * `most`. Both have their median at `typical`, where they meet. These are working assumptions as the times themselves are.
 */
import { normalTail } from '../core/statistics/normal.js';

/** Standard deviations from the median to the 2.5 % and 97.5 % quantiles. */
const DEVIATIONS = 1.959963984540054;

/** Seconds; a time of 0 counts as one second, since it has no logarithm. */
export class DwellCurve {
  readonly #typical: number;
  readonly #sigmaBelow: number;
  readonly #sigmaAbove: number;

  constructor({ leastSec, typicalSec, mostSec }: { readonly leastSec: number; readonly typicalSec: number; readonly mostSec: number }) {
    this.#typical = Math.log(Math.max(1, typicalSec));
    this.#sigmaBelow = (this.#typical - Math.log(Math.max(1, leastSec))) / DEVIATIONS;
    this.#sigmaAbove = (Math.log(Math.max(1, mostSec)) - this.#typical) / DEVIATIONS;
  }

  /** The share of stays that last `sec` or longer. */
  share(sec: number): number {
    if (sec <= 0) return 1;
    const distance = Math.log(sec) - this.#typical;
    const sigma = distance <= 0 ? this.#sigmaBelow : this.#sigmaAbove;
    if (sigma === 0) return distance <= 0 ? 1 : 0; // both times are one: nobody leaves before it, or after it
    return normalTail(distance / sigma);
  }
}
