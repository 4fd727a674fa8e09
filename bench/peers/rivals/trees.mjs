/** Interval and box trees from npm, in one thread. Their ranges include both ends, so that a stay is given its last second. */
import { rowsByPlace } from '../answer.mjs';
import { importPeer, packageVersion, whyNotLoaded } from './npm-peer.mjs';
import { rowNumbers } from './prepared.mjs';

export const flatbush = treeRival('flatbush', 'flatbush', async () => {
  const { default: Flatbush } = await importPeer('flatbush');
  const plant = (stays, rows, lo, hi, yOf) => {
    const tree = new Flatbush(hi - lo, 16, Uint32Array);
    for (let i = lo; i < hi; i++) tree.add(stays.start[rows[i]], yOf(rows[i]), stays.end[rows[i]] - 1, yOf(rows[i]));
    tree.finish();
    return tree;
  };
  // The filter takes the pairs and refuses the items: no array of results is made.
  const searchPerPlace = ({ trees, offsets, rows }, place, start, end, found) => {
    const lo = offsets[place];
    trees[place]?.search(start, 0, end - 1, 0, (item) => {
      found(rows[lo + item]);
      return false;
    });
  };
  const bytes = ({ trees }) => trees.reduce((sum, tree) => sum + (tree?.data.byteLength ?? 0), 0);
  return {
    'a tree for each place': {
      build: (world) => perPlace(world, (stays, rows, lo, hi) => plant(stays, rows, lo, hi, () => 0)),
      search: searchPerPlace,
      bytes,
    },
    'one tree of time and place': {
      build: ({ stays }) => ({ trees: [plant(stays, rowNumbers(stays.key.length), 0, stays.key.length, (row) => stays.key[row])] }),
      search: ({ trees }, place, start, end, found) => {
        trees[0].search(start, place, end - 1, place, (row) => {
          found(row);
          return false;
        });
      },
      bytes,
    },
  };
});

export const rbush = treeRival('rbush', 'rbush', async () => {
  const { default: RBush } = await importPeer('rbush');
  const box = (stays, row, y) => ({ minX: stays.start[row], minY: y, maxX: stays.end[row] - 1, maxY: y, row });
  return {
    'a tree for each place': {
      build: (world) => perPlace(world, (stays, rows, lo, hi) => new RBush().load(Array.from(rows.subarray(lo, hi), (row) => box(stays, row, 0)))),
      search: ({ trees }, place, start, end, found) => {
        for (const { row } of trees[place]?.search({ minX: start, minY: 0, maxX: end - 1, maxY: 0 }) ?? []) found(row);
      },
    },
    'one tree of time and place': {
      build: ({ stays }) => ({ tree: new RBush().load(Array.from(stays.key, (place, row) => box(stays, row, place))) }),
      search: ({ tree }, place, start, end, found) => {
        for (const { row } of tree.search({ minX: start, minY: place, maxX: end - 1, maxY: place })) found(row);
      },
    },
  };
});

export const nodeIntervalTree = treeRival('node-interval-tree', 'node-interval-tree', async () => {
  const { IntervalTree } = await importPeer('node-interval-tree');
  return {
    'a tree for each place': {
      build: (world) =>
        perPlace(world, (stays, rows, lo, hi) => {
          const tree = new IntervalTree();
          for (let i = lo; i < hi; i++) tree.insert({ low: stays.start[rows[i]], high: stays.end[rows[i]] - 1, row: rows[i] });
          return tree;
        }),
      search: ({ trees }, place, start, end, found) => {
        for (const { row } of trees[place]?.search(start, end - 1) ?? []) found(row);
      },
    },
  };
});

export const flatten = treeRival('flatten', '@flatten-js/interval-tree', async () => {
  const { default: IntervalTree } = await importPeer('@flatten-js/interval-tree');
  return {
    'a tree for each place': {
      build: (world) =>
        perPlace(world, (stays, rows, lo, hi) => {
          const tree = new IntervalTree();
          for (let i = lo; i < hi; i++) tree.insert([stays.start[rows[i]], stays.end[rows[i]] - 1], rows[i]);
          return tree;
        }),
      search: ({ trees }, place, start, end, found) => {
        for (const row of trees[place]?.search([start, end - 1]) ?? []) found(row);
      },
    },
  };
});

/** A way is { build(world), search(built, place, start, end, found), bytes? }. */
function treeRival(name, packageName, waysOf) {
  return {
    name,
    label: packageName,
    threads: [1],
    capped: true,
    works: ['index', 'self', 'build'],
    missing: () => whyNotLoaded(packageName),
    version: () => packageVersion(packageName),
    async open({ work, world }) {
      const ways = Object.entries(await waysOf());
      return { ways: Object.fromEntries(ways.map(([way, tree]) => [way, stepsOf(tree, work, world)])) };
    },
  };
}

function stepsOf(tree, work, world) {
  let built;
  const found = { query: new Uint32Array(1 << 16), row: new Uint32Array(1 << 16) };
  const join = (sink) => joinBy(tree, built, world, work === 'self', found, sink);
  const bytes = () => (tree.bytes ? tree.bytes(built) : undefined);
  const drop = () => (built = undefined);
  const build = () => (built = tree.build(world));
  if (work === 'build') return { run: build, between: drop, drop, bytes, pairs: (sink) => join(sink) };
  return { ready: build, run: () => join(undefined), drop, bytes, pairs: (sink) => join(sink) };
}

/** Pairs into columns that are used again and again; into the sink as well if there is one. Returns how many. */
function joinBy(tree, built, { stays, visits }, isSelf, out, sink) {
  const queries = isSelf ? stays : visits;
  const { person } = stays;
  const room = out.query.length;
  let count = 0;
  let query = 0;
  const found = (row) => {
    if (person[row] === queries.person[query] || (isSelf && row <= query)) return;
    const at = count++ % room;
    out.query[at] = query;
    out.row[at] = row;
    if (sink) sink.add(query, row);
  };
  for (; query < queries.key.length; query++) tree.search(built, queries.key[query], queries.start[query], queries.end[query], found);
  return count;
}

function perPlace({ stays, places }, plant) {
  const { offsets, rows } = rowsByPlace(stays.key, places);
  const trees = Array.from({ length: places }, (_, place) =>
    offsets[place] < offsets[place + 1] ? plant(stays, rows, offsets[place], offsets[place + 1]) : undefined,
  );
  return { trees, offsets, rows };
}
