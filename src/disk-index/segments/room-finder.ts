/** Finds rooms of a segment: by a search on the disk for a few questions, in memory for many. */
import type { BlockFile, Section } from '../files/block-file.js';
import { BLOCK_BYTES } from '../files/block-format.js';
import { damaged } from '../files/reading.js';
import { ROOM_WORDS } from './segment-format.js';

/** Positions of what belongs to one room: records `firstRecord..endRecord`, words from `firstWord` on, long stays `firstLong..endLong`. */
export interface Room {
  firstRecord: number;
  endRecord: number;
  firstWord: number;
  reachSec: number;
  firstLong: number;
  endLong: number;
  /** Of its chunks, if it has more records than a small room. */
  firstStart: number;
}

/** Blocks that a search reads, about. */
const BLOCKS_OF_SEARCH = 3;
const ROOM_BYTES = ROOM_WORDS * 4;

export class RoomFinder {
  readonly #file: BlockFile;
  readonly #section: Section;
  readonly #count: number;
  #all: Uint32Array | null = null;
  /** Used again from call to call. */
  readonly #room: Room = { firstRecord: 0, endRecord: 0, firstWord: 0, reachSec: 0, firstLong: 0, endLong: 0, firstStart: 0 };

  constructor(file: BlockFile, section: Section) {
    this.#file = file;
    this.#section = section;
    this.#count = section.bytes / ROOM_BYTES - 1;
    if (!Number.isInteger(this.#count) || this.#count < 0) throw damaged(file.path, 'its rooms do not fit');
  }

  /** Says how many rooms will be asked for: many are found in memory. The memory is given back with `expect(0)`. */
  expect(queries: number): void {
    const isWorthIt = queries * BLOCKS_OF_SEARCH > this.#section.bytes / BLOCK_BYTES;
    if (!isWorthIt) this.#all = null;
    else this.#all ??= this.#file.words(this.#section, 0, (this.#count + 1) * ROOM_WORDS).slice();
  }

  /** The room of a place and run, or null; valid until the next call. */
  find(place: number, run: number): Room | null {
    const at = this.#lowerBound(place, run);
    if (at === this.#count) return null;
    const words = this.#words(at);
    return words[0] === place && words[1] === run ? this.#fill(words) : null;
  }

  /** All rooms of a place. */
  *ofPlace(place: number): Generator<Room> {
    for (let at = this.#lowerBound(place, 0); at < this.#count; at++) {
      const words = this.#words(at);
      if (words[0] !== place) return;
      yield { ...this.#fill(words) };
    }
  }

  /** The first room that is not before a place and run. */
  #lowerBound(place: number, run: number): number {
    let lo = 0;
    let hi = this.#count;
    let words = this.#all;
    if (words === null) {
      [lo, hi] = this.#blockOf(place, run);
      words = this.#file.words(this.#section, lo * ROOM_WORDS, hi * ROOM_WORDS);
    }
    const first = lo;
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if (isBefore(words, (middle - first) * ROOM_WORDS, place, run)) lo = middle + 1;
      else hi = middle;
    }
    return lo;
  }

  /** Rooms of one block of the file among which, or right behind which, the lower bound lies. By interpolation: places of a day lie about evenly. */
  #blockOf(place: number, run: number): [lo: number, hi: number] {
    const words = (lo: number, hi: number): Uint32Array => this.#file.words(this.#section, lo * ROOM_WORDS, hi * ROOM_WORDS);
    let lo = 0;
    let hi = this.#count;
    this.#lastPlace ??= hi === 0 ? 0 : words(hi - 1, hi)[0]!;
    let [least, most] = [0, this.#lastPlace];
    for (let step = 0; (hi - lo) * ROOM_BYTES > BLOCK_BYTES; step++) {
      const share = step < 4 ? Math.min(1, Math.max(0, (place - least) / Math.max(1, most - least))) : 0.5;
      const guess = Math.min(hi - 1, Math.floor(lo + share * (hi - lo)));
      const block = Math.floor((guess * ROOM_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
      const left = Math.max(lo, Math.ceil(block / ROOM_BYTES));
      const right = Math.min(hi, Math.max(left + 1, Math.floor((block + BLOCK_BYTES) / ROOM_BYTES)));
      const window = words(left, right);
      const last = window.length - ROOM_WORDS;
      if (isBefore(window, last, place, run)) {
        lo = right;
        least = window[last]!;
      } else if (!isBefore(window, 0, place, run)) {
        hi = left;
        most = window[0]!;
      } else return [left, right];
    }
    return [lo, hi];
  }
  #lastPlace: number | undefined;

  /** Words of a room and of the one behind it. */
  #words(at: number): Uint32Array {
    const lo = at * ROOM_WORDS;
    return this.#all === null ? this.#file.words(this.#section, lo, lo + 2 * ROOM_WORDS) : this.#all.subarray(lo, lo + 2 * ROOM_WORDS);
  }

  #fill(words: Uint32Array): Room {
    const room = this.#room;
    room.firstRecord = words[2]!;
    room.firstWord = words[3]!;
    room.reachSec = words[4]!;
    room.firstLong = words[5]!;
    room.firstStart = words[6]!;
    room.endRecord = words[ROOM_WORDS + 2]!;
    room.endLong = words[ROOM_WORDS + 5]!;
    if (room.endRecord < room.firstRecord || room.endLong < room.firstLong) throw damaged(this.#file.path, 'its rooms do not ascend');
    return room;
  }
}

/** Whether the room at a word is before a place and run. */
function isBefore(words: Uint32Array, at: number, place: number, run: number): boolean {
  return words[at]! < place || (words[at] === place && words[at + 1]! < run);
}
