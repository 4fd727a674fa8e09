/**
 * This project, CSV to CSV: the command line, and the library with the columns that DuckDB writes. The only file of csv/ that knows how they are
 * called.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ZONE } from '../city-files.mjs';

const BIN = fileURLToPath(new URL('../../../bin/copresence.js', import.meta.url));
const COLUMNS = ['contact_id', 'case_id', 'place_id', 'start', 'end', 'overlap_possible_s'];

export function csvOurs() {
  const help = execFileSync(process.execPath, [BIN, 'match', '--help'], { encoding: 'utf8' });
  const threads = help.includes('--threads') ? 2 : 1;
  const command = ({ files, out }) => {
    const args = [BIN, 'match', '--checkins', files.checkIns, '--cases', files.cases, '--window', 'all', '--tz', ZONE, '--out', out, '--quiet'];
    return threads > 1 ? [...args, '--threads', String(threads)] : args;
  };
  const ours = { rival: 'copresence', label: 'copresence', isOurs: true, columns: COLUMNS };
  return [
    { ...ours, threads, way: 'match: six lists, all columns, sorted', args: command, file: (out) => join(out, 'episodes.csv') },
    {
      ...ours,
      threads: 1,
      way: "the library, DuckDB's columns, sorted",
      args: ({ files, out, run }) => [run, JSON.stringify({ engine: 'copresence', files, out })],
      file: (out) => out,
    },
  ];
}

/** One run of the library, in this process. */
export async function runLibrary({ files, out }) {
  const { buildIndex } = await import('../../../dist/index.js');
  const { readCases, readCheckIns } = await import('../../../dist/node.js');
  const index = await buildIndex(readCheckIns(files.checkIns, { tz: ZONE }));
  const found = index.match(await readCases(files.cases), { window: 'all' });
  const file = openSync(out, 'w');
  let text = `${COLUMNS.join(',')}\n`;
  for (const row of found.rows('episodes')) {
    text += `${row.contact_id},${row.case_id},${row.place_id},${row.start},${row.end},${row.overlap_possible_s}\n`;
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}
