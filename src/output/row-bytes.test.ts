import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cells } from '../lists/cells.js';
import type { Found } from '../lists/found.js';
import { listBlocks, listRows } from '../lists/lists.js';
import { LIST_NAMES, columnsOf, type ListName } from '../lists/rows.js';
import { findIn } from '../testing/find-rows.js';
import { BASE_SEC } from '../testing/worlds.js';
import { ByteSink } from './byte-sink.js';
import { RowBytes, csvHeader } from './row-bytes.js';
import { csvText, type TextOptions } from './table-text.js';

function written(name: ListName, found: Found, options: TextOptions): string {
  const columns = columnsOf(name, found);
  const sink = new ByteSink(8);
  if (options.format === 'csv') sink.put(csvHeader(columns, options.isForExcel));
  const bytes = new RowBytes(new Cells(found), columns, options, sink);
  for (const block of listBlocks(name, found)) {
    bytes.prepare(block);
    for (let row = 0; row < block.count; row++) bytes.put(block, row);
  }
  return Buffer.from(sink.take()).toString();
}

/** What fast-csv or JSON.stringify makes of the rows that a program sees. */
async function expected(name: ListName, found: Found, options: TextOptions): Promise<string> {
  const rows = [...listRows(name, [found])];
  if (options.format === 'jsonl') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const names = columnsOf(name, found).map((column) => column.name);
  const pieces: Uint8Array[] = [];
  for await (const piece of csvText(names, rows, options)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('the bytes are those that fast-csv makes of the rows, whatever ids and names hold', async () => {
  const nasty = fc
    .array(fc.constantFrom('a', '1', 'é', '中', '\u{1d4b3}', '"', ',', '|', '\r', '\n', '\t', '\0', '=', '+', '-', '@', '＝', '＋', '\\', '\u2028', ' ', ':'), {
      maxLength: 4,
    })
    .map((parts) => parts.join(''));
  const plain = fc.constantFrom('p1', 'p2', '007');
  const ids = fc
    .uniqueArray(
      fc.oneof(nasty, plain).map((text) => text.trim()),
      { minLength: 4, maxLength: 6 },
    )
    .filter((all) => all.every((id) => id !== ''));
  const options = fc.record({ format: fc.constantFrom('csv' as const, 'csv' as const, 'jsonl' as const), isForExcel: fc.boolean(), isRaw: fc.boolean() });
  const checkIn = fc.record({
    person: fc.nat(),
    place: fc.nat({ max: 1 }),
    at: fc.nat({ max: 20 }),
    out: fc.option(fc.nat({ max: 9 }), { nil: undefined }),
    run: fc.constantFrom('', '', '=r'),
    seat: fc.constantFrom('', '1'),
  });
  let rows = 0;
  await fc.assert(
    fc.asyncProperty(
      ids,
      fc.array(checkIn, { minLength: 8, maxLength: 25 }),
      fc.tuple(nasty, nasty, fc.constantFrom('scans.csv', 'a,b.csv', '=x', '"q".csv', '中.csv')),
      options,
      fc.boolean(),
      fc.constantFrom(undefined, 'Asia/Shanghai', 'America/St_Johns'),
      fc.boolean(),
      async (people, scans, [name, district, fileName], how, hasSeveralRules, tz, hasMore) => {
        const found = findIn(
          {
            checkIns: scans.map(({ person, place, at, out, run, seat }) => ({
              person_id: people[person % people.length]!,
              place_id: people[place]!,
              time: BASE_SEC + at * 60,
              ...(out !== undefined && { check_out: BASE_SEC + (at + out) * 60 }),
              run_id: run,
              seat,
            })),
            places: [{ place_id: people[0]!, name, district, category: 'bus' }],
            cases: people.slice(0, 3).map((person_id, i) => ({ person_id, ...(i === 1 && { case_id: 'c2' }) })),
          },
          {
            ...(tz !== undefined && { tz }),
            hasSeveralRules,
            more: hasMore ? { extra: ['crowd', 'probability'], sort: 'probability', dilution: { least: 5, most: 40, people: 1000 } } : undefined,
            fileNames: [fileName],
            rule: {
              id: 'r,|',
              clauses: [
                { measure: 'total', at_least: 1 },
                { measure: 'single', more_than: 60 },
              ],
              seats: { rows: 1 },
            },
            depth: 2,
            lagSec: 300,
          },
        );
        for (const list of LIST_NAMES) {
          const text = written(list, found, how);
          expect(text, list).toBe(await expected(list, found, how));
          rows += text.split('\n').length - 2;
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(rows).toBeGreaterThan(3000);
});
