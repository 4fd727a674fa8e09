import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { Cells } from '../lists/cells.js';
import { listBlocks } from '../lists/lists.js';
import { findIn } from '../testing/find-rows.js';
import { BASE_SEC } from '../testing/worlds.js';
import { DistrictFiles } from './district-files.js';
import { DistrictFolders } from './district-folders.js';
import { OutputFolder } from './output-folder.js';

test('parts that are written in many portions hold the same bytes, and their digests', async () => {
  const path = mkdtempSync(join(tmpdir(), 'copresence-test-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const folder = new OutputFolder(join(path, 'lists'), { force: false, inputs: [] });
  const folders = new DistrictFolders();
  const files = new DistrictFiles(folder, 'places.csv', folders, Buffer.from('head\n'));
  const places = Array.from({ length: 30 }, (_, i) => ({ place_id: `P${i}`, district: `D${i % 7}` }));
  const checkIns = places.map(({ place_id }, i) => ({ person_id: 'ada', place_id, time: BASE_SEC + i * 600 }));
  const found = findIn({ checkIns, places, cases: [{ person_id: 'ada' }] }, {});
  const expected = new Map<string, string>();
  for (const block of listBlocks('places', found)) {
    for (let row = 0; row < block.count; row++) {
      const [district] = new Cells(found).districts(block, row);
      const text = `row ${row} of ${district}\n`;
      expected.set(district!, (expected.get(district!) ?? 'head\n') + text);
      files.add(new Cells(found), block, row, Buffer.from(text));
      if (row % 4 === 3) await files.flush();
    }
  }
  const written = await files.finish();
  await folder.commit();
  expect(written).toEqual(
    [...expected].map(([district, text]) => ({
      name: `${folders.of(district)}/places.csv`,
      bytes: text.length,
      sha256: createHash('sha256').update(text).digest('hex'),
      rows: text.split('\n').length - 2,
    })),
  );
  expect(written).toHaveLength(7);
  for (const [district, text] of expected) expect(readFileSync(join(path, 'lists', folders.of(district), 'places.csv'), 'utf8')).toBe(text);
});
