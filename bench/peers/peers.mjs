/**
 * `npm run bench -- peers [--stays N] [--cases N] [--only duckdb,rbush] [--works index,self] [--runs N] [--cap N]`: this project against what a user
 * would take instead, on the same seeded stays. Rivals that hold an object or a line of text for each stay get no more than `--cap` of them, 5 million
 * unless said; ours is measured on as many. Every rival and every work runs in a process of its own (measure.mjs), by the rival's fastest way of
 * those in rivals/. An answer that is not the plain one shows no time. Prints JSON for bench/run.mjs; progress goes to stderr.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isSameAnswer, plainAnswer } from './answer.mjs';
import { ours } from './ours.mjs';
import { compare, textOf } from './report.mjs';
import { RIVALS } from './rivals/all.mjs';
import { installPeers } from './rivals/npm-peer.mjs';
import { DAY, WEEK, makeStays, shuffled, visitsOf, writeWorld } from './world.mjs';

const MOST_MS = 30 * 60_000;
const SELF_STAYS = 1_000_000;
const MEASURE = fileURLToPath(new URL('measure.mjs', import.meta.url));

const options = readOptions();
let isStopped = false;
process.on('SIGINT', () => (isStopped = true)); // the child is told too; the folder is removed once it is gone
installPeers();
const { rivals, skipped } = await sortOut(RIVALS.filter(({ name }) => options.only.includes(name)));
const load = loadavg()[0].toFixed(1);
const folder = mkdtempSync(join(tmpdir(), 'copresence-peers-'));
try {
  const worlds = makeWorlds();
  const measured = [];
  for (const rival of [ours, ...rivals]) {
    for (const world of worlds) {
      for (const work of rival.works.filter((name) => world.works.includes(name) && options.works.includes(name))) {
        const isOfItsSize = rival === ours || world.isCapped === undefined || world.isCapped === (rival.capped ?? false);
        if (!isOfItsSize) continue;
        for (const threads of rival.threads) measured.push(...(await measureAll(rival, world, work, threads)));
      }
    }
  }
  const versions = Object.fromEntries([ours, ...rivals].map((rival) => [rival.label, rival.version()]));
  const report = compare(measured, { options, load, versions, skipped, worlds: worlds.map(({ answer, works, folder: _, ...about }) => about) });
  console.log(JSON.stringify({ ...report, text: textOf(report), failed: measured.filter((one) => one.failed).length }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Options from the command line. A wrong one ends the process with a line that says what is right. */
function readOptions() {
  const ALL_WORKS = ['index', 'log', 'self', 'build', 'buildShuffled'];
  const ALL_RIVALS = RIVALS.map(({ name }) => name);
  const refuse = (text) => {
    console.error(
      `peers: ${text}\nusage: npm run bench -- peers [--stays N] [--cases N] [--runs N] [--cap N] [--seed N] [--only ${ALL_RIVALS}] [--works ${ALL_WORKS}]`,
    );
    process.exit(2);
  };
  const names = ['stays', 'cases', 'runs', 'cap', 'seed', 'only', 'works'];
  let values;
  try {
    ({ values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) }));
  } catch (error) {
    refuse(`${error.message}. Is the -- before peers missing? npm keeps options for itself without it.`);
  }
  for (const name of names) {
    const keptByNpm = process.env[`npm_config_${name}`];
    if (keptByNpm && values[name] === undefined) refuse(`put a -- before peers, or npm keeps --${name} for itself`);
  }
  const number = (name, otherwise) => {
    const given = Number(values[name] ?? otherwise);
    return Number.isSafeInteger(given) && given > 0 ? given : refuse(`--${name} needs a whole number above 0, not '${values[name]}'`);
  };
  const list = (name, known) => {
    const given = values[name]?.split(',') ?? known;
    const unknown = given.find((one) => !known.includes(one));
    return unknown === undefined ? given : refuse(`--${name} does not know '${unknown}'`);
  };
  const stays = number('stays', 50_000_000);
  return {
    stays,
    cases: Math.min(number('cases', 1000), Math.max(1, Math.floor(stays / 20))),
    runs: Math.max(5, number('runs', 5)),
    cap: Math.min(stays, number('cap', 5_000_000)),
    seed: number('seed', 1),
    only: list('only', ALL_RIVALS),
    works: list('works', ALL_WORKS),
  };
}

/** Splits the rivals into those that can run here and those that cannot, and says so loudly. */
async function sortOut(wanted) {
  const found = { rivals: [], skipped: [] };
  for (const rival of wanted) {
    const install = await rival.missing();
    if (install === undefined) found.rivals.push(rival);
    else {
      found.skipped.push({ rival: rival.label, install });
      console.error(`************ SKIPPED: ${rival.label}: ${install} ************`);
    }
  }
  return found;
}

/** Writes the columns of every world that is asked for, with the answers by the definition. `isCapped` is undefined where all rivals have the same. */
function makeWorlds() {
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
      visits: world.visits.key.length,
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
async function measureAll(rival, world, work, threads) {
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
    const result = await runChild(rival, { ...job, way });
    if (result.failed) console.error(`************ FAILED: ${named}, ${way}: ${result.failed} ************`);
    else if (!isSameAnswer(result.answer, world.answer)) {
      result.failed = `another answer: ${JSON.stringify(result.answer)}, not ${JSON.stringify(world.answer)}`;
      console.error(`************ WRONG: ${named}, ${way}: ${result.failed} ************`);
    } else console.error(`peers: ${named}, ${way}: the answer agrees`);
    if (result.failed && rival === ours) throw new Error(`${named}: ${result.failed}: no figures`);
    return { ...about, way, ...result, ...more };
  };

  const { trial = {}, failed } = await runChild(rival, job);
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
  for (const way of others) results.push(await measureWay(way, { isExtra: true }));
  return results;
}

/** Runs measure.mjs: its result, or why there is none. */
async function runChild(rival, job) {
  const child = spawn(process.execPath, ['--expose-gc', '--max-old-space-size=16384', MEASURE, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...rival.env?.(job.threads) },
  });
  let isLate = false;
  const late = setTimeout(() => (isLate = child.kill('SIGTERM')), MOST_MS);
  const tooLate = setTimeout(() => child.kill('SIGKILL'), MOST_MS * 1.2); // where a loop of the rival does not let it hear
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const [code, signal] = await once(child, 'close');
  clearTimeout(late);
  clearTimeout(tooLate);
  if (isStopped) throw new Error('stopped');
  if (isLate) return { failed: `no answer within ${MOST_MS / 60_000} minutes` };
  if (code !== 0) return { failed: `the process ended with ${signal ?? `exit code ${code}`}` };
  return JSON.parse(said.trim().split('\n').at(-1));
}
