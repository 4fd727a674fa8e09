/** Times in formats of the user's own: date-fns patterns, local to `--tz`, and Excel's serial numbers. Tried only where no built-in format fits. */
import { tz } from '@date-fns/tz';
import { format, isValid, parse } from 'date-fns';
import { enUS } from 'date-fns/locale/en-US';
import { zhCN } from 'date-fns/locale/zh-CN';
import { OptionError } from '../../core/errors.js';
import { DAY_SEC } from '../../core/zone.js';

/** What a pattern makes of a text: a wall time, counted as if the clock were UTC's, or an instant where the pattern has an offset. */
export interface PatternReading {
  readonly sec: number;
  readonly isInstant: boolean;
}

export class TimePatterns {
  readonly #patterns: readonly string[];

  /** @throws OptionError `E_TIME_FORMAT` for a pattern that date-fns does not know or that leaves the time open. */
  constructor(patterns: readonly string[]) {
    this.#patterns = patterns;
    for (const pattern of patterns) if (pattern !== 'excel') checkPattern(pattern);
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** What the patterns make of a text: `none` if no pattern fits, `ambiguous` if two disagree, which is never guessed. */
  read(text: string): PatternReading | 'none' | 'ambiguous' {
    let found: PatternReading | undefined;
    for (const pattern of this.#patterns) {
      const sec = pattern === 'excel' ? excelSerialSec(text) : patternSec(text, pattern);
      if (Number.isNaN(sec)) continue;
      if (found && found.sec !== sec) return 'ambiguous';
      found = { sec, isInstant: pattern !== 'excel' && hasOffset(pattern) };
    }
    return found ?? 'none';
  }
}

const utc = tz('UTC');
/** Patterns are read in UTC, so that the machine's zone has no part in it; the wall time that comes out is then local to `--tz`. */
function patternSec(text: string, pattern: string): number {
  for (const locale of [enUS, zhCN]) {
    const date = parse(text, pattern, REFERENCE, { in: utc, locale });
    if (isValid(date)) return Math.floor(Number(date) / 1000);
  }
  return Number.NaN;
}
/** Fills in what a pattern leaves out; its century makes two digits a year from 2000 to 2099. */
const REFERENCE = new Date(Date.UTC(2050, 0, 1));
/** An instant whose every part differs from the reference, and whose hour needs 24 hours or am and pm. */
const SAMPLE = new Date(Date.UTC(2037, 10, 28, 22, 37, 46));

const lettersOf = (pattern: string): string => pattern.replaceAll(/'[^']*'/g, '');
const hasOffset = (pattern: string): boolean => /[XxtT]/.test(lettersOf(pattern));

/** A pattern is tried on a sample: what it cannot read back would be a wrong time, or a fault of the pattern that only some rows show. */
function checkPattern(pattern: string): void {
  if (/[DY]/.test(lettersOf(pattern)))
    throw new OptionError(
      'E_TIME_FORMAT',
      `time-format '${pattern}': expected d for days and y for years, got D or Y, which mean days of the year and years of weeks`,
    );
  let sec: number;
  try {
    sec = pattern === '' ? Number.NaN : patternSec(format(SAMPLE, pattern, { in: utc, locale: enUS }), pattern);
  } catch (cause) {
    throw new OptionError('E_TIME_FORMAT', `time-format '${pattern}': ${cause instanceof Error ? cause.message : 'not a date-fns pattern'}`, { cause });
  }
  const known = Math.floor(Number(SAMPLE) / 1000);
  if (![1, 60, 3600, DAY_SEC].some((unit) => sec === known - (known % unit))) {
    throw new OptionError(
      'E_TIME_FORMAT',
      `time-format '${pattern}': expected a pattern that tells year, month, day and, if it has hours, which half of the day (HH, or hh with a), got one that does not`,
    );
  }
}

/** Days since 1899-12-30, as Excel counts them, to the nearest second. */
function excelSerialSec(text: string): number {
  return /^\d{5}(\.\d{1,15})?$/.test(text) ? Math.round((Number(text) - 25_569) * DAY_SEC) : Number.NaN;
}
