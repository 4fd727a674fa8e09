/** The built command line as a process of its own: for signals, pipes, standard input and zones of the machine. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const BIN: string = fileURLToPath(new URL('../../bin/copresence.js', import.meta.url));
const DIST = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `command`, by default Node with the CLI. Killed, by its own id, if the test ends before it. */
export function start(args: readonly string[], options: SpawnOptions = {}, command?: string): Child {
  if (!existsSync(DIST)) throw new Error('dist is missing: run npm test, or npm run build');
  const child =
    command === undefined ? spawn(process.execPath, [BIN, ...args], { stdio: 'pipe', ...options }) : spawn(command, args, { stdio: 'pipe', ...options });
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => void (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void (err += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  return { process: child, ended };
}

/** Waits until `isTrue`, looking every few milliseconds. */
export async function until(isTrue: () => boolean, what: string, withinMs = 15_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((resume) => setTimeout(resume, 3));
  }
}

/**
 * Waits until the command line listens to signals: before that they have their plain effect. SIGHUP tells, since Node itself does not catch it.
 * Where the system does not show it, a wait that is long enough.
 */
export async function untilListening({ process: { pid } }: Child): Promise<void> {
  if (process.platform !== 'linux') return new Promise((resume) => setTimeout(resume, 2000));
  await until(
    () => (Number.parseInt(/SigCgt:\s*[0-9a-f]+([0-9a-f])\n/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0', 16) & 1) === 1,
    'a process that listens to signals',
  );
}

/** Names below a folder, none if it is not there. */
export const namesIn = (path: string): string[] => (existsSync(path) ? (readdirSync(path, { recursive: true }) as string[]) : []);
