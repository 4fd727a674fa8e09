/**
 * CSV to CSV: files of check-ins and cases in, a file of episodes out, each run a process of its own, timed from its start to its exit. All runs
 * read the same files from the page cache; they take turns, so that a slow minute of the machine meets them all. The first run of each warms up and
 * is checked, and so is the last: the file it wrote must have the episodes of the plain answer.
 *
 * DuckDB writes one file with the six columns that can be compared; what ours writes beside that is in the note of its way.
 */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSameAnswer, plainAnswer } from '../answer.mjs';
import { runProcess } from '../child.mjs';
import { PairRowsSink, answerOfFile, writeCityFiles } from '../city-files.mjs';
import { csvDuckdb } from './duckdb.mjs';
import { csvOurs } from './ours.mjs';

const RUN = fileURLToPath(new URL('run.mjs', import.meta.url));

/** `{ measured, worlds }`, as measureJoins gives them. */
export async function measureCsv(rivals, folder, { rows, cases, seed, runs }) {
  console.error(`peers: csv: ${rows} check-ins, the files and the plain answer`);
  const at = join(folder, 'csv');
  mkdirSync(at, { recursive: true });
  const { files, stays, visits, places } = writeCityFiles(at, { rows, cases, seed });
  const wanted = plainAnswer({ stays, visits, places }, 'csv', new PairRowsSink(stays, visits));
  const about = { name: 'csv', stays: rows, places, visits: visits.key.length, pairs: wanted.pairs, inputMB: Math.round(statSync(files.checkIns).size / 1e6) };

  const ways = [...csvOurs(), ...(rivals.some(({ name }) => name === 'duckdb') ? csvDuckdb() : [])].map((way) => ({ ...way, times: [] }));
  for (let round = 0; round <= runs; round++) {
    for (const way of ways.filter(({ failed }) => failed === undefined)) {
      const out = join(at, 'out');
      rmSync(out, { recursive: true, force: true });
      const result = await runProcess(way.args({ files, out, run: RUN }));
      const isChecked = round === 0 || round === runs;
      const answer = result.failed || !isChecked ? undefined : await fileAnswer(way, out);
      if (result.failed) way.failed = result.failed;
      else if (isChecked && !isSameAnswer(answer, wanted)) way.failed = `another answer: ${JSON.stringify(answer)}, not ${JSON.stringify(wanted)}`;
      if (way.failed) console.error(`************ ${result.failed ? 'FAILED' : 'WRONG'}: csv, ${way.label}, ${way.way}: ${way.failed} ************`);
      else if (round === 0) console.error(`peers: csv, ${way.label}, ${way.way}: the answer agrees, ${Math.round(result.ms)} ms`);
      if (way.failed && way.isOurs) throw new Error(`csv, ${way.way}: ${way.failed}: no figures`);
      if (round > 0 && !way.failed) Object.assign(way, { times: [...way.times, result.ms], peakMB: Math.max(way.peakMB ?? 0, result.peakMB ?? 0) });
    }
  }
  rmSync(at, { recursive: true, force: true });
  for (const way of ways) way.isExtra = way.isRule && ways.some((other) => other.isRule && other.threads === way.threads && medianOf(other) < medianOf(way));
  const measured = ways.map(({ args: _args, file: _file, columns: _columns, isRule: _isRule, ...way }) => ({
    ...way,
    work: 'csv',
    world: 'csv',
    ...about,
    name: undefined,
  }));
  return { measured, worlds: [about] };
}

function medianOf({ times }) {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

async function fileAnswer({ file, columns }, out) {
  try {
    return answerOfFile(file(out), columns);
  } catch (error) {
    return { failed: String(error.message) };
  }
}
