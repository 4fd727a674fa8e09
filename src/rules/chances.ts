/**
 * How probable it is that a case and a contact were together as long as a rule asks: the ends of their stays are known within bounds only, and survival
 * curves say how the ends lie within them.
 *
 * One episode: both came at a and b, whoever was later at s = max(a, b). They were together for m seconds if neither left before s + m:
 * S_A(s − a + m) · S_B(s − b + m). The ends of the two are taken to be independent.
 * A pair, clause by clause, over its counting episodes, taken to be independent too:
 * - a threshold of one second, and the measure `single`: 1 − Π(1 − p) with the p of each episode at the threshold
 * - `total`: the probability that the sum reaches the threshold, the times together added up over all outcomes in steps of a 60th of it. Seconds that
 *   two episodes share count twice, which unions would not.
 * - `rolling24h`, `day`: the same over the episodes that begin within 24 h of one of them, or on one local day; the best of those
 * With several clauses: that of the most probable one, which is the least that it can be.
 */
import { DAY_SEC, type Zone } from '../core/zone.js';
import type { Episodes } from '../match/episodes.js';
import { isContact, type PairRange, type Pairs } from '../match/pairs.js';
import { NO_STAY, type Visits } from '../match/visits.js';
import type { Places } from '../model/place.js';
import type { Clause, Rule } from '../model/rule.js';
import type { StaySurvival } from '../stays/stay-survival.js';

/** Steps of a sum of times. */
const STEPS = 60;
/** A sum that is as good as reached needs no further episodes. */
const SURE = 0.999_999;

/** The probability that an episode lasted so many seconds. */
type Lasting = (row: number, sec: number) => number;

export class Chances {
  readonly #rule: Rule;
  readonly #places: Places;
  readonly #zone: Zone;
  readonly #survival: StaySurvival;

  constructor(rule: Rule, places: Places, zone: Zone, survival: StaySurvival) {
    this.#rule = rule;
    this.#places = places;
    this.#zone = zone;
    this.#survival = survival;
  }

  /** That the two of an episode were there together for `sec` at least. */
  ofEpisode(visits: Visits, { visit, stay, times }: Episodes, row: number, sec: number): number {
    const v = visit.data[row]!;
    const until = Math.max(visits.start[v]!, times.start[row]!) + sec;
    if (until > visits.possible[v]! || until > times.possible[row]!) return 0;
    const own = visits.stay[v]!;
    // An itinerary tells the end; so does the end of a case's window, which cuts the visit's possible end.
    const ofCase = own === NO_STAY ? 1 : this.#survival.until(own, until);
    return ofCase === 0 ? 0 : ofCase * this.#survival.until(stay.data[row]!, until);
  }

  /** That some clause of the rule really holds for a pair. */
  ofPair({ episodes, first }: Pairs, position: number, visits: Visits): number {
    const lasting: Lasting = (row, sec) => this.ofEpisode(visits, episodes, row, sec);
    let best = 0;
    for (const clause of this.#rule.clauses) {
      const rows: number[] = [];
      for (let row = first.data[position]!; row < first.data[position + 1]!; row++)
        if (episodes.counts.data[row] === 1 && this.#speaksOf(clause, visits.place[episodes.visit.data[row]!]!)) rows.push(row);
      const startOf = (row: number): number => Math.max(visits.start[episodes.visit.data[row]!]!, episodes.times.start[row]!);
      best = Math.max(best, this.#ofClause(clause, rows, startOf, lasting));
    }
    return best;
  }

  /** That a person is a contact of any of the cases: the pairs are taken to be independent. */
  ofPerson({ pairs, positions, lo, hi }: PairRange, visits: Visits): number {
    let none = 1;
    for (let i = lo; i < hi; i++) if (isContact(pairs, positions[i]!)) none *= 1 - this.ofPair(pairs, positions[i]!, visits);
    return 1 - none;
  }

  #speaksOf({ kinds, categories }: Clause, place: number): boolean {
    if (!kinds && !categories) return true;
    const { kind, category } = this.#places.get(place);
    return (!kinds || kinds.includes(kind)) && (!categories || categories.includes(category));
  }

  #ofClause({ measure, thresholdSec, isStrict }: Clause, rows: readonly number[], startOf: (row: number) => number, lasting: Lasting): number {
    const sec = Math.max(1, thresholdSec + (isStrict ? 1 : 0));
    if (measure === 'single' || sec === 1) return anyLasting(rows, sec, lasting);
    if (measure === 'total' || rows.length < 2) return sumReaching(rows, sec, lasting);
    const starts = rows.map(startOf);
    const groups =
      measure === 'day'
        ? starts.map((from) => rows.filter((_, i) => this.#zone.dayAt(starts[i]!) === this.#zone.dayAt(from)))
        : starts.map((from) => rows.filter((_, i) => starts[i]! >= from && starts[i]! < from + DAY_SEC));
    return Math.max(...groups.map((group) => sumReaching(group, sec, lasting)));
  }
}

/** That at least one episode lasted so long. */
function anyLasting(rows: readonly number[], sec: number, lasting: Lasting): number {
  let none = 1;
  for (const row of rows) none *= 1 - lasting(row, sec);
  return 1 - none;
}

/** That the episodes together lasted so long: exact for one, in steps for several. */
export function sumReaching(rows: readonly number[], sec: number, lasting: Lasting): number {
  if (rows.length < 2) return rows.length === 0 ? 0 : lasting(rows[0]!, sec);
  // sums[k]: the probability that the episodes so far lasted about k steps; sums[STEPS]: that they reached the threshold.
  let sums = new Float64Array(STEPS + 1);
  sums[0] = 1;
  for (const row of rows) {
    const shares = stepShares(row, sec, lasting);
    const next = new Float64Array(STEPS + 1);
    for (let k = 0; k <= STEPS; k++) {
      if (sums[k] === 0) continue;
      for (let j = 0; j <= STEPS; j++) next[Math.min(STEPS, k + j)]! += sums[k]! * shares[j]!;
    }
    sums = next;
    if (sums[STEPS]! > SURE) break;
  }
  return sums[STEPS]!;
}

/** The probability of each number of steps that an episode may have lasted, rounded; the last one is that of the whole threshold. */
function stepShares(row: number, sec: number, lasting: Lasting): Float64Array {
  const shares = new Float64Array(STEPS + 1);
  let longer = 1;
  for (let k = 0; k < STEPS; k++) {
    const next = lasting(row, k + 1 < STEPS ? ((k + 0.5) * sec) / STEPS : sec);
    shares[k] = longer - next;
    longer = next;
  }
  shares[STEPS] = longer;
  return shares;
}
