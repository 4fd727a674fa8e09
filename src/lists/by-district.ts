/** Which districts each row belongs to: a contact to the districts of all places where it counts, so that the union of the parts is the whole. */
import type { Found } from './found.js';
import type { ListName, ListRows } from './rows.js';

/** Districts of rows; '' stands for a place without one. */
export class DistrictsOfRows {
  readonly #pairs = new Map<string, Set<string>>();
  readonly #people = new Map<string, Set<string>>();
  readonly #links = new Map<string, Set<string>>();

  constructor(allFound: readonly Found[]) {
    for (const found of allFound) {
      const { ids } = found.tables.inputs;
      const rule = found.hasSeveralRules ? found.rule.id : '';
      const caseIdsOf = new Map<number, string[]>();
      for (const { person, caseId } of found.generations[0]?.cases ?? []) caseIdsOf.set(person, [...(caseIdsOf.get(person) ?? []), ids.case.text(caseId)]);
      for (const { contacts, episodes, visits, cases, generation } of found.generations) {
        for (const pair of contacts) {
          const caseId = ids.case.text(cases[pair.case]!.caseId);
          const contactId = ids.person.text(pair.contact);
          for (let row = pair.lo; row < pair.hi; row++) {
            if (episodes.counts.data[row] === 0) continue;
            const { district } = found.tables.places.get(visits.place[episodes.visit.data[row]!]!);
            add(this.#pairs, key(found.rule.id, caseId, contactId, generation), district);
            add(this.#people, key(found.rule.id, contactId), district);
            if (generation > 1) continue;
            for (const other of caseIdsOf.get(pair.contact) ?? []) {
              add(this.#links, key(rule, caseId, other), district);
              add(this.#links, key(rule, other, caseId), district);
            }
          }
        }
      }
    }
  }

  /** The districts of a row of a list. */
  of<Name extends ListName>(name: Name, row: ListRows[Name]): Iterable<string> {
    if ('district' in row) return [row.district];
    if (name === 'contacts') {
      const { rule_id, case_id, contact_id, generation } = row as ListRows['contacts'];
      return this.#pairs.get(key(rule_id, case_id, contact_id, generation)) ?? [''];
    }
    if (name === 'people') {
      const { rule_id, contact_id } = row as ListRows['people'];
      return this.#people.get(key(rule_id, contact_id)) ?? [''];
    }
    const { rule_id, case_a, case_b } = row as ListRows['links'];
    return this.#links.get(key(rule_id ?? '', case_a, case_b)) ?? [''];
  }
}

const key = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

function add(map: Map<string, Set<string>>, name: string, district: string): void {
  const set = map.get(name);
  if (set) set.add(district);
  else map.set(name, new Set([district]));
}
