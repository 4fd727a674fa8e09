/** The rows of the lists of differences, and their columns in order. Lists are sorted as those of the runs are. */

/** `added` and `removed`: only the newer or the older run has the row · `regraded`: another grade · `changed`: another cell. */
export type Change = 'added' | 'removed' | 'regraded' | 'changed';
type Cell = string;

export interface PersonDiffRow {
  readonly change: Change;
  readonly rule_id: Cell;
  readonly contact_id: Cell;
  readonly old_grade: Cell;
  readonly new_grade: Cell;
  readonly old_case_ids: Cell;
  readonly new_case_ids: Cell;
  readonly old_total_likely_s: Cell;
  readonly new_total_likely_s: Cell;
  readonly old_total_possible_s: Cell;
  readonly new_total_possible_s: Cell;
  /** All columns of `people` that differ, joined with `|`; empty where only one run has the row. */
  readonly changed_columns: Cell;
  /** Those where the person counts in either run, joined with `|`, `_unknown` for places without one; empty without lists of episodes. */
  readonly districts: Cell;
  /** Causes, joined with `|`; one that is not certain is followed by `?`. */
  readonly why: Cell;
}

export interface ContactDiffRow {
  readonly change: Change;
  readonly rule_id: Cell;
  readonly case_id: Cell;
  readonly contact_id: Cell;
  readonly generation: Cell;
  readonly old_grade: Cell;
  readonly new_grade: Cell;
  readonly old_reasons: Cell;
  readonly new_reasons: Cell;
  readonly old_total_likely_s: Cell;
  readonly new_total_likely_s: Cell;
  readonly old_total_possible_s: Cell;
  readonly new_total_possible_s: Cell;
  readonly changed_columns: Cell;
  readonly districts: Cell;
  readonly why: Cell;
}

export interface PlaceDiffRow {
  readonly change: Change;
  readonly rule_id: Cell;
  readonly place_id: Cell;
  readonly place_name: Cell;
  readonly run_id: Cell;
  /** The newer, where both runs have the row. */
  readonly district: Cell;
  readonly old_cases: Cell;
  readonly new_cases: Cell;
  readonly old_visits: Cell;
  readonly new_visits: Cell;
  readonly old_people_certain: Cell;
  readonly new_people_certain: Cell;
  readonly old_people_likely: Cell;
  readonly new_people_likely: Cell;
  readonly old_people_possible: Cell;
  readonly new_people_possible: Cell;
  readonly changed_columns: Cell;
  readonly why: Cell;
}

/** What is shown of both runs, by list: columns that become `old_…` and `new_…`. */
export const SHOWN = {
  people: ['grade', 'case_ids', 'total_likely_s', 'total_possible_s'],
  contacts: ['grade', 'reasons', 'total_likely_s', 'total_possible_s'],
  places: ['cases', 'visits', 'people_certain', 'people_likely', 'people_possible'],
} as const;

const twice = (columns: readonly string[]): string[] => columns.flatMap((column) => [`old_${column}`, `new_${column}`]);

export const DIFF_COLUMNS: Readonly<Record<DiffList, readonly string[]>> = {
  people: ['change', 'rule_id', 'contact_id', ...twice(SHOWN.people), 'changed_columns', 'districts', 'why'],
  contacts: ['change', 'rule_id', 'case_id', 'contact_id', 'generation', ...twice(SHOWN.contacts), 'changed_columns', 'districts', 'why'],
  places: ['change', 'rule_id', 'place_id', 'place_name', 'run_id', 'district', ...twice(SHOWN.places), 'changed_columns', 'why'],
};

export type DiffList = 'people' | 'contacts' | 'places';
export const DIFF_LISTS: readonly DiffList[] = ['people', 'places', 'contacts'];

/** The columns by which each list is sorted. */
export const KEYS: Readonly<Record<DiffList | 'episodes', readonly string[]>> = {
  people: ['rule_id', 'contact_id'],
  contacts: ['rule_id', 'case_id', 'contact_id', 'generation'],
  places: ['rule_id', 'place_id', 'run_id'],
  episodes: ['rule_id', 'case_id', 'contact_id', 'generation'],
};

/** How many rows differ, and how. */
export type ChangeCounts = Record<Change, number>;
export const noChanges = (): ChangeCounts => ({ added: 0, removed: 0, regraded: 0, changed: 0 });
