/** data.table and GenomicRanges in R: r-join.R reads the columns, takes the times itself and leaves the pairs of its last run in files. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, outputOf } from './programs.mjs';

const SCRIPT = fileURLToPath(new URL('r-join.R', import.meta.url));

export const dataTable = rRival('data.table', 'r-cran-data.table', [1, 2], {
  index: ['foverlaps', 'non-equi join', 'pieces of time'],
  log: ['foverlaps with its setkey', 'non-equi join'],
  self: ['foverlaps', 'non-equi join', 'pieces of time'],
});

export const genomicRanges = rRival('GenomicRanges', 'r-bioc-genomicranges', [1], {
  index: ['findOverlaps on a GNCList'],
  log: ['findOverlaps'],
  self: ['findOverlaps'],
});

function rRival(packageName, debianName, threadCounts, waysByWork) {
  return {
    name: packageName.toLowerCase(),
    label: packageName,
    threads: threadCounts,
    capped: true,
    works: Object.keys(waysByWork),
    missing: () => (findProgram('Rscript') && versionOf(packageName) !== '' ? undefined : `apt-get install r-base-core ${debianName}`),
    version: () => versionOf(packageName),
    async open({ work, world, threads }) {
      let peakMB;
      const way = (name) => ({
        measure: async ({ runs }) => {
          const out = join(world.folder, 'r-pairs');
          const said = outputOf('Rscript', [
            '--vanilla',
            SCRIPT,
            packageName,
            work,
            name,
            world.folder,
            String(world.places),
            String(runs),
            String(threads),
            out,
          ]);
          const result = JSON.parse(said.trim().split('\n').at(-1));
          peakMB = result.peakMB;
          return {
            times: result.times,
            bytes: result.bytes,
            pairs: (sink) => {
              const column = (name) => {
                const bytes = readFileSync(`${out}.${name}`);
                rmSync(`${out}.${name}`);
                return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
              };
              sink.addColumns(column('query'), column('row'), result.pairs);
            },
          };
        },
      });
      return { ways: Object.fromEntries(waysByWork[work].map((name) => [name, way(name)])), peakMB: () => peakMB };
    },
  };
}

function versionOf(packageName) {
  try {
    return outputOf('Rscript', ['-e', `cat(tryCatch(as.character(packageVersion("${packageName}")), error = function(e) ""))`]).trim();
  } catch {
    return '';
  }
}
