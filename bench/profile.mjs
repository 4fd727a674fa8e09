/**
 * `npm run bench profile [STAYS]`: where the time of the index build and of the joins goes, on one thread (default 50,000,000 stays, 1,000 cases). By the
 * sampling profiler of Node the share of each function; beside it what the same work takes where memory is no question:
 * - the join again for visits just asked, so that what they touch lies in the processor's caches;
 * - a plain copy of all records, which is the least that any build has to do.
 * Prints JSON for bench/run.mjs.
 */
import { Session } from 'node:inspector/promises';
import { buildPackedIndex } from '../dist/stay-index/build-packed-index.js';
import { PackedPairs, countPairs, joinRange } from '../dist/stay-index/packed-index.js';
import { selfJoin } from '../dist/stay-index/self-join.js';
import { DAY, WEEK, makeStays, visitsOf } from './peers/world.mjs';

const [stays = '50000000'] = process.argv.slice(2);
const CASES = 1000;
const BLOCK = 32;
const rows = [];

const { columns, places, people } = makeStays(Number(stays), WEEK, 1);
const visits = visitsOf(columns, people, Math.min(CASES, Math.floor(people / 2)));
const built = await profiled('index build', () => buildPackedIndex(columns, places), 1);
const index = built.result;
const copies = timed(() => index.records.slice(), 3);
rows.push({ work: 'a copy of all records, in order', ms: ms(copies.ms), share: share(copies.ms, built.ms) });

const out = new PackedPairs(countPairs(index, visits));
const count = visits.key.length;
const joined = await profiled('case join', () => joinRange(index, visits, 0, count, out, 0), 20);
const pairs = joined.result;
let again = 0;
for (let lo = 0; lo < count; lo += BLOCK) {
  const hi = Math.min(count, lo + BLOCK);
  joinRange(index, visits, lo, hi, out, 0);
  const began = performance.now();
  joinRange(index, visits, lo, hi, out, 0);
  again += performance.now() - began;
}
rows.push({ work: `case join, ${BLOCK} visits just asked asked again`, ms: ms(again), share: share(again, joined.ms), ns_a_pair: ms((again * 1e6) / pairs) });
rows.push({ work: 'case join, the visits as they come', ms: ms(joined.ms), share: '100 %', ns_a_pair: ms((joined.ms * 1e6) / pairs) });

const day = makeStays(Math.min(Number(stays), 1_000_000), DAY, 1);
const dayIndex = buildPackedIndex(day.columns, day.places);
let met = 0;
await profiled('self-join of a day', () => selfJoin(dayIndex, (_a, _b, found) => (met += found)), 10);
if (pairs === 0 || met === 0) throw new Error('nothing met: no figures');
console.log(JSON.stringify({ rows, stays: Number(stays), visits: count, pairs }));

/** Runs a work some times under the profiler; a row for each function of at least 2 %. */
async function profiled(work, run, times) {
  run();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  const { result, ms: each } = timed(run, times);
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const spent = new Map();
  const nameOf = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.functionName || callFrame.url.split('/').at(-1) || 'other']));
  profile.samples.forEach((id, i) => spent.set(nameOf.get(id), (spent.get(nameOf.get(id)) ?? 0) + profile.timeDeltas[i]));
  const all = [...spent.values()].reduce((sum, us) => sum + us, 0);
  rows.push({ work, ms: ms(each), share: '100 %' });
  for (const [name, us] of [...spent].sort(([, a], [, b]) => b - a))
    if (us / all >= 0.02) rows.push({ work: `  ${name}`, ms: ms((us / all) * each), share: share(us, all) });
  return { result, ms: each };
}

/** The result of the last of some runs, and the mean time of one. */
function timed(run, times) {
  let result;
  const began = performance.now();
  for (let i = 0; i < times; i++) result = run();
  return { result, ms: (performance.now() - began) / times };
}

function share(part, whole) {
  return `${Math.round((part / whole) * 100)} %`;
}

function ms(number) {
  return Number(number.toPrecision(3));
}
