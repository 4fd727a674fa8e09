/** Rows that a program gives: the columns of SPEC section 2. Ids are texts, never numbers; absent, null and '' are empty. */

/** A text as in a file, a Date, or seconds since 1970. */
export type TimeInput = string | number | Date | null;
/** `2022-03-01`, or a Date of which the UTC day counts. */
export type DateInput = string | Date | null;

export interface CheckInInput {
  readonly person_id: string;
  readonly place_id: string;
  readonly time: string | number | Date;
  readonly check_out?: TimeInput;
  readonly run_id?: string | null;
  readonly carriage?: string | null;
  readonly seat?: string | null;
  /** Staff of a vehicle are on all its runs from this scan to the end of their duty. @defaultValue 'passenger' */
  readonly role?: 'passenger' | 'staff' | '' | null;
}

export interface PlaceInput {
  readonly place_id: string;
  readonly name?: string | null;
  /** @defaultValue `vehicle` for the categories bus, metro, taxi, ferry, coach, train and aircraft, else `venue` */
  readonly kind?: 'venue' | 'vehicle' | '' | null;
  /** @defaultValue 'default' */
  readonly category?: string | null;
  /** Degrees, WGS 84; both or neither. */
  readonly lat?: number | string | null;
  readonly lon?: number | string | null;
  readonly parent_id?: string | null;
  readonly district?: string | null;
  readonly line_id?: string | null;
  readonly ventilation?: 'sealed' | 'ventilated' | '' | null;
  /** The place that this code stands for, as a second code in the same bus does. */
  readonly alias_of?: string | null;
  readonly plate?: string | null;
  /** How many people fit in at once: only `coverage` asks. */
  readonly capacity?: number | string | null;
}

export interface CaseInput {
  readonly person_id: string;
  /** @defaultValue the person_id */
  readonly case_id?: string | null;
  readonly type?: string | null;
  readonly onset_date?: DateInput;
  readonly sample_date?: DateInput;
  readonly report_date?: DateInput;
  readonly isolated_at?: TimeInput;
  readonly infectious_from?: TimeInput;
  readonly infectious_to?: TimeInput;
}

export interface ItineraryInput {
  readonly case_id: string;
  readonly place_id: string;
  readonly start: string | number | Date;
  readonly end: string | number | Date;
  readonly person_id?: string | null;
  readonly run_id?: string | null;
  readonly carriage?: string | null;
  readonly seat?: string | null;
}

/** What a counter at a door counted. */
export interface CountInput {
  readonly place_id: string;
  readonly from: string | number | Date;
  readonly to: string | number | Date;
  readonly count: number | string;
}

export interface RunInput {
  readonly vehicle_id: string;
  readonly run_id: string;
  readonly start: string | number | Date;
  readonly end: string | number | Date;
  readonly line_id?: string | null;
}

export interface RunStopInput {
  readonly run_id: string;
  readonly stop_sequence: number | string;
  readonly arrival: string | number | Date;
  readonly departure: string | number | Date;
  readonly stop_id?: string | null;
  readonly lat?: number | string | null;
  readonly lon?: number | string | null;
}
