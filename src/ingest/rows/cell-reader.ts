/** Reads one cell as the number that its column wants, or says what is wrong with it. */
import { EARLIEST_SEC, LATEST_SEC, dayNumber } from '../../core/zone.js';
import type { ColumnSpec, RowIds } from '../../model/tables.js';
import { AMBIGUOUS, IN_GAP, OUT_OF_RANGE, WRONG_UNIT, type TimeReader } from '../text/time-text.js';

export interface Fault {
  readonly code: string;
  readonly expected: string;
  readonly advice: string;
}

const EMPTY: Fault = { code: 'E_EMPTY', expected: 'a value in this required column', advice: 'fill it in' };
const SCIENTIFIC: Fault = {
  code: 'E_ID_SCIENTIFIC',
  expected: 'an id as text',
  advice: 'a spreadsheet has rounded it to 15 digits: export again with the column as text, since the rest cannot be restored',
};
const TEXT: Fault = { code: 'E_ID_TEXT', expected: 'well-formed Unicode text', advice: 'export the row again' };
const COUNT: Fault = { code: 'E_VALUE', expected: 'a whole number from 0 to 4,000,000,000', advice: 'mend the value' };
const CLOCK: Fault = { code: 'E_TIME', expected: 'a time of a service day such as 8:05:00 or 25:10:00', advice: 'mend the value or leave the cell empty' };
const DATE: Fault = { code: 'E_TIME', expected: 'a date such as 20220301', advice: 'mend the value' };
const NOT_TIME: Fault = {
  code: 'E_TIME',
  expected: 'a time such as 2022-03-01 08:15:30',
  advice: 'give --time-format with the pattern of this column, or mend the value',
};
const NOT_DAY: Fault = {
  code: 'E_TIME',
  expected: 'a date such as 2022-03-01',
  advice: 'give --time-format with the pattern of this column, or mend the value',
};
const TIME_FAULTS: Readonly<Record<number, Fault>> = {
  [IN_GAP]: {
    code: 'E_TIME_GAP',
    expected: 'a local time that the clock showed',
    advice: 'the clock skipped it for summer time: check --tz, or give an offset in the cell',
  },
  [OUT_OF_RANGE]: { code: 'E_TIME_RANGE', expected: 'a time from 2000 up to, not including, 2100', advice: 'mend the value or leave the cell empty' },
  [WRONG_UNIT]: {
    code: 'E_TIME_UNIT',
    expected: 'seconds (10 digits) or milliseconds (13 digits) since 1970',
    advice: 'divide micro- or nanoseconds before the export',
  },
  [AMBIGUOUS]: { code: 'E_TIME', expected: 'a time that only one --time-format fits', advice: 'two patterns read it differently: give only the right one' },
};

export class CellReader {
  /** What is wrong with the cell read last; null if nothing. */
  fault: Fault | null = null;
  /** Unit of the cell read last if it was an epoch number, else 0; see `TimeReader`. */
  lastUnit = 0;
  /** Check-outs in the year 9999, read as none. */
  openEnds = 0;
  readonly times: TimeReader;
  readonly #ids: RowIds;

  constructor(ids: RowIds, times: TimeReader) {
    this.#ids = ids;
    this.times = times;
  }

  /** Seconds since 1970 that came as a number. Look at `fault` before using it. */
  seconds(value: number): number {
    const sec = Math.floor(value);
    this.fault = sec >= EARLIEST_SEC && sec < LATEST_SEC ? null : TIME_FAULTS[OUT_OF_RANGE]!;
    return sec;
  }

  /** An instant in seconds since 1970, of a column of times whose cells are no text. Look at `fault` before using it. */
  instant(column: ColumnSpec, sec: number): number {
    this.settle();
    return this.#openEnd(column, sec) ? 0 : this.seconds(sec);
  }

  /** The instant at which the local clock shows `wallSec`, counted as if it were UTC. Look at `fault` before using it. @throws OptionError without a zone. */
  wall(column: ColumnSpec, wallSec: number): number {
    this.settle();
    const sec = this.times.wall(wallSec, column.kind === 'end' ? 'end' : 'start');
    if (sec >= 0) return sec;
    if (sec !== OUT_OF_RANGE || !this.#openEnd(column, wallSec)) this.fault = TIME_FAULTS[sec]!;
    return 0;
  }

  /** Nothing is wrong with the cell in hand, which was read before. */
  settle(): void {
    this.fault = null;
    this.lastUnit = 0;
  }

  /** Whether a check-out is in the year 9999, which stands for none; counts it. */
  #openEnd({ name }: ColumnSpec, sec: number): boolean {
    const isOpen = name === 'check_out' && sec >= YEAR_9999_SEC && sec < YEAR_10000_SEC;
    if (isOpen) this.openEnds++;
    return isOpen;
  }

