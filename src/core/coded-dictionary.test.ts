import { describe, expect, test } from 'vitest';
import { CodedDictionary } from './coded-dictionary.js';
import { Dictionary } from './dictionary.js';
import { inTextOrder } from './text-order.js';

describe('a coded dictionary', () => {
  const TEXTS = ['P10', 'P2', '', 'Zoë', '\uff5e5', '\u{1d4b3}6', '0042'];
  const CODES = new Map([
    ['P10', 'case-2'],
    ['Zoë', 'case-1'],
    ['0042', '\u{1f600}'],
  ]);
  const base = new Dictionary(1);
  const ids = TEXTS.map((text) => base.intern(text));
  const coded = new CodedDictionary(base, new Map([...CODES].map(([text, code]) => [base.find(text), code])));
  // The second method: a dictionary that was given the other texts from the start.
  const plain = new Dictionary(1);
  const plainIds = TEXTS.map((text) => plain.intern(CODES.get(text) ?? text));

  test('reads as one that was given the codes from the start', () => {
    const marked = new Uint8Array(256);
    marked['-'.charCodeAt(0)] = 1;
    for (const [i, id] of ids.entries()) {
      const other = plainIds[i]!;
      const copied = new Uint8Array(20);
      const expected = new Uint8Array(20);
      expect([coded.copyInto(id, copied, 3), copied]).toEqual([plain.copyInto(other, expected, 3), expected]);
      expect([coded.text(id), coded.byteLength(id), [...coded.bytes(id)]]).toEqual([plain.text(other), plain.byteLength(other), [...plain.bytes(other)]]);
      for (const from of [0, 2, 5, 9]) expect(coded.threeBytes(id, from)).toBe(plain.threeBytes(other, from));
      for (const [j, next] of ids.entries()) expect(Math.sign(coded.compare(id, next))).toBe(Math.sign(plain.compare(other, plainIds[j]!)));
    }
    expect([coded.hasByte(marked), base.hasByte(marked), coded.size]).toEqual([true, false, base.size]);
  });

  test('sorts by the codes', () => {
    const sorted = [...inTextOrder(Uint32Array.from(ids), coded)].map((id) => coded.text(id));
    expect(sorted).toEqual([...inTextOrder(Uint32Array.from(plainIds), plain)].map((id) => plain.text(id)));
    expect(sorted).toEqual(['', 'P2', 'case-1', 'case-2', '\uff5e5', '\u{1d4b3}6', '\u{1f600}']);
  });

  test('takes no texts and is not searched', () => {
    expect(() => coded.intern('new')).toThrow('takes no texts');
    expect(() => coded.find()).toThrow('not searched');
  });
});
