/**
 * Windows at one place: whole slots of the period, of a few lengths. Which of them enough cases share, and how many people were there in each.
 *
 * Presence is a pair of slots, the first and the last in which someone was there, both included; a window is `slot`..`slot + length`, half-open.
 */
import { countingSort } from '../../core/columns.js';

/** People at a place by slots; the same person may be there several times. */
export interface SlotPresences {
  readonly count: number;
  readonly person: ArrayLike<number>;
  readonly first: ArrayLike<number>;
  readonly last: ArrayLike<number>;
}

export interface SlotWindow {
  readonly slot: number;
  readonly length: number;
  /** Distinct cases. */
  readonly cases: number;
}

/** Counts distinct numbers: one mark for each number, never cleared. */
export class Marks {
  #marks = new Uint32Array(1024);
  #now = 0;

  /** Begins a new count of numbers below `size`. */
  begin(size: number): void {
    if (size > this.#marks.length || this.#now === 0xffff_ffff) {
      this.#marks = new Uint32Array(Math.max(size, this.#marks.length * (size > this.#marks.length ? 2 : 1)));
      this.#now = 0;
    }
    this.#now++;
  }
  /** 1 for a number that is new to this count, else 0. */
  add(number: number): 0 | 1 {
    if (this.#marks[number] === this.#now) return 0;
    this.#marks[number] = this.#now;
    return 1;
  }
}

/**
 * The windows in which at least `minCases` distinct cases were, by slot, then length. A window begins where some case was there; of windows that begin
 * together and hold the same cases only the shortest is given: the longer ones have more of everyone else. Windows end with the last slot.
 */
export function sharedWindows(
  cases: SlotPresences,
  caseCount: number,
  slots: number,
  lengths: readonly number[],
  minCases: number,
  marks: Marks,
): SlotWindow[] {
  const found: SlotWindow[] = [];
  const sweep = new Sweep(cases, slots);
  for (let slot = sweep.firstSlot; slot < slots; slot++) {
    if (!sweep.moveTo(slot)) {
      if (sweep.isOver) break;
      continue;
    }
    marks.begin(caseCount);
    let least = minCases;
    sweep.count(marks, lengths, (length, count) => {
      if (count < least || slot + length > slots) return;
      found.push({ slot, length, cases: count });
      least = count + 1;
    });
  }
  return found;
}

/** How many distinct people were there in each of some windows, which are sorted by slot, then length. `people` is one more than the largest number. */
export function countVisitors(windows: readonly SlotWindow[], everyone: SlotPresences, people: number, slots: number, marks: Marks): Uint32Array {
  const visitors = new Uint32Array(windows.length);
  const sweep = new Sweep(everyone, slots);
  for (let i = 0; i < windows.length;) {
    const { slot } = windows[i]!;
    let end = i;
    while (end < windows.length && windows[end]!.slot === slot) end++;
    const lengths = windows.slice(i, end).map(({ length }) => length);
    sweep.moveTo(slot);
    marks.begin(people);
    const from = i;
    sweep.count(marks, lengths, (_, count) => (visitors[i++] = count));
    if (i - from !== lengths.length) throw new Error('a window was not counted');
  }
  return visitors;
}

/** Goes through the slots in order and knows who is there. */
class Sweep {
  readonly #presences: SlotPresences;
  /** Presences by first slot; those of slot s are `order[offsets[s]..offsets[s + 1])`. */
  readonly #order: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #slots: number;
  /** Presences that began at or before the slot at hand and are not over. */
  readonly #here: Uint32Array;
  #hereCount = 0;
  #next = 0;
  #slot = 0;

  constructor(presences: SlotPresences, slots: number) {
    const { count, first } = presences;
    this.#presences = presences;
    this.#slots = slots;
    ({ offsets: this.#offsets, rows: this.#order } = countingSort(count, slots, (i) => first[i]!));
    this.#here = new Uint32Array(count);
  }

  /** The first slot in which anyone is there; `slots` if nobody ever is. */
  get firstSlot(): number {
    return this.#order.length === 0 ? this.#slots : this.#presences.first[this.#order[0]!]!;
  }
  /** Whether nobody is there now or later. */
  get isOver(): boolean {
    return this.#hereCount === 0 && this.#next === this.#order.length;
  }

  /** Goes on to a slot; false if nobody is there. */
  moveTo(slot: number): boolean {
    const { last } = this.#presences;
    this.#slot = slot;
    let kept = 0;
    for (let i = 0; i < this.#hereCount; i++) {
      const presence = this.#here[i]!;
      if (last[presence]! >= slot) this.#here[kept++] = presence;
    }
    for (const end = this.#offsets[slot + 1]!; this.#next < end; this.#next++) {
      const presence = this.#order[this.#next]!;
      if (last[presence]! >= slot) this.#here[kept++] = presence;
    }
    this.#hereCount = kept;
    return kept > 0;
  }

  /** Tells for each length, ascending, how many distinct people are there from the slot at hand on; longer than the period counts to its end. */
  count(marks: Marks, lengths: readonly number[], tell: (length: number, count: number) => void): void {
    const { person } = this.#presences;
    let count = 0;
    for (let i = 0; i < this.#hereCount; i++) count += marks.add(person[this.#here[i]!]!);
    let at = this.#next;
    for (const length of lengths) {
      const end = this.#offsets[Math.min(this.#slots, this.#slot + length)]!;
      for (; at < end; at++) count += marks.add(person[this.#order[at]!]!);
      tell(length, count);
    }
  }
}
