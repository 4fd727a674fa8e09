/**
 * The works on columns of stays: index, log, self, build, buildShuffled. Every rival and every work runs in a process of its own (measure.mjs), by
 * the rival's fastest way of those in rivals/. Ours runs before the rivals of a work and again after them: its times are of both, so that a
 * machine that slows down meanwhile is seen in the spread.
 */
import { join } from 'node:path';
import { isSameAnswer, plainAnswer } from './answer.mjs';
import { runChild } from './child.mjs';
import { ours } from './ours.mjs';
import { DAY, WEEK, makeStays, shuffled, visitsOf, writeWorld } from './world.mjs';

const SELF_STAYS = 1_000_000;

/** Measures all that is asked for: `{ measured, worlds }`. */
export async function measureJoins(rivals, folder, options) {
  const worlds = makeWorlds(folder, options);
  const measured = [];
  for (const world of worlds) {
    for (const work of world.works.filter((name) => options.works.includes(name))) {
      const isOfItsSize = (rival) => world.isCapped === undefined || world.isCapped === (rival.capped ?? false);
      const run = async (rival) => {
        const found = [];
        if (rival.works.includes(work)) for (const threads of rival.threads) found.push(...(await measureAll(rival, world, work, threads, options)));
        return found;
      };
      const before = await run(ours);
      for (const rival of rivals.filter(isOfItsSize)) measured.push(...(await run(rival)));
      const after = await run(ours);
      measured.push(...before.map((one, i) => ({ ...one, times: [...one.times, ...after[i].times] })));
    }
  }
  return { measured, worlds: worlds.map(({ answer: _answer, works: _works, folder: _folder, ...about }) => about) };
}

/** Writes the columns of every world that is asked for, with the answers by the definition. `isCapped` is undefined where all rivals have the same. */
function makeWorlds(folder, options) {
  const { stays, cases, cap, seed, works } = options;
  const week = (count) => {
    const { columns, places, people } = makeStays(count, WEEK, seed);
    return { stays: columns, visits: visitsOf(columns, people, cases), places };
  };
  const worlds = [];
  const add = (name, world, about) => {
    if (!about.works.some((work) => works.includes(work))) return;
    console.error(`peers: ${name}: ${world.stays.key.length} stays, the plain answer`);
    const at = join(folder, name);
    writeWorld(at, world);
    const answer = plainAnswer(world, about.works[0]); // the works of one world have the same pairs
    worlds.push({
      name,
      folder: at,
      stays: world.stays.key.length,
      places: world.places,
      visits: about.works.includes('self') ? null : world.visits.key.length,
      pairs: answer.pairs,
      answer,
      ...about,
    });
  };
  const main = week(stays);
  const isOne = cap === stays;
  add('week', main, { works: ['index', 'log', 'build'], isCapped: isOne ? undefined : false });
  if (works.includes('buildShuffled')) add('shuffled', { ...main, stays: shuffled(main.stays, seed) }, { works: ['buildShuffled'], isCapped: undefined });
  if (!isOne) add('smaller week', week(cap), { works: ['index', 'log', 'build'], isCapped: true });
  if (works.includes('self')) {
    const { columns, places } = makeStays(Math.min(stays, SELF_STAYS), DAY, seed);
    add('day', { stays: columns, visits: columns, places }, { works: ['self'], isCapped: undefined });
  }
  return worlds;
}

/** Measures a rival by its fastest way, and by those that are always shown. */
async function measureAll(rival, world, work, threads, options) {
  const about = {
    rival: rival.name,
    label: rival.label,
    isOurs: rival === ours,
    isCapped: rival.capped ?? false,
    work,
    threads,
    stays: world.stays,
    visits: world.visits,
    pairs: world.pairs,
    world: world.name,
  };
  const named = `${rival.label}, ${work}, ${world.stays} stays, ${threads} thread${threads > 1 ? 's' : ''}`;
  const job = { rival: rival.name, work, folder: world.folder, threads, runs: options.runs };
  const measureWay = async (way, more) => {
    const result = await runChild('measure.mjs', { ...job, way }, rival.env?.(threads));
    if (result.failed) console.error(`************ FAILED: ${named}, ${way}: ${result.failed} ************`);
    else if (!isSameAnswer(result.answer, world.answer)) {
      result.failed = `another answer: ${JSON.stringify(result.answer)}, not ${JSON.stringify(world.answer)}`;
      console.error(`************ WRONG: ${named}, ${way}: ${result.failed} ************`);
    } else console.error(`peers: ${named}, ${way}: the answer agrees`);
    if (result.failed && rival === ours) throw new Error(`${named}: ${result.failed}: no figures`);
    return { ...about, way, ...result, ...more };
  };

  const { trial = {}, failed } = await runChild('measure.mjs', job, rival.env?.(threads));
  const ranked = Object.entries(trial)
    .filter(([, ms]) => ms !== null)
    .sort(([, a], [, b]) => a - b);
  if (ranked.length === 0) {
    console.error(`************ FAILED: ${named}: ${failed ?? 'no way ran'} ************`);
    if (rival === ours) throw new Error(`${named}: ${failed}: no figures`);
    return [{ ...about, failed: failed ?? 'no way ran' }];
  }
  const [fastest] = ranked[0];
  const others = (rival.alwaysShown ?? []).filter((way) => way !== fastest && way in trial);
  const results = [await measureWay(fastest, { tried: trial })];
  for (const way of others) results.push(await measureWay(way, { isExtra: true, isAlwaysShown: true }));
  return results;
}
