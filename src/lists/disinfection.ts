/** The disinfection list: when cases of generation 1 were at a place or on a run, and how many came after. */
import { putPlace, putVehicle, type Found } from './found.js';
import type { RowBlock, RowSource } from './row-block.js';

/** Rows by place_id, run_id and from: the union of [start, possible end) of the visits, touching windows merged. */
export function* disinfectionRows(found: Found, block: RowBlock): RowSource {
  const first = found.generations[0];
  if (!first) return;
  const { visits, cases } = first;
  for (const group of found.tally.rooms(first).groups) {
    const windows: { fromSec: number; toSec: number; cases: Set<number> }[] = [];
    for (const v of [...group].sort((a, b) => visits.start[a]! - visits.start[b]!)) {
      const caseId = cases[visits.case[v]!]!.caseId;
      const last = windows[windows.length - 1];
      if (last && visits.start[v]! <= last.toSec) {
        last.toSec = Math.max(last.toSec, visits.possible[v]!);
        last.cases.add(caseId);
      } else windows.push({ fromSec: visits.start[v]!, toSec: visits.possible[v]!, cases: new Set([caseId]) });
    }
    const place = visits.place[group[0]!]!;
    for (const window of windows) {
      putPlace(found, block, place, visits.run[group[0]!]!);
      block.put(window.fromSec);
      block.put(window.toSec);
      block.put(window.cases.size);
      block.put(found.tables.checkInsSince(place, window.toSec));
      putVehicle(found, block, place, visits.run[group[0]!]!);
      block.endRowAt(place);
      if (block.isFull) yield block;
    }
  }
}
