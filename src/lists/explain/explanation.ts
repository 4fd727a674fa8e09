/**
 * Why a person is, or is not, on the list of a case under a rule, as data: from these numbers alone the grade can be worked out again. Times are
 * ISO 8601 texts, `_s` seconds, `_m` metres; evidence is `file:line`.
 */
import type { PlaceKind } from '../../model/place.js';
import type { Anchor, Measure } from '../../model/rule.js';
import type { Grade, Method } from '../../model/stay.js';
import type { SeatVerdict } from '../../rules/seats.js';
import type { EpisodeRow } from '../rows.js';

export interface Explanation {
  readonly rule_id: string;
  readonly case_id: string;
  readonly case_person_id: string;
  readonly contact_id: string;
  readonly grade: Grade | 'below';
  /** The clauses that hold at the grade, as in the contact list. */
  readonly reasons: string;
  readonly settings: ExplainedSettings;
  readonly window: ExplainedWindow;
  /** How many visits of the case there are to meet at, in its window, and how many stays of the contact. */
  readonly case_visits: number;
  readonly contact_stays: number;
  /** Every shared stay, and every one within the lag, in the order of the episode list. */
  readonly meetings: readonly ExplainedMeeting[];
  readonly clauses: readonly ClauseArithmetic[];
  /** For someone who is not on the list: what came closest, nearest first, the best of each kind. */
  readonly nearest: readonly Miss[];
  /** The rows of the episode list. */
  readonly episodes: readonly EpisodeRow[];
}

export interface ExplainedSettings {
  /** Zone in which local times are read and days begin; null: none was given, times are shown in UTC. */
  readonly tz: string | null;
  readonly scope: string;
  readonly lag_s: number;
  readonly bounds: 'half-open' | 'closed';
  readonly min_overlap_s: number;
  readonly skew_s: number;
  readonly exclude_conflicts: boolean;
}

/** When the visits of the case count: [from, to), null where unbounded. */
export interface ExplainedWindow {
  readonly from: string | null;
  readonly to: string | null;
  /** The column of the case that says so; `itinerary` for a case that only an itinerary names, null where nothing does. */
  readonly from_source: 'infectious_from' | Anchor | 'itinerary' | null;
  readonly to_source: 'infectious_to' | 'isolated_at' | Anchor | 'itinerary' | null;
  /** The date that days are counted from, where a side is counted in days. */
  readonly anchor_date: string | null;
  readonly days_before: number;
  readonly days_after: number;
}

/** Presence at a place: as it counts, and what it rests on. */
export interface ExplainedStay {
  readonly place_id: string;
  readonly place_name: string;
  readonly place_kind: PlaceKind;
  readonly category: string;
  readonly run_id: string;
  readonly carriage: string;
  readonly seat: string;
  readonly start: string;
  readonly end_certain: string;
  readonly end_likely: string;
  readonly end_possible: string;
  readonly method: Method;
  /** `capped`, `conflict`, joined with `|`. */
  readonly flags: string;
  /** As it was before the window of the case cut it; null if it did not. */
  readonly uncut: Pick<ExplainedStay, 'start' | 'end_certain' | 'end_likely' | 'end_possible'> | null;
  /** What the ends rest on: the scans below, an interview, a timetable, or scans that are not at hand any more. */
  readonly ends_from: 'scans' | 'itinerary' | 'timetable' | 'other';
  /** Usual times of the category; null where the ends do not rest on them. */
  readonly dwell: { readonly least_s: number; readonly typical_s: number; readonly most_s: number } | null;
  /** Stops of a ride; null for any other stay. `confidence` is the share of 1 that it ended there. */
  readonly ride: { readonly from_stop: string; readonly to_stop: string; readonly confidence: number } | null;
  readonly scans: readonly ExplainedScan[];
}

/** A row that a stay rests on. */
export interface ExplainedScan {
  readonly row: string;
  readonly time: string;
  readonly check_out: string | null;
  /** Staff of a vehicle: the row stands for each run of a duty. */
  readonly is_staff: boolean;
  /** When the run ended; null where that is unknown or there is none. */
  readonly run_end: string | null;
  /** The first later scan at an unrelated place, where it came early enough to end the stay. */
  readonly next_elsewhere: { readonly row: string; readonly time: string; readonly place_id: string } | null;
}

/** A visit of the case and a stay of the contact that met, or followed within the lag. */
export interface ExplainedMeeting {
  /** From 1. */
  readonly number: number;
  readonly kind: 'together' | 'after';
  readonly grade: Grade | 'below';
  /** The surest grade at which the two intervals meet; null for `after`. */
  readonly meets_at: Grade | null;
  /** Whether it counts for the rule, and what excludes it if not. */
  readonly counts: boolean;
  readonly excluded_by: 'after' | 'seats' | 'residence' | null;
  readonly case: ExplainedStay;
  readonly contact: ExplainedStay;
  readonly distance_m: number | null;
  /** The later of the two starts; each overlap runs from here to the earlier of the two ends. */
  readonly start: string;
  readonly overlap_certain_s: number;
  readonly overlap_likely_s: number;
  readonly overlap_possible_s: number;
  /** Whose end came first, by grade. */
  readonly ended_by: Readonly<Record<Grade, 'case' | 'contact' | 'both'>>;
  readonly after_s: number;
  readonly gap_s: number | null;
  readonly flags: string;
  /** One for each rule of seats that applies. */
  readonly seats: readonly SeatVerdict[];
  readonly residence: ResidenceArithmetic | null;
}

