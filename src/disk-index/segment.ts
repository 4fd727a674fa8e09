/** Reads the segment of one day: which stays come near some visits, and all about the stays of some people. */
import { U32Column } from '../core/columns.js';
import { BLOCK_BYTES, BlockFile, damaged, type Section } from './block-file.js';
import type { LoadedStays } from './loaded-stays.js';
import { RoomFinder, type Room } from './room-finder.js';
import {
  CHUNK,
  CHUNK_WORDS,
  EXTRA_WORDS,
  FLAGS_MASK,
  FLAGS_SHIFT,
  HAS_EXTRA,
  JOINED_WORDS,
  LENGTH_LOW_BITS,
  LENGTH_SHIFT,
  LONG_WORDS,
  METHOD_MASK,
  PARTS,
  PART_NUMBERS,
  PERSON_WORDS,
  ROWS_SHIFT,
  ROW_WORDS,
  SMALL_ROOM,
  START_MASK,
  STAY_WORDS,
  partOf,
  partsOf,
  recordWords,
  type Part,
  type SegmentAbout,
} from './segment-format.js';
import type { StaySet } from './stay-set.js';

/** What is looked for: stays of others in a room that overlap `[start, end)`. Sorted by place, then run. */
export interface RoomQueries {
  readonly count: number;
  readonly place: ArrayLike<number>;
  readonly run: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
  readonly person: ArrayLike<number>;
  /** Whether stays of no length are passed over: they meet nobody under half-open bounds. */
  readonly skipsEmpty: boolean;
}

/** What was found: query, person, and the stay by its first word in the person's part. */
export class SegmentHits {
  readonly query: U32Column = new U32Column();
  readonly person: U32Column = new U32Column();
  readonly stay: U32Column = new U32Column();
}

/** Words between two stays that are read together although nobody asked for what lies between. */
const READ_THROUGH_WORDS = 1024;
const READ_MOST_WORDS = 1 << 16;
/** A stay is seldom longer; if it is, more is read. */
const USUAL_STAY_WORDS = 32;
const PERSON_BYTES = PERSON_WORDS * 4;
const PEOPLE_OF_BLOCK = BLOCK_BYTES / PERSON_BYTES;

export class Segment {
  readonly about: SegmentAbout;
  readonly path: string;
  readonly #file: BlockFile<SegmentAbout>;
  readonly #sections: Readonly<Record<'people' | 'rooms' | 'records' | 'starts' | 'stays' | 'long' | 'joined', Section>>;
  readonly #parts: readonly Part[];
  readonly #rooms: RoomFinder;
  readonly #removed: StaySet | null;
  readonly #recordCount: number;

