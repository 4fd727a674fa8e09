/** Programs of this bench, each in a process of its own, so that none meets another's warm code, heap or threads. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MOST_MS = 30 * 60_000;

/** Set by Ctrl-C: the child is told too, and what waits for one throws. */
let isStopped = false;
process.on('SIGINT', () => (isStopped = true));

/** Runs a script of this folder with a job as JSON: the last line it prints, or `{ failed }` that says why there is none. */
export async function runChild(script, job, env = {}) {
  const args = ['--expose-gc', '--max-old-space-size=16384', fileURLToPath(new URL(script, import.meta.url)), JSON.stringify(job)];
  const { failed, stdout } = await runProcess(args, { env });
  return failed ? { failed } : JSON.parse(stdout.trim().split('\n').at(-1));
}

/** Runs Node to its end: `{ ms, stdout, peakMB }`, or `{ failed }`. The time is that of the whole process, from its start to its exit. */
export async function runProcess(args, { env = {} } = {}) {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  let isLate = false;
  const late = setTimeout(() => (isLate = child.kill('SIGTERM')), MOST_MS);
  const tooLate = setTimeout(() => child.kill('SIGKILL'), MOST_MS * 1.2); // where a loop of the rival does not let it hear
  const watch = watchPeak(child.pid);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  const [code, signal] = await once(child, 'close');
  const ms = performance.now() - began;
  clearTimeout(late);
  clearTimeout(tooLate);
  const peakMB = watch.stop();
  if (isStopped) throw new Error('stopped');
  if (isLate) return { failed: `no answer within ${MOST_MS / 60_000} minutes` };
  if (code !== 0) return { failed: `the process ended with ${signal ?? `exit code ${code}`}` };
  return { ms, stdout, peakMB };
}

/** Looks from outside at the largest resident memory of a process, as Linux keeps it; null elsewhere. */
function watchPeak(pid) {
  let peakMB = null;
  const look = () => {
    try {
      const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
      if (found) peakMB = Math.round(Number(found[1]) / 1024);
    } catch {
      // it has ended, or there is no /proc
    }
  };
  const timer = setInterval(look, 50);
  return {
    stop: () => {
      clearInterval(timer);
      return peakMB;
    },
  };
}
