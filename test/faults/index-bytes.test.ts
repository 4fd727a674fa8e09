/** FAULTS 2e rows 51, 52, 57, of the files of an index: damaged, swapped, of other versions, and many. */
import { cpSync, mkdirSync, existsSync, readFileSync, readdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FORMAT_VERSION } from '../../src/disk-index/files/block-format.js';
import { INDEX_MANIFEST, readManifest, writeManifest } from '../../src/disk-index/manifest.js';
import { BIN, start } from '../support/child.js';
import { IndexShop, checkIns } from '../support/index-shop.js';
import { HEAD, PLACES } from '../support/index-worlds.js';
import { runCli, type CliRun } from '../support/run-cli.js';

const BASE = 1_646_092_800;
const HOUR = 3600;
/** How many bytes of the files are changed, one after another: `all` by hand. */
const FLIPS = process.env['INDEX_FLIPS'] ?? '250';

const scan = (person: string, place: string, hour: number, rest = ',,,'): string => `${person},${place},${BASE + Math.round(hour * HOUR)},${rest}\n`;
/** Two days with all that an index may hold: joins, check-outs, runs cut from scans, seats, a stay of 97 days and more, conflicts. */
const FIRST =
  HEAD +
  [0, 1, 2, 3, 4, 5, 6, 7]
    .map((i) => scan(`P${i}`, 'shop', 8 + i / 4) + scan(`P${i}`, 'bus', 12 + i / 10, `,,${i % 3},${i}A`) + scan(`P${i}`, 'home', 20 + i))
    .join('') +
  scan('P1', 'mall', 9, `${BASE + 11 * HOUR},,,`) +
  scan('P0', 'ward', 9) +
  Array.from({ length: 130 }, (_, i) => scan('P7', 'ward', 10 + i * 20)).join('');
/** Late: it joins and cuts stays of the first file. */
const LATE = HEAD + scan('P0', 'shop', 9) + scan('P3', 'kiosk', 8.8) + scan('P9', 'bus', 12.2) + scan('P2', 'home', 23);

async function fullIndex(): Promise<IndexShop> {
  const shop = new IndexShop();
  await shop.mustIndex('a.csv', FIRST, ['--places', shop.folder.write('places.csv', PLACES)]);
  await shop.mustIndex('b.csv', LATE);
  return shop;
}
const verify = (shop: IndexShop): Promise<CliRun> => runCli(['info', shop.path, '--verify']);
/** How a match or a check was refused: with 3 and a message that says what to do. */
const REFUSED = { code: 3, out: '', err: expect.stringMatching(/^copresence: [\w.-]+ E_INDEX(_VERSION)? expected .+, got .+; .*build (the index|it) again/) };

