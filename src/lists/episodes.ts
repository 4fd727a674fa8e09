/** The episode list: one row for each case visit and other person's stay that met, in the SPEC's order. */
import { compareBytewise } from '../core/bytewise.js';
import { NO_DISTANCE, TOGETHER, episodeTimes } from '../match/episodes.js';
import type { Generation } from '../match/generations.js';
import { BELOW, GRADES, METHODS, flagsText } from '../model/stay.js';
import { inListOrder, stayEvidence, visitEvidence, type Found } from './found.js';
import type { EpisodeRow } from './rows.js';

interface Group {
  readonly generation: Generation;
  readonly caseId: number;
  readonly contact: number;
  readonly lo: number;
  readonly hi: number;
}

/** Rows in order, made one at a time: a list of many millions is never held as a whole. */
export function* episodeRows(found: Found): Generator<EpisodeRow> {
  for (const group of sortedGroups(found)) {
    for (const row of sortedRows(found, group)) yield episodeRow(found, group.generation, row);
  }
}

/** How many episodes there are. */
export function countEpisodes({ generations }: Found): number {
  return generations.reduce((sum, { episodes }) => sum + episodes.count, 0);
}

/** Runs of episodes of one case and contact, by case_id, contact_id and generation. */
function sortedGroups({ generations, tables: { inputs, stays } }: Found): Group[] {
  const groups: Group[] = [];
  for (const generation of generations) {
    const { episodes, visits } = generation;
    for (let lo = 0; lo < episodes.count;) {
      const position = visits.case[episodes.visit.data[lo]!]!;
      const contact = stays.person[episodes.stay.data[lo]!]!;
      let hi = lo + 1;
      while (hi < episodes.count && visits.case[episodes.visit.data[hi]!] === position && stays.person[episodes.stay.data[hi]!] === contact) hi++;
      groups.push({ generation, caseId: generation.cases[position]!.caseId, contact, lo, hi });
      lo = hi;
    }
  }
  return inListOrder(groups, inputs.ids);
}

/** Rows of one group by start, place_id, contact_place_id, run_id, kind, end and evidence. */
function sortedRows(found: Found, { generation: { episodes, visits }, lo, hi }: Group): number[] {
  const { stays, inputs } = found.tables;
  const { place, run } = inputs.ids;
  const rows = Array.from({ length: hi - lo }, (_, i) => lo + i);
  if (rows.length === 1) return rows;
  const v = (row: number): number => episodes.visit.data[row]!;
  const s = (row: number): number => episodes.stay.data[row]!;
  const times = new Map(rows.map((row) => [row, episodeTimes(visits, v(row), stays, s(row), episodes.kind.data[row]!, found.lagSec)]));
  return rows.sort(
    (a, b) =>
      times.get(a)!.startSec - times.get(b)!.startSec ||
      place.compare(visits.place[v(a)]!, visits.place[v(b)]!) ||
      place.compare(stays.place[s(a)]!, stays.place[s(b)]!) ||
      run.compare(visits.run[v(a)]!, visits.run[v(b)]!) ||
      episodes.kind.data[b]! - episodes.kind.data[a]! || // `after` before `together`
      times.get(a)!.endSec - times.get(b)!.endSec ||
      compareBytewise(visitEvidence(found, visits, v(a)), visitEvidence(found, visits, v(b))) ||
      compareBytewise(stayEvidence(found.tables, s(a)), stayEvidence(found.tables, s(b))) ||
      visits.start[v(a)]! - visits.start[v(b)]! ||
      visits.possible[v(a)]! - visits.possible[v(b)]!,
  );
}

function episodeRow(found: Found, { episodes, visits, cases, generation }: Generation, row: number): EpisodeRow {
  const { tables, zone, rule, lagSec } = found;
  const {
    stays,
    places,
    inputs: { ids },
  } = tables;
  const v = episodes.visit.data[row]!;
  const s = episodes.stay.data[row]!;
  const kind = episodes.kind.data[row]!;
  const grade = episodes.grade.data[row]!;
  const distanceM = episodes.distanceM.data[row]!;
  const place = places.get(visits.place[v]!);
  const { startSec, endSec, overlapSec, afterSec, gapSec } = episodeTimes(visits, v, stays, s, kind, lagSec);
  return {
    rule_id: rule.id,
    case_id: ids.case.text(cases[visits.case[v]!]!.caseId),
    contact_id: ids.person.text(stays.person[s]!),
    generation,
    grade: grade === BELOW ? 'below' : GRADES[grade]!,
    kind: kind === TOGETHER ? 'together' : 'after',
    place_id: ids.place.text(visits.place[v]!),
    place_name: place.name,
    contact_place_id: ids.place.text(stays.place[s]!),
    run_id: ids.run.text(visits.run[v]!),
    district: place.district,
    start: zone.text(startSec),
    end: zone.text(endSec),
    overlap_certain_s: overlapSec[0],
    overlap_likely_s: overlapSec[1],
    overlap_possible_s: overlapSec[2],
    after_s: afterSec,
    gap_s: kind === TOGETHER ? null : gapSec,
    distance_m: distanceM === NO_DISTANCE ? null : distanceM,
    case_start: zone.text(visits.start[v]!),
    case_end_certain: zone.text(visits.certain[v]!),
    case_end_likely: zone.text(visits.likely[v]!),
    case_end_possible: zone.text(visits.possible[v]!),
    case_method: METHODS[visits.method[v]!]!,
    contact_start: zone.text(stays.start[s]!),
    contact_end_certain: zone.text(stays.certain[s]!),
    contact_end_likely: zone.text(stays.likely[s]!),
    contact_end_possible: zone.text(stays.possible[s]!),
    contact_method: METHODS[stays.method[s]!]!,
    flags: flagsText(episodes.flags.data[row]!),
    case_rows: visitEvidence(found, visits, v),
    contact_rows: stayEvidence(tables, s),
  };
}
