/** Links between cases of generation 1: one is a contact of the other, in either direction. */
import type { Case } from '../model/case.js';
import { summarise, type EpisodeRange, type Found } from './found.js';
import type { LinkRow } from './rows.js';

interface Link {
  readonly a: Case;
  readonly b: Case;
  readonly ranges: EpisodeRange[];
}

/** Rows by case_a and case_b, case_a first in bytewise order. Two cases of one person are not linked. */
export function* linkRows(found: Found): Generator<LinkRow> {
  const generation = found.generations[0];
  if (!generation) return;
  const { ids } = found.tables.inputs;
  const casesOf = new Map<number, Case[]>();
  for (const aCase of generation.cases) casesOf.set(aCase.person, [...(casesOf.get(aCase.person) ?? []), aCase]);
  const links = new Map<string, Link>();
  for (const { case: position, contact, lo, hi } of generation.contacts) {
    const one = generation.cases[position]!;
    for (const other of casesOf.get(contact) ?? []) {
      if (other.person === one.person) continue;
      const [a, b] = ids.case.compare(one.caseId, other.caseId) < 0 ? [one, other] : [other, one];
      const key = `${a.caseId}|${b.caseId}`;
      let link = links.get(key);
      if (!link) links.set(key, (link = { a, b, ranges: [] }));
      link.ranges.push({ generation, lo, hi });
    }
  }
  const sorted = [...links.values()].sort((x, y) => ids.case.compare(x.a.caseId, y.a.caseId) || ids.case.compare(x.b.caseId, y.b.caseId));
  for (const { a, b, ranges } of sorted) {
    // Every counting episode is at `possible` or surer: the first start is over all of them.
    const { places, first_start, total_likely_s } = summarise(found, ranges, 2);
    yield {
      ...(found.hasSeveralRules && { rule_id: found.rule.id }),
      case_a: ids.case.text(a.caseId),
      case_b: ids.case.text(b.caseId),
      places,
      first_start,
      total_likely_s,
    };
  }
}
