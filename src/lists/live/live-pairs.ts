/** Grades pairs of a case and another person while their episodes come in: the grading of the batch, on all episodes of the pair so far. */
import type { Zone } from '../../core/zone.js';
import { Episodes } from '../../match/episodes.js';
import type { MatchTables } from '../../match/generations.js';
import type { LiveStay, LiveVisit } from '../../match/live/live-meetings.js';
import type { Grader } from '../../match/pairs.js';
import type { Visits } from '../../match/visits.js';
import { TOGETHER } from '../../match/episodes.js';
import type { Case } from '../../model/case.js';
import type { Rule } from '../../model/rule.js';
import { BELOW, type Stays } from '../../model/stay.js';
import { gradeBy, type GradeSettings } from '../../rules/grade.js';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import type { OneStay } from '../../stays/open-stays.js';

export interface LiveMeeting {
  readonly visit: LiveVisit;
  readonly stay: LiveStay;
  readonly kind: number;
  readonly distanceM: number;
}

/** What an episode of a pair is worth, and what the pair is worth with it. */
export interface Verdict {
  /** Rank of the episode's grade as if the pair were a contact: `BELOW` if seats or residence exclude it. */
  readonly own: number;
  readonly flags: number;
  /** Rank of the pair, and the number of its set of clauses. */
  readonly rank: number;
  readonly clauses: number;
}

/** All stays of a person that are known, for rules that ask who lived where. */
export type PresenceOf = (key: string) => readonly OneStay[];

const [CASE, CONTACT] = [1, 2];
const TEXT_COLUMNS = ['place', 'run', 'start', 'certain', 'likely', 'possible', 'carriage', 'seat'] as const;

type Columns = { -readonly [Name in keyof Stays]: Stays[Name] };
const emptyColumns = (size: number): Columns => ({
  count: 0,
  person: new Uint32Array(size),
  place: new Uint32Array(size),
  run: new Uint32Array(size),
  start: new Uint32Array(size),
  certain: new Uint32Array(size),
  likely: new Uint32Array(size),
  possible: new Uint32Array(size),
  method: new Uint8Array(size),
  flags: new Uint8Array(size),
  carriage: new Uint32Array(size),
  seat: new Uint32Array(size),
  ofPerson: new Uint32Array(4),
  firstRow: new Uint32Array(0),
  rows: new Uint32Array(0),
});

/** The grader of one rule. */
export class LivePairs {
  readonly rule: Rule;
  readonly grader: Grader;
  readonly #presenceOf: PresenceOf;
  readonly #episodes = new Episodes();
  readonly #stays: Columns = emptyColumns(16);
  readonly #visits: Columns & { ofCase: Uint32Array; case: Uint32Array; stay: Uint32Array; itineraryRow: Uint32Array };

  constructor(rule: Rule, tables: Omit<MatchTables, 'stays'>, neighbours: PlaceNeighbours, zone: Zone, settings: GradeSettings, presenceOf: PresenceOf) {
    this.rule = rule;
    const none = new Uint32Array(0);
    this.#visits = { ...emptyColumns(16), ofCase: none, case: none, stay: none, itineraryRow: none };
    this.grader = gradeBy(rule, { ...tables, stays: this.#stays }, neighbours, zone, settings);
    this.#presenceOf = presenceOf;
  }

  /** Judges a pair by its meetings; of the last one it says what it is worth by itself. */
  judge(meetings: readonly LiveMeeting[], aCase: Case): Verdict {
    const [stays, visits, episodes] = [this.#stays, this.#visits, this.#episodes];
    const last = meetings.length - 1;
    episodes.clear();
    clear(stays);
    clear(visits);
    for (const [i, { visit, stay, kind, distanceM }] of meetings.entries()) {
      put(visits, visit, CASE);
      put(stays, stay, CONTACT);
      episodes.visit.push(i);
      episodes.stay.push(i);
      episodes.kind.push(kind);
      episodes.distanceM.push(distanceM);
    }
    let judged = aCase;
    if (this.rule.residence) {
      judged = { ...aCase, person: CASE }; // a case of its own each time: what is remembered of it may have grown
      stays.ofPerson[CASE] = stays.count;
      for (const stay of this.#presenceOf(meetings[last]!.visit.key)) put(stays, stay, CASE);
      stays.ofPerson[CONTACT] = stays.count;
      for (const stay of this.#presenceOf(meetings[last]!.stay.key)) put(stays, stay, CONTACT);
      stays.ofPerson[CONTACT + 1] = stays.count;
    }
    episodes.copyStays(0, stays);
    const verdict = this.grader.grade(episodes, 0, meetings.length, visits as Visits, judged);
    const isExcluded = meetings[last]!.kind === TOGETHER && episodes.counts.data[last] === 0;
    return {
      own: isExcluded ? BELOW : episodes.own.data[last]!,
      flags: episodes.flags.data[last]!,
      rank: verdict & 3,
      clauses: verdict >>> 2,
    };
  }

  /** Whether no further meeting can change a verdict: every clause holds at the surest grade. */
  isSettled({ rank, clauses }: Pick<Verdict, 'rank' | 'clauses'>): boolean {
    return rank === 0 && this.grader.clauses(clauses).length === this.rule.clauses.length;
  }

  reasons(clauses: number): string {
    return [...new Set(this.grader.clauses(clauses).map((position) => this.rule.clauses[position]!.text))].join('|');
  }
}

function clear(columns: Columns): void {
  columns.count = 0;
}

function put(columns: Columns, stay: Omit<OneStay, 'rows'>, person: number): void {
  const at = columns.count++;
  if (at === columns.person.length) grow(columns);
  columns.person[at] = person;
  for (const name of TEXT_COLUMNS) columns[name][at] = stay[name];
  columns.method[at] = stay.method;
  columns.flags[at] = stay.flags;
}

function grow(columns: Columns): void {
  const grown = emptyColumns(columns.person.length * 2);
  for (const name of ['person', ...TEXT_COLUMNS] as const) {
    grown[name].set(columns[name]);
    columns[name] = grown[name];
  }
  for (const name of ['method', 'flags'] as const) {
    grown[name].set(columns[name]);
    columns[name] = grown[name];
  }
}
