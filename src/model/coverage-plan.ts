/** What an estimate of the visitors who did not scan asks for, checked. */
import { parseDuration } from '../core/duration.js';
import { OptionError } from '../core/errors.js';

export interface CoverageOptions {
  /** Fewest people known to have been there from which the share who scanned is told. @defaultValue 10 */
  readonly minKnown?: number;
  /** Fewest other days on which someone went the same way. @defaultValue 3 */
  readonly minDays?: number;
  /** Longest way from one scan to the next. @defaultValue '2h' */
  readonly way?: string | number;
  /** Longest visit to a place with others inside, such as a mall. @defaultValue '4h' */
  readonly visit?: string | number;
}

export interface CoveragePlan {
  readonly minKnown: number;
  readonly minDays: number;
  readonly waySec: number;
  readonly visitSec: number;
}

/** @throws OptionError. */
export function makeCoveragePlan(options: CoverageOptions): CoveragePlan {
  return Object.freeze({
    minKnown: wholeNumber(options.minKnown ?? 10, 'min-known'),
    minDays: wholeNumber(options.minDays ?? 3, 'min-days'),
    waySec: upToADay(options.way ?? '2h', 'way'),
    visitSec: upToADay(options.visit ?? '4h', 'visit'),
  });
}

function upToADay(value: string | number, what: string): number {
  const sec = parseDuration(value, what);
  if (sec === 0 || sec > 86_400) throw new OptionError('E_DURATION', `${what}: expected more than 0 and at most a day`);
  return sec;
}

function wholeNumber(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 1 || value > 100_000)
    throw new OptionError('E_NUMBER', `${what}: expected a whole number from 1 to 100000, got ${String(value)}`);
  return value;
}
