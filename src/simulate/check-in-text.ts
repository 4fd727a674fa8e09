/** Check-ins as CSV bytes, written digit by digit into large blocks: a formatter of strings would take longer than the simulation. */
import { DAY_SEC } from '../core/zone.js';
import { KINDS } from './city.js';
import type { DayVisits } from './day.js';
import { PERSON_DIGITS, PERSON_HEAD, PLACE_DIGITS, dateText, personNumber, runId, seatText } from './ids.js';
import { COLUMNS } from './rows.js';
import type { DayScans } from './scans.js';

/** More than the longest row of a day can take, times the most rows of a day. */
const ROOM_FOR_A_DAY = 256 * 128;
const COMMA = 44;
const COLON = 58;
const NEWLINE = 10;
const ZERO = 48;

/** A growing text of check-ins that is taken away block by block. */
export class CheckInText {
  readonly #blockBytes: number;
  readonly #firstDay: number;
  readonly #heads: readonly Uint8Array[] = KINDS.map(({ letter }) => encoder.encode(letter));
  /** The id of the person written last, with its comma. */
  readonly #personBytes: Uint8Array = encoder.encode(`${PERSON_HEAD}${'0'.repeat(PERSON_DIGITS)},`);
  #person = -1;
  /** Dates with the space behind them, by days since 1970-01-01: as many as the city has days. */
  readonly #dates = new Map<number, Uint8Array>();
  #block: Uint8Array;
  #at = 0;

  /** @param blockBytes - blocks are about this long; the text does not depend on it. */
  constructor(firstDay: number, blockBytes: number) {
    this.#firstDay = firstDay;
    this.#blockBytes = blockBytes;
    this.#block = new Uint8Array(blockBytes + ROOM_FOR_A_DAY);
    this.#put(encoder.encode(`${COLUMNS.checkins.join(',')}\n`));
  }

  get isFull(): boolean {
    return this.#at >= this.#blockBytes;
  }

  /** The text since the last block; it belongs to the caller. */
  takeBlock(): Uint8Array {
    const block = this.#block.subarray(0, this.#at);
    this.#block = new Uint8Array(this.#blockBytes + ROOM_FOR_A_DAY);
    this.#at = 0;
    return block;
  }

  /** Appends the rows of one person-day. Needs `!isFull`. */
  write(visits: DayVisits, scans: DayScans): void {
    for (let row = 0; row < scans.count; row++) {
      const visit = scans.visit[row]!;
      this.#putPerson(scans.person[row]!);
      this.#put(this.#heads[visits.kind[visit]!]!);
      this.#putDigits(visits.place[visit]!, PLACE_DIGITS);
      this.#putByte(COMMA);
      this.#putTime(scans.timeSec[row]!);
      this.#putByte(COMMA);
      if (scans.outSec[row] !== 0) this.#putTime(scans.outSec[row]!);
      this.#putByte(COMMA);
      // Only coaches print the run and the seat on the ticket that is scanned; the run of a bus follows from the timetable.
      if (visits.seat[visit] !== 0)
        this.#put(encoder.encode(`${runId(visits.kind[visit]!, visits.place[visit]!, visits.run[visit]!, this.#firstDay)},${seatText(visits.seat[visit]!)}`));
      else this.#putByte(COMMA);
      this.#putByte(NEWLINE);
    }
  }

  #putPerson(person: number): void {
    if (person !== this.#person) {
      this.#person = person;
      writeDigits(this.#personBytes, PERSON_HEAD.length, personNumber(person), PERSON_DIGITS);
    }
    this.#put(this.#personBytes);
  }

  #putTime(sec: number): void {
    const date = Math.floor(sec / DAY_SEC);
    let dateBytes = this.#dates.get(date);
    if (dateBytes === undefined) this.#dates.set(date, (dateBytes = encoder.encode(`${dateText(date)} `)));
    this.#put(dateBytes);
    const inDay = sec - date * DAY_SEC;
    const minutes = Math.floor(inDay / 60);
    const hours = Math.floor(minutes / 60);
    this.#putDigits(hours, 2);
    this.#putByte(COLON);
    this.#putDigits(minutes - hours * 60, 2);
    this.#putByte(COLON);
    this.#putDigits(inDay - minutes * 60, 2);
  }

  /** Few bytes: a loop is faster than `set`. */
  #put(bytes: Uint8Array): void {
    const block = this.#block;
    let at = this.#at;
    for (let i = 0; i < bytes.length; i++) block[at++] = bytes[i]!;
    this.#at = at;
  }

  #putByte(byte: number): void {
    this.#block[this.#at++] = byte;
  }

  #putDigits(value: number, count: number): void {
    writeDigits(this.#block, this.#at, value, count);
    this.#at += count;
  }
}

/** Decimal digits with leading zeros. */
function writeDigits(bytes: Uint8Array, at: number, value: number, count: number): void {
  for (let i = at + count - 1; i >= at; i--) {
    const rest = Math.floor(value / 10);
    bytes[i] = ZERO + value - rest * 10;
    value = rest;
  }
}

const encoder = new TextEncoder();
