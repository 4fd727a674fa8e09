/** The rows of the output tables (SPEC section 9): their columns in order, and their types. Times are ISO 8601 texts, `_s` seconds, `_m` metres. */
import type { Grade, Method } from '../model/stay.js';
import type { PlaceKind } from '../model/place.js';

export interface EpisodeRow {
  readonly rule_id: string;
  readonly case_id: string;
  readonly contact_id: string;
  readonly generation: number;
  readonly grade: Grade | 'below';
  readonly kind: 'together' | 'after';
  /** Where the case was. */
  readonly place_id: string;
  readonly place_name: string;
  /** Where the contact was: differs under the scopes `parent`, `grid` and `near`. */
  readonly contact_place_id: string;
  readonly run_id: string;
  readonly district: string;
  readonly start: string;
  readonly end: string;
  readonly overlap_certain_s: number;
  readonly overlap_likely_s: number;
  readonly overlap_possible_s: number;
  readonly after_s: number;
  /** Only for `after`. */
  readonly gap_s: number | null;
  /** Only under `near`. */
  readonly distance_m: number | null;
  readonly case_start: string;
  readonly case_end_certain: string;
  readonly case_end_likely: string;
  readonly case_end_possible: string;
  readonly case_method: Method;
  readonly contact_start: string;
  readonly contact_end_certain: string;
  readonly contact_end_likely: string;
  readonly contact_end_possible: string;
  readonly contact_method: Method;
  /** `capped`, `conflict`, `seat-unknown`, joined with `|`. */
  readonly flags: string;
  /** `file:line` of the check-ins behind the case's visit, joined with `|`. */
  readonly case_rows: string;
  readonly contact_rows: string;
}

export interface ContactRow {
  readonly rule_id: string;
  readonly case_id: string;
  readonly contact_id: string;
  readonly generation: number;
  readonly grade: Grade;
  readonly episodes: number;
  readonly places: number;
  readonly total_certain_s: number;
  readonly total_likely_s: number;
  readonly total_possible_s: number;
  readonly longest_likely_s: number;
  readonly first_start: string;
  readonly last_end: string;
  readonly contact_is_case: boolean;
  /** The clauses that hold at the grade, as `total>=900s`, joined with `|`. */
  readonly reasons: string;
}

export interface PersonRow {
  readonly rule_id: string;
  readonly contact_id: string;
  readonly grade: Grade;
  readonly generation: number;
  readonly cases: number;
  readonly case_ids: string;
  readonly episodes: number;
  readonly places: number;
  readonly total_certain_s: number;
  readonly total_likely_s: number;
  readonly total_possible_s: number;
  readonly first_start: string;
  readonly last_end: string;
  readonly is_case: boolean;
}

/** The columns that say which place or run a row speaks of. */
export interface PlaceOfRow {
  /** Present where several rules ran. */
  readonly rule_id?: string;
  readonly place_id: string;
  readonly place_name: string;
  readonly kind: PlaceKind;
  readonly run_id: string;
  readonly district: string;
}

export interface PlaceRow extends PlaceOfRow {
  readonly cases: number;
  readonly visits: number;
  readonly first_case_start: string;
  readonly last_case_end: string;
  readonly people_certain: number;
  readonly people_likely: number;
  readonly people_possible: number;
}

export interface DisinfectionRow extends PlaceOfRow {
  readonly from: string;
  readonly to: string;
  readonly cases: number;
  readonly check_ins_since: number;
}

export interface LinkRow {
  readonly rule_id?: string;
  readonly case_a: string;
  readonly case_b: string;
  readonly places: number;
  readonly first_start: string;
  readonly total_likely_s: number;
}

/** Row types by table name. */
export interface ListRows {
  readonly episodes: EpisodeRow;
  readonly contacts: ContactRow;
  readonly people: PersonRow;
  readonly places: PlaceRow;
  readonly disinfection: DisinfectionRow;
  readonly links: LinkRow;
}
export type ListName = keyof ListRows;

const words = (text: string): readonly string[] => text.split(' ');

/** Columns of each table in the order of the files. `rule_id` leads the last three only where several rules ran: see `columnsOf`. */
const COLUMNS: Readonly<Record<ListName, readonly string[]>> = {
  episodes: words(
    'rule_id case_id contact_id generation grade kind place_id place_name contact_place_id run_id district start end overlap_certain_s overlap_likely_s overlap_possible_s after_s gap_s distance_m case_start case_end_certain case_end_likely case_end_possible case_method contact_start contact_end_certain contact_end_likely contact_end_possible contact_method flags case_rows contact_rows',
  ),
  contacts: words(
    'rule_id case_id contact_id generation grade episodes places total_certain_s total_likely_s total_possible_s longest_likely_s first_start last_end contact_is_case reasons',
  ),
  people: words(
    'rule_id contact_id grade generation cases case_ids episodes places total_certain_s total_likely_s total_possible_s first_start last_end is_case',
  ),
  places: words('place_id place_name kind run_id district cases visits first_case_start last_case_end people_certain people_likely people_possible'),
  disinfection: words('place_id place_name kind run_id district from to cases check_ins_since'),
  links: words('case_a case_b places first_start total_likely_s'),
};

export const LIST_NAMES: readonly ListName[] = Object.keys(COLUMNS) as ListName[];

/** The columns of a table, with `rule_id` in front wherever it is shown. */
export function columnsOf(name: ListName, hasSeveralRules: boolean): readonly string[] {
  const columns = COLUMNS[name];
  return hasSeveralRules && columns[0] !== 'rule_id' ? ['rule_id', ...columns] : columns;
}
