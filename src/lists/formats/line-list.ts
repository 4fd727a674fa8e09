/**
 * Everyone a run names, cases and contacts, once each: what line lists and graphs are made of.
 *
 * The lists name cases by case_id and everyone else by person_id. Where the two may differ, only the file of the cases says which case is which
 * person; without it a case stands as `case:ID`, beside the person it may be.
 */
import { compareBytewise } from '../../core/bytewise.js';
import { OptionError } from '../../core/errors.js';
import type { Grade } from '../../model/stay.js';
import type { PersonRow } from '../rows.js';

/** A case as the file of the cases has it. */
export interface KnownCase {
  readonly case_id?: string | undefined;
  readonly person_id: string;
  readonly type?: string | undefined;
  /** `yyyy-MM-dd`, as are the other dates. */
  readonly onset_date?: string | undefined;
  readonly sample_date?: string | undefined;
  readonly report_date?: string | undefined;
}

/** One person, or one case of whom nobody knows who it is. */
export interface LineRow {
  readonly id: string;
  readonly is_case: boolean;
  readonly is_contact: boolean;
  /** Bytewise; of one person there may be several. */
  readonly case_ids: readonly string[];
  readonly known: KnownCase | undefined;
  /** As a contact; null for a case that is no contact. */
  readonly contact: PersonRow | null;
  readonly grade: Grade | '';
}

/** Who the cases are. */
export class CasePeople {
  /** Cases that are contacts of others and could not be told which: they stand twice. */
  unmerged = 0;
  readonly #hasOwnIds: boolean;
  readonly #known = new Map<string, KnownCase>();
  readonly #caseIds = new Map<string, Set<string>>();

  /** `hasOwnIds`: a case_id may differ from the person_id. */
  constructor(hasOwnIds: boolean, known: readonly KnownCase[] = []) {
    this.#hasOwnIds = hasOwnIds;
    for (const each of known) {
      const caseId = each.case_id ?? each.person_id;
      this.#known.set(caseId, each);
      this.add(caseId);
    }
  }

  /** The id of whom a row of the lists calls a case: from generation 2 on that is a person. */
  idOf(caseId: string, generation: number): string {
    if (generation > 1) return caseId;
    return this.#known.get(caseId)?.person_id ?? (this.#hasOwnIds ? `case:${caseId}` : caseId);
  }

  /** The case_id by which a person is known as a case, the bytewise least of several; undefined if there is none. */
  caseOf(personId: string): string | undefined {
    const ids = this.#caseIds.get(personId);
    return ids && [...ids].sort(compareBytewise)[0];
  }

  /** Takes in a case of generation 1 that a list names. */
  add(caseId: string): void {
    const id = this.idOf(caseId, 1);
    const ids = this.#caseIds.get(id);
    if (ids) ids.add(caseId);
    else this.#caseIds.set(id, new Set([caseId]));
  }

  /** Cases, of which several may be one person. */
  get caseCount(): number {
    return [...this.#caseIds.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Cases, and people by contact_id bytewise, as one list by the bytes of their ids. @throws OptionError `E_ID_CLASH`. */
  async *lines(people: AsyncIterable<PersonRow>): AsyncGenerator<LineRow> {
    const ids = [...this.#caseIds.keys()].sort(compareBytewise);
    let at = 0;
    this.unmerged = 0;
    for await (const contact of people) {
      const id = contact.contact_id;
      while (at < ids.length && compareBytewise(ids[at]!, id) < 0) yield this.#line(ids[at++]!, null);
      const isKnown = ids[at] === id;
      if (isKnown && this.#isUnknown(id))
        throw new OptionError('E_ID_CLASH', `the id of a contact reads as that of an unknown case ('case:…'): give the file of the cases with --cases`);
      yield this.#line(id, contact);
      if (isKnown) at++;
      else if (contact.is_case) this.unmerged++;
    }
    while (at < ids.length) yield this.#line(ids[at++]!, null);
  }

  #isUnknown(id: string): boolean {
    return [...(this.#caseIds.get(id) ?? [])].some((caseId) => !this.#known.has(caseId)) && this.#hasOwnIds;
  }

  #line(id: string, contact: PersonRow | null): LineRow {
    const caseIds = [...(this.#caseIds.get(id) ?? [])].sort(compareBytewise);
    const known = caseIds.map((caseId) => this.#known.get(caseId)).find((each) => each !== undefined);
    const isCase = caseIds.length > 0 || contact?.is_case === true;
    return { id, is_case: isCase, is_contact: contact !== null, case_ids: caseIds, known, contact, grade: contact?.grade ?? '' };
  }
}
