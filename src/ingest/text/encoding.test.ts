import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError, OptionError } from '../../core/errors.js';
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

/** Enough text that the rest of a file is read without holding it back. */
const HEAD = 'x'.repeat(1 << 16);
/** Byte order marks, and the text behind them in their encoding. */
const MARKS = { 'utf-8': [0xef, 0xbb, 0xbf], 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff], gb18030: [0x84, 0x31, 0x95, 0x33] } as const;
const heads = new Map<string, Uint8Array>();
function headOf(marked: Encoding | undefined, encoding: Encoding): Uint8Array {
  const key = `${marked} ${encoding}`;
  let head = heads.get(key);
  if (!head) {
    const little = Buffer.from(HEAD, 'utf16le');
    const text = encoding === 'utf-16le' ? little : encoding === 'utf-16be' ? little.swap16() : utf8(HEAD);
    heads.set(key, (head = joined(marked ? MARKS[marked] : [], text)));
  }
  return head;
}

/** What bytes become at the start of a file and far into it, however they are split: all different results, of which there may be one only. */
function decodings(bytes: Uint8Array, given?: Encoding, marked?: Encoding): Decoded[] {
  const mark = marked ? MARKS[marked] : [];
  const head = headOf(marked, marked ?? given ?? 'utf-8');
  const all = new Set<string>();
  for (const chunks of splits(joined(mark, bytes))) all.add(JSON.stringify(decode(chunks, given)));
  for (const chunks of splits(bytes)) {
    const { text, ...rest } = decode([head, ...chunks], given);
    all.add(JSON.stringify({ text: text.replace(HEAD, ''), ...rest }));
  }
  return Array.from(all, (each) => JSON.parse(each) as Decoded);
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
      { numRuns: 60 },
    );
  });

  test('a leading byte order mark is left out, a later one stays', () => {
    expect(decodings(utf8('a\uFEFFb'), undefined, 'utf-8')).toEqual([{ text: 'a\uFEFFb', encoding: 'utf-8', isFaulty: false }]);
    expect(decodings(new Uint8Array(0), undefined, 'utf-8')).toEqual([{ text: '', encoding: 'utf-8', isFaulty: false }]);
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
  // 场, 所, 码 and 名 in two bytes each.
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
      { numRuns: 20 },
    );
  });

  test('its byte order mark is known without --encoding', () => {
    expect(decodings(Uint8Array.from(BYTES), undefined, 'gb18030')).toEqual([{ text: TEXT, encoding: 'gb18030', isFaulty: false }]);
  });

  test('a cut character is a fault', () => {
    expect(decodings(Uint8Array.from([...BYTES, 0xb3]), 'gb18030')).toEqual([{ text: TEXT, encoding: 'gb18030', isFaulty: true }]);
  });
});

describe('UTF-16', () => {
  test('with a byte order mark is told by it, in both orders, wherever it is split', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const little = Buffer.from(text, 'utf16le');
        expect(decodings(little, undefined, 'utf-16le')).toEqual([{ text, encoding: 'utf-16le', isFaulty: false }]);
        expect(decodings(swapped(little), undefined, 'utf-16be')).toEqual([{ text, encoding: 'utf-16be', isFaulty: false }]);
        expect(decodings(little, 'gb18030', 'utf-16le')).toEqual([{ text, encoding: 'utf-16le', isFaulty: false }]);
      }),
      { numRuns: 20 },
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
    expect(decodings(Uint8Array.of(0x61, 0x00, 0x62), undefined, 'utf-16le')).toEqual([{ text: 'a', encoding: 'utf-16le', isFaulty: true }]);
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

  test('many NUL bytes are refused, a few are left to the row that has them, whatever the chunks they come in', () => {
    const text = 'x'.repeat(98);
    for (const chunks of splits(joined([0, 0], utf8(text)))) expect(() => decode(chunks)).toThrow(expect.objectContaining({ code: 'E_ENCODING' }));
    for (const chunks of splits(joined([0], utf8(`${text}x`)))) expect(decode(chunks)).toEqual({ text: `\u0000${text}x`, encoding: 'utf-8', isFaulty: false });
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
