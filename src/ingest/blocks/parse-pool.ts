/** Threads that read blocks of check-in files. They start when the first large file needs them. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { OptionError } from '../../core/errors.js';
import { LANE_BLOCKS, type BlockLanes, type BlockParsers, type LaneAnswer } from './block-queue.js';
import type { BlockSettings } from './block-reader.js';
import type { FromWorker, ToWorker } from './parse-worker.js';

export interface ParsePoolOptions {
  /** @defaultValue as many as the machine has cores, at most 4: one thread keeps the books for all and would be the next to be full */
  readonly threads?: number | undefined;
  readonly afterBytes?: number;
  readonly blockBytes?: number;
  /** Code of a thread, for tests. */
  readonly worker?: URL;
}

/** Node runs no TypeScript: from the sources, as in tests, the threads run what was built of them. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/ingest/blocks/parse-worker.js' : './parse-worker.js', import.meta.url);
const MOST_BY_DEFAULT = 4;
const MOST = 64;

export class ParsePool implements BlockParsers, AsyncDisposable {
  readonly lanes: number;
  readonly afterBytes: number;
  readonly blockBytes: number;
  readonly #code: URL;
  #threads: Thread[] = [];

  /** @throws OptionError `E_THREADS`. */
  constructor(options: ParsePoolOptions = {}) {
    const { threads = Math.min(availableParallelism(), MOST_BY_DEFAULT), afterBytes = 1 << 24, blockBytes = 1 << 20 } = options;
    if (!Number.isInteger(threads) || threads < 1 || threads > MOST)
      throw new OptionError('E_THREADS', `threads: expected a whole number from 1 to ${MOST}, got '${String(threads)}'`);
    this.lanes = threads;
    this.afterBytes = threads === 1 ? Number.POSITIVE_INFINITY : afterBytes;
    this.blockBytes = blockBytes;
    this.#code = options.worker ?? WORKER;
  }

  open(settings: BlockSettings): BlockLanes {
    while (this.#threads.length < this.lanes) this.#threads.push(new Thread(this.#code, this.blockBytes));
    const threads = this.#threads;
    for (const thread of threads) thread.open(settings);
    return { append: (lane, bytes) => threads[lane]!.append(bytes), read: (lane) => threads[lane]!.read() };
  }

  /** Ends all threads, whatever they are at. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.end()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

class Thread {
  readonly #worker: Worker;
  /** Who waits for the answers, in the order of the questions. */
  readonly #waiting: { resolve(block: FromWorker): void; reject(error: Error): void }[] = [];
  #fault: Error | undefined;
  #memories: SharedArrayBuffer[];
  #turn = 0;
  #length = 0;

  constructor(code: URL, blockBytes: number) {
    this.#memories = Array.from({ length: LANE_BLOCKS }, () => new SharedArrayBuffer(blockBytes * 2));
    this.#worker = new Worker(code);
    this.#worker.on('message', (block: FromWorker) => this.#waiting.shift()!.resolve(block));
    this.#worker.on('error', (cause) => this.#fail(new Error(`a reading thread failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })));
    this.#worker.on('exit', (exit) => this.#fail(new Error(`a reading thread ended before its work was done (exit ${exit})`)));
  }

  open(settings: BlockSettings): void {
    // Blocks of a file that was given up may still be read: they keep their memory.
    if (this.#waiting.length > 0) this.#memories = this.#memories.map(({ byteLength }) => new SharedArrayBuffer(byteLength));
    this.#length = 0;
    this.#worker.postMessage({ open: settings } satisfies ToWorker);
  }

  append(bytes: Uint8Array): void {
    let memory = this.#memories[this.#turn]!;
    if (this.#length + bytes.length > memory.byteLength) {
      const grown = new SharedArrayBuffer((this.#length + bytes.length) * 2);
      new Uint8Array(grown).set(new Uint8Array(memory, 0, this.#length));
      memory = this.#memories[this.#turn] = grown;
    }
    new Uint8Array(memory).set(bytes, this.#length);
    this.#length += bytes.length;
  }

  async read(): Promise<LaneAnswer> {
    const memory = this.#memories[this.#turn]!;
    const length = this.#length;
    this.#turn = (this.#turn + 1) % LANE_BLOCKS;
    this.#length = 0;
    const block = await new Promise<FromWorker>((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage({ memory, length } satisfies ToWorker);
    });
    return { bytes: new Uint8Array(memory, 0, length), block };
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#fault);
  }
}
