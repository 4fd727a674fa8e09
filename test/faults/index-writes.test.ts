/**
 * FAULTS 2e rows 46, 47, 49: every call of the file system that an update, a first build or a purge makes fails once, in turn. Each time the run ends with 74, nothing is
 * left, and the old index says what it said before. The calls themselves are made to fail here; whole disks and limits are in index-process.test.ts.
 */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { checkIns, IndexShop } from '../support/index-shop.js';
import { runCli } from '../support/run-cli.js';

const fault = vi.hoisted(() => ({ failAt: Number.POSITIVE_INFINITY, calls: 0, code: 'ENOSPC', isShort: false, failed: '' }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  /** Calls that change the disk or need its room. */
  const failing = <Name extends 'fsyncSync' | 'renameSync' | 'mkdirSync'>(name: Name): (typeof fs)[Name] =>
    ((...args: unknown[]) => {
      countCall(name, args[0]);
      return (fs[name] as (...all: unknown[]) => unknown)(...args);
    }) as never;
  function countCall(name: string, at: unknown): void {
    if (++fault.calls !== fault.failAt) return;
    fault.failed = `${name} ${String(at)}`;
    throw Object.assign(new Error('injected'), { code: fault.code });
  }
  const writeSync = (descriptor: number, data: NodeJS.ArrayBufferView | string, from = 0, length?: number, position?: number | null): number => {
    if (typeof data === 'string') {
      countCall('writeSync', descriptor);
      return fs.writeSync(descriptor, data);
    }
    const size = length ?? data.byteLength - from;
    // The disk takes some bytes, says so, and then no more.
    if (fault.isShort && fault.calls + 2 === fault.failAt && size > 1) {
      fault.calls++;
      return fs.writeSync(descriptor, data, from, size >> 1, position);
    }
    countCall('writeSync', descriptor);
    // Any write may be short: whoever writes goes on from there.
    return fs.writeSync(descriptor, data, from, size > 1000 ? size - 3 : size, position);
  };
  const openSync = (path: string, flags: string | number, mode?: number): number => {
    if (flags !== 'r' && flags !== fs.constants.O_RDONLY) countCall('openSync', path);
    return fs.openSync(path, flags, mode);
  };
  return { ...fs, default: fs, writeSync, openSync, fsyncSync: failing('fsyncSync'), renameSync: failing('renameSync'), mkdirSync: failing('mkdirSync') };
});

beforeEach(() => Object.assign(fault, { failAt: Number.POSITIVE_INFINITY, calls: 0, failed: '' }));

async function callsOf(work: () => Promise<unknown>): Promise<number> {
  Object.assign(fault, { failAt: Number.POSITIVE_INFINITY, calls: 0 });
  await work();
  return fault.calls;
}

/** Some of the calls `1..count`: all at both ends, and a sample between. */
const sample = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1).filter((call) => call <= 12 || call > count - 30 || call % 97 === 0);

describe('a disk that takes no more', () => {
  test.each([
    ['ENOSPC', true],
    ['EIO', false],
  ] as const)('(%s) at any call of an update leaves the index as it was', async (code, isShort) => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(2, 20, 2));
    const saved = shop.folder.at('saved');
    cpSync(shop.path, saved, { recursive: true });
    const before = { bytes: shop.bytes, answer: await shop.answer() };
    shop.folder.write('b.csv', checkIns(2, 25, 2, 1));
    const count = await callsOf(() => shop.mustIndex('b.csv', null));
    const failed = new Set<string>();
    for (const call of sample(count)) {
      shop.restore(saved);
      Object.assign(fault, { failAt: call, calls: 0, code, isShort });
      const run = await shop.index('b.csv', null);
      Object.assign(fault, { failAt: Number.POSITIVE_INFINITY });
      failed.add(fault.failed.replace(/ .*/, ''));
      if (fault.calls < call) continue; // people fall into other parts with each build, so that some make fewer calls
      // The sync of the folder after the new manifest has its name: the index is the new one, but nobody knows whether it would outlast a power cut.
      if (fault.failed.startsWith('fsyncSync') && (JSON.parse(readFileSync(join(shop.path, 'index.json'), 'utf8')) as { update: number }).update === 2)
        continue;
      expect([call, fault.failed, run.code, run.out]).toEqual([call, fault.failed, 74, '']);
      expect(run.err).toMatch(/E_WRITE expected to write the file, got (ENOSPC; make room on the disk \([^)]+\)|EIO; check the folder and its rights)\n$/);
      expect([call, fault.failed, shop.bytes]).toEqual([call, fault.failed, before.bytes]);
    }
    expect([...failed].sort()).toEqual(['fsyncSync', 'mkdirSync', 'openSync', 'renameSync', 'writeSync']);
    shop.restore(saved);
    expect(await shop.answer()).toEqual(before.answer);
    await shop.mustIndex('b.csv', null);
  });

  test('at any call of a first build leaves nothing, not even the folder', async () => {
    const shop = new IndexShop();
    shop.folder.write('a.csv', checkIns(1, 10, 1));
    const count = await callsOf(() => shop.mustIndex('a.csv', null));
    for (const call of sample(count).filter((each) => each < count)) {
      rmSync(shop.path, { recursive: true, force: true });
      Object.assign(fault, { failAt: call, calls: 0, code: 'ENOSPC', isShort: false });
      const run = await shop.index('a.csv', null);
      Object.assign(fault, { failAt: Number.POSITIVE_INFINITY });
      if (fault.calls < call || existsSync(join(shop.path, 'index.json'))) continue; // as above
      expect([call, fault.failed, run.code, run.out, existsSync(shop.path)]).toEqual([call, fault.failed, 74, '', false]);
    }
    expect(count).toBeGreaterThan(20);
  });

  test('at any call of a purge leaves the index as it was', async () => {
    const shop = new IndexShop();
    await shop.mustIndex('a.csv', checkIns(3, 20, 2));
    const saved = shop.folder.at('saved');
    cpSync(shop.path, saved, { recursive: true });
    const { bytes } = shop;
    const purge = (): ReturnType<typeof runCli> => runCli(['purge', shop.path, '--before', '2022-03-02']);
    const count = await callsOf(purge);
    expect(existsSync(saved)).toBe(true);
    for (const call of sample(count).filter((each) => each < count)) {
      shop.restore(saved);
      Object.assign(fault, { failAt: call, calls: 0, code: 'ENOSPC' });
      const run = await purge();
      Object.assign(fault, { failAt: Number.POSITIVE_INFINITY });
      if (fault.calls < call || (JSON.parse(readFileSync(join(shop.path, 'index.json'), 'utf8')) as { update: number }).update === 2) continue; // as above
      expect([call, fault.failed, run.code, run.out]).toEqual([call, fault.failed, 74, '']);
      expect([call, fault.failed, shop.bytes]).toEqual([call, fault.failed, bytes]);
    }
  });
});
