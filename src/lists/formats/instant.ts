/** Times of the lists, which are ISO 8601 texts with an offset, as instants and as local dates. */
import { DAY_SEC, dayNumber } from '../../core/zone.js';

/** Seconds since 1970 of `2022-03-01T08:15:30+08:00` or `…Z`; NaN for any other text. */
export function instantSec(text: string): number {
  const [, year, month, day, hour, minute, second, zone] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  if (zone === undefined) return Number.NaN;
  const wallSec = dayNumber(Number(year), Number(month), Number(day)) * DAY_SEC + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  if (zone === 'Z') return wallSec;
  const offsetSec = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4)) * 60;
  return wallSec + (zone.startsWith('-') ? offsetSec : -offsetSec);
}

/** The local date on which something began: `2022-03-01`. */
export const firstDate = (start: string): string => start.slice(0, 10);

/** The local date of the last second before an end: an end at midnight belongs to the day before, unless it is the start itself. */
export function lastDate(start: string, end: string): string {
  const date = end.slice(0, 10);
  if (end.slice(11, 19) !== '00:00:00' || start === end) return date;
  const day = dayNumber(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));
  return dateText(day - 1);
}

const dateText = (day: number): string => new Date(day * DAY_SEC * 1000).toISOString().slice(0, 10);
