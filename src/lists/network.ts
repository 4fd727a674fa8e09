/** The rows of `network`: meetings of everyone with everyone, and pairs of people with what their meetings add up to. */
import { lengthOf, union, type Interval } from '../core/interval.js';
import type { Zone } from '../core/zone.js';
import { Episodes, NO_DISTANCE } from '../match/episodes.js';
import type { Meeting } from '../match/everyone.js';
import type { OverlapJoin } from '../match/overlap-join.js';
import { GRADES, type Grade, type Stays } from '../model/stay.js';
import type { Dictionaries } from '../model/tables.js';

/** Two stays of two people that overlap; `person_a` is bytewise before `person_b`. */
export interface MeetingRow {
  readonly person_a: string;
  readonly person_b: string;
  /** Where `person_a` was. */
  readonly place_id: string;
  readonly run_id: string;
  readonly start: string;
  readonly end: string;
  readonly overlap_certain_s: number;
  readonly overlap_likely_s: number;
  readonly overlap_possible_s: number;
  /** The surest grade at which the two stays overlap. */
  readonly grade: Grade;
  /** Where `person_b` was: differs from `place_id` under the scopes `parent`, `grid` and `near`. */
  readonly place_id_b: string;
  /** Only under `near`. */
  readonly distance_m: number | null;
}

/** Two people and all their meetings; an hour in two ways is one hour. */
export interface PairRow {
  readonly person_a: string;
  readonly person_b: string;
  readonly meetings: number;
  /** Distinct places where `person_a` was. */
  readonly places: number;
  readonly total_certain_s: number;
  readonly total_likely_s: number;
  readonly total_possible_s: number;
  readonly first_start: string;
  readonly last_end: string;
}

const words = (text: string): readonly string[] => text.split(' ');
const MEETING_COLUMNS = words('person_a person_b place_id run_id start end overlap_certain_s overlap_likely_s overlap_possible_s grade');
export const PAIR_COLUMNS: readonly string[] = words('person_a person_b meetings places total_certain_s total_likely_s total_possible_s first_start last_end');

/** The columns of meetings: where the other was only under scopes by which places meet. */
export function meetingColumns(scope: 'place' | 'parent' | 'grid' | 'near'): readonly string[] {
  if (scope === 'place') return MEETING_COLUMNS;
  return [...MEETING_COLUMNS, 'place_id_b', ...(scope === 'near' ? ['distance_m'] : [])];
}

/** A row for each meeting, in the order in which they come. */
export function* meetingRows(meetings: Iterable<Meeting>, stays: Stays, ids: Dictionaries, zone: Zone): Generator<MeetingRow> {
  const ends = [stays.certain, stays.likely, stays.possible] as const;
  for (const { first, second, distanceM } of meetings) {
    const isFirstA = ids.person.compare(stays.person[first]!, stays.person[second]!) < 0;
    const a = isFirstA ? first : second;
    const b = isFirstA ? second : first;
    const start = stays.start[second]!; // the later of the two
    const overlap = (rank: 0 | 1 | 2): number => Math.max(0, Math.min(ends[rank][a]!, ends[rank][b]!) - start);
    const overlapSec = [overlap(0), overlap(1), overlap(2)] as const;
    yield {
      person_a: ids.person.text(stays.person[a]!),
      person_b: ids.person.text(stays.person[b]!),
      place_id: ids.place.text(stays.place[a]!),
      run_id: ids.run.text(stays.run[a]!),
      start: zone.text(start),
      end: zone.text(start + overlapSec[2]),
      overlap_certain_s: overlapSec[0],
      overlap_likely_s: overlapSec[1],
      overlap_possible_s: overlapSec[2],
      grade: GRADES[overlapSec.findIndex((sec) => sec > 0)]!,
      place_id_b: ids.place.text(stays.place[b]!),
      distance_m: distanceM === NO_DISTANCE ? null : distanceM,
    };
  }
}

/**
 * A row for each pair of people who met, by person_a and person_b. Goes person by person: what is held at a time are the meetings of one person.
 * `join` asks with all stays as visits, so that stay s is visit s.
 */
export function* pairRows(join: OverlapJoin, stays: Stays, ids: Dictionaries, zone: Zone): Generator<PairRow> {
  const people = stays.ofPerson.length - 1;
  const order = Uint32Array.from({ length: people }, (_, person) => person).sort((a, b) => ids.person.compare(a, b));
  const rank = new Uint32Array(people);
  for (let at = 0; at < people; at++) rank[order[at]!] = at;
  for (const person of order) {
    const episodes = new Episodes();
    join.run(stays.ofPerson[person]!, stays.ofPerson[person + 1]!, episodes);
    const withOther = new Map<number, number[]>();
    for (let row = 0; row < episodes.count; row++) {
      const other = stays.person[episodes.stay.data[row]!]!;
      if (rank[other]! < rank[person]!) continue;
      const rows = withOther.get(other);
      if (rows) rows.push(row);
      else withOther.set(other, [row]);
    }
    for (const other of [...withOther.keys()].sort((a, b) => rank[a]! - rank[b]!)) {
      yield pairRow(person, other, withOther.get(other)!, episodes, stays, ids, zone);
    }
  }
}

function pairRow(a: number, b: number, rows: readonly number[], episodes: Episodes, stays: Stays, ids: Dictionaries, zone: Zone): PairRow {
  const totals = [stays.certain, stays.likely, stays.possible].map((ends) => lengthOf(union(rows.map((row) => overlapOf(row, ends, episodes, stays)))));
  const possible = rows.map((row) => overlapOf(row, stays.possible, episodes, stays));
  return {
    person_a: ids.person.text(a),
    person_b: ids.person.text(b),
    meetings: rows.length,
    places: new Set(rows.map((row) => stays.place[episodes.visit.data[row]!]!)).size,
    total_certain_s: totals[0]!,
    total_likely_s: totals[1]!,
    total_possible_s: totals[2]!,
    first_start: zone.text(possible.reduce((least, [start]) => Math.min(least, start), Number.POSITIVE_INFINITY)),
    last_end: zone.text(possible.reduce((most, [, end]) => Math.max(most, end), 0)),
  };
}

/** From the later start for as long as both are there by some bound. */
function overlapOf(row: number, ends: Uint32Array, { visit, stay }: Episodes, stays: Stays): Interval {
  const [v, s] = [visit.data[row]!, stay.data[row]!];
  const start = Math.max(stays.start[v]!, stays.start[s]!);
  return [start, Math.min(ends[v]!, ends[s]!)];
}