describe('row 51: damaged files', () => {
  test('one changed byte is told, or changes no answer', async () => {
    const shop = await fullIndex();
    const expected = await shop.answer();
    expect(expected).toHaveProperty('contacts.csv');
    const files = shop.names.filter((name) => name !== INDEX_MANIFEST);
    const outcomes = { told: 0, same: 0 };
    for (const name of files) {
      const path = join(shop.path, name);
      const sound = readFileSync(path);
      const step = FLIPS === 'all' ? 1 : Math.max(1, Math.floor((sound.length * files.length) / Number(FLIPS)));
      for (let at = FLIPS === 'all' ? 0 : step % 97; at < sound.length; at += step) {
        const bytes = Buffer.from(sound);
        bytes[at]! ^= 1 << (at % 8);
        writeFileSync(path, bytes);
        const answer = await shop.answer();
        const isTold = 'code' in answer;
        outcomes[isTold ? 'told' : 'same']++;
        expect([name, at, answer]).toEqual([name, at, isTold ? REFUSED : expected]);
        // Unread are the rest of the head block and the version at the end.
        const isUnread = (at >= 16 && at < 4096) || (at >= sound.length - 20 && at < sound.length - 16);
        expect([name, at, (await verify(shop)).code]).toEqual([name, at, isUnread ? 0 : 3]);
      }
      writeFileSync(path, sound);
    }
    expect(await shop.answer()).toEqual(expected);
    expect(outcomes.told).toBeGreaterThan(10);
    expect(outcomes.same).toBeGreaterThan(10);
  }, 3_000_000);

  const damages: [string, (path: string, others: { other: string; next: string }) => void][] = [
    ['cut off', (path) => truncateSync(path, readFileSync(path).length >> 1)],
    ['empty', (path) => truncateSync(path, 0)],
    ['zeros', (path) => writeFileSync(path, new Uint8Array(readFileSync(path).length))],
    ['zeros from a block on', (path) => writeFileSync(path, readFileSync(path).fill(0, 4096))],
    ['longer', (path) => writeFileSync(path, Buffer.concat([readFileSync(path), new Uint8Array(4096)]))],
    ['that of another index', (path, { other }) => cpSync(other, path)],
    ['another of this index', (path, { next }) => cpSync(next, path)],
    ['text', (path) => writeFileSync(path, 'hello')],
  ];
  test.each(damages)('a file that is %s is told by match, info, index and purge, and left as it is', async (damage, inflict) => {
    const shop = await fullIndex();
    const other = new IndexShop();
    await other.mustIndex('a.csv', FIRST.replaceAll('P1,', 'Q1,'), ['--places', other.folder.write('places.csv', PLACES)]);
    await other.mustIndex('b.csv', LATE);
    const saved = shop.folder.at('saved');
    cpSync(shop.path, saved, { recursive: true });
    // The other index has other people in other parts; what is the same in both cannot be exchanged.
    const files = shop.names.filter((name) => name !== INDEX_MANIFEST && other.bytes[name] && !shop.bytes[name]!.equals(other.bytes[name]!));
    expect(files.length).toBeGreaterThan(5);
    for (const [i, name] of files.entries()) {
      inflict(join(shop.path, name), { other: join(other.path, name), next: join(saved, files[(i + 1) % files.length]!) });
      const { bytes } = shop;
      expect([name, await shop.answer()]).toEqual([name, REFUSED]);
      expect([name, await verify(shop)]).toEqual([name, REFUSED]);
      expect([name, (await shop.index('c.csv', checkIns(1, 3, 1))).code, (await runCli(['purge', shop.path, '--before', '2022-03-02'])).code]).toEqual([
        name,
        3,
        3,
      ]);
      expect([name, shop.bytes]).toEqual([name, bytes]);
      shop.restore(saved);
    }
    expect(damage).not.toBe('');
  });

  test('a file that is missing is told', async () => {
    const shop = await fullIndex();
    for (const name of shop.names.filter((each) => each !== INDEX_MANIFEST)) {
      renameSync(join(shop.path, name), shop.folder.at('away'));
      const err = `copresence: ${name} E_READ expected a file of an index that can be read, got ENOENT; check the folder and its rights\n`;
      expect([name, await shop.answer()]).toEqual([name, { code: 3, out: '', err }]);
      renameSync(shop.folder.at('away'), join(shop.path, name));
    }
  });
});

