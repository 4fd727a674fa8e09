/** What a join finds block by block, whoever did which block: read back in the order of the blocks, it is what one thread alone finds. */
import { U32Column } from '../core/columns.js';
import { PackedPairs } from './packed-index.js';

/** The pairs of the blocks that one thread did, as it did them. */
export interface BlockPairs {
  readonly query: Uint32Array;
  readonly record: Uint32Array;
  /** Three words for each block: its number, its first pair, how many it has. */
  readonly blocks: Uint32Array;
  /** Pairs found; more than there are where the thread only counted from some point on. */
  readonly count: number;
}

/** A run of pairs in the arrays of some thread. */
export interface PairRun {
  readonly query: Uint32Array;
  readonly record: Uint32Array;
  readonly lo: number;
  readonly hi: number;
}

/** Gathers the pairs of a thread. Its arrays are used again by the next gathering of the thread: whoever reads them must be done by then. */
export class PairGathering {
  static readonly #spare = new Map<boolean, PackedPairs>();
  readonly #pairs: PackedPairs;
  readonly #blocks = new U32Column();
  /** Most pairs that are kept; what is found beyond is only counted. */
  readonly #most: number;
  #count = 0;
  #kept = 0;

  constructor(isShared: boolean, most: number) {
    this.#most = most;
    let spare = PairGathering.#spare.get(isShared);
    if (!spare) PairGathering.#spare.set(isShared, (spare = new PackedPairs(1 << 16, isShared)));
    this.#pairs = spare;
  }

  /** Adds a block, whose pairs `find` appends from a position on, or counts if it gets null; it returns the position behind them. */
  add(block: number, find: (out: PackedPairs | null, written: number) => number): void {
    const isKept = this.#kept <= this.#most && this.#most > 0;
    const from = isKept ? this.#kept : 0;
    const found = find(isKept ? this.#pairs : null, from) - from;
    this.#count += found;
    if (!isKept) return;
    for (const word of [block, from, found]) this.#blocks.push(word);
    this.#kept += found;
  }

  finish(): BlockPairs {
    const { query, record } = this.#pairs;
    return { query, record, blocks: this.#blocks.trimmed().slice(), count: this.#count };
  }
}

export const countOf = (found: readonly BlockPairs[]): number => found.reduce((sum, { count }) => sum + count, 0);

/** The runs of all threads in the order of the blocks. */
export function inBlockOrder(found: readonly BlockPairs[]): PairRun[] {
  const runs: (PairRun & { readonly block: number })[] = [];
  for (const { query, record, blocks } of found) {
    for (let i = 0; i < blocks.length; i += 3) runs.push({ block: blocks[i]!, query, record, lo: blocks[i + 1]!, hi: blocks[i + 1]! + blocks[i + 2]! });
  }
  return runs.sort((a, b) => a.block - b.block);
}
