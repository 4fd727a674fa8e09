/** What a report page holds: the lists of one run as columns of numbers, with one table of texts. Written by `page-values.ts`, read by `page/lists.ts`. */

/** Lists that a page holds rows of. */
export const PAGE_LISTS = ['people', 'contacts', 'episodes', 'places', 'disinfection', 'links'] as const;
export type PageList = (typeof PAGE_LISTS)[number];

/** What a column's numbers mean. An empty cell is -1 in each. */
export type ColumnKind = 'text' | 'time' | 'number' | 'flag';

/** Columns of a page by list. `text`: an index into `texts`; `time`: seconds since 1970; `flag`: 0 or 1. A list may lack a column that its run had no use for. */
export const PAGE_COLUMNS: Readonly<Record<PageList, Readonly<Record<string, ColumnKind>>>> = {
  people: {
    rule_id: 'text',
    contact_id: 'text',
    grade: 'text',
    generation: 'number',
    cases: 'number',
    episodes: 'number',
    places: 'number',
    total_certain_s: 'number',
    total_likely_s: 'number',
    total_possible_s: 'number',
    first_start: 'time',
    last_end: 'time',
    is_case: 'flag',
  },
  contacts: {
    rule_id: 'text',
    case_id: 'text',
    contact_id: 'text',
    generation: 'number',
    grade: 'text',
    episodes: 'number',
    places: 'number',
    total_certain_s: 'number',
    total_likely_s: 'number',
    total_possible_s: 'number',
    longest_likely_s: 'number',
    first_start: 'time',
    last_end: 'time',
    contact_is_case: 'flag',
    reasons: 'text',
  },
  episodes: {
    rule_id: 'text',
    case_id: 'text',
    contact_id: 'text',
    generation: 'number',
    grade: 'text',
    kind: 'text',
    place_id: 'text',
    place_name: 'text',
    contact_place_id: 'text',
    run_id: 'text',
    start: 'time',
    end: 'time',
    overlap_certain_s: 'number',
    overlap_likely_s: 'number',
    overlap_possible_s: 'number',
    after_s: 'number',
    gap_s: 'number',
    distance_m: 'number',
    case_start: 'time',
    case_end_certain: 'time',
    case_end_likely: 'time',
    case_end_possible: 'time',
    case_method: 'text',
    contact_start: 'time',
    contact_end_certain: 'time',
    contact_end_likely: 'time',
    contact_end_possible: 'time',
    contact_method: 'text',
    flags: 'text',
    case_rows: 'text',
    contact_rows: 'text',
    from_stop: 'text',
    to_stop: 'text',
  },
  places: {
    rule_id: 'text',
    place_id: 'text',
    place_name: 'text',
    kind: 'text',
    run_id: 'text',
    district: 'text',
    cases: 'number',
    visits: 'number',
    first_case_start: 'time',
    last_case_end: 'time',
    people_certain: 'number',
    people_likely: 'number',
    people_possible: 'number',
    plate: 'text',
  },
  disinfection: {
    rule_id: 'text',
    place_id: 'text',
    place_name: 'text',
    kind: 'text',
    run_id: 'text',
    district: 'text',
    from: 'time',
    to: 'time',
    cases: 'number',
    check_ins_since: 'number',
    plate: 'text',
  },
  links: { rule_id: 'text', case_a: 'text', case_b: 'text', places: 'number', first_start: 'time', total_likely_s: 'number' },
};

/** A small count that `redact` holds back. */
export const SUPPRESSED = -2;

export interface PageTable {
  readonly count: number;
  /** Rows that the run wrote; more than `count` where the page holds only the first. */
  readonly total: number;
  /** Rows that `redact` held back. */
  readonly withheld: number;
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

export interface PageRule {
  readonly id: string;
  readonly version?: string;
  readonly title?: string;
  readonly source?: string;
  readonly date?: string;
  readonly unseen?: string;
  readonly note?: string;
  readonly clauses?: readonly Readonly<Record<string, unknown>>[];
}

/** What the page tells of the run, from its manifest. */
export interface PageRun {
  readonly version: string;
  readonly tz: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly rules: readonly PageRule[];
  readonly inputs: readonly { readonly name: string; readonly table: string; readonly rows: number; readonly bytes: number; readonly sha256: string | null }[];
  readonly ledger: readonly {
    readonly file: string;
    readonly read: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly duplicate: number;
    readonly blank: number;
  }[];
  readonly counts: readonly Readonly<Record<string, unknown>>[];
  readonly stays: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  /** Lists whose bytes are not those that the manifest tells of. */
  readonly changed: readonly string[];
}

export interface PageReject {
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

/** Where a place is, in degrees. */
export interface PagePoint {
  readonly place_id: string;
  readonly lat: number;
  readonly lon: number;
}

/** Where vehicles went. */
export interface PageRides {
  /** Stops in order, by id, and where they are: [lon, lat] in degrees. */
  readonly ways: readonly { readonly stops: readonly string[]; readonly path: readonly (readonly [number, number])[] }[];
  /** [run, place in `ways`], by run. */
  readonly runs: readonly (readonly [string, number])[];
}

/** A day of the curve; a count may be SUPPRESSED. */
export interface PageDay {
  readonly date: string;
  readonly certain: number;
  readonly likely: number;
  readonly possible: number;
  /** Cases by the first of onset, sample and report; null without a file of cases. */
  readonly cases: number | null;
}

export interface PageData {
  readonly lang: 'en' | 'zh';
  readonly isRedacted: boolean;
  /** Tells which key made the pseudonyms, not the key; null if they were drawn for this page alone. */
  readonly keyId: string | null;
  readonly texts: readonly string[];
  /** Clock of the run: [from second, offset in seconds], ascending; a time has the offset of the last row at or before it. */
  readonly offsets: readonly (readonly [number, number])[];
  readonly run: PageRun;
  readonly lists: Readonly<Record<PageList, PageTable>>;
  readonly rejects: readonly PageReject[];
  readonly rejectTotal: number;
  /** Null: no places file was given. */
  readonly points: readonly PagePoint[] | null;
  /** Null: no stops with coordinates were given for the runs of the page. */
  readonly rides: PageRides | null;
  /** By rule, days on which people were first together with a case. */
  readonly curve: Readonly<Record<string, readonly PageDay[]>>;
  /** GeoJSON under the map. */
  readonly basemap: unknown;
}
