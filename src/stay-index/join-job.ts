/** Joins in blocks that several threads may share: queries with an index, stays with indexed visits, everyone with everyone. */
import type { Crew, Job } from '../core/crew.js';
import { lowerBound } from '../core/columns.js';
import type { Steps } from '../core/steps.js';
import { PairGathering, type BlockPairs } from './block-pairs.js';
import { joinRange, type PackedColumns, type PackedIndex } from './packed-index.js';
import { selfJoin } from './self-join.js';
import { streamJoin, type StreamIndex } from './stream-join.js';

/** How much of what is found is kept, and for whom. */
interface Keeping {
  readonly isShared: boolean;
  /** Most pairs that a thread keeps; those beyond are only counted. 0: all are only counted. */
  readonly most: number;
}

interface JoinInput extends Keeping {
  readonly index: PackedIndex;
  readonly queries: PackedColumns;
  readonly count: number;
}

interface StreamInput extends Keeping {
  readonly stays: PackedColumns;
  readonly visits: PackedColumns;
  readonly index: StreamIndex;
}

interface SelfInput extends Keeping {
  readonly index: PackedIndex;
}

/** Queries, stays and records of a block. */
const BLOCK_QUERIES = 256;
const BLOCK_STAYS = 1 << 17;
const BLOCK_RECORDS = 1 << 14;
/** Nanoseconds for a query, a stay and a record, on one thread: measured, and only to decide whether threads pay. */
const QUERY_NS = 1500;
const STREAM_NS = 10;
const SELF_NS = 40;
const ALL = 0xffff_ffff;

const keepingOf = (crew: Crew, most: number): Keeping => ({ isShared: crew.threads > 1, most });

/** The pairs of `joinInto` with the threads of a crew; `most` as in `Keeping`. */
export function joinWith(crew: Crew, index: PackedIndex, queries: PackedColumns, count: number, most: number = ALL): Steps<BlockPairs[]> {
  const input: JoinInput = { index, queries, count, ...keepingOf(crew, most) };
  return crew.run(joinJob, input, Math.ceil(count / BLOCK_QUERIES), (count * QUERY_NS) / 1e6);
}

/** The pairs of `streamJoin` over all stays. */
export function streamWith(crew: Crew, stays: PackedColumns, visits: PackedColumns, index: StreamIndex, most: number = ALL): Steps<BlockPairs[]> {
  const count = stays.key.length;
  const input: StreamInput = { stays, visits, index, ...keepingOf(crew, most) };
  return crew.run(streamJob, input, Math.ceil(count / BLOCK_STAYS), (count * STREAM_NS) / 1e6);
}

/** The pairs of `selfJoin` over all keys, `query` and `record` both positions of records. */
export function selfJoinWith(crew: Crew, index: PackedIndex, most: number = ALL): Steps<BlockPairs[]> {
  const count = index.offsets.at(-1)!;
  const input: SelfInput = { index, ...keepingOf(crew, most) };
  return crew.run(selfJoinJob, input, Math.ceil(count / BLOCK_RECORDS) + 1, (count * SELF_NS) / 1e6);
}

export const joinJob: Job<JoinInput, BlockPairs> = {
  name: 'join',
  start: ({ index, queries, count, isShared, most }) => {
    const pairs = new PairGathering(isShared, most);
    return {
      run: (block) => {
        const lo = block * BLOCK_QUERIES;
        pairs.add(block, (out, written) => joinRange(index, queries, lo, Math.min(count, lo + BLOCK_QUERIES), out, written));
      },
      finish: () => pairs.finish(),
    };
  },
};

export const streamJob: Job<StreamInput, BlockPairs> = {
  name: 'stream',
  start: ({ stays, visits, index, isShared, most }) => {
    const pairs = new PairGathering(isShared, most);
    return {
      run: (block) => {
        const lo = block * BLOCK_STAYS;
        pairs.add(block, (out, written) => streamJoin(stays, lo, Math.min(stays.key.length, lo + BLOCK_STAYS), visits, index, out, written));
      },
      finish: () => pairs.finish(),
    };
  },
};

/** Block b has the keys whose first record is among its records; the last block has those without any that stand behind. */
export const selfJoinJob: Job<SelfInput, BlockPairs> = {
  name: 'self',
  start: ({ index, isShared, most }) => {
    const pairs = new PairGathering(isShared, most);
    const { offsets } = index;
    const keys = offsets.length - 1;
    const firstKey = (block: number): number => lowerBound(offsets, 0, keys, block * BLOCK_RECORDS);
    return {
      run: (block) =>
        pairs.add(block, (out, written) => {
          let to = written;
          selfJoin(
            index,
            (a, b, count) => {
              if (out !== null) {
                while (to + count > out.query.length) out.grow();
                out.query.set(count === a.length ? a : a.subarray(0, count), to);
                out.record.set(count === b.length ? b : b.subarray(0, count), to);
              }
              to += count;
            },
            firstKey(block),
            firstKey(block + 1),
          );
          return to;
        }),
      finish: () => pairs.finish(),
    };
  },
};
