/** The episode list: one row for each case visit and other person's stay that met, in the SPEC's order. */
import { compareBytewise } from '../core/bytewise.js';
import { NO_DISTANCE, TOGETHER, afterSecOf, episodeTimes, overlapSec } from '../match/episodes.js';
import type { Generation } from '../match/generations.js';
import type { Pairs } from '../match/pairs.js';
import { NO_STAY, type Visits } from '../match/visits.js';
import { evidenceText } from './cells.js';
import { casesInOrder, putChance, type Found } from './found.js';
import { pairsInOrder } from './pairs-in-order.js';
import type { RowBlock, RowSource } from './row-block.js';

/** Rows in order, made one at a time: a list of many millions is never held as a whole. */
export function* episodeRows(found: Found, block: RowBlock): RowSource {
  const ranks = found.tally.ranks(true);
  const everyone = (): boolean => true;
  for (const group of casesInOrder(found)) {
    for (const { pairs, position, generation } of pairsInOrder(group, ranks, everyone)) {
      const only = pairs.first.data[position]!;
      const count = pairs.first.data[position + 1]! - only;
      const order = count === 1 ? undefined : rowsOfPair(found, generation, pairs, position);
      for (let i = 0; i < count; i++) {
        putEpisode(found, block, generation, pairs, order ? order[i]! : only, pairs.contact.data[position]!);
        if (block.isFull) yield block;
      }
    }
  }
}

/** Rows of one pair by start, place_id, contact_place_id, run_id, kind, end and evidence. */
export function rowsOfPair(found: Found, { visits }: Generation, { episodes, first }: Pairs, position: number): number[] {
  const lo = first.data[position]!;
  const hi = first.data[position + 1]!;
  const { stays, inputs } = found.tables;
  const { place, run } = inputs.ids;
  const times = Array.from({ length: hi - lo }, (_, i) => {
    const row = lo + i;
    return episodeTimes(visits, episodes.visit.data[row]!, episodes.times, row, episodes.kind.data[row]!, found.lagSec);
  });
  const v = (row: number): number => episodes.visit.data[row]!;
  const s = (row: number): number => episodes.stay.data[row]!;
  return Array.from(times, (_, i) => lo + i).sort(
    (a, b) =>
      times[a - lo]!.startSec - times[b - lo]!.startSec ||
      place.compare(visits.place[v(a)]!, visits.place[v(b)]!) ||
      place.compare(stays.place[s(a)]!, stays.place[s(b)]!) ||
      run.compare(visits.run[v(a)]!, visits.run[v(b)]!) ||
      episodes.kind.data[b]! - episodes.kind.data[a]! || // `after` before `together`
      times[a - lo]!.endSec - times[b - lo]!.endSec ||
      compareBytewise(evidenceText(found, visitEvidence(visits, v(a))), evidenceText(found, visitEvidence(visits, v(b)))) ||
      compareBytewise(evidenceText(found, s(a)), evidenceText(found, s(b))) ||
      visits.start[v(a)]! - visits.start[v(b)]! ||
      visits.possible[v(a)]! - visits.possible[v(b)]!,
  );
}

/** Cell of the evidence of a visit. */
const visitEvidence = (visits: Visits, v: number): number => (visits.stay[v] === NO_STAY ? -1 - visits.itineraryRow[v]! : visits.stay[v]!);

/** Puts one row of a pair into the block. */
export function putEpisode(
  { lagSec, tables, chances }: Found,
  block: RowBlock,
  { visits, cases, generation }: Generation,
  { episodes }: Pairs,
  row: number,
  contact: number,
): void {
  const { times } = episodes;
  const v = episodes.visit.data[row]!;
  const kind = episodes.kind.data[row]!;
  const distanceM = episodes.distanceM.data[row]!;
  const place = visits.place[v]!;
  const possibleSec = overlapSec(visits, v, times, row, 2);
  const afterSec = afterSecOf(visits, v, times, row, lagSec);
  const visitEnd = visits.possible[v]!;
  const from = kind === TOGETHER ? Math.max(visits.start[v]!, times.start[row]!) : Math.max(visitEnd, times.start[row]!);
  block.put(0);
  block.put(cases[visits.case[v]!]!.caseId);
  block.put(contact);
  block.put(generation);
  block.put(episodes.grade.data[row]!);
  block.put(kind);
  block.put(place);
  block.put(place);
  block.put(episodes.place[row]!);
  block.put(visits.run[v]!);
  block.put(place);
  block.put(from);
  block.put(from + (kind === TOGETHER ? possibleSec : afterSec));
  block.put(overlapSec(visits, v, times, row, 0));
  block.put(overlapSec(visits, v, times, row, 1));
  block.put(possibleSec);
  block.put(afterSec);
  block.put(kind === TOGETHER ? Number.NaN : from - visitEnd);
  block.put(distanceM === NO_DISTANCE ? Number.NaN : distanceM);
  block.put(visits.start[v]!);
  block.put(visits.certain[v]!);
  block.put(visits.likely[v]!);
  block.put(visitEnd);
  block.put(visits.method[v]!);
  block.put(times.start[row]!);
  block.put(times.certain[row]!);
  block.put(times.likely[row]!);
  block.put(times.possible[row]!);
  block.put(episodes.method[row]!);
  block.put(episodes.flags.data[row]!);
  block.put(visitEvidence(visits, v));
  block.put(episodes.stay.data[row]!);
  const { ridden } = tables.stays;
  if (ridden) {
    const [ofCase, ofContact] = [visits.stay[v]!, episodes.stay.data[row]!];
    block.put(stopOf(ridden.from, visits.start[v]! > times.start[row]! ? ofCase : ofContact));
    block.put(stopOf(ridden.to, visits.likely[v]! < times.likely[row]! ? ofCase : ofContact));
  }
  putChance({ chances }, block, (known) => (kind === TOGETHER ? known.ofEpisode(visits, episodes, row, 1) : 0));
  block.endRowAt(place);
}

/** An itinerary names no stops. */
const stopOf = (stops: Uint32Array, stay: number): number => (stay === NO_STAY ? 0 : stops[stay]!);
