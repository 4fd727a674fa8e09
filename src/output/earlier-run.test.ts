import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { earlierOutputs, staleTemporaries } from './earlier-run.js';
import { OutputFolder } from './output-folder.js';

let folder: string;
let gone: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earlier-'));
  gone = spawnSync(process.execPath, ['--version']).pid;
});
afterEach(() => rmSync(folder, { recursive: true }));
const put = (name: string, text = ''): void => writeFileSync(join(folder, name), text, { mode: 0o600 });

test('temporary files of a process that is gone are found, at the top and in the folders of districts', () => {
  mkdirSync(join(folder, 'north-0123456789'));
  for (const name of [`people.csv.tmp-${gone}-00ff00ff`, `north-0123456789/people.csv.tmp-${gone}-00ff00ff`]) put(name);
  put(`people.csv.tmp-${process.pid}-00ff00ff`);
  put(`my notes.txt.tmp-${gone}-00ff00ff`);
  put('people.csv.tmp-old');
  expect(staleTemporaries(folder).sort()).toEqual([`north-0123456789/people.csv.tmp-${gone}-00ff00ff`, `people.csv.tmp-${gone}-00ff00ff`]);
});

test('the next run removes what a killed one left', async () => {
  put(`episodes.csv.tmp-${gone}-00ff00ff`, 'someone');
  const next = new OutputFolder(folder, { force: false, inputs: [] });
  await next.write('people.csv', ['a\n']);
  await next.write('manifest.json', ['{}\n']);
  await next.commit();
  expect(readdirSync(folder).sort()).toEqual(['manifest.json', 'people.csv']);
});

test('lists of a run that was killed while they got their names may be replaced with --force, and only so', async () => {
  put('people.csv', 'old');
  put(`manifest.json.tmp-${gone}-00ff00ff`, JSON.stringify({ tool: 'copresence', outputs: [{ name: 'people.csv' }, { name: '../people.csv' }] }));
  expect(earlierOutputs(folder, staleTemporaries(folder))).toEqual(['people.csv', 'manifest.json']);
  expect(() => new OutputFolder(folder, { force: false, inputs: [] })).toThrow(expect.objectContaining({ code: 'E_EXISTS' }));
  const next = new OutputFolder(folder, { force: true, inputs: [] });
  await next.write('contacts.csv', ['new\n']);
  await next.write('manifest.json', ['{}\n']);
  await next.commit();
  expect(readdirSync(folder).sort()).toEqual(['contacts.csv', 'manifest.json']);
});
