/** FAULTS 2e rows 46, 48, 49, 53, 54, 57, of an index on disk: the built command line, as a process of its own. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statfsSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BIN, start, until, untilListening, type Child } from '../support/child.js';
import { CASES, IndexShop, checkIns } from '../support/index-shop.js';
import { runCli } from '../support/run-cli.js';
import { mayMount, smallDisk } from '../support/small-disk.js';

const isWindows = process.platform === 'win32';
/** How often a build is killed: more by hand. */
const KILLS = Number(process.env['INDEX_KILLS'] ?? 8);
/** Big enough to take some tenths of a second. */
const BIG = checkIns(4, 1500, 4);

const indexArgs = (shop: IndexShop, name: string, flags: readonly string[] = []): string[] => [
  'index',
  shop.folder.at(name),
  '-o',
  shop.path,
  '--tz',
  'UTC',
  '--quiet',
  ...flags,
];
const startIndex = (shop: IndexShop, name: string, flags: readonly string[] = []): Child => start(indexArgs(shop, name, flags));
const isBuilding = (shop: IndexShop) => (): boolean => existsSync(shop.path) && readdirSync(shop.path).some((name) => name.startsWith('building-'));

describe.skipIf(isWindows)('row 48: signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s during a first build ends it with %i and leaves nothing', async (signal, code) => {
    const shop = new IndexShop();
    shop.folder.write('big.csv', BIG);
    const child = startIndex(shop, 'big.csv');
    await until(isBuilding(shop), 'a build');
    child.process.kill(signal);
    expect(await child.ended).toEqual({ code, signal: null, out: '', err: 'interrupted: nothing was written\n' });
    expect(existsSync(shop.path)).toBe(false);
  });

  test('SIGTERM during an update leaves the index as it was', async () => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(1, 20, 2));
    const before = shop.bytes;
    shop.folder.write('big.csv', BIG);
    const child = startIndex(shop, 'big.csv');
    await until(isBuilding(shop), 'a build');
    child.process.kill('SIGTERM');
    expect((await child.ended).code).toBe(143);
    expect(shop.bytes).toEqual(before);
  });

  test('SIGINT while standard input is read ends the build and leaves nothing', async () => {
    const shop = new IndexShop();
    const child = start(['index', '-', '-o', shop.path, '--tz', 'UTC']);
    child.process.stdin!.write('person_id,place_id,time\nP1,S1,2022-03-01 08:00\n'); // and no end
    await untilListening(child);
    await until(isBuilding(shop), 'a build');
    child.process.kill('SIGINT');
    expect(await child.ended).toMatchObject({ code: 130, out: '', err: 'interrupted: nothing was written\n' });
    expect(existsSync(shop.path)).toBe(false);
  });
});

