/** DuckDB beside the kernels, in the same minute and by the same harness as the peers bench: `{ counters }`, or what is `missing`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSameAnswer, plainAnswer } from '../peers/answer.mjs';
import { runChild } from '../peers/child.mjs';
import { duckdb } from '../peers/rivals/duckdb.mjs';
import { installPeers } from '../peers/rivals/npm-peer.mjs';
import { WEEK, makeStays, visitsOf, writeWorld } from '../peers/world.mjs';

const STAYS = 500_000;
const CASES = 500;
const WORKS = { index: ['case join', 'join on place'], build: ['index build', 'order by place, start'] };

export async function duckdbCounters(fault) {
  try {
    installPeers();
  } catch (error) {
    return { counters: {}, missing: `the ratios to DuckDB: npm ci in bench/peers failed (${String(error.message).split('\n')[0]})` };
  }
  const missing = await duckdb.missing();
  if (missing) return { counters: {}, missing: `the ratios to DuckDB: ${missing}` };
  const folder = mkdtempSync(join(tmpdir(), 'copresence-gate-'));
  try {
    const { columns, places, people } = makeStays(STAYS, WEEK, 1);
    const world = { stays: columns, visits: visitsOf(columns, people, CASES), places };
    writeWorld(folder, world);
    const answer = plainAnswer(world, 'index');
    const counters = {};
    for (const [work, [title, way]] of Object.entries(WORKS)) {
      const measure = async (rival, way, threads) => {
        const result = await runChild('measure.mjs', { rival, work, folder, threads, runs: 5, way });
        const failed = result.failed ?? (isSameAnswer(result.answer, answer) ? undefined : 'another answer than the plain one');
        if (failed) throw new Error(`${rival}, ${work}: ${failed}: no ratio`);
        return medianOf(result.times);
      };
      // Ours before and after: the better of the two, since this gate is about the code and not about the machine's minute.
      const before = await measure('copresence', 'typed arrays', 1);
      const theirs = await measure('duckdb', way, 2);
      const ours = Math.min(before, await measure('copresence', 'typed arrays', 1));
      counters[`ratio to DuckDB on 2 threads, ${title}`] = theirs / (fault === 'slow' ? ours * 100 : ours);
    }
    return { counters };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function medianOf(times) {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}
