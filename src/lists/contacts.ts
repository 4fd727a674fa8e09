/** The contact list: one row for each case and person for whom some clause of the rule holds. */
import type { ContactPair, Generation } from '../match/generations.js';
import { GRADES } from '../model/stay.js';
import { inListOrder, summarise, type Found } from './found.js';
import type { ContactRow } from './rows.js';

/** Rows by case_id, contact_id and generation. */
export function* contactRows(found: Found): Generator<ContactRow> {
  const { ids } = found.tables.inputs;
  const isCase = casePersons(found);
  for (const { pair, generation } of sortedPairs(found)) {
    yield {
      rule_id: found.rule.id,
      case_id: ids.case.text(generation.cases[pair.case]!.caseId),
      contact_id: ids.person.text(pair.contact),
      generation: generation.generation,
      grade: GRADES[pair.grade]!,
      ...summarise(found, [{ generation, lo: pair.lo, hi: pair.hi }], pair.grade),
      contact_is_case: isCase.has(pair.contact),
      reasons: [...new Set(pair.clauses.map((position) => found.rule.clauses[position]!.text))].join('|'),
    };
  }
}

/** How many contact rows there are. */
export function countContacts({ generations }: Found): number {
  return generations.reduce((sum, { contacts }) => sum + contacts.length, 0);
}

/** The persons who are cases of generation 1. */
export function casePersons({ generations }: Found): Set<number> {
  return new Set(generations[0]?.cases.map(({ person }) => person));
}

function sortedPairs({
  generations,
  tables: {
    inputs: { ids },
  },
}: Found): { pair: ContactPair; generation: Generation }[] {
  const pairs = generations.flatMap((generation) =>
    generation.contacts.map((pair) => ({ pair, generation, contact: pair.contact, caseId: generation.cases[pair.case]!.caseId })),
  );
  return inListOrder(pairs, ids);
}
