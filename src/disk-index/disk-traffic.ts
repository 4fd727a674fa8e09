/** Everyone's presence, from an index on disk: only the records of the rooms asked for are read, and of the days only who was there. */
import { U32Column } from '../core/columns.js';
import { NumberMap } from '../core/number-map.js';
import { Zone, dayNumber } from '../core/zone.js';
import { DayPopulation } from '../match/traffic/day-population.js';
import { isPresent, Presences, type PresenceQueries, type Traffic } from '../match/traffic/traffic.js';
import type { InputTables } from '../model/tables.js';
import { LoadedStays } from './segments/loaded-stays.js';
import type { OpenIndex } from './open-index.js';
import type { Reference } from './reference-file.js';
import { SegmentPresence, type Segment } from './segments/segment.js';
import { PARTS } from './segments/segment-format.js';

export class DiskTraffic implements Traffic {
  readonly zone: Zone;
  readonly #index: OpenIndex;
  readonly #inputs: InputTables;
  readonly #reference: Reference;
  /** Of people seen in the index; their numbers are behind those of the cases who are not in it. */
  readonly #seen = new NumberMap();
  /** By position in `#seen`: id in the index. */
  readonly #ids = new U32Column();
  readonly #numberOf = new Map<number, number>();
  readonly #unscanned: readonly number[];

  /** @param cases - people of the inputs who are cases. */
  constructor(index: OpenIndex, inputs: InputTables, reference: Reference, cases: readonly number[]) {
    this.#index = index;
    this.#inputs = inputs;
    this.#reference = reference;
    this.zone = new Zone(index.manifest.tz ?? undefined);
    const known = cases.map((person) => ({ person, id: index.people.find(inputs.ids.person.text(person)) }));
    this.#unscanned = known.filter(({ id }) => id === 0).map(({ person }) => person);
    this.#unscanned.forEach((person, i) => this.#numberOf.set(person, i));
    for (const { person, id } of known) if (id !== 0) this.#numberOf.set(person, this.#see(id));
  }

  get size(): number {
    return this.#unscanned.length + this.#seen.size;
  }

  countScannedPlaces(): number {
    const { scansOfPlace } = this.#reference;
    let count = 0;
    for (let place = 0; place < scansOfPlace.length; place++) if (scansOfPlace[place]! > 0) count++;
    return count;
  }

  numberOf(person: number): number {
    return this.#numberOf.get(person)!;
  }

  personText(number: number): string {
    const at = number - this.#unscanned.length;
    if (at < 0) return this.#inputs.ids.person.text(this.#unscanned[number]!);
    return decoder.decode(this.#index.people.textBytes(this.#ids.data[at]!));
  }

  population(firstDay: number, lastDay: number): DayPopulation {
    const population = new DayPopulation(firstDay, lastDay, this.zone);
    const byDay = new Map<number, Segment[]>();
    for (const segment of this.#index.segments) {
      const day = dayOf(segment);
      if (day < firstDay || day > lastDay) continue;
      byDay.set(day, [...(byDay.get(day) ?? []), segment]);
    }
    const days = [...byDay].sort((a, b) => a[0] - b[0]);
    for (let part = 0; part < PARTS; part++) {
      const people = days.map(([day, segments]) => ({ day, numbers: segments.map((segment) => this.#peopleOf(segment, part)) }));
      const highest = people.reduce((most, { numbers }) => numbers.reduce((most, all) => Math.max(most, all.at(-1) ?? 0), most), 0);
      const before = new Int32Array(highest + 1).fill(NEVER);
      for (const { day, numbers } of people) {
        for (const all of numbers) {
          for (let i = 0; i < all.length; i++) {
            const number = all[i]!;
            if (before[number] === day) continue;
            population.add(day, before[number]!);
            before[number] = day;
          }
        }
      }
    }
    return population;
  }

  /** Numbers of the people of a part who have stays in a segment, ascending; stays that were put elsewhere do not count. */
  #peopleOf(segment: Segment, part: number): Uint32Array {
    if (this.#index.removedOf(this.#index.segments.indexOf(segment)) === null) return segment.byPerson.peopleOf(part);
    const stays = new LoadedStays();
    segment.byPerson.loadPart(part, stays);
    return stays.stays.person.trimmed();
  }

  find({ count, place, run, from, to }: PresenceQueries): Presences {
    const start = Float64Array.from({ length: count }, (_, q) => from[q]! - 1); // a stay of no length may be there at the first second
    const queries = { count, place, run, start, end: to, person: new Uint8Array(count), skipsEmpty: false };
    const found = new Presences();
    for (const segment of this.#index.segments) {
      const hits = new SegmentPresence();
      segment.near(queries, hits);
      for (let i = 0; i < hits.query.length; i++) {
        const q = hits.query.data[i]!;
        const lo = hits.start.data[i]!;
        const hi = hits.end.data[i]!;
        if (isPresent(lo, hi, from[q]!, to[q]!)) found.push(q, this.#see(hits.person.data[i]!), lo, hi);
      }
    }
    return found;
  }

  /** The number of a person of the index. */
  #see(id: number): number {
    const at = this.#seen.add(id);
    if (at === this.#ids.length) this.#ids.push(id);
    return this.#unscanned.length + at;
  }
}

const NEVER = -0x8000_0000;
const decoder = new TextDecoder();

function dayOf({ about }: Segment): number {
  const [year, month, day] = about.day.split('-').map(Number) as [number, number, number];
  return dayNumber(year, month, day);
}
