/**
 * The rivals. A rival is { name, label, threads, capped, works, env, alwaysShown, missing(), version(), open({ work, world, threads }) }.
 *
 * `works`: index (pairs of the visits, with all prepared that can be), log (the same from unprepared rows in the order of the log), self (everyone
 * with everyone, each pair once), build (what `index` needs, from rows in the order of the log) and buildShuffled.
 * `capped`: gets no more stays than --cap. `alwaysShown`: ways that are measured even where another is faster. `missing` says what to install, if anything.
 * `open` gives { ways, close, peakMB }. A way is { ready, run, pairs(sink, outcome), bytes, between, drop }, or, where another program takes the
 * times, { measure({ runs }) }, which gives { times, pairs(sink), bytes }.
 */
import { bedtools } from './bedtools.mjs';
import { duckdb } from './duckdb.mjs';
import { polars } from './polars.mjs';
import { postgres } from './postgres.mjs';
import { dataTable, genomicRanges } from './r.mjs';
import { flatbush, flatten, nodeIntervalTree, rbush } from './trees.mjs';
import { ours } from '../ours.mjs';

export const RIVALS = [duckdb, polars, flatbush, rbush, nodeIntervalTree, flatten, dataTable, genomicRanges, bedtools, postgres];

export function findRival(name) {
  return [ours, ...RIVALS].find((rival) => rival.name === name);
}
