import { tzOffset } from '@date-fns/tz';
import { OptionError } from './errors.js';

export const DAY_SEC = 86_400;
/** First accepted instant, 2000-01-01T00:00:00Z, in seconds since 1970. */
export const EARLIEST_SEC = 946_684_800;
/** First instant that is too late, 2100-01-01T00:00:00Z. */
export const LATEST_SEC = 4_102_444_800;

/** Offsets are asked for a little beyond the accepted years, by windows and by readings of local times. */
const FIRST_DAY = EARLIEST_SEC / DAY_SEC - 800;
const DAY_COUNT = LATEST_SEC / DAY_SEC + 800 - FIRST_DAY;

/** Offset of a UTC day on which the clock changes: the changes are then asked minute by minute. */
const CHANGES = 0x7fff_ffff;
const UNKNOWN = 0x7fff_fffe;

/**
 * A time zone that knows its offset at every second from 1998 to 2102.
 * Asks date-fns once per day, and per minute on days with a change: every change since 2000 fell on a whole minute.
 */
export class Zone {
  /** The IANA name, or undefined: no zone was given, and instants are shown in UTC. */
  readonly name: string | undefined;
  #offsetOfDay = new Int32Array(DAY_COUNT).fill(UNKNOWN);
  #offsetOfMinute = new Map<number, number>();
  #dayStarts = new Map<number, number>();

  /** @throws OptionError `E_ZONE` if the name is not an IANA zone. */
  constructor(name?: string) {
    this.name = name;
    if (name !== undefined && !isIanaName(name)) {
      throw new OptionError('E_ZONE', `tz: expected an IANA zone such as Asia/Shanghai or UTC, got '${name}'`);
    }
  }

  /** @throws OptionError `E_ZONE_MISSING` if no zone was given. */
  require(what: string): void {
    if (this.name === undefined) {
      throw new OptionError('E_ZONE_MISSING', `${what} needs a time zone: give --tz with an IANA name, such as --tz Asia/Shanghai`);
    }
  }

  /** Seconds east of UTC at an instant. */
  offsetAt(sec: number): number {
    if (this.name === undefined) return 0;
    const day = Math.floor(sec / DAY_SEC) - FIRST_DAY;
    if (day < 0 || day >= DAY_COUNT) return this.#ask(sec);
    let offset = this.#offsetOfDay[day]!;
    if (offset === UNKNOWN) {
      const start = (day + FIRST_DAY) * DAY_SEC;
      offset = this.#ask(start);
      if (offset !== this.#ask(start + DAY_SEC)) offset = CHANGES;
      this.#offsetOfDay[day] = offset;
    }
    if (offset !== CHANGES) return offset;
    const minute = Math.floor(sec / 60);
    let exact = this.#offsetOfMinute.get(minute);
    if (exact === undefined) this.#offsetOfMinute.set(minute, (exact = this.#ask(minute * 60)));
    return exact;
  }

  /** The instants, ascending, at which the local clock shows `wallSec` (counted as if it were UTC): none in a gap, two in an overlap. */
  readings(wallSec: number): number[] {
    const first = this.offsetAt(wallSec - 36 * 3600);
    let simple = true;
    for (const hours of AROUND) simple &&= this.offsetAt(wallSec + hours * 3600) === first;
    if (simple && this.offsetAt(wallSec - first) === first) return [wallSec - first];
    const found = new Set<number>();
    for (const hours of AROUND) {
      const sec = wallSec - this.offsetAt(wallSec + hours * 3600);
      if (sec + this.offsetAt(sec) === wallSec) found.add(sec);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** The offset of all instants whose local date may be `day` (days since 1970-01-01), or NaN if the clock changes around it. */
  steadyOffset(day: number): number {
    const first = this.offsetAt((day - 1) * DAY_SEC);
    for (let near = day - 1; near <= day + 2; near++) {
      if (this.offsetAt(near * DAY_SEC) !== first || this.offsetAt(near * DAY_SEC + DAY_SEC / 2) !== first) return Number.NaN;
    }
    return first;
  }

  /** Local calendar day, in days since 1970-01-01, at an instant. */
  dayAt(sec: number): number {
    return Math.floor((sec + this.offsetAt(sec)) / DAY_SEC);
  }

  /** The first instant whose local date is `day` or later. */
  dayStart(day: number): number {
    if (this.name === undefined) return day * DAY_SEC;
    let start = this.#dayStarts.get(day);
    if (start === undefined) {
      const steady = this.steadyOffset(day);
      start = day * DAY_SEC - steady;
      if (Number.isNaN(steady)) {
        start = (day - 2) * DAY_SEC;
        while (this.dayAt(start) < day) start += 60;
      }
      this.#dayStarts.set(day, start);
    }
    return start;
  }

  /** ISO 8601 text of an instant: `2022-03-01T08:15:30+08:00`, or with `Z` where no zone was given. */
  text(sec: number): string {
    const offset = this.offsetAt(sec);
    const wall = sec + offset;
    const day = Math.floor(wall / DAY_SEC);
    let date = dateTexts.get(day);
    if (date === undefined) {
      date = new Date(day * DAY_SEC * 1000).toISOString().slice(0, 11);
      if (dateTexts.size > 40_000) dateTexts.clear();
      dateTexts.set(day, date);
    }
    const inDay = wall - day * DAY_SEC;
    const clock = `${two(Math.floor(inDay / 3600))}:${two(Math.floor(inDay / 60) % 60)}:${two(inDay % 60)}`;
    if (this.name === undefined) return `${date}${clock}Z`;
    const minutes = Math.abs(offset) / 60;
    return `${date}${clock}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  }

  #ask(sec: number): number {
    return Math.round(tzOffset(this.name!, new Date(sec * 1000)) * 60);
  }
}

/** Hours around a wall time at which an offset could hold that gives it a reading; wide enough for the dateline changes of Samoa. */
const AROUND = [-36, -24, -12, 0, 12, 24, 36];
const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
const two = (n: number): string => TWO[n]!;
const dateTexts = new Map<number, string>();

/** Abbreviations that the engine takes for zones and IANA does not: CST would be Chicago, also for who means China. */
const NO_ZONES = 'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' ');

function isIanaName(name: string): boolean {
  if (NO_ZONES.includes(name.toUpperCase())) return false;
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Days since 1970-01-01 of a calendar date, or NaN if there is no such date. Years 0 to 9999. */
export function dayNumber(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  // Civil-from-days arithmetic with years that start in March, so that the leap day is the last.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
