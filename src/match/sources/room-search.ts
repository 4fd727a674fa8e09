/** The windows of one room that cases shared, each with what is needed to judge it. Of windows that tell of the same visits the best is kept. */
import { lnUpperTail } from '../../core/statistics/hypergeometric.js';
import type { CasePresence, SourceRoom } from './source-rooms.js';
import { presenceEnd } from './source-rooms.js';
import { countVisitors, sharedWindows, type Marks, type SlotPresences, type SlotWindow } from './slot-windows.js';
import type { DayPopulation } from '../traffic/day-population.js';

/** A window at a place, or a run of a vehicle, that several cases shared. */
export interface SharedWindow {
  readonly room: SourceRoom;
  /** [fromSec, toSec) */
  readonly fromSec: number;
  readonly toSec: number;
  /** Visits of cases in it, and how many distinct people they are of. */
  readonly visits: readonly number[];
  readonly observed: number;
  /** Cases that could have been there. */
  readonly atRisk: number;
  /** Everyone who was there, and everyone who could have been. */
  readonly visitors: number;
  readonly population: number;
  /** ln of the probability that so many cases or more are there by chance; NaN where nobody scanned, so that the traffic is not known. */
  readonly lnP: number;
}

/** The period in steps, counted from a local midnight. */
export interface SlotGrid {
  readonly originSec: number;
  readonly stepSec: number;
  readonly count: number;
}

