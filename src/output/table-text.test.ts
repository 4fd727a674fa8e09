import { expect, test } from 'vitest';
import { csvText } from './table-text.js';

const CSV = { isForExcel: false, isRaw: false } as const;
async function textOf(rows: Iterable<object>, options: Parameters<typeof csvText>[2] = CSV): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of csvText(['id', 'n', 'yes'], rows, options)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('cells are quoted where they must be, empty where there is nothing, and formulas are neutralised unless raw', async () => {
  const rows = [
    { id: 'a,"b"\nc', n: 0, yes: true },
    { id: '=1+1', n: null, yes: false },
  ];
  expect(await textOf(rows)).toBe(`id,n,yes\n"a,""b""\nc",0,true\n'=1+1,,false\n`);
  expect(await textOf(rows, { ...CSV, isRaw: true })).toBe('id,n,yes\n"a,""b""\nc",0,true\n=1+1,,false\n');
  expect(await textOf([], { ...CSV, isForExcel: true })).toBe('\uFEFFid,n,yes\r\n');
});

test('a row that cannot be made is an error for whoever reads the text, even if it is the first and the reading starts late', async () => {
  const broken = function* (): Generator<object> {
    if (CSV.isRaw === false) throw new Error('no row');
    yield {};
  };
  const text = csvText(['id'], broken(), CSV);
  await new Promise((resume) => setTimeout(resume, 20));
  await expect(text[Symbol.asyncIterator]().next()).rejects.toThrow('no row');
});
