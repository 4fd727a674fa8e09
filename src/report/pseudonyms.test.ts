import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { TempFolder } from '../../test/support/temp-folder.js';
import { chmodSync } from 'node:fs';
import { keyIdOf, pseudonymsOf, readKey } from './pseudonyms.js';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7));

test('without a key each page draws numbers of its own, one for each id', () => {
  const ids = Array.from({ length: 120 }, (_, i) => `person-${i}`);
  const one = pseudonymsOf(ids);
  const other = pseudonymsOf(ids);
  expect([...one.values()].sort()).toEqual(Array.from({ length: 120 }, (_, i) => `P-${String(i + 1).padStart(3, '0')}`));
  expect(ids.map((id) => one.get(id))).not.toEqual(ids.map((id) => other.get(id)));
  expect(ids.map((id) => one.get(id))).not.toEqual([...one.values()].sort());
});

test('with a key a pseudonym is 128 bits of HMAC-SHA-256 in base 32, the same for whatever other ids there are', () => {
  const tag = createHmac('sha256', KEY).update('copresence person\0Ana').digest().subarray(0, 16);
  const bits = [...tag]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
    .padEnd(130, '0');
  const expected = bits
    .match(/.{5}/g)!
    .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)])
    .join('');
  expect(pseudonymsOf(['Ana'], KEY).get('Ana')).toBe(`P-${expected}`);
  expect(pseudonymsOf(['Ben', 'Ana'], KEY).get('Ana')).toBe(`P-${expected}`);
  expect(keyIdOf(KEY)).toMatch(/^[0-9a-f]{16}$/);
});

test('a key that others can read, is short, or is no chance, is refused', () => {
  const folder = new TempFolder();
  const file = (name: string, content: Uint8Array, mode: number): string => {
    folder.write(name, content);
    chmodSync(folder.at(name), mode);
    return folder.at(name);
  };
  expect(readKey(file('good', KEY, 0o600))).toEqual(KEY);
  expect(() => readKey(file('open', KEY, 0o644))).toThrow('chmod 600');
  expect(() => readKey(file('short', KEY.subarray(0, 31), 0o600))).toThrow('at least 32 bytes');
  expect(() => readKey(file('plain', Buffer.alloc(64, 'a'), 0o600))).toThrow('at least 32 bytes');
  expect(() => readKey(folder.at('none'))).toThrow('ENOENT');
});