describe.skipIf(isWindows)('row 49: kill -9', () => {
  test(`at ${KILLS} random moments leaves the old index or the new one, and the next update removes the rest`, async () => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(2, 60, 3));
    const saved = shop.folder.at('saved');
    cpSync(shop.path, saved, { recursive: true });
    const old = await shop.answer();
    shop.folder.write('b.csv', checkIns(60, 60, 2, 1)); // many files, so that their renaming takes a while
    const began = performance.now();
    expect((await startIndex(shop, 'b.csv').ended).code).toBe(0);
    const wholeMs = performance.now() - began;
    const next = await shop.answer();
    const names = shop.names;
    expect(next).not.toEqual(old);
    const seen = { old: 0, new: 0, left: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      shop.restore(saved);
      const child = startIndex(shop, 'b.csv');
      // Half of them at the end, when files get their names.
      if (kill % 2 === 0) {
        await until(() => isBuilding(shop)() || child.process.exitCode !== null, 'a build');
        await new Promise((resume) => setTimeout(resume, Math.random() * wholeMs * 0.8));
      } else
        await until(
          () => shop.names.some((name) => name.endsWith('.2.cpx') && !name.includes('/')) || child.process.exitCode !== null,
          'files with their names',
        );
      child.process.kill('SIGKILL');
      await child.ended;
      const isNew = (JSON.parse(readFileSync(join(shop.path, 'index.json'), 'utf8')) as { update: number }).update === 2;
      seen[isNew ? 'new' : 'old']++;
      if (shop.names.length !== (isNew ? names.length : readdirSync(saved).length)) seen.left++;
      expect([kill, await shop.answer()]).toEqual([kill, isNew ? next : old]);
      await shop.mustIndex('b.csv', null);
      expect([kill, await shop.answer()]).toEqual([kill, next]);
      expect(shop.names.map((name) => name.replace(/\.\d+\.cpx$/, '')).sort()).toEqual(names.map((name) => name.replace(/\.\d+\.cpx$/, '')).sort());
    }
    expect(seen.old).toBeGreaterThan(0);
    expect(seen.left).toBeGreaterThan(0);
  }, 600_000);

  test('of a first build: the next one removes what it left', async () => {
    const shop = new IndexShop();
    shop.folder.write('big.csv', BIG);
    const child = startIndex(shop, 'big.csv');
    await until(isBuilding(shop), 'a build');
    child.process.kill('SIGKILL');
    await child.ended;
    expect(shop.names).toContain('lock');
    const refused = await shop.answer();
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("expected a folder that 'copresence index' made, got one without index.json") });
    await shop.mustIndex('a.csv', checkIns(1, 5, 1));
    expect(shop.names).toEqual(['day-2022-03-01.1.cpx', 'index.json', 'people.1.cpx', 'reference.1.cpx']);
  });
});

describe.skipIf(isWindows)('row 49: what a killed update left', () => {
  const notes = async (shop: IndexShop): Promise<string[]> =>
    (JSON.parse((await runCli(['info', shop.path, '--json'])).out) as { warnings: string[] }).warnings;

  test('is told by info until the next update has removed it; what an update under way has there is not', async () => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(1, 5, 1));
    expect(await notes(shop)).toEqual([]);
    const child = start(['index', '-', '-o', shop.path, '--quiet']);
    child.process.stdin!.write('person_id,place_id,time\nP1,S1,2022-03-01 08:00\n'); // and no end
    await until(isBuilding(shop), 'a build');
    expect(await notes(shop)).toEqual([]);
    child.process.kill('SIGKILL');
    await child.ended;
    cpSync(join(shop.path, 'people.1.cpx'), join(shop.path, 'people.7.cpx')); // a file that had its name before the manifest had
    const left = / left by an update that did not come to its end; the next update removes what it left$/;
    expect(await notes(shop)).toEqual([expect.stringMatching(left)]);
    expect((await notes(shop))[0]).toMatch(/^building-\d+-[0-9a-f]+, lock, people\.7\.cpx:/);
    expect((await runCli(['info', shop.path])).out).toContain(`note: ${(await notes(shop))[0]}`);
    await shop.mustIndex('b.csv', checkIns(1, 5, 1, 1));
    expect(await notes(shop)).toEqual([]);
    writeFileSync(join(shop.path, 'thesis.txt'), 'mine');
    expect(await notes(shop)).toEqual(["thesis.txt: no file of this index; the next update will be refused while others' files are in its folder"]);
    expect((await shop.index('c.csv', checkIns(1, 5, 1, 2))).code).toBe(2);
  });
});

