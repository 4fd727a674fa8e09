/** The cases' presence in their incubation periods, room by room: where the search for sources looks. */
import type { Zone } from '../../core/zone.js';
import { DAY_SEC } from '../../core/zone.js';
import type { Places } from '../../model/place.js';
import type { SourcePlan } from '../../model/source-plan.js';
import type { Stays } from '../../model/stay.js';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import type { Incubations } from './incubation.js';
import type { DayPopulation } from '../traffic/day-population.js';
import { NO_STAY, type Visits } from '../visits.js';

/** Places and a run that are looked at as one. */
export interface SourceRoom {
  /** The place, or the topmost one of all. */
  readonly place: number;
  readonly run: number;
  /** Places that belong to it. */
  readonly members: readonly number[];
  /** Visits of cases there. */
  readonly visits: readonly number[];
}

/**
 * What a check-in says of presence ends with the day after it: whoever is somewhere in a window has then checked in somewhere on the day on which the
 * window begins, on the day before, or on a later one of it. That is whom the cases are compared with.
 */
export function presenceEnd(startSec: number, endSec: number, zone: Zone): number {
  const sec = Math.max(endSec, startSec + 1);
  return sec - startSec < DAY_SEC / 2 ? sec : Math.min(sec, zone.dayStart(zone.dayAt(startSec) + 2));
}

interface AtRisk {
  readonly cases: number;
  readonly population: number;
}

/** The visits of cases as the search needs them. */
export class CasePresence {
  readonly visits: Visits;
  /** By visit: position in `Incubations.people`. */
  readonly person: Uint32Array;
  /** By visit: when presence there ends. */
  readonly end: Uint32Array;
  readonly #incubations: Incubations;
  /** By person: local days on which they checked in, ascending; and those of their itineraries. */
  readonly #scanDays: readonly (readonly number[])[];
  readonly #toldDays: readonly (readonly number[])[];
  /** By window, since all places have the same ones. */
  readonly #risks = new Map<string, AtRisk>();

  constructor(incubations: Incubations, visits: Visits, stays: Stays, zone: Zone) {
    this.#incubations = incubations;
    this.visits = visits;
    const { people, cases } = incubations;
    const personOf = new Uint32Array(cases.length);
    people.forEach((each, p) => each.cases.forEach((c) => (personOf[c] = p)));
    this.person = Uint32Array.from({ length: visits.count }, (_, v) => personOf[visits.case[v]!]!);
    this.end = Uint32Array.from({ length: visits.count }, (_, v) => {
      const stay = visits.stay[v]!;
      return presenceEnd(stay === NO_STAY ? visits.start[v]! : stays.start[stay]!, visits.possible[v]!, zone);
    });
    this.#scanDays = people.map(({ person }) => {
      const days = new Set<number>();
      for (let stay = stays.ofPerson[person] ?? 0; stay < (stays.ofPerson[person + 1] ?? 0); stay++) days.add(zone.dayAt(stays.start[stay]!));
      return [...days].sort((a, b) => a - b);
    });
    const told = people.map(() => new Set<number>());
    for (let v = 0; v < visits.count; v++) if (visits.stay[v] === NO_STAY) told[this.person[v]!]!.add(zone.dayAt(visits.start[v]!));
    this.#toldDays = told.map((days) => [...days].sort((a, b) => a - b));
  }

  /** Whether a visit is known from an interview alone. */
  isTold(visit: number): boolean {
    return this.visits.stay[visit] === NO_STAY;
  }

  /** Cases that could have been in [fromSec, toSec): it lies in their incubation period, and they checked in anywhere on its days or the day before. And everyone who did. */
  atRisk(fromSec: number, toSec: number, population: DayPopulation): AtRisk {
    const key = `${fromSec} ${toSec}`;
    let risk = this.#risks.get(key);
    if (!risk) this.#risks.set(key, (risk = this.#countAtRisk(fromSec, toSec, population)));
    return risk;
  }

  #countAtRisk(fromSec: number, toSec: number, population: DayPopulation): AtRisk {
    const { people, cases } = this.#incubations;
    const a = population.zone.dayAt(fromSec) - 1;
    const b = population.zone.dayAt(toSec - 1);
    let count = 0;
    let unscanned = 0;
    for (let p = 0; p < people.length; p++) {
      const isScanned = hasBetween(this.#scanDays[p]!, a, b);
      const isTold = !isScanned && hasBetween(this.#toldDays[p]!, a, b);
      if (isTold) unscanned++;
      if (!isScanned && !isTold) continue;
      if (people[p]!.cases.some((c) => cases[c]!.fromSec < toSec && cases[c]!.toSec > fromSec)) count++;
    }
    return { cases: count, population: population.count(a, b) + unscanned };
  }

  /** The rooms in which enough cases were, in no particular order. */
  rooms({ minCases, isByParent, excludeCategories }: SourcePlan, places: Places, parents: PlaceNeighbours): SourceRoom[] {
    const { visits } = this;
    const byKey = new Map<number, Map<number, number[]>>();
    for (let v = 0; v < visits.count; v++) {
      const place = visits.place[v]!;
      if (this.end[v]! <= visits.start[v]! || excludeCategories.includes(places.get(place).category)) continue;
      const key = isByParent ? places.topmost(place) : place;
      const byRun = byKey.get(key) ?? new Map<number, number[]>();
      byKey.set(key, byRun);
      const there = byRun.get(visits.run[v]!);
      if (there) there.push(v);
      else byRun.set(visits.run[v]!, [v]);
    }
    const rooms: SourceRoom[] = [];
    for (const [place, byRun] of byKey) {
      for (const [run, there] of byRun) {
        if (new Set(there.map((v) => this.person[v])).size < minCases) continue;
        const members = isByParent ? parents.of(place).map((neighbour) => neighbour.place) : [place];
        rooms.push({ place, run, members: members.filter((member) => !excludeCategories.includes(places.get(member).category)), visits: there });
      }
    }
    return rooms;
  }
}

function hasBetween(ascending: readonly number[], least: number, most: number): boolean {
  let lo = 0;
  let hi = ascending.length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (ascending[middle]! < least) lo = middle + 1;
    else hi = middle;
  }
  return lo < ascending.length && ascending[lo]! <= most;
}
