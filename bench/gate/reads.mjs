/** How often the kernels read their arrays, and what an index holds: numbers that are the same on every machine. */
import { WEEK, DAY, makeStays, visitsOf } from '../peers/world.mjs';
import { bytesHeld } from '../peers/ours.mjs';
import { stretched } from '../peers/long.mjs';

const STAYS = 100_000;
const CASES = 50;
const SEED = 1;
/** The bound that one stay of a week would put on all, if it were not set apart. */
const LONGEST_SEC = 7 * 86_400;

export async function readCounters(fault) {
  const names = ['packed-index', 'build-packed-index', 'self-join', 'stream-join'];
  const kernels = Object.assign({}, ...(await Promise.all(names.map((name) => import(`../../dist/stay-index/${name}.js`)))));
  const { buildPackedIndex, countPairs, indexVisits, joinInto, PackedPairs, selfJoin, streamJoin, WORDS } = kernels;
  const { columns, places, people } = makeStays(STAYS, WEEK, SEED);
  const visits = visitsOf(columns, people, CASES);
  const counters = {};

  const join = (index) => {
    const pairs = countPairs(index, visits);
    const reads = newReads();
    const counted = counting(fault === 'reach' ? withReach(index, LONGEST_SEC) : index, reads);
    if (fault === 'twice') countPairs(counted, visits);
    const found = joinInto(counted, visits, new PackedPairs(pairs));
    if (found !== pairs || pairs === 0) throw new Error(`the counted join found ${found} pairs, not ${pairs}`);
    return { perPair: reads.tested(WORDS) / pairs, search: reads.others('records') / visits.key.length };
  };
  const index = buildPackedIndex(columns, places);
  const plain = join(index);
  counters['rows tested per pair, case join'] = plain.perPair;
  counters['rows tested per pair, case join, 0.1 % multi-day stays'] = join(buildPackedIndex(stretched(columns, SEED), places)).perPair;
  counters['reads per visit to find its first row'] = plain.search;

  const day = makeStays(STAYS, DAY, SEED);
  const thin = buildPackedIndex(day.columns, day.places);
  const selfReads = newReads();
  if (fault === 'twice') selfJoin(counting(thin, selfReads), () => {});
  const pairs = selfJoin(counting(thin, selfReads), () => {});
  if (pairs !== selfJoin(thin, () => {}) || pairs === 0) throw new Error('the counted self-join found other pairs');
  counters['rows tested per pair, self-join'] = selfReads.tested(WORDS) / pairs;

  const streamReads = newReads();
  const out = new PackedPairs(1 << 12);
  const visitIndex = counting(indexVisits(visits, places), streamReads);
  if (fault === 'twice') streamJoin(columns, 0, STAYS, visits, visitIndex, null, 0);
  const streamed = streamJoin(columns, 0, STAYS, visits, visitIndex, out, 0);
  if (streamed !== countPairs(index, visits)) throw new Error('the counted stream join found other pairs');
  counters['reads per stay, stream join'] = streamReads.others() / STAYS;

  counters['bytes held per stay'] = bytesHeld(fault === 'bytes' ? { ...index, more: new Uint32Array(STAYS) } : index) / STAYS;
  return { counters };
}

/** The same index with one bound for the length of all stays: what it would search if a long stay spoiled it. */
function withReach(index, longestSec) {
  return { ...index, reach: index.reach.map(() => longestSec), long: index.long && withReach(index.long, longestSec) };
}

/** Reads of arrays by the name under which an index holds them, and by position within a record. */
function newReads() {
  const byName = new Map();
  return {
    add(name, at) {
      const positions = byName.get(name) ?? new Map();
      byName.set(name, positions);
      positions.set(at, (positions.get(at) ?? 0) + 1);
    },
    /** Rows tested: the reads of that word of a record which is read most. A kernel may start with the start or with the person. */
    tested(words) {
      const sums = Array.from({ length: words }, () => 0);
      for (const [at, count] of byName.get('records') ?? []) sums[at % words] += count;
      const most = Math.max(...sums);
      if (most === 0) throw new Error('no reads of records were counted: the gate does not know this index');
      return most;
    },
    /** All reads but those of some arrays. */
    others(...names) {
      let sum = 0;
      for (const [name, positions] of byName) if (!names.includes(name)) for (const count of positions.values()) sum += count;
      return sum;
    },
  };
}

/** The same index, whose arrays count their reads. A kernel takes them for its own; it must read by position. */
function counting(index, reads) {
  const arrayOf = (name, array) =>
    new Proxy(array, {
      get(target, key) {
        if (typeof key === 'string' && key.charCodeAt(0) <= 57) reads.add(name, Number(key));
        const value = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return Object.fromEntries(
    Object.entries(index).map(([name, value]) => {
      if (ArrayBuffer.isView(value)) return [name, arrayOf(name, value)];
      return [name, value !== null && typeof value === 'object' ? counting(value, reads) : value];
    }),
  );
}