describe('row 46: where nothing can be written', () => {
  test.skipIf(isWindows).each([8, 64, 256, 1024])('files that may not grow beyond %i KiB end an update with 74, and nothing is left', async (kib) => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(1, 20, 2));
    const before = { bytes: shop.bytes, answer: await shop.answer() };
    shop.folder.write('big.csv', checkIns(2, 9000, 4));
    const { code, out, err } = await start(['-c', `ulimit -f ${kib}; exec "$0" "$@"`, process.execPath, BIN, ...indexArgs(shop, 'big.csv')], {}, 'bash').ended;
    expect([code, out]).toEqual([74, '']);
    expect(err).toMatch(/^copresence: [\w.-]+ E_WRITE expected to write the file, got EFBIG; make room on the disk \(\d+ MiB are free\)\n$/);
    expect({ bytes: shop.bytes, answer: await shop.answer() }).toEqual(before);
  });

  test.runIf(mayMount)('a disk with little room is told before anything is written', async () => {
    const folder = new IndexShop().folder;
    const shop = new IndexShop(join(smallDisk(folder, 4096), 'index'));
    const { code, err } = await shop.index('a.csv', checkIns(1, 5, 1));
    expect(code).toBe(74);
    expect(err).toMatch(/index E_WRITE expected about 64 MiB of free disk to go on, got [34] MiB; make room, or put the index on another disk/);
    expect(existsSync(shop.path)).toBe(false);
  });

  test.runIf(mayMount)('a disk that others fill meanwhile ends an update with 74; the old index answers', async () => {
    const folder = new IndexShop().folder;
    const disk = smallDisk(folder, 160 * 1024);
    const shop = new IndexShop(join(disk, 'index'));
    await shop.mustIndex('a.csv', checkIns(1, 20, 2));
    const before = { bytes: shop.bytes, answer: await shop.answer() };
    shop.folder.write('big.csv', checkIns(4, 15_000, 4));
    // What is free is asked for before the check-ins are put down: the disk fills up after that, when the days are written.
    const child = startIndex(shop, 'big.csv');
    await until(() => shop.names.some((name) => name.endsWith('staging')) || child.process.exitCode !== null, 'days that are written');
    const { bavail, bsize } = statfsSync(disk);
    try {
      writeFileSync(join(disk, 'filler'), new Uint8Array(bavail * bsize));
    } catch {
      // Full: that is what it is for.
    }
    const { code, err } = await child.ended;
    expect([code, err]).toEqual([74, expect.stringContaining('E_WRITE expected to write the file, got ENOSPC; make room on the disk (0 MiB are free)')]);
    expect(Object.keys(shop.bytes)).toEqual(Object.keys(before.bytes));
    expect({ bytes: shop.bytes, answer: await shop.answer() }).toEqual(before);
  });

  test.runIf(mayMount)('a read-only file system ends an update with 74, and a match goes on', async () => {
    const folder = new IndexShop().folder;
    const disk = smallDisk(folder, 96 * 1024);
    const shop = new IndexShop(join(disk, 'index'));
    await shop.mustIndex('a.csv', checkIns(1, 20, 2));
    const answer = await shop.answer();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const { code, err } = await shop.index('b.csv', checkIns(1, 5, 1, 1));
    expect([code, err]).toEqual([74, expect.stringContaining('lock E_WRITE expected to write the file, got EROFS; check the folder and its rights')]);
    expect(await shop.answer()).toEqual(answer);
    expect((await runCli(['purge', shop.path, '--before', '2022-03-02'])).code).toBe(74);
  });
});

