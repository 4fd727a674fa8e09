/** The contact list: one row for each case and person for whom some clause of the rule holds. */
import { isContact } from '../match/pairs.js';
import { casesInOrder, putChance, putCrowd, type Found } from './found.js';
import { pairsInOrder } from './pairs-in-order.js';
import type { RowBlock, RowSource } from './row-block.js';
import { Summary } from './summary.js';

/** Rows by case_id, contact_id and generation. */
export function* contactRows(found: Found, block: RowBlock): RowSource {
  const first = found.generations[0];
  if (!first) return;
  const casePersons = found.tally.casePersons(first);
  const ranks = found.tally.ranks(false);
  const sums = new Summary();
  for (const group of casesInOrder(found)) {
    for (const { pairs, position, generation } of pairsInOrder(group, ranks, isContact)) {
      const contact = pairs.contact.data[position]!;
      sums.begin(pairs.grade.data[position]!);
      sums.add(pairs, position, generation.visits);
      sums.finish();
      block.put(0);
      block.put(generation.cases[pairs.case.data[position]!]!.caseId);
      block.put(contact);
      block.put(generation.generation);
      block.put(pairs.grade.data[position]!);
      block.put(sums.episodes);
      block.put(sums.placeCount);
      block.put(sums.certainSec);
      block.put(sums.likelySec);
      block.put(sums.possibleSec);
      block.put(sums.longestLikelySec);
      block.put(sums.firstSec);
      block.put(sums.lastSec);
      block.put(casePersons.has(contact) ? 1 : 0);
      block.put(pairs.clauses.data[position]!);
      putCrowd(found, block, (crowds) => crowds.ofPair(pairs, position, generation.visits));
      putChance(found, block, (chances) => chances.ofPair(pairs, position, generation.visits));
      block.endRowAtAll(sums.places, sums.placeCount);
      if (block.isFull) yield block;
    }
  }
}
