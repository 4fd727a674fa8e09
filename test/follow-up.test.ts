/** docs/follow-up.md shows what the commands print and write: each is run again, in the order of the page. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

test('docs/follow-up.md shows what the commands print', { timeout: 120_000 }, async () => {
  const page = readFileSync('docs/follow-up.md', 'utf8');
  const shown = [...page.matchAll(/^```\n(\$ [^]*?)^```$/gm)].flatMap(([, block]) => [...block!.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)]);
  expect(shown.length).toBeGreaterThan(20);
  const folder = new TempFolder();
  mkdirSync(folder.at('out'));
  symlinkSync(resolve('fixtures'), folder.at('fixtures'));
  for (const [, command, out] of shown) {
    const args = [...command!.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => (quoted ?? plain!).replace(/^out\//, `${folder.at('out')}/`));
    const isOurs = args[0] === 'copresence';
    const run = isOurs ? await runCli(args.slice(1)) : { code: 0, err: '', out: execFileSync('sh', ['-c', command!], { cwd: folder.path, encoding: 'utf8' }) };
    expect({ ...run, out: run.out.replaceAll(folder.at('out'), 'out') }).toEqual({ code: 0, err: '', out });
  }
});
