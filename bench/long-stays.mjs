/**
 * What long stays cost: the case join of a week in which one stay of 1,000 lasts 3 to 10 days, against the same week without. The bound of the search
 * is the longest stay of a place: one long stay would make it useless, so the index sets them apart. `npm run bench long-stays [STAYS]`.
 *
 * Long stays meet more visits: those pairs are answers, not costs. So beside the time there is what does not depend on the machine: records looked at
 * for each pair found, and what they would be if long stays lay among the others. The two weeks are asked by turns, so that both meet the same
 * noise; each figure is the median of the turns.
 */
import { buildPackedIndex } from '../dist/stay-index/build-packed-index.js';
import { PackedPairs, countPairs, joinInto } from '../dist/stay-index/packed-index.js';
import { random } from './data.mjs';
import { WEEK, makeStays, visitsOf } from './peers/world.mjs';

const [count = 5_000_000] = process.argv.slice(2).map(Number);
const TURNS = 31;
const WORDS = 3;
const DAY_SEC = 86_400;
const TARGET = 1.3;

const { columns, places, people } = makeStays(count, WEEK, 1);
const visits = visitsOf(columns, people, 1000);
const next = random(2);
const withLong = { ...columns, end: columns.end.map((end, row) => (row % 1000 === 500 ? columns.start[row] + Math.floor((3 + 7 * next()) * DAY_SEC) : end)) };

const weeks = { without: prepare(columns), with: prepare(withLong) };
const times = { without: [], with: [] };
for (let turn = 0; turn < TURNS + 3; turn++) {
  for (const [name, { index, out }] of Object.entries(weeks)) {
    const began = performance.now();
    joinInto(index, visits, out);
    if (turn >= 3) times[name].push(performance.now() - began);
  }
}
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const ms = { without: median(times.without), with: median(times.with) };
const ratio = ms.with / ms.without;
const { tested, pairs } = weeks.with;
const perPair = tested / pairs;
const rows = [
  {
    work: `case join, ${count} stays, ${visits.key.length} visits, 0.1 % of the stays for days`,
    ours_ms: round(ms.with),
    rival: 'the same without long stays',
    rival_ms: round(ms.without),
    ratio: round(ratio),
    target: `≤ ${TARGET}×`,
    met: ratio <= TARGET,
    note: `${pairs} pairs and ${weeks.without.pairs}`,
  },
  {
    work: 'records looked at for each pair found',
    ours: round(perPair),
    rival: 'without long stays',
    rival_ours: round(weeks.without.tested / weeks.without.pairs),
    ratio: round(perPair / (weeks.without.tested / weeks.without.pairs)),
    target: `≤ ${TARGET}×`,
    met: perPair / (weeks.without.tested / weeks.without.pairs) <= TARGET,
    note: `${round(testedUnsplit(withLong) / pairs)} if long stays lay among the others`,
  },
];
console.log(JSON.stringify({ rows, stays: count, turns: TURNS, failed: rows.filter(({ met }) => !met).length }));

function prepare(stays) {
  const index = buildPackedIndex(stays, places);
  const found = countPairs(index, visits);
  const out = new PackedPairs(found);
  if (found === 0 || joinInto(index, visits, out) !== found) throw new Error('nothing was found, or not always the same: no figures');
  return { index, out, pairs: found, tested: testedIn(index) };
}

/** Records between the earliest that can overlap a visit, by the reach of its key, and the first that begins after it. */
function testedIn({ records, offsets, reach, long }) {
  let tested = long ? testedIn(long) : 0;
  const firstFrom = (lo, hi, sec) => {
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if (records[middle * WORDS] < sec) lo = middle + 1;
      else hi = middle;
    }
    return lo;
  };
  for (let v = 0; v < visits.key.length; v++) {
    const key = visits.key[v];
    const [lo, hi] = [offsets[key], offsets[key + 1]];
    tested += firstFrom(lo, hi, visits.end[v]) - firstFrom(lo, hi, visits.start[v] - reach[key]);
  }
  return tested;
}

/** The same with one bound for all stays of a key. */
function testedUnsplit(stays) {
  const { offsets, records, long } = buildPackedIndex(columns, places); // starts are the same, so the records are in the same order
  if (long) throw new Error('the week without long stays has some: no figures');
  const reach = new Uint32Array(places);
  for (let row = 0; row < count; row++) reach[stays.key[row]] = Math.max(reach[stays.key[row]], stays.end[row] - stays.start[row]);
  return testedIn({ records, offsets, reach, long: null });
}

function round(number) {
  return Number(number.toPrecision(3));
}
