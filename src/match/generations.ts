/** Cases → contacts, generation by generation: each contact who is no case yet becomes a case of the next (SPEC section 8). */
import { StateError } from '../core/errors.js';
import type { Crew } from '../core/crew.js';
import type { Steps } from '../core/steps.js';
import type { PlaceNeighbours } from '../stay-index/place-neighbours.js';
import { StayIndex } from '../stay-index/stay-index.js';
import type { Case } from '../model/case.js';
import type { Places } from '../model/place.js';
import { CONFLICT, type Stays } from '../model/stay.js';
import type { Dictionaries, InputTables } from '../model/tables.js';
import type { Dwell } from '../stays/dwell.js';
import type { Runs } from '../stays/segment-runs.js';
import { EpisodeCounter } from './count-episodes.js';
import { KeptPairs } from './kept-pairs.js';
import { OverlapJoin, type JoinSettings } from './overlap-join.js';
import { firstStartSec, isContact, type Grader, type PairRange, type PairSource } from './pairs.js';
import type { Way } from './planner.js';
import { StreamedPairs } from './streamed-pairs.js';
import { caseVisits, type Visits } from './visits.js';

/** One generation of one rule. */
export interface Generation {
  readonly generation: number;
  readonly cases: readonly Case[];
  readonly visits: Visits;
  readonly episodeCount: number;
  readonly pairs: PairSource;
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
  /** The usual times that stays were inferred with. @defaultValue the built-in ones */
  readonly dwell?: Dwell | undefined;
}

/** Takes all pairs of a person in a generation, whoever was met; called once for each. */
export type OnPerson = (generation: Generation, person: number, range: PairRange) => void;

export interface TraceSettings extends JoinSettings {
  readonly depth: number;
  /** Most episodes that may be listed. Infinite where they are not. */
  readonly maxEpisodes: number;
  /** Most episodes to keep in memory; the pairs of a generation that would pass it are found again whenever they are asked for. @defaultValue 2,097,152 */
  readonly keepEpisodes?: number;
  /** Episodes of other rules of the run. @defaultValue 0 */
  readonly listedBefore?: number;
  /** Stream or index, for a generation's visits. @defaultValue index */
  readonly chooseWay?: (generation: number, visits: number, index: StayIndex) => Way;
  /** @defaultValue this thread alone */
  readonly crew?: Crew;
}

const KEEP_EPISODES = 1 << 21;
/** People looked at between two pauses. */
const PEOPLE = 1024;

/** All generations. @throws StateError `E_LIMIT` before any episode is made that would pass `maxEpisodes`. */
export function* traceGenerations(
  first: readonly Case[],
  tables: MatchTables,
  neighbours: PlaceNeighbours,
  settings: TraceSettings,
  grader: Grader,
  onPerson: OnPerson = () => {},
): Steps<Generation[]> {
  const { ids } = tables.inputs;
  const { stays } = tables;
  const isCase = new Uint8Array(ids.person.size);
  for (const { person } of first) isCase[person] = 1;
  const generations: Generation[] = [];
  let cases: readonly Case[] = first;
  let listed = settings.listedBefore ?? 0;
  for (let generation = 1; generation <= settings.depth; generation++) {
    const visits = caseVisits(cases, stays, tables.inputs, tables.places, tables.runs, settings.excludedFlags);
    // Whoever is a case already is not listed again; without them a busy place stays cheap however many of its visitors are cases now.
    const index = generation === 1 ? tables.index : new StayIndex(stays, ids.place.size, isCase);
    const isLeftOut = generation === 1 ? null : isCase.slice();
    const counter = new EpisodeCounter(visits, stays, index, neighbours, settings);
    const join = new OverlapJoin(visits, stays, index, neighbours, settings);
    yield* join.prepare(settings.chooseWay?.(generation, visits.count, index) ?? 'index', settings.crew);
    const episodeCount = join.isPrepared ? join.run(0, visits.count, null) : yield* counter.total();
    listed += episodeCount;
    if (listed > settings.maxEpisodes)
      refuseEpisodes(listed, settings.maxEpisodes, visits, (v) => (join.isPrepared ? join.run(v, v + 1, null) : counter.ofVisit(v)), ids);
    const context = { cases, visits, stays, grader };
    const pairs =
      listed <= (settings.keepEpisodes ?? KEEP_EPISODES)
        ? yield* KeptPairs.find(context, join, ids.person.size)
        : new StreamedPairs(context, join, neighbours, ids.place.size, settings, isLeftOut);
    const found: Generation = { generation, cases, visits, episodeCount, pairs };
    generations.push(found);
    const firstStarts = generation < settings.depth ? new Uint32Array(ids.person.size) : null;
    for (let person = 0; person < isCase.length; person++) {
      if (person % PEOPLE === 0) yield { done: person, of: isCase.length };
      const range = pairs.ofPerson(person);
      if (range.lo === range.hi) continue;
      onPerson(found, person, range);
      if (firstStarts !== null && isCase[person] === 0) firstStarts[person] = earliestSec(range, visits);
    }
    if (firstStarts === null) break;
    cases = nextCases(firstStarts, isCase, ids, generation + 1);
    if (cases.length === 0) break;
  }
  return generations;
}

