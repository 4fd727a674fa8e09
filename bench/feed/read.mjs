/** Reads one feed in a process of its own: what it took, the memory at its peak, and sums by which the answer is checked. */
import { openFeed } from '../../dist/engines/feeds/feed-files.js';
import { readFeed } from '../../dist/ingest/gtfs/read-feed.js';
import { expandFeed } from '../../dist/stays/transit/feeds/expand-feed.js';

const [path, firstDay, days] = process.argv.slice(2);
const opened = await openFeed(path);
const began = performance.now();
const { feed, rejects, notes } = await readFeed((name) => opened.open(name), { name: opened.name });
const readMs = performance.now() - began;
const readPeakMB = peakMB();
opened.close();

let timeSum = 0;
for (const column of [feed.calls.arrival, feed.calls.departure]) for (const sec of column) timeSum += sec;
let stopSum = 0;
for (let i = 0; i < feed.calls.stop.length; i++) stopSum += Number(feed.stops.ids[feed.calls.stop[i]].slice(1)) * feed.calls.sequence[i];
const expandBegan = performance.now();
let runs = 0;
for (const run of expandFeed(feed, Number(firstDay), Number(firstDay) + Number(days) - 1)) runs += run.endSec > run.startSec ? 1 : 0;
console.log(
  JSON.stringify({
    calls: feed.calls.stop.length,
    trips: feed.trips.ids.length,
    timeSum,
    stopSum,
    rejects: rejects.length,
    notes,
    readMs,
    readPeakMB,
    runs,
    expandMs: performance.now() - expandBegan,
    peakMB: peakMB(),
  }),
);

function peakMB() {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
