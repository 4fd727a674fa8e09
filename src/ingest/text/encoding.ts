/** Bytes in any accepted encoding → valid UTF-8 bytes, in chunks that may end anywhere but inside a character. */
import { InputError, OptionError } from '../../core/errors.js';
import { isUtf8 } from './utf8.js';

export const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** @throws OptionError `E_ENCODING_NAME`. */
export function parseEncoding(name: string): Encoding {
  const lower = name.toLowerCase();
  const alias =
    ({ utf8: 'utf-8', gbk: 'gb18030', gb2312: 'gb18030', 'utf-16': 'utf-16le', utf16le: 'utf-16le', utf16be: 'utf-16be' } as const)[lower as 'utf8'] ?? lower;
  const found = ENCODINGS.find((encoding) => encoding === alias);
  if (!found) throw new OptionError('E_ENCODING_NAME', `encoding: expected one of ${ENCODINGS.join(', ')}, got '${name}'`);
  return found;
}

/** Files that are no CSV but are often given as one, by their first bytes. */
const MAGIC: readonly (readonly [bytes: readonly number[], name: string, advice: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP or XLSX file', 'save the sheet as CSV UTF-8, or unpack it'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel file', 'save the sheet as CSV UTF-8'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a Zstandard file', 'unpack it with zstd -d'],
  [
    [0x50, 0x41, 0x52, 0x31],
    'a Parquet file that cannot be read from its end',
    'give it as a file by its name, not packed, and not through standard input or a pipe',
  ],
  [[0x50, 0x41, 0x52, 0x45], 'an encrypted Parquet file', 'write it without encryption'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF file', 'export the table as CSV'],
  [[0x1f, 0x8b], 'a gzip file inside a gzip file', 'unpack it once'],
];

/** What a file is taken for is told from so many bytes, whatever the chunks they come in. */
const HEAD_BYTES = 1 << 16;
/** Below this share of NUL bytes in the head a file is text with a damaged cell; above it is UTF-16 without a mark, or binary. */
const NUL_SHARE = 0.01;

export class Utf8Decoder {
  /** What the bytes were taken for, known as soon as `decode` gives some. */
  encoding: Encoding;
  /** What is wrong with the bytes behind those that `decode` gave last; empty while all is well. Nothing can be decoded after it. */
  fault = '';
  readonly #file: string;
  readonly #headBytes: number;
  #started = false;
  #carry: Uint8Array = EMPTY;
  #lastBytes: Uint8Array = EMPTY;
  #transcoder: InstanceType<typeof TextDecoder> | undefined;

  /** `given` is what the caller says; a byte order mark overrides it. */
  constructor(file: string, given: Encoding = 'utf-8', headBytes: number = HEAD_BYTES) {
    this.#headBytes = headBytes;
    this.#file = file;
    this.encoding = given;
  }

  /**
   * UTF-8 of the next bytes, without a leading byte order mark. Wrong bytes end it: what stands before them is given, and `fault` says the rest.
   * @throws InputError `E_FORMAT`, or `E_ENCODING` for many NUL bytes.
   */
  decode(chunk: Uint8Array, isFinal: boolean): Uint8Array {
    let bytes = this.#carry.length === 0 ? chunk : concat(this.#carry, chunk);
    this.#carry = EMPTY;
    if (!this.#started) {
      if (bytes.length < this.#headBytes && !isFinal) {
        this.#carry = bytes;
        return EMPTY;
      }
      this.#started = true;
      bytes = this.#begin(bytes);
    }
    return this.#transcoder ? this.#transcode(bytes, isFinal) : this.#validate(bytes, isFinal);
  }

  #begin(bytes: Uint8Array): Uint8Array {
    const marks: readonly (readonly [number[], Encoding])[] = [
      [[0xef, 0xbb, 0xbf], 'utf-8'],
      [[0xff, 0xfe], 'utf-16le'],
      [[0xfe, 0xff], 'utf-16be'],
      [[0x84, 0x31, 0x95, 0x33], 'gb18030'],
    ];
    const mark = marks.find(([start]) => start.every((byte, i) => bytes[i] === byte));
    if (mark) {
      this.encoding = mark[1];
      bytes = bytes.subarray(mark[0].length);
    } else {
      const magic = MAGIC.find(([start]) => start.every((byte, i) => bytes[i] === byte));
      if (magic) throw new InputError('E_FORMAT', `${this.#file} E_FORMAT expected CSV text, got ${magic[1]}; ${magic[2]}`);
      const head = bytes.subarray(0, this.#headBytes);
      let nuls = 0;
      for (const byte of head) if (byte === 0) nuls++;
      if (nuls > head.length * NUL_SHARE && !this.encoding.startsWith('utf-16')) {
        throw new InputError(
          'E_ENCODING',
          `${this.#file} E_ENCODING expected ${this.encoding} text, got many NUL bytes: UTF-16 without a byte order mark, or a binary file; try --encoding utf-16le`,
        );
      }
    }
    if (this.encoding !== 'utf-8') this.#transcoder = new TextDecoder(this.encoding, { fatal: true, ignoreBOM: true });
    return bytes;
  }

  #transcode(bytes: Uint8Array, isFinal: boolean): Uint8Array {
    try {
      const ready = encoder.encode(this.#transcoder!.decode(bytes, { stream: !isFinal }));
      this.#lastBytes = bytes.slice(-3); // a character may have begun in them
      return ready;
    } catch {
      this.fault = `expected ${this.encoding} text, got bytes that are none; give the right --encoding (${ENCODINGS.join(', ')})`;
      const lasts = [0, 1, 2, 3].map((back) => this.#lastBytes.slice(this.#lastBytes.length - back));
      const begun = lasts.filter((last) => validText(last, this.encoding) === ''); // what gives a text by itself was given before
      const texts = begun.map((last) => validText(concat(last, bytes), this.encoding));
      return encoder.encode(texts.reduce((longest, text) => (text.length > longest.length ? text : longest)));
    }
  }

  #validate(bytes: Uint8Array, isFinal: boolean): Uint8Array {
    const whole = isFinal ? bytes.length : wholeCharacters(bytes);
    const ready = bytes.subarray(0, whole);
    if (!isUtf8(ready)) {
      const advice = readsAsGb18030(bytes)
        ? 'they read as GB18030, as Excel in China writes it: give --encoding gb18030'
        : `give --encoding (${ENCODINGS.join(', ')}), or save the file as UTF-8`;
      this.fault = `expected UTF-8 text, got bytes that are none; ${advice}`;
      return encoder.encode(validText(bytes, 'utf-8'));
    }
    if (whole < bytes.length) this.#carry = bytes.slice(whole);
    return ready;
  }
}

const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The text of the longest prefix that is valid. */
function validText(bytes: Uint8Array, encoding: Encoding): string {
  let text = '';
  for (let lo = 0, hi = bytes.length; lo < hi;) {
    const middle = (lo + hi + 1) >>> 1;
    try {
      text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, middle), { stream: true });
      lo = middle;
    } catch {
      hi = middle - 1;
    }
  }
  return text;
}

/** Length of the prefix that does not end inside a UTF-8 character. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < needed ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/** Whether bytes from the middle of a file read as GB18030; up to three bytes of a cut character may precede. */
function readsAsGb18030(bytes: Uint8Array): boolean {
  for (let skip = 0; skip < 4; skip++) {
    try {
      new TextDecoder('gb18030', { fatal: true }).decode(bytes.subarray(skip), { stream: true });
      return true;
    } catch {
      // Not from here: a character may have been cut.
    }
  }
  return false;
}
