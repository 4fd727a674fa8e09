/**
 * How long people really stay: log-normal around the typical minutes of the category (SPEC section 4), its tails cut at least and most.
 * A share of visits is odd: shorter than least or longer than most, so that lists which believe the bounds are wrong about them.
 */
import type { Dwell } from '../stays/dwell.js';
import type { Random } from './random.js';

/** A table of quantiles: `QUANTILES` steps, drawn by linear interpolation. */
const QUANTILES = 1024;
/** Steps of the numeric integral in the logarithm of time. */
const GRID = 4096;
const SHORTEST_SEC = 20;

/** Visits of one category. */
export class TrueDwell {
  readonly #seconds: Uint32Array;
  readonly #leastSec: number;
  readonly #mostSec: number;
  readonly #oddShare: number;

  constructor(category: string, dwell: Dwell, oddShare: number) {
    const { leastSec, typicalSec, mostSec } = dwell.of(category);
    this.#leastSec = leastSec;
    this.#mostSec = mostSec;
    this.#oddShare = oddShare;
    this.#seconds = quantiles(leastSec, typicalSec, mostSec);
  }

  /** Seconds of one visit. Takes two numbers. */
  draw(random: Random): number {
    const isOdd = random.chance(this.#oddShare);
    const value = random.u32();
    if (isOdd) {
      const part = (value >>> 1) / 2 ** 31;
      return (value & 1) === 0 ? SHORTEST_SEC + Math.floor(part * Math.max(0, this.#leastSec - SHORTEST_SEC)) : Math.floor(this.#mostSec * (1 + part / 2)) + 1;
    }
    const at = value >>> 22;
    const from = this.#seconds[at]!;
    return from + Math.floor(((this.#seconds[at + 1]! - from) * (value & 0x3fffff)) / 2 ** 22);
  }
}

/** Whole seconds at the quantiles 0, 1/1024 … 1 of a log-normal with its median at `typical`, cut to `least`..`most` about two deviations out. */
function quantiles(leastSec: number, typicalSec: number, mostSec: number): Uint32Array {
  const from = Math.log(leastSec / typicalSec);
  const to = Math.log(mostSec / typicalSec);
  const sigma = Math.min(-from, to) / 2;
  const step = (to - from) / GRID;
  const below = new Float64Array(GRID + 1);
  for (let i = 1; i <= GRID; i++) below[i] = below[i - 1]! + Math.exp(-(((from + (i - 0.5) * step) / sigma) ** 2) / 2);
  const seconds = new Uint32Array(QUANTILES + 1);
  for (let q = 0, i = 0; q <= QUANTILES; q++) {
    const wanted = (q / QUANTILES) * below[GRID]!;
    while (i < GRID - 1 && below[i + 1]! < wanted) i++;
    const part = (wanted - below[i]!) / (below[i + 1]! - below[i]!);
    seconds[q] = Math.min(mostSec, Math.max(leastSec, Math.round(typicalSec * Math.exp(from + (i + part) * step))));
  }
  return seconds;
}
