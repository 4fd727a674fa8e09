/** Sets of pairs of people as bits: who is said to have been together, and how much of that is true. */
export class PairSet {
  count = 0;
  readonly #people: number;
  readonly #bits: Uint32Array;

  constructor(people: number) {
    this.#people = people;
    this.#bits = new Uint32Array(Math.ceil((people * people) / 32));
  }

  add(a: number, b: number): void {
    if (a === b) return;
    const at = a < b ? a * this.#people + b : b * this.#people + a;
    const bit = 1 << (at % 32);
    const word = Math.floor(at / 32);
    if ((this.#bits[word]! & bit) !== 0) return;
    this.#bits[word]! |= bit;
    this.count++;
  }

  clear(): void {
    this.#bits.fill(0);
    this.count = 0;
  }

  /** Pairs that both sets have. */
  sharedWith(other: PairSet): number {
    let shared = 0;
    for (let word = 0; word < this.#bits.length; word++) shared += ones(this.#bits[word]! & other.#bits[word]!);
    return shared;
  }
}

function ones(bits: number): number {
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Someone somewhere from one instant to another. */
export interface Span {
  /** Those of one room may meet. */
  readonly room: number | string;
  readonly person: number;
  readonly startSec: number;
  readonly endSec: number;
}

/** Adds everyone who was together for at least a second. */
export function addMeetings(pairs: PairSet, spans: Iterable<Span>): void {
  const rooms = new Map<number | string, Span[]>();
  for (const span of spans) {
    if (span.endSec <= span.startSec) continue;
    const room = rooms.get(span.room);
    if (room) room.push(span);
    else rooms.set(span.room, [span]);
  }
  for (const room of rooms.values()) {
    room.sort((a, b) => a.startSec - b.startSec);
    for (const [i, first] of room.entries()) {
      for (let j = i + 1; j < room.length && room[j]!.startSec < first.endSec; j++) pairs.add(first.person, room[j]!.person);
    }
  }
}
