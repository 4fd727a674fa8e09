/** Which rows of a list a page holds where it cannot hold all: the surest first, of these the longest together, of these the first in the list. */
import type { PageList } from './page-data.js';
import type { Row } from './run-lists.js';

const RANKS: Readonly<Record<string, number>> = { certain: 0, likely: 1, possible: 2 };
const LONGEST_SEC = 2 ** 40;

/** Smaller comes first. Lists without a grade put the places with most people, and the windows with most check-ins since, first. */
export function orderOf(list: PageList, row: Row): number {
  const rank = (RANKS[row('grade')] ?? 3) * LONGEST_SEC;
  if (list === 'people' || list === 'contacts' || list === 'links') return rank - Number(row('total_likely_s'));
  if (list === 'episodes') return rank - Number(row('overlap_likely_s'));
  return -Number(row(list === 'places' ? 'people_possible' : 'check_ins_since'));
}

/** Which of some rows are kept: `limit` of them with the smallest order; of equal ones the first. */
export class Chosen {
  readonly #limit: number;
  #orders: Float64Array = new Float64Array(1 << 10);
  #count = 0;
  #threshold = Number.POSITIVE_INFINITY;
  #atThreshold = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(order: number): void {
    if (this.#count === this.#orders.length) {
      const grown = new Float64Array(this.#count * 2);
      grown.set(this.#orders);
      this.#orders = grown;
    }
    this.#orders[this.#count++] = order;
  }

  /** To be called once, after the last `add` and before the first `takes`. */
  finish(): void {
    if (this.#count <= this.#limit) {
      this.#atThreshold = this.#limit;
      return;
    }
    const sorted = this.#orders.slice(0, this.#count).sort();
    this.#threshold = this.#limit === 0 ? Number.NEGATIVE_INFINITY : sorted[this.#limit - 1]!;
    const below = sorted.findIndex((order) => order >= this.#threshold);
    this.#atThreshold = this.#limit === 0 ? 0 : this.#limit - below;
  }

  /** Whether a row is kept; ask in the order in which they were added. */
  takes(order: number): boolean {
    if (order < this.#threshold) return true;
    return order === this.#threshold || this.#threshold === Number.POSITIVE_INFINITY ? this.#atThreshold-- > 0 : false;
  }
}
