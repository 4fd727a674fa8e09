/** The process around the command line: streams, signals, exit. */
import { StateError } from '../core/errors.js';
import { EXIT, type Io } from './io.js';
import { runProgram } from './program.js';

/** Runs the command line of this process. One signal stops the run and cleans up, a second one stops at once. */
export async function main(): Promise<void> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!abort.signal.aborted) return abort.abort(signal);
      // At once, as if we had never listened: `process.exit` would wait for an open or a flush that hangs.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  }
  // A reader such as `head` may close the pipe: the work goes on, its text has no reader. Any other error, such as a full disk, is told.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || process.exitCode === EXIT.cannotWrite) return;
    process.exitCode = EXIT.cannotWrite;
    process.stderr.write(`copresence: standard output E_WRITE expected to write, got ${error.code ?? 'unknown'}; make room or choose another place\n`);
  });
  const io: Io = {
    out: (text) => void process.stdout.write(text),
    outBytes: toStandardOutput,
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    isOutTerminal: process.stdout.isTTY === true,
    signal: abort.signal,
    now: () => performance.now(),
  };
  const code = await runProgram(process.argv.slice(2), io);
  process.exitCode ??= code;
}

/** As fast as the reader takes it. */
function toStandardOutput(block: Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    process.stdout.write(block, (error: NodeJS.ErrnoException | null | undefined) => {
      if (!error) resolve(true);
      else if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') resolve(false);
      else
        reject(
          new StateError('E_WRITE', `standard output E_WRITE expected to write all rows, got ${error.code ?? 'an error'}; make room or choose another place`),
        );
    });
  });
}
