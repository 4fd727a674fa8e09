/** FAULTS 2e row 55, and the threads that read large files: the built command line, as a process of its own. */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { start, untilListening, type Ended } from '../support/child.js';
import { IndexShop, checkIns } from '../support/index-shop.js';
import { Lists } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HEAD = 'person_id,place_id,time,check_out,seat\n';
/** 23 MB: more than one thread reads alone. Every cell counts: line ends in quotes, rejected, blank and double rows are among them. */
const ROWS = 650_000;
const text = (place = 'S'): string => {
  const lines: string[] = [];
  for (let i = 0; i < ROWS; i++) {
    const day = `2022-03-${String(1 + (i % 14)).padStart(2, '0')}`;
    if (i % 20_011 === 0) lines.push(`P${i},S1,${day} 25:00:00,,`, '', `P1,S1,${day} 07:00:00,,"12\nA"`, `P1,S1,${day} 07:00:00,,"12\nA"`);
    lines.push(`P${i % 9973},${place}${i % 40_009},${day} ${String(6 + (i % 17)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:00,,`);
  }
  return `${HEAD}${lines.join('\n')}\n`;
};
const matchArgs = (folder: TempFolder, file: string, out: string, ...flags: string[]): string[] =>
  [
    'match',
    '--checkins',
    folder.at(file),
    '--cases',
    folder.at('cases.csv'),
    '--window',
    'all',
    '--tz',
    'UTC',
    '--max-rejects',
    '1%',
    '--out',
    folder.at(out),
  ].concat(flags);

/** The built package in a folder, but its threads that read die with their third piece. Gives the path of its command. */
function mortalPackage(folder: TempFolder): string {
  for (const name of ['dist', 'bin', 'package.json']) cpSync(join(ROOT, name), folder.at(`package/${name}`), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), folder.at('package/node_modules'));
  const code = folder.at('package/dist/ingest/blocks/parse-worker.js');
  expect(existsSync(code)).toBe(true);
  writeFileSync(
    code,
    `let left = 2;\nimport('node:worker_threads').then(({ parentPort }) => parentPort.on('message', () => left-- || process.exit(9)));\n${readFileSync(code, 'utf8')}`,
  );
  return folder.at('package/bin/copresence.js');
}

describe('threads that read', () => {
  test('two of them give the lists, ledger and rejects of one, also from gzip and GB18030', async () => {
    const folder = new TempFolder();
    for (const name of ['packed', 'gb', 'utf8']) mkdirSync(folder.at(name));
    folder.write('cases.csv', 'person_id\nP1\nP77\n');
    const plain = Buffer.from(text());
    folder.write('checkins.csv', plain);
    folder.write('packed/checkins.csv', gzipSync(plain, { level: 1 }));
    folder.write('gb/checkins.csv', Buffer.from(text('\u00b3\u00a1'), 'latin1')); // 场 in GB18030
    folder.write('utf8/checkins.csv', text('场'));
    const listsOf = async (file: string, ...flags: string[]): Promise<unknown> => {
      const out = `lists-${file.replaceAll('/', '-')}-${flags.join('')}`;
      const ended = await start(matchArgs(folder, file, out, ...flags)).ended;
      expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' });
      const lists = new Lists(folder.at(out));
      return { bytes: lists.bytes, ledger: lists.manifest.ledger, stays: lists.manifest.stays, warnings: lists.manifest.warnings };
    };
    const one = await listsOf('checkins.csv', '--threads', '1');
    expect(one).toMatchObject({ ledger: [{ rejected: 33, blank: 33 }, {}] });
    expect(await listsOf('checkins.csv', '--threads', '2')).toEqual(one);
    expect(await listsOf('packed/checkins.csv', '--threads', '2')).toEqual(one);
    expect(await listsOf('gb/checkins.csv', '--encoding', 'gb18030', '--threads', '2')).toEqual(await listsOf('utf8/checkins.csv', '--threads', '1'));
  });

  test('one that dies fails the whole run with 1, and leaves nothing behind', async () => {
    const folder = new TempFolder();
    folder.write('cases.csv', 'person_id\nP1\n');
    folder.write('checkins.csv', text());
    const bin = mortalPackage(folder);
    const { code: exit, out, err } = await start([bin, ...matchArgs(folder, 'checkins.csv', 'lists', '--threads', '2')], {}, process.execPath).ended;
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toContain('a reading thread ended before its work was done (exit 9)');
    expect(existsSync(folder.at('lists'))).toBe(false);
  });

  test('one that dies fails a first build of an index, which leaves nothing, and an update, which leaves the index as it was', async () => {
    const shop = new IndexShop();
    shop.folder.write('checkins.csv', text());
    const bin = mortalPackage(shop.folder);
    const build = (): Promise<Ended> =>
      start([bin, 'index', shop.folder.at('checkins.csv'), '-o', shop.path, '--tz', 'UTC', '--max-rejects', '1%', '--threads', '2'], {}, process.execPath)
        .ended;
    const isFailed = ({ code, out, err }: Ended): void => {
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('a reading thread ended before its work was done (exit 9)');
    };
    isFailed(await build());
    expect(existsSync(shop.path)).toBe(false);
    await shop.mustIndex('a.csv', checkIns(2, 20, 2));
    const before = shop.bytes;
    isFailed(await build());
    expect(shop.bytes).toEqual(before);
    expect(await shop.answer()).toHaveProperty('contacts.csv');
  });

  test.skipIf(process.platform === 'win32')('an interrupt while they read ends the run at once', async () => {
    const folder = new TempFolder();
    folder.write('cases.csv', 'person_id\nP1\n');

    const child = start(matchArgs(folder, 'checkins.csv', 'lists', '--threads', '2').map((arg) => (arg === folder.at('checkins.csv') ? '-' : arg)));
    await untilListening(child);
    child.process.stdin!.on('error', () => {});
    child.process.stdin!.write(text()); // and no end
    await new Promise((resume) => setTimeout(resume, 700));
    child.process.kill('SIGINT');
    expect(await child.ended).toEqual({ code: 130, signal: null, out: '', err: 'interrupted: nothing was written\n' });
    expect(existsSync(folder.at('lists'))).toBe(false);
  });
});
