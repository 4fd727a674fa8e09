/** FAULTS 2e, of the process: signals, kill, full disks, closed pipes. The built command line, as a process of its own. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, readdirSync, statSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BIN, namesIn, start, until, untilListening } from '../support/child.js';
import { Lists, matchArgs, runCli, runMatch, type MatchRun, type World } from '../support/run-cli.js';
import { mayMount, smallDisk } from '../support/small-disk.js';
import { TempFolder } from '../support/temp-folder.js';

const HEAD = 'person_id,place_id,time,check_out\n';
const SMALL: World = { 'checkins.csv': `${HEAD}P1,S1,2022-03-01 08:00,\nP2,S1,2022-03-01 08:10,\n`, 'cases.csv': 'person_id\nP1\n' };
const UTC = ['--tz', 'UTC'];
/** 800 people all day at one place and 15 cases: 12,000 episodes, which take a while to write. */
const CROWD: World = {
  'checkins.csv': `${HEAD}${Array.from({ length: 800 }, (_, i) => `P${i},S1,2022-03-01 08:00,2022-03-01 ${10 + (i % 10)}:00\n`).join('')}`,
  'cases.csv': `person_id\n${Array.from({ length: 15 }, (_, i) => `P${i}\n`).join('')}`,
};
const isWindows = process.platform === 'win32';

function writeWorld(world: World): TempFolder {
  const folder = new TempFolder();
  for (const [name, content] of Object.entries(world)) folder.write(name, content);
  return folder;
}
const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));
const isTemporary = (name: string): boolean => name.includes('.tmp-');
const bytesIn = (path: string): Record<string, string> =>
  Object.fromEntries(
    namesIn(path)
      .filter((name) => statSync(join(path, name)).isFile())
      .map((name) => [name, readFileSync(join(path, name), 'latin1')]),
  );
/** A list of the folder is being written: it has a temporary file for it. */
const isWriting =
  (path: string, list = 'episodes.csv') =>
  (): boolean =>
    namesIn(path).some((name) => name.startsWith(`${list}.tmp-`));

describe.skipIf(isWindows)('row 48: signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 130],
  ] as const)('%s while lists are written ends the run with %i and leaves no file and no folder', async (signal, code) => {
    const folder = writeWorld(CROWD);
    const child = start(matchArgs(folder, CROWD, UTC));
    await until(isWriting(folder.at('lists')), 'a temporary file');
    child.process.kill(signal);
    expect(await child.ended).toEqual({ code, signal: null, out: '', err: 'interrupted: nothing was written\n' });
    expect(readdirSync(folder.path).sort()).toEqual(['cases.csv', 'checkins.csv']);
  });

  test('one signal while lists are replaced leaves the earlier lists as they were', async () => {
    const folder = writeWorld(CROWD);
    expect((await runCli([...matchArgs(folder, SMALL, UTC), '--min-overlap', '23h'])).code).toBe(0);
    const before = bytesIn(folder.at('lists'));
    const child = start(matchArgs(folder, CROWD, [...UTC, '--force']));
    await until(isWriting(folder.at('lists')), 'a temporary file');
    child.process.kill('SIGINT');
    expect((await child.ended).code).toBe(130);
    expect(bytesIn(folder.at('lists'))).toEqual(before);
    expect(Object.keys(before)).toContain('manifest.json');
  });

  test('one signal ends the wait for standard input', async () => {
    const folder = writeWorld({ 'cases.csv': 'person_id\nP1\n' });
    const child = start([...matchArgs(folder, { 'cases.csv': '' }, UTC), '--checkins', '-']);
    child.process.stdin!.write(HEAD);
    child.process.stdin!.write('P1,S1,2022-03-01 08:00,\n'); // and no end
    await untilListening(child);
    await pause(200); // that it waits for more shows nowhere
    child.process.kill('SIGINT');
    expect(await child.ended).toMatchObject({ code: 130, out: '', err: 'interrupted: nothing was written\n' });
    expect(readdirSync(folder.path)).toEqual(['cases.csv']);
  });

  test('one signal while a long file is read ends the run', async () => {
    const folder = writeWorld({ 'checkins.csv': `${HEAD}${'P1,S1,2022-03-01 08:00,\n'.repeat(1_500_000)}`, 'cases.csv': 'person_id\nP1\n' });
    const child = start(matchArgs(folder, SMALL, UTC));
    await untilListening(child);
    await pause(100);
    child.process.kill('SIGTERM');
    expect(await child.ended).toMatchObject({ code: 143, out: '', err: 'interrupted: nothing was written\n' });
    expect(readdirSync(folder.path).sort()).toEqual(['cases.csv', 'checkins.csv']);
  });

  test('a second signal ends the process at once, even where the first cannot be heard', async () => {
    const folder = writeWorld({ 'cases.csv': 'person_id\nP1\n' });
    execFileSync('mkfifo', [folder.at('checkins.csv')]); // nobody will ever write to it: opening it hangs
    const child = start(matchArgs(folder, SMALL, UTC));
    await untilListening(child);
    await pause(200);
    child.process.kill('SIGINT');
    await pause(200);
    child.process.kill('SIGINT');
    expect(await child.ended).toMatchObject({ code: null, signal: 'SIGINT', out: '' });
    expect(existsSync(folder.at('lists'))).toBe(false);
  });

  test('two signals at once while lists are written leave no final name', async () => {
    const folder = writeWorld(CROWD);
    const child = start(matchArgs(folder, CROWD, UTC));
    await until(isWriting(folder.at('lists')), 'a temporary file');
    child.process.kill('SIGINT');
    child.process.kill('SIGTERM');
    const { code, signal } = await child.ended;
    expect(code === 130 || code === 143 || signal === 'SIGINT' || signal === 'SIGTERM').toBe(true);
    expect(namesIn(folder.at('lists')).filter((name) => !isTemporary(name))).toEqual([]);
  });

  test('a run that is stopped before it begins writes nothing', async () => {
    const abort = new AbortController();
    abort.abort('SIGTERM');
    const run = await runMatch(SMALL, UTC, { signal: abort.signal });
    expect([run.code, run.err, run.lists.files]).toEqual([143, 'interrupted: nothing was written\n', []]);
  });
});

