/** Texts of a column file as cells: bytes in place, trimmed and looked at once, however many rows have them. */
import { isUtf8 } from '../text/utf8.js';

/** What is wrong with the bytes of a text. */
export const SOUND = 0;
export const HAS_NUL = 1;
export const NOT_UTF8 = 2;

/** The text `bytes[lo..hi)`, without ASCII white space around it. Rows that share an entry of a dictionary page share the cell. */
export class TextCell {
  readonly bytes: Uint8Array;
  readonly lo: number;
  readonly hi: number;
  readonly flaw: number;
  /** The id that the text has in the dictionary of table column `column`, as long as `era` is that of the reader. */
  id = 0;
  column = -1;
  era = -1;

  constructor(bytes: Uint8Array, lo: number, hi: number, flaw: number) {
    this.bytes = bytes;
    this.lo = lo;
    this.hi = hi;
    this.flaw = flaw;
  }

  text(): string {
    return decoder.decode(this.bytes.subarray(this.lo, this.hi));
  }
}

export class TextCells {
  /** All of the buffer that the texts of late lie in: one view for all of them. */
  #whole: Uint8Array = new Uint8Array(0);

  cell(bytes: Uint8Array): TextCell {
    if (bytes.buffer !== this.#whole.buffer) this.#whole = new Uint8Array(bytes.buffer);
    const whole = this.#whole;
    let lo = bytes.byteOffset;
    let hi = lo + bytes.length;
    const flaw = flawOf(bytes);
    while (lo < hi && isBlank(whole[lo]!)) lo++;
    while (lo < hi && isBlank(whole[hi - 1]!)) hi--;
    return new TextCell(whole, lo, hi, flaw);
  }

  /** 16 bytes as a UUID is written. */
  uuid(bytes: Uint8Array): TextCell {
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return this.cell(encoder.encode(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')));
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const isBlank = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

function flawOf(bytes: Uint8Array): number {
  let isPlain = true;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === 0) return isUtf8(bytes) ? HAS_NUL : NOT_UTF8;
    isPlain &&= byte < 0x80;
  }
  return isPlain || isUtf8(bytes) ? SOUND : NOT_UTF8;
}
