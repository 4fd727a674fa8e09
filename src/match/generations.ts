/** Cases → contacts, generation by generation: each contact who is no case yet becomes a case of the next (SPEC section 8). */
import { StateError } from '../core/errors.js';
import type { Steps } from '../core/steps.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { StayIndex } from '../stay-index/stay-index.js';
import type { Case } from '../model/case.js';
import type { Places } from '../model/place.js';
import { CONFLICT, type Stays } from '../model/stay.js';
import type { Dictionaries, InputTables } from '../model/tables.js';
import type { Runs } from '../stays/segment-runs.js';
import { Episodes } from './episodes.js';
import { OverlapJoin, type JoinSettings } from './overlap-join.js';
import { caseVisits, type Visits } from './visits.js';

/** A pair of case and contact for whom some clause holds. Its episodes are rows `lo..hi` of the generation's episodes. */
export interface ContactPair {
  /** Position in the generation's cases. */
  readonly case: number;
  readonly contact: number;
  /** Rank of the grade. */
  readonly grade: number;
  /** Positions of the clauses that hold at the grade. */
  readonly clauses: readonly number[];
  readonly firstStartSec: number;
  readonly lo: number;
  readonly hi: number;
}

/** One generation of one rule. Episodes are grouped by case and contact; pairs without a contact are there too, graded `BELOW`. */
export interface Generation {
  readonly generation: number;
  readonly cases: readonly Case[];
  readonly visits: Visits;
  readonly episodes: Episodes;
  readonly contacts: readonly ContactPair[];
}

/** What a match works on. */
export interface MatchTables {
  readonly inputs: InputTables;
  readonly places: Places;
  readonly runs: Runs;
  readonly stays: Stays;
  readonly index: StayIndex;
  /** How many accepted check-ins there are at a place, on any run, at or after an instant. */
  readonly checkInsSince: (place: number, sec: number) => number;
}

/** Grades the episodes `lo..hi` of one (case, contact) pair in place; a contact, or null if no clause holds. */
export type GradePair = (episodes: Episodes, lo: number, hi: number, visits: Visits, aCase: Case, casePosition: number, contact: number) => ContactPair | null;

export interface TraceSettings extends JoinSettings {
  readonly depth: number;
  readonly maxEpisodes: number;
  /** Episodes that other rules of the run list already. @defaultValue 0 */
  readonly listedBefore?: number;
}

/** Visits counted between two pauses. */
const COUNTED_VISITS = 256;

/** All generations. @throws StateError `E_LIMIT` before any episode is listed that would pass `maxEpisodes`. */
export function* traceGenerations(
  first: readonly Case[],
  tables: MatchTables,
  neighbours: PlaceNeighbours,
  settings: TraceSettings,
  grade: GradePair,
): Steps<Generation[]> {
  const { ids } = tables.inputs;
  const isCase = new Uint8Array(ids.person.size);
  for (const { person } of first) isCase[person] = 1;
  const generations: Generation[] = [];
  let cases: readonly Case[] = first;
  let listed = settings.listedBefore ?? 0;
  for (let generation = 1; generation <= settings.depth; generation++) {
    const visits = caseVisits(cases, tables.stays, tables.inputs, tables.places, tables.runs, settings.excludedFlags);
    // Whoever is a case already is not listed again; without them a busy place stays cheap however many of its visitors are cases now.
    const index = generation === 1 ? tables.index : new StayIndex(tables.stays, ids.place.size, isCase);
    const join = new OverlapJoin(visits, tables.stays, index, neighbours, settings);
    let total = 0;
    for (let v = 0; v < visits.count; v += COUNTED_VISITS) {
      total += join.run(v, Math.min(visits.count, v + COUNTED_VISITS), null);
      yield { done: v, of: visits.count };
    }
    if (listed + total > settings.maxEpisodes) refuse(listed + total, settings.maxEpisodes, visits, join, ids);
    listed += total;
    const episodes = new Episodes();
    const contacts: ContactPair[] = [];
    for (let c = 0; c < cases.length; c++) {
      const from = episodes.count;
      join.run(visits.ofCase[c]!, visits.ofCase[c + 1]!, episodes);
      for (const [lo, hi, contact] of groupByContact(episodes, from, tables.stays)) {
        const pair = grade(episodes, lo, hi, visits, cases[c]!, c, contact);
        if (pair) contacts.push(pair);
      }
      yield { done: c + 1, of: cases.length };
    }
    generations.push({ generation, cases, visits, episodes, contacts });
    if (generation < settings.depth) cases = nextCases(contacts, isCase, ids, generation + 1);
    if (cases.length === 0) break;
  }
  return generations;
}

/** Flags whose stays a plan leaves out. */
export const excludedFlags = (excludeConflicts: boolean): number => (excludeConflicts ? CONFLICT : 0);

/** Says how many episodes there would be, and where. */
function refuse(total: number, most: number, visits: Visits, join: OverlapJoin, { place }: Dictionaries): never {
  const byPlace = new Map<number, number>();
  for (let v = 0; v < visits.count; v++) byPlace.set(visits.place[v]!, (byPlace.get(visits.place[v]!) ?? 0) + join.run(v, v + 1, null));
  const busiest = [...byPlace].sort((a, b) => b[1] - a[1] || place.compare(a[0], b[0])).slice(0, 20);
  throw new StateError(
    'E_LIMIT',
    `max-episodes E_LIMIT expected at most ${most} episodes, got ${total}; narrow the cases or the window, ask for a longer --min-overlap, or raise --max-episodes. The busiest places:\n` +
      busiest.map(([id, count]) => `  ${String(count).padStart(12)}  ${place.text(id)}`).join('\n'),
  );
}

/** Groups the episodes from row `from` on by contact, in place; yields [lo, hi, contact]. */
function* groupByContact(episodes: Episodes, from: number, stays: Stays): Generator<[number, number, number]> {
  const count = episodes.count - from;
  if (count === 0) return;
  const person = (row: number): number => stays.person[episodes.stay.data[from + row]!]!;
  const order = Uint32Array.from({ length: count }, (_, i) => from + i);
  order.sort((a, b) => person(a - from) - person(b - from) || a - b);
  episodes.reorder(from, order);
  for (let lo = 0; lo < count;) {
    let hi = lo + 1;
    while (hi < count && person(hi) === person(lo)) hi++;
    yield [from + lo, from + hi, person(lo)];
    lo = hi;
  }
}

/** The contacts who are no case yet, as cases from the earliest first start on; marks them as cases. */
function nextCases(contacts: readonly ContactPair[], isCase: Uint8Array, ids: Dictionaries, generation: number): Case[] {
  const firstStart = new Map<number, number>();
  for (const { contact, firstStartSec } of contacts) {
    if (isCase[contact] === 0) firstStart.set(contact, Math.min(firstStartSec, firstStart.get(contact) ?? firstStartSec));
  }
  return [...firstStart].map(([person, fromSec]) => {
    isCase[person] = 1;
    return { caseId: ids.case.intern(ids.person.text(person)), person, fromSec, toSec: Number.POSITIVE_INFINITY, generation, itinerary: [], hasStays: true };
  });
}