describe.skipIf(isWindows)('row 57: folders', () => {
  test('that others can write to are refused', async () => {
    const shop = new IndexShop();
    mkdirSync(shop.path);
    chmodSync(shop.path, 0o770);
    const run = await shop.index('a.csv', checkIns(1, 5, 1));
    expect([run.code, run.err]).toEqual([
      2,
      expect.stringContaining('index: expected a folder that only you can write to, got one that others can (mode 770); choose a new folder'),
    ]);
    expect(shop.names).toEqual([]);
  });

  test('with files of others are refused and left alone', async () => {
    const shop = new IndexShop();
    mkdirSync(shop.path, { mode: 0o700 });
    writeFileSync(join(shop.path, 'thesis.txt'), 'mine');
    const run = await shop.index('a.csv', checkIns(1, 5, 1));
    expect([run.code, run.err]).toEqual([2, expect.stringContaining('index: expected an empty folder, a new name or an index, got a folder with other files')]);
    expect([shop.names, readFileSync(join(shop.path, 'thesis.txt'), 'utf8')]).toEqual([['thesis.txt'], 'mine']);
  });

  test('behind a symlink, and files in the place of one, are refused', async () => {
    const shop = new IndexShop();
    mkdirSync(shop.folder.at('elsewhere'), { mode: 0o700 });
    symlinkSync(shop.folder.at('elsewhere'), shop.path);
    expect(await shop.index('a.csv', checkIns(1, 5, 1))).toMatchObject({ code: 2, err: expect.stringContaining('expected a folder or a new name') });
    expect(readdirSync(shop.folder.at('elsewhere'))).toEqual([]);
    const other = new IndexShop();
    other.folder.write('index', 'mine');
    expect((await other.index('a.csv', checkIns(1, 5, 1))).code).toBe(2);
    expect(readFileSync(other.path, 'utf8')).toBe('mine');
  });

  test('and files of an index are for nobody else', async () => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(1, 5, 1));
    const modes = execFileSync('stat', ['-c', '%a', shop.path, ...shop.names.map((name) => join(shop.path, name))], { encoding: 'utf8' });
    expect(modes.trim().split('\n')).toEqual(['700', ...shop.names.map(() => '600')]);
  });

  test.runIf(process.getuid?.() === 0)('without the right to write end an update with 74, without the right to read a match with 3', async () => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(1, 5, 1));
    shop.folder.write('b.csv', checkIns(1, 5, 1, 1));
    shop.folder.write('cases.csv', CASES);
    chmodSync(shop.folder.path, 0o755);
    for (const name of ['b.csv', 'cases.csv']) chmodSync(shop.folder.at(name), 0o644);
    const asNobody = (args: readonly string[]): Promise<{ code: number | null; err: string }> => start(args, { uid: 65_534, gid: 65_534 }).ended;
    chmodSync(shop.path, 0o755);
    expect(await asNobody(indexArgs(shop, 'b.csv'))).toMatchObject({
      code: 74,
      err: expect.stringContaining('lock E_WRITE expected to write the file, got EACCES'),
    });
    const match = ['match', '--index', shop.path, '--cases', shop.folder.at('cases.csv'), '--window', 'all', '--out', '/nonexistent/lists'];
    expect(await asNobody(match)).toMatchObject({
      code: 3,
      err: expect.stringContaining('index.json E_READ expected a file of an index that can be read, got EACCES'),
    });
  });
});

describe('row 54: two at once', () => {
  test.skipIf(isWindows)('a build while another is under way ends with 75, and the other comes to its end', async () => {
    const shop = new IndexShop();
    const first = start(['index', '-', '-o', shop.path, '--tz', 'UTC', '--quiet']);
    first.process.stdin!.write('person_id,place_id,time\nP1,S1,2022-03-01 08:00\n');
    await until(isBuilding(shop), 'a build');
    const names = shop.names;
    const second = await shop.index('a.csv', checkIns(1, 5, 1));
    expect([second.code, second.err]).toEqual([75, expect.stringContaining(`got one that process ${first.process.pid} has locked; wait for it`)]);
    expect(shop.names).toEqual(names);
    expect(await runCli(['purge', shop.path, '--before', '2022-03-02'])).toMatchObject({ code: 2 }); // no index yet
    first.process.stdin!.end();
    expect((await first.ended).code).toBe(0);
    expect(shop.names).toEqual(['day-2022-03-01.1.cpx', 'index.json', 'people.1.cpx', 'reference.1.cpx']);
    execFileSync('mkfifo', [shop.folder.at('fifo.csv')]); // nobody will ever write to it
    const third = start(['index', shop.folder.at('fifo.csv'), '-o', shop.path, '--quiet']);
    await until(isBuilding(shop), 'a build');
    expect((await runCli(['purge', shop.path, '--before', '2022-03-02'])).code).toBe(75);
    third.process.kill('SIGKILL');
    await third.ended;
    expect((await runCli(['purge', shop.path, '--before', '2022-03-02'])).code).toBe(0);
  });

  test('matches while updates come to their ends say what some update left', async () => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(2, 40, 3));
    const allowed = [JSON.stringify(await shop.answer())];
    const updates = [0, 1, 2, 3].map((i) => shop.folder.write(`b${i}.csv`, checkIns(2, 40, 1, i)));
    const saved = shop.folder.at('saved');
    cpSync(shop.path, saved, { recursive: true });
    for (const [i] of updates.entries()) {
      await shop.mustIndex(`b${i}.csv`, null);
      allowed.push(JSON.stringify(await shop.answer()));
    }
    shop.restore(saved);
    let isOver = false;
    const answers: string[] = [];
    const reading = (async () => {
      while (!isOver) answers.push(JSON.stringify(await shop.answer()));
    })();
    for (const [i] of updates.entries()) expect((await startIndex(shop, `b${i}.csv`).ended).code).toBe(0);
    isOver = true;
    await reading;
    expect(answers.filter((answer) => !allowed.includes(answer))).toEqual([]);
    expect(new Set(answers).size).toBeGreaterThan(1);
  });
});

