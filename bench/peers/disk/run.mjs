/** One question to an index on disk: `node run.mjs '{"engine", "threads", "files", "cases", "isCheck"}'`, run by disk.mjs. The modules are loaded before the clock starts. */
import { PairRowsSink } from '../city-files.mjs';
import { openDatabase } from './duckdb.mjs';
import { openOurs } from './ours.mjs';

const { engine, isCheck, ...job } = JSON.parse(process.argv[2]);
const memoryMB = () => Math.round(process.resourceUsage().maxRSS / 1024);
const run = await { copresence: openOurs, duckdb: openDatabase }[engine](job);
const startMB = memoryMB();
const { openMs, ms, found } = await run();
const peakMB = memoryMB();
const result = { openMs, ms, startMB, peakMB, stays: found.stays, visits: found.visits, pairs: found.pairs };
if (isCheck) {
  const sink = new PairRowsSink();
  await found.addTo(sink);
  result.answer = sink.answer();
}
console.log(JSON.stringify(result));
