/** Options of the peers bench from the command line. A wrong one ends the process with a line that says what is right. */
import { parseArgs } from 'node:util';
import { RIVALS } from './rivals/all.mjs';
import { SCANNERS } from './scan/scanners.mjs';

/** Works on columns of stays, by rivals/; works on whole files, by csv/, scan/ and disk/; and `long`, which is ours against ours. */
const JOIN_WORKS = ['index', 'log', 'self', 'build', 'buildShuffled'];
const ALL_WORKS = [...JOIN_WORKS, 'long', 'csv', 'scan', 'disk'];
const ALL_RIVALS = [...new Set([...RIVALS.map(({ name }) => name), ...SCANNERS.map(({ name }) => name)])];
const NAMES = ['stays', 'cases', 'runs', 'cap', 'rows', 'seed', 'only', 'works', 'disk'];

export function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({ options: Object.fromEntries(NAMES.map((name) => [name, { type: 'string' }])) }));
  } catch (error) {
    refuse(`${error.message}. Is the -- before peers missing? npm keeps options for itself without it.`);
  }
  for (const name of NAMES) {
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
    rows: Math.min(stays, number('rows', 5_000_000)),
    seed: number('seed', 1),
    only: list('only', ALL_RIVALS),
    works: list('works', ALL_WORKS),
    disk: values.disk,
  };
}

function refuse(text) {
  console.error(
    `peers: ${text}\nusage: npm run bench -- peers [--stays N] [--cases N] [--runs N] [--cap N] [--rows N] [--seed N] [--disk FOLDER] [--only ${ALL_RIVALS}] [--works ${ALL_WORKS}]`,
  );
  process.exit(2);
}
