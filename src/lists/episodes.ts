/** The episode list: one row for each case visit and other person's stay that met, in the SPEC's order. */
import { compareBytewise } from '../core/bytewise.js';
import { NO_DISTANCE, TOGETHER, episodeTimes } from '../match/episodes.js';
import type { Generation } from '../match/generations.js';
import type { Pairs } from '../match/pairs.js';
import { NO_STAY, type Visits } from '../match/visits.js';
import { evidenceText } from './cells.js';
import { casesInOrder, type Found } from './found.js';
import { pairsInOrder } from './pairs-in-order.js';
import type { RowBlock, RowSource } from './row-block.js';

/** Rows in order, made one at a time: a list of many millions is never held as a whole. */
export function* episodeRows(found: Found, block: RowBlock): RowSource {
  const ranks = found.tally.ranks(true);
  const everyone = (): boolean => true;
  for (const group of casesInOrder(found)) {
    for (const { pairs, position, generation } of pairsInOrder(group, ranks, everyone)) {
      const lo = pairs.first.data[position]!;
      const hi = pairs.first.data[position + 1]!;
      const order = hi - lo === 1 ? undefined : sortedRows(found, generation, pairs, lo, hi);
      for (let i = 0; i < hi - lo; i++) {
        putEpisode(found, block, generation, pairs, order ? order[i]! : lo);
        if (block.isFull) yield block;
      }
    }
  }
}

/** Rows of one pair by start, place_id, contact_place_id, run_id, kind, end and evidence. */
function sortedRows(found: Found, { visits }: Generation, { episodes }: Pairs, lo: number, hi: number): number[] {
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

function putEpisode(found: Found, block: RowBlock, { visits, cases, generation }: Generation, { episodes }: Pairs, row: number): void {
  const { stays } = found.tables;
  const { times } = episodes;
  const v = episodes.visit.data[row]!;
  const s = episodes.stay.data[row]!;
  const kind = episodes.kind.data[row]!;
  const distanceM = episodes.distanceM.data[row]!;
  const place = visits.place[v]!;
  const { startSec, endSec, overlapSec, afterSec, gapSec } = episodeTimes(visits, v, times, row, kind, found.lagSec);
  block.put(0);
  block.put(cases[visits.case[v]!]!.caseId);
  block.put(stays.person[s]!);
  block.put(generation);
  block.put(episodes.grade.data[row]!);
  block.put(kind);
  block.put(place);
  block.put(place);
  block.put(stays.place[s]!);
  block.put(visits.run[v]!);
  block.put(place);
  block.put(startSec);
  block.put(endSec);
  block.put(overlapSec[0]);
  block.put(overlapSec[1]);
  block.put(overlapSec[2]);
  block.put(afterSec);
  block.put(kind === TOGETHER ? Number.NaN : gapSec);
  block.put(distanceM === NO_DISTANCE ? Number.NaN : distanceM);
  block.put(visits.start[v]!);
  block.put(visits.certain[v]!);
  block.put(visits.likely[v]!);
  block.put(visits.possible[v]!);
  block.put(visits.method[v]!);
  block.put(times.start[row]!);
  block.put(times.certain[row]!);
  block.put(times.likely[row]!);
  block.put(times.possible[row]!);
  block.put(stays.method[s]!);
  block.put(episodes.flags.data[row]!);
  block.put(visitEvidence(visits, v));
  block.put(s);
  block.endRowAt(place);
}
