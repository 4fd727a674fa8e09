/** Builds the segment of one local day: first its stays by person, part by part, as they are inferred; then, in a second pass, by room. */
import { F64Column } from '../../core/columns.js';
import { CAPPED, CONFLICT, type Stays } from '../../model/stay.js';
import type { CheckInColumn, Table } from '../../model/tables.js';
import { buildPackedIndex } from '../../stay-index/build-packed-index.js';
import type { WrittenFile } from '../files/block-format.js';
import { BlockFileWriter, type SectionWriter } from '../files/block-writer.js';
import { JOINED_WORDS, PART_NUMBERS, PERSON_WORDS, RANGES, personId, type SegmentAbout } from './segment-format.js';
import { blobOf } from './people-blob.js';
import { STAGED_WORDS, boundsOf, encodeRooms, roomsOf, sortedJoined } from './room-records.js';
import type { SpillFile } from '../files/spill.js';

/**
 * Where the stays of one part and one range of places were staged: range, first byte and words of the stays, then of the joined check-ins. Only where there are
 * any: a file may have hundreds of days, and then few of them in one part.
 */
const PIECE_NUMBERS = 5;

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
      const encoded = encodeRooms(packed, byRoom, this.#baseSec, staged, { record: recordCount, word: wordCount, long: longCount, start: startCount });
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
