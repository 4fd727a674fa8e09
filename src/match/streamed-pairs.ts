/**
 * Pairs found again whenever they are asked for: a case by the index of the stays, a person by an index of the visits. Holds the pairs of one
 * case or person at a time, so that memory does not grow with the number of episodes.
 */
import { U32Column, lowerBound } from '../core/columns.js';
import { roomFor, sortByKey } from '../core/radix.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { NOT_MET, NO_DISTANCE, meetingKind } from './episodes.js';
import type { JoinSettings, OverlapJoin } from './overlap-join.js';
import { Pairs, type PairContext, type PairRange, type PairSource } from './pairs.js';

export class StreamedPairs implements PairSource {
  readonly #context: PairContext;
  readonly #join: OverlapJoin;
  readonly #settings: JoinSettings;
  /** 1 for people whose stays the index leaves out; null if it leaves out nobody. */
  readonly #isLeftOut: Uint8Array | null;
  readonly #visitsAt: VisitsByPlace;
  readonly #pairs = new Pairs();
  #keys: Uint32Array = new Uint32Array(64);
  #positions: Uint32Array = new Uint32Array(0);

  constructor(context: PairContext, join: OverlapJoin, neighbours: PlaceNeighbours, placeCount: number, settings: JoinSettings, isLeftOut: Uint8Array | null) {
    this.#isLeftOut = isLeftOut;
    this.#context = context;
    this.#join = join;
    this.#settings = settings;
    this.#visitsAt = new VisitsByPlace(context, neighbours, placeCount, settings);
  }

  ofCase(position: number, rankOf: Uint32Array): PairRange {
    const { visits, stays } = this.#context;
    const pairs = this.#pairs;
    const { episodes } = pairs;
    pairs.clear();
    const found = this.#join.run(visits.ofCase[position]!, visits.ofCase[position + 1]!, episodes);
    this.#keys = roomFor(this.#keys, found);
    let count = 0;
    for (let row = 0; row < found; row++) {
      const rank = rankOf[stays.person[episodes.stay.data[row]!]!]!;
      if (rank === 0) continue;
      this.#keys[count] = rank;
      if (count < row) episodes.moveRow(row, count);
      count++;
    }
    episodes.cut(count);
    pairs.append(this.#context, 0, this.#keys, rankOf.length);
    return this.#all();
  }

  ofPerson(person: number): PairRange {
    const { visits, stays } = this.#context;
    const { lagSec, isClosed, excludedFlags } = this.#settings;
    const before = isClosed ? 1 : 0;
    const after = Math.max(lagSec, before);
    const { slotOfPlace, offsets, visit, distanceM, starts, longest } = this.#visitsAt;
    const pairs = this.#pairs;
    const { episodes } = pairs;
    pairs.clear();
    if (this.#isLeftOut?.[person] === 1) return this.#all();
    for (let s = stays.ofPerson[person] ?? 0; s < (stays.ofPerson[person + 1] ?? 0); s++) {
      const slot = slotOfPlace[stays.place[s]!]! - 1;
      if (slot < 0 || (stays.flags[s]! & excludedFlags) !== 0) continue;
      const from = stays.start[s]!;
      const to = stays.possible[s]!;
      const hi = offsets[slot + 1]!;
      const reach = longest[slot]! + after;
      for (let i = lowerBound(starts, offsets[slot]!, hi, Math.max(0, from - reach)); i < hi; i++) {
        if (starts[i]! - before > to) break; // sorted: no later visit can meet the stay
        const v = visit[i]!;
        if (visits.person[v] === person || visits.run[v] !== stays.run[s]) continue;
        const kind = meetingKind(visits, v, stays, s, this.#settings);
        if (kind === NOT_MET) continue;
        this.#keys = grown(this.#keys, episodes.count);
        this.#keys[episodes.count] = visits.case[v]!;
        episodes.visit.push(v);
        episodes.stay.push(s);
        episodes.distanceM.push(distanceM[i]!);
        episodes.kind.push(kind);
      }
    }
    if (episodes.count > 0) pairs.append(this.#context, 0, this.#keys, this.#context.cases.length);
    return this.#all();
  }

  #all(): PairRange {
    const { count } = this.#pairs;
    if (this.#positions.length < count) this.#positions = Uint32Array.from({ length: count * 2 }, (_, i) => i);
    return { pairs: this.#pairs, positions: this.#positions, lo: 0, hi: count };
  }
}

/** Case visits by the places that they meet, each group in the order of starts: place p has slot `slotOfPlace[p] - 1`, or none. */
class VisitsByPlace {
  readonly slotOfPlace: Uint32Array;
  readonly offsets: Uint32Array;
  readonly visit: Uint32Array;
  readonly distanceM: Uint32Array;
  readonly starts: Uint32Array;
  /** The longest visit of a slot: one that began earlier than that is over. */
  readonly longest: Uint32Array;

  constructor({ visits }: PairContext, neighbours: PlaceNeighbours, placeCount: number, { isClosed, lagSec }: JoinSettings) {
    const place = new U32Column();
    const visit = new U32Column();
    const distanceM = new U32Column();
    for (let v = 0; v < visits.count; v++) {
      if (visits.start[v] === visits.possible[v] && !isClosed && lagSec === 0) continue; // meets nobody
      for (const neighbour of neighbours.of(visits.place[v]!)) {
        place.push(neighbour.place);
        visit.push(v);
        distanceM.push(neighbour.distanceM < 0 ? NO_DISTANCE : neighbour.distanceM);
      }
    }
    this.slotOfPlace = new Uint32Array(placeCount);
    let slots = 0;
    for (let i = 0; i < place.length; i++) if (this.slotOfPlace[place.data[i]!] === 0) this.slotOfPlace[place.data[i]!] = ++slots;
    const slot = place.trimmed().map((each) => this.slotOfPlace[each]! - 1);
    const start = visit.trimmed().map((v) => visits.start[v]!);
    const order = Uint32Array.from(slot.keys());
    sortByKey(order, 0, order.length, start, 0xffff_ffff);
    sortByKey(order, 0, order.length, slot, slots);
    this.visit = order.map((i) => visit.data[i]!);
    this.distanceM = order.map((i) => distanceM.data[i]!);
    this.starts = order.map((i) => start[i]!);
    this.offsets = new Uint32Array(slots + 1);
    this.longest = new Uint32Array(slots);
    for (let i = 0; i < slot.length; i++) {
      const v = visit.data[i]!;
      this.offsets[slot[i]! + 1]!++;
      this.longest[slot[i]!] = Math.max(this.longest[slot[i]!]!, visits.possible[v]! - visits.start[v]!);
    }
    for (let i = 0; i < slots; i++) this.offsets[i + 1]! += this.offsets[i]!;
  }
}

/** Like `roomFor`, but keeps what is there. */
function grown(array: Uint32Array, index: number): Uint32Array {
  if (index < array.length) return array;
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
