import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError, OptionError } from '../core/errors.js';
import { Utf8Decoder, parseEncoding, type Encoding } from './encoding.js';

interface Decoded {
  readonly text: string;
  readonly encoding: Encoding;
  readonly isFaulty: boolean;
}

/** Decodes chunks up to the first fault; every piece given out must be whole characters. */
function decode(chunks: readonly Uint8Array[], given?: Encoding): Decoded {
  const decoder = new Utf8Decoder('f.csv', given);
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (const [i, chunk] of [...chunks, new Uint8Array(0)].entries()) {
    text += strict.decode(decoder.decode(chunk, i === chunks.length));
    if (decoder.fault !== '') break;
  }
  return { text, encoding: decoder.encoding, isFaulty: decoder.fault !== '' };
}

/** Bytes split in two everywhere, and into single bytes that lie at odd places of a buffer, as parts of a larger one do. */
function* splits(bytes: Uint8Array): Generator<Uint8Array[]> {
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
  yield Array.from({ length: Math.ceil(bytes.length / 3) }, (_, i) => bytes.subarray(3 * i, 3 * i + 3));
}

/** What the bytes become, however they are split: all different results, of which there may be one only. */
function decodings(bytes: Uint8Array, given?: Encoding): Decoded[] {
  const all = Array.from(splits(bytes), (chunks) => JSON.stringify(decode(chunks, given)));
  return [...new Set(all)].map((each) => JSON.parse(each) as Decoded);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const swapped = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes).swap16();
const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const someText = fc
  .string({ unit: 'binary', maxLength: 20 })
  .filter((text) => !text.includes('\u0000') && !text.startsWith('\uFEFF') && !text.startsWith('PK'));

describe('UTF-8', () => {
  test('is given on as it is, wherever it is split', () => {
    fc.assert(
      fc.property(someText, (text) => {
        expect(decodings(utf8(text))).toEqual([{ text, encoding: 'utf-8', isFaulty: false }]);
      }),
      { numRuns: 300 },
    );
  });

  test('a leading byte order mark is left out, a later one stays', () => {
    expect(decodings(joined([0xef, 0xbb, 0xbf], utf8('a\uFEFFb')))).toEqual([{ text: 'a\uFEFFb', encoding: 'utf-8', isFaulty: false }]);
    expect(decodings(Uint8Array.of(0xef, 0xbb, 0xbf))).toEqual([{ text: '', encoding: 'utf-8', isFaulty: false }]);
  });

  test.each([
    ['a byte that never occurs', [0x61, 0x62, 0xff, 0x63], 'ab'],
    ['a continuation byte alone', [0x61, 0x80, 0x63], 'a'],
    ['an overlong form', [0x61, 0xc0, 0xaf], 'a'],
    ['half a surrogate pair', [0x61, 0xed, 0xa0, 0x80], 'a'],
    ['a character that the end of the file cuts', [0x61, 0xe5, 0x9c], 'a'],
    ['a character that another one cuts', [0x61, 0xe5, 0x9c, 0x62, 0x63], 'a'],
    ['more than Unicode has', [0x61, 0xf4, 0x90, 0x80, 0x80], 'a'],
  ])('%s is a fault, behind what was right, wherever it is split', (_, bytes, text) => {
    expect(decodings(Uint8Array.from(bytes))).toEqual([{ text, encoding: 'utf-8', isFaulty: true }]);
  });

  test('bytes that read as GB18030 say so', () => {
    const decoder = new Utf8Decoder('f.csv');
    decoder.decode(Uint8Array.of(0x61, 0x2c, 0xb3, 0xa1, 0xcb, 0xf9, 0xc2, 0xeb, 0x0a), true);
    expect(decoder.fault).toContain('--encoding gb18030');
  });

  test('the bytes of the caller are left as they are', () => {
    const bytes = joined([0xef, 0xbb, 0xbf], utf8('场所'));
    const before = [...bytes];
    decode([bytes.subarray(0, 5), bytes.subarray(5)]);
    expect([...bytes]).toEqual(before);
  });
});

