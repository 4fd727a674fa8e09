/**
 * This project, CSV to CSV: the command line, and the library with the columns that DuckDB writes. The only file of csv/ that knows how they are
 * called.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ZONE } from '../city-files.mjs';

const BIN = fileURLToPath(new URL('../../../bin/copresence.js', import.meta.url));
const COLUMNS = ['contact_id', 'case_id', 'place_id', 'start', 'end', 'overlap_possible_s'];

export function csvOurs() {
  const ours = { rival: 'copresence', label: 'copresence', isOurs: true, columns: COLUMNS };
  const command = ({ files, out }, threads, more = []) => [
    BIN,
    'match',
    ...Object.entries({ checkins: files.checkIns, cases: files.cases, window: 'all', tz: ZONE, threads, out }).flatMap(([name, value]) => [
      `--${name}`,
      String(value),
    ]),
    '--quiet',
    ...more,
  ];
  const asked = ['--lists', 'episodes', '--columns', `episodes:${COLUMNS.join()}`];
  return [2, 1].flatMap((threads) => [
    {
      ...ours,
      threads,
      way: "match: one list, DuckDB's columns, sorted",
      args: (job) => command(job, threads, asked),
      file: (out) => join(out, 'episodes.csv'),
    },
    { ...ours, threads, way: 'match: six lists, all columns, sorted', args: (job) => command(job, threads), file: (out) => join(out, 'episodes.csv') },
    {
      ...ours,
      threads,
      way: "the library, DuckDB's columns, sorted",
      args: ({ files, out, run }) => [run, JSON.stringify({ engine: 'copresence', files, out, threads })],
      file: (out) => out,
    },
  ]);
}

/** One run of the library, in this process. */
export async function runLibrary({ files, out, threads }) {
  const { buildIndex } = await import('../../../dist/index.js');
  const { readCases, readCheckIns } = await import('../../../dist/node.js');
  const index = await buildIndex(readCheckIns(files.checkIns, { tz: ZONE, threads }));
  const found = index.match(await readCases(files.cases), { window: 'all' });
  const file = openSync(out, 'w');
  let text = `${COLUMNS.join(',')}\n`;
  for (const row of found.rows('episodes', COLUMNS)) {
    text += `${row.contact_id},${row.case_id},${row.place_id},${row.start},${row.end},${row.overlap_possible_s}\n`;
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}
