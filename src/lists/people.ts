/** The associate list: one row for each person who is a contact of some case. */
import { textOrder } from '../core/text-order.js';
import { sortByKey } from '../core/radix.js';
import { isContact } from '../match/pairs.js';
import { putChance, putCrowd, type Found } from './found.js';
import type { RowBlock, RowSource } from './row-block.js';
import { Summary } from './summary.js';

/** Rows by contact_id. Totals are unions over all of the person's cases: an hour with two cases at once is one hour. */
export function* personRows(found: Found, block: RowBlock): RowSource {
  const { tally, generations } = found;
  const first = generations[0];
  if (!first) return;
  const { inputs } = found.tables;
  const casePersons = tally.casePersons(first);
  const caseRanks = generations.map(({ cases }) => {
    const ranks = new Uint32Array(cases.length);
    textOrder(
      Uint32Array.from(cases, ({ caseId }) => caseId),
      inputs.ids.case,
    ).forEach((position, rank) => (ranks[position] = rank));
    return ranks;
  });
  const sums = new Summary();
  let caseOrder: Uint32Array = new Uint32Array(64);
  for (const person of tally.contactOrder()) {
    const at = tally.listedIn(person);
    const { generation, pairs: source, visits, cases } = generations[at]!;
    const { pairs, positions, lo, hi } = source.ofPerson(person);
    sums.begin(tally.gradeOf(person));
    if (caseOrder.length < hi - lo) caseOrder = new Uint32Array((hi - lo) * 2);
    let caseCount = 0;
    for (let i = lo; i < hi; i++) {
      if (!isContact(pairs, positions[i]!)) continue;
      sums.add(pairs, positions[i]!, visits);
      caseOrder[caseCount++] = pairs.case.data[positions[i]!]!;
    }
    sums.finish();
    sortByKey(caseOrder, 0, caseCount, caseRanks[at]!, cases.length);
    block.put(0);
    block.put(person);
    block.put(tally.gradeOf(person));
    block.put(generation);
    block.put(caseCount);
    block.putList(caseCount);
    for (let i = 0; i < caseCount; i++) block.ids.push(cases[caseOrder[i]!]!.caseId);
    block.put(sums.episodes);
    block.put(sums.placeCount);
    block.put(sums.certainSec);
    block.put(sums.likelySec);
    block.put(sums.possibleSec);
    block.put(sums.firstSec);
    block.put(sums.lastSec);
    block.put(casePersons.has(person) ? 1 : 0);
    putCrowd(found, block, (crowds) => {
      let least = Number.POSITIVE_INFINITY;
      for (let i = lo; i < hi; i++) if (isContact(pairs, positions[i]!)) least = Math.min(least, crowds.ofPair(pairs, positions[i]!, visits));
      return least;
    });
    putChance(found, block, (chances) => chances.ofPerson({ pairs, positions, lo, hi }, visits));
    block.endRowAtAll(sums.places, sums.placeCount);
    if (block.isFull) yield block;
  }
}
