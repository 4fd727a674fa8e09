/** Small worlds matched in one call: times are seconds from a base instant. */
import type { MatchResult } from '../engines/answers/match-result.js';
import { buildIndex, type MatchOptions } from '../engines/in-memory/memory.js';
import type { CaseInput, CheckInInput, PlaceInput, RunInput } from '../engines/inputs/row-inputs.js';
import { BASE_SEC } from './worlds.js';

/** The text of an instant so many seconds from the base. */
export const iso = (t: number): string => new Date((BASE_SEC + t) * 1000).toISOString().replace('.000', '');

/** A check-in so many seconds from the base, with a check-out if `to` is given. */
export function stay(person_id: string, place_id: string, from: number, to?: number, more: Partial<CheckInInput> = {}): CheckInInput {
  return { person_id, place_id, time: BASE_SEC + from, ...(to !== undefined && { check_out: BASE_SEC + to }), ...more };
}

export interface Asked extends MatchOptions {
  readonly places?: readonly PlaceInput[];
  readonly runs?: readonly RunInput[];
  /** @defaultValue Ada alone */
  readonly cases?: readonly CaseInput[];
}

/** Matches with windows without bounds, unless asked otherwise. */
export function match(checkIns: readonly CheckInInput[], { places = [], runs = [], cases = [{ person_id: 'ada' }], ...options }: Asked = {}): MatchResult {
  return buildIndex(checkIns, { places, runs }).match(cases, { window: 'all', ...options });
}
