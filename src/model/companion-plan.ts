/** What a search for companions asks for, checked. */
import { parseDuration } from '../core/duration.js';
import { OptionError } from '../core/errors.js';

export interface CompanionOptions {
  /** People who come to a place within this time of each other came together. @defaultValue '5m' */
  readonly within?: string | number;
  /** Fewest distinct places and days on which two came together. @defaultValue 3 */
  readonly minMeetings?: number;
  /** Fewest distinct places where they did: colleagues share one. @defaultValue 2 */
  readonly minPlaces?: number;
  /** Highest false discovery rate of a pair that is listed. @defaultValue 0.01 */
  readonly maxQ?: number;
  /** Where more than so many come within the time after an arrival, nobody is told apart: such arrivals are counted and left out. @defaultValue 100 */
  readonly crowd?: number;
}

export interface CompanionPlan {
  readonly withinSec: number;
  readonly minMeetings: number;
  readonly minPlaces: number;
  readonly maxQ: number;
  readonly crowd: number;
}

/** @throws OptionError. */
export function makeCompanionPlan(options: CompanionOptions): CompanionPlan {
  const withinSec = parseDuration(options.within ?? '5m', 'within');
  if (withinSec > 3600) throw new OptionError('E_DURATION', 'within: expected at most an hour');
  const maxQ = options.maxQ ?? 0.01;
  if (!(maxQ > 0 && maxQ < 1)) throw new OptionError('E_NUMBER', `max-q: expected a number between 0 and 1, got ${String(maxQ)}`);
  return Object.freeze({
    withinSec,
    minMeetings: wholeNumber(options.minMeetings ?? 3, 1, 'min-meetings'),
    minPlaces: wholeNumber(options.minPlaces ?? 2, 1, 'min-places'),
    maxQ,
    crowd: wholeNumber(options.crowd ?? 100, 1, 'crowd'),
  });
}

function wholeNumber(value: number, least: number, what: string): number {
  if (!Number.isInteger(value) || value < least || value > 100_000)
    throw new OptionError('E_NUMBER', `${what}: expected a whole number from ${least} to 100000, got ${String(value)}`);
  return value;
}
