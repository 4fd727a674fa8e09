/**
 * Searches back from cases: the places and times in their incubation periods that more of them shared than chance would give.
 *
 * The null: the cases that could have been in a window are a random draw, without putting back, of all people who could have been: who checked in
 * anywhere on its days or the day before. The number of cases there is then hypergeometric. A place that everyone visits has many visitors among all,
 * so that many cases there say little.
 *
 * Tested are all windows of all places with check-ins, of all lengths, also those without a case: their number is what false discoveries are counted by.
 */
import { lnFalseDiscovery } from '../../core/statistics/false-discovery.js';
import { countingSort } from '../../core/columns.js';
import type { Steps } from '../../core/steps.js';
import { DAY_SEC, type Zone } from '../../core/zone.js';
import type { Places } from '../../model/place.js';
import type { SourcePlan } from '../../model/source-plan.js';
import type { Stays } from '../../model/stay.js';
import type { InputTables } from '../../model/tables.js';
import type { Runs } from '../../stays/segment-runs.js';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import type { DayPopulation } from '../traffic/day-population.js';
import type { Incubations } from './incubation.js';
import { searchPlace, searchRun, windowsOf, type RoomContext, type RoomPresences, type SharedWindow, type SlotGrid } from './room-search.js';
import { Marks, type SlotWindow } from './slot-windows.js';
import { candidatesOf, type Candidate } from './source-candidates.js';
import { CasePresence, type SourceRoom } from './source-rooms.js';
import type { Presences, Traffic } from '../traffic/traffic.js';
import { caseVisits, type Visits } from '../visits.js';

/** What the search works on: stays of the cases are among `stays`, everyone's are in the traffic. */
export interface SourceTables {
  readonly inputs: InputTables;
  readonly places: Places;
  readonly runs: Runs;
  readonly stays: Stays;
}

export interface ListedWindow extends SharedWindow {
  /** ln of the false discovery rate; NaN where `lnP` is. */
  readonly lnQ: number;
  readonly candidates: readonly Candidate[];
  /** Candidates in all, of whom `candidates` are the first. */
  readonly candidateCount: number;
  readonly firstComer: { readonly number: number; readonly startSec: number };
}

export interface SourcesFound {
  readonly incubations: Incubations;
  readonly visits: Visits;
  readonly casePresence: CasePresence;
  /** Best first. */
  readonly windows: readonly ListedWindow[];
  /** Windows that enough cases shared, listed or not. */
  readonly windowCount: number;
  /** Windows there were in all: places with check-ins × windows of a place. */
  readonly tests: number;
  /** Cases without a visit in their period, by position. */
  readonly silent: readonly number[];
}

/** Rooms looked at together: bounds the memory of the search to what was scanned there. */
const ROOMS = 64;

export function* findSources(
  incubations: Incubations,
  { inputs, places, runs, stays }: SourceTables,
  traffic: Traffic,
  parents: PlaceNeighbours,
  plan: SourcePlan,
  zone: Zone,
): Steps<SourcesFound> {
  const visits = caseVisits(incubations.cases, stays, inputs, places, runs, 0);
  const casePresence = new CasePresence(incubations, visits, stays, traffic.zone);
  const silent = incubations.cases.flatMap((_, c) => (visits.ofCase[c] === visits.ofCase[c + 1] ? [c] : []));
  const about = { incubations, visits, casePresence, silent };
  if (visits.count === 0) return { ...about, windows: [], windowCount: 0, tests: 0 };
  const grid = gridOf(incubations, plan.stepSec, zone);
  const population = traffic.population(traffic.zone.dayAt(incubations.fromSec) - 2, traffic.zone.dayAt(incubations.toSec) + 2);
  const context: RoomContext = { cases: casePresence, population, grid, lengths: plan.lengths, minCases: plan.minCases, marks: new Marks() };
  const rooms = casePresence.rooms(plan, places, parents);
  rooms.sort((a, b) => a.place - b.place || a.run - b.run); // neighbouring rooms lie beside each other on a disk
  const found: SharedWindow[] = [];
  for (let lo = 0; lo < rooms.length; lo += ROOMS) {
    for (const window of searchRooms(rooms.slice(lo, lo + ROOMS), traffic, context)) found.push(window);
    yield { done: Math.min(lo + ROOMS, rooms.length), of: rooms.length };
  }
  found.sort(byRank(inputs));
  const known = found.filter(({ lnP }) => !Number.isNaN(lnP));
  const tests = Math.max(known.length, traffic.countScannedPlaces() * windowsOfPlace(grid, plan.lengths, population));
  const lnQ = lnFalseDiscovery(
    known.map(({ lnP }) => lnP),
    tests,
  );
  const listed = found.slice(0, plan.top).map((window, i) => ({ ...window, lnQ: lnQ[i] ?? Number.NaN }));
  const candidates = candidatesOf(listed, about, traffic, plan.people);
  return { ...about, windows: listed.map((window, i) => ({ ...window, ...candidates[i]! })), windowCount: found.length, tests };
}