/** How long the two were where they met, in the days up to the meeting's end. */
export interface ResidenceArithmetic {
  readonly who: 'either' | 'both' | 'case' | 'contact';
  readonly from: string;
  readonly to: string;
  readonly more_than_s: number;
  /** [start, likely) of their stays there, and what an itinerary tells, without counting any second twice; the sums are those of the spans. */
  readonly case_spans: readonly ExplainedSpan[];
  readonly contact_spans: readonly ExplainedSpan[];
  readonly case_s: number;
  readonly contact_s: number;
  readonly holds: boolean;
}

export interface ClauseArithmetic {
  /** As in `reasons`: `total>=900s`. */
  readonly clause: string;
  readonly measure: Measure;
  readonly threshold_s: number;
  /** Whether exactly the threshold is too little. */
  readonly is_strict: boolean;
  /** Of the case's place, where the clause asks for any. */
  readonly kinds: readonly string[] | null;
  readonly categories: readonly string[] | null;
  /** What was measured at each grade, in seconds; null where no counting episode meets at the grade. */
  readonly certain_s: number | null;
  readonly likely_s: number | null;
  readonly possible_s: number | null;
  /** The surest grade at which the clause holds, or `below`. */
  readonly holds: Grade | 'below';
  /** Surest first. */
  readonly grades: readonly GradeArithmetic[];
}

/** What one clause measures at one grade. */
export interface GradeArithmetic {
  readonly grade: Grade;
  /** [start, start + overlap) of each meeting that counts and meets at the grade. */
  readonly spans: readonly (ExplainedSpan & { readonly meeting: number })[];
  /** The same without counting any second twice. */
  readonly united: readonly ExplainedSpan[];
  /** The stretch whose time is measured: the longest interval, the best 24 hours or local day; null where all counts. */
  readonly within: { readonly from: string; readonly to: string } | null;
  readonly measured_s: number | null;
  readonly holds: boolean;
  /** Seconds that are missing; 0 if it holds. */
  readonly lacks_s: number;
}

export interface ExplainedSpan {
  readonly start: string;
  readonly end: string;
  readonly sec: number;
}

/**
 * Why someone is not on the list, from what lacked least to what lacked most:
 * - `same-person`: nobody is a contact of their own case · `no-check-ins`: of this person, or `no-case-presence`: of the case, there is none
 * - met, and it does not count: `too-short` for the nearest clause · `seats` · `residence` · `place-kind`: no clause speaks of such a place ·
 *   `min-overlap` · `conflict`: a code at two places at once, left out as asked
 * - did not meet: `touching`: one left the moment the other came, or was there for no time · `outside-window`: together, when the case's visits do not count · `left-before`,
 *   `came-after`: at one place, one after the other · `other-run` of the same vehicle · `other-place` under a wider scope · `elsewhere`: at no place of the
 *   case; the nearest in time and in space
 */
export type MissKind =
  | 'same-person'
  | 'no-check-ins'
  | 'no-case-presence'
  | 'too-short'
  | 'seats'
  | 'residence'
  | 'place-kind'
  | 'min-overlap'
  | 'conflict'
  | 'touching'
  | 'outside-window'
  | 'left-before'
  | 'came-after'
  | 'other-run'
  | 'other-place'
  | 'elsewhere';

export interface Miss {
  readonly kind: MissKind;
  /** What was missing of the clause, for `too-short`; at the grade `possible`. */
  readonly clause: string | null;
  readonly had_s: number | null;
  readonly needed_s: number | null;
  /** The meeting that does not count. */
  readonly meeting: number | null;
  /** The seat rule that excludes it. */
  readonly seats: SeatVerdict | null;
  readonly residence: ResidenceArithmetic | null;
  /** The two stays, uncut; null where none are to be named. */
  readonly case: ExplainedStay | null;
  readonly contact: ExplainedStay | null;
  /** Seconds for which they possibly overlap, and seconds between them if they do not; when the runs began, where that is known. */
  readonly overlap_s: number | null;
  readonly gap_s: number | null;
  readonly case_run_start: string | null;
  readonly contact_run_start: string | null;
  /** How far outside the case's window it was, and on which side; null if inside. */
  readonly window_s: number | null;
  readonly window_side: 'before' | 'after' | null;
  readonly distance_m: number | null;
  /** A scope under which the two places meet, `parent` or `near:57`; null if they meet anyway, or are too far apart. */
  readonly scope: string | null;
  /** How many pairs of stays miss in this way; this one is the nearest. */
  readonly candidates: number;
}
