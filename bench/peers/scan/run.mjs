/** One scan: `node run.mjs '{"scanner", "way", "threads", "file", "head", "isCheck"}'`, run by scan.mjs. */
import { EpisodeSink, personOf, placeOf, secondsOf } from '../city-files.mjs';
import { SCANNERS } from './scanners.mjs';

const { scanner: name, way, threads, file, head, isCheck } = JSON.parse(process.argv[2]);
const scanner = SCANNERS.find((one) => one.name === name);
const session = await scanner.open({ way, threads });
if (isCheck) {
  const sink = new EpisodeSink();
  const dates = new Map();
  const instant = (cell) => (typeof cell === 'number' ? cell : secondsOf(cell, dates));
  await session.each(file, (person, place, time, checkOut) => sink.add(personOf(person), 0, placeOf(place), instant(time), instant(checkOut), 0));
  console.log(JSON.stringify({ rows: sink.rows, hash: sink.answer().hash }));
} else {
  await session.scan(head);
  await session.scan(head);
  globalThis.gc?.();
  const began = performance.now();
  const { rows, cells } = await session.scan(file);
  const ms = performance.now() - began;
  console.log(JSON.stringify({ ms, rows, cells, peakMB: Math.round(process.resourceUsage().maxRSS / 1024) }));
}
await session.close?.();