describe('row 53: inputs that changed', () => {
  test('since they were indexed are told of, by size or time; those that are gone are not', async () => {
    const shop = new IndexShop();
    const rows = checkIns(1, 5, 1);
    await shop.mustIndex('a.csv', rows);
    const notes = async (): Promise<string[]> => (JSON.parse((await runCli(['info', shop.path, '--json'])).out) as { warnings: string[] }).warnings;
    expect(await notes()).toEqual([]);
    shop.folder.write('a.csv', `${rows}P9,S1,1646092800\n`);
    expect(await notes()).toEqual(['a.csv has changed since it was indexed: the index speaks of how it was then']);
    shop.folder.write('a.csv', rows);
    utimesSync(shop.folder.at('a.csv'), 1, 1);
    const match = await runCli([
      'match',
      '--index',
      shop.path,
      '--cases',
      shop.folder.write('cases.csv', CASES),
      '--window',
      'all',
      '--out',
      shop.folder.at('lists'),
    ]);
    expect(match.code).toBe(0);
    expect(match.out + match.err).toContain('a.csv has changed since it was indexed');
    execFileSync('rm', [shop.folder.at('a.csv')]);
    expect(await notes()).toEqual([]);
  });

  test('but for size and time are told of by info --verify, which reads them', async () => {
    const shop = new IndexShop();
    const rows = checkIns(1, 5, 1);
    const path = shop.folder.at('a.csv');
    const packed = shop.folder.write('b.csv.gz', gzipSync(checkIns(1, 5, 1, 1)));
    const put = (content: string, sec: number): void => {
      shop.folder.write('a.csv', content);
      utimesSync(path, sec, sec);
    };
    put(rows, 1_600_000_000);
    await shop.mustIndex('a.csv', null);
    await shop.mustIndex('b.csv.gz', null);
    const info = async (...flags: string[]): Promise<{ warnings: string[]; inputsCompared?: number }> => {
      const { code, out } = await runCli(['info', shop.path, '--json', ...flags]);
      expect(code).toBe(0);
      const { warnings, inputsCompared } = JSON.parse(out) as { warnings: string[]; inputsCompared?: number };
      return { warnings, ...(inputsCompared !== undefined && { inputsCompared }) };
    };
    const changed = 'a.csv has changed since it was indexed: the index speaks of how it was then';
    expect([await info(), await info('--verify')]).toEqual([{ warnings: [] }, { warnings: [], inputsCompared: 2 }]);
    put(rows.replace('P1,', 'P9,'), 1_600_000_000);
    expect([await info(), await info('--verify')]).toEqual([{ warnings: [] }, { warnings: [changed], inputsCompared: 2 }]);
    const { out } = await runCli(['info', shop.path, '--verify']);
    expect(out).toContain('every block was read: all are sound; 2 of 2 input files were there to be held against their SHA-256');
    expect(out).toContain(`note: ${changed}\n`);
    put(rows, 1_700_000_000); // the same bytes, copied
    expect([await info(), await info('--verify')]).toEqual([{ warnings: [changed] }, { warnings: [], inputsCompared: 2 }]);
    rmSync(packed);
    rmSync(path);
    expect(await info('--verify')).toEqual({ warnings: [], inputsCompared: 0 });
    mkdirSync(path); // and no pipe or folder is waited for
    expect(await info('--verify')).toEqual({ warnings: [changed], inputsCompared: 0 });
  });
});

