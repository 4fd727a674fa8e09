/** Reads the segment of one day: which stays come near some visits, and all about the stays of some people. */
import { U32Column } from '../../core/columns.js';
import { BlockFile, type Section } from '../files/block-file.js';
import { damaged } from '../files/reading.js';
import { PeopleSection } from './people-section.js';
import { RoomFinder, type Room } from './room-finder.js';
import {
  CHUNK,
  CHUNK_WORDS,
  JOINED_WORDS,
  LENGTH_LOW_BITS,
  LENGTH_SHIFT,
  LONG_WORDS,
  PARTS,
  PART_NUMBERS,
  SMALL_ROOM,
  START_MASK,
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

/** The same with when the stays begin and possibly end. */
export class SegmentPresence extends SegmentHits {
  readonly start: U32Column = new U32Column();
  readonly end: U32Column = new U32Column();
}

export class Segment {
  readonly about: SegmentAbout;
  readonly path: string;
  readonly #file: BlockFile<SegmentAbout>;
  readonly #sections: Readonly<Record<'rooms' | 'records' | 'starts' | 'stays' | 'long' | 'joined', Section>>;
  /** Where the stays of each part are. */
  readonly parts: readonly Part[];
  /** Its stays person by person. */
  readonly byPerson: PeopleSection;
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
      rooms: section('rooms'),
      records: section('records'),
      starts: section('starts'),
      stays: section('stays'),
      long: section('long'),
      joined: section('joined'),
    };
    this.parts = partsOf(this.about);
    this.byPerson = new PeopleSection(this.#file, this.parts, removed);
    this.#rooms = new RoomFinder(this.#file, this.#sections.rooms);
    this.#removed = removed;
    this.#recordCount = this.about.stays - this.about.longStays;
  }

  /** Appends the stays that come near queries; only counts them if `out` is null, and adds to `counts` by query if that is given. Returns how many. */
  near(queries: RoomQueries, out: SegmentHits | null, counts: Float64Array | null = null): number {
    const own = this.#within(queries);
    this.#rooms.expect(own.length);
    let count = 0;
    for (const q of own) {
      const room = this.#rooms.find(queries.place[q]!, queries.run[q]!);
      if (room === null) continue;
      const here = this.#nearInRoom(room, q, queries.start[q]!, queries.end[q]!, queries.person[q]!, out, queries.skipsEmpty ? 1 : 0);
      count += here;
      if (counts !== null) counts[q]! += here;
    }
    return count;
  }

  /** Queries at times when there are stays. */
  #within({ count, start, end }: RoomQueries): Uint32Array {
    const { baseSec, lastSec, longestSec } = this.about;
    const latest = Math.min(lastSec - 1, baseSec + START_MASK + longestSec);
    const within = new Uint32Array(count);
    let n = 0;
    for (let q = 0; q < count; q++) if (end[q]! > baseSec && start[q]! <= latest) within[n++] = q;
    return within.subarray(0, n);
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
          else this.#push(out ?? this.#counted, q, person, at + chunk + i, start, start + lengthSec);
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
        else this.#push(out ?? this.#counted, q, words[i + 2]!, i / LONG_WORDS, words[i]!, words[i + 1]!);
      }
      count += this.#number(out, out === null ? 0 : hitsFrom, this.#recordCount + room.firstLong);
    }
    return count;
  }

  readonly #counted = new SegmentHits();

  #push(out: SegmentHits, q: number, person: number, record: number, start: number, end: number): void {
    out.query.push(q);
    out.person.push(person);
    out.stay.push(record);
    if (!(out instanceof SegmentPresence)) return;
    out.start.push(start);
    out.end.push(end);
  }

  /** Turns records, counted from `first`, into numbers of stays for the hits from `hitsFrom` on, and drops those that were removed. Returns how many stay. */
  #number(out: SegmentHits | null, hitsFrom: number, first: number): number {
    const hits = out ?? this.#counted;
    const { query, person, stay } = hits;
    const times = hits instanceof SegmentPresence ? hits : null;
    const end = query.length;
    if (end === hitsFrom || (times !== null && this.#removed === null)) return end - hitsFrom; // times need no number of the stay
    const lo = stay.data[hitsFrom]!;
    const hi = stay.data[end - 1]! + 1;
    const numbers = this.#file.words(this.#sections.stays, first + lo, first + hi);
    let to = hitsFrom;
    for (let i = hitsFrom; i < end; i++) {
      const number = numbers[stay.data[i]! - lo]!;
      if (this.#removed?.has(partOf(person.data[i]!), number)) continue;
      query.data[to] = query.data[i]!;
      person.data[to] = person.data[i]!;
      if (times !== null) {
        times.start.data[to] = times.start.data[i]!;
        times.end.data[to] = times.end.data[i]!;
      }
      stay.data[to++] = number;
    }
    for (const column of [query, person, stay]) column.length = out === null ? 0 : to;
    if (times !== null) times.start.length = times.end.length = to;
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

  verify(): Generator<number> {
    return this.#file.verify();
  }
  close(): void {
    this.#file.close();
  }
}
