import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUtf8 } from './utf8.js';

/** What the platform's strict decoder says. */
function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

test('every sequence of up to three bytes is judged as by a strict decoder', () => {
  const wrong: number[][] = [];
  // Bytes at which the rules change, and their neighbours; all of the first two.
  const edges = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf4, 0xf5, 0xff];
  for (let a = 0; a < 256; a++)
    for (let b = 0; b < 256; b++)
      for (const tail of [[], ...edges.map((c) => [c]), [0x80, 0x80], [0xbf, 0xbf], [0x80, 0x41], [0x41, 0x80]]) {
        const bytes = Uint8Array.of(a, b, ...tail);
        if (isUtf8(bytes) !== decodes(bytes)) wrong.push([...bytes]);
      }
  expect(wrong).toEqual([]);
});

test('texts are valid wherever they lie in memory, and no longer when one byte is damaged or cut', () => {
  const text = fc
    .array(fc.constantFrom('a', 'plain ascii text', 'é', '场所码', '\u{1d4b3}', '\uffff', '\u0000'), { maxLength: 12 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.nat({ max: 7 }), fc.nat({ max: 255 }), fc.nat({ max: 60 }), (value, skip, byte, where) => {
      const bytes = new Uint8Array(Buffer.concat([Buffer.alloc(skip, 0xff), Buffer.from(value)])).subarray(skip);
      expect(isUtf8(bytes)).toBe(true);
      const cut = bytes.subarray(0, where);
      expect(isUtf8(cut)).toBe(decodes(cut));
      if (where < bytes.length) bytes[where] = byte;
      expect(isUtf8(bytes)).toBe(decodes(bytes));
    }),
    { numRuns: 2000 },
  );
});
