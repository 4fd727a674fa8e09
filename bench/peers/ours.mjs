/**
 * This project's kernels in the form of a rival: the only file that knows how they are called. `threads` lists what there is: when there is a
 * variant on two workers, add 2 and let `open` give its ways; the table then sets it beside rivals on two threads by itself.
 */
import { readFileSync } from 'node:fs';

const KERNELS = ['packed-index', 'build-packed-index', 'self-join', 'stream-join'];

export const ours = {
  name: 'copresence',
  label: 'copresence',
  threads: [1],
  works: ['index', 'log', 'self', 'build', 'buildShuffled'],
  missing: () => undefined,
  version: () => JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,

  async open({ work, world }) {
    const kernels = Object.assign({}, ...(await Promise.all(KERNELS.map((name) => import(`../../dist/stay-index/${name}.js`)))));
    const { buildPackedIndex, countPairs, indexVisits, joinInto, packedBytes, PackedPairs, selfJoin, streamJoin } = kernels;
    const { stays, visits, places } = world;
    const build = () => buildPackedIndex(stays, places);
    if (work === 'build' || work === 'buildShuffled') {
      const pairs = (sink, index) => {
        const out = new PackedPairs(countPairs(index, visits));
        addPairs(sink, out, joinInto(index, visits, out), index.rows);
      };
      return oneWay({ run: build, pairs, bytes: () => packedBytes(build()) });
    }
    if (work === 'log') {
      const out = new PackedPairs(1 << 22);
      const run = () => streamJoin(stays, 0, stays.key.length, visits, indexVisits(visits, places), out, 0);
      return oneWay({ run, pairs: (sink, count) => addPairs(sink, out, count) });
    }
    const index = build();
    const bytes = () => packedBytes(index);
    if (work === 'self') {
      let handed = 0; // blocks are handed over and counted: what a reader of the pairs does with them is not timed
      const run = () => selfJoin(index, (_a, _b, count) => (handed += count));
      return oneWay({
        run,
        pairs: (sink) =>
          selfJoin(index, (a, b, count) => sink.addColumns(a.subarray(0, count).map(rowOf(index)), b.subarray(0, count).map(rowOf(index)), count)),
        bytes,
      });
    }
    const out = new PackedPairs(countPairs(index, visits));
    return oneWay({ run: () => joinInto(index, visits, out), pairs: (sink, count) => addPairs(sink, out, count, index.rows), bytes });
  },
};

function oneWay(steps) {
  return { ways: { 'typed arrays': steps } };
}

function rowOf({ rows }) {
  return (record) => rows[record];
}

/** Pairs name the position of a stay in the index; `rows` has its row number. */
function addPairs(sink, { query, record }, count, rows) {
  for (let i = 0; i < count; i++) sink.add(query[i], rows ? rows[record[i]] : record[i]);
}
