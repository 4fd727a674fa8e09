import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readWorkbook, unzip } from '../../../test/support/workbook.js';
import type { Cell } from '../../lists/formats/table.js';
import { CELL_CHARS, cellParts, columnName, storedLength } from './xlsx-cells.js';
import { SHEET_LIMITS, workbookBytes, type SheetLimits, type WorkbookCounts } from './xlsx.js';

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function book(
  rows: readonly (readonly Cell[])[],
  columns: readonly string[],
  limits?: SheetLimits,
): Promise<{ bytes: Uint8Array; counts: WorkbookCounts }> {
  const counts: WorkbookCounts = { sheets: [], longCells: 0 };
  const source = {
    name: 'list',
    columns,
    async *rows() {
      yield* rows;
    },
  };
  return { bytes: await bytesOf(workbookBytes([source], counts, limits)), counts };
}

test('a list that fills a sheet goes on in further ones, each with the header, and no row is cut', async () => {
  for (const [count, expected] of [
    [0, [0]],
    [3, [3]],
    [4, [3, 1]],
    [9, [3, 3, 3]],
    [10, [3, 3, 3, 1]],
  ] as const) {
    const rows = Array.from({ length: count }, (_, i) => [`r${i}`, i]);
    const { bytes } = await book(rows, ['id', 'n'], { rows: 4, chars: 1e9 });
    const [contents, ...sheets] = await readWorkbook(bytes);
    expect(sheets.map((sheet) => sheet.rows.length - 1)).toEqual(expected);
    expect(sheets.every((sheet) => sheet.rows[0]!.join() === 'id,n')).toBe(true);
    expect(sheets.flatMap((sheet) => sheet.rows.slice(1))).toEqual(rows.map((row) => row.map(String)));
    expect(contents!.rows.slice(1)).toEqual(expected.map((many, i) => [i === 0 ? 'list' : `list-${i + 1}`, 'list', String(many)]));
  }
});

test('a sheet of very many characters is split too', async () => {
  const rows = Array.from({ length: 20 }, (_, i) => [`${i} ${'x'.repeat(30_000)}`]);
  const sheets = (await readWorkbook((await book(rows, ['id'], { rows: 1e6, chars: 200_000 })).bytes)).slice(1);
  expect(sheets.length).toBeGreaterThan(2);
  expect(sheets.flatMap((sheet) => sheet.rows.slice(1))).toEqual(rows);
});

test('the 1,048,576th row of data is on the second sheet', async () => {
  const counts: WorkbookCounts = { sheets: [], longCells: 0 };
  const source = {
    name: 'list',
    columns: ['n'],
    async *rows() {
      for (let i = 1; i <= 1_048_576; i++) yield [i];
    },
  };
  const files = await unzip(await bytesOf(workbookBytes([source], counts)));
  expect(SHEET_LIMITS.rows).toBe(1_048_576);
  expect(counts.sheets.map(({ rows }) => rows)).toEqual([1_048_575, 1]);
  expect(files.get('xl/worksheets/sheet1.xml')).toContain('<row r="1048576"><c r="A1048576"><v>1048575</v></c></row>\n</sheetData>');
  expect(files.get('xl/worksheets/sheet2.xml')).toContain('<row r="2"><c r="A2"><v>1048576</v></c></row>\n</sheetData>');
});

test('texts that are too long are found again on the sheet of long cells, also from a second sheet', async () => {
  const long = (seed: string): string => seed.repeat(Math.ceil(70_000 / seed.length));
  const texts = [long('ab'), 'short', long('😀'), long('_x0041_'), long('\u0001'), 'x'.repeat(CELL_CHARS), `${'x'.repeat(CELL_CHARS)}y`];
  const { bytes, counts } = await book(
    texts.map((text, i) => [i, text]),
    ['n', 'text'],
    { rows: 4, chars: 1e9 },
  );
  const sheets = await readWorkbook(bytes);
  const parts = new Map<string, string>();
  for (const sheet of sheets.filter(({ name }) => name.startsWith('long-cells'))) {
    for (const [name, at, part, text] of sheet.rows.slice(1)) {
      const key = `${name}!${at}`;
      expect(Number(part)).toBe(parts.has(key) ? Number(part) : 1);
      parts.set(key, (parts.get(key) ?? '') + text);
    }
  }
  const read = sheets
    .filter(({ name }) => name.startsWith('list'))
    .flatMap(({ name, rows }) => rows.slice(1).map((row, i) => parts.get(`${name}!B${i + 2}`) ?? row[1]));
  expect(read).toEqual(texts);
  expect([counts.longCells, parts.size]).toEqual([5, 5]);
});

test('any text reads back, as text', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.stringMatching(/^[_x0-9A-F&<>=+@'\r\n\t -]*$/),
    fc.constantFrom('=1+1', '_x000D_', '__x0041_', '\ud800'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
      const { bytes } = await book(
        texts.map((each) => [`.${each}.`]),
        ['t'],
      );
      const [, sheet] = await readWorkbook(bytes);
      expect(sheet!.rows.slice(1)).toEqual(texts.map((each) => [`.${each}.`]));
      expect([...sheet!.cells.values()].every(({ type }) => type === 'text')).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('parts of a long text fit into cells and make it up', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('x', '_', '_x0041_', '😀', '\u0002', '中'), { maxLength: 50 }), fc.nat(6000), (chars, times) => {
      const text = chars.join('').repeat(Math.min(times, 2000));
      const parts = [...cellParts(text)];
      expect(parts.join('')).toBe(text);
      for (const part of parts) expect(storedLength(part)).toBeLessThanOrEqual(CELL_CHARS);
    }),
    { numRuns: 30 },
  );
});

test('columns are named as in a spreadsheet, and the file bears no time of its making, in any zone', async () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
  const { bytes } = await book([['a']], ['t']);
  // Time and date of the first entry: 00:00:00 on 1980-01-01, the first that the format knows.
  expect([...bytes.subarray(10, 14)]).toEqual([0, 0, 0x21, 0]);
});

test('an error in the rows reaches whoever reads the workbook', async () => {
  const source = {
    name: 'list',
    columns: ['n'],
    // eslint-disable-next-line require-yield
    async *rows(): AsyncGenerator<readonly Cell[]> {
      throw new Error('no rows');
    },
  };
  await expect(bytesOf(workbookBytes([source], { sheets: [], longCells: 0 }))).rejects.toThrow('no rows');
});
