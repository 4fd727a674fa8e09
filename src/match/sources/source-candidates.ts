/** Who could have brought it: the people in a window who were there with its cases, or before them. */
import type { Presences, Traffic } from '../traffic/traffic.js';
import type { SharedWindow } from './room-search.js';
import { presenceEnd, type CasePresence } from './source-rooms.js';
import type { Incubations } from './incubation.js';
import type { Visits } from '../visits.js';
import { compareBytewise } from '../../core/bytewise.js';

/** What is known of a candidate: a case that could pass it on at the time, someone who is no case, or a case that could not yet. Likelier sources first. */
export const STATUSES = ['infectious', 'no-case', 'incubating'] as const;
export type SourceStatus = (typeof STATUSES)[number];

export interface Candidate {
  readonly number: number;
  readonly text: string;
  /** Position in `STATUSES`. */
  readonly status: number;
  /** Position in `Incubations.people`; -1 for who is no case. */
  readonly casePerson: number;
  /** Days since 1970 of the first date of onset; 0 for who is no case or has none. */
  readonly onsetDay: number;
  /** First scan in the window, and how long presence is possible. */
  readonly startSec: number;
  readonly endSec: number;
  /** Cases of the window who were there at the same time, and who came when the candidate could no longer be there. */
  readonly together: number;
  readonly before: number;
  /** Listed windows in which this person is a candidate. */
  readonly windows: number;
}

export interface WindowCandidates {
  readonly candidates: readonly Candidate[];
  readonly candidateCount: number;
  readonly firstComer: { readonly number: number; readonly startSec: number };
}

interface About {
  readonly incubations: Incubations;
  readonly visits: Visits;
  readonly casePresence: CasePresence;
}

type Interval = readonly [start: number, end: number];

/** The candidates of each window, at most `most` of them, likelier sources first. Everyone of a window was there before its other cases fell ill. */
export function candidatesOf(windows: readonly SharedWindow[], about: About, traffic: Traffic, most: number): WindowCandidates[] {
  const { incubations } = about;
  const casePersonOf = new Map(incubations.people.map(({ person }, p) => [traffic.numberOf(person), p]));
  const present = presentIn(windows, about, traffic);
  const drafts = windows.map((window, w) => {
    const drafts = [];
    const cases = intervalsOfCases(window, about);
    for (const [number, intervals] of present[w]!) {
      const casePerson = casePersonOf.get(number) ?? -1;
      const { together, before } = met(intervals, cases, casePerson);
      if (together + before === 0) continue;
      const onsets = (incubations.people[casePerson]?.cases ?? []).map((c) => incubations.onsetDay[c]!).filter((day) => day !== 0);
      const onsetDay = onsets.length === 0 ? 0 : Math.min(...onsets);
      drafts.push({ number, casePerson, onsetDay, together, before, intervals, status: statusOf(casePerson, intervals, window, about) });
    }
    return drafts;
  });
  const windowsOf = new Map<number, number>();
  for (const each of drafts) for (const { number } of each) windowsOf.set(number, (windowsOf.get(number) ?? 0) + 1);
  return drafts.map((each, w) => {
    const candidates = each.map(({ intervals, ...draft }) => ({
      ...draft,
      startSec: Math.min(...intervals.map(([start]) => start)),
      endSec: Math.max(...intervals.map(([, end]) => end)),
      windows: windowsOf.get(draft.number)!,
    }));
    candidates.sort((a, b) => byRank(a, b) || a.number - b.number);
    return { candidates: named(candidates, most, traffic), candidateCount: candidates.length, firstComer: firstOf(present[w]!, traffic) };
  });
}

