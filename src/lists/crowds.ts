/**
 * How many people are near someone at a place, and so how much a name on a list of it says.
 *
 * `crowd` of a visit: the mean number of distinct people there while the case was, the case among them, each from the scan to the likely end of the
 * stay, weighted by time; of a place: over all visits of cases, each as heavy as it is long. "There" is where the scope lets people meet, on the same run.
 * `dilution`: how probable it is that any two of N people there come close: min(1, (least + (most − least)(1 − e^(−N / people))) / (N − 1)), by default
 * with 5, 40 and 1000: as someone among ever more people comes close to 5 of them at first and to 40 at the most. This is the contact model of Loimos
 * (the MinMaxAlpha model, which takes for N the most people there at once). Nothing is left out of a list because of it.
 */
import { U32Column, lowerBound } from '../core/columns.js';
import { lengthWithin, union } from '../core/interval.js';
import type { MatchTables } from '../match/generations.js';
import type { Pairs } from '../match/pairs.js';
import type { Visits } from '../match/visits.js';
import type { Dilution } from '../model/plan.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';

/** Presence in one room, by person: every one [start, likely). */
interface Occupants {
  readonly person: U32Column;
  readonly start: U32Column;
  readonly end: U32Column;
  /** Whether one person may be in it twice at once: where several places are one. */
  readonly mayOverlap: boolean;
}

export class Crowds {
  readonly #tables: MatchTables;
  readonly #neighbours: PlaceNeighbours;
  readonly #excludedFlags: number;
  readonly #dilution: Dilution;
  readonly #known = new WeakMap<Visits, Float64Array>();

  constructor(tables: MatchTables, neighbours: PlaceNeighbours, excludedFlags: number, dilution: Dilution) {
    this.#tables = tables;
    this.#neighbours = neighbours;
    this.#excludedFlags = excludedFlags;
    this.#dilution = dilution;
  }

  /** The crowd of each visit. */
  ofVisits(visits: Visits): Float64Array {
    let crowds = this.#known.get(visits);
    if (!crowds) this.#known.set(visits, (crowds = this.#count(visits)));
    return crowds;
  }

  /** The crowd of some visits together. */
  ofAll(visits: Visits, group: readonly number[]): number {
    const crowds = this.ofVisits(visits);
    let [sum, time] = [0, 0];
    for (const v of group) {
      const sec = endOf(visits, v) - visits.start[v]!;
      sum += crowds[v]! * sec;
      time += sec;
    }
    return sum / time;
  }

  /** That of the least crowded visit that counts for a pair; a name says most there. */
  ofPair({ episodes, first }: Pairs, position: number, visits: Visits): number {
    const crowds = this.ofVisits(visits);
    let least = Number.POSITIVE_INFINITY;
    for (let row = first.data[position]!; row < first.data[position + 1]!; row++)
      if (episodes.counts.data[row] === 1) least = Math.min(least, crowds[episodes.visit.data[row]!]!);
    return least;
  }

  dilutionOf(crowd: number): number {
    const { least, most, people } = this.#dilution;
    if (crowd <= 1) return 1;
    return Math.min(1, (least + (most - least) * (1 - Math.exp(-crowd / people))) / (crowd - 1));
  }

  #count(visits: Visits): Float64Array {
    const rooms = new Map<string, number[]>();
    for (let v = 0; v < visits.count; v++) {
      const key = `${visits.place[v]}|${visits.run[v]}`;
      const room = rooms.get(key);
      if (room) room.push(v);
      else rooms.set(key, [v]);
    }
    const groups = [...rooms.values()];
    const occupants = this.#gather(visits, groups);
    const crowds = new Float64Array(visits.count);
    groups.forEach((group, room) => {
      const presence = new PresenceSum(occupants[room]!);
      for (const v of group) {
        const [from, to] = [visits.start[v]!, endOf(visits, v)];
        // The case is there whatever its own scans say: an itinerary may tell of it.
        crowds[v] = 1 + (presence.between(from, to) - this.#ownSec(visits, v, from, to)) / (to - from);
      }
    });
    return crowds;
  }