/** Flags whose stays a plan leaves out. */
export const excludedFlags = (excludeConflicts: boolean): number => (excludeConflicts ? CONFLICT : 0);

/** Says how many episodes there would be, where, and what helps. @throws StateError `E_LIMIT`, always. */
export function refuseEpisodes(total: number, most: number, visits: Visits, ofVisit: (visit: number) => number, { place }: Dictionaries): never {
  const byPlace = new Map<number, number>();
  for (let v = 0; v < visits.count; v++) byPlace.set(visits.place[v]!, (byPlace.get(visits.place[v]!) ?? 0) + ofVisit(v));
  const busiest = [...byPlace].sort((a, b) => b[1] - a[1] || place.compare(a[0], b[0])).slice(0, 20);
  throw new StateError(
    'E_LIMIT',
    `max-episodes E_LIMIT expected at most ${most} episodes, got ${total}; make the lists without episodes (--no-episodes), ask for a longer --min-overlap, ` +
      `narrow the window, split the cases over several runs, or raise --max-episodes. The busiest places:
` +
      busiest.map(([id, count]) => `  ${String(count).padStart(12)}  ${place.text(id)}`).join('\n'),
  );
}

/** The people who are contacts in a generation. */
export function* contactsIn({ pairs }: Generation, personCount: number): Generator<number> {
  for (let person = 0; person < personCount; person++) {
    const { pairs: columns, positions, lo, hi } = pairs.ofPerson(person);
    for (let i = lo; i < hi; i++) {
      if (!isContact(columns, positions[i]!)) continue;
      yield person;
      break;
    }
  }
}

/** The earliest start over the contact rows of one person; 0 if there is none. */
function earliestSec({ pairs, positions, lo, hi }: PairRange, visits: Visits): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = lo; i < hi; i++) if (isContact(pairs, positions[i]!)) least = Math.min(least, firstStartSec(pairs, positions[i]!, visits));
  return least === Number.POSITIVE_INFINITY ? 0 : least;
}

/** The contacts who are no case yet, as cases from the earliest first start on; marks them as cases. */
function nextCases(firstStarts: Uint32Array, isCase: Uint8Array, ids: Dictionaries, generation: number): Case[] {
  const cases: Case[] = [];
  for (let person = 0; person < isCase.length; person++) {
    const fromSec = firstStarts[person]!;
    if (fromSec === 0) continue;
    isCase[person] = 1;
    const caseId = ids.case.intern(ids.person.text(person));
    cases.push({ caseId, person, fromSec, toSec: Number.POSITIVE_INFINITY, generation, itinerary: [], hasStays: true });
  }
  return cases;
}
