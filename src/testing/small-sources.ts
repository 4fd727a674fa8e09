/** Searches for sources in small worlds: days and hours counted from a base day. */
import type { SourcesOptions } from '../engines/in-memory/memory.js';
import { buildIndex } from '../engines/in-memory/memory.js';
import type { CaseInput, CheckInInput, PlaceInput } from '../engines/inputs/row-inputs.js';
import type { Sources } from '../engines/answers/sources.js';
import { stay } from './small-match.js';
import { BASE_SEC } from './worlds.js';

export const HOUR = 3600;
export const DAY: number = 24 * HOUR;
export const BASE_DAY: number = BASE_SEC / DAY;

/** The date of a day counted from the base. */
export const dateOf = (day: number): string => new Date((BASE_DAY + day) * DAY * 1000).toISOString().slice(0, 10);
/** An instant as the lists have it, in UTC. */
export const isoOf = (sec: number): string => new Date(sec * 1000).toISOString().replace('.000Z', '+00:00');
/** Four digits, as the lists have them. */
export const short = (value: number): number => Number(value.toPrecision(4));

export const sources = (
  checkIns: readonly CheckInInput[],
  cases: readonly CaseInput[],
  options: SourcesOptions = {},
  places: readonly PlaceInput[] = [],
): Sources => buildIndex(checkIns, { places, tz: 'UTC' }).sources(cases, options);

/** Someone at a place from an hour to another of a day. */
export const there = (person: string, place: string, day: number, from: number, to: number, more: Partial<CheckInInput> = {}): CheckInInput =>
  stay(person, place, day * DAY + from * HOUR, day * DAY + to * HOUR, more);