/** Everyone's presence in a room: of scans, then of itineraries. */
export interface RoomPresences {
  count: number;
  /** How many of them come from scans. */
  readonly scanned: number;
  readonly person: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

export interface RoomContext {
  readonly cases: CasePresence;
  readonly population: DayPopulation;
  readonly grid: SlotGrid;
  readonly lengths: readonly number[];
  readonly minCases: number;
  readonly marks: Marks;
}

/** People who board again after so long a pause are on another journey, even if it has the same name. */
const JOURNEY_GAP_SEC = 2700;

/** Slots of a presence within the period; null if it lies outside. */
function slotsOf({ originSec, stepSec, count }: SlotGrid, startSec: number, endSec: number): readonly [first: number, last: number] | null {
  const first = Math.max(0, Math.floor((startSec - originSec) / stepSec));
  const last = Math.min(count - 1, Math.floor((endSec - 1 - originSec) / stepSec));
  return first <= last ? [first, last] : null;
}

/** The windows of a place that enough cases share. */
export function windowsOf(room: SourceRoom, { cases, grid, lengths, minCases, marks }: RoomContext): SlotWindow[] {
  const { person, first, last, count } = caseSlots(room, cases, grid);
  const caseCount = person.reduce((most, p) => Math.max(most, p + 1), 0);
  return sharedWindows({ count, person, first, last }, caseCount, grid.count, lengths, minCases, marks);
}

function caseSlots({ visits }: SourceRoom, cases: CasePresence, grid: SlotGrid): SlotPresences & { readonly person: number[]; readonly visit: number[] } {
  const slots = { person: [] as number[], first: [] as number[], last: [] as number[], visit: [] as number[] };
  for (const v of visits) {
    const pair = slotsOf(grid, cases.visits.start[v]!, cases.end[v]!);
    if (!pair) continue;
    slots.person.push(cases.person[v]!);
    slots.first.push(pair[0]);
    slots.last.push(pair[1]);
    slots.visit.push(v);
  }
  return { count: slots.visit.length, ...slots };
}

/** The best windows of a place, none of which tells mostly of the visits of a better one. `size` is one more than the largest number of a person. */
export function searchPlace(room: SourceRoom, windows: readonly SlotWindow[], presences: RoomPresences, size: number, context: RoomContext): SharedWindow[] {
  const { cases, grid, population, minCases, marks } = context;
  const slots = everyoneSlots(presences, grid, population);
  const visitors = countVisitors(windows, slots, size, grid.count, marks);
  const fromSec = ({ slot }: SlotWindow): number => grid.originSec + slot * grid.stepSec;
  const toSec = ({ slot, length }: SlotWindow): number => grid.originSec + (slot + length) * grid.stepSec;
  const judged = windows.map((window, i) => {
    const risk = cases.atRisk(fromSec(window), toSec(window), population);
    return { window, ...judge(window.cases, visitors[i]!, risk.cases, risk.population) };
  });
  judged.sort((a, b) => a.lnP - b.lnP || a.window.length - b.window.length || a.window.slot - b.window.slot);

  const own = caseSlots(room, cases, grid);
  const isTold = new Uint8Array(own.count);
  const isTaken = new Uint8Array(grid.count);
  const found: SharedWindow[] = [];
  for (const { window, ...judgement } of judged) {
    const { slot, length } = window;
    if (isTaken.subarray(slot, slot + length).includes(1)) continue;
    const visits: number[] = [];
    const people = new Set<number>();
    for (let i = 0; i < own.count; i++) {
      if (own.first[i]! >= slot + length || own.last[i]! < slot) continue;
      visits.push(i);
      if (isTold[i] === 0) people.add(own.person[i]!);
    }
    if (people.size < minCases) continue;
    for (const i of visits) isTold[i] = 1;
    isTaken.fill(1, slot, slot + length);
    const isKnown = slots.some(slot, slot + length);
    found.push({
      room,
      fromSec: fromSec(window),
      toSec: toSec(window),
      visits: visits.map((i) => own.visit[i]!),
      observed: window.cases,
      ...judgement,
      ...(!isKnown && { lnP: Number.NaN }),
    });
  }
  return found;
}

function everyoneSlots(
  { count, scanned, person, start, end }: RoomPresences,
  grid: SlotGrid,
  { zone }: DayPopulation,
): SlotPresences & { some(from: number, to: number): boolean } {
  const first = new Uint32Array(count);
  const last = new Uint32Array(count);
  const who = new Uint32Array(count);
  let kept = 0;
  let keptScanned = 0;
  for (let i = 0; i < count; i++) {
    const pair = slotsOf(grid, start[i]!, presenceEnd(start[i]!, end[i]!, zone));
    if (!pair) continue;
    if (i < scanned) keptScanned++;
    first[kept] = pair[0];
    last[kept] = pair[1];
    who[kept++] = person[i]!;
  }
  const some = (from: number, to: number): boolean => {
    for (let i = 0; i < keptScanned; i++) if (first[i]! < to && last[i]! >= from) return true;
    return false;
  };
  return { count: kept, person: who, first, last, some };
}

/** The journeys of a run that enough cases shared; a run may have the same name every day. */
export function searchRun(room: SourceRoom, presences: RoomPresences, context: RoomContext): SharedWindow[] {
  const { cases, population, minCases } = context;
  const { person, start, scanned } = presences;
  const ends = Uint32Array.from({ length: presences.count }, (_, i) => presenceEnd(start[i]!, presences.end[i]!, population.zone));
  const order = Uint32Array.from(ends.keys()).sort((a, b) => start[a]! - start[b]! || ends[a]! - ends[b]!);
  const found: SharedWindow[] = [];
  for (let lo = 0; lo < order.length;) {
    const fromSec = start[order[lo]!]!;
    let toSec = ends[order[lo]!]!;
    let hi = lo + 1;
    for (; hi < order.length && start[order[hi]!]! < toSec + JOURNEY_GAP_SEC; hi++) toSec = Math.max(toSec, ends[order[hi]!]!);
    const aboard = order.subarray(lo, hi);
    lo = hi;
    const visits = room.visits.filter((v) => cases.visits.start[v]! < toSec && cases.end[v]! > fromSec);
    const observed = new Set(visits.map((v) => cases.person[v])).size;
    if (observed < minCases) continue;
    const risk = cases.atRisk(fromSec, toSec, population);
    const judgement = judge(observed, new Set(Array.from(aboard, (i) => person[i])).size, risk.cases, risk.population);
    const isKnown = aboard.some((i) => i < scanned);
    found.push({ room, fromSec, toSec, visits, observed, ...judgement, ...(!isKnown && { lnP: Number.NaN }) });
  }
  return found;
}

function judge(observed: number, visitors: number, atRisk: number, population: number): Pick<SharedWindow, 'atRisk' | 'visitors' | 'population' | 'lnP'> {
  return { atRisk, visitors, population, lnP: lnUpperTail(observed, atRisk, visitors, population) };
}
