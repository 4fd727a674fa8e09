/** The search for sources in an index on disk: node ask-sources.mjs DIR STAYS CASES. Makes the index if it is not there, then asks in a process of its own. Prints JSON. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openIndex } from '../../dist/node.js';
import { casesOf, makeIndex, personText } from './make-index.mjs';

const [folder, stays, cases, isAsking] = process.argv.slice(2);
const world = { stays: Number(stays), days: 14, cases: Number(cases), seed: 1 };
if (isAsking === undefined) {
  if (!existsSync(folder)) makeIndex(folder, world, (day) => console.error(`day ${day} written`));
  console.log(execFileSync(process.execPath, [fileURLToPath(import.meta.url), folder, stays, cases, 'ask'], { encoding: 'utf8' }).trim());
} else {
  const ill = casesOf(world, world.cases).map((person, i) => ({ person_id: personText(person), onset_date: `2022-03-${15 + (i % 4)}` }));
  const began = performance.now();
  const index = await openIndex(folder);
  const { counts } = index.sources(ill);
  index.close();
  const sec = Number(((performance.now() - began) / 1000).toFixed(2));
  const peakMB = Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024);
  console.log(JSON.stringify({ sec, windows: counts.windows, peakMB }));
}