describe('row 38 and 42: the same file, other files, other tables', () => {
  test('a file that is in the index already adds nothing, and that is said; another of its name is refused', async () => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(1, 9, 2));
    const before = { bytes: shop.bytes, answer: await shop.answer() };
    const again = await runCli(['index', shop.folder.at('a.csv'), '-o', shop.path]);
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('note: a.csv is in the index already: nothing was added from it')]);
    expect(shop.bytes).toEqual(before.bytes);
    const other = await shop.index('a.csv', checkIns(1, 10, 2));
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('input a.csv: expected another name')]);
    expect(shop.bytes).toEqual(before.bytes);
    // The same rows under another name are duplicates, every one.
    await shop.mustIndex('copy.csv', checkIns(1, 9, 2));
    expect(await shop.answer()).toEqual(before.answer);
    const { ledger } = JSON.parse((await runCli(['info', shop.path, '--json'])).out) as { ledger: { file: string; accepted: number; duplicate: number }[] };
    expect(ledger.map(({ file, accepted, duplicate }) => [file, accepted, duplicate])).toEqual([
      ['a.csv', 18, 0],
      ['copy.csv', 0, 18],
    ]);
  });

  test('places given again take the place of all files of before, whatever their names', async () => {
    const shop = new IndexShop();
    const categories = async (): Promise<string[]> => {
      const { inputs, places } = JSON.parse((await runCli(['info', shop.path, '--json'])).out) as { inputs: { name: string; table: string }[]; places: number };
      expect(places).toBeGreaterThan(0);
      return inputs.filter(({ table }) => table === 'places').map(({ name }) => name);
    };
    const p1 = shop.folder.write('p1.csv', 'place_id,category\nS0,workplace\n');
    const p2 = shop.folder.write('p2.csv', 'place_id,category\nS1,workplace\n');
    await shop.mustIndex('a.csv', checkIns(1, 30, 3), ['--places', p1, p2]);
    const both = await shop.answer();
    const change = async (...files: string[]): Promise<unknown> => {
      const run = await runCli(['index', '-o', shop.path, '--places', ...files]);
      expect([files, run.code, run.err]).toEqual([files, 0, '']);
      return shop.answer();
    };
    const fresh = async (...files: string[]): Promise<unknown> => {
      const other = new IndexShop();
      await other.mustIndex('a.csv', checkIns(1, 30, 3), ['--places', ...files]);
      return other.answer();
    };
    const p3 = shop.folder.write('p3.csv', 'place_id,category\nS2,workplace\n');
    expect(await change(p1)).toEqual(await fresh(p1)); // one of two: the other is gone
    expect(await categories()).toEqual(['p1.csv']);
    expect(await change(p1, p3)).toEqual(await fresh(p1, p3)); // a known one and a new one: both
    expect(await change(p2)).toEqual(await fresh(p2));
    expect(await change(p1, p2)).toEqual(both); // names that were there once are free
    expect(await categories()).toEqual(['p1.csv', 'p2.csv']);
    shop.folder.write('p1.csv', 'place_id,category\nS3,workplace\n'); // other content under the same name
    expect(await change(p1)).toEqual(await fresh(p1));
    expect(await categories()).toEqual(['p1.csv']);
  });
});
