/**
 * FAULTS 2e row 47, reads: what a match reads of each file of an index fails at its first and at some other reads; so for a check, an update and a purge.
 * Each time the run ends with 3, names the file, and leaves the index and the place of the lists as they were.
 */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CASES, IndexShop, checkIns } from '../support/index-shop.js';
import { runCli } from '../support/run-cli.js';

const fault = vi.hoisted(() => ({ failAt: Number.POSITIVE_INFINITY, names: [] as string[], of: /./ }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const names = new Map<number, string>();
  function countRead(path: string): void {
    if (!fault.of.test(path)) return;
    fault.names.push(path.replace(/.*\//, ''));
    if (fault.names.length !== fault.failAt) return;
    throw Object.assign(new Error('injected'), { code: 'EIO' });
  }
  const openSync = (path: string, flags: string | number, mode?: number): number => {
    const descriptor = fs.openSync(path, flags, mode);
    names.set(descriptor, path);
    return descriptor;
  };
  const readSync = (descriptor: number, into: NodeJS.ArrayBufferView, from = 0, length = into.byteLength - from, position: number | null = null): number => {
    countRead(names.get(descriptor) ?? '');
    // Some reads are short: whoever reads goes on from there.
    return fs.readSync(descriptor, into, from, length > 1000 && fault.names.length % 5 === 0 ? length - 3 : length, position);
  };
  const readFileSync = ((path: string, ...rest: [never]) => {
    if (typeof path === 'string') countRead(path);
    return fs.readFileSync(path, ...rest);
  }) as unknown as typeof fs.readFileSync;
  return { ...fs, default: fs, openSync, readSync, readFileSync };
});

/** Files of an index, and what an update puts down on its way. */
const INDEX_FILES = /\/index\/(?:index\.json|[^/]+\.cpx|building-[^/]+\/[^/]+)$/;
const off = (): void => void Object.assign(fault, { failAt: Number.POSITIVE_INFINITY, names: [], of: INDEX_FILES });
beforeEach(off);

const ADVICE = 'the disk failed to read it: check the disk, and build the index again on a sound one from its check-ins';

async function indexOfTwo(): Promise<IndexShop> {
  const shop = new IndexShop();
  await shop.mustIndex('a.csv', checkIns(2, 20, 2));
  // With a check-in that joins a stay of the first file, so that there is a file of stays that were put elsewhere.
  await shop.mustIndex('b.csv', `${checkIns(2, 25, 2, 1)}P0,S0,1646093400\n`);
  shop.folder.write('cases.csv', CASES);
  shop.folder.write('c.csv', checkIns(1, 25, 2, 2));
  return shop;
}

/** Of the reads of these files, by number from 1: the first of each, the very last, and a sample between. */
const sample = (names: readonly string[]): number[] =>
  names.flatMap((name, i) => (names.indexOf(name) === i || i === names.length - 1 || (i + 1) % Math.ceil(names.length / 6) === 0 ? [i + 1] : []));

describe('a disk that fails to read', () => {
  const commands: [string, (shop: IndexShop) => string[], RegExp[]][] = [
    [
      'match',
      (shop) => ['match', '--index', shop.path, '--cases', shop.folder.at('cases.csv'), '--window', 'all', '--out', shop.folder.at('lists')],
      [/^index\.json$/, /^day-/, /^people\./, /^reference\./, /^removed-/],
    ],
    ['info --verify', (shop) => ['info', shop.path, '--verify'], [/^index\.json$/, /^day-/, /^people\./, /^reference\./, /^removed-/]],
    [
      'index',
      (shop) => ['index', shop.folder.at('c.csv'), '-o', shop.path],
      [/^index\.json$/, /^day-/, /^people\./, /^reference\./, /^removed-/, /^check-ins$/],
    ],
    ['purge', (shop) => ['purge', shop.path, '--before', '2022-03-02'], [/^index\.json$/, /^people\./]],
  ];

  test.each(commands)('at any read of %s ends it with 3, and nothing is changed', async (_, argsOf, expected) => {
    const shop = await indexOfTwo();
    const saved = shop.folder.at('saved');
    cpSync(shop.path, saved, { recursive: true });
    const { bytes } = shop;
    off();
    expect(await runCli(argsOf(shop))).toMatchObject({ code: 0 });
    const { names } = fault;
    for (const name of expected) expect(names).toContainEqual(expect.stringMatching(name));
    rmSync(shop.folder.at('lists'), { recursive: true, force: true });
    shop.restore(saved);
    for (const call of sample(names)) {
      off();
      fault.failAt = call;
      const run = await runCli(argsOf(shop));
      off();
      const err = `copresence: ${names[call - 1]} E_READ expected a file of an index that can be read, got EIO; ${ADVICE}\n`;
      expect([call, run]).toEqual([call, { code: 3, out: '', err }]);
      expect([call, shop.bytes]).toEqual([call, bytes]);
      expect(existsSync(shop.folder.at('lists'))).toBe(false);
    }
    expect(await runCli(argsOf(shop))).toMatchObject({ code: 0 });
  });
});
