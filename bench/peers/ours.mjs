/**
 * This project's kernels in the form of a rival: the only file that knows how they are called. On two threads the columns lie in shared memory, as
 * the rivals' do in their own, and the workers run before the clock starts.
 */
import { readFileSync } from 'node:fs';

const ROOMS = {
  'stay-index': ['packed-index', 'build-packed-index', 'self-join', 'stream-join', 'join-job', 'block-pairs'],
  threads: ['worker-crew'],
  core: ['crew', 'steps'],
};

export const ours = {
  name: 'copresence',
  label: 'copresence',
  threads: [1, 2],
  works: ['index', 'log', 'self', 'build', 'buildShuffled'],
  missing: () => undefined,
  version: () => JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,

  async open({ work, world, threads }) {
    const kernels = await loadKernels();
    return threads === 1 ? onOneThread(kernels, work, world) : onThreads(kernels, work, world, threads);
  },
};

async function loadKernels() {
  const files = Object.entries(ROOMS).flatMap(([room, names]) => names.map((name) => `../../dist/${room}/${name}.js`));
  return Object.assign({}, ...(await Promise.all(files.map((file) => import(file)))));
}

function onOneThread({ buildPackedIndex, countPairs, indexVisits, joinInto, PackedPairs, selfJoin, streamJoin }, work, { stays, visits, places }) {
  const build = () => buildPackedIndex(stays, places);
  if (work === 'build' || work === 'buildShuffled') {
    const pairs = (sink, index) => {
      const out = new PackedPairs(countPairs(index, visits));
      addPairs(sink, out, joinInto(index, visits, out), index.rows);
    };
    return oneWay({ run: build, pairs, bytes: () => bytesHeld(build()) });
  }
  if (work === 'log') {
    const out = new PackedPairs(1 << 22);
    const run = () => streamJoin(stays, 0, stays.key.length, visits, indexVisits(visits, places), out, 0);
    return oneWay({ run, pairs: (sink, count) => addPairs(sink, out, count) });
  }
  const index = build();
  const bytes = () => bytesHeld(index);
  if (work === 'self') {
    let handed = 0; // blocks are handed over and counted: what a reader of the pairs does with them is not timed
    const run = () => selfJoin(index, (_a, _b, count) => (handed += count));
    const rowsOf = (records, count) => records.subarray(0, count).map((record) => index.rows[record]);
    return oneWay({ run, pairs: (sink) => selfJoin(index, (a, b, count) => sink.addColumns(rowsOf(a, count), rowsOf(b, count), count)), bytes });
  }
  const out = new PackedPairs(countPairs(index, visits));
  return oneWay({ run: () => joinInto(index, visits, out), pairs: (sink, count) => addPairs(sink, out, count, index.rows), bytes });
}

async function onThreads(kernels, work, world, threads) {
  const { buildPackedIndexWith, inBlockOrder, indexVisits, joinWith, runAsync, selfJoinWith, shared, streamWith, WorkerCrew } = kernels;
  const { places } = world;
  const crew = new WorkerCrew(threads, 0);
  const columnsOf = (table) => Object.fromEntries(Object.entries(table).map(([name, column]) => [name, shared(crew, column)]));
  const stays = columnsOf(world.stays);
  const visits = columnsOf(world.visits);
  const close = () => crew.close();
  const join = (index) => runAsync(joinWith(crew, index, visits, visits.key.length));
  const addFound = (sink, found, rows, isSelf = false) => {
    for (const { query, record, lo, hi } of inBlockOrder(found)) {
      for (let i = lo; i < hi; i++) sink.add(isSelf ? rows[query[i]] : query[i], rows ? rows[record[i]] : record[i]);
    }
  };
  const build = () => runAsync(buildPackedIndexWith(crew, stays, places));
  if (work === 'build' || work === 'buildShuffled') {
    return {
      ...oneWay({ run: build, pairs: async (sink, index) => addFound(sink, await join(index), index.rows), bytes: async () => bytesHeld(await build()) }),
      close,
    };
  }
  if (work === 'log') {
    const run = () => runAsync(streamWith(crew, stays, visits, indexVisits(visits, places)));
    return { ...oneWay({ run, pairs: (sink, found) => addFound(sink, found, null) }), close };
  }
  const index = await build();
  const bytes = () => bytesHeld(index);
  if (work === 'self') {
    // As on one thread, pairs are written in blocks that are used again; the answer comes from a run that keeps them.
    const pairs = async (sink) => addFound(sink, await runAsync(selfJoinWith(crew, index)), index.rows, true);
    return { ...oneWay({ run: () => runAsync(selfJoinWith(crew, index, 0)), pairs, bytes }), close };
  }
  return { ...oneWay({ run: () => join(index), pairs: (sink, found) => addFound(sink, found, index.rows), bytes }), close };
}

function oneWay(steps) {
  return { ways: { 'typed arrays': steps } };
}

/** Pairs name the position of a stay in the index; `rows` has its row number. */
function addPairs(sink, { query, record }, count, rows) {
  for (let i = 0; i < count; i++) sink.add(query[i], rows ? rows[record[i]] : record[i]);
}

/** Bytes of all arrays that an index holds, row numbers among them: what the other engines' tables hold too. Arrays may share a buffer. */
export function bytesHeld(index, buffers = new Set()) {
  let bytes = 0;
  for (const value of Object.values(index)) {
    if (ArrayBuffer.isView(value) && !buffers.has(value.buffer)) {
      buffers.add(value.buffer);
      bytes += value.buffer.byteLength;
    } else if (value !== null && typeof value === 'object' && !ArrayBuffer.isView(value)) bytes += bytesHeld(value, buffers);
  }
  return bytes;
}
