import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { CopresenceError } from '../core/errors.js';
import { TempFolder } from '../../test/support/temp-folder.js';
import { FORMAT_VERSION } from './files/block-format.js';
import { INDEX_MANIFEST, filesOf, readManifest, requireManifest, sumsOf, writeManifest, type DayEntry, type IndexManifest } from './manifest.js';

const day = (name: string, stays: number, removed?: number): DayEntry => ({
  day: name,
  file: `day-${name}.1.cpx`,
  bytes: 1,
  sum: 'a',
  baseSec: 0,
  lastSec: 9,
  stays,
  checkIns: stays * 2,
  capped: 1,
  conflicts: 0,
  zeroLength: 0,
  ...(removed !== undefined && {
    removed: { file: `removed-day-${name}.0.2.cpx`, bytes: 1, sum: 'b', stays: removed, checkIns: removed, capped: 0, conflicts: 0, zeroLength: 0 },
  }),
});
const MANIFEST: IndexManifest = {
  tool: 'copresence',
  kind: 'index',
  version: '1.2.3',
  format: FORMAT_VERSION,
  update: 2,
  seed: 7,
  tz: 'Asia/Shanghai',
  runGapSec: 2700,
  dwell: {},
  days: [day('2022-03-01', 10, 3), day('2022-03-02', 5)],
  people: [{ file: 'people.1.cpx', bytes: 1, sum: 'c', count: 4 }],
  reference: { file: 'reference.2.cpx', bytes: 1, sum: 'd' },
  unknownCategories: [],
  fileNames: ['a.csv'],
  inputs: [],
  ledger: [],
};

test('a manifest is read as it was written', () => {
  const folder = new TempFolder();
  expect(readManifest(folder.path)).toBe(null);
  expect(() => requireManifest(folder.path)).toThrow("index: expected a folder that 'copresence index' made, got one without index.json");
  writeManifest(folder.path, folder.at('x'), MANIFEST);
  expect(readManifest(folder.path)).toEqual(MANIFEST);
});

test('sums leave out what was put elsewhere, files do not', () => {
  expect(sumsOf(MANIFEST)).toEqual({ stays: 12, checkIns: 27, capped: 2, conflicts: 0, zeroLength: 0 });
  expect(filesOf(MANIFEST).map(({ file }) => file)).toEqual([
    'day-2022-03-01.1.cpx',
    'removed-day-2022-03-01.0.2.cpx',
    'day-2022-03-02.1.cpx',
    'people.1.cpx',
    'reference.2.cpx',
  ]);
});

test('a manifest with any one byte changed, or cut off anywhere, is refused, or says the same where the byte is but layout', () => {
  const folder = new TempFolder();
  writeManifest(folder.path, folder.at('x'), MANIFEST);
  const path = folder.at(INDEX_MANIFEST);
  const sound = readFileSync(path);
  const outcome = (): string => {
    try {
      return isDeepStrictEqual(readManifest(folder.path), MANIFEST) ? 'same' : 'another';
    } catch (error) {
      if (!(error instanceof CopresenceError) || !error.message.startsWith('index.json E_INDEX')) throw error;
      return error.code;
    }
  };
  for (let at = 0; at < sound.length; at++) {
    for (const bit of [1, 4, 16, 128]) {
      const bytes = Buffer.from(sound);
      bytes[at]! ^= bit;
      writeFileSync(path, bytes);
      const isLayout = /\s/.test(String.fromCharCode(sound[at]!));
      expect(outcome()).toMatch(isLayout ? /^(same|E_INDEX)$/ : /^E_INDEX(_VERSION)?$/);
    }
    writeFileSync(path, sound.subarray(0, at));
    expect([at, outcome()]).toEqual([at, at === sound.length - 1 ? 'same' : 'E_INDEX']); // the last line end
  }
});

test('a manifest of a newer version names both versions, and other JSON is no manifest', () => {
  const folder = new TempFolder();
  folder.write(INDEX_MANIFEST, JSON.stringify({ ...MANIFEST, format: 99 }));
  expect(() => readManifest(folder.path)).toThrow(`index.json E_INDEX_VERSION expected an index of version ${FORMAT_VERSION}, got version 99`);
  for (const text of ['', 'null', '[]', '{}', '{"kind":"index"}', '{"tool":"copresence","kind":"match"}']) {
    folder.write(INDEX_MANIFEST, text);
    expect(() => readManifest(folder.path)).toThrow('index.json E_INDEX expected a sound file of an index');
  }
});
