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
  /** Present where rides were inferred: the stop at which the later of the two got on, and that at which the first most likely got off; '' if unknown. */
  readonly from_stop?: string;
  readonly to_stop?: string;
  /** Present where it was asked for: that the two were there together, for a second at least. */
  readonly probability?: number;
}

/** Present where `crowd` was asked for. */
export interface CrowdOfRow {
  /** Mean number of people there while the case was, itself among them; of a contact at the least crowded of its places. */
  readonly crowd?: number;
  /** How probable it is that any two of them come close. */
  readonly dilution?: number;
}

export interface ContactRow extends CrowdOfRow {
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
  /** Present where it was asked for: that some clause really holds. */
  readonly probability?: number;
}

export interface PersonRow extends CrowdOfRow {
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
  /** Present where it was asked for: that some clause really holds with one of the cases. */
  readonly probability?: number;
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

export interface PlaceRow extends PlaceOfRow, CrowdOfRow {
  readonly cases: number;
  readonly visits: number;
  readonly first_case_start: string;
  readonly last_case_end: string;
  readonly people_certain: number;
  readonly people_likely: number;
  readonly people_possible: number;
  /** Present where rides were inferred, as is `plate`. */
  readonly line_id?: string;
  readonly plate?: string;
}

export interface DisinfectionRow extends PlaceOfRow {
  readonly from: string;
  readonly to: string;
  readonly cases: number;
  readonly check_ins_since: number;
  /** Present where rides were inferred, as is `plate`. */
  readonly line_id?: string;
  readonly plate?: string;
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

/**
 * What the number in a cell means, and so what its value is:
 * - `rule`, `case`, `person`, `place`, `run`: the id, as text · `place-name`, `district`, `place-kind`: of the place with that id
 * - `count`: a number · `count-or-none`: a number, or NaN for none · `claim`: 0 or 1 · `time`: seconds since 1970
 * - `grade`, `kind`, `method`, `flags`: as in the columns of episodes · `reasons`: the number of a set of clauses
 * - `rows`: evidence, of the stay with that number or, below 0, of the itinerary row -1 - number
 * - `stop`, `line`: the dense id of a text, 0 for none · `plate`: of the place with that id
 * - `crowd`: people, to a tenth · `dilution`, `probability`: from 0 to 1, to four places
 * - `cases`: where in the `ids` of the block the case_ids lie, their number first
 */
export type CellKind =
  | 'rule'
  | 'case'
  | 'person'
  | 'place'
  | 'run'
  | 'place-name'
  | 'district'
  | 'place-kind'
  | 'count'
  | 'count-or-none'
  | 'claim'
  | 'time'
  | 'grade'
  | 'kind'
  | 'method'
  | 'flags'
  | 'reasons'
  | 'rows'
  | 'stop'
  | 'line'
  | 'plate'
  | 'crowd'
  | 'dilution'
  | 'probability'
  | 'cases';

/** Columns of each table in the order of the files. */
const COLUMNS: { readonly [Name in ListName]: Readonly<Record<keyof ListRows[Name], CellKind>> } = {
  episodes: {
    rule_id: 'rule',
    case_id: 'case',
    contact_id: 'person',
    generation: 'count',
    grade: 'grade',
    kind: 'kind',
    place_id: 'place',
    place_name: 'place-name',
    contact_place_id: 'place',
    run_id: 'run',
    district: 'district',
    start: 'time',
    end: 'time',
    overlap_certain_s: 'count',
    overlap_likely_s: 'count',
    overlap_possible_s: 'count',
    after_s: 'count',
    gap_s: 'count-or-none',
    distance_m: 'count-or-none',
    case_start: 'time',
    case_end_certain: 'time',
    case_end_likely: 'time',
    case_end_possible: 'time',
    case_method: 'method',
    contact_start: 'time',
    contact_end_certain: 'time',
    contact_end_likely: 'time',
    contact_end_possible: 'time',
    contact_method: 'method',
    flags: 'flags',
    case_rows: 'rows',
    contact_rows: 'rows',
    from_stop: 'stop',
    to_stop: 'stop',
    probability: 'probability',
  },
  contacts: {
    rule_id: 'rule',
    case_id: 'case',
    contact_id: 'person',
    generation: 'count',
    grade: 'grade',
    episodes: 'count',
    places: 'count',
    total_certain_s: 'count',
    total_likely_s: 'count',
    total_possible_s: 'count',
    longest_likely_s: 'count',
    first_start: 'time',
    last_end: 'time',
    contact_is_case: 'claim',
    reasons: 'reasons',
    crowd: 'crowd',
    dilution: 'dilution',
    probability: 'probability',
  },
  people: {
    rule_id: 'rule',
    contact_id: 'person',
    grade: 'grade',
    generation: 'count',
    cases: 'count',
    case_ids: 'cases',
    episodes: 'count',
    places: 'count',
    total_certain_s: 'count',
    total_likely_s: 'count',
    total_possible_s: 'count',
    first_start: 'time',
    last_end: 'time',
    is_case: 'claim',
    crowd: 'crowd',
    dilution: 'dilution',
    probability: 'probability',
  },
  places: {
    rule_id: 'rule',
    place_id: 'place',
    place_name: 'place-name',
    kind: 'place-kind',
    run_id: 'run',
    district: 'district',
    cases: 'count',
    visits: 'count',
    first_case_start: 'time',
    last_case_end: 'time',
    people_certain: 'count',
    people_likely: 'count',
    people_possible: 'count',
    line_id: 'line',
    plate: 'plate',
    crowd: 'crowd',
    dilution: 'dilution',
  },
  disinfection: {
    rule_id: 'rule',
    place_id: 'place',
    place_name: 'place-name',
    kind: 'place-kind',
    run_id: 'run',
    district: 'district',
    from: 'time',
    to: 'time',
    cases: 'count',
    check_ins_since: 'count',
    line_id: 'line',
    plate: 'plate',
  },
  links: { rule_id: 'rule', case_a: 'case', case_b: 'case', places: 'count', first_start: 'time', total_likely_s: 'count' },
};

export const LIST_NAMES: readonly ListName[] = Object.keys(COLUMNS) as ListName[];

export interface Column {
  readonly name: string;
  readonly kind: CellKind;
  /** Its place in a row of a block. */
  readonly at: number;
}

/** Lists whose rows name the rule also where only one ran. */
const NAMING_RULE: readonly ListName[] = ['episodes', 'contacts', 'people'];

/** Kinds of columns that only a match with rides has. */
const OF_RIDES: readonly CellKind[] = ['stop', 'line', 'plate'];

/** Kinds of columns that are shown where `crowd` or `probability` was asked for. */
const OF_CROWD: readonly CellKind[] = ['crowd', 'dilution'];
const OF_CHANCES: readonly CellKind[] = ['probability'];

/** What decides on the columns of a list. */
export interface Shown {
  /** `rule_id` leads `places`, `disinfection` and `links` only where several rules ran. */
  readonly hasSeveralRules: boolean;
  /** Rides were inferred: episodes name stops, places and disinfection lines and plates, in columns at the end. */
  readonly hasRides: boolean;
  /** Contacts, people and places say how crowded it was. @defaultValue false */
  readonly hasCrowd?: boolean;
  /** Episodes, contacts and people say how probable they are. @defaultValue false */
  readonly hasProbability?: boolean;
}

/** The columns of a table that are shown. */
export function columnsOf(name: ListName, { hasSeveralRules, hasRides, hasCrowd = false, hasProbability = false }: Shown): readonly Column[] {
  const columns = Object.entries(COLUMNS[name])
    .map(([column, kind]) => ({ name: column, kind }))
    .filter(({ kind }) => hasRides || !OF_RIDES.includes(kind))
    .filter(({ kind }) => hasCrowd || !OF_CROWD.includes(kind))
    .filter(({ kind }) => hasProbability || !OF_CHANCES.includes(kind));
  const shown = hasSeveralRules || NAMING_RULE.includes(name) ? columns : columns.slice(1);
  return shown.map((column, at) => ({ ...column, at }));
}