/** Presence in each window by number of the person. */
function presentIn(windows: readonly SharedWindow[], { visits, casePresence }: About, traffic: Traffic): Map<number, Interval[]>[] {
  const questions = windows.flatMap(({ room, fromSec, toSec }, w) => room.members.map((place) => ({ w, place, run: room.run, from: fromSec, to: toSec })));
  questions.sort((a, b) => a.place - b.place || a.run - b.run || a.from - b.from);
  const column = (name: 'place' | 'run' | 'from' | 'to'): Float64Array => Float64Array.from(questions, (question) => question[name]);
  const found: Presences = traffic.find({ count: questions.length, place: column('place'), run: column('run'), from: column('from'), to: column('to') });
  const present = windows.map(() => new Map<number, Interval[]>());
  const add = (w: number, number: number, start: number, end: number): void => {
    if (end <= windows[w]!.fromSec) return;
    const known = present[w]!.get(number);
    if (known) known.push([start, end]);
    else present[w]!.set(number, [[start, end]]);
  };
  for (let i = 0; i < found.count; i++) {
    const start = found.start.data[i]!;
    add(questions[found.query.data[i]!]!.w, found.person.data[i]!, start, presenceEnd(start, found.end.data[i]!, traffic.zone));
  }
  windows.forEach((window, w) => {
    for (const v of window.visits) if (casePresence.isTold(v)) add(w, traffic.numberOf(visits.person[v]!), visits.start[v]!, casePresence.end[v]!);
  });
  return present;
}

/** By person, when the cases of a window were there. */
function intervalsOfCases({ visits: own }: SharedWindow, { visits, casePresence }: About): Map<number, Interval[]> {
  const cases = new Map<number, Interval[]>();
  for (const v of own) {
    const person = casePresence.person[v]!;
    cases.set(person, [...(cases.get(person) ?? []), [visits.start[v]!, casePresence.end[v]!]]);
  }
  return cases;
}

function met(own: readonly Interval[], cases: Map<number, Interval[]>, self: number): { together: number; before: number } {
  let together = 0;
  let before = 0;
  for (const [person, theirs] of cases) {
    if (person === self) continue;
    if (own.some(([start, end]) => theirs.some((other) => start < other[1] && other[0] < end))) together++;
    else if (own.some(([, end]) => theirs.some((other) => end <= other[0]))) before++;
  }
  return { together, before };
}

function statusOf(casePerson: number, own: readonly Interval[], { fromSec, toSec }: SharedWindow, { incubations }: About): number {
  if (casePerson < 0) return STATUSES.indexOf('no-case');
  const isInfectious = incubations.people[casePerson]!.cases.some((c) => {
    const from = Math.max(fromSec, incubations.infectious[c]!.fromSec);
    const to = Math.min(toSec, incubations.infectious[c]!.toSec);
    return own.some(([start, end]) => Math.max(start, from) < Math.min(end, to));
  });
  return STATUSES.indexOf(isInfectious ? 'infectious' : 'incubating');
}

type Unnamed = Omit<Candidate, 'text'>;

const UNKNOWN_DAY = 1e9;

const byRank = (a: Unnamed, b: Unnamed): number =>
  a.status - b.status ||
  (a.onsetDay || UNKNOWN_DAY) - (b.onsetDay || UNKNOWN_DAY) ||
  b.together - a.together ||
  b.windows - a.windows ||
  b.before - a.before ||
  a.startSec - b.startSec;

/** The first candidates with their texts: those that are alike in all else by the bytes of their ids. */
function named(sorted: readonly Unnamed[], most: number, traffic: Traffic): Candidate[] {
  // Whoever is like the last that is listed may belong in its place.
  let end = Math.min(most, sorted.length);
  while (end > 0 && end < sorted.length && byRank(sorted[end - 1]!, sorted[end]!) === 0) end++;
  const texts = sorted.slice(0, end).map((each) => ({ ...each, text: traffic.personText(each.number) }));
  return texts.sort((a, b) => byRank(a, b) || compareBytewise(a.text, b.text)).slice(0, most);
}

function firstOf(present: Map<number, Interval[]>, traffic: Traffic): { number: number; startSec: number } {
  let first = { number: -1, startSec: Number.POSITIVE_INFINITY };
  for (const [number, intervals] of present) {
    const startSec = Math.min(...intervals.map(([start]) => start));
    const isFirst =
      startSec < first.startSec || (startSec === first.startSec && compareBytewise(traffic.personText(number), traffic.personText(first.number)) < 0);
    if (isFirst) first = { number, startSec };
  }
  return first;
}
