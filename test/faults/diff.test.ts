/** Folders that `copresence diff` cannot compare: foreign, unfinished, damaged. */
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DiffBench } from '../support/diff-bench.js';
import { Lists, runCli } from '../support/run-cli.js';

describe('folders that cannot be compared are refused, and nothing is written', () => {
  const expectRefusal = async (bench: DiffBench, before: string, after: string, code: number, message: string): Promise<void> => {
    const run = await bench.diff(before, after);
    expect([run.code, run.err, run.lists.files]).toEqual([code, expect.stringContaining(message), []]);
  };

  test('no folder, none of a match, an unfinished one', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    await expectRefusal(bench, 'nowhere', 'old', 3, 'nowhere/manifest.json E_RUN_FOLDER expected the manifest of a finished match, got no such file');
    await expectRefusal(bench, 'old', 'day1.csv', 3, 'got no such file');
    mkdirSync(bench.folder.at('other'));
    const manifests: [string, string][] = [
      ['{"tool":"another"}', 'got one of another tool'],
      ['[]', 'got one of another tool'],
      ['null', 'got one of another tool'],
      ['{"tool":', 'got no JSON'],
      ['{"tool":"copresence"}', 'got one without version, options, rules, inputs, counts or outputs'],
    ];
    for (const [text, message] of manifests) {
      writeFileSync(bench.folder.at('other', 'manifest.json'), text);
      await expectRefusal(bench, 'old', 'other', 3, `other/manifest.json E_RUN_FOLDER expected the manifest of a finished match, ${message}`);
    }
    const text = readFileSync(bench.folder.at('old', 'manifest.json'), 'utf8');
    writeFileSync(bench.folder.at('other', 'manifest.json'), text.replace('"run_gap": "45m"', '"run_gap": "soon"'));
    await expectRefusal(bench, 'other', 'old', 3, 'got options that no match has');
    writeFileSync(bench.folder.at('other', 'manifest.json'), text.replaceAll('"contacts.csv"', '"../contacts.csv"'));
    await expectRefusal(bench, 'other', 'old', 3, 'got no contacts among its outputs');
  });

  test('a list that was cut, changed or taken away', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    for (const [name, harm] of [
      ['people.csv', (path: string) => appendFileSync(path, 'any,x,certain,1,1,ada,1,1,1,1,1,,,false\n')],
      ['episodes.csv', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 200))],
      ['contacts.csv', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('likely', 'certain'))],
    ] as const) {
      rmSync(bench.folder.at('bad'), { recursive: true, force: true });
      cpSync(bench.folder.at('old'), bench.folder.at('bad'), { recursive: true });
      harm(bench.folder.at('bad', name));
      await expectRefusal(bench, 'old', 'bad', 3, `bad/${name} E_RUN_DAMAGED expected the file that the manifest tells, got other content; match again`);
      rmSync(bench.folder.at('bad', name));
      await expectRefusal(bench, 'bad', 'old', 3, `bad/${name} E_RUN_DAMAGED expected the file that the manifest tells, got no such file`);
    }
  });

  test('an output folder that is one of the two', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    const old = bench.folder.at('old');
    const before = new Lists(old).bytes;
    for (const [flags, code] of [
      [[], 'E_EXISTS'],
      [['--force'], 'E_OVERWRITES_INPUT'],
    ] as const) {
      const run = await runCli(['diff', old, old, '--out', old, ...flags]);
      expect([run.code, code, run.err]).toEqual([2, code, expect.stringContaining(code === 'E_EXISTS' ? 'outputs of an earlier run' : 'is also an input')]);
    }
    expect(new Lists(old).bytes).toEqual(before);
  });

  test('a run that is stopped leaves nothing', async () => {
    const bench = new DiffBench();
    await bench.match('old');
    const stop = new AbortController();
    stop.abort('SIGINT');
    const out = bench.folder.at('changes');
    const run = await runCli(['diff', bench.folder.at('old'), bench.folder.at('old'), '--out', out], { signal: stop.signal });
    expect([run.code, run.err, new Lists(out).files]).toEqual([130, 'interrupted: nothing was written\n', []]);
  });
});