  /** All stays in each room and in those that meet it, in one pass over the stays. */
  #gather(visits: Visits, groups: readonly (readonly number[])[]): Occupants[] {
    const { stays, inputs } = this.#tables;
    const roomsAt = new Map<number, Map<number, number[]>>();
    const isWanted = new Uint8Array(inputs.ids.place.size);
    const occupants = groups.map(([v], room) => {
      const neighbours = this.#neighbours.of(visits.place[v!]!);
      for (const { place } of neighbours) {
        isWanted[place] = 1;
        let byRun = roomsAt.get(place);
        if (!byRun) roomsAt.set(place, (byRun = new Map()));
        byRun.set(visits.run[v!]!, [...(byRun.get(visits.run[v!]!) ?? []), room]);
      }
      return { person: new U32Column(), start: new U32Column(), end: new U32Column(), mayOverlap: neighbours.length > 1 };
    });
    for (let s = 0; s < stays.count; s++) {
      if (isWanted[stays.place[s]!] === 0 || (stays.flags[s]! & this.#excludedFlags) !== 0) continue;
      for (const room of roomsAt.get(stays.place[s]!)!.get(stays.run[s]!) ?? []) {
        occupants[room]!.person.push(stays.person[s]!);
        occupants[room]!.start.push(stays.start[s]!);
        occupants[room]!.end.push(stays.likely[s]!);
      }
    }
    return occupants;
  }

  /** Seconds of a visit that its person's own stays account for. */
  #ownSec(visits: Visits, v: number, from: number, to: number): number {
    const { stays } = this.#tables;
    const person = visits.person[v]!;
    const own: [number, number][] = [];
    for (let s = stays.ofPerson[person] ?? 0; s < (stays.ofPerson[person + 1] ?? 0); s++) {
      if (stays.run[s] !== visits.run[v] || stays.start[s]! >= to || stays.likely[s]! <= from) continue;
      if ((stays.flags[s]! & this.#excludedFlags) === 0 && this.#neighbours.meet(visits.place[v]!, stays.place[s]!))
        own.push([stays.start[s]!, stays.likely[s]!]);
    }
    return lengthWithin(union(own), from, to);
  }
}

/** Where a visit ends, most likely; one of no length counts for the second in which it began. */
const endOf = (visits: Visits, v: number): number => Math.max(visits.start[v]! + 1, visits.likely[v]!);

/** Adds up presence between any two instants, in the time of two searches. */
class PresenceSum {
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  /** Times are added up from here on: whole numbers stay exact. */
  readonly #baseSec: number;
  readonly #startSums: Float64Array;
  readonly #endSums: Float64Array;

  constructor(occupants: Occupants) {
    const { start, end } = occupants.mayOverlap ? united(occupants) : occupants;
    this.#starts = start.trimmed().slice().sort();
    this.#ends = end.trimmed().slice().sort();
    this.#baseSec = this.#starts[0] ?? 0;
    this.#startSums = sumsOf(this.#starts, this.#baseSec);
    this.#endSums = sumsOf(this.#ends, this.#baseSec);
  }

  /** Person-seconds within [from, to). */
  between(from: number, to: number): number {
    return this.#before(to) - this.#before(from);
  }

  #before(sec: number): number {
    return this.#sumBefore(this.#starts, this.#startSums, sec) - this.#sumBefore(this.#ends, this.#endSums, sec);
  }

  /** Σ (sec − each) over those before `sec`. */
  #sumBefore(sorted: Uint32Array, sums: Float64Array, sec: number): number {
    const count = lowerBound(sorted, 0, sorted.length, sec);
    return count * (sec - this.#baseSec) - sums[count]!;
  }
}

function sumsOf(sorted: Uint32Array, baseSec: number): Float64Array {
  const sums = new Float64Array(sorted.length + 1);
  for (let i = 0; i < sorted.length; i++) sums[i + 1] = sums[i]! + sorted[i]! - baseSec;
  return sums;
}

/** The same presence, each person at most once at any time. */
function united({ person, start, end }: Occupants): Pick<Occupants, 'start' | 'end'> {
  const order = Uint32Array.from({ length: person.length }, (_, i) => i).sort((a, b) => person.data[a]! - person.data[b]! || start.data[a]! - start.data[b]!);
  const [starts, ends] = [new U32Column(), new U32Column()];
  for (let lo = 0; lo < order.length;) {
    const from = start.data[order[lo]!]!;
    let to = end.data[order[lo]!]!;
    let hi = lo + 1;
    for (; hi < order.length && person.data[order[hi]!] === person.data[order[lo]!] && start.data[order[hi]!]! <= to; hi++)
      to = Math.max(to, end.data[order[hi]!]!);
    starts.push(from);
    ends.push(to);
    lo = hi;
  }
  return { start: starts, end: ends };
}
