/** What the threads of a crew say to each other: a few shared numbers, and messages that can be taken without waiting for an event. */
import type { MessagePort } from 'node:worker_threads';

/** Places in the shared numbers: the next block to draw, workers done with the call, calls made so far. */
export const NEXT = 0;
export const DONE = 1;
export const CALLS = 2;
export const CONTROL_WORDS = 3;

export interface WorkerData {
  readonly port: MessagePort;
  readonly control: Int32Array;
}

export interface Call {
  readonly name: string;
  readonly input: unknown;
  readonly blocks: number;
}
