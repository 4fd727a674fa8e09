/** Threads change no byte, and a thread that dies fails the whole run (FAULTS 2e row 55). */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { simulateFiles } from '../src/node.js';
import { start } from './support/child.js';
import { Lists, runCli } from './support/run-cli.js';
import { TempFolder } from './support/temp-folder.js';

async function city(rows: number): Promise<{ folder: TempFolder; inputs: string[] }> {
  const folder = new TempFolder();
  await simulateFiles({ out: folder.at('city'), rows, cases: 40, seed: 5 });
  const of = (name: string): string[] => [`--${name}`, folder.at(`city/${name}.csv`)];
  return { folder, inputs: [...of('checkins'), ...of('places'), ...of('runs'), '--tz', 'Asia/Shanghai', '--threads-from-ms', '0'] };
}

describe('1, 2 and 4 threads', () => {
  test('write the same lists, by index, by stream and from an index on disk', async () => {
    const { folder, inputs } = await city(4000);
    const disk = folder.at('index');
    // The files without the number that starts threads: a build of an index has none to start.
    const [, checkIns, ...others] = inputs.slice(0, -2);
    expect(await runCli(['index', checkIns!, ...others, '-o', disk, '--quiet'])).toEqual({ code: 0, out: '', err: '' });
    const bytes: Record<string, string>[] = [];
    for (const [way, flags, told] of [
      ['index', [...inputs, '--plan', 'index'], 'index, since as asked'],
      ['stream', [...inputs, '--plan', 'stream'], 'stream, since as asked'],
      ['disk-index', ['--index', disk, '--threads-from-ms', '0', '--plan', 'index'], 'index, since as asked'],
      ['disk-stream', ['--index', disk, '--threads-from-ms', '0', '--plan', 'stream'], 'stream, since as asked'],
    ] as const) {
      for (const threads of ['1', '2', '4']) {
        const out = folder.at(`lists-${way}-${threads}`);
        const cases = ['--cases', folder.at('city/cases.csv')];
        const rules = ['--rule', 'any', '--rule', 'who-2020', '--lag', '30m', '--depth', '2'];
        const run = await runCli(['match', ...flags, ...cases, ...rules, '--threads', threads, '--explain-plan', '--out', out]);
        expect(run.code).toBe(0);
        expect(run.err).toContain(`plan: any, generation 2: ${told}`);
        bytes.push(new Lists(out).bytes);
      }
    }
    expect(bytes[0]!['episodes.csv']!.split('\n').length).toBeGreaterThan(1000);
    expect(bytes).toHaveLength(12);
    for (const each of bytes.slice(1)) expect(each).toEqual(bytes[0]);
  });

  test('write the same network', async () => {
    const { folder, inputs } = await city(3000);
    for (const flags of [[], ['--aggregate'], ['--scope', 'near:300']]) {
      const outputs: string[] = [];
      for (const threads of ['1', '2', '4']) {
        const out = folder.at(`network${flags.join('')}-${threads}.csv`);
        const run = await runCli(['network', ...inputs, ...flags, '--threads', threads, '--out', out]);
        expect(run).toMatchObject({ code: 0, err: '' });
        outputs.push(readFileSync(out, 'utf8'));
      }
      expect(outputs[0]!.split('\n').length).toBeGreaterThan(500);
      expect(outputs.slice(1)).toEqual([outputs[0], outputs[0]]);
    }
  });

  test('fewer than one thread, or very many, is a usage error', async () => {
    for (const threads of ['0', '65']) {
      const run = await runCli(['network', '--checkins', 'none.csv', '--threads', threads]);
      expect([run.code, run.err]).toEqual([2, `copresence: threads: expected a whole number from 1 to 64, got ${threads}\n`]);
    }
  });
});

describe('row 55: a worker dies', () => {
  // Loaded into every thread of the process: it does nothing in the main one.
  const DEATHS: Readonly<Record<string, [code: string, told: string]>> = {
    'an exception': ['throw new Error("planted")', 'planted'],
    'an exit': ['process.exit(7)', 'exit code 7'],
    'no memory': ['const all = []; for (;;) all.push(new Array(1 << 16).fill(all.length))', 'ERR_WORKER_OUT_OF_MEMORY'],
  };

  test.each(Object.entries(DEATHS))('by %s: exit 1, and nothing is left', async (_, [code, told]) => {
    const { folder, inputs } = await city(5000);
    const preload = folder.write('die.mjs', `import { isMainThread } from 'node:worker_threads';\nif (!isMainThread) { ${code}; }\n`);
    const before = readdirSync(folder.path).sort();
    const env = { ...process.env, NODE_OPTIONS: `--import=${pathToFileURL(preload).href} --max-old-space-size=64` };
    const cases = ['--cases', folder.at('city/cases.csv'), '--plan', 'index'];
    for (const [command, out, flags] of [
      ['match', 'lists', cases],
      ['network', 'network.csv', []],
    ] as const) {
      const { code: exit, err } = await start([command, ...inputs, ...flags, '--threads', '2', '--out', folder.at(out)], { env }).ended;
      expect(err).toContain(`copresence: threads E_WORKER expected every thread to finish its part, got one that died (${told}); nothing was written`);
      expect(exit).toBe(1);
      expect(existsSync(folder.at(out))).toBe(false);
    }
    expect(readdirSync(folder.path).sort()).toEqual(before);
  });

  test('with a block that it has drawn: exit 1, and nothing is left', async () => {
    const { folder, inputs } = await city(5000);
    const code = `const add = Atomics.add; Atomics.add = (array, at, value) => { add(array, at, value); throw new Error('planted in a block'); };`;
    const preload = folder.write('die.mjs', `import { isMainThread } from 'node:worker_threads';\nif (!isMainThread) { ${code} }\n`);
    const env = { ...process.env, NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` };
    const { code: exit, err } = await start(['network', ...inputs, '--threads', '4', '--out', folder.at('network.csv')], { env }).ended;
    expect(err).toContain('got one that died (planted in a block); nothing was written');
    expect(exit).toBe(1);
    expect(readdirSync(folder.path).sort()).toEqual(['city', 'die.mjs']);
  });
});
