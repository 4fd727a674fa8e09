/** Links between cases of generation 1: one is a contact of the other, in either direction. */
import type { Case } from '../model/case.js';
import type { Found } from './found.js';
import type { RowBlock, RowSource } from './row-block.js';
import { Summary } from './summary.js';

interface Link {
  readonly a: Case;
  readonly b: Case;
  /** Positions among the linked pairs. */
  readonly pairs: number[];
}

/** Rows by case_a and case_b, case_a first in bytewise order. Two cases of one person are not linked. */
export function* linkRows(found: Found, block: RowBlock): RowSource {
  const generation = found.generations[0];
  if (!generation) return;
  const { ids } = found.tables.inputs;
  const { linked } = found.tally;
  const casesOf = new Map<number, Case[]>();
  for (const aCase of generation.cases) {
    const same = casesOf.get(aCase.person);
    if (same) same.push(aCase);
    else casesOf.set(aCase.person, [aCase]);
  }
  const links = new Map<string, Link>();
  for (let pair = 0; pair < linked.count; pair++) {
    const one = generation.cases[linked.case.data[pair]!]!;
    for (const other of casesOf.get(linked.contact.data[pair]!) ?? []) {
      if (other.person === one.person) continue;
      const [a, b] = ids.case.compare(one.caseId, other.caseId) < 0 ? [one, other] : [other, one];
      const key = `${a.caseId}|${b.caseId}`;
      const link = links.get(key);
      if (link) link.pairs.push(pair);
      else links.set(key, { a, b, pairs: [pair] });
    }
  }
  const sorted = [...links.values()].sort((x, y) => ids.case.compare(x.a.caseId, y.a.caseId) || ids.case.compare(x.b.caseId, y.b.caseId));
  const sums = new Summary();
  for (const { a, b, pairs } of sorted) {
    // Every counting episode is at `possible` or surer: the first start is over all of them.
    sums.begin(2);
    for (const pair of pairs) sums.add(linked, pair, generation.visits);
    sums.finish();
    if (found.hasSeveralRules) block.put(0);
    block.put(a.caseId);
    block.put(b.caseId);
    block.put(sums.placeCount);
    block.put(sums.firstSec);
    block.put(sums.likelySec);
    block.endRowAtAll(sums.places, sums.placeCount);
    if (block.isFull) yield block;
  }
}
