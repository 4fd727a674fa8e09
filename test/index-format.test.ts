/** docs/index-format.md is right: the reader on that page, which knows nothing but the page, reads an index and prints what the page says. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { IndexShop, checkIns } from './support/index-shop.js';
import { csvRows } from './support/csv.js';
import { TempFolder } from './support/temp-folder.js';

const PAGE = readFileSync(fileURLToPath(new URL('../docs/index-format.md', import.meta.url)), 'utf8');
const READER = /```js\n([\s\S]*?)```/.exec(PAGE)![1]!;
const OUTPUT = /check-ins:\n\n```\n([\s\S]*?)```/.exec(PAGE)![1]!;

const read = (folder: TempFolder, index: string, place: string): string =>
  execFileSync(process.execPath, [folder.write('reader.mjs', READER), index, place], { encoding: 'utf8' });

test('the reader of the page prints the stays of a room of the golden index as the page does', () => {
  const golden = fileURLToPath(new URL('golden/index/index-v1.json.gz', import.meta.url));
  const { files } = JSON.parse(gunzipSync(readFileSync(golden)).toString()) as { files: Record<string, string> };
  const folder = new TempFolder();
  mkdirSync(folder.at('index'));
  for (const [file, data] of Object.entries(files)) writeFileSync(join(folder.at('index'), file), Buffer.from(data, 'base64'));
  expect(read(folder, folder.at('index'), 'shop')).toBe(OUTPUT);
  const ward = read(folder, folder.at('index'), 'ward').trim().split('\n');
  expect(ward[1]).toMatch(/^P7 - 2022-03-01T10:00:00 .* 2022-03-01T12:42:00 1$/);
  expect(ward.some((line) => / 12\d$/.test(line))).toBe(true); // the stay of 97 days and more
});

test('the reader finds the stays that a match finds, in rooms of several chunks and after several updates', async () => {
  const shop = new IndexShop();
  await shop.mustIndex('a.csv', checkIns(2, 700, 3));
  await shop.mustIndex('b.csv', checkIns(2, 400, 2, 1));
  const episodes = csvRows(((await shop.answer()) as Record<string, string>)['episodes.csv']!);
  for (const place of ['S0', 'S4']) {
    const lines = read(shop.folder, shop.path, place).trim().split('\n');
    const met = new Set(
      episodes
        .filter((row) => row['contact_place_id'] === place)
        .map((row) =>
          [
            row['contact_id'],
            '-',
            row['contact_start']!.slice(0, 19),
            row['contact_end_certain']!.slice(0, 19),
            row['contact_end_possible']!.slice(0, 19),
          ].join(' '),
        ),
    );
    expect(met.size).toBeGreaterThan(20);
    const stays = lines.map((line) => line.replace(/ \d+$/, ''));
    expect([...met].filter((stay) => !stays.includes(stay))).toEqual([]);
    expect(new Set(stays).size).toBe(stays.length);
    expect(stays.length).toBeGreaterThan(700);
  }
});
