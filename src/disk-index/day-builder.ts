/** Builds the segment of one local day: first its stays by person, part by part, as they are inferred; then, in a second pass, by room. */
import { F64Column, countingSort } from '../core/columns.js';
import { CAPPED, CONFLICT, type Stays } from '../model/stay.js';
import type { CheckInColumn, Table } from '../model/tables.js';
import { buildPackedIndex } from '../stay-index/build-packed-index.js';
import { WORDS, type PackedIndex } from '../stay-index/packed-index.js';
import { StateError } from '../core/errors.js';
import { BlockFileWriter, type SectionWriter, type WrittenFile } from './block-file.js';
import {
  CHUNK,
  EXTRA_WORDS,
  FLAGS_SHIFT,
  HAS_EXTRA,
  JOINED_WORDS,
  LENGTH_LOW_BITS,
  LENGTH_LOW_MASK,
  LENGTH_SHIFT,
  MOST_LENGTH_SEC,
  MOST_ROWS,
  PART_NUMBERS,
  PERSON_WORDS,
  RANGES,
  ROOM_WORDS,
  ROW_WORDS,
  ROWS_SHIFT,
  SMALL_ROOM,
  STAY_WORDS,
  personId,
  type SegmentAbout,
} from './segment-format.js';
import type { SpillFile } from './spill.js';

/** Words of a stay on its way to its room: place, run, start, possible end, person, word of the stay. */
const STAGED_WORDS = 6;

/**
 * Where the stays of one part and one range of places were staged: range, first byte and words of the stays, then of the joined check-ins. Only where there are
 * any: a file may have hundreds of days, and then few of them in one part.
 */
const PIECE_NUMBERS = 5;

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

export class DayBuilder {
  readonly #day: string;
  readonly #baseSec: number;
  readonly #file: BlockFileWriter;
  readonly #people: SectionWriter;
  readonly #spill: SpillFile;
  readonly #staged = new F64Column();
  readonly #parts: number[] = [];
  readonly #counts = { stays: 0, checkIns: 0, lastSec: 0, longestSec: 0, capped: 0, conflicts: 0, zeroLength: 0, joined: 0 };

  constructor(path: string, day: string, baseSec: number, spill: SpillFile, pieceBytes: number) {
    this.#day = day;
    this.#baseSec = baseSec;
    this.#spill = spill;
    this.#file = new BlockFileWriter(path);
    this.#people = this.#file.section('people', null, pieceBytes);
  }

  get stays(): number {
    return this.#counts.stays;
  }

