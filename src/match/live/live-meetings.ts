/**
 * Who meets whom among stays that come in one by one, each once it is settled: visits of cases as they settle, and stays of others that wait for a case
 * whose presence near them is not settled yet. Both lie in trees by place and time, beside what an index has.
 */
import RBush from 'rbush';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import type { OneStay } from '../../stays/open-stays.js';

import { NOT_MET, NO_DISTANCE, meetingKind, type Times } from '../episodes.js';
import type { JoinSettings } from '../overlap-join.js';

/** A settled stay of someone, as widened for the skew of clocks. */
export interface LiveStay extends OneStay {
  readonly key: string;
  readonly settledSec: number;
}

/** A settled visit of a case: a stay or a part of an itinerary, cut to the window. */
export interface LiveVisit extends Omit<OneStay, 'rows'> {
  /** Position in the list of cases of its rule. */
  readonly case: number;
  readonly key: string;
  readonly settledSec: number;
  /** Evidence: the check-ins, or the row of the itineraries. */
  readonly rows: OneStay['rows'];
  readonly itineraryRow: number;
}

/** Takes a visit and a stay that met. */
export type OnMeeting = (visit: LiveVisit, stay: LiveStay, kind: number, distanceM: number) => void;

interface Box {
  readonly minX: number;
  readonly maxX: number;
  readonly minY: number;
  readonly maxY: number;
}
interface VisitBox extends Box {
  readonly visit: LiveVisit;
  readonly distanceM: number;
}
interface StayBox extends Box {
  readonly stay: LiveStay;
}

/** The settled visits of one rule. */
export class LiveVisits {
  readonly neighbours: PlaceNeighbours;
  readonly settings: JoinSettings;
  readonly #tree = new RBush<VisitBox>();
  readonly #places = new Set<number>();
  count = 0;

  constructor(neighbours: PlaceNeighbours, settings: JoinSettings) {
    this.neighbours = neighbours;
    this.settings = settings;
  }

  /** Seconds by which a search must reach beyond a visit, before and behind it. */
  get reach(): { readonly before: number; readonly behind: number } {
    const touch = this.settings.isClosed ? 1 : 0;
    return { before: touch, behind: Math.max(this.settings.lagSec, touch) };
  }

  add(visit: LiveVisit): void {
    const { before, behind } = this.reach;
    this.count++;
    for (const { place, distanceM } of this.neighbours.of(visit.place)) {
      this.#places.add(place);
      const minX = visit.start - before;
      const maxX = visit.possible + behind;
      this.#tree.insert({ minX, maxX, minY: place, maxY: place, visit, distanceM: distanceM < 0 ? NO_DISTANCE : distanceM });
    }
  }

  /** Visits that a settled stay meets. */
  meet(stay: LiveStay, each: OnMeeting): void {
    if (!this.#places.has(stay.place)) return;
    const near = this.#tree.search({ minX: stay.start, maxX: stay.possible, minY: stay.place, maxY: stay.place });
    for (const { visit, distanceM } of near) this.tell(visit, stay, distanceM, each);
  }

  /** Calls `each` if a visit and a stay near it meet. */
  tell(visit: LiveVisit, stay: LiveStay, distanceM: number, each: OnMeeting): void {
    if (visit.run !== stay.run || visit.key === stay.key || (stay.flags & this.settings.excludedFlags) !== 0) return;
    setTimes(first, visit);
    setTimes(second, stay);
    const kind = meetingKind(first, 0, second, 0, this.settings);
    if (kind !== NOT_MET) each(visit, stay, kind, distanceM);
  }
}

/** Settled stays near cases whose presence is not settled. */
export class WaitingStays {
  readonly #tree = new RBush<StayBox>();
  /** By place the first start of an open presence of a case that meets it. */
  #open: ReadonlyMap<number, number> = new Map();
  count = 0;

  /** Says where cases may be, from when on; stays that no case may meet any more are forgotten. */
  expect(open: ReadonlyMap<number, number>): void {
    this.#open = open;
    for (const box of this.#tree.all()) {
      if (this.#isNear(box.stay)) continue;
      this.#tree.remove(box);
      this.count--;
    }
  }

  /** Keeps a stay if a case may yet meet it. */
  add(stay: LiveStay): void {
    if (!this.#isNear(stay)) return;
    this.#tree.insert({ minX: stay.start, maxX: stay.possible, minY: stay.place, maxY: stay.place, stay });
    this.count++;
  }

  /** Stays that a visit meets. */
  meet(visit: LiveVisit, visits: LiveVisits, each: OnMeeting): void {
    if (this.count === 0) return;
    const { before, behind } = visits.reach;
    for (const { place, distanceM } of visits.neighbours.of(visit.place)) {
      const near = this.#tree.search({ minX: visit.start - before, maxX: visit.possible + behind, minY: place, maxY: place });
      for (const { stay } of near) visits.tell(visit, stay, distanceM < 0 ? NO_DISTANCE : distanceM, each);
    }
  }

  #isNear({ place, possible }: LiveStay): boolean {
    const from = this.#open.get(place);
    return from !== undefined && from <= possible;
  }
}

/** Times of one presence, as columns of one row. */
type OneTimes = { readonly [Name in keyof Times]: Uint32Array };
export const oneTimes = (): OneTimes => ({ start: new Uint32Array(1), certain: new Uint32Array(1), likely: new Uint32Array(1), possible: new Uint32Array(1) });
const first = oneTimes();
const second = oneTimes();

export function setTimes(times: OneTimes, { start, certain, likely, possible }: Pick<OneStay, keyof Times>): void {
  times.start[0] = start;
  times.certain[0] = certain;
  times.likely[0] = likely;
  times.possible[0] = possible;
}
