import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TempFolder } from '../../../test/support/temp-folder.js';
import { SpillFile } from './spill.js';

test('pieces are read again from where they were put, and the file goes away', () => {
  const folder = new TempFolder();
  const spill = new SpillFile(folder.at('spill'));
  const at = [Uint32Array.of(1, 2, 3), new Uint32Array(0), Uint32Array.from({ length: 100_000 }, (_, i) => i * 40_000)].map((words) => ({
    at: spill.append(words),
    words,
  }));
  for (const piece of at.toReversed()) expect(spill.words(piece.at, piece.words.length)).toEqual(piece.words);
  const into = new Uint32Array(5);
  spill.readInto(into.subarray(1, 3), 4);
  expect([...into]).toEqual([0, 2, 3, 0, 0]);
  expect(spill.bytes).toBe(12 + 400_000);
  expect(() => spill.words(spill.bytes - 4, 2)).toThrow('spill E_READ');
  spill.remove();
  spill.remove();
  expect(existsSync(folder.at('spill'))).toBe(false);
});

test('a file of another is not used', () => {
  const folder = new TempFolder();
  writeFileSync(folder.at('spill'), 'mine');
  expect(() => new SpillFile(folder.at('spill'))).toThrow('E_WRITE');
  expect(readFileSync(folder.at('spill'), 'utf8')).toBe('mine');
});
