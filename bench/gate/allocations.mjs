/** What questions allocate and what they leave behind, by V8's own account. */
import { GCProfiler, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildIndex } from '../../dist/index.js';
import { buildPackedIndex } from '../../dist/stay-index/build-packed-index.js';
import { PackedPairs, countPairs, joinInto } from '../../dist/stay-index/packed-index.js';
import { WEEK, makeStays, visitsOf } from '../peers/world.mjs';

const STAYS = 60_000;
const CASES = 30;
const RUNS = 40;

export async function allocationCounters(fault) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const { columns, places, people } = makeStays(STAYS, WEEK, 1);
  const visits = visitsOf(columns, people, CASES);
  const kept = [];

  const index = buildPackedIndex(columns, places);
  const out = new PackedPairs(countPairs(index, visits));
  const join = () => {
    joinInto(index, visits, out);
    if (fault === 'garbage') kept.push(Array.from(visits.key, (key) => ({ key })).length); // an object for each visit, let go of
  };
  const perVisit = allocatedBy(join, RUNS, collect) / RUNS / visits.key.length;

  const city = buildIndex(
    Array.from(columns.key, (key, row) => ({
      person_id: `p${columns.person[row]}`,
      place_id: `v${key}`,
      time: columns.start[row],
      check_out: columns.end[row],
    })),
  );
  const cases = [...new Set(visits.person)].map((person) => ({ person_id: `p${person}` }));
  let episodes = 0;
  const match = () => {
    const result = city.match(cases, { window: 'all' });
    episodes = result.counts[0].episodes;
    if (fault === 'keep') kept.push(result);
    if (fault === 'garbage') for (const _ of result.rows('episodes')) void _;
  };
  const perEpisode = allocatedBy(match, 3, collect) / 3 / episodes;
  if (!(episodes > 0)) throw new Error('the match found nothing: no figures');

  for (let run = 0; run < RUNS; run++) match(); // what the first ones leave in caches and compiled code is not counted
  const before = heldBytes(collect);
  for (let run = 0; run < RUNS; run++) match();
  const keptPerMatch = Math.max(0, heldBytes(collect) - before) / RUNS;
  if (kept.length > 1e6) throw new Error('unreachable: keeps what was planted alive');
  return {
    counters: {
      'bytes allocated per visit, case join': perVisit,
      'bytes allocated per episode, match in a program': perEpisode,
      'bytes kept per match': keptPerMatch,
    },
  };
}

/** Bytes allocated by `runs` runs, those that were collected meanwhile too. */
function allocatedBy(run, runs, collect) {
  for (let i = 0; i < 3; i++) run();
  collect();
  const profiler = new GCProfiler();
  profiler.start();
  let last = usedNow();
  let allocated = 0;
  for (let i = 0; i < runs; i++) run();
  const end = usedNow();
  for (const { beforeGC, afterGC } of profiler.stop().statistics) {
    allocated += usedOf(beforeGC.heapStatistics) - last;
    last = usedOf(afterGC.heapStatistics);
  }
  return Math.max(0, allocated + end - last);
}

function usedNow() {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

function usedOf({ usedHeapSize, externalMemory }) {
  return usedHeapSize + externalMemory;
}

function heldBytes(collect) {
  collect();
  collect();
  return usedNow();
}
