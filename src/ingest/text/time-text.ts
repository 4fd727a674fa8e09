/**
 * Times and dates of SPEC section 3, read in place from UTF-8 bytes. Strict: a fixed list of shapes, the calendar checked, the machine's
 * zone never used. `Date.parse` is not used anywhere: it takes 30 February for 2 March.
 */
import { DAY_SEC, EARLIEST_SEC, LATEST_SEC, dayNumber, type Zone } from '../../core/zone.js';
import { TimePatterns } from './time-patterns.js';

/** Which reading of a repeated local hour counts: the earlier for a start, the later for an end. */
export type Side = 'start' | 'end';

/** What is wrong with a cell that is no time: always negative, so that it never looks like an instant. */
export const NOT_A_TIME = -1;
export const IN_GAP = -2;
export const OUT_OF_RANGE = -3;
export const WRONG_UNIT = -4;
export const AMBIGUOUS = -5;

export const EPOCH_SECONDS = 1;
export const EPOCH_MILLISECONDS = 2;

const DASH = 45,
  SLASH = 47,
  COLON = 58,
  DOT = 46,
  PLUS = 43,
  SPACE = 32,
  UPPER_T = 84,
  UPPER_Z = 90;
/** The end of the year 9999, the last that a text can have. */
const LAST_WALL_SEC = 253_402_300_799;
const decoder = new TextDecoder();

export class TimeReader {
  readonly zone: Zone;
  /** Patterns of the user's own. */
  readonly formats: readonly string[];
  readonly #patterns: TimePatterns;
  /** Whether the last cell was an epoch number: 0, `EPOCH_SECONDS` or `EPOCH_MILLISECONDS`. */
  lastUnit = 0;
  /** Times read that the clock showed twice. */
  repeatedHours = 0;

  // The last date seen, since rows of one day follow each other: its number and its offset, NaN where the clock changes around it.
  #memoDate = -1;
  #memoDay = 0;
  #memoWallDay = -1;
  #memoOffset = Number.NaN;
  #at = 0;
  /** Dates read lately, as they stand in a cell, one for each day of a month, and the instants at which their days begin; zeros match no cell. */
  readonly #usualDates = new Uint8Array(32 * 10);
  readonly #usualStarts = new Float64Array(32);

  /** @throws OptionError `E_TIME_FORMAT` for a pattern that date-fns does not know. */
  constructor(zone: Zone, patterns: readonly string[] = []) {
    this.zone = zone;
    this.formats = patterns;
    this.#patterns = new TimePatterns(patterns);
  }

