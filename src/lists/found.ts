/** What a match found under one rule, and how its numbers become the words of a list. */
import type { Zone } from '../core/zone.js';
import { lengthOf, union, type Interval } from '../core/interval.js';
import type { Generation, MatchTables } from '../match/generations.js';
import { episodeTimes } from '../match/episodes.js';
import { NO_STAY, type Visits } from '../match/visits.js';
import type { Rule } from '../model/rule.js';
import { evidence } from '../model/stay.js';
import { longestSec } from '../rules/measures.js';
import { spansAt } from '../rules/grade.js';

export interface Found {
  readonly rule: Rule;
  readonly generations: readonly Generation[];
  readonly tables: MatchTables;
  readonly zone: Zone;
  readonly lagSec: number;
  /** Whether `places`, `disinfection` and `links` name the rule. */
  readonly hasSeveralRules: boolean;
}

/** Rows `lo..hi` of a generation's episodes. */
export interface EpisodeRange {
  readonly generation: Generation;
  readonly lo: number;
  readonly hi: number;
}

/** Sums over the counting episodes of some ranges; `first_start` and `last_end` over those at the grade or surer. */
export function summarise(
  found: Found,
  ranges: readonly EpisodeRange[],
  grade: number,
): {
  episodes: number;
  places: number;
  total_certain_s: number;
  total_likely_s: number;
  total_possible_s: number;
  longest_likely_s: number;
  first_start: string;
  last_end: string;
} {
  const { stays } = found.tables;
  const places = new Set<number>();
  let episodes = 0;
  let onlySec: readonly [number, number, number] = [0, 0, 0];
  let firstSec = Number.POSITIVE_INFINITY;
  let lastSec = 0;
  for (const { generation, lo, hi } of ranges) {
    const { visits, episodes: all } = generation;
    for (let row = lo; row < hi; row++) {
      if (all.counts.data[row] === 0) continue;
      const v = all.visit.data[row]!;
      episodes++;
      places.add(visits.place[v]!);
      const { startSec, endSec, overlapSec } = episodeTimes(visits, v, stays, all.stay.data[row]!, all.kind.data[row]!, found.lagSec);
      onlySec = overlapSec;
      if (all.own.data[row]! > grade) continue;
      firstSec = Math.min(firstSec, startSec);
      lastSec = Math.max(lastSec, endSec);
    }
  }
  // Most pairs met once: there is nothing to unite then.
  const spans = (rank: number): readonly Interval[] =>
    episodes === 1
      ? [[0, onlySec[rank]!]]
      : union(ranges.flatMap(({ generation, lo, hi }) => spansAt(rank, generation.episodes, lo, hi, generation.visits, stays)));
  const likely = spans(1);
  return {
    episodes,
    places: places.size,
    total_certain_s: lengthOf(spans(0)),
    total_likely_s: lengthOf(likely),
    total_possible_s: lengthOf(spans(2)),
    longest_likely_s: longestSec(likely),
    first_start: found.zone.text(firstSec),
    last_end: found.zone.text(lastSec),
  };
}

/** Evidence of a visit: the check-ins of its stay, or its itinerary row. */
export function visitEvidence({ tables: { inputs, stays } }: Found, visits: Visits, v: number): string {
  const stay = visits.stay[v]!;
  if (stay === NO_STAY) return evidence(inputs.visits, inputs.fileNames, [visits.itineraryRow[v]!]);
  return stayEvidence({ inputs, stays }, stay);
}

/** Evidence of a stay: its check-ins. */
export function stayEvidence({ inputs, stays }: Pick<MatchTables, 'inputs' | 'stays'>, stay: number): string {
  return evidence(inputs.checkIns, inputs.fileNames, stays.rows.subarray(stays.firstRow[stay]!, stays.firstRow[stay + 1]!));
}

/** Items in the order of the lists: by case_id, contact_id and generation, which no two items share. */
export function inListOrder<Item extends { readonly caseId: number; readonly contact: number; readonly generation: Generation }>(
  items: readonly Item[],
  ids: MatchTables['inputs']['ids'],
): Item[] {
  const caseRank = ranksOf(
    items.map(({ caseId }) => caseId),
    (a, b) => ids.case.compare(a, b),
  );
  const contactRank = ranksOf(
    items.map(({ contact }) => contact),
    (a, b) => ids.person.compare(a, b),
  );
  const depth = items.reduce((most, { generation }) => Math.max(most, generation.generation), 0) + 1;
  // One number says where an item stands, so that plain numbers are sorted, not objects.
  const place = (item: Item): number => (caseRank.get(item.caseId)! * contactRank.size + contactRank.get(item.contact)!) * depth + item.generation.generation;
  const places = Float64Array.from(items, place);
  const sorted = places.slice().sort();
  const inOrder = [...items];
  items.forEach((item, i) => {
    let lo = 0;
    for (let hi = sorted.length; lo < hi;) {
      const middle = (lo + hi) >>> 1;
      if (sorted[middle]! < places[i]!) lo = middle + 1;
      else hi = middle;
    }
    inOrder[lo] = item;
  });
  return inOrder;
}

/** Ranks of some ids in the bytewise order of their texts. */
export function ranksOf(ids: Iterable<number>, compare: (a: number, b: number) => number): Map<number, number> {
  return new Map([...new Set(ids)].sort(compare).map((id, rank) => [id, rank]));
}

/** Visits of a generation grouped by (place, run), in the order of their texts. */
export function visitsByRoom({ tables: { inputs } }: Found, visits: Visits): number[][] {
  const groups = new Map<string, number[]>();
  for (let v = 0; v < visits.count; v++) {
    const key = `${visits.place[v]}|${visits.run[v]}`;
    const group = groups.get(key);
    if (group) group.push(v);
    else groups.set(key, [v]);
  }
  const { ids } = inputs;
  return [...groups.values()].sort(([a], [b]) => ids.place.compare(visits.place[a!]!, visits.place[b!]!) || ids.run.compare(visits.run[a!]!, visits.run[b!]!));
}

/** The columns that say which place or run a row speaks of. */
export function placeColumns(
  found: Found,
  place: number,
  run: number,
): {
  readonly rule_id?: string;
  readonly place_id: string;
  readonly place_name: string;
  readonly kind: 'venue' | 'vehicle';
  readonly run_id: string;
  readonly district: string;
} {
  const { inputs, places } = found.tables;
  const { name, kind, district } = places.get(place);
  return {
    ...(found.hasSeveralRules && { rule_id: found.rule.id }),
    place_id: inputs.ids.place.text(place),
    place_name: name,
    kind,
    run_id: inputs.ids.run.text(run),
    district,
  };
}
