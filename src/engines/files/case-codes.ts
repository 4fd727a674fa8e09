/** Codes for the cases of a run: numbers in an order that tells nothing of the ids, and the same whenever the same files are matched. */
import { createHash, createHmac } from 'node:crypto';
import type { CaseName } from '../../lists/case-codes.js';
import type { MatchResult } from '../answers/match-result.js';

/** A line of the map from codes to cases. */
export interface CaseCodeRow extends CaseName {
  readonly case_code: string;
}

export const CASE_CODE_COLUMNS: readonly string[] = ['case_code', 'case_id', 'person_id'];

/**
 * A code for each case: `case-07`. Cases are numbered in the order of a digest of their ids under a key that is made of the digests of all inputs. So a code
 * holds no trace of the id but its place in an order that nobody can work out who does not have the files themselves, and no guess of an id can be tried on it.
 */
export function caseCodes(result: MatchResult, inputs: readonly { readonly sha256: string }[]): { codes: Map<string, string>; rows: CaseCodeRow[] } {
  const names = result.cases;
  const key = createHash('sha256')
    .update(
      inputs
        .map(({ sha256 }) => sha256)
        .sort()
        .join(),
    )
    .digest();
  const digestOf = (id: string): string => createHmac('sha256', key).update('case\0').update(id).digest('hex');
  const digests = new Map(names.map(({ case_id: id }) => [id, digestOf(id)]));
  const order = [...digests.keys()].sort((a, b) => (digests.get(a)! < digests.get(b)! ? -1 : 1));
  const width = String(order.length).length;
  const codesAfter = (prefix: string): string[] => order.map((_, i) => `${prefix}${String(i + 1).padStart(width, '0')}`);
  let prefix = 'case-';
  while (codesAfter(prefix).some((code) => result.isId(code))) prefix += 'x-';
  const all = codesAfter(prefix);
  const codes = new Map(order.map((id, i) => [id, all[i]!]));
  const rows = names.map((name) => ({ case_code: codes.get(name.case_id)!, ...name }));
  return { codes, rows: rows.sort((a, b) => (a.case_code < b.case_code ? -1 : a.case_code > b.case_code ? 1 : 0)) };
}
