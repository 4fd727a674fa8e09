import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError } from '../../core/errors.js';
import { readFeed } from '../../ingest/gtfs/read-feed.js';
import { SMALL_FEED } from '../../testing/small-feed.js';
import { zipOf, type ZipEntry } from '../../testing/zip.js';
import { openFeed } from './feed-files.js';

const folder = mkdtempSync(join(tmpdir(), 'copresence-feed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
/** Writes a file under a new name that begins with `feed`. */
function written(content: Uint8Array): string {
  const path = join(folder, `feed${made++}.zip`);
  writeFileSync(path, content);
  return path;
}

const entries = (prefix = '', changes: Readonly<Record<string, Partial<ZipEntry>>> = {}): ZipEntry[] =>
  Object.entries(SMALL_FEED).map(([name, content]) => ({ name: `${prefix}${name}.txt`, content, ...changes[name] }));

/** Trips of the feed, or the error that came instead: its class, code and message. */
async function read(path: string): Promise<readonly string[] | string> {
  try {
    const opened = await openFeed(path);
    try {
      return (await readFeed((name) => opened.open(name), { name: opened.name })).feed.trips.ids;
    } finally {
      opened.close();
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return `${error.code} ${error.message.replaceAll(/feed\d+\.zip/g, 'FEED')}`;
  }
}

describe('a feed', () => {
  test('is read from a folder', async () => {
    const path = join(folder, 'plain');
    mkdirSync(path);
    for (const [name, text] of Object.entries(SMALL_FEED)) writeFileSync(join(path, `${name}.txt`), text);
    expect(await read(path)).toEqual(['T']);
  });

  test('is read from a zip file, its files at the top or in one folder', async () => {
    expect(await read(written(zipOf(entries())))).toEqual(['T']);
    expect(await read(written(zipOf(entries('city/gtfs/'))))).toEqual(['T']);
    expect(await read(written(zipOf([...entries('city/'), { name: '__MACOSX/stop_times.txt', content: 'x' }, { name: 'city/', content: '' }])))).toEqual(['T']);
  });

  test('has names of its files in messages', async () => {
    const opened = await openFeed(written(zipOf(entries('city/'))));
    expect(opened.open('stops.txt')).toMatchObject({ name: `${opened.name}/stops.txt`, sizeBytes: SMALL_FEED['stops']!.length });
    expect(opened.open('shapes.txt')).toBeUndefined();
    opened.close();
  });
});

describe('what is no feed is said to be none', () => {
  test('no file, another file, an empty file', async () => {
    expect(await read(join(folder, 'none.zip'))).toMatch(/^E_READ .*expected a timetable feed, a folder or a zip file, got none/);
    expect(await read(written(Buffer.from('stop_id\n1\n')))).toMatch(
      /^E_FEED FEED E_FEED expected a timetable feed, a folder or a whole zip file, got neither/,
    );
    expect(await read(written(Buffer.alloc(0)))).toMatch(/^E_FEED /);
  });

  test('a zip file with two feeds, with feeds in zip files, with other files, with a file twice', async () => {
    expect(await read(written(zipOf([...entries('a/'), ...entries('b/')])))).toMatch(/^E_FEED .*expected one timetable feed, got 2 in different folders/);
    expect(await read(written(zipOf([{ name: 'bus.zip', content: zipOf(entries()) }])))).toMatch(/^E_FEED .*got zip files in a zip file/);
    expect(await read(written(zipOf([{ name: 'notes.txt', content: 'hello' }])))).toMatch(/^E_FEED_FILE FEED E_FEED_FILE expected agency.txt/);
    expect(await read(written(zipOf([...entries(), ...entries().slice(0, 1)])))).toMatch(/^E_ZIP .*got two of one/);
    expect(await read(written(zipOf([...entries(), { name: '../../etc/stops.txt', content: 'x' }])))).toMatch(/^E_ZIP /);
  });
});

describe('a zip file', () => {
  test('that was cut is refused, wherever the cut is', async () => {
    const whole = zipOf(entries());
    for (let length = 0; length < whole.length; length += 61) expect(await read(written(whole.subarray(0, length)))).toMatch(/^E_(FEED|ZIP) /);
  });

  test('with any byte changed gives the feed, or says that it is damaged', async () => {
    const whole = zipOf(entries());
    for (let i = 0; i < whole.length; i += 7) {
      const damaged = Buffer.from(whole);
      damaged[i]! ^= 0x41;
      expect(String(await read(written(damaged)))).toMatch(/^(T$|E_(FEED|FEED_FILE|ZIP) )/);
    }
  });

  test('with other bytes than its checksum says, of another size, encrypted, or not packed as it says, is refused', async () => {
    for (const change of [{ crc: 1 }, { uncompressedSize: 3 }, { uncompressedSize: 3000 }, { flags: 1 }, { packed: Buffer.from('not deflated') }]) {
      expect(await read(written(zipOf(entries('', { trips: change }))))).toMatch(
        /^E_ZIP FEED\/trips.txt E_ZIP expected a (whole zip file|file without a password)/,
      );
    }
  });

  test('that would unpack to much more than its size is refused before it does', async () => {
    const bomb = Buffer.from(`${SMALL_FEED['stop_times']}${'\n'.repeat(80 << 20)}`);
    const path = written(zipOf(entries('', { stop_times: { content: bomb, packed: deflateRawSync(bomb, { level: 9 }) } })));
    expect(await read(path)).toMatch(/^E_ZIP FEED\/stop_times.txt E_ZIP expected data that packs to more than 1\/200 of its size, got a zip bomb/);
  });
});
