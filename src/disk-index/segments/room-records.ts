/** The stays of a day, room by room, as the sections of the join hold them; and the ranges of places in which that is done. */
import { countingSort } from '../../core/columns.js';
import { WORDS, type PackedIndex } from '../../stay-index/packed-index.js';
import { CHUNK, JOINED_WORDS, LENGTH_LOW_BITS, LENGTH_LOW_MASK, LENGTH_SHIFT, MOST_LENGTH_SEC, RANGES, ROOM_WORDS, SMALL_ROOM } from './segment-format.js';

/** Words of a stay on its way to its room: place, run, start, possible end, person, word of the stay. */
export const STAGED_WORDS = 6;

/** Which range each place falls into: ranges of neighbouring ids with about as many check-ins each. */
export function rangesOfPlaces(checkInsOfPlace: ArrayLike<number>, placeCount: number): Uint8Array {
  let all = 0;
  for (let place = 0; place < placeCount; place++) all += checkInsOfPlace[place] ?? 0;
  const rangeOf = new Uint8Array(placeCount);
  let before = 0;
  for (let place = 0; place < placeCount; place++) {
    rangeOf[place] = Math.min(RANGES - 1, Math.floor((before / Math.max(1, all)) * RANGES));
    before += checkInsOfPlace[place] ?? 0;
  }
  return rangeOf;
}

export interface Rooms {
  readonly place: Uint32Array;
  readonly run: Uint32Array;
  readonly columns: { readonly key: Uint32Array; readonly start: Uint32Array; readonly end: Uint32Array; readonly person: Uint32Array };
}

/** The rooms of some staged stays at places `lo..hi`, by place, then run, and the stays with their rooms as keys. */
export function roomsOf(staged: Uint32Array, lo: number, hi: number): Rooms {
  const count = staged.length / STAGED_WORDS;
  const column = (word: number): Uint32Array => {
    const values = new Uint32Array(count);
    for (let i = 0; i < count; i++) values[i] = staged[i * STAGED_WORDS + word]!;
    return values;
  };
  const place = column(0);
  const run = column(1);
  const { offsets, rows } = countingSort(count, Math.max(0, hi - lo), (i) => place[i]! - lo);
  const key = new Uint32Array(count);
  const roomPlace: number[] = [];
  const roomRun: number[] = [];
  for (let p = 0; p < hi - lo; p++) {
    const here = rows.subarray(offsets[p]!, offsets[p + 1]!);
    if (here.length === 0) continue;
    const runs = new Set<number>();
    let lastRun = -1;
    for (const i of here) if (run[i] !== lastRun) runs.add((lastRun = run[i]!));
    const first = roomRun.length;
    const sorted = [...runs].sort((a, b) => a - b);
    for (const each of sorted) {
      roomPlace.push(lo + p);
      roomRun.push(each);
    }
    if (sorted.length === 1) for (const i of here) key[i] = first;
    else {
      const position = new Map(sorted.map((each, i) => [each, first + i]));
      for (const i of here) key[i] = position.get(run[i]!)!;
    }
  }
  return { place: Uint32Array.from(roomPlace), run: Uint32Array.from(roomRun), columns: { key, start: column(2), end: column(3), person: column(4) } };
}

