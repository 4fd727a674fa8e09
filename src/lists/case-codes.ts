/** Lists in which index persons are named by codes, for readers who may not know who they are. */
import { CodedDictionary } from '../core/coded-dictionary.js';
import { compareBytewise } from '../core/bytewise.js';
import { OptionError } from '../core/errors.js';
import type { Found } from './found.js';

/** A case of any generation and who it is. */
export interface CaseName {
  readonly case_id: string;
  readonly person_id: string;
}

/** The cases of all rules and generations, each case_id and person once, by case_id and person_id. */
export function caseNames(allFound: readonly Found[]): CaseName[] {
  const names = new Map<string, CaseName>();
  for (const { generations, tables } of allFound) {
    const { ids } = tables.inputs;
    for (const { cases } of generations) {
      for (const { caseId, person } of cases) {
        const key = `${caseId}|${person}`;
        if (!names.has(key)) names.set(key, { case_id: ids.case.text(caseId), person_id: ids.person.text(person) });
      }
    }
  }
  return [...names.values()].sort((a, b) => compareBytewise(a.case_id, b.case_id) || compareBytewise(a.person_id, b.person_id));
}

/** Whether a text is the id of a person or of a case: then it is no code. */
export const isIdOf = ([found]: readonly Found[], text: string): boolean => {
  const { ids } = found!.tables.inputs;
  return ids.person.find(text) >= 0 || ids.case.find(text) >= 0;
};

/**
 * What was found, with every case_id replaced by its code, and so every contact who is a case of generation 1, by the least of that person's codes. Rows are
 * sorted by the codes: where a row stands tells nothing of the id.
 * @param codes - codes by case_id, one for each.
 * @throws OptionError `E_CASE_CODES` if a case has none, or a code is used twice or is an id itself.
 */
export function withCaseCodes(allFound: readonly Found[], codes: ReadonlyMap<string, string>): Found[] {
  const refuse = (what: string): never => {
    throw new OptionError('E_CASE_CODES', `case codes: expected ${what}`);
  };
  if (new Set(codes.values()).size < codes.size) refuse('different codes for different cases, got one twice');
  for (const code of codes.values())
    if (code === '' || isIdOf(allFound, code)) refuse('codes that are not empty and no ids of people or cases, got one that is');
  const ofCase = new Map<number, string>();
  const ofPerson = new Map<number, string>();
  for (const { generations, tables } of allFound) {
    for (const { cases, generation } of generations) {
      for (const { caseId, person } of cases) {
        const code = ofCase.get(caseId) ?? codes.get(tables.inputs.ids.case.text(caseId)) ?? refuse('a code for each case, got none for one');
        ofCase.set(caseId, code);
        const known = ofPerson.get(person);
        if (generation === 1 && (known === undefined || compareBytewise(code, known) < 0)) ofPerson.set(person, code);
      }
    }
  }
  return allFound.map((found) => {
    const { inputs } = found.tables;
    const ids = { ...inputs.ids, case: new CodedDictionary(inputs.ids.case, ofCase), person: new CodedDictionary(inputs.ids.person, ofPerson) };
    return { ...found, tables: { ...found.tables, inputs: { ...inputs, ids } }, tally: found.tally.under(ids) };
  });
}