  /** Adds the stays `chosen` of a part, which are grouped by person in ascending order; parts without any may be left out, but come in order. */
  addPart(part: number, stays: Stays, chosen: Uint32Array, checkIns: Table<CheckInColumn>, rangeOf: Uint8Array): void {
    const blob = blobOf(stays, chosen, checkIns);
    while (this.#parts.length < part * PART_NUMBERS) this.#parts.push(0, 0, 0, 0, 0);
    this.#parts.push(this.#people.bytes, blob.people.length / PERSON_WORDS, chosen.length, blob.words.length, stays.person[chosen[chosen.length - 1]!] ?? 0);
    this.#people.add(blob.people);
    this.#people.add(blob.words);
    this.#count(stays, chosen, blob.rowCount);
    this.#stage(part, stays, chosen, checkIns, blob.wordOf, rangeOf);
  }

  /** Puts the stays in the order of their rooms, range by range, and ends the file. */
  *finish(parts: number, rangeOf: Uint8Array): Generator<number, WrittenFile & { about: SegmentAbout }> {
    while (this.#parts.length < parts * PART_NUMBERS) this.#parts.push(0, 0, 0, 0, 0);
    this.#file.close(this.#people);
    const { stays, joined } = this.#counts;
    const numbers = this.#file.section('stays', stays * 4);
    const joins = this.#file.section('joined', joined * JOINED_WORDS * 4);
    const records = this.#file.section('records'); // its size is known only at its end
    const rooms: Uint32Array[] = [];
    const starts: Uint32Array[] = [];
    const long: Uint32Array[] = [];
    const longNumbers: Uint32Array[] = [];
    let longCount = 0;
    let startCount = 0;
    let roomCount = 0;
    let recordCount = 0;
    let wordCount = 0;
    const [loPlace, hiPlace] = boundsOf(rangeOf);
    for (let range = 0; range < RANGES; range++) {
      const staged = this.#gather(range, STAGED_WORDS, false);
      const byRoom = roomsOf(staged, loPlace[range]!, hiPlace[range]!);
      const packed = buildPackedIndex(byRoom.columns, byRoom.place.length);
      const encoded = encode(packed, byRoom, this.#baseSec, staged, { record: recordCount, word: wordCount, long: longCount, start: startCount });
      rooms.push(encoded.rooms);
      records.add(encoded.records);
      numbers.add(encoded.numbers);
      long.push(encoded.long);
      starts.push(encoded.starts);
      startCount += encoded.starts.length;
      longNumbers.push(encoded.longNumbers);
      roomCount += byRoom.place.length;
      recordCount += encoded.numbers.length;
      wordCount += encoded.records.length;
      longCount += encoded.longNumbers.length;
      joins.add(sortedJoined(this.#gather(range, JOINED_WORDS, true)));
      yield (range + 1) / RANGES;
    }
    this.#file.close(records);
    rooms.push(Uint32Array.of(0xffff_ffff, 0, recordCount, wordCount, 0, longCount, startCount)); // the fence
    for (const words of longNumbers) numbers.add(words);
    for (const [name, pieces] of [
      ['rooms', rooms],
      ['long', long],
      ['starts', starts],
    ] as const) {
      const section = this.#file.section(
        name,
        pieces.reduce((sum, piece) => sum + piece.byteLength, 0),
      );
      for (const piece of pieces) section.add(piece);
    }
    const { capped, conflicts, zeroLength, lastSec, longestSec, checkIns } = this.#counts;
    const about: SegmentAbout = {
      kind: 'day',
      day: this.#day,
      baseSec: this.#baseSec,
      stays,
      checkIns,
      rooms: roomCount,
      longStays: longCount,
      lastSec,
      longestSec,
      capped,
      conflicts,
      zeroLength,
      parts: this.#parts,
    };
    return { ...this.#file.finish(about), about };
  }

  #count({ start, possible, flags }: Stays, chosen: Uint32Array, rowCount: number): void {
    const counts = this.#counts;
    counts.stays += chosen.length;
    counts.checkIns += rowCount;
    for (const stay of chosen) {
      counts.lastSec = Math.max(counts.lastSec, possible[stay]!);
      counts.longestSec = Math.max(counts.longestSec, possible[stay]! - start[stay]!);
      if (flags[stay]! & CAPPED) counts.capped++;
      if (flags[stay]! & CONFLICT) counts.conflicts++;
      if (start[stay] === possible[stay]) counts.zeroLength++;
    }
  }

  /** Puts what the rooms need into the spill file, range by range. */
  #stage(part: number, stays: Stays, chosen: Uint32Array, checkIns: Table<CheckInColumn>, wordOf: Uint32Array, rangeOf: Uint8Array): void {
    const { place, run, start, possible, person, firstRow, rows } = stays;
    const time = checkIns.column('time');
    const starts = new Uint32Array(RANGES + 1);
    const joinedStarts = new Uint32Array(RANGES + 1);
    for (const stay of chosen) {
      const range = rangeOf[place[stay]!]! + 1;
      starts[range]! += STAGED_WORDS;
      joinedStarts[range]! += (firstRow[stay + 1]! - firstRow[stay]! - 1) * JOINED_WORDS;
    }
    for (let range = 0; range < RANGES; range++) {
      starts[range + 1]! += starts[range]!;
      joinedStarts[range + 1]! += joinedStarts[range]!;
    }
    const staged = new Uint32Array(starts[RANGES]!);
    const joined = new Uint32Array(joinedStarts[RANGES]!);
    const next = starts.slice(0, RANGES);
    const nextJoined = joinedStarts.slice(0, RANGES);
    chosen.forEach((stay, i) => {
      const range = rangeOf[place[stay]!]!;
      const id = personId(person[stay]!, part);
      let to = next[range]!;
      staged[to++] = place[stay]!;
      staged[to++] = run[stay]!;
      staged[to++] = start[stay]!;
      staged[to++] = possible[stay]!;
      staged[to++] = id;
      staged[to++] = wordOf[i]!;
      next[range] = to;
      for (let at = firstRow[stay]! + 1; at < firstRow[stay + 1]!; at++) {
        let joinedTo = nextJoined[range]!;
        joined[joinedTo++] = place[stay]!;
        joined[joinedTo++] = time[rows[at]!]!;
        joined[joinedTo++] = id;
        joined[joinedTo++] = wordOf[i]!;
        nextJoined[range] = joinedTo;
      }
    });
    this.#counts.joined += joined.length / JOINED_WORDS;
    const at = this.#spill.append(staged);
    const joinedAt = this.#spill.append(joined);
    for (let range = 0; range < RANGES; range++) {
      const lo = starts[range]!;
      if (starts[range + 1] === lo) continue; // then nothing joined there either
      const joinedLo = joinedStarts[range]!;
      for (const number of [range, at + lo * 4, starts[range + 1]! - lo, joinedAt + joinedLo * 4, joinedStarts[range + 1]! - joinedLo])
        this.#staged.push(number);
    }
  }

  #gather(range: number, words: number, isJoined: boolean): Uint32Array {
    const { data, length } = this.#staged;
    const [atOf, sizeOf] = isJoined ? [3, 4] : [1, 2];
    let size = 0;
    for (let piece = 0; piece < length; piece += PIECE_NUMBERS) if (data[piece] === range) size += data[piece + sizeOf]!;
    const all = new Uint32Array(size);
    let to = 0;
    for (let piece = 0; piece < length; piece += PIECE_NUMBERS) {
      const count = data[piece + sizeOf]!;
      if (data[piece] !== range || count === 0) continue;
      this.#spill.readInto(all.subarray(to, to + count), data[piece + atOf]!);
      to += count;
    }
    if (all.length % words !== 0) throw new Error('staged words do not fit');
    return all;
  }
}

interface Blob {
  readonly people: Uint32Array;
  readonly words: Uint32Array;
  /** Where each stay begins in the words. */
  readonly wordOf: Uint32Array;
  readonly rowCount: number;
}

/** The stays of a part as a blob of section `people`. */
function blobOf(stays: Stays, chosen: Uint32Array, checkIns: Table<CheckInColumn>): Blob {
  const [, , time, checkOut, runId, carriage, seat] = checkIns.columns.map(({ data }) => data as Uint32Array) as Uint32Array[];
  const file = checkIns.file.data;
  const line = checkIns.line.data;
  const { firstRow, rows } = stays;
  const hasExtra = (row: number): boolean => checkOut![row] !== 0 || runId![row] !== 0 || carriage![row] !== 0 || seat![row] !== 0;
  let rowCount = 0;
  let extras = 0;
  for (const stay of chosen) {
    rowCount += firstRow[stay + 1]! - firstRow[stay]!;
    for (let at = firstRow[stay]!; at < firstRow[stay + 1]!; at++) if (hasExtra(rows[at]!)) extras++;
  }
  const people: number[] = [];
  const words = new Uint32Array(chosen.length * STAY_WORDS + rowCount * ROW_WORDS + extras * EXTRA_WORDS);
  const wordOf = new Uint32Array(chosen.length);
  let to = 0;
  let last = -1;
  for (let i = 0; i < chosen.length; i++) {
    const stay = chosen[i]!;
    if (stays.person[stay] !== last) people.push((last = stays.person[stay]!), to);
    wordOf[i] = to;
    const count = firstRow[stay + 1]! - firstRow[stay]!;
    if (count > MOST_ROWS) throw new StateError('E_LIMIT', `index E_LIMIT expected at most ${MOST_ROWS} check-ins in one stay, got more`);
    words[to++] = stays.place[stay]!;
    words[to++] = stays.run[stay]!;
    words[to++] = stays.start[stay]!;
    words[to++] = stays.possible[stay]!;
    words[to++] = stays.certain[stay]!;
    words[to++] = stays.likely[stay]!;
    words[to++] = stays.method[stay]! | (stays.flags[stay]! << FLAGS_SHIFT) | (count << ROWS_SHIFT);
    for (let at = firstRow[stay]!; at < firstRow[stay + 1]!; at++) {
      const row = rows[at]!;
      words[to++] = time![row]!;
      words[to++] = line[row]!;
      words[to++] = file[row]!;
      if (!hasExtra(row)) continue;
      words[to - 1]! += HAS_EXTRA;
      words[to++] = checkOut![row]!;
      words[to++] = runId![row]!;
      words[to++] = carriage![row]!;
      words[to++] = seat![row]!;
    }
  }
  return { people: Uint32Array.from(people), words, wordOf, rowCount };
}

interface Rooms {
  readonly place: Uint32Array;
  readonly run: Uint32Array;
  readonly columns: { readonly key: Uint32Array; readonly start: Uint32Array; readonly end: Uint32Array; readonly person: Uint32Array };
}

/** The rooms of some staged stays at places `lo..hi`, by place, then run, and the stays with their rooms as keys. */
function roomsOf(staged: Uint32Array, lo: number, hi: number): Rooms {
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
function encode(
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
    long: long.subarray(0, longs * 3),
    longNumbers: longNumbers.subarray(0, longs),
    starts: Uint32Array.from(starts),
  };
}

/** Joined check-ins by place, then time. */
function sortedJoined(words: Uint32Array): Uint32Array {
  const count = words.length / JOINED_WORDS;
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => words[a * JOINED_WORDS]! - words[b * JOINED_WORDS]! || words[a * JOINED_WORDS + 1]! - words[b * JOINED_WORDS + 1]! || a - b,
  );
  const sorted = new Uint32Array(words.length);
  for (let i = 0; i < count; i++) sorted.set(words.subarray(order[i]! * JOINED_WORDS, (order[i]! + 1) * JOINED_WORDS), i * JOINED_WORDS);
  return sorted;
}

/** First place and the place behind the last of each range. */
function boundsOf(rangeOf: Uint8Array): [Uint32Array, Uint32Array] {
  const lo = new Uint32Array(RANGES);
  const hi = new Uint32Array(RANGES);
  for (let place = 0; place < rangeOf.length; place++) {
    const range = rangeOf[place]!;
    if (hi[range] === 0) lo[range] = place;
    hi[range] = place + 1;
  }
  return [lo, hi];
}
