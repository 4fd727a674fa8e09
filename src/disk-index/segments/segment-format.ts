/**
 * What one segment holds: all stays that begin on one local day, in two orders. docs/index-format.md says it for other programs.
 *
 * By person, for evidence and for inferring again (section `people`): 256 parts, each one blob of 32-bit words:
 *   people   2 words each: number of the person within the part, word of the first stay in the stays of the part · sorted by number
 *   stays    those of one person follow each other. 7 words: place, run, start, possible end, certain end, likely end, method | flags << 4 | rows << 8;
 *            then each check-in it rests on, in time order: time, line, file | 1 << 31 if four words follow: check_out, run_id as named, carriage, seat
 * By room, for the join (`rooms`, `records`, `stays`, `long`): rooms are sorted by place, then run; the stays of a room by start.
 *   rooms    7 words each: place, run, first record, first word of its records, reach, first long stay, first of its starts · one more at the end as a fence
 *   records  chunks of up to 128: `start - base | (length & 0x7fff) << 17` (4 bytes each), person (4), `length >>> 15` (1), filled to 4 bytes
 *   starts   1 word for each chunk of a room with more than 512 records: the start of its first record
 *   stays    1 word for each record, then for each long stay: word of the stay in the stays of the part of its person
 *   long     3 words each: start, possible end, person · the stays that last longer than the reach of their room
 *   joined   4 words each: place, time, person, stay · check-ins that joined a stay that another began; sorted by place, then time
 *
 * A person's id is `number << 8 | part`; the part is the low byte of the hash of the text. 0 stands for an empty text, no run and no check-out.
 */
export const PARTS = 256;
/** Ranges of places in which the records of a day are put in order, one at a time. */
export const RANGES = 64;

export const PERSON_WORDS = 2;
export const STAY_WORDS = 7;
export const ROW_WORDS = 3;
export const EXTRA_WORDS = 4;
/** Words of the smallest stay: stays that begin so far apart have different slots, `word / LEAST_STAY_WORDS`. */
export const LEAST_STAY_WORDS: number = STAY_WORDS + ROW_WORDS;
export const ROOM_WORDS = 7;
export const LONG_WORDS = 3;
export const JOINED_WORDS = 4;

export const CHUNK = 128;
/** A room with no more records is read as a whole; a larger one has its starts noted, chunk by chunk. */
export const SMALL_ROOM: number = 4 * CHUNK;
/** Words of a whole chunk: two for each record, and a byte. */
export const CHUNK_WORDS: number = CHUNK * 2 + CHUNK / 4;
export const LENGTH_SHIFT = 17;
export const START_MASK: number = (1 << LENGTH_SHIFT) - 1;
export const LENGTH_LOW_BITS = 15;
export const LENGTH_LOW_MASK: number = (1 << LENGTH_LOW_BITS) - 1;
/** Longest stay that a record can hold, in seconds: 97 days. */
export const MOST_LENGTH_SEC: number = 2 ** (LENGTH_LOW_BITS + 8) - 1;
export const HAS_EXTRA = 0x8000_0000;

/** Words of the records of a room with so many stays. */
export function recordWords(count: number): number {
  const rest = count % CHUNK;
  return ((count - rest) / CHUNK) * CHUNK_WORDS + rest * 2 + ((rest + 3) >>> 2);
}

export const METHOD_MASK = 15;
export const FLAGS_SHIFT = 4;
export const FLAGS_MASK = 15;
export const ROWS_SHIFT = 8;
/** Most check-ins of one stay: 24 bits hold their number. */
export const MOST_ROWS: number = 2 ** 24 - 1;

export const personId = (number: number, part: number): number => ((number << 8) | part) >>> 0;
export const partOf = (person: number): number => person & 255;
export const numberOf = (person: number): number => person >>> 8;
/** Most people of one part. */
export const MOST_NUMBER: number = 2 ** 24 - 1;

/** Where the blob of a part lies in section `people`. */
export interface Part {
  /** First byte. */
  readonly at: number;
  readonly people: number;
  readonly stays: number;
  /** Words of its stays. */
  readonly words: number;
  /** Largest number of its people. */
  readonly last: number;
}
/** Numbers that the footer has for a part. */
export const PART_NUMBERS = 5;

/** What the footer of a segment says. */
export interface SegmentAbout {
  readonly kind: 'day';
  /** `2022-03-01` */
  readonly day: string;
  /** First instant of the day. */
  readonly baseSec: number;
  readonly stays: number;
  readonly checkIns: number;
  readonly rooms: number;
  readonly longStays: number;
  /** Largest possible end of a stay: the check-ins and stays of later instants have nothing to do with this segment. */
  readonly lastSec: number;
  /** Longest stay. */
  readonly longestSec: number;
  readonly capped: number;
  readonly conflicts: number;
  readonly zeroLength: number;
  /** at, people, stays, words, last of each part, one after another. */
  readonly parts: readonly number[];
}

export function partsOf({ parts }: SegmentAbout): Part[] {
  return Array.from({ length: PARTS }, (_, p) => {
    const [at, people, stays, words, last] = parts.slice(p * PART_NUMBERS, (p + 1) * PART_NUMBERS) as [number, number, number, number, number];
    return { at, people, stays, words, last };
  });
}
