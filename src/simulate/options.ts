/** What a city is to be like, checked once. */
import { OptionError } from '../core/errors.js';
import { DAY_SEC, EARLIEST_SEC, LATEST_SEC, Zone, dayNumber } from '../core/zone.js';
import type { CalendarDays } from './day.js';
import type { ScanShares } from './scans.js';

export interface SimulateOptions {
  /** Exactly so many check-ins; the city is made as large as they need. Either this or `people`. */
  readonly rows?: number;
  readonly people?: number;
  /** @defaultValue 7 */
  readonly days?: number;
  /** A whole number. @defaultValue 1 */
  readonly seed?: number;
  /** @defaultValue '2022-03-01' */
  readonly startDate?: string;
  /** IANA zone that the local times are meant in; its clock must not change during the days. @defaultValue 'Asia/Shanghai' */
  readonly tz?: string;
  /** @defaultValue 50, or a twentieth of the people if that is fewer */
  readonly cases?: number;
  /** Share of the scanned visits with a check-out. @defaultValue 0.2 */
  readonly checkOut?: number;
  /** Share of the visits without any scan. @defaultValue 0.05 */
  readonly missed?: number;
  /** Share of the scanned visits with a second scan within seconds. @defaultValue 0.01 */
  readonly duplicate?: number;
  /** Share of the visits scanned with the code of someone else of the household. @defaultValue 0.002 */
  readonly lent?: number;
  /** Share of the visits that are shorter than `least` or longer than `most` of the dwell table. @defaultValue 0.005 */
  readonly odd?: number;
  /** How far the clock of a phone may be off, either way, in seconds. @defaultValue 0 */
  readonly clockSkewSec?: number;
  /** Gatherings of 20 to 40 people of whom a third to two thirds, 8 at least, are cases days later; the first cases are theirs. Needs at least 8 days. @defaultValue 0 */
  readonly superspreading?: number;
}

/** Options with the values that are used; `rows` or `people` is null where the other was given. */
export interface CityPlan extends ScanShares {
  readonly rows: number | null;
  readonly people: number | null;
  readonly days: number;
  readonly seed: number;
  readonly startDate: string;
  readonly tz: string;
  readonly cases: number | null;
  readonly odd: number;
  readonly clockSkewSec: number;
  /** Absent where none was asked for. */
  readonly superspreading?: number;
}

export const MOST_PEOPLE = 1e9;
const MOST_ROWS = 1e12;
const MOST_DAYS = 3660;
const MOST_CASES = 50_000;
const MOST_SKEW_SEC = 3600;
const MOST_SUPERSPREADING = 1000;
/** From the gathering to the last onset. */
const SUPERSPREADING_DAYS = 8;
/** Windows and nights reach so many days beyond the first and the last day at the most. */
const MARGIN_DAYS = 10;

/** @throws OptionError naming the option. */
export function planCity(options: SimulateOptions): { readonly plan: CityPlan; readonly calendar: CalendarDays } {
  const { rows, people, cases, startDate = '2022-03-01', tz = 'Asia/Shanghai', missed = 0.05, lent = 0.002 } = options;
  if ((rows === undefined) === (people === undefined)) throw new OptionError('E_NUMBER', 'expected either rows or people: how large the city is to be');
  const calendar = calendarFrom(startDate, wholeNumber(options.days ?? 7, 1, MOST_DAYS, 'days'));
  requireSteadyClock(tz, calendar);
  if (share(missed, 'missed') + share(lent, 'lent') > 0.99)
    throw new OptionError('E_NUMBER', 'missed, lent: expected shares that leave some visits to be scanned');
  const superspreading = wholeNumber(options.superspreading ?? 0, 0, MOST_SUPERSPREADING, 'superspreading');
  if (superspreading > 0 && calendar.days < SUPERSPREADING_DAYS)
    throw new OptionError('E_NUMBER', `superspreading: expected at least ${SUPERSPREADING_DAYS} days, for its cases to fall ill, got ${calendar.days}`);
  const plan = {
    rows: rows === undefined ? null : wholeNumber(rows, 1, MOST_ROWS, 'rows'),
    people: people === undefined ? null : wholeNumber(people, 1, MOST_PEOPLE, 'people'),
    days: calendar.days,
    seed: wholeNumber(options.seed ?? 1, 0, Number.MAX_SAFE_INTEGER, 'seed'),
    startDate,
    tz,
    cases: cases === undefined ? null : wholeNumber(cases, 0, MOST_CASES, 'cases'),
    checkOut: share(options.checkOut ?? 0.2, 'check-out'),
    missed,
    duplicate: share(options.duplicate ?? 0.01, 'duplicate'),
    lent,
    odd: share(options.odd ?? 0.005, 'odd'),
    clockSkewSec: wholeNumber(options.clockSkewSec ?? 0, 0, MOST_SKEW_SEC, 'clock-skew'),
    ...(superspreading > 0 && { superspreading }),
  };
  return { plan, calendar };
}

function calendarFrom(startDate: string, days: number): CalendarDays {
  const [, year = '0', month = '0', date = '0'] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(startDate) ?? [];
  const firstDay = dayNumber(Number(year), Number(month), Number(date));
  const isAccepted = (firstDay - MARGIN_DAYS) * DAY_SEC >= EARLIEST_SEC && (firstDay + days + MARGIN_DAYS) * DAY_SEC < LATEST_SEC; // false for NaN
  if (!isAccepted)
    throw new OptionError(
      'E_TIME',
      `start: expected a date such as 2022-03-01, all days between 2000-01-11 and 2099-12-21, got '${startDate}' and ${days} days`,
    );
  return { firstDay, days };
}

/** All lengths in the city are differences of local times: they must be those of the true times. */
function requireSteadyClock(tz: string, { firstDay, days }: CalendarDays): void {
  const zone = new Zone(tz);
  const offset = zone.steadyOffset(firstDay);
  for (let day = firstDay - MARGIN_DAYS; day < firstDay + days + MARGIN_DAYS; day++) {
    if (zone.steadyOffset(day) !== offset)
      throw new OptionError('E_ZONE', `tz: expected a zone whose clock does not change around the days, got ${tz}; choose other days, or a zone such as UTC`);
  }
}

function share(value: number, what: string): number {
  if (!(value >= 0 && value <= 1)) throw new OptionError('E_NUMBER', `${what}: expected a share from 0 to 1, got ${value}`);
  return value;
}

function wholeNumber(value: number, least: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new OptionError('E_NUMBER', `${what}: expected a whole number from ${least} to ${most}, got ${value}`);
  return value;
}
