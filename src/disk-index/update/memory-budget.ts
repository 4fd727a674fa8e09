/**
 * Keeps a build within the memory it was given. Typed arrays that are no longer used are given back when the engine collects garbage, which it does late
 * where there is much memory: between two portions of work, a build over its share asks for it.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Share of the memory that may be taken before garbage is collected: what one portion of work takes must still fit. */
const SHARE = 0.5;

export class MemoryBudget {
  readonly #bytes: number;
  #collect: (() => void) | undefined;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Gives back what is no longer used, if more than a share is taken. Costs some milliseconds then, else next to nothing. */
  keep(): void {
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    if (arrayBuffers + heapUsed < this.#bytes * SHARE - FIXED_BYTES) return;
    this.#collect ??= collector();
    this.#collect();
  }
}

/** What the engine itself takes. */
const FIXED_BYTES = 60 * 2 ** 20;

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
