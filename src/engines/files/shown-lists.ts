/** Which lists a match writes, and which of their columns: what was asked for, looked at before anything is read. */
import { OptionError } from '../../core/errors.js';
import { pickColumns } from '../../lists/pick-columns.js';
import { LIST_NAMES, columnsOf, type ListName, type Shown } from '../../lists/rows.js';

/** Columns of lists, by the name of the list. */
export type ListColumns = Readonly<Partial<Record<ListName, readonly string[]>>>;

export interface ShownOptions {
  /** Lists to write; `rejects` and the manifest are always there. Without `episodes` it is as with `episodes: false`. @defaultValue all */
  readonly lists?: readonly ListName[];
  /** Columns of a list to write, in this order. @defaultValue all, in the order of the SPEC */
  readonly columns?: ListColumns;
}

/** `episodes:case_id,contact_id` for each list → columns by list. @throws OptionError `E_COLUMNS`. */
export function parseColumns(texts: readonly string[]): ListColumns {
  const columns: Partial<Record<ListName, readonly string[]>> = {};
  for (const text of texts) {
    const [, list, names] = /^(\w+):(.+)$/.exec(text) ?? [];
    if (list === undefined || !isList(list))
      throw new OptionError('E_COLUMNS', `columns: expected list:column,column with one of ${LIST_NAMES.join(', ')} as the list, got another text`);
    if (columns[list]) throw new OptionError('E_COLUMNS', `columns: expected the columns of ${list} once, got them twice`);
    columns[list] = names!.split(',').map((name) => name.trim());
  }
  return columns;
}

/** The options with `episodes` as the lists ask for it. @throws OptionError `E_LISTS`. */
export function withEpisodes<Options extends ShownOptions & { readonly episodes?: boolean }>(options: Options): Options {
  const { lists } = options;
  if (!lists) return options;
  const unknown = lists.find((name) => !isList(name));
  if (unknown !== undefined || lists.length === 0)
    throw new OptionError('E_LISTS', `lists: expected some of ${LIST_NAMES.join(', ')}, got ${unknown === undefined ? 'none' : 'another name'}`);
  if (lists.includes('episodes') && options.episodes === false)
    throw new OptionError('E_LISTS', 'lists: expected episodes not to be asked for and left out, got both');
  return { ...options, episodes: lists.includes('episodes') };
}

/** The lists that are written, in the order of the SPEC. @throws OptionError `E_COLUMNS` for columns that such a match does not have. */
export function shownLists({ lists, columns = {} }: ShownOptions, hasEpisodes: boolean, shown: Shown): readonly ListName[] {
  const names = LIST_NAMES.filter((name) => (lists ? lists.includes(name) : hasEpisodes || name !== 'episodes'));
  for (const [list, picked] of Object.entries(columns)) {
    if (!isList(list) || !names.includes(list))
      throw new OptionError('E_COLUMNS', `columns: expected those of a list that is written (${names.join(', ')}), got those of another`);
    pickColumns(list, columnsOf(list, shown), picked);
  }
  return names;
}

const isList = (name: string): name is ListName => (LIST_NAMES as readonly string[]).includes(name);
