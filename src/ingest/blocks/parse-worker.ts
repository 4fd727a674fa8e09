/** The code of a reading thread. It ends with its pool: a fault that is not the input's ends it at once, and the run with it. */
import { parentPort } from 'node:worker_threads';
import { CHECKINS } from '../../model/tables.js';
import { LANE_BLOCKS } from './block-queue.js';
import { BlockReader, type BlockSettings, type ReadBlock } from './block-reader.js';

export type ToWorker = { readonly open: BlockSettings } | { readonly memory: SharedArrayBuffer; readonly length: number };
export type FromWorker = ReadBlock;

let reader: BlockReader | undefined;
/** The columns of a block lie in shared memory, which is used again when the block was given on. */
const memories = Array.from({ length: LANE_BLOCKS }, () => new SharedArrayBuffer(1 << 20));
let turn = 0;

parentPort?.on('message', (message: ToWorker) => {
  if ('open' in message) {
    reader = new BlockReader(CHECKINS, message.open);
    return;
  }
  turn = (turn + 1) % LANE_BLOCKS;
  let used = 0;
  const allocate = (length: number): Uint32Array => {
    const memory = memories[turn]!;
    if (used + length * 4 > memory.byteLength) {
      // What lies in the old one stays there: the views keep it.
      memories[turn] = new SharedArrayBuffer(Math.max(memory.byteLength, length * 4) * 2);
      used = 0;
    }
    const array = new Uint32Array(memories[turn]!, used, length);
    used += length * 4;
    return array;
  };
  parentPort!.postMessage(reader!.read(new Uint8Array(message.memory, 0, message.length), allocate) satisfies FromWorker);
});
