/**
 * Who was with whom every 20 seconds, as SocioPatterns publishes it: lines `t i j`, meaning that i and j were together at some time in [t - 20, t).
 * `t` are seconds since 1970, multiples of 20; i < j are numbers of people.
 */
import { U32Column } from '../../core/columns.js';

export const STEP_SEC = 20;

export class Presence {
  readonly #first = new U32Column();
  readonly #last = new U32Column();
  readonly #one = new U32Column();
  readonly #other = new U32Column();

  /** Two people together in [startSec, endSec), not empty. */
  add(one: number, other: number, startSec: number, endSec: number): void {
    this.#first.push(Math.floor(startSec / STEP_SEC) + 1);
    this.#last.push(Math.ceil(endSec / STEP_SEC));
    this.#one.push(one);
    this.#other.push(other);
  }

  get count(): number {
    return this.#one.length;
  }

  /** Lines by t, i and j, each once; `numberOf` gives the number that people have in them. */
  *lines(numberOf: ArrayLike<number>): Generator<readonly [t: number, i: number, j: number]> {
    const [first, last, one, other] = [this.#first.data, this.#last.data, this.#one.data, this.#other.data];
    const low = Uint32Array.from({ length: this.count }, (_, k) => Math.min(numberOf[one[k]!]!, numberOf[other[k]!]!));
    const high = Uint32Array.from({ length: this.count }, (_, k) => Math.max(numberOf[one[k]!]!, numberOf[other[k]!]!));
    const byPair = (a: number, b: number): number => low[a]! - low[b]! || high[a]! - high[b]!;
    const order = Uint32Array.from({ length: this.count }, (_, k) => k).sort((a, b) => first[a]! - first[b]! || byPair(a, b));
    /** Meetings that go on, by pair. */
    let active: number[] = [];
    for (let at = 0, step = 0; at < order.length || active.length > 0; step++) {
      if (active.length === 0) step = first[order[at]!]!;
      const begun: number[] = [];
      while (at < order.length && first[order[at]!] === step) begun.push(order[at++]!);
      if (begun.length > 0) active = merged(active, begun, byPair);
      for (let k = 0; k < active.length; k++)
        if (k === 0 || byPair(active[k - 1]!, active[k]!) !== 0) yield [step * STEP_SEC, low[active[k]!]!, high[active[k]!]!];
      active = active.filter((k) => last[k]! > step);
    }
  }
}

/** Two sorted lists as one. */
function merged(a: readonly number[], b: readonly number[], compare: (x: number, y: number) => number): number[] {
  const all: number[] = [];
  let j = 0;
  for (const x of a) {
    while (j < b.length && compare(b[j]!, x) < 0) all.push(b[j++]!);
    all.push(x);
  }
  while (j < b.length) all.push(b[j++]!);
  return all;
}
