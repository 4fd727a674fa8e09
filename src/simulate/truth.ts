/**
 * Who really met a case: every true visit of every person is held against the true visits of the cases within their windows. What was scanned
 * plays no part, but each meeting says how both visits were scanned, so that a list can be judged by what it could have known.
 */
import { U32Column } from '../core/columns.js';
import type { City } from './city.js';
import type { DayPlanner, DayVisits } from './day.js';
import type { PlannedCase } from './outbreak.js';
import { MISSED, type DayScans, type Scanner } from './scans.js';

/** A true visit of a case, cut to its window. */
interface CaseVisit {
  readonly case: number;
  readonly person: number;
  readonly day: number;
  /** Position within the person's day. */
  readonly visit: number;
  readonly kind: number;
  readonly place: number;
  readonly run: number;
  readonly startSec: number;
  readonly endSec: number;
  readonly event: number;
  /** Position in `SCANS`. */
  scan: number;
}

/** One meeting: both were at one place, on one run, for `endSec - startSec` seconds, all of it within the case's window. */
export interface Meeting {
  /** Position in the list of cases. */
  readonly case: number;
  readonly contact: number;
  readonly kind: number;
  /** Number within the kind. */
  readonly place: number;
  readonly run: number;
  readonly startSec: number;
  readonly endSec: number;
  /** Positions in `SCANS`. */
  readonly caseScan: number;
  readonly contactScan: number;
  /** The planted event at which they met, 0 for none. */
  readonly event: number;
}

/** Collects meetings while a city is passed through. Its memory grows with the meetings of the cases, not with the city. */
export class Truth {
  readonly #visits: CaseVisit[] = [];
  /** Positions in `#visits` by dense place. */
  readonly #byPlace = new Map<number, number[]>();
  /** One bit for each place: whether a case was there. */
  readonly #isVisited: Uint8Array;
  readonly #positionsOf = new Map<number, number[]>();
  readonly #city: City;
  readonly #cases: readonly PlannedCase[];
  readonly #caseVisit: U32Column = new U32Column();
  readonly #contact: U32Column = new U32Column();
  readonly #contactScan: U32Column = new U32Column();
  readonly #start: U32Column = new U32Column();
  readonly #end: U32Column = new U32Column();

  constructor(city: City, cases: readonly PlannedCase[], days: number, planner: DayPlanner, scanner: Scanner) {
    this.#city = city;
    this.#cases = cases;
    this.#isVisited = new Uint8Array(Math.ceil(city.firstOfKind.at(-1)! / 8));
    cases.forEach(({ person }, position) => {
      this.#positionsOf.set(person, []);
      for (let day = 0; day < days; day++) {
        planner.plan(person, day);
        scanner.scan(person, day, planner.visits);
        this.#addVisits(position, day, planner.visits, scanner.scans);
      }
    });
  }

  /** How many meetings were found so far. */
  get count(): number {
    return this.#start.length;
  }

  /** Holds one person-day against the cases. */
  meet(person: number, visits: DayVisits, scans: DayScans): void {
    const { firstOfKind } = this.#city;
    for (let v = 0; v < visits.count; v++) {
      const place = firstOfKind[visits.kind[v]!]! + visits.place[v]!;
      if ((this.#isVisited[place >>> 3]! & (1 << (place & 7))) === 0) continue;
      for (const at of this.#byPlace.get(place)!) {
        const theirs = this.#visits[at]!;
        const start = Math.max(visits.startSec[v]!, theirs.startSec);
        const end = Math.min(visits.endSec[v]!, theirs.endSec);
        if (start >= end || visits.run[v] !== theirs.run || person === theirs.person) continue;
        this.#caseVisit.push(at);
        this.#contact.push(person);
        this.#contactScan.push(scans.scanOf[v]!);
        this.#start.push(start);
        this.#end.push(end);
      }
    }
  }

  /** Says anew how the visits of a person-day were scanned, where rows were taken back. */
  correct(person: number, day: number, scans: DayScans): void {
    for (const at of this.#positionsOf.get(person) ?? []) {
      const visit = this.#visits[at]!;
      if (visit.day === day) visit.scan = scans.scanOf[visit.visit]!;
    }
  }

  /** The meetings in the order in which they were found: by the day on which the contact's visit began, contact, visit, case. */
  *meetings(): Generator<Meeting> {
    for (let row = 0; row < this.count; row++) {
      const visit = this.#visits[this.#caseVisit.data[row]!]!;
      yield {
        case: visit.case,
        contact: this.#contact.data[row]!,
        kind: visit.kind,
        place: visit.place,
        run: visit.run,
        startSec: this.#start.data[row]!,
        endSec: this.#end.data[row]!,
        caseScan: visit.scan,
        contactScan: this.#contactScan.data[row]!,
        event: visit.event,
      };
    }
  }

  #addVisits(position: number, day: number, visits: DayVisits, scans: DayScans): void {
    const { person, fromSec, toSec } = this.#cases[position]!;
    for (let visit = 0; visit < visits.count; visit++) {
      const startSec = Math.max(visits.startSec[visit]!, fromSec);
      const endSec = Math.min(visits.endSec[visit]!, toSec);
      if (startSec >= endSec) continue;
      const at = this.#visits.length;
      const [kind, place, run, event] = [visits.kind[visit]!, visits.place[visit]!, visits.run[visit]!, visits.event[visit]!];
      this.#visits.push({ case: position, person, day, visit, kind, place, run, startSec, endSec, event, scan: scans.scanOf[visit] ?? MISSED });
      this.#positionsOf.get(person)!.push(at);
      const dense = this.#city.dense(kind, place);
      this.#isVisited[dense >>> 3]! |= 1 << (dense & 7);
      const there = this.#byPlace.get(dense);
      if (there) there.push(at);
      else this.#byPlace.set(dense, [at]);
    }
  }
}
