import fc from 'fast-check';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowText } from '../../output/row-text.js';
import { openList } from './list-file.js';
import type { Cursor } from '../../lists/diff/cursor.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'copresence-test-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function open(text: string | Uint8Array, form: { format: 'csv' | 'jsonl'; isRaw: boolean } = { format: 'csv', isRaw: true }): Cursor {
  const path = join(folder, 'list');
  writeFileSync(path, text);
  return openList({ path, name: 'run/list.csv', checked: statSync(path) }, form);
}

function rowsOf(cursor: Cursor): string[][] {
  const rows: string[][] = [];
  while (cursor.next()) rows.push(cursor.columns.map((_, column) => cursor.text(column)));
  return rows;
}

/** Cells as ids and names are: without white space around them, and not beginning with what a neutralised cell begins with. */
const cell = fc
  .oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom('"', ',', '\n', '\r', "'", '=', '+', '|', 'a', '東', '\uff1d', '😀', '\uFEFF'), { maxLength: 8 }).map((parts) => parts.join('')),
  )
  .map((text) => text.replaceAll('\0', '').trim())
  .filter((text) => !/^'[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(text));

describe('a list that was written is read back', () => {
  test('whatever its cells hold, in every form', () => {
    const table = fc.array(fc.tuple(cell, cell, fc.nat()), { maxLength: 12 });
    const form = fc.record({ format: fc.constantFrom('csv' as const, 'jsonl' as const), isForExcel: fc.boolean(), isRaw: fc.boolean() });
    fc.assert(
      fc.property(table, form, (rows, options) => {
        const objects = rows.map(([id, name, count]) => ({ id, name, count }));
        const bytes = Buffer.concat([...rowText(['id', 'name', 'count'], objects, options)]);
        expect(rowsOf(open(bytes, options))).toEqual(rows.map(([id, name, count]) => [id, name, String(count)]));
      }),
      { numRuns: 300 },
    );
  });

  test('also where rows lie across the pieces that it is read in, and one is longer than a piece', () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => ({ id: `P${i % 7}`, name: i === 9000 ? 'x'.repeat(3_000_000) : `a "${i}",\nb`, count: i }));
    const cursor = open(Buffer.concat([...rowText(['id', 'name', 'count'], rows, { format: 'csv', isForExcel: false, isRaw: true })]));
    const isRow = (row: (typeof rows)[number]): boolean =>
      cursor.next() && cursor.text(2) === String(row.count) && cursor.text(0) === row.id && cursor.text(1) === row.name;
    expect(rows.filter((row) => !isRow(row))).toEqual([]);
    expect(cursor.next()).toBe(false);
  });

  test('cells may be asked for in any order, and again', () => {
    const cursor = open('a,b,c\n1,"2,2",3\n1,"2,2",4\n');
    cursor.next();
    expect([cursor.text(2), cursor.text(0), cursor.text(1), cursor.text(2), cursor.text(-1)]).toEqual(['3', '1', '2,2', '3', '']);
    cursor.next();
    expect([cursor.text(1), cursor.text(2), cursor.at('b'), cursor.at('no')]).toEqual(['2,2', '4', 1, -1]);
  });

  test('rows of one form are the same where their bytes are', () => {
    const read = (text: string, isRaw = true): Cursor => {
      const path = join(folder, `list-${Math.abs(text.length)}-${isRaw}-${text.charCodeAt(text.length - 2)}`);
      writeFileSync(path, text);
      const cursor = openList({ path, name: 'list', checked: statSync(path) }, { format: 'csv', isRaw });
      cursor.next();
      return cursor;
    };
    const one = read('a,b\n1,2\n');
    expect([one.isSame(read('a,b\n1,2\n')), one.isSame(read('a,b\n1,3\n')), one.isSame(read('a,bb\n1,2\n')), one.isSame(read('a,b\n1,2\n', false))]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('what no run of ours wrote is damaged', () => {
  test.each([
    ['', 'a header'],
    ['a,b\n1,2', 'a last row that is whole'],
    ['a,b\n1\n', 'as many cells in each row'],
    ['a,b\n"1,2\n', 'a last row that is whole'],
    ['a,b\n"1"x,2\n', 'a comma behind a closing quote'],
  ])('%j', (text, what) => {
    expect(() => rowsOf(open(text))).toThrow(
      expect.objectContaining({ code: 'E_RUN_DAMAGED', message: expect.stringContaining(`run/list.csv E_RUN_DAMAGED expected ${what}`) }),
    );
  });

  test('a line that is no JSON', () => {
    expect(() => rowsOf(open('{"a":1}\n{a}\n', { format: 'jsonl', isRaw: false }))).toThrow('a JSON object on each line');
  });

  test('a file that changes while it is read is told', () => {
    const path = join(folder, 'growing');
    writeFileSync(path, 'a\n1\n');
    const cursor = openList({ path, name: 'run/growing', checked: statSync(path) }, { format: 'csv', isRaw: true });
    writeFileSync(path, 'a\n1\n22\n');
    expect(() => rowsOf(cursor)).toThrow(expect.objectContaining({ code: 'E_RUN_CHANGED' }));
  });
});
