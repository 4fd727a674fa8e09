/** Some columns of a list, in any order. */
import { OptionError } from '../core/errors.js';
import type { Column, ListName } from './rows.js';

/** The columns with these names, in their order; all without names. @throws OptionError `E_COLUMNS` for one that is not there, or is there twice. */
export function pickColumns(list: ListName, columns: readonly Column[], names: readonly string[] | undefined): readonly Column[] {
  if (!names) return columns;
  const all = columns.map(({ name }) => name).join(', ');
  if (names.length === 0 || new Set(names).size < names.length)
    throw new OptionError('E_COLUMNS', `columns: expected different columns of ${list} (${all}), got ${names.length === 0 ? 'none' : 'one twice'}`);
  return names.map((wanted) => {
    const column = columns.find(({ name }) => name === wanted);
    if (!column) throw new OptionError('E_COLUMNS', `columns: expected some of ${all} for ${list}, got '${wanted}'`);
    return column;
  });
}
