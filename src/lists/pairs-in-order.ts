/** Goes through the pairs of the cases of one case_id in the order of the lists: by contact_id, then by generation. */
import type { Generation } from '../match/generations.js';
import type { Pairs } from '../match/pairs.js';
import type { CaseOfGeneration } from './found.js';

/** A pair of a generation. The same object is filled again for each. */
export interface PairInOrder {
  pairs: Pairs;
  position: number;
  generation: Generation;
}

/** Hands over the wanted pairs. `ranks` are those of the contacts' ids. */
export function* pairsInOrder(
  group: readonly CaseOfGeneration[],
  ranks: Uint32Array,
  isWanted: (pairs: Pairs, position: number) => boolean,
): Generator<PairInOrder, void, void> {
  // Each generation has its own source, so that their ranges are good side by side.
  const ranges = group.map(({ generation, position }) => ({ generation, ...generation.pairs.ofCase(position, ranks) }));
  const next = ranges.map(({ lo }) => lo);
  const taken: PairInOrder = { pairs: ranges[0]!.pairs, position: 0, generation: ranges[0]!.generation };
  for (;;) {
    let least = -1;
    let leastRank = Number.POSITIVE_INFINITY;
    for (let r = 0; r < ranges.length; r++) {
      const { pairs, positions, hi } = ranges[r]!;
      while (next[r]! < hi && !isWanted(pairs, positions[next[r]!]!)) next[r]!++;
      if (next[r]! >= hi) continue;
      const rank = ranks[pairs.contact.data[positions[next[r]!]!]!]!;
      if (rank >= leastRank) continue;
      least = r;
      leastRank = rank;
    }
    if (least < 0) return;
    const { pairs, positions, generation } = ranges[least]!;
    taken.pairs = pairs;
    taken.position = positions[next[least]!++]!;
    taken.generation = generation;
    yield taken;
  }
}
