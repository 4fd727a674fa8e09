/** The steps inside a match, by tinybench: index build from rows, one case, all cases, lists. */
import { Bench } from 'tinybench';
import { buildIndex } from '../dist/index.js';
import { random } from './data.mjs';

const ROWS = 100_000;
const next = random(7);
const checkIns = Array.from({ length: ROWS }, () => ({
  person_id: `person-${Math.floor(next() * 5000)}`,
  place_id: `place-${Math.floor(400 ** next())}`,
  time: 1_646_092_800 + Math.floor(next() * 7 * 86_400),
}));
const cases = Array.from({ length: 20 }, (_, i) => ({ person_id: `person-${i * 200}` }));
const index = buildIndex(checkIns);
const options = { window: 'all', rule: 'who-2020' };
const answer = index.match(cases, options).counts[0];
if (answer.episodes === 0 || index.match(cases, options).contacts.length !== answer.contacts)
  throw new Error('the match found nothing or not always the same: no figures');

const bench = new Bench({ time: 1000, warmupTime: 300 });
bench
  .add(`build an index of ${ROWS} rows`, () => buildIndex(checkIns))
  .add(`match 1 case`, () => index.match(cases.slice(0, 1), options).counts)
  .add(`match 20 cases (${answer.episodes} episodes)`, () => index.match(cases, options).counts)
  .add(`match 20 cases and list contacts`, () => index.match(cases, options).contacts.length);
await bench.run();
const rows = bench.tasks.map(({ name, result }) => ({
  work: name,
  ours_ms: Number(result.latency.p50.toFixed(2)),
  p75_ms: Number(result.latency.p75.toFixed(2)),
  runs: result.latency.samplesCount,
}));
console.log(JSON.stringify({ rows }));
