/** Counts of people that could point to one of them: 1 to 10 are held back, and with them what they could be worked out from. Zero is told. */
import { SUPPRESSED } from './page-data.js';

/** Fewer people than this are a small count (the rule of ten of statistical offices). */
export const SMALL = 11;

export const isSmall = (count: number): boolean => count > 0 && count < SMALL;

/** A count that stands alone. */
export const guarded = (count: number): number => (isSmall(count) ? SUPPRESSED : count);

/** Counts of which each includes those before it: if one, or the difference of two neighbours, is small, only the last is told, and that too only if it is not small. */
export function guardedLevels(levels: readonly number[]): number[] {
  const last = levels.at(-1)!;
  const isTelling = levels.some((count, i) => isSmall(count) || (i > 0 && isSmall(count - levels[i - 1]!)));
  return isTelling ? levels.map((_, i) => (i === levels.length - 1 ? guarded(last) : SUPPRESSED)) : [...levels];
}
