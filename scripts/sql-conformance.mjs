// Prints a table: suites × ways to an answer, each held against the match in memory. Exit 1 if one differs.
// node scripts/sql-conformance.mjs [--cities N] [--rows N] [--worlds N] [--seed S] [--fixtures] [--spark-cities N] [--only WAY,WAY…]     needs `npm run build`
//   --cities N   simulated cities of 250 people (default 5); --rows N one more, of N check-ins
//   --worlds N   random worlds of the property tests (default 0), in ten groups, each with a question of its own; --seed S chooses them (default 1)
//   --fixtures   the data in fixtures/ that `npm start` matches
// PostgreSQL takes part where COPRESENCE_POSTGRES is the URL of a database, Spark where SPARK_HOME is a distribution (on the cluster SPARK_MASTER, else on
// local[2]), ClickHouse where COPRESENCE_CHDB is a Python that has the package chdb: what is absent is said. scripts/with-engines starts the first two.
//   one by one                a group of worlds: each world matched by itself in memory
//   duckdb, postgres, spark   `match --engine`: all lists, byte by byte
//   … script                  the printed script, run on tables of the engine: all episodes of the first rule and generation, field by field
// A cell is 0, DIFFERS with the worlds that do, FAILED, or `refused`: what engines do not do is said below the table, and is FAILED where a suite does not
// expect it. What differs is told below its row, and the inputs are kept: those of world 17, which is of the 7th group, in worlds-7/w17.
// Spark takes a minute for what others do in a second: --spark-cities says how many cities it gets (default: all).
import { rmSync } from 'node:fs';
import { differences, scriptEpisodes, withoutEvidence } from './sql-conformance/answers.mjs';
import { has, lists, matchArgs, named, number, work } from './sql-conformance/setting.mjs';
import { citySuites, fixtureSuites } from './sql-conformance/suites.mjs';
import { WAYS } from './sql-conformance/ways.mjs';
import { worldSuites } from './sql-conformance/worlds.mjs';

/** How the command line says that it does not do something: `match` on an engine, and `sql`. */
const REFUSED = /E_ENGINE_SUPPORT .*|unknown option '.*'/;

async function main() {
  const suites = [
    ...citySuites(number('--cities', 5), number('--rows', 0)),
    ...(has('--fixtures') ? fixtureSuites() : []),
    ...(await worldSuites(number('--worlds', 0), number('--seed', 1))),
  ];
  const only = named('--only')?.split(',');
  const unknown = only?.find((name) => !WAYS.some((way) => way.name === name));
  if (unknown !== undefined) throw new Error(`--only: expected some of ${WAYS.map(({ name }) => name).join(', ')}, got '${unknown}'`);
  for (const { name, needs } of WAYS) if (needs) console.log(`************ ABSENT: ${name}: ${needs} ************`);
  const there = WAYS.filter(({ name, needs, alone }) => !needs && (!only || only.includes(name)) && (!alone || suites.some((suite) => suite.alone)));
  const mostCities = number('--spark-cities', suites.length);
  const refusals = new Map();
  let found = 0;
  console.log(['suite', 'episodes', ...there.map(({ name }) => name)].join('\t'));
  for (const [nth, suite] of suites.entries()) {
    const wanted = lists(matchArgs(suite));
    const cells = [];
    const told = [];
    for (const way of there) {
      if ((way.alone && !suite.alone) || (way.name.startsWith('spark') && suite.isCity && nth >= mostCities)) {
        cells.push(way.alone ? '-' : 'not run');
        continue;
      }
      const { cell, isSame, lines = [], refusal } = await held(way, suite, wanted);
      cells.push(cell);
      told.push(...lines.map((line) => `    ${way.name}: ${line}`));
      if (refusal) refusals.set(refusal, [...(refusals.get(refusal) ?? []), way.name]);
      if (!isSame) found++;
    }
    console.log([nameOf(suite), wanted['episodes.jsonl'].split('\n').length - 1, ...cells].join('\t'));
    for (const line of told) console.log(line);
  }
  for (const [reason, ways] of refusals) console.log(`refused by ${ways.join(', ')}: ${reason}`);
  console.log(`${found} differences`);
  return found;
}

const nameOf = ({ label, name, flags, shownFlags = flags, matchFlags = [], rules = [] }) =>
  [label ?? name, ...shownFlags, ...matchFlags, ...rules.flatMap((rule) => ['--rule', rule])].join(' ');

/** An answer held against the match in memory: the cell of the table, and what it says more. */
async function held(way, suite, wanted) {
  let answers;
  try {
    answers = await answer(way, suite, wanted);
  } catch (error) {
    const refusal = REFUSED.exec(error.message)?.[0];
    if (refusal && suite.isRefused) return { cell: 'refused', isSame: true, refusal };
    return { cell: 'FAILED', isSame: false, lines: [error.message] };
  }
  const differing = differences(...answers);
  if (differing.length === 0) return { cell: '0', isSame: true };
  const worlds = [...new Set(differing.flatMap((list) => list.worlds))];
  return {
    cell: ['DIFFERS', ...(worlds.length > 0 ? [`in ${worlds.join(' ')}`] : [])].join(' '),
    isSame: false,
    lines: differing.map((list) => `${list.name}: ${list.missing} lines missing, ${list.more} too many ${list.worlds.join(' ')}`.trimEnd()),
  };
}

/** What is wanted of a way, and what it gives. */
async function answer(way, suite, wanted) {
  if (way.alone) return [await suite.alone(), withoutEvidence(wanted)];
  if (way.lists) return [wanted, await way.lists(suite)];
  const text = (lines) => ({ episodes: lines.map((line) => `${line}\n`).join('') });
  return [text(scriptEpisodes(wanted['episodes.jsonl'], suite.rules?.[0])), text(await way.script(suite))];
}

let isKept = true;
try {
  const found = await main();
  isKept = found > 0;
  process.exitCode = found > 0 ? 1 : 0;
} finally {
  if (isKept) console.log(`The inputs are kept in ${work}`);
  else rmSync(work, { recursive: true, force: true });
}
