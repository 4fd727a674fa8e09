import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dictionary } from './dictionary.js';
import { keyedHash } from './keyed-hash.js';

/** Well-formed texts of any characters; short ones and shared beginnings come up often. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', 'a', 'ab', 'a\u0000', '\uffff', '\u{10000}', '\ue000', '1', '01', '__proto__'),
);

describe('ids', () => {
  test('they are dense, in the order of first sight, with the empty text as 0', () => {
    const dictionary = new Dictionary();
    expect(['b', 'a', '', 'b', 'c', 'a'].map((key) => dictionary.intern(key))).toEqual([1, 2, 0, 1, 3, 2]);
    expect(dictionary.size).toBe(4);
    expect([0, 1, 2, 3].map((id) => dictionary.text(id))).toEqual(['', 'b', 'a', 'c']);
  });

  test('names that objects have of their own are keys like any other', () => {
    const dictionary = new Dictionary();
    const keys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '\u0000', ' ', 'NaN', '0', '00'];
    expect(keys.map((key) => dictionary.find(key))).toEqual(keys.map(() => -1));
    expect(keys.map((key) => dictionary.intern(key))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(keys.map((_, i) => dictionary.text(i + 1))).toEqual(keys);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  test('numbers keep their zeros, letters their case, and accents their form', () => {
    const dictionary = new Dictionary();
    const keys = ['7', '07', '007', '110101199003070000', '110101199003070001', 'A', 'a', '\u00e9', 'e\u0301', '７'];
    expect(new Set(keys.map((key) => dictionary.intern(key))).size).toBe(keys.length);
  });

  test('they depend on the texts and never on the seed', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), fc.nat({ max: 0xffff_ffff }), (keys, seed) => {
        const idsOf = (dictionary: Dictionary): number[] => keys.map((key) => dictionary.intern(key));
        const distinct = [...new Set(['', ...keys])];
        const wanted = keys.map((key) => distinct.indexOf(key));
        expect([idsOf(new Dictionary(seed)), idsOf(new Dictionary(0)), idsOf(new Dictionary())]).toEqual([wanted, wanted, wanted]);
      }),
    );
  });

  test('200,000 keys stay apart, though some share all bits of a hash', () => {
    // Ten bits of the hash count here: every key shares them with about 200 others.
    const dictionary = new Dictionary(42, { hashMask: 0x3ff });
    const keys = Array.from({ length: 5000 }, (_, i) => `${(Math.imul(i + 1, 2_654_435_761) >>> 0).toString(16)}-${i.toString(36)}`);
    expect(keys.filter((key, i) => dictionary.intern(key) !== i + 1)).toEqual([]);
    expect(keys.filter((key, i) => dictionary.find(key) !== i + 1 || dictionary.intern(key) !== i + 1 || dictionary.text(i + 1) !== key)).toEqual([]);
    expect(dictionary.size).toBe(5001);
    expect(dictionary.find(`${keys[0]}0`)).toBe(-1);
    const whole = new Dictionary();
    const many = Array.from({ length: 200_000 }, (_, i) => `${(Math.imul(i + 1, 2_654_435_761) >>> 0).toString(16)}-${i.toString(36)}`);
    expect(many.filter((key, i) => whole.intern(key) !== i + 1)).toEqual([]);
    expect(many.filter((key, i) => whole.find(key) !== i + 1 || whole.text(i + 1) !== key)).toEqual([]);
  });

  test('many at once get the ids that they get one by one, whatever their hashes and wherever their blocks end', () => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 80, size: 'max' }),
        fc.constantFrom(0, 1, 3, -1),
        fc.constantFrom(4, 16, 1 << 10),
        (keys, hashMask, blockWords) => {
          const one = new Dictionary();
          const other = new Dictionary(undefined, { hashMask, blockWords });
          const pieces = keys.map((key) => Buffer.from(key));
          const bytes = new Uint8Array(Buffer.concat(pieces));
          const hi = Int32Array.from(pieces.map((_, i) => Buffer.concat(pieces.slice(0, i + 1)).length));
          const lo = Int32Array.from(pieces, (piece, i) => hi[i]! - piece.length);
          const out = new Uint32Array(keys.length + 2);
          const half = keys.length >> 1;
          other.internMany(bytes, lo, hi, half, out, 1);
          other.internMany(bytes, lo.subarray(half), hi.subarray(half), keys.length - half, out, 1 + half);
          const wanted = keys.map((key) => one.intern(key));
          expect([...out]).toEqual([0, ...wanted, 0]);
          const texts = Array.from({ length: other.size }, (_, id) => other.text(id));
          expect(texts).toEqual(Array.from({ length: one.size }, (_, id) => one.text(id)));
          const hashed = new Dictionary(undefined, { hashMask, blockWords });
          const { key0, key1, mask } = hashed.hashKey;
          const hashes = Uint32Array.from(keys, (_, i) => keyedHash(new DataView(bytes.buffer), lo[i]!, hi[i]!, key0, key1) & mask);
          const again = new Uint32Array(keys.length + 1);
          hashed.internHashed(bytes, lo, hi, hashes, again, 1);
          expect([...again]).toEqual([0, ...wanted]);
          expect(keys.map((key) => hashed.find(key))).toEqual(wanted);
          for (const a of wanted.slice(0, 6)) for (const b of wanted.slice(-6)) expect(Math.sign(other.compare(a, b))).toBe(Math.sign(one.compare(a, b)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('texts that are appended without a look get the same ids, are found, and go on with those that are looked up', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(text, { maxLength: 80, size: 'max' }),
        fc.array(text, { maxLength: 20 }),
        fc.nat({ max: 80 }),
        fc.constantFrom(0, 3, -1),
        fc.constantFrom(4, 16, 1 << 10),
        (texts, later, looked, hashMask, blockWords) => {
          const given = ['', ...texts.filter((each) => each !== '')];
          const first = Math.max(1, Math.min(looked, given.length));
          const one = new Dictionary();
          const other = new Dictionary(undefined, { hashMask, blockWords });
          for (const each of given) one.intern(each);
          for (const each of given.slice(0, first)) other.intern(each);
          const pieces = given.map((each) => Buffer.from(each));
          const ends = Uint32Array.from(pieces, (_, i) => pieces.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
          other.appendDistinct(new Uint8Array(Buffer.concat(pieces)), ends, first);
          expect(Array.from({ length: other.size }, (_, id) => other.text(id))).toEqual(given);
          for (const each of [...later, ...given]) expect(other.find(each)).toBe(one.find(each));
          other.clear();
          other.appendDistinct(new Uint8Array(Buffer.concat(pieces)), ends, 1);
          expect(later.map((each) => other.intern(each))).toEqual(later.map((each) => one.intern(each)));
          const bytes = Buffer.concat(pieces);
          const [lo, hi] = [Int32Array.from(ends, (end, i) => end - pieces[i]!.length), Int32Array.from(ends)];
          other.clear();
          other.appendDistinct(new Uint8Array(bytes), ends, 1);
          const out = new Uint32Array(given.length);
          other.internMany(bytes, lo, hi, given.length, out, 0);
          expect([...out]).toEqual([...given.keys()]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('what was forgotten is new again, in blocks that are used again, and the generation tells', () => {
    const dictionary = new Dictionary(1, { blockWords: 8 });
    const long = 'a text that is longer than a block of eight words, by far';
    for (const keys of [['a', long, 'b', 'ccccccccccccccccccccc'], ['ccccccccccccccccccccc', 'b', 'dddd', long, 'a'], [long]]) {
      expect(keys.map((key) => dictionary.intern(key))).toEqual(keys.map((_, i) => i + 1));
      expect(keys.map((key, i) => [dictionary.find(key), dictionary.text(i + 1)])).toEqual(keys.map((key, i) => [i + 1, key]));
      const before = dictionary.generation;
      dictionary.clear();
      expect([dictionary.generation, dictionary.size, dictionary.find(keys[0]!), dictionary.text(0)]).toEqual([before + 1, 1, -1, '']);
    }
  });

  test('a text is found by its bytes wherever they lie', () => {
    const dictionary = new Dictionary();
    const bytes = Buffer.from('x,场所码,y');
    expect(dictionary.internBytes(bytes, 2, bytes.length - 2)).toBe(1);
    expect([dictionary.text(1), dictionary.find('场所码'), dictionary.find('场所')]).toEqual(['场所码', 1, -1]);
    expect(dictionary.internBytes(bytes, 2, 2)).toBe(0);
  });

  test('a key longer than every buffer is kept whole', () => {
    const dictionary = new Dictionary();
    const long = '长'.repeat(50_000);
    expect([dictionary.intern(long), dictionary.intern(`${long}x`), dictionary.find(long)]).toEqual([1, 2, 1]);
    expect(dictionary.text(1)).toBe(long);
  });

  test('a byte order mark inside a text is part of it', () => {
    const dictionary = new Dictionary();
    expect(dictionary.text(dictionary.intern('\uFEFFa'))).toBe('\uFEFFa');
    expect(dictionary.find('a')).toBe(-1);
  });
});

test('ids compare as their UTF-8 bytes do', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const dictionary = new Dictionary();
      expect(Math.sign(dictionary.compare(dictionary.intern(a), dictionary.intern(b)))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 1000 },
  );
});
