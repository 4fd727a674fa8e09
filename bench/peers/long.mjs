/**
 * Long stays: the case join on a week in which one stay in a thousand lasts one to five days, against the same week without. Such a stay is met by
 * all who come meanwhile, so that there are more pairs to write; what it must not do is spoil the bound within which other stays are searched.
 */
import { join } from 'node:path';
import { isSameAnswer, plainAnswer } from './answer.mjs';
import { runChild } from './child.mjs';
import { random } from '../data.mjs';
import { ours } from './ours.mjs';
import { WEEK, makeStays, visitsOf, writeWorld } from './world.mjs';

const LONG_SHARE = 0.001;
const DAY_SEC = 86_400;

/** `{ measured, worlds }`. The two take turns. */
export async function measureLong(folder, options) {
  const { columns, places, people } = makeStays(options.stays, WEEK, options.seed);
  const visits = visitsOf(columns, people, options.cases);
  const without = prepare('week, no long stays', { stays: columns, visits, places });
  const withLong = prepare('week, 0.1 % long stays', { stays: stretched(columns, options.seed), visits, places });
  const threads = ours.threads.at(-1);
  const job = { rival: ours.name, work: 'index', threads, runs: options.runs };
  const way = fastestOf((await runChild('measure.mjs', { ...job, folder: without.folder })).trial);
  const times = { [without.name]: [], [withLong.name]: [] };
  for (let turn = 0; turn < 3; turn++) {
    for (const world of [without, withLong]) {
      const result = await runChild('measure.mjs', { ...job, folder: world.folder, way });
      const failed = result.failed ?? (isSameAnswer(result.answer, world.answer) ? undefined : 'another answer than the plain one');
      if (failed) throw new Error(`${world.name}: ${failed}: no figures`);
      times[world.name].push(...result.times);
      world.peakMB = result.peakMB;
      world.bytes = result.bytes;
    }
  }
  console.error('peers: long stays: the answers agree');
  const about = (world) => ({
    ...world.about,
    world: world.name,
    work: 'long',
    threads,
    way,
    times: times[world.name],
    peakMB: world.peakMB,
    bytes: world.bytes,
  });
  return {
    measured: [
      { ...about(withLong), label: 'copresence', isOurs: true },
      { ...about(without), label: 'without long stays', rival: 'ourselves' },
    ],
    worlds: [without.about, withLong.about],
  };

  function prepare(name, world) {
    console.error(`peers: ${name}: ${world.stays.key.length} stays, the plain answer`);
    const at = join(folder, name.replaceAll(/\W+/g, '-'));
    writeWorld(at, world);
    const answer = plainAnswer(world, 'index');
    return { name, folder: at, answer, about: { name, stays: world.stays.key.length, places, visits: visits.key.length, pairs: answer.pairs } };
  }
}

function fastestOf(trial = {}) {
  const [fastest] = Object.entries(trial)
    .filter(([, ms]) => ms !== null)
    .sort(([, a], [, b]) => a - b);
  if (!fastest) throw new Error('long stays: no way ran: no figures');
  return fastest[0];
}

/** The same stays, of which one in a thousand lasts one to five days. */
export function stretched(columns, seed) {
  const next = random(seed + 1);
  const end = columns.end.slice();
  for (let row = 0; row < end.length; row++) if (next() < LONG_SHARE) end[row] = columns.start[row] + Math.floor(DAY_SEC * (1 + 4 * next()));
  return { ...columns, end };
}
