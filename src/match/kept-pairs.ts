/** Pairs found and graded once, and kept: quickest where there are not too many. */
import { countingSort } from '../core/columns.js';
import { roomFor, sortByKey } from '../core/radix.js';
import type { Steps } from '../core/steps.js';
import type { OverlapJoin } from './overlap-join.js';
import { Pairs, type PairContext, type PairRange, type PairSource } from './pairs.js';

export class KeptPairs implements PairSource {
  readonly #pairs: Pairs;
  /** Pairs of case c are `ofCase[c]..ofCase[c + 1]`. */
  readonly #ofCase: Uint32Array;
  readonly #byPerson: { readonly offsets: Uint32Array; readonly rows: Uint32Array };
  #positions: Uint32Array = new Uint32Array(0);

  private constructor(pairs: Pairs, ofCase: Uint32Array, personCount: number) {
    this.#pairs = pairs;
    this.#ofCase = ofCase;
    this.#byPerson = countingSort(pairs.count, personCount, (pair) => pairs.contact.data[pair]!);
  }

  static *find(context: PairContext, join: OverlapJoin, personCount: number): Steps<KeptPairs> {
    const { cases, visits, stays } = context;
    const pairs = new Pairs();
    const ofCase = new Uint32Array(cases.length + 1);
    let keys: Uint32Array = new Uint32Array(0);
    for (let c = 0; c < cases.length; c++) {
      const from = pairs.episodes.count;
      const count = join.run(visits.ofCase[c]!, visits.ofCase[c + 1]!, pairs.episodes);
      keys = roomFor(keys, count);
      for (let i = 0; i < count; i++) keys[i] = stays.person[pairs.episodes.stay.data[from + i]!]!;
      pairs.append(context, from, keys, personCount);
      ofCase[c + 1] = pairs.count;
      yield { done: c + 1, of: cases.length };
    }
    return new KeptPairs(pairs, ofCase, personCount);
  }

  ofCase(position: number, rankOf: Uint32Array): PairRange {
    const [lo, hi] = [this.#ofCase[position]!, this.#ofCase[position + 1]!];
    const contact = this.#pairs.contact.data;
    this.#positions = roomFor(this.#positions, hi - lo);
    keys = roomFor(keys, hi - lo);
    let count = 0;
    for (let pair = lo; pair < hi; pair++) {
      const rank = rankOf[contact[pair]!]!;
      if (rank === 0) continue;
      this.#positions[count++] = pair - lo;
      keys[pair - lo] = rank;
    }
    sortByKey(this.#positions, 0, count, keys, rankOf.length);
    for (let i = 0; i < count; i++) this.#positions[i]! += lo;
    return { pairs: this.#pairs, positions: this.#positions, lo: 0, hi: count };
  }

  ofPerson(person: number): PairRange {
    const { offsets, rows } = this.#byPerson;
    return { pairs: this.#pairs, positions: rows, lo: offsets[person]!, hi: offsets[person + 1]! };
  }
}
let keys: Uint32Array = new Uint32Array(0);