describe.skipIf(isWindows)('row 49: kill -9', () => {
  test('at any moment leaves no final name on a file that is not whole', async () => {
    const reference = writeWorld(CROWD);
    expect((await start(matchArgs(reference, CROWD, UTC)).ended).code).toBe(0);
    const whole = bytesIn(reference.at('lists'));
    const moments = ['episodes.csv', 'contacts.csv', 'rejects.csv', 'manifest.json', 'manifest.json'];
    const left: string[][] = [];
    for (const moment of moments) {
      const folder = writeWorld(CROWD);
      const child = start(matchArgs(folder, CROWD, UTC));
      await until(() => isWriting(folder.at('lists'), moment)() || child.process.exitCode !== null, `a temporary ${moment}`);
      child.process.kill('SIGKILL');
      await child.ended;
      const after = bytesIn(folder.at('lists'));
      const named = Object.keys(after).filter((name) => !isTemporary(name));
      for (const name of named) expect([moment, name, after[name] === whole[name]]).toEqual([moment, name, true]);
      // The manifest comes last: where it is, all are.
      expect([moment, named.includes('manifest.json') ? named.sort() : []]).toEqual([moment, named.includes('manifest.json') ? Object.keys(whole).sort() : []]);
      left.push(named);
    }
    expect(left[0]).toEqual([]);
  });

  test('while lists are replaced leaves the earlier ones whole, or no manifest', async () => {
    const folder = writeWorld(CROWD);
    expect((await runCli([...matchArgs(folder, SMALL, UTC), '--min-overlap', '23h'])).code).toBe(0);
    const before = bytesIn(folder.at('lists'));
    const child = start(matchArgs(folder, CROWD, [...UTC, '--force']));
    await until(isWriting(folder.at('lists'), 'contacts.csv'), 'a temporary file');
    child.process.kill('SIGKILL');
    await child.ended;
    const after = bytesIn(folder.at('lists'));
    expect(Object.fromEntries(Object.entries(after).filter(([name]) => !isTemporary(name)))).toEqual(before);
  });

  test('does not keep the next run from its work', async () => {
    const folder = writeWorld(CROWD);
    const child = start(matchArgs(folder, CROWD, UTC));
    await until(isWriting(folder.at('lists')), 'a temporary file');
    child.process.kill('SIGKILL');
    await child.ended;
    expect(namesIn(folder.at('lists')).filter(isTemporary)).not.toEqual([]);
    expect((await runCli(matchArgs(folder, SMALL, UTC))).code).toBe(0);
    expect(new Lists(folder.at('lists')).manifest.ledger).toHaveLength(2);
  });
});

