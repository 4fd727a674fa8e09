/**
 * bedtools intersect on BED files: a place is a chromosome. Its times hold starting it, reading its files and writing the pairs to /dev/null, as it
 * has no other way to be used. It knows no people: the pairs of one person are left out when the answer is added up.
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rowsByPlace } from '../answer.mjs';
import { findProgram, outputOf, writePieces } from './programs.mjs';
import { rowNumbers } from './prepared.mjs';

export const bedtools = {
  name: 'bedtools',
  label: 'bedtools intersect',
  threads: [1],
  capped: true,
  works: ['index', 'log', 'self'],
  missing: () => (findProgram('bedtools') ? undefined : 'apt-get install bedtools'),
  version: () =>
    outputOf('bedtools', ['--version'])
      .replace(/^bedtools v/, '')
      .trim(),

  async open({ work, world }) {
    const { stays, visits } = world;
    const epoch = stays.start.reduce((least, start) => Math.min(least, start), 0xffff_ffff);
    const file = (name) => join(world.folder, `${name}.bed`);
    const write = (name, table, rows) => writePieces(file(name), linesOf(table, rows, epoch));
    const sorted = (table) => rowsByPlace(table.key, world.places).rows; // rows of a log are by start: now by place, then start
    if (work !== 'log') write('stays', stays, sorted(stays));
    if (work === 'log') write('stays', stays, rowNumbers(stays.key.length));
    write('visits', visits, sorted(visits));

    const peakMB = () => null; // that of this process says nothing
    const way = (args, read) => ({
      run: () => run(args, 'ignore'),
      pairs: async (sink) => {
        const path = file('pairs');
        outputOf('sh', ['-c', `exec bedtools intersect "$@" > "${path}"`, 'sh', ...args]);
        for await (const line of createInterface({ input: createReadStream(path) })) read(sink, line.split('\t'));
        rmSync(path);
      },
    });
    const staysFirst = (sink, cells) => sink.addOthers(Number(cells[7]), Number(cells[3]));
    const visitsFirst = (sink, cells) => sink.addOthers(Number(cells[3]), Number(cells[7]));
    const onceEach = (sink, cells) => Number(cells[3]) < Number(cells[7]) && sink.addOthers(Number(cells[3]), Number(cells[7]));
    const streamed = way(['-a', file('stays'), '-b', file('visits'), '-wa', '-wb'], staysFirst);
    if (work === 'log') return { peakMB, ways: { 'stays streamed past the visits': streamed } };
    if (work === 'self') return { peakMB, ways: { '-sorted': way(['-sorted', '-a', file('stays'), '-b', file('stays'), '-wa', '-wb'], onceEach) } };
    return {
      peakMB,
      ways: {
        '-sorted, visits first': way(['-sorted', '-a', file('visits'), '-b', file('stays'), '-wa', '-wb'], visitsFirst),
        '-sorted, stays first': way(['-sorted', '-a', file('stays'), '-b', file('visits'), '-wa', '-wb'], staysFirst),
        'stays streamed past the visits': streamed,
      },
    };
  },
};

function run(args, stdout) {
  const done = spawnSync('bedtools', ['intersect', ...args], { stdio: ['ignore', stdout, 'inherit'] });
  if (done.status !== 0) throw new Error(`bedtools ended with exit code ${done.status}`);
}

function* linesOf({ key, start, end }, rows, epoch) {
  for (const row of rows) yield `p${String(key[row]).padStart(7, '0')}\t${start[row] - epoch}\t${end[row] - epoch}\t${row}\n`;
}
