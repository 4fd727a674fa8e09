/**
 * `npm run bench [NAME] [ROWS]`: runs a bench in a process of its own, prints its figures and keeps them in bench/results/<name>.json.
 * Without a name: all of them. A bench checks its answer before it gives a figure.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const BENCHES = ['spine', 'kernels'];
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const [wanted, ...args] = process.argv.slice(2);
if (wanted !== undefined && !BENCHES.includes(wanted)) {
  console.error(`no bench '${wanted}'; there are ${BENCHES.join(', ')}`);
  process.exit(2);
}
if (!existsSync(here('../dist/node.js'))) execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit', cwd: here('..') });

const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));
const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, memoryGB: Math.round(totalmem() / 2 ** 30), node: process.version };
for (const name of wanted === undefined ? BENCHES : [wanted]) {
  const result = JSON.parse(execFileSync(process.execPath, [here(`${name}.mjs`), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 }));
  const report = { name, machine, versions: { copresence: version }, ...result };
  console.log(`\n${name}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB, Node ${machine.node}`);
  console.table(result.rows);
  if (result.peakMB) console.log(`largest resident memory ${result.peakMB} MB; ${result.episodes} episodes, ${result.people} people from ${result.inputMB} MB of CSV`);
  mkdirSync(here('results'), { recursive: true });
  writeFileSync(here(`results/${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
}
