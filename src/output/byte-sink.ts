/** Bytes that are put together and taken away in one piece, in memory that is used again. */
export class ByteSink {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  /** What was taken last: it may still be on its way to the disk. */
  #taken: Uint8Array<ArrayBuffer>;

  constructor(capacity: number = 1 << 12) {
    this.bytes = new Uint8Array(capacity);
    this.#taken = new Uint8Array(0);
  }

  /** Makes room for `count` bytes behind what is there. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  put(data: Uint8Array): void {
    this.reserve(data.length);
    // A short piece is copied quicker by hand.
    if (data.length > 64) this.bytes.set(data, this.length);
    else for (let i = 0; i < data.length; i++) this.bytes[this.length + i] = data[i]!;
    this.length += data.length;
  }

  /** All bytes, good until bytes are taken again. */
  take(): Uint8Array {
    const { bytes, length } = this;
    this.bytes = this.#taken.length >= bytes.length ? this.#taken : new Uint8Array(bytes.length);
    this.#taken = bytes;
    this.length = 0;
    return bytes.subarray(0, length);
  }
}
