import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPackedIndex } from './build-packed-index.js';
import { PackedPairs, countPairs, joinInto, type PackedColumns, type PackedIndex } from './packed-index.js';
import { selfJoin } from './self-join.js';
import { indexVisits, streamJoin } from './stream-join.js';

interface Stay {
  readonly key: number;
  readonly start: number;
  readonly end: number;
  readonly person: number;
}

const KEYS = 4;
const BASE = 1_646_092_800;
/** Most stays last up to an hour, a few for days: those spoil the bound of their key. */
const stay: fc.Arbitrary<Stay> = fc
  .record({
    key: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: KEYS - 1 }) }),
    start: fc.nat({ max: 20_000 }).map((sec) => BASE + sec),
    length: fc.oneof(
      { weight: 80, arbitrary: fc.integer({ min: 1, max: 400 }) },
      { weight: 1, arbitrary: fc.constantFrom(256, 512, 1024, 4096, 5_000, 8192, 90_000, 400_000) },
    ),
    person: fc.nat({ max: 5 }),
  })
  .map(({ length, ...each }) => ({ ...each, end: each.start + length }));
const many = fc.array(stay, { maxLength: 400, size: 'max' });
const few = fc.array(stay, { maxLength: 40, size: 'max' });

/** Hundreds of stays shrink slowly: a failure is shown after this time as small as it is by then. */
const BRIEF = { interruptAfterTimeLimit: 20_000 };

const columnsOf = (rows: readonly Stay[]): PackedColumns => ({
  key: Uint32Array.from(rows, (row) => row.key),
  start: Uint32Array.from(rows, (row) => row.start),
  end: Uint32Array.from(rows, (row) => row.end),
  person: Uint32Array.from(rows, (row) => row.person),
});

const meet = (a: Stay, b: Stay): boolean => a.key === b.key && a.person !== b.person && Math.min(a.end, b.end) > Math.max(a.start, b.start);
const text = (a: number, b: number): string => `${a} ${b}`;
const wantedPairs = (queries: readonly Stay[], rows: readonly Stay[]): string[] =>
  queries.flatMap((query, q) => rows.flatMap((row, r) => (meet(query, row) ? [text(q, r)] : []))).sort();

function hasLong(index: PackedIndex): boolean {
  return index.long !== null;
}

describe('joinInto', () => {
  test('finds the pairs that a look at every pair finds, each once, and countPairs counts them', () => {
    fc.assert(
      fc.property(many, few, (rows, queries) => {
        const index = buildPackedIndex(columnsOf(rows), KEYS);
        const pairs = new PackedPairs(1);
        const count = joinInto(index, columnsOf(queries), pairs);
        const found = Array.from({ length: count }, (_, i) => text(pairs.query[i]!, index.rows[pairs.record[i]!]!)).sort();
        expect(found).toEqual(wantedPairs(queries, rows));
        expect(countPairs(index, columnsOf(queries))).toBe(count);
      }),
      { numRuns: 300, ...BRIEF },
    );
  });

  test('a few stays of days beside thousands of minutes lie apart, and are found', () => {
    const rows: Stay[] = Array.from({ length: 5000 }, (_, i) => ({
      key: i % 2,
      start: BASE + ((i * 7919) % 100_000),
      end: BASE + ((i * 7919) % 100_000) + 60 + (i % 300),
      person: i % 50,
    }));
    rows.push({ key: 0, start: BASE, end: BASE + 500_000, person: 99 }, { key: 0, start: BASE + 50_000, end: BASE + 900_000, person: 98 });
    const queries: Stay[] = Array.from({ length: 100 }, (_, i) => ({ key: i % 2, start: BASE + i * 1000, end: BASE + i * 1000 + 300, person: 50 }));
    const index = buildPackedIndex(columnsOf(rows), 2);
    expect(hasLong(index)).toBe(true);
    const pairs = new PackedPairs();
    const count = joinInto(index, columnsOf(queries), pairs);
    expect(Array.from({ length: count }, (_, i) => text(pairs.query[i]!, index.rows[pairs.record[i]!]!)).sort()).toEqual(wantedPairs(queries, rows));
  });

  test('only the first queries asked for are answered', () => {
    const rows: Stay[] = [{ key: 0, start: 10, end: 20, person: 1 }];
    const queries: Stay[] = [
      { key: 0, start: 5, end: 11, person: 2 },
      { key: 0, start: 19, end: 30, person: 2 },
      { key: 0, start: 20, end: 30, person: 2 },
    ];
    const index = buildPackedIndex(columnsOf(rows), 1);
    expect([0, 1, 2, 3].map((count) => countPairs(index, columnsOf(queries), count))).toEqual([0, 1, 2, 2]);
  });

  test('many keys and none at all', () => {
    const rows: Stay[] = Array.from({ length: 3000 }, (_, i) => ({ key: (i * 37) % 2500, start: BASE + i, end: BASE + i + 100, person: i % 3 }));
    const queries: Stay[] = Array.from({ length: 2500 }, (_, key) => ({ key, start: BASE, end: BASE + 5000, person: 1 }));
    const index = buildPackedIndex(columnsOf(rows), 2500);
    const pairs = new PackedPairs();
    const count = joinInto(index, columnsOf(queries), pairs);
    expect(Array.from({ length: count }, (_, i) => text(pairs.query[i]!, index.rows[pairs.record[i]!]!)).sort()).toEqual(wantedPairs(queries, rows));
    expect(countPairs(buildPackedIndex(columnsOf([]), 0), columnsOf([]))).toBe(0);
  });
});

