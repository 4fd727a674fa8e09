/**
 * `npm run bench [NAME] [ROWS]`: runs a bench in a process of its own, prints its figures and keeps them in bench/results/<name>.json.
 * Without a name: all of them but `hot-station` and `disk`, which write many gigabytes, and `peers`, which installs what this project is compared with:
 * these take long. A bench checks its answer before it gives a figure.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const BENCHES = ['spine', 'kernels', 'accuracy', 'long-stays'];
const FILES = {
  spine: 'spine.mjs',
  kernels: 'kernels.mjs',
  accuracy: 'accuracy.mjs',
  'long-stays': 'long-stays.mjs',
  'hot-station': 'hot-station.mjs',
  disk: 'disk.mjs',
  peers: 'peers/peers.mjs',
};
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const [wanted, ...args] = process.argv.slice(2);
if (wanted !== undefined && !Object.hasOwn(FILES, wanted)) {
  console.error(`no bench '${wanted}'; there are ${Object.keys(FILES).join(', ')}`);
  process.exit(2);
}
if (!existsSync(here('../dist/node.js'))) execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit', cwd: here('..') });

const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));
const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, memoryGB: Math.round(totalmem() / 2 ** 30), node: process.version };
for (const name of wanted === undefined ? BENCHES : [wanted]) {
  const { text, ...result } = JSON.parse(outputOf(here(FILES[name])));
  const report = { name, machine, versions: { copresence: version }, ...result };
  console.log(`\n${name}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB, Node ${machine.node}`);
  if (text === undefined) console.table(result.rows);
  else console.log(text);
  if (result.peakMB)
    console.log(`largest resident memory ${result.peakMB} MB; ${result.episodes} episodes, ${result.people} people from ${result.inputMB} MB of CSV`);
  mkdirSync(here('results'), { recursive: true });
  writeFileSync(here(`results/${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
  if (result.failed) process.exitCode = 1;
}

/** What a bench prints. One that fails has said why. */
function outputOf(file) {
  try {
    return execFileSync(process.execPath, [file, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
  } catch (error) {
    process.exit(error.status ?? 1);
  }
}