/** From the local midnight on which the first period begins. */
function gridOf({ fromSec, toSec }: Incubations, stepSec: number, zone: Zone): SlotGrid {
  const originSec = zone.dayStart(zone.dayAt(fromSec));
  return { originSec, stepSec, count: Math.max(1, Math.ceil((toSec - originSec) / stepSec)) };
}

/** How many windows a place has while anybody checks in anywhere: presence may last into the day after the last check-in. */
function windowsOfPlace({ originSec, stepSec, count }: SlotGrid, lengths: readonly number[], population: DayPopulation): number {
  const active = population.activeDays();
  if (!active) return 0;
  const first = Math.max(0, Math.floor((population.zone.dayStart(active[0]) - originSec) / stepSec));
  const last = Math.min(count, Math.ceil((population.zone.dayStart(active[1] + 2) - originSec) / stepSec));
  return lengths.reduce((sum, length) => sum + Math.max(0, last - first - length + 1), 0);
}

/** Least p first; unknown traffic last. Then more cases, fewer visitors, and by text. */
function byRank({ ids }: InputTables): (a: SharedWindow, b: SharedWindow) => number {
  const rank = ({ lnP }: SharedWindow): number => (Number.isNaN(lnP) ? 1 : lnP);
  return (a, b) =>
    rank(a) - rank(b) ||
    b.observed - a.observed ||
    a.visitors - b.visitors ||
    ids.place.compare(a.room.place, b.room.place) ||
    ids.run.compare(a.room.run, b.room.run) ||
    a.fromSec - b.fromSec;
}

interface Question {
  readonly room: number;
  readonly place: number;
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

function searchRooms(rooms: readonly SourceRoom[], traffic: Traffic, context: RoomContext): SharedWindow[] {
  const { grid } = context;
  const endSec = grid.originSec + grid.count * grid.stepSec;
  const windows = rooms.map((room) => (room.run === 0 ? windowsOf(room, context) : []));
  const questions: Question[] = [];
  rooms.forEach((room, r) => {
    const spans: (readonly [number, number])[] =
      room.run === 0
        ? spansOf(windows[r]!).map(([lo, hi]) => [grid.originSec + lo * grid.stepSec, grid.originSec + hi * grid.stepSec])
        : [[grid.originSec - DAY_SEC, endSec + DAY_SEC]];
    for (const place of room.members) for (const [from, to] of spans) questions.push({ room: r, place, run: room.run, from, to });
  });
  questions.sort((a, b) => a.place - b.place || a.run - b.run || a.from - b.from);
  const column = (name: keyof Question): Float64Array => Float64Array.from(questions, (question) => question[name]);
  const found = traffic.find({ count: questions.length, place: column('place'), run: column('run'), from: column('from'), to: column('to') });
  const { offsets, rows } = countingSort(found.count, rooms.length, (i) => questions[found.query.data[i]!]!.room);
  return rooms.flatMap((room, r) => {
    if (room.run === 0 && windows[r]!.length === 0) return [];
    const presences = presencesOf(room, found, rows.subarray(offsets[r]!, offsets[r + 1]!), traffic, context);
    return room.run === 0 ? searchPlace(room, windows[r]!, presences, traffic.size, context) : searchRun(room, presences, context);
  });
}

/** What was scanned in a room, and what cases told of it. */
function presencesOf({ visits }: SourceRoom, found: Presences, rows: Uint32Array, traffic: Traffic, { cases }: RoomContext): RoomPresences {
  const told = visits.filter((v) => cases.isTold(v));
  const all = {
    count: rows.length + told.length,
    scanned: rows.length,
    person: [] as number[] | Uint32Array,
    start: [] as number[] | Uint32Array,
    end: [] as number[] | Uint32Array,
  };
  for (const name of ['person', 'start', 'end'] as const) {
    const values = new Uint32Array(all.count);
    rows.forEach((row, i) => (values[i] = found[name].data[row]!));
    all[name] = values;
  }
  told.forEach((v, i) => {
    all.person[rows.length + i] = traffic.numberOf(cases.visits.person[v]!);
    all.start[rows.length + i] = cases.visits.start[v]!;
    all.end[rows.length + i] = cases.end[v]!;
  });
  return all;
}

/** Slots that some window covers, as spans. */
function spansOf(windows: readonly SlotWindow[]): (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (const { slot, length } of windows) {
    const last = spans.at(-1);
    if (last && slot <= last[1]) last[1] = Math.max(last[1], slot + length);
    else spans.push([slot, slot + length]);
  }
  return spans;
}
