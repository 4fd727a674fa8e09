/** Everyone's presence at places, wherever it is kept: what the cases are compared with. Here from an index in memory. */
import { lowerBound, U32Column } from '../../core/columns.js';
import type { Zone } from '../../core/zone.js';
import type { Stays } from '../../model/stay.js';
import type { Dictionary } from '../../core/dictionary.js';
import { SAMPLE_BITS, WORDS } from '../../stay-index/packed-index.js';
import type { StayIndex } from '../../stay-index/stay-index.js';
import { DayPopulation } from './day-population.js';

/** Rooms and spans of time [from, to), sorted by place, then run. */
export interface PresenceQueries {
  readonly count: number;
  readonly place: ArrayLike<number>;
  readonly run: ArrayLike<number>;
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
}

/** Stays that overlap a span, until their possible ends. In no particular order. */
export class Presences {
  readonly query: U32Column = new U32Column();
  /** A number of the traffic's own. */
  readonly person: U32Column = new U32Column();
  readonly start: U32Column = new U32Column();
  readonly end: U32Column = new U32Column();

  get count(): number {
    return this.query.length;
  }
  push(query: number, person: number, start: number, end: number): void {
    this.query.push(query);
    this.person.push(person);
    this.start.push(start);
    this.end.push(end);
  }
}

export interface Traffic {
  /** All numbers of people so far are below this; it may grow with a search. */
  readonly size: number;
  /** Places at which anybody ever checked in. */
  countScannedPlaces(): number;
  /** Who checked in on which days, between two local days. */
  population(firstDay: number, lastDay: number): DayPopulation;
  /** Number of a person of the inputs who is a case; each has one, with check-ins or without. */
  numberOf(person: number): number;
  /** The person_id of a number. */
  personText(number: number): string;
  /** Zone whose days are counted. */
  readonly zone: Zone;
  find(queries: PresenceQueries): Presences;
}

/** Whether a stay lasts into [from, to); one of no length is there at its start. */
export const isPresent = (start: number, end: number, from: number, to: number): boolean => start < to && Math.max(end, start + 1) > from;

export class IndexTraffic implements Traffic {
  readonly zone: Zone;
  readonly #stays: Stays;
  readonly #index: StayIndex;
  readonly #people: Dictionary;

  constructor(stays: Stays, index: StayIndex, people: Dictionary, zone: Zone) {
    this.#stays = stays;
    this.#index = index;
    this.#people = people;
    this.zone = zone;
  }

  get size(): number {
    return this.#people.size;
  }

  countScannedPlaces(): number {
    let count = 0;
    for (let place = 0; place < this.#index.placeCount; place++) if (this.#index.isScanned(place)) count++;
    return count;
  }

  population(firstDay: number, lastDay: number): DayPopulation {
    const population = new DayPopulation(firstDay, lastDay, this.zone);
    const { ofPerson, start } = this.#stays;
    for (let person = 0; person + 1 < ofPerson.length; person++) {
      let before = Number.NEGATIVE_INFINITY;
      for (let stay = ofPerson[person]!; stay < ofPerson[person + 1]!; stay++) {
        const day = this.zone.dayAt(start[stay]!);
        if (day > before) population.add(day, before);
        before = Math.max(before, day);
      }
    }
    return population;
  }

  numberOf(person: number): number {
    return person;
  }
  personText(number: number): string {
    return this.#people.text(number);
  }

  find({ count, place, run, from, to }: PresenceQueries): Presences {
    const found = new Presences();
    const { packed } = this.#index;
    for (let q = 0; q < count; q++) {
      const room = this.#index.room(place[q]!, run[q]!);
      if (room < 0) continue;
      const [lo, hi] = [from[q]!, to[q]!];
      for (let part: typeof packed | null = packed; part !== null; part = part.long) {
        const { records, offsets, reach, samples } = part;
        const stop = offsets[room + 1]!;
        let at = firstAtLeast(records, samples, offsets[room]!, stop, lo - reach[room]!);
        for (; at < stop; at++) {
          const start = records[at * WORDS]!;
          if (start >= hi) break; // sorted: no later stay can overlap
          const end = records[at * WORDS + 1]!;
          if (isPresent(start, end, lo, hi)) found.push(q, records[at * WORDS + 2]!, start, end);
        }
      }
    }
    return found;
  }
}

/** First record of `lo..hi` that starts at `sec` or later, or an earlier one not far before it. */
function firstAtLeast(records: Uint32Array, samples: Uint32Array, lo: number, hi: number, sec: number): number {
  const bits = SAMPLE_BITS;
  const firstSample = (lo + (1 << bits) - 1) >>> bits;
  const sample = lowerBound(samples, firstSample, Math.max(firstSample, (hi + (1 << bits) - 1) >>> bits), Math.max(0, sec));
  let at = Math.max(lo, sample > 0 ? (sample - 1) << bits : 0);
  while (at < hi && records[at * WORDS]! < sec) at++;
  return at;
}
