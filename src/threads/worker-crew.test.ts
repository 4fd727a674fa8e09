import { createHash } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { alone, shared, type Crew } from '../core/crew.js';
import { runAsync, type Steps } from '../core/steps.js';
import { buildPackedIndexWith } from '../stay-index/build-packed-index.js';
import { countOf, inBlockOrder, type BlockPairs } from '../stay-index/block-pairs.js';
import { joinWith, selfJoinWith, streamWith } from '../stay-index/join-job.js';
import { packedBytes, type PackedColumns, type PackedIndex } from '../stay-index/packed-index.js';
import { indexVisits } from '../stay-index/stream-join.js';
import { WorkerCrew } from './worker-crew.js';

/** So many that every job has dozens of blocks; one in 500 lasts for days. Rows are in no order. */
const STAYS = 400_000;
const PLACES = 3000;
const stays = columnsOf(STAYS, (i, next) => [next(PLACES), next(604_800), i % 500 === 0 ? 300_000 : 60 + next(7200), next(40_000)]);
const visits = columnsOf(30_000, (i, next) => [next(PLACES), next(604_800), 900, i]);

/** Rows of numbers by chance, the same in every run. */
function columnsOf(
  count: number,
  rowOf: (i: number, next: (below: number) => number) => [place: number, start: number, length: number, person: number],
): PackedColumns {
  const random = randomNumbers(count);
  const columns = { key: new Uint32Array(count), start: new Uint32Array(count), end: new Uint32Array(count), person: new Uint32Array(count) };
  for (let i = 0; i < count; i++) {
    const [place, start, length, person] = rowOf(i, random);
    columns.key[i] = place;
    columns.start[i] = 1_646_092_800 + start;
    columns.end[i] = columns.start[i]! + length;
    columns.person[i] = person;
  }
  return columns;
}

/** mulberry32. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const sharedBy = (crew: Crew, { key, start, end, person }: PackedColumns): PackedColumns => ({
  key: shared(crew, key),
  start: shared(crew, start),
  end: shared(crew, end),
  person: shared(crew, person),
});

const digest = (...arrays: readonly Uint32Array[]): string => {
  const hash = createHash('sha256');
  for (const array of arrays) hash.update(new Uint8Array(array.slice().buffer));
  return hash.digest('hex');
};
const digestOf = ({ records, offsets, reach, samples, rows, long }: PackedIndex): string =>
  digest(records, offsets, reach, samples, rows) + (long ? digestOf(long) : '');
const digestOfPairs = (found: readonly BlockPairs[]): string =>
  digest(...inBlockOrder(found).flatMap(({ query, record, lo, hi }) => [query.subarray(lo, hi), record.subarray(lo, hi)]));

async function findAll(crew: Crew): Promise<{ digests: string[]; counts: number[] }> {
  const own = sharedBy(crew, stays);
  const index = await runAsync(buildPackedIndexWith(crew, own, PLACES));
  const digests = [digestOf(index)];
  const counts: number[] = [];
  // What a search found is looked at before the next, which uses its arrays again.
  const ask = async (steps: Steps<BlockPairs[]>): Promise<void> => {
    const found = await runAsync(steps);
    digests.push(digestOfPairs(found));
    counts.push(countOf(found));
  };
  await ask(joinWith(crew, index, visits, visits.key.length));
  await ask(streamWith(crew, own, visits, indexVisits(visits, PLACES)));
  await ask(selfJoinWith(crew, index));
  await ask(joinWith(crew, index, visits, visits.key.length, 0));
  await ask(selfJoinWith(crew, index, 0));
  return { digests, counts };
}

describe('with workers', () => {
  const crews: WorkerCrew[] = [];
  afterAll(() => Promise.all(crews.map((crew) => crew.close())));

  test.each([2, 4])('%i threads build the same index and find the same pairs in the same order as one', async (threads) => {
    const crew = new WorkerCrew(threads, 0);
    crews.push(crew);
    const wanted = await findAll(alone);
    const [join, stream, self, ...countedOnly] = wanted.counts;
    expect([stream, ...countedOnly]).toEqual([join, join, self]);
    expect(Math.min(join!, self!)).toBeGreaterThan(20_000);
    expect(await findAll(crew)).toEqual(wanted);
    expect(crew.isStarted).toBe(true);
  });

  test('work that is too small starts none', async () => {
    const crew = new WorkerCrew(4);
    crews.push(crew);
    const small = columnsOf(1000, (i, next) => [next(10), next(1000), 60, i]);
    const index = await runAsync(buildPackedIndexWith(crew, sharedBy(crew, small), 10));
    await runAsync(joinWith(crew, index, small, 1000));
    expect(crew.isStarted).toBe(false);
  });
});

test('an index takes 12 bytes a stay and little more, and 4 for the row numbers', async () => {
  const index = await runAsync(buildPackedIndexWith(alone, stays, PLACES));
  expect(packedBytes(index) / STAYS).toBeLessThan(12.6);
  expect(index.rows).toHaveLength(STAYS);
});