describe('row 52: versions', () => {
  const FOLDER = fileURLToPath(new URL('../golden/index/', import.meta.url));
  interface Golden {
    readonly files: Record<string, string>;
    readonly answer: Record<string, string>;
  }

  /** Writes the golden index of this version: once, when a version comes into the world. INDEX_GOLDEN=write npx vitest run test/faults/index-bytes.test.ts */
  test.runIf(process.env['INDEX_GOLDEN'] === 'write')('a golden index is written', async () => {
    const shop = await fullIndex();
    const manifest = readManifest(shop.path)!;
    const inputs = manifest.inputs.map(({ path, mtimeMs, ...input }) => (void path, void mtimeMs, input));
    writeManifest(shop.path, shop.folder.at('manifest'), { ...manifest, inputs });
    const files = Object.fromEntries(shop.names.map((name) => [name, readFileSync(join(shop.path, name)).toString('base64')]));
    const golden: Golden = { files, answer: (await shop.answer()) as Record<string, string> };
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, `index-v${FORMAT_VERSION}.json.gz`), gzipSync(JSON.stringify(golden), { level: 9 }));
    expect(existsSync(FOLDER)).toBe(true);
  });

  test.each(existsSync(FOLDER) ? readdirSync(FOLDER) : [])('the golden index %s still gives the answer that it gave', async (name) => {
    const { files, answer } = JSON.parse(gunzipSync(readFileSync(join(FOLDER, name))).toString()) as Golden;
    const shop = new IndexShop();
    mkdirSync(shop.path, { mode: 0o700 });
    for (const [file, data] of Object.entries(files)) writeFileSync(join(shop.path, file), Buffer.from(data, 'base64'));
    expect(await shop.answer()).toEqual(answer);
    expect((await verify(shop)).code).toBe(0);
    expect(await shop.index('c.csv', checkIns(1, 3, 1, 3))).toEqual({ code: 0, out: '', err: '' });
    expect(await (await fullIndex()).answer()).toEqual(answer);
  });

  test('there is a golden index of this version', () => expect(readdirSync(FOLDER)).toContain(`index-v${FORMAT_VERSION}.json.gz`));

  test('an index of a newer version is refused with both versions, whichever of its files says so', async () => {
    const shop = await fullIndex();
    const saved = shop.folder.at('saved');
    cpSync(shop.path, saved, { recursive: true });
    for (const name of shop.names) {
      const path = join(shop.path, name);
      const bytes = readFileSync(path);
      if (name === INDEX_MANIFEST) writeFileSync(path, bytes.toString().replace(`"format": ${FORMAT_VERSION}`, '"format": 7'));
      else writeFileSync(path, (bytes.writeUInt32LE(7, 8), bytes));
      const err = `copresence: ${name} E_INDEX_VERSION expected an index of version ${FORMAT_VERSION}, got version 7; read it with the copresence that built it, or build it again\n`;
      expect(await shop.answer()).toEqual({ code: 3, out: '', err });
      expect(await shop.index('c.csv', checkIns(1, 3, 1))).toMatchObject({ code: 3, err });
      shop.restore(saved);
    }
  });

  test('other folders and files are no index', async () => {
    const shop = new IndexShop();
    const message = "index: expected a folder that 'copresence index' made, got one without index.json";
    for (const path of [shop.folder.path, shop.folder.at('missing')])
      expect(await shop.answer(path)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
    expect(await shop.answer(shop.folder.write('file', 'x'))).toMatchObject({ code: 3, err: expect.stringContaining('got ENOTDIR') });
  });
});

describe.skipIf(process.platform !== 'linux')('row 57: many files', () => {
  test('800 days of one file need no more than 1,024 open files; where fewer may be open, that is said', async () => {
    const shop = new IndexShop();
    shop.folder.write('a.csv', checkIns(800, 4, 2));
    const cases = shop.folder.write('cases.csv', 'person_id\nP0\n');
    const run = (files: number, ...args: readonly string[]): Promise<{ code: number | null; err: string }> =>
      start(['-c', `ulimit -n ${files}; exec "$0" "$@"`, process.execPath, BIN, ...args], {}, 'bash').ended;
    expect(await run(300, 'index', shop.folder.at('a.csv'), '-o', shop.path, '--tz', 'UTC', '--quiet')).toMatchObject({ code: 0, err: '' });
    const match = ['match', '--index', shop.path, '--cases', cases, '--window', 'all', '--quiet', '--out'];
    expect(await run(1024, ...match, shop.folder.at('lists'))).toMatchObject({ code: 0, err: '' });
    expect(await run(500, ...match, shop.folder.at('none'))).toMatchObject({
      code: 3,
      err: expect.stringContaining('got EMFILE; each day is a file: let the process open more (ulimit -n)'),
    });
  });
});