  /** The number of the trimmed cell `bytes[lo..hi)`. Look at `fault` before using it. */
  read(column: ColumnSpec, bytes: Uint8Array, lo: number, hi: number): number {
    this.fault = null;
    this.lastUnit = 0;
    if (lo === hi) {
      if (column.required) this.fault = EMPTY;
      return column.kind === 'degrees' ? Number.NaN : 0;
    }
    switch (column.kind) {
      case 'id':
        if (isScientific(bytes, lo, hi)) this.fault = SCIENTIFIC;
        else return this.#ids[column.dictionary!].internBytes(bytes, lo, hi);
        return 0;
      case 'text':
        return this.#ids[column.dictionary!].internBytes(bytes, lo, hi);
      case 'start':
      case 'end': {
        const sec = this.times.time(bytes, lo, hi, column.kind);
        this.lastUnit = this.times.lastUnit;
        if (sec >= 0) return sec;
        if (column.name === 'check_out' && isYear9999(bytes, lo) && (sec === OUT_OF_RANGE || this.times.day(bytes, lo, hi) === OUT_OF_RANGE)) this.openEnds++;
        else this.fault = TIME_FAULTS[sec] ?? NOT_TIME;
        return 0;
      }
      case 'day': {
        const day = this.times.day(bytes, lo, hi);
        if (day < 0) this.fault = TIME_FAULTS[day] ?? NOT_DAY;
        return day;
      }
      case 'degrees': {
        const text = decoder.decode(bytes.subarray(lo, hi));
        const degrees = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
        if (!(Math.abs(degrees) <= column.limit!)) {
          this.fault = {
            code: 'E_VALUE',
            expected: `degrees from -${column.limit} to ${column.limit} with a decimal point`,
            advice: 'mend the value or leave the cell empty',
          };
        }
        return degrees;
      }
      case 'word': {
        const at = column.words!.indexOf(decoder.decode(bytes.subarray(lo, hi)));
        if (at < 0) this.fault = { code: 'E_VALUE', expected: `one of ${column.words!.join(', ')}`, advice: 'mend the value or leave the cell empty' };
        return at + 1;
      }
      case 'count': {
        const count = hi - lo <= 10 ? digits(bytes, lo, hi) : -1;
        if (count < 0 || count > 4e9) this.fault = COUNT;
        return count + 1;
      }
      case 'clock': {
        const sec = clockSec(bytes, lo, hi);
        if (sec < 0) this.fault = CLOCK;
        return sec + 1;
      }
      case 'date': {
        const number = hi - lo === 8 ? digits(bytes, lo, hi) : -1;
        const day = number < 0 ? Number.NaN : dayNumber(Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100);
        if (Number.isNaN(day)) this.fault = DATE;
        return Math.max(day, 1);
      }
    }
  }
}

/** The reject of a text that UTF-8 cannot hold: only rows given as objects can have one. */
export const NOT_WELL_FORMED: Fault = TEXT;

const YEAR_9999_SEC = 253_370_764_800;
const YEAR_10000_SEC = 253_402_300_800;
const decoder = new TextDecoder();
const encoder = new TextEncoder();
const NINES = encoder.encode('9999');

function isYear9999(bytes: Uint8Array, lo: number): boolean {
  return NINES.every((byte, i) => bytes[lo + i] === byte);
}

/** A whole number of digits alone; -1 for anything else. */
function digits(bytes: Uint8Array, lo: number, hi: number): number {
  let value = 0;
  for (let i = lo; i < hi; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return lo < hi ? value : -1;
}

/** Seconds of `H:MM:SS`, the hours with one to three digits; -1 for anything else. */
function clockSec(bytes: Uint8Array, lo: number, hi: number): number {
  const [colon, first, last] = [58, hi - 6, hi - 3];
  if (first <= lo || first - lo > 3 || bytes[first] !== colon || bytes[last] !== colon) return -1;
  const hour = digits(bytes, lo, first);
  const minute = digits(bytes, first + 1, last);
  const second = digits(bytes, last + 1, hi);
  return hour < 0 || minute < 0 || minute > 59 || second < 0 || second > 59 ? -1 : hour * 3600 + minute * 60 + second;
}

/** An id that a spreadsheet turned into a number: `1.38E+10`, `4.40301E+17`. Written as a scan, since it runs on every id. */
function isScientific(bytes: Uint8Array, lo: number, hi: number): boolean {
  const isDigit = (at: number): boolean => bytes[at]! >= 48 && bytes[at]! <= 57;
  if (hi - lo < 4 || !isDigit(lo) || (bytes[lo + 1] !== 46 && bytes[lo + 1] !== 69)) return false;
  let at = lo + 1;
  if (bytes[at] === 46) {
    const first = ++at;
    while (at < hi && isDigit(at)) at++;
    if (at === first) return false;
  }
  if (bytes[at] !== 69 || bytes[at + 1] !== 43) return false;
  const exponent = at + 2;
  at = exponent;
  while (at < hi && isDigit(at)) at++;
  return at === hi && at > exponent;
}

/** The shape of a value, without the value: digits as 9, letters as a, others as they are; at most 40 characters. */
export function shapeOf(text: string): string {
  const short = text
    .slice(0, 40)
    .replaceAll(/\p{Nd}/gu, '9')
    .replaceAll(/\p{Script=Han}/gu, '字')
    .replaceAll(/\p{L}/gu, 'a')
    .replaceAll(/\p{C}/gu, '?');
  return text.length > 40 ? `${short}…` : short;
}