  /** Seconds since 1970 of the trimmed cell `bytes[lo..hi)`, or one of the negative faults. @throws OptionError if a zone is needed and missing. */
  time(bytes: Uint8Array, lo: number, hi: number, side: Side): number {
    this.lastUnit = 0;
    const sec = this.#builtIn(bytes, lo, hi, side);
    if (sec !== NOT_A_TIME || this.#patterns.isEmpty) return sec;
    const wall = this.#patterns.read(decoder.decode(bytes.subarray(lo, hi)));
    if (typeof wall === 'string') return wall === 'none' ? NOT_A_TIME : AMBIGUOUS;
    return wall.isInstant ? inRange(wall.sec) : this.#local(wall.sec, side);
  }

  /** The instant at which the local clock shows `wallSec`, counted as if it were UTC, or one of the negative faults. @throws OptionError without a zone. */
  wall(wallSec: number, side: Side): number {
    return this.#local(Math.min(Math.max(wallSec, 0), LAST_WALL_SEC), side);
  }

  /** Days since 1970-01-01 of a date cell, or one of the negative faults. */
  day(bytes: Uint8Array, lo: number, hi: number): number {
    let day = NOT_A_TIME;
    if (allDigits(bytes, lo, hi)) {
      if (hi - lo === 8) day = dayOrFault(number(bytes, lo, lo + 4), number(bytes, lo + 4, lo + 6), number(bytes, lo + 6, hi));
    } else {
      const parsed = this.#date(bytes, lo, hi);
      if (this.#at === hi) day = parsed;
    }
    if (day === NOT_A_TIME && !this.#patterns.isEmpty) {
      const wall = this.#patterns.read(decoder.decode(bytes.subarray(lo, hi)));
      if (typeof wall === 'string') return wall === 'none' ? NOT_A_TIME : AMBIGUOUS;
      day = Math.floor(wall.sec / DAY_SEC);
    }
    if (day === NOT_A_TIME) return day;
    if (day < EARLIEST_SEC / DAY_SEC || day >= LATEST_SEC / DAY_SEC) return OUT_OF_RANGE;
    this.zone.require('a date');
    return day;
  }

  #builtIn(bytes: Uint8Array, lo: number, hi: number, side: Side): number {
    const length = hi - lo;
    if (length === 19) {
      const sec = this.usual(bytes, lo);
      if (sec > 0) return sec;
    }
    if (length >= 10 && allDigits(bytes, lo, hi)) {
      if (length === 10) {
        this.lastUnit = EPOCH_SECONDS;
        return inRange(number(bytes, lo, hi));
      }
      if (length === 13) {
        this.lastUnit = EPOCH_MILLISECONDS;
        return inRange(Math.floor(number(bytes, lo, hi) / 1000));
      }
      if (length === 14) {
        const day = dayOrFault(number(bytes, lo, lo + 4), number(bytes, lo + 4, lo + 6), number(bytes, lo + 6, lo + 8));
        const clock = clockSec(number(bytes, lo + 8, lo + 10), number(bytes, lo + 10, lo + 12), number(bytes, lo + 12, hi), false);
        return day < 0 || clock < 0 ? NOT_A_TIME : this.#local(day * DAY_SEC + clock, side);
      }
      return length === 16 || length === 19 ? WRONG_UNIT : NOT_A_TIME;
    }
    const day = this.#date(bytes, lo, hi);
    if (day === NOT_A_TIME) return NOT_A_TIME;
    const isSlashed = bytes[lo + 4] === SLASH;
    let at = this.#at;
    if (at >= hi || (bytes[at] !== SPACE && bytes[at] !== UPPER_T)) return NOT_A_TIME;
    at++;
    const hourDigits = digitsAt(bytes, at, hi, 2);
    if (hourDigits === 0 || (hourDigits === 1 && !isSlashed)) return NOT_A_TIME;
    const hour = number(bytes, at, at + hourDigits);
    at += hourDigits;
    if (bytes[at] !== COLON || digitsAt(bytes, at + 1, hi, 2) !== 2) return NOT_A_TIME;
    const minute = number(bytes, at + 1, at + 3);
    at += 3;
    let second = 0;
    let hasFraction = false;
    if (at < hi && bytes[at] === COLON) {
      if (digitsAt(bytes, at + 1, hi, 2) !== 2) return NOT_A_TIME;
      second = number(bytes, at + 1, at + 3);
      at += 3;
      if (at < hi && bytes[at] === DOT) {
        const digits = digitsAt(bytes, at + 1, hi, hi);
        if (digits === 0) return NOT_A_TIME;
        for (let i = 1; i <= digits; i++) hasFraction ||= bytes[at + i] !== 48;
        at += 1 + digits;
      }
    }
    const clock = clockSec(hour, minute, second, hasFraction);
    if (clock < 0) return NOT_A_TIME;
    const wallSec = day * DAY_SEC + clock;
    if (at === hi) {
      const sec = this.#local(wallSec, side);
      if (sec > 0 && length === 19 && !isSlashed) this.#rememberUsual(bytes, lo, day);
      return sec;
    }
    if (bytes[at] === UPPER_Z) return at + 1 === hi ? inRange(wallSec) : NOT_A_TIME;
    const offset = offsetSec(bytes, at, hi);
    return Number.isNaN(offset) ? NOT_A_TIME : inRange(wallSec - offset);
  }

  /**
   * Seconds of the 19 bytes `yyyy-MM-dd HH:mm:ss` at `lo`, on a local date read lately, if the clock does not change around it; 0 for anything else, which is then read
   * with care. Most rows of a file take this way.
   */
  usual(bytes: Uint8Array, lo: number): number {
    const memo = usualPlace(bytes, lo);
    for (let i = 0; i < 10; i++) if (bytes[lo + i] !== this.#usualDates[memo * 10 + i]) return 0;
    if ((bytes[lo + 10] !== SPACE && bytes[lo + 10] !== UPPER_T) || bytes[lo + 13] !== COLON || bytes[lo + 16] !== COLON) return 0;
    const h1 = bytes[lo + 11]! - 48,
      h2 = bytes[lo + 12]! - 48,
      m1 = bytes[lo + 14]! - 48,
      m2 = bytes[lo + 15]! - 48,
      s1 = bytes[lo + 17]! - 48,
      s2 = bytes[lo + 18]! - 48;
    if (h1 < 0 || h2 < 0 || h2 > 9 || m1 < 0 || m1 > 5 || m2 < 0 || m2 > 9 || s1 < 0 || s1 > 5 || s2 < 0 || s2 > 9) return 0;
    const hour = h1 * 10 + h2;
    return hour > 23 ? 0 : this.#usualStarts[memo]! + hour * 3600 + (m1 * 10 + m2) * 60 + s1 * 10 + s2;
  }

  /** Keeps the date of a local time for `usual`, if all of its day is in range and has one offset. */
  #rememberUsual(bytes: Uint8Array, lo: number, day: number): void {
    const start = day * DAY_SEC - this.#memoOffset;
    if (this.#memoWallDay !== day || Number.isNaN(start) || start < EARLIEST_SEC || start + DAY_SEC > LATEST_SEC) return;
    const memo = usualPlace(bytes, lo);
    this.#usualDates.set(bytes.subarray(lo, lo + 10), memo * 10);
    this.#usualStarts[memo] = start;
  }

  /** The day number of a date with `-` or `/` at `lo`, or `NOT_A_TIME`; leaves the position behind it in `#at`. */
  #date(bytes: Uint8Array, lo: number, hi: number): number {
    this.#at = lo;
    if (digitsAt(bytes, lo, hi, 4) !== 4) return NOT_A_TIME;
    const separator = bytes[lo + 4];
    let at = lo + 5;
    const most = 2;
    const least = separator === SLASH ? 1 : separator === DASH ? 2 : 3;
    const monthDigits = digitsAt(bytes, at, hi, most);
    if (monthDigits < least || bytes[at + monthDigits] !== separator) return NOT_A_TIME;
    const month = number(bytes, at, at + monthDigits);
    at += monthDigits + 1;
    const dayDigits = digitsAt(bytes, at, hi, most);
    if (dayDigits < least) return NOT_A_TIME;
    const day = number(bytes, at, at + dayDigits);
    this.#at = at + dayDigits;
    const year = number(bytes, lo, lo + 4);
    const key = (year * 100 + month) * 100 + day;
    if (key !== this.#memoDate) {
      this.#memoDay = dayOrFault(year, month, day);
      this.#memoDate = key;
    }
    return this.#memoDay;
  }

  /** The instant of a local wall time. */
  #local(wallSec: number, side: Side): number {
    const wallDay = Math.floor(wallSec / DAY_SEC);
    if (wallDay !== this.#memoWallDay) {
      this.zone.require('a local time');
      this.#memoOffset = this.zone.steadyOffset(wallDay);
      this.#memoWallDay = wallDay;
    }
    if (!Number.isNaN(this.#memoOffset)) return inRange(wallSec - this.#memoOffset);
    const readings = this.zone.readings(wallSec);
    if (readings.length === 0) return IN_GAP;
    if (readings.length > 1) this.repeatedHours++;
    return inRange(side === 'end' ? readings[readings.length - 1]! : readings[0]!);
  }
}

/** Where a date of a cell is kept: by the last digits of its day of the month. */
const usualPlace = (bytes: Uint8Array, lo: number): number => (bytes[lo + 8]! * 10 + bytes[lo + 9]!) & 31;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;

function allDigits(bytes: Uint8Array, lo: number, hi: number): boolean {
  for (let i = lo; i < hi; i++) if (!isDigit(bytes[i])) return false;
  return true;
}

/** How many digits stand at `at`, `most` at the most. */
function digitsAt(bytes: Uint8Array, at: number, hi: number, most: number): number {
  let count = 0;
  while (count < most && at + count < hi && isDigit(bytes[at + count])) count++;
  return count;
}

function number(bytes: Uint8Array, lo: number, hi: number): number {
  let value = 0;
  for (let i = lo; i < hi; i++) value = value * 10 + bytes[i]! - 48;
  return value;
}

function dayOrFault(year: number, month: number, day: number): number {
  const found = dayNumber(year, month, day);
  // Days before 1970 are far out of range but must not look like a fault.
  return Number.isNaN(found) ? NOT_A_TIME : Math.max(found, 0);
}

/** Seconds into the day, 86,400 for 24:00, or `NOT_A_TIME`. */
function clockSec(hour: number, minute: number, second: number, hasFraction: boolean): number {
  const isMidnight24 = hour === 24 && minute === 0 && second === 0 && !hasFraction;
  if ((hour > 23 && !isMidnight24) || minute > 59 || second > 59) return NOT_A_TIME;
  return hour * 3600 + minute * 60 + second;
}

/** Seconds east of UTC of `±hh`, `±hhmm` or `±hh:mm` up to ±18:00, or NaN. */
function offsetSec(bytes: Uint8Array, at: number, hi: number): number {
  const sign = bytes[at] === PLUS ? 1 : bytes[at] === DASH ? -1 : 0;
  if (sign === 0 || digitsAt(bytes, at + 1, hi, 2) !== 2) return Number.NaN;
  const hours = number(bytes, at + 1, at + 3);
  let minutes = 0;
  let end = at + 3;
  if (end < hi) {
    if (bytes[end] === COLON) end++;
    if (digitsAt(bytes, end, hi, 2) !== 2) return Number.NaN;
    minutes = number(bytes, end, end + 2);
    end += 2;
  }
  const seconds = hours * 3600 + minutes * 60;
  return end !== hi || minutes > 59 || seconds > 18 * 3600 ? Number.NaN : sign * seconds;
}

const inRange = (sec: number): number => (sec < EARLIEST_SEC || sec >= LATEST_SEC ? OUT_OF_RANGE : sec);
