/**
 * CSV scan: all cells of a file of check-ins (person, place, time, check-out) taken out of its text. Each run is a process of its own that warms up on
 * the first rows, then reads the whole file from the page cache once; the scanners take turns. A timed run gives the number of rows and cells; a run
 * apart, untimed, hashes what the cells hold: person, place and the two instants of every row.
 *
 * Scanners of JavaScript give texts and leave them: the times among them are not read as times. Ours and DuckDB's are typed columns.
 */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../child.mjs';
import { EpisodeSink, writeCityFiles, writeHead } from '../city-files.mjs';
import { SCANNERS } from './scanners.mjs';

const CELLS = 4;
const HEAD_BYTES = 1 << 24;

export async function measureScan(folder, options) {
  const { rows, cases, seed, runs, only } = options;
  console.error(`peers: scan: ${rows} check-ins, the file`);
  const at = join(folder, 'scan');
  mkdirSync(at, { recursive: true });
  const { files, stays, places } = writeCityFiles(at, { rows, cases, seed });
  const head = join(at, 'head.csv');
  writeHead(files.checkIns, head, HEAD_BYTES);
  const sink = new EpisodeSink();
  for (let row = 0; row < rows; row++) sink.add(stays.person[row], 0, stays.key[row], stays.start[row], stays.end[row], 0);
  const { hash } = sink.answer();
  const about = { name: 'scan', stays: rows, places, visits: null, pairs: null, inputMB: Math.round(statSync(files.checkIns).size / 1e6) };

  const ways = SCANNERS.filter(({ name, isOurs }) => isOurs || only.includes(name)).flatMap((scanner) =>
    scanner.threads.flatMap((threads) =>
      scanner.ways.map((way) => ({ rival: scanner.name, label: scanner.label, isOurs: scanner.isOurs ?? false, threads, way, times: [] })),
    ),
  );
  const jobOf = ({ rival, way, threads }) => ({ scanner: rival, way, threads, file: files.checkIns, head });
  const fail = (way, why) => {
    way.failed = why;
    console.error(`************ FAILED: scan, ${way.label}, ${way.way}: ${why} ************`);
    if (way.isOurs) throw new Error(`scan, ${way.way}: ${why}: no figures`);
  };
  for (const way of ways) {
    const result = await runChild('scan/run.mjs', { ...jobOf(way), isCheck: true });
    if (result.failed) fail(way, result.failed);
    else if (result.rows !== rows || result.hash !== hash) fail(way, `other cells: ${result.rows} rows, ${result.hash}, not ${rows} rows, ${hash}`);
    else console.error(`peers: scan, ${way.label}, ${way.way}, ${way.threads} thread${way.threads > 1 ? 's' : ''}: the cells agree`);
  }
  for (let round = 0; round < runs; round++) {
    for (const way of ways.filter(({ failed }) => failed === undefined)) {
      const result = await runChild('scan/run.mjs', jobOf(way));
      if (result.failed) fail(way, result.failed);
      else if (result.rows !== rows || result.cells !== rows * CELLS) fail(way, `${result.rows} rows, ${result.cells} cells, not ${rows}, ${rows * CELLS}`);
      else Object.assign(way, { times: [...way.times, result.ms], peakMB: Math.max(way.peakMB ?? 0, result.peakMB) });
    }
  }
  rmSync(at, { recursive: true, force: true });
  return { measured: ways.map((way) => ({ ...way, work: 'scan', world: 'scan', ...about, name: undefined })), worlds: [about] };
}
