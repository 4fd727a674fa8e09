/** FAULTS 2e row 56: the memory of a build of an index, as the system saw it. The built command line, as a process of its own. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulateFiles } from '../../src/node.js';
import { start } from '../support/child.js';
import { Lists } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const ROWS = 1_000_000;
const LIMIT_KIB = 256 * 1024;
const isLinux = process.platform === 'linux';
if (!isLinux) process.stderr.write('\n*** SKIPPED: peaks of memory are read from /proc, and there is none: --memory goes unchecked ***\n');

interface Build {
  /** VmHWM: most memory that was resident at once. */
  readonly peakKib: number;
  /** Size of the working file of check-ins after each batch that was put down. */
  readonly spilled: readonly number[];
}

/** Builds an index and watches it: a peak never falls, so that the last look at it counts. */
async function build(args: readonly string[], index: string): Promise<Build> {
  const { process: child, ended } = start(['index', ...args, '-o', index, '--quiet']);
  let peakKib = 0;
  const spilled = new Set<number>();
  const look = setInterval(() => {
    try {
      peakKib = Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peakKib);
      const building = readdirSync(index).find((name) => name.startsWith('building-'));
      if (building) spilled.add(statSync(join(index, building, 'check-ins')).size);
    } catch {
      // Not there yet, or no longer.
    }
  }, 4);
  try {
    expect(await ended).toMatchObject({ code: 0, err: '' });
  } finally {
    clearInterval(look);
  }
  return { peakKib, spilled: [...spilled].filter((size) => size > 0) };
}

test.skipIf(!isLinux)(
  'a build of a million check-ins within --memory 256MB takes no more, goes through the disk, and gives the lists of one that had 1GB',
  async () => {
    const folder = new TempFolder();
    await simulateFiles({ out: folder.at('city'), rows: ROWS, cases: 40, seed: 5 });
    const file = (name: string): string => folder.at(`city/${name}.csv`);
    const inputs = [file('checkins'), '--places', file('places'), '--runs', file('runs'), '--tz', 'Asia/Shanghai'];
    const small = await build([...inputs, '--memory', '256MB'], folder.at('small'));
    const large = await build([...inputs, '--memory', '1GB'], folder.at('large'));
    process.stderr.write(`peak within 256MB: ${small.peakKib >> 10} MiB, within 1GB: ${large.peakKib >> 10} MiB\n`);
    expect(small.peakKib).toBeGreaterThan(50 * 1024); // it was looked at
    expect(small.peakKib).toBeLessThanOrEqual(LIMIT_KIB);
    expect(small.peakKib).toBeLessThan(large.peakKib * 0.9);
    expect(large.peakKib).toBeLessThanOrEqual(4 * LIMIT_KIB);
    // Each batch puts its people down again: more batches, a larger working file.
    expect(small.spilled.length).toBeGreaterThan(1);
    expect(Math.max(...small.spilled)).toBeGreaterThan(Math.max(...large.spilled));

    const lists = async (index: string): Promise<Record<string, string>> => {
      const out = folder.at(`lists-${index}`);
      const match = ['match', '--index', folder.at(index), '--cases', file('cases'), '--out', out, '--quiet'];
      expect(await start(match).ended).toMatchObject({ code: 0, err: '' });
      return new Lists(out).bytes;
    };
    const bytes = await lists('small');
    expect(bytes['episodes.csv']!.split('\n').length).toBeGreaterThan(1000);
    expect(await lists('large')).toEqual(bytes);
  },
  180_000,
);
