/** Times as ISO 8601 in bytes, as `Zone.text` has them: date and offset are taken from the zone once a day, the clock from two tables. */
import { DAY_SEC, type Zone } from '../core/zone.js';

/** A local day all of whose instants have one offset. */
interface SteadyDay {
  readonly offset: number;
  /** The text of one of its instants. */
  readonly text: Uint8Array;
}

const encoder = new TextEncoder();
const two = (n: number): string => String(n).padStart(2, '0');
/** `HH:m` for each ten minutes of a day, and `m:ss` for each second of ten minutes, four bytes each. */
const TENS = encoder.encode(Array.from({ length: 144 }, (_, ten) => `${two(Math.floor(ten / 6))}:${ten % 6}`).join(''));
const SECONDS = encoder.encode(Array.from({ length: 600 }, (_, sec) => `${Math.floor(sec / 60)}:${two(sec % 60)}`).join(''));
const TEN_MINUTES = 600;
/** Where the clock begins. */
const CLOCK = 11;

export class TimeBytes {
  readonly #zone: Zone;
  /** By local day; days on or near which the clock changes are not kept. */
  readonly #days = new Map<number, SteadyDay>();
  #last: SteadyDay = { offset: Number.NaN, text: new Uint8Array(0) };
  #lastStart = Number.POSITIVE_INFINITY;

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** Writes a time to `bytes` from `at` on, where there must be room for 25; returns where it ends. */
  put(sec: number, bytes: Uint8Array, at: number): number {
    let inDay = sec - this.#lastStart;
    if (!(inDay >= 0 && inDay < DAY_SEC)) {
      if (!this.#turnTo(sec)) {
        const text = encoder.encode(this.#zone.text(sec));
        bytes.set(text, at);
        return at + text.length;
      }
      inDay = sec - this.#lastStart;
    }
    const { text } = this.#last;
    for (let i = 0; i < CLOCK; i++) bytes[at + i] = text[i]!;
    const ten = (inDay / TEN_MINUTES) | 0;
    const tens = ten * 4;
    const seconds = (inDay - ten * TEN_MINUTES) * 4;
    bytes[at + 11] = TENS[tens]!;
    bytes[at + 12] = TENS[tens + 1]!;
    bytes[at + 13] = TENS[tens + 2]!;
    bytes[at + 14] = TENS[tens + 3]!;
    bytes[at + 15] = SECONDS[seconds]!;
    bytes[at + 16] = SECONDS[seconds + 1]!;
    bytes[at + 17] = SECONDS[seconds + 2]!;
    bytes[at + 18] = SECONDS[seconds + 3]!;
    for (let i = CLOCK + 8; i < text.length; i++) bytes[at + i] = text[i]!;
    return at + text.length;
  }

  /** Makes the day of an instant the last one; false if the clock changes around it. */
  #turnTo(sec: number): boolean {
    const day = this.#zone.dayAt(sec);
    let found = this.#days.get(day);
    if (!found) {
      const offset = this.#zone.steadyOffset(day);
      if (Number.isNaN(offset)) return false;
      found = { offset, text: encoder.encode(this.#zone.text(sec)) };
      this.#days.set(day, found);
    }
    this.#last = found;
    this.#lastStart = day * DAY_SEC - found.offset;
    return true;
  }
}
