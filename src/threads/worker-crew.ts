/**
 * A crew of this thread and workers. Blocks are drawn from one shared counter, so that a thread that is slower draws fewer; what they found lies in
 * shared memory. Workers are started by the first work that is worth it. Waiting gives way to events now and then: so a worker that dies is heard of,
 * and the run fails. Only `runAsync` gives way; `runSync` would wait for a dead worker for ever.
 */
import { availableParallelism } from 'node:os';
import { MessageChannel, Worker, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { OptionError, StateError } from '../core/errors.js';
import type { Crew, Job } from '../core/crew.js';
import type { Steps } from '../core/steps.js';
import { CALLS, CONTROL_WORDS, DONE, NEXT, type Call, type WorkerData } from './control.js';

/** Work that one thread does in less is not worth a thread: one takes about 40 ms to start. */
const START_MS = 150;
/** With threads running: what waking them costs, with a margin. */
const WAKE_MS = 2;
/** Longest sleep between two looks at what happened meanwhile. */
const NAP_MS = 10;
const MOST_THREADS = 64;
const MOST_BY_DEFAULT = 4;

/** From the sources, as in tests, the built worker serves. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? '../../dist/threads/worker.js' : './worker.js', import.meta.url);

export interface CrewOptions {
  /** Threads for building the index and for the joins; started only where the work takes longer than starting them. They change no byte. @defaultValue as many as there are cores, at most 4 */
  readonly threads?: number;
  /** Milliseconds of work on one thread from which threads are started. @defaultValue 150 */
  readonly threadsFromMs?: number;
}

/** The threads that were asked for; none is started yet. @throws OptionError `E_NUMBER`. */
export function crewOf({ threads = Math.min(availableParallelism(), MOST_BY_DEFAULT), threadsFromMs = START_MS }: CrewOptions): WorkerCrew {
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    throw new OptionError('E_NUMBER', `threads: expected a whole number from 1 to ${MOST_THREADS}, got ${String(threads)}`);
  return new WorkerCrew(threads, threadsFromMs);
}

export class WorkerCrew implements Crew {
  readonly threads: number;
  readonly #startMs: number;
  readonly #control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4));
  readonly #workers: { readonly worker: Worker; readonly port: MessagePort }[] = [];
  #calls = 0;
  #failure: StateError | undefined;

  /** `startMs`: work that takes one thread less does not start the workers. */
  constructor(threads: number, startMs: number = START_MS) {
    this.threads = threads;
    this.#startMs = startMs;
  }

  /** Whether the workers were started: whether something was worth it. */
  get isStarted(): boolean {
    return this.#workers.length > 0;
  }

  words(length: number): Uint32Array {
    return new Uint32Array(new SharedArrayBuffer(length * 4));
  }

  halfWords(length: number): Uint16Array {
    return new Uint16Array(new SharedArrayBuffer(length * 2));
  }

  /** @throws StateError `E_WORKER` if a worker dies. */
  *run<Input, Output>(job: Job<Input, Output>, input: Input, blocks: number, aloneMs: number): Steps<Output[]> {
    const isShared = this.threads > 1 && blocks > 1 && aloneMs >= (this.isStarted ? Math.min(WAKE_MS, this.#startMs) : this.#startMs);
    if (isShared) this.#call({ name: job.name, input, blocks });
    else Atomics.store(this.#control, NEXT, 0);
    const shift = job.start(input);
    for (let block = Atomics.add(this.#control, NEXT, 1); block < blocks; block = Atomics.add(this.#control, NEXT, 1)) {
      shift.run(block);
      yield { done: Math.min(block + 1, blocks), of: blocks };
    }
    const outputs = [shift.finish()];
    if (!isShared) return outputs;
    for (;;) {
      if (this.#failure) throw this.#failure;
      const done = Atomics.load(this.#control, DONE);
      if (done === this.#workers.length) break;
      Atomics.wait(this.#control, DONE, done, NAP_MS);
      yield { done: blocks, of: blocks };
    }
    for (const { port } of this.#workers) outputs.push(receiveMessageOnPort(port)!.message as Output);
    return outputs;
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    const workers = this.#workers.splice(0);
    for (const { worker } of workers) worker.removeAllListeners('exit');
    await Promise.all(workers.map(({ worker }) => worker.terminate()));
  }

  #call(call: Call): void {
    if (this.#failure) throw this.#failure;
    if (!this.isStarted) for (let i = 1; i < this.threads; i++) this.#start();
    Atomics.store(this.#control, NEXT, 0);
    Atomics.store(this.#control, DONE, 0);
    for (const { port } of this.#workers) port.postMessage(call);
    Atomics.store(this.#control, CALLS, ++this.#calls);
    Atomics.notify(this.#control, CALLS);
  }

  #start(): void {
    const { port1, port2 } = new MessageChannel();
    const workerData: WorkerData = { port: port2, control: this.#control };
    const worker = new Worker(WORKER, { workerData, transferList: [port2] });
    worker.unref(); // it sleeps between calls: that must not keep the process alive
    worker.on('error', (cause) => this.#fail(cause));
    worker.on('exit', (code) => this.#fail(new Error(`exit code ${code}`)));
    this.#workers.push({ worker, port: port1 });
  }

  #fail(cause: Error): void {
    const what = (cause as NodeJS.ErrnoException).code ?? cause.message;
    this.#failure ??= new StateError(
      'E_WORKER',
      `threads E_WORKER expected every thread to finish its part, got one that died (${what}); nothing was written`,
      {
        cause,
      },
    );
  }
}