describe('GB18030', () => {
  // 场所码,名 in two bytes each; 𝒳 (U+1D4B3), é, U+FFFF and ㊙ in four, worked out from the standard's table by ICU.
  const BYTES = [0xb3, 0xa1, 0xcb, 0xf9, 0xc2, 0xeb, 0x2c, 0xc3, 0xfb, 0x0a];
  const TEXT = '场所码,名\n';

  test('two-byte characters become UTF-8, wherever they are split', () => {
    expect(decodings(Uint8Array.from(BYTES), 'gb18030')).toEqual([{ text: TEXT, encoding: 'gb18030', isFaulty: false }]);
  });

  test('characters of one, two and four bytes, wherever they are split', () => {
    const [plain, two, four] = [[0x22], [0xc9, 0xcf], [0x94, 0x39, 0xda, 0x33]]; // ", 上, 💩
    const pieces = fc.array(fc.constantFrom(plain!, two!, four!), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.map((part) => (part === plain ? '"' : part === two ? '上' : '💩')).join('');
        expect(decodings(Uint8Array.from(parts.flat()), 'gb18030')).toEqual([{ text, encoding: 'gb18030', isFaulty: false }]);
      }),
      { numRuns: 100 },
    );
  });

  test('its byte order mark is known without --encoding', () => {
    expect(decodings(joined([0x84, 0x31, 0x95, 0x33], BYTES))).toEqual([{ text: TEXT, encoding: 'gb18030', isFaulty: false }]);
  });

  test('a cut character is a fault', () => {
    for (const chunks of splits(Uint8Array.from([...BYTES, 0xb3]))) expect(decode(chunks, 'gb18030')).toMatchObject({ isFaulty: true, encoding: 'gb18030' });
    expect(decode([Uint8Array.from([...BYTES, 0xb3])], 'gb18030').text).toBe(TEXT);
  });
});

describe('UTF-16', () => {
  test('with a byte order mark is told by it, in both orders, wherever it is split', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const little = Buffer.from(text, 'utf16le');
        expect(decodings(joined([0xff, 0xfe], little))).toEqual([{ text, encoding: 'utf-16le', isFaulty: false }]);
        expect(decodings(joined([0xfe, 0xff], swapped(little)))).toEqual([{ text, encoding: 'utf-16be', isFaulty: false }]);
        expect(decodings(joined([0xff, 0xfe], little), 'gb18030')).toEqual([{ text, encoding: 'utf-16le', isFaulty: false }]);
      }),
      { numRuns: 100 },
    );
  });

  test('without a mark it is read where --encoding says so', () => {
    const little = Buffer.from('场所码,a\n', 'utf16le');
    expect(decodings(little, 'utf-16le')).toEqual([{ text: '场所码,a\n', encoding: 'utf-16le', isFaulty: false }]);
    expect(decodings(swapped(little), 'utf-16be')).toEqual([{ text: '场所码,a\n', encoding: 'utf-16be', isFaulty: false }]);
  });

  test('without a mark and without being told it is refused, with the way out', () => {
    const bytes = Buffer.from('person_id,place_id,time\n', 'utf16le');
    expect(() => decode([bytes])).toThrow(
      expect.objectContaining({ name: InputError.name, code: 'E_ENCODING', message: expect.stringContaining('--encoding utf-16le') as unknown }),
    );
  });

  test('half a character at the end is a fault', () => {
    expect(decode([Uint8Array.of(0xff, 0xfe, 0x61, 0x00, 0x62)]).isFaulty).toBe(true);
  });
});

describe('files that are no text', () => {
  test.each([
    ['a ZIP or XLSX file', [0x50, 0x4b, 0x03, 0x04, 0x14]],
    ['an old Excel file', [0xd0, 0xcf, 0x11, 0xe0, 0xa1]],
    ['a Zstandard file', [0x28, 0xb5, 0x2f, 0xfd, 0x04]],
    ['a Parquet file', [0x50, 0x41, 0x52, 0x31, 0x15]],
    ['a PDF file', [0x25, 0x50, 0x44, 0x46, 0x2d]],
    ['a gzip file inside a gzip file', [0x1f, 0x8b, 0x08, 0x00]],
  ])('%s is told by its first bytes, wherever they are split', (name, bytes) => {
    for (const chunks of splits(Uint8Array.from(bytes))) {
      expect(() => decode(chunks)).toThrow(
        expect.objectContaining({ name: InputError.name, code: 'E_FORMAT', message: expect.stringContaining(name) as unknown }),
      );
    }
  });

  test('many NUL bytes are refused, a few are left to the row that has them', () => {
    expect(() => decode([joined(utf8('x'.repeat(98)), [0, 0])])).toThrow(expect.objectContaining({ code: 'E_ENCODING' }));
    expect(decode([joined(utf8('x'.repeat(99)), [0])]).text).toBe(`${'x'.repeat(99)}\u0000`);
  });
});

test('encodings have names that people write', () => {
  expect(['UTF-8', 'utf8', 'GBK', 'gb2312', 'GB18030', 'utf-16', 'UTF16LE', 'utf-16be'].map(parseEncoding)).toEqual([
    'utf-8',
    'utf-8',
    'gb18030',
    'gb18030',
    'gb18030',
    'utf-16le',
    'utf-16le',
    'utf-16be',
  ]);
  expect(() => parseEncoding('big5')).toThrow(expect.objectContaining({ name: OptionError.name, code: 'E_ENCODING_NAME' }));
});
