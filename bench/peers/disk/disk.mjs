/**
 * The on-disk index: opening it and asking about all cases, to the findings in memory, from finding the visits of the cases on. Each run is a process
 * of its own, timed from when its modules are loaded; warm and cold runs, ours and DuckDB's, take turns. Before a cold run the files are taken out
 * of the page cache. Beside it DuckDB on a database file, clustered by place and piece of time, whose answer is six columns.
 *
 * `--disk FOLDER` measures an index that is there (FOLDER/index, FOLDER/cases.csv), of any size, in place of building one of `--rows` check-ins:
 * without rivals, and with no other check than that all runs find the same.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSameAnswer, plainAnswer } from '../answer.mjs';
import { runChild, runProcess } from '../child.mjs';
import { PairRowsSink, ZONE, writeCityFiles } from '../city-files.mjs';
import { buildDatabase } from './duckdb.mjs';

const BIN = fileURLToPath(new URL('../../../bin/copresence.js', import.meta.url));

export async function measureDisk(rivals, folder, { rows, cases, seed, runs, disk }) {
  const at = disk ?? join(folder, 'disk');
  const index = join(at, 'index');
  const casesFile = join(at, 'cases.csv');
  const skipped = [];
  let wanted;
  let about = { name: 'disk' };
  const ways = [{ engine: 'copresence', rival: 'copresence', label: 'copresence', isOurs: true, threads: 1, way: 'index on disk', files: index }];
  if (disk === undefined) {
    console.error(`peers: disk: ${rows} check-ins, the files and the plain answer`);
    mkdirSync(at, { recursive: true });
    const { files, stays, visits, places } = writeCityFiles(at, { rows, cases, seed });
    wanted = plainAnswer({ stays, visits, places }, 'disk', new PairRowsSink(stays, visits));
    const built = await runProcess([BIN, 'index', files.checkIns, '--tz', ZONE, '-o', index, '--quiet']);
    if (built.failed) throw new Error(`disk: ${built.failed}: no figures`);
    about = { ...about, stays: rows, places, visits: visits.key.length, pairs: wanted.pairs, buildMs: built.ms };
    if (rivals.some(({ name }) => name === 'duckdb')) {
      const database = join(at, 'stays.duckdb');
      await buildDatabase(files.checkIns, database);
      for (const threads of [1, 2])
        ways.push({ engine: 'duckdb', rival: 'duckdb', label: 'DuckDB', threads, way: 'database file, clustered', files: database });
    }
    rmSync(files.checkIns);
  }
  const bytes = bytesOf(index);
  const temperatures = canDropCache() ? ['warm', 'cold'] : ['warm'];
  if (temperatures.length === 1) skipped.push({ rival: 'on-disk index, cold', install: 'dd with iflag=nocache, to take files out of the page cache' });

  const measured = temperatures.flatMap((temperature) =>
    ways.map((way) => ({ ...way, temperature, way: `${way.way}, ${temperature}`, times: [], openTimes: [] })),
  );
  for (let round = 0; round <= runs; round++) {
    for (const way of measured.filter(({ failed }) => failed === undefined)) {
      if (way.temperature === 'cold') dropCache(way.files);
      const isCheck = round === 0 || round === runs;
      const result = await runChild('disk/run.mjs', { engine: way.engine, threads: way.threads, files: way.files, cases: casesFile, isCheck });
      if (isCheck && !result.failed) {
        wanted ??= result.answer;
        if (result.answer.pairs === 0 || !isSameAnswer(result.answer, wanted)) {
          result.failed = `another answer: ${JSON.stringify(result.answer)}, not ${JSON.stringify(wanted)}`;
        }
      }
      if (result.failed) {
        way.failed = result.failed;
        console.error(`************ FAILED: disk, ${way.label}, ${way.way}: ${way.failed} ************`);
        if (way.isOurs) throw new Error(`disk, ${way.way}: ${way.failed}: no figures`);
      } else if (round === 0) console.error(`peers: disk, ${way.label}, ${way.threads} threads, ${way.way}: the answer agrees, ${Math.round(result.ms)} ms`);
      else {
        way.times.push(result.ms);
        way.openTimes.push(result.openMs);
        way.peakMB = Math.max(way.peakMB ?? 0, result.peakMB);
        way.startMB = result.startMB;
        about.stays ??= result.stays;
        about.visits ??= result.visits;
        about.pairs ??= result.pairs;
      }
    }
  }
  if (disk === undefined) rmSync(at, { recursive: true, force: true });
  return {
    measured: measured.map(({ files: _files, engine: _engine, temperature, ...way }) => ({
      ...way,
      ...about,
      work: `disk-${temperature}`,
      world: 'disk',
      name: undefined,
      bytes: way.isOurs ? bytes : undefined,
    })),
    worlds: [{ ...about, buildMs: undefined }],
    skipped,
  };
}

function filesIn(path) {
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesIn(join(path, name))) : [path];
}

function bytesOf(path) {
  return filesIn(path).reduce((sum, file) => sum + statSync(file).size, 0);
}

function canDropCache() {
  return spawnSync('dd', [`if=${BIN}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' }).status === 0;
}

function dropCache(path) {
  spawnSync('sync');
  for (const file of filesIn(path)) {
    if (spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' }).status !== 0) throw new Error(`${file} stays in the page cache`);
  }
}