test('streamJoin finds the same pairs with the visits indexed instead, block by block', () => {
  fc.assert(
    fc.property(many, few, fc.nat({ max: 400 }), (rows, visits, cut) => {
      const index = indexVisits(columnsOf(visits), KEYS);
      const pairs = new PackedPairs(1);
      const middle = Math.min(cut, rows.length);
      const first = streamJoin(columnsOf(rows), 0, middle, columnsOf(visits), index, pairs, 0);
      const count = streamJoin(columnsOf(rows), middle, rows.length, columnsOf(visits), index, pairs, first);
      expect(Array.from({ length: count }, (_, i) => text(pairs.query[i]!, pairs.record[i]!)).sort()).toEqual(wantedPairs(visits, rows));
      expect(streamJoin(columnsOf(rows), 0, rows.length, columnsOf(visits), index, null, 0)).toBe(count);
    }),
    { numRuns: 300, ...BRIEF },
  );
});

test('selfJoin finds every pair of two people once', () => {
  fc.assert(
    fc.property(many, (rows) => {
      const index = buildPackedIndex(columnsOf(rows), KEYS);
      const found: string[] = [];
      const count = selfJoin(index, (a, b, size) => {
        for (let i = 0; i < size; i++) {
          const [x, y] = [index.rows[a[i]!]!, index.rows[b[i]!]!];
          found.push(text(Math.min(x, y), Math.max(x, y)));
        }
      });
      const wanted = rows.flatMap((row, x) => rows.flatMap((other, y) => (x < y && meet(row, other) ? [text(x, y)] : [])));
      expect(found.sort()).toEqual(wanted.sort());
      expect(count).toBe(wanted.length);
    }),
    { numRuns: 150, ...BRIEF },
  );
});

test('a stay of just as many seconds as the bound of its key loses nobody, there or at the place behind', () => {
  for (const atBound of [255, 256, 257, 511, 512, 4095, 4096, 4097]) {
    const usual: Stay[] = Array.from({ length: 300 }, (_, i) => ({ key: 0, start: BASE + i * 60, end: BASE + i * 60 + 200, person: i % 5 }));
    const odd = [atBound, 90_000].map((length, i) => ({ key: 0, start: BASE + 100, end: BASE + 100 + length, person: 6 + i }));
    const behind = [0, 1, 2].map((person) => ({ key: 1, start: BASE + 500, end: BASE + 900, person }));
    const rows = [...usual, ...odd, ...behind];
    const index = buildPackedIndex(columnsOf(rows), 2);
    const out = new PackedPairs();
    const count = joinInto(index, columnsOf(rows), out);
    const found = Array.from({ length: count }, (_, i) => text(out.query[i]!, index.rows[out.record[i]!]!)).sort();
    expect(found).toEqual(wantedPairs(rows, rows));
    expect([...index.rows].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
  }
});
