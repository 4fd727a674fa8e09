import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHECKINS, Table } from '../../model/tables.js';
import { newLedgerEntry } from './ledger.js';
import { RowBooks } from './row-books.js';

type Row = readonly [person: number, place: number, sec: number, checkOut: number];

/** The rows kept, by the definition: those that no earlier row equals. */
function plainly(rows: readonly Row[]): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => seen.size < seen.add(row.join()).size);
}

/** The rows kept by the books, given in batches of so many. */
function byBooks(rows: readonly Row[], batch: number): { kept: Row[]; duplicates: number } {
  const table = new Table(CHECKINS);
  const books = new RowBooks(table, false);
  const entry = newLedgerEntry('f.csv');
  for (let lo = 0; lo < rows.length; lo += batch) {
    const some = rows.slice(lo, lo + batch);
    for (const [i, [person, place, sec, checkOut]] of some.entries()) table.push([person, place, sec, checkOut, 0, 0, 0], 0, lo + i + 2);
    books.settle(some.length, entry);
  }
  const [person, place, time, checkOut] = table.columns.map(({ data }) => data);
  const kept = Array.from({ length: table.rowCount }, (_, row): Row => [person![row]!, place![row]!, time![row]!, checkOut![row]!]);
  expect(entry.accepted).toBe(kept.length);
  return { kept, duplicates: entry.duplicate };
}

describe('equal check-ins', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 9));

  test('are kept once, the first of them, in any order of time and any batches', () => {
    let duplicates = 0;
    fc.assert(
      fc.property(fc.array(row, { minLength: 5, maxLength: 60 }), fc.boolean(), fc.integer({ min: 1, max: 20 }), (rows, isInOrder, batch) => {
        const given = isInOrder ? rows.slice().sort((a, b) => a[2] - b[2]) : rows;
        const result = byBooks(given, batch);
        expect(result.kept).toEqual(plainly(given));
        duplicates += result.duplicates;
      }),
      { numRuns: 500 },
    );
    expect(duplicates).toBeGreaterThan(100);
  });

  test('are found also where one person has so many scans against the order of time that their rows are no longer looked through', () => {
    const rows = Array.from({ length: 2000 }, (_, i): Row => [i % 50 === 0 ? 1 : 0, 1, 10_000 - (i % 1300), 0]);
    for (const batch of [1, 7, 512, 2000]) {
      const { kept, duplicates } = byBooks(rows, batch);
      expect(kept).toEqual(plainly(rows));
      expect(duplicates).toBe(rows.length - kept.length);
      expect(duplicates).toBeGreaterThan(500);
    }
  });
});