/** The records of a range as a segment holds them. `before` is what lies before them. */
export function encodeRooms(
  packed: PackedIndex,
  rooms: Rooms,
  baseSec: number,
  staged: Uint32Array,
  before: { readonly record: number; readonly word: number; readonly long: number; readonly start: number },
): { rooms: Uint32Array; records: Uint32Array; numbers: Uint32Array; long: Uint32Array; longNumbers: Uint32Array; starts: Uint32Array } {
  const count = packed.rows.length;
  const roomCount = rooms.place.length;
  const roomWords = new Uint32Array(roomCount * ROOM_WORDS);
  const words = new Uint32Array(count * 2 + ((count + 3) >>> 2) + roomCount * 2 + Math.ceil(count / CHUNK));
  const bytes = new Uint8Array(words.buffer);
  const numbers = new Uint32Array(count);
  const long = new Uint32Array(count * 3);
  const longNumbers = new Uint32Array(count);
  let record = 0;
  let word = 0;
  let longs = 0;
  const starts: number[] = [];
  const numberOf = (row: number): number => staged[row * STAGED_WORDS + 5]!;
  const pushLong = (start: number, end: number, person: number, row: number): void => {
    long.set([start, end, person], longs * 3);
    longNumbers[longs++] = numberOf(row);
  };
  for (let room = 0; room < roomCount; room++) {
    const lo = packed.offsets[room]!;
    const hi = packed.offsets[room + 1]!;
    roomWords.set(
      [
        rooms.place[room]!,
        rooms.run[room]!,
        before.record + record,
        before.word + word,
        Math.min(packed.reach[room]!, MOST_LENGTH_SEC),
        before.long + longs,
        before.start + starts.length,
      ],
      room * ROOM_WORDS,
    );
    const longHere: [start: number, end: number, person: number, row: number][] = [];
    const setAside = ({ records }: Pick<PackedIndex, 'records'>, r: number, row: number): void =>
      void longHere.push([records[r * WORDS]!, records[r * WORDS + 1]!, records[r * WORDS + 2]!, row]);
    // Those that a record cannot hold are long too; few, and found by their start like the others.
    let kept: Uint32Array | null = null;
    if (packed.reach[room]! > MOST_LENGTH_SEC) {
      const fits = (r: number): boolean => packed.records[r * WORDS + 1]! - packed.records[r * WORDS]! <= MOST_LENGTH_SEC;
      kept = Uint32Array.from({ length: hi - lo }, (_, i) => lo + i).filter(fits);
      for (let r = lo; r < hi; r++) if (!fits(r)) setAside(packed, r, packed.rows[r]!);
    }
    if (packed.long !== null) {
      for (let r = packed.long.offsets[room]!; r < packed.long.offsets[room + 1]!; r++) setAside(packed.long, r, packed.rows[packed.long.firstRecord + r]!);
    }
    for (const each of longHere.sort((a, b) => a[0] - b[0])) pushLong(...each);
    const keptCount = kept?.length ?? hi - lo;
    for (let chunk = 0; chunk < keptCount; chunk += CHUNK) {
      const size = Math.min(CHUNK, keptCount - chunk);
      if (keptCount > SMALL_ROOM) starts.push(packed.records[(kept === null ? lo + chunk : kept[chunk]!) * WORDS]!);
      for (let i = 0; i < size; i++) {
        const r = kept === null ? lo + chunk + i : kept[chunk + i]!;
        const start = packed.records[r * WORDS]!;
        const length = packed.records[r * WORDS + 1]! - start;
        words[word + i] = ((start - baseSec) | ((length & LENGTH_LOW_MASK) << LENGTH_SHIFT)) >>> 0;
        words[word + size + i] = packed.records[r * WORDS + 2]!;
        bytes[(word + 2 * size) * 4 + i] = length >>> LENGTH_LOW_BITS;
        numbers[record + i] = numberOf(packed.rows[r]!);
      }
      record += size;
      word += size * 2 + ((size + 3) >>> 2);
    }
  }
  return {
    rooms: roomWords,
    records: words.subarray(0, word),
    numbers: numbers.subarray(0, record),
    // Copies: these are kept until the end of the day, and a view would keep the room for all stays of the range.
    long: long.slice(0, longs * 3),
    longNumbers: longNumbers.slice(0, longs),
    starts: Uint32Array.from(starts),
  };
}

/** Joined check-ins by place, then time. */
export function sortedJoined(words: Uint32Array): Uint32Array {
  const count = words.length / JOINED_WORDS;
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => words[a * JOINED_WORDS]! - words[b * JOINED_WORDS]! || words[a * JOINED_WORDS + 1]! - words[b * JOINED_WORDS + 1]! || a - b,
  );
  const sorted = new Uint32Array(words.length);
  for (let i = 0; i < count; i++) sorted.set(words.subarray(order[i]! * JOINED_WORDS, (order[i]! + 1) * JOINED_WORDS), i * JOINED_WORDS);
  return sorted;
}

/** First place and the place behind the last of each range. */
export function boundsOf(rangeOf: Uint8Array): [Uint32Array, Uint32Array] {
  const lo = new Uint32Array(RANGES);
  const hi = new Uint32Array(RANGES);
  for (let place = 0; place < rangeOf.length; place++) {
    const range = rangeOf[place]!;
    if (hi[range] === 0) lo[range] = place;
    hi[range] = place + 1;
  }
  return [lo, hi];
}
