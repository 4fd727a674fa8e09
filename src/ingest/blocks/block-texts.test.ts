import { expect, test } from 'vitest';
import { Dictionary } from '../../core/dictionary.js';
import { BlockTexts, TextsBehind } from './block-texts.js';

test('texts get numbers in the order of asking, and from their places and hashes the ids that a dictionary gives by itself', () => {
  const block = Buffer.from('ada,hall\nbob,hall\nada,"a ""b"""\n');
  // Behind the block stands what a scanner unescaped, good for a moment only.
  const bytes = new Uint8Array(Buffer.concat([block, Buffer.from('a "b"')]));
  const dictionary = new Dictionary();
  const behind = new TextsBehind();
  behind.open(block.length);
  const texts = new BlockTexts(dictionary.hashKey, behind);
  const out = new Uint32Array(4);
  texts.internMany(bytes, Int32Array.of(0, 3, 9), Int32Array.of(3, 3, 12), 3, out, 1);
  expect([...out]).toEqual([0, 1, 0, 2]); // the empty text is 0
  expect([texts.internBytes(bytes, 18, 21), texts.internBytes(bytes, block.length, bytes.length)]).toEqual([3, 4]);
  bytes.fill(0, block.length);
  const all = new Uint8Array(Buffer.concat([block, behind.bytes]));
  const ids = new Uint32Array(5);
  const column = ({ data, length }: { data: Uint32Array; length: number }): Int32Array => Int32Array.from(data.subarray(0, length));
  dictionary.internHashed(all, column(texts.lo), column(texts.hi), texts.hashes.trimmed(), ids, 1);
  expect([...ids]).toEqual([0, 1, 2, 1, 3]);
  expect([1, 2, 3].map((id) => dictionary.text(id))).toEqual(['ada', 'bob', 'a "b"']);
  texts.clear();
  behind.open(3);
  expect([texts.count, texts.internBytes(bytes, 0, 3), behind.length]).toEqual([0, 1, 0]);
});
