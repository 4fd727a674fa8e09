/**
 * Work in blocks that several threads may share. A stage says what a block is (`Job`); who does the blocks is given to it (`Crew`): this thread
 * alone, as in a browser, or also the workers of `threads/`. Blocks are independent and numbered, so that the result never depends on who did which.
 */
import type { Steps } from './steps.js';

/** One thread's part in a job: it does the blocks that it draws, and then gives what it found. */
export interface Shift<Output> {
  run(block: number): void;
  finish(): Output;
}

/** A kind of work. Inputs and outputs are plain objects, typed arrays and numbers: they go to other threads, where `name` finds the same job. */
export interface Job<Input, Output> {
  readonly name: string;
  readonly start: (input: Input) => Shift<Output>;
}

export interface Crew {
  /** Threads, this one among them. */
  readonly threads: number;
  /** Zeros that all threads of the crew see. */
  words(length: number): Uint32Array;
  /** The same, of 16 bits. */
  halfWords(length: number): Uint16Array;
  /**
   * Does the blocks 0..`blocks` of a job and gives what each thread found. Typed arrays of the input are shared if the crew made them, else copied.
   * Outputs may be overwritten by the next run of the same job. `aloneMs` is how long one thread would take: threads are not woken for less than they cost.
   */
  run<Input, Output>(job: Job<Input, Output>, input: Input, blocks: number, aloneMs: number): Steps<Output[]>;
}

/** This thread and no other. */
export const alone: Crew = {
  threads: 1,
  words: (length) => new Uint32Array(length),
  halfWords: (length) => new Uint16Array(length),
  *run(job, input, blocks) {
    const shift = job.start(input);
    for (let block = 0; block < blocks; block++) {
      shift.run(block);
      yield { done: block + 1, of: blocks };
    }
    return [shift.finish()];
  },
};

/** A column that all threads of a crew see: itself where there is one thread, or where it is shared already. */
export function shared(crew: Crew, column: Uint32Array): Uint32Array {
  if (crew.threads === 1 || !(column.buffer instanceof ArrayBuffer)) return column;
  const copy = crew.words(column.length);
  copy.set(column);
  return copy;
}
