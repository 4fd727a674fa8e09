/** The associate list: one row for each person who is a contact of some case. */
import type { ContactPair, Generation } from '../match/generations.js';
import { BELOW, GRADES } from '../model/stay.js';
import { casePersons } from './contacts.js';
import { summarise, type Found } from './found.js';
import type { PersonRow } from './rows.js';

interface PairOfGeneration {
  readonly pair: ContactPair;
  readonly generation: Generation;
}

/** Rows by contact_id. Totals are unions over all of the person's cases: an hour with two cases at once is one hour. */
export function* personRows(found: Found): Generator<PersonRow> {
  const { ids } = found.tables.inputs;
  const isCase = casePersons(found);
  const byPerson = pairsByPerson(found);
  for (const person of [...byPerson.keys()].sort((a, b) => ids.person.compare(a, b))) {
    const pairs = byPerson.get(person)!;
    const grade = surest(pairs);
    const { longest_likely_s: _, ...sums } = summarise(
      found,
      pairs.map(({ pair, generation }) => ({ generation, lo: pair.lo, hi: pair.hi })),
      grade,
    );
    const caseIds = [...new Set(pairs.map(({ pair, generation }) => generation.cases[pair.case]!.caseId))].sort((a, b) => ids.case.compare(a, b));
    yield {
      rule_id: found.rule.id,
      contact_id: ids.person.text(person),
      grade: GRADES[grade]!,
      generation: pairs.reduce((least, { generation }) => Math.min(least, generation.generation), Number.POSITIVE_INFINITY),
      cases: caseIds.length,
      case_ids: caseIds.map((id) => ids.case.text(id)).join('|'),
      ...sums,
      is_case: isCase.has(person),
    };
  }
}

/** How many people are listed, by grade rank. */
export function countPeople(found: Found): [certain: number, likely: number, possible: number] {
  const counts: [number, number, number] = [0, 0, 0];
  for (const pairs of pairsByPerson(found).values()) counts[surest(pairs) as 0 | 1 | 2]++;
  return counts;
}

/** Rank of the surest grade of some pairs. */
const surest = (pairs: readonly PairOfGeneration[]): number => pairs.reduce((least, { pair }) => Math.min(least, pair.grade), BELOW);

function pairsByPerson({ generations }: Found): Map<number, PairOfGeneration[]> {
  const byPerson = new Map<number, PairOfGeneration[]>();
  for (const generation of generations) {
    for (const pair of generation.contacts) {
      const pairs = byPerson.get(pair.contact);
      if (pairs) pairs.push({ pair, generation });
      else byPerson.set(pair.contact, [{ pair, generation }]);
    }
  }
  return byPerson;
}
