/**
 * Cuts the bytes of a file into blocks behind line ends, has several blocks read at once, and gives them on in the order of the file.
 *
 * A line end inside quotes is no end of a record, so a block is read in the hope that it begins at one. Whether it does is known when the block
 * before it has been given on; where it does not, the block is read again in order. So the answer never depends on where the cuts are.
 */
import type { BlockSettings, ReadBlock } from './block-reader.js';

/** Threads, or whatever else reads blocks beside each other. */
export interface BlockParsers {
  /** How many blocks are read at once. */
  readonly lanes: number;
  /** A file is read by one thread up to here: starting others would take longer. */
  readonly afterBytes: number;
  /** Least size of a block. */
  readonly blockBytes: number;
  /** Makes all lanes ready for the blocks of one file. */
  open(settings: BlockSettings): BlockLanes;
}

/** Each lane keeps `LANE_BLOCKS` blocks in memory of its own, and uses it again for the blocks after them. */
export interface BlockLanes {
  /** Adds bytes to the block that the lane will read next. */
  append(lane: number, bytes: Uint8Array): void;
  /** Reads that block. The answer, and its bytes, are valid until `LANE_BLOCKS` further blocks were begun at this lane. */
  read(lane: number): Promise<LaneAnswer>;
}

export interface LaneAnswer {
  /** The block as it came. */
  readonly bytes: Uint8Array;
  readonly block: ReadBlock;
}

/** One is read while the other is given on. */
export const LANE_BLOCKS = 2;
const LF = 10;

export class BlockQueue {
  readonly #lanes: BlockLanes;
  readonly #blockBytes: number;
  readonly #take: (answer: LaneAnswer) => Promise<void>;
  readonly #inFlight: { readonly lane: number; readonly answer: Promise<LaneAnswer> }[] = [];
  /** Blocks of each lane that were not given on yet. */
  readonly #held: number[];
  /** The lane whose next block is being put together, -1 for none. */
  #lane = -1;
  #bytes = 0;

  /** `take` gets the blocks one after the other. */
  constructor(parsers: BlockParsers, settings: BlockSettings, take: (answer: LaneAnswer) => Promise<void>) {
    this.#lanes = parsers.open(settings);
    this.#blockBytes = parsers.blockBytes;
    this.#take = take;
    this.#held = Array.from({ length: parsers.lanes }, () => 0);
  }

  /** Takes further bytes, and waits where all lanes are busy. */
  async push(chunk: Uint8Array): Promise<void> {
    const cut = this.#bytes + chunk.length < this.#blockBytes ? 0 : chunk.lastIndexOf(LF) + 1;
    await this.#append(cut > 0 ? chunk.subarray(0, cut) : chunk);
    if (cut === 0) return;
    this.#send();
    if (cut < chunk.length) await this.#append(chunk.subarray(cut));
  }

  /** Waits for all blocks. The bytes behind the last line end are the last. */
  async finish(): Promise<void> {
    if (this.#lane >= 0) this.#send();
    while (this.#inFlight.length > 0) await this.#takeFirst();
  }

  async #append(bytes: Uint8Array): Promise<void> {
    if (this.#lane < 0) {
      while (Math.min(...this.#held) >= LANE_BLOCKS) await this.#takeFirst();
      this.#lane = this.#held.indexOf(Math.min(...this.#held));
      this.#held[this.#lane]!++;
    }
    this.#lanes.append(this.#lane, bytes);
    this.#bytes += bytes.length;
  }

  #send(): void {
    const lane = this.#lane;
    const answer = this.#lanes.read(lane);
    answer.catch(() => {}); // told when its turn comes, if the run gets so far
    this.#inFlight.push({ lane, answer });
    this.#lane = -1;
    this.#bytes = 0;
  }

  async #takeFirst(): Promise<void> {
    const { lane, answer } = this.#inFlight.shift()!;
    await this.#take(await answer);
    this.#held[lane]!--;
  }
}
