/**
 * One rival, one work, in this process alone: `node measure.mjs '{"rival", "work", "folder", "threads", "runs", "way"}'`, run by peers.mjs.
 * Without a way: tries each once and prints their times, so that a rival is measured by its fastest. With one: warms up, adds up the answer,
 * times the runs, adds up the answer of the last run. The columns are read and the rival is loaded and indexed before the clock starts.
 */
import { setTimeout } from 'node:timers/promises';
import { PairSink, isSameAnswer } from './answer.mjs';
import { findRival } from './rivals/all.mjs';
import { readWorld } from './world.mjs';

const MAX_RUNS = 25;
const ENOUGH_MS = 1000;

const { rival: name, work, folder, threads, runs, way: wanted } = JSON.parse(process.argv[2]);
const rival = findRival(name);
const world = readWorld(folder);
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (isStopped = true)); // a server must not outlive us: `close` is always reached
const session = await rival.open({ work, world, threads });
try {
  const result = wanted === undefined ? { trial: await tryWays() } : await measure(session.ways[wanted]);
  console.log(JSON.stringify({ ...result, peakMB: session.peakMB ? session.peakMB() : Math.round(process.resourceUsage().maxRSS / 1024) }));
} finally {
  await session.close?.();
}

async function tryWays() {
  const times = {};
  for (const [way, steps] of Object.entries(session.ways)) {
    try {
      times[way] = await timeOf(steps);
    } catch (error) {
      times[way] = null; // not every way is open to every version: the others remain
      await pause();
      console.error(`   ${name}, ${work}, ${way}: ${String(error?.message ?? error).split('\n')[0]}`);
    }
  }
  return times;
}

/** The best of up to three runs after one to warm up. */
async function timeOf(steps) {
  if (steps.measure) return Math.min(...(await steps.measure({ runs: 2 })).times);
  await steps.ready?.();
  await steps.run();
  let best = Infinity;
  for (let run = 0, spent = 0; run < 3 && spent < ENOUGH_MS; run++) {
    await pause(steps);
    const began = performance.now();
    await steps.run();
    const ms = performance.now() - began;
    best = Math.min(best, ms);
    spent += ms;
  }
  await steps.drop?.();
  return best;
}

/** `steps` either can `run` once, or does its own timed runs in another program (`measure`). */
async function measure(steps) {
  if (steps.measure) {
    const { times, pairs, ...rest } = await steps.measure({ runs });
    const sink = new PairSink(world, work);
    await pairs(sink);
    return { times, answer: sink.answer(), ...rest };
  }
  await steps.ready?.();
  const answer = await answerOf(steps, await steps.run());
  const times = [];
  let last;
  for (let spent = 0; times.length < runs || (spent < ENOUGH_MS && times.length < MAX_RUNS); spent += times.at(-1)) {
    last = undefined;
    await pause(steps);
    const began = performance.now();
    last = await steps.run();
    times.push(performance.now() - began);
  }
  const lastAnswer = await answerOf(steps, last);
  if (!isSameAnswer(answer, lastAnswer))
    throw new Error(`${name}, ${work}: two runs gave two answers, ${JSON.stringify(answer)} and ${JSON.stringify(lastAnswer)}`);
  return { times, answer, bytes: await steps.bytes?.() };
}

/** Between two runs, outside their times: lets go of what the last one left, and stops if that was asked. */
async function pause(steps) {
  await steps?.between?.();
  globalThis.gc?.();
  await setTimeout(5); // signals are heard here
  if (isStopped) throw new Error('stopped');
}

async function answerOf(steps, outcome) {
  const sink = new PairSink(world, work);
  await steps.pairs(sink, outcome);
  return sink.answer();
}
