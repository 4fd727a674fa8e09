/** Sums over the counting episodes of some pairs: how many, at how many places, how long together at each grade. */
import { U32Column } from '../core/columns.js';
import { sortByKey } from '../core/radix.js';
import { overlapSec } from '../match/episodes.js';
import type { Pairs } from '../match/pairs.js';
import type { Visits } from '../match/visits.js';

/** Places told apart one by one; more go through a set. */
const FEW_PLACES = 32;

/** Begin, add pairs, finish, read; again and again with the same memory. */
export class Summary {
  episodes = 0;
  certainSec = 0;
  likelySec = 0;
  possibleSec = 0;
  longestLikelySec = 0;
  /** Over the episodes at the grade or surer. */
  firstSec = 0;
  lastSec = 0;
  /** The distinct places of the cases: `places[0..placeCount)`. */
  places: Uint32Array = new Uint32Array(FEW_PLACES * 2);
  placeCount = 0;
  #grade = 0;
  #placeSet: Set<number> | undefined;
  readonly #starts = new U32Column();
  readonly #overlaps = [new U32Column(), new U32Column(), new U32Column()] as const;
  #order: Uint32Array = new Uint32Array(0);

  begin(grade: number): void {
    this.#grade = grade;
    this.episodes = 0;
    this.firstSec = 0xffff_ffff;
    this.lastSec = 0;
    this.placeCount = 0;
    this.#placeSet = undefined;
    this.#starts.length = 0;
    for (const column of this.#overlaps) column.length = 0;
  }

  /** Adds the episodes of a pair. */
  add({ episodes, first }: Pairs, position: number, visits: Visits): void {
    const [certain, likely, possible] = this.#overlaps;
    const { times } = episodes;
    for (let row = first.data[position]!; row < first.data[position + 1]!; row++) {
      if (episodes.counts.data[row] === 0) continue;
      const v = episodes.visit.data[row]!;
      const startSec = Math.max(visits.start[v]!, times.start[row]!);
      const possibleSec = overlapSec(visits, v, times, row, 2);
      this.episodes++;
      this.#starts.push(startSec);
      certain.push(overlapSec(visits, v, times, row, 0));
      likely.push(overlapSec(visits, v, times, row, 1));
      possible.push(possibleSec);
      this.#addPlace(visits.place[v]!);
      if (episodes.own.data[row]! > this.#grade) continue;
      this.firstSec = Math.min(this.firstSec, startSec);
      this.lastSec = Math.max(this.lastSec, startSec + possibleSec);
    }
  }

  finish(): void {
    const [certain, likely, possible] = this.#overlaps;
    if (this.episodes === 1) {
      // Most pairs met once: there is nothing to unite then.
      this.certainSec = certain.data[0]!;
      this.likelySec = this.longestLikelySec = likely.data[0]!;
      this.possibleSec = possible.data[0]!;
      return;
    }
    const count = this.episodes;
    if (this.#order.length < count) this.#order = new Uint32Array(count * 2);
    for (let i = 0; i < count; i++) this.#order[i] = i;
    sortByKey(this.#order, 0, count, this.#starts.data, 0xffff_ffff);
    this.certainSec = this.#united(certain.data);
    this.possibleSec = this.#united(possible.data);
    this.likelySec = this.#united(likely.data); // last: it leaves the longest behind
  }

  /** Seconds of the union of all [start, start + length); leaves its longest interval, touching ones merged, in `longestLikelySec`. */
  #united(lengths: Uint32Array): number {
    const starts = this.#starts.data;
    let sum = 0;
    let longest = 0;
    let from = 0;
    let to = 0;
    for (let i = 0; i < this.episodes; i++) {
      const row = this.#order[i]!;
      const start = starts[row]!;
      if (lengths[row] === 0) continue;
      if (start > to) {
        sum += to - from;
        longest = Math.max(longest, to - from);
        from = start;
        to = start + lengths[row]!;
      } else to = Math.max(to, start + lengths[row]!);
    }
    this.longestLikelySec = Math.max(longest, to - from);
    return sum + to - from;
  }

  #addPlace(place: number): void {
    if (this.#placeSet) {
      if (this.#placeSet.has(place)) return;
    } else for (let i = this.placeCount - 1; i >= 0; i--) if (this.places[i] === place) return;
    if (this.placeCount === this.places.length) {
      const grown = new Uint32Array(this.places.length * 2);
      grown.set(this.places);
      this.places = grown;
    }
    this.places[this.placeCount++] = place;
    if (this.#placeSet) this.#placeSet.add(place);
    else if (this.placeCount > FEW_PLACES) this.#placeSet = new Set(this.places.subarray(0, this.placeCount));
  }
}
