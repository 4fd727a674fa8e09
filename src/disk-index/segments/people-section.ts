/** Reads the stays of a day person by person, with the check-ins they rest on. */
import type { BlockFile, Section } from '../files/block-file.js';
import { BLOCK_BYTES } from '../files/block-format.js';
import type { LoadedStays } from './loaded-stays.js';
import { damaged } from '../files/reading.js';
import { EXTRA_WORDS, FLAGS_MASK, FLAGS_SHIFT, HAS_EXTRA, METHOD_MASK, PERSON_WORDS, ROWS_SHIFT, ROW_WORDS, STAY_WORDS, type Part } from './segment-format.js';
import type { StaySet } from './stay-set.js';

/** Words between two stays that are read together although nobody asked for what lies between. */
const READ_THROUGH_WORDS = 1024;
const READ_MOST_WORDS = 1 << 16;
/** A stay is seldom longer; if it is, more is read. */
const USUAL_STAY_WORDS = 32;
const PERSON_BYTES = PERSON_WORDS * 4;
const PEOPLE_OF_BLOCK = BLOCK_BYTES / PERSON_BYTES;

export class PeopleSection {
  readonly #file: BlockFile;
  readonly #section: Section;
  /** The same section, to find people in. */
  readonly #directory: Section;
  readonly #parts: readonly Part[];
  readonly #removed: StaySet | null;

  /** @internal */
  constructor(file: BlockFile, parts: readonly Part[], removed: StaySet | null) {
    this.#file = file;
    this.#section = file.section('people');
    this.#directory = file.again(this.#section);
    this.#parts = parts;
    this.#removed = removed;
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
      if (lo + STAY_WORDS > wordCount) throw damaged(this.#file.path, 'a stay is out of range');
      let words = this.#file.words(this.#section, base + lo, base + hi);
      while (i < j) {
        const end = this.#appendStay(words, stays[i]! - lo, people[i]!, into);
        if (end >= 0) i++;
        else {
          hi = Math.min(wordCount, Math.max(hi + USUAL_STAY_WORDS, lo + (hi - lo) * 2));
          if (hi === wordCount && lo + words.length === wordCount) throw damaged(this.#file.path, 'a stay does not end');
          words = this.#file.words(this.#section, base + lo, base + hi);
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
        this.#directory,
        at / 4 + found * PERSON_WORDS,
        at / 4 + (found + (from < count ? 2 : 1)) * PERSON_WORDS,
      ) as unknown as number[];
      const hi = behind ?? wordCount;
      if (lo! > hi || hi > wordCount) throw damaged(this.#file.path, 'the stays of a person are out of range');
      const words = this.#file.words(this.#section, base + lo!, base + hi);
      for (let position = 0; position < words.length;) {
        const length = stayWords(words, position);
        if (position + length > words.length) throw damaged(this.#file.path, 'the stays of a person do not end');
        if (!this.#removed?.has(part, lo! + position) && each(lo! + position)) this.#appendStay(words, position, ownerOf(people[i]!), into);
        position += length;
      }
    }
  }

  /** Position of a person of a part, at or behind `from`, or the complement of where it would be. */
  #findPerson(part: number, number: number, from: number): number {
    const { at, people: count } = this.#parts[part]!;
    const numbers = (lo: number, hi: number): Uint32Array => this.#file.words(this.#directory, at / 4 + lo * PERSON_WORDS, at / 4 + hi * PERSON_WORDS);
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
    const words = this.#file.words(this.#section, blob.at / 4, blob.at / 4 + blob.people * PERSON_WORDS);
    const numbers = new Uint32Array(blob.people);
    for (let i = 0; i < numbers.length; i++) numbers[i] = words[i * PERSON_WORDS]!;
    return numbers;
  }
}

/** Words of the stay at a position, as far as the words tell. */
function stayWords(words: Uint32Array, at: number): number {
  let end = at + STAY_WORDS;
  for (let left = words[at + 6]! >>> ROWS_SHIFT; left > 0 && end <= words.length; left--)
    end += words[end + 2]! >= HAS_EXTRA ? ROW_WORDS + EXTRA_WORDS : ROW_WORDS;
  return end - at;
}
