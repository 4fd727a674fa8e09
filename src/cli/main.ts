/** The process around the command line: streams, signals, exit. */
import { EXIT, type Io } from './io.js';
import { runProgram } from './program.js';

/** Runs the command line of this process. One signal stops the run and cleans up, a second one stops at once. */
export async function main(): Promise<void> {
  const abort = new AbortController();
  for (const [signal, code] of [['SIGINT', EXIT.interrupted], ['SIGTERM', EXIT.terminated], ['SIGHUP', EXIT.interrupted]] as const) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(code);
      abort.abort(signal);
    });
  }
  // A reader such as `head` may close the pipe: the work goes on, its text has no reader.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const io: Io = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    signal: abort.signal,
    now: () => performance.now(),
  };
  process.exitCode = await runProgram(process.argv.slice(2), io);
}