describe('row 46: where nothing can be written', () => {
  const LIST_COUNT = 8;
  const toOut = (run: readonly string[], out: string): string[] => [...run, '--out', out];

  test.runIf(mayMount)('a full disk ends the run with 74, says so, and nothing is left, at whichever file the room ends', async () => {
    const failedAt = new Set<string>();
    let kib = 0;
    let written: string[] = [];
    while (written.length === 0) {
      const folder = writeWorld(SMALL);
      const disk = smallDisk(folder, (kib += 4));
      const { code, err, out } = await runCli(toOut(matchArgs(folder, SMALL, UTC), join(disk, 'lists')));
      if (code === 0) {
        written = readdirSync(join(disk, 'lists'));
        continue;
      }
      expect([kib, code, out]).toEqual([kib, 74, '']);
      expect(err).toMatch(/^copresence: [a-z]+\.(csv|json) E_WRITE expected to write the file, got ENOSPC; make room on the disk\n$/);
      expect(readdirSync(disk)).toEqual([]);
      failedAt.add(/copresence: (\S+)/.exec(err)![1]!);
    }
    expect(written).toHaveLength(LIST_COUNT);
    expect(failedAt.size).toBeGreaterThan(3);
  });

  test.runIf(mayMount)('a full disk leaves the earlier lists as they were', async () => {
    const folder = writeWorld(CROWD);
    const lists = join(smallDisk(folder, 256), 'lists');
    expect((await runCli(toOut([...matchArgs(folder, SMALL, UTC), '--min-overlap', '23h'], lists))).code).toBe(0);
    const before = bytesIn(lists);
    const run = await runCli(toOut(matchArgs(folder, CROWD, [...UTC, '--force']), lists));
    expect(run.code).toBe(74);
    expect(run.err).toContain('episodes.csv E_WRITE expected to write the file, got ENOSPC');
    expect(bytesIn(lists)).toEqual(before);
  });

  test.runIf(mayMount)('a read-only file system ends the run with 74', async () => {
    const folder = writeWorld(SMALL);
    const disk = smallDisk(folder, 64);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const run = await runCli(toOut(matchArgs(folder, SMALL, UTC), join(disk, 'lists')));
    expect([run.code, run.out]).toEqual([74, '']);
    expect(run.err).toContain('E_WRITE expected to write the file, got EROFS; check the folder and its rights');
  });

  test.skipIf(isWindows)('a file that may not grow further ends the run with 74, and nothing is left', async () => {
    const folder = writeWorld(CROWD);
    const { code, err, out } = await start(['-c', 'ulimit -f 64; exec "$0" "$@"', process.execPath, BIN, ...matchArgs(folder, CROWD, UTC)], {}, 'sh').ended;
    expect([code, out]).toEqual([74, '']);
    expect(err).toBe('copresence: episodes.csv E_WRITE expected to write the file, got EFBIG; check the folder and its rights\n');
    expect(readdirSync(folder.path).sort()).toEqual(['cases.csv', 'checkins.csv']);
  });

  test('a folder that cannot be made ends the run with 74', async () => {
    const folder = writeWorld(SMALL);
    const run = await runCli(toOut(matchArgs(folder, SMALL, UTC), folder.at('cases.csv', 'lists')));
    expect([run.code, run.out]).toEqual([74, '']);
    expect(run.err).toContain('episodes.csv E_WRITE expected to write the file, got ENOTDIR; check the folder and its rights');
    expect(readdirSync(folder.path).sort()).toEqual(['cases.csv', 'checkins.csv']);
  });

  test.skipIf(isWindows || process.getuid?.() === 0)('a folder without the right to write ends the run with 74', async () => {
    const folder = writeWorld(SMALL);
    mkdirSync(folder.at('closed'));
    chmodSync(folder.at('closed'), 0o500);
    const run = await runCli(toOut(matchArgs(folder, SMALL, UTC), folder.at('closed', 'lists')));
    expect([run.code, run.out]).toEqual([74, '']);
    expect(run.err).toContain('got EACCES');
  });

  test.runIf(existsSync('/dev/full'))('standard output on a full disk ends the run with 74 and no stack trace', async () => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const { code, err } = await start(['rules'], { stdio: ['ignore', full, 'pipe'] }).ended;
    expect([code, err]).toEqual([74, 'copresence: standard output E_WRITE expected to write, got ENOSPC; make room or choose another place\n']);
  });
});

describe.skipIf(isWindows)('row 50: a closed pipe', () => {
  test('| head -1 gives one line, no stack trace and exit 0', async () => {
    const { code, out, err } = await start(['-c', 'set -o pipefail; "$0" "$1" rules | head -1', process.execPath, BIN], {}, 'bash').ended;
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^rule +what it is +window +scope\n$/);
  });

  test('before the first word, in validate and match too, is no fault: the lists are written', async () => {
    const folder = writeWorld(SMALL);
    for (const args of [['rules'], ['--help'], ['validate', folder.at('checkins.csv'), ...UTC, '--json'], matchArgs(folder, SMALL, UTC)]) {
      const child = start(args);
      child.process.stdout!.destroy();
      expect([args[0], await child.ended]).toMatchObject([args[0], { code: 0, signal: null, err: '' }]);
    }
    expect(readdirSync(folder.at('lists'))).toHaveLength(8);
  });

  test('of messages changes no exit code', async () => {
    const child = start(['match', '--bogus']);
    child.process.stderr!.destroy();
    expect(await child.ended).toMatchObject({ code: 2, signal: null, out: '' });
  });
});

describe('SPEC 10: exit codes', () => {
  test('are 0 when nothing matched, 4 only with --exit-code', async () => {
    const lonely: World = { ...SMALL, 'cases.csv': 'person_id\nP9\n' };
    const codes = async (world: World, ...flags: string[]): Promise<number> => (await runMatch(world, [...UTC, ...flags])).code;
    expect([await codes(lonely), await codes(lonely, '--exit-code'), await codes(SMALL), await codes(SMALL, '--exit-code')]).toEqual([0, 4, 0, 0]);
    const none: MatchRun = await runMatch(lonely, [...UTC, '--exit-code']);
    expect(none.lists.files).toHaveLength(8);
  });
});