  /** `removed` says which stays a later update put elsewhere. @throws InputError `E_INDEX`, `E_INDEX_VERSION`. */
  constructor(path: string, removed: StaySet | null, sum?: string) {
    this.path = path;
    this.#file = new BlockFile<SegmentAbout>(path, sum);
    this.about = this.#file.about;
    if (this.about.kind !== 'day' || this.about.parts?.length !== PARTS * PART_NUMBERS) throw damaged(path, 'it does not hold a day');
    const section = (name: string): Section => this.#file.section(name);
    this.#sections = {
      people: section('people'),
      rooms: section('rooms'),
      records: section('records'),
      starts: section('starts'),
      stays: section('stays'),
      long: section('long'),
      joined: section('joined'),
    };
    this.#parts = partsOf(this.about);
    this.#rooms = new RoomFinder(this.#file, this.#sections.rooms);
    this.#removed = removed;
    this.#recordCount = this.about.stays - this.about.longStays;
  }

  /** Appends the stays that come near queries; only counts them if `out` is null, and adds to `counts` by query if that is given. Returns how many. */
  near(queries: RoomQueries, out: SegmentHits | null, counts: Float64Array | null = null): number {
    const { baseSec, lastSec, longestSec } = this.about;
    this.#rooms.expect(queries.count);
    let count = 0;
    for (let q = 0; q < queries.count; q++) {
      const from = queries.start[q]!;
      const to = queries.end[q]!;
      if (to <= baseSec || from >= lastSec || from - longestSec > baseSec + START_MASK) continue;
      const room = this.#rooms.find(queries.place[q]!, queries.run[q]!);
      if (room === null) continue;
      const here = this.#nearInRoom(room, q, from, to, queries.person[q]!, out, queries.skipsEmpty ? 1 : 0);
      count += here;
      if (counts !== null) counts[q]! += here;
    }
    return count;
  }

  #nearInRoom(room: Room, q: number, from: number, to: number, self: number, out: SegmentHits | null, leastSec: number): number {
    const { baseSec } = this.about;
    const size = room.endRecord - room.firstRecord;
    const earliest = from - room.reachSec;
    let count = 0;
    for (let at = this.#firstChunk(room, size, earliest); at < size;) {
      const here = Math.min(SMALL_ROOM, size - at);
      const lo = room.firstWord + recordWords(at);
      const words = this.#file.words(this.#sections.records, lo, lo + recordWords(here));
      const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
      let isOver = false;
      const hitsFrom = out?.query.length ?? 0;
      for (let chunk = 0; chunk < here && !isOver; chunk += CHUNK) {
        const length = Math.min(CHUNK, here - chunk);
        const base = (chunk / CHUNK) * CHUNK_WORDS;
        for (let i = 0; i < length; i++) {
          const packed = words[base + i]!;
          const start = baseSec + (packed & START_MASK);
          if (start >= to) {
            isOver = true; // sorted: no later stay can overlap
            break;
          }
          const lengthSec = (packed >>> LENGTH_SHIFT) | (bytes[(base + 2 * length) * 4 + i]! << LENGTH_LOW_BITS);
          if (start + lengthSec <= from || lengthSec < leastSec) continue;
          const person = words[base + length + i]!;
          if (person === self) continue;
          if (out === null && this.#removed === null) count++;
          else this.#push(out ?? this.#counted, q, person, at + chunk + i);
        }
      }
      count += this.#number(out, out === null ? 0 : hitsFrom, room.firstRecord);
      if (isOver) break;
      at += here;
    }
    if (room.firstLong < room.endLong) {
      const words = this.#file.words(this.#sections.long, room.firstLong * LONG_WORDS, room.endLong * LONG_WORDS);
      const hitsFrom = out?.query.length ?? 0;
      for (let i = 0; i < words.length; i += LONG_WORDS) {
        if (words[i]! >= to) break;
        if (words[i + 1]! <= from || words[i + 2] === self) continue;
        if (out === null && this.#removed === null) count++;
        else this.#push(out ?? this.#counted, q, words[i + 2]!, i / LONG_WORDS);
      }
      count += this.#number(out, out === null ? 0 : hitsFrom, this.#recordCount + room.firstLong);
    }
    return count;
  }

  readonly #counted = new SegmentHits();

  #push(out: SegmentHits, q: number, person: number, record: number): void {
    out.query.push(q);
    out.person.push(person);
    out.stay.push(record);
  }

  /** Turns records, counted from `first`, into numbers of stays for the hits from `hitsFrom` on, and drops those that were removed. Returns how many stay. */
  #number(out: SegmentHits | null, hitsFrom: number, first: number): number {
    const hits = out ?? this.#counted;
    const { query, person, stay } = hits;
    const end = query.length;
    if (end === hitsFrom) return 0;
    const lo = stay.data[hitsFrom]!;
    const hi = stay.data[end - 1]! + 1;
    const numbers = this.#file.words(this.#sections.stays, first + lo, first + hi);
    let to = hitsFrom;
    for (let i = hitsFrom; i < end; i++) {
      const number = numbers[stay.data[i]! - lo]!;
      if (this.#removed?.has(partOf(person.data[i]!), number)) continue;
      query.data[to] = query.data[i]!;
      person.data[to] = person.data[i]!;
      stay.data[to++] = number;
    }
    for (const column of [query, person, stay]) column.length = out === null ? 0 : to;
    return to - hitsFrom;
  }

  /** First record of the last chunk that may hold a start of at least `earliest` and does not begin behind it; 0 for a small room. */
  #firstChunk(room: Room, size: number, earliest: number): number {
    if (size <= SMALL_ROOM) return 0;
    let lo = 0;
    let hi = Math.ceil(size / CHUNK);
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if (this.#file.words(this.#sections.starts, room.firstStart + middle, room.firstStart + middle + 1)[0]! < earliest) lo = middle + 1;
      else hi = middle;
    }
    return Math.max(0, lo - 1) * CHUNK;
  }

  /** How many check-ins there are at a place, on any run, from an instant on. */
  checkInsSince(place: number, sec: number): number {
    const { baseSec, lastSec } = this.about;
    if (sec > lastSec) return 0;
    let count = 0;
    for (const room of this.#rooms.ofPlace(place)) {
      if (sec <= baseSec && this.#removed === null) count += room.endRecord - room.firstRecord + room.endLong - room.firstLong;
      else count += this.#startsSince(room, sec);
    }
    const { joined } = this.#sections;
    const word = (i: number, at: number): number => this.#file.words(joined, i * JOINED_WORDS + at, i * JOINED_WORDS + at + 1)[0]!;
    const joinedCount = joined.bytes / (JOINED_WORDS * 4);
    let lo = 0;
    let hi = joinedCount;
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      const isBefore = word(middle, 0) < place || (word(middle, 0) === place && word(middle, 1) < sec);
      if (isBefore) lo = middle + 1;
      else hi = middle;
    }
    for (; lo < joinedCount && word(lo, 0) === place; lo++) if (!this.#removed?.has(partOf(word(lo, 2)), word(lo, 3))) count++;
    return count;
  }

  #startsSince(room: Room, sec: number): number {
    const { baseSec } = this.about;
    const size = room.endRecord - room.firstRecord;
    let count = 0;
    for (let at = this.#firstChunk(room, size, sec); at < size; at += CHUNK) {
      const length = Math.min(CHUNK, size - at);
      const lo = room.firstWord + recordWords(at);
      const words = this.#file.words(this.#sections.records, lo, lo + 2 * length);
      const people: number[] = [];
      const records: number[] = [];
      for (let i = 0; i < length; i++) {
        if (baseSec + (words[i]! & START_MASK) < sec) continue;
        people.push(words[length + i]!);
        records.push(at + i);
      }
      count += this.#countKept(people, records, room.firstRecord);
    }
    const people: number[] = [];
    const records: number[] = [];
    const words = this.#file.words(this.#sections.long, room.firstLong * LONG_WORDS, room.endLong * LONG_WORDS);
    for (let i = 0; i < words.length; i += LONG_WORDS) {
      if (words[i]! < sec) continue;
      people.push(words[i + 2]!);
      records.push(i / LONG_WORDS);
    }
    return count + this.#countKept(people, records, this.#recordCount + room.firstLong);
  }

  #countKept(people: readonly number[], records: readonly number[], first: number): number {
    if (this.#removed === null || records.length === 0) return records.length;
    const lo = records[0]!;
    const numbers = this.#file.words(this.#sections.stays, first + lo, first + records[records.length - 1]! + 1);
    return people.filter((person, i) => !this.#removed!.has(partOf(person), numbers[records[i]! - lo]!)).length;
  }

  /** People with check-ins at a place from an instant on, by any run: who has to be looked at again when its runs change. */
  peopleSince(place: number, sec: number): Set<number> {
    const found = new Set<number>();
    for (const room of this.#rooms.ofPlace(place)) {
      const hits = new SegmentHits();
      this.#nearInRoom(room, 0, sec - 1, 0xffff_ffff, 0, hits, 0);
      for (const person of hits.person.trimmed()) found.add(person);
    }
    return found;
  }

  /** Appends stays of one part, named by their first words, ascending; `people` are theirs. */
  load(part: number, stays: ArrayLike<number>, people: ArrayLike<number>, into: LoadedStays): void {
    const { at: blobAt, people: peopleCount, words: wordCount } = this.#parts[part]!;
    const base = blobAt / 4 + peopleCount * PERSON_WORDS;
    for (let i = 0; i < stays.length;) {
      // Stays near each other are read together. How long the last of them is, is known only when it is read.
      let j = i + 1;
      while (j < stays.length && stays[j]! - stays[j - 1]! <= READ_THROUGH_WORDS && stays[j]! - stays[i]! < READ_MOST_WORDS) j++;
      const lo = stays[i]!;
      let hi = Math.min(wordCount, stays[j - 1]! + USUAL_STAY_WORDS);
      if (lo + STAY_WORDS > wordCount) throw damaged(this.path, 'a stay is out of range');
      let words = this.#file.words(this.#sections.people, base + lo, base + hi);
      while (i < j) {
        const end = this.#appendStay(words, stays[i]! - lo, people[i]!, into);
        if (end >= 0) i++;
        else {
          hi = Math.min(wordCount, Math.max(hi + USUAL_STAY_WORDS, lo + (hi - lo) * 2));
          if (hi === wordCount && lo + words.length === wordCount) throw damaged(this.path, 'a stay does not end');
          words = this.#file.words(this.#sections.people, base + lo, base + hi);
        }
      }
    }
  }

  /** Appends the stay at a position. Returns the position behind it, or -1, and appends nothing, if it does not end within the words. */
  #appendStay(words: Uint32Array, at: number, person: number, { stays, rows }: LoadedStays): number {
    if (at + STAY_WORDS > words.length) return -1;
    const misc = words[at + 6]!;
    const before = rows.time.length;
    let from = at + STAY_WORDS;
    for (let left = misc >>> ROWS_SHIFT; left > 0; left--) {
      const file = words[from + 2]!;
      const hasExtra = file >= HAS_EXTRA;
      if (!(from + ROW_WORDS + (hasExtra ? EXTRA_WORDS : 0) <= words.length)) {
        for (const column of Object.values(rows)) column.length = before;
        return -1;
      }
      rows.time.push(words[from]!);
      rows.line.push(words[from + 1]!);
      rows.file.push(hasExtra ? file - HAS_EXTRA : file);
      rows.checkOut.push(hasExtra ? words[from + 3]! : 0);
      rows.namedRun.push(hasExtra ? words[from + 4]! : 0);
      rows.carriage.push(hasExtra ? words[from + 5]! : 0);
      rows.seat.push(hasExtra ? words[from + 6]! : 0);
      from += hasExtra ? ROW_WORDS + EXTRA_WORDS : ROW_WORDS;
    }
    stays.person.push(person);
    stays.place.push(words[at]!);
    stays.run.push(words[at + 1]!);
    stays.start.push(words[at + 2]!);
    stays.possible.push(words[at + 3]!);
    stays.certain.push(words[at + 4]!);
    stays.likely.push(words[at + 5]!);
    stays.method.push(misc & METHOD_MASK);
    stays.flags.push((misc >>> FLAGS_SHIFT) & FLAGS_MASK);
    stays.firstRow.push(before);
    return from;
  }

  /**
   * Appends the stays of some people of one part, given by their numbers in ascending order, without those that were removed. `each` is called for
   * every stay that is appended, with its first word.
   * @param ownerOf - what the columns say of a person with a number.
   */
  loadPeople(
    part: number,
    people: ArrayLike<number>,
    ownerOf: (number: number) => number,
    into: LoadedStays,
    each: (stay: number) => boolean = () => true,
  ): void {
    const { at, people: count, words: wordCount } = this.#parts[part]!;
    const base = at / 4 + count * PERSON_WORDS;
    for (let i = 0, from = 0; i < people.length && from < count; i++) {
      const found = this.#findPerson(part, people[i]!, from);
      if (found < 0) {
        from = ~found;
        continue;
      }
      from = found + 1;
      const [, lo, , behind] = this.#file.words(
        this.#sections.people,
        at / 4 + found * PERSON_WORDS,
        at / 4 + (found + (from < count ? 2 : 1)) * PERSON_WORDS,
      ) as unknown as number[];
      const hi = behind ?? wordCount;
      if (lo! > hi || hi > wordCount) throw damaged(this.path, 'the stays of a person are out of range');
      const words = this.#file.words(this.#sections.people, base + lo!, base + hi);
      for (let position = 0; position < words.length;) {
        const length = stayWords(words, position);
        if (position + length > words.length) throw damaged(this.path, 'the stays of a person do not end');
        if (!this.#removed?.has(part, lo! + position) && each(lo! + position)) this.#appendStay(words, position, ownerOf(people[i]!), into);
        position += length;
      }
    }
  }

  /** Position of a person of a part, at or behind `from`, or the complement of where it would be. */
  #findPerson(part: number, number: number, from: number): number {
    const { at, people: count } = this.#parts[part]!;
    const numbers = (lo: number, hi: number): Uint32Array => this.#file.words(this.#sections.people, at / 4 + lo * PERSON_WORDS, at / 4 + hi * PERSON_WORDS);
    let lo = from;
    let hi = count;
    let [least, most] = [0, this.#parts[part]!.last];
    // By interpolation, since the numbers of a part lie about evenly; all people in one block of the file are looked at together.
    for (let step = 0; hi - lo > PEOPLE_OF_BLOCK; step++) {
      const share = step < 4 ? Math.min(1, Math.max(0, (number - least) / Math.max(1, most - least))) : 0.5;
      const guess = Math.min(hi - 1, Math.floor(lo + share * (hi - lo)));
      const block = Math.floor((at + guess * PERSON_BYTES) / BLOCK_BYTES) * BLOCK_BYTES - at;
      const left = Math.max(lo, Math.ceil(block / PERSON_BYTES));
      const right = Math.min(hi, Math.max(left + 1, Math.floor((block + BLOCK_BYTES) / PERSON_BYTES)));
      const window = numbers(left, right);
      const [first, last] = [window[0]!, window[window.length - PERSON_WORDS]!];
      if (number < first) {
        hi = left;
        most = first;
      } else if (number > last) {
        lo = right;
        least = last;
      } else {
        lo = left;
        hi = right;
      }
    }
    const window = numbers(lo, hi);
    let [left, right] = [0, hi - lo];
    while (left < right) {
      const middle = (left + right) >>> 1;
      if (window[middle * PERSON_WORDS]! < number) left = middle + 1;
      else right = middle;
    }
    return left < hi - lo && window[left * PERSON_WORDS] === number ? lo + left : ~(lo + left);
  }

  /** Appends all stays of a part that were not removed. */
  loadPart(part: number, into: LoadedStays): void {
    this.loadPeople(part, this.peopleOf(part), (number) => number, into);
  }

  /** Numbers of all people of a part. */
  peopleOf(part: number): Uint32Array {
    const blob = this.#parts[part]!;
    const words = this.#file.words(this.#sections.people, blob.at / 4, blob.at / 4 + blob.people * PERSON_WORDS);
    return Uint32Array.from({ length: blob.people }, (_, i) => words[i * PERSON_WORDS]!);
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }
  verify(): Generator<number> {
    return this.#file.verify();
  }
  close(): void {
    this.#file.close();
  }
}

/** Words of the stay at a position, as far as the words tell. */
function stayWords(words: Uint32Array, at: number): number {
  let end = at + STAY_WORDS;
  for (let left = words[at + 6]! >>> ROWS_SHIFT; left > 0 && end <= words.length; left--)
    end += words[end + 2]! >= HAS_EXTRA ? ROW_WORDS + EXTRA_WORDS : ROW_WORDS;
  return end - at;
}
