import { describe, expect, test } from 'vitest';
import { checkPages } from './parquet-pages.js';

/** A whole number as the compact protocol has it: zigzag, seven bits to a byte, the lowest first. */
function zigzag(value: number): number[] {
  let left = value >= 0 ? value * 2 : -value * 2 - 1;
  const bytes: number[] = [];
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return [...bytes, left];
}
const INT = 5;
const STRUCT = 12;
/** A field whose number is `step` more than that of the one before. */
const field = (step: number, type: number, bytes: readonly number[]): number[] => [step * 16 + type, ...bytes];
const struct = (...fields: readonly number[][]): number[] => [...fields.flat(), 0];

/** A data page of the first version: type 0, sizes, perhaps a checksum, `count` values. */
function page(body: readonly number[], count: number, { crc, unpacked = body.length }: { crc?: number; unpacked?: number } = {}): number[] {
  const sizes = [...field(1, INT, zigzag(0)), ...field(1, INT, zigzag(unpacked)), ...field(1, INT, zigzag(body.length))];
  const data = struct(field(1, INT, zigzag(count)), field(1, INT, zigzag(0)), field(1, INT, zigzag(3)));
  const rest = crc === undefined ? field(2, STRUCT, data) : [...field(1, INT, zigzag(crc | 0)), ...field(1, STRUCT, data)];
  return [...struct(sizes, rest), ...body];
}
const check = (bytes: readonly number[], rows: number, unpackedBytes = 1000): void => checkPages(Uint8Array.from(bytes), { rows, unpackedBytes });

/** The nine digits have the CRC-32 0xCBF43926 wherever that checksum is described. */
const DIGITS = [...'123456789'].map((digit) => digit.charCodeAt(0));

describe('checkPages', () => {
  test('takes pages one after another, with their checksum or without', () => {
    expect(() => check([...page([1, 2, 3], 4), ...page(DIGITS, 6, { crc: 0xcbf43926 })], 10)).not.toThrow();
  });

  test('tells a page whose bytes are not those of its checksum', () => {
    const bytes = page(DIGITS, 6, { crc: 0xcbf43926 });
    for (let at = bytes.length - DIGITS.length; at < bytes.length; at++) {
      const flipped = bytes.with(at, bytes[at]! ^ 4);
      expect(() => check(flipped, 6)).toThrow('a page whose checksum differs');
    }
  });

  test('refuses pages of more or fewer values than rows', () => {
    expect(() => check(page([1], 5), 4)).toThrow('pages of more values than rows');
    expect(() => check(page([1], 3), 4)).toThrow('pages that end too early');
  });

  test('refuses sizes that the column has no room for', () => {
    expect(() => check(page([1, 2, 3], 4).slice(0, -1), 4)).toThrow('a page longer than its column');
    expect(() => check(page([1, 2, 3], 4, { unpacked: 1001 }), 4)).toThrow('a page longer than its column');
    expect(() => check(page([1, 2, 3], 4, { unpacked: -1 }), 4)).toThrow('a page without its size');
  });

  test('refuses structs without end, of any depth, and fields of no type', () => {
    expect(() => check([], 1)).toThrow('pages that end too early');
    expect(() =>
      check(
        Array.from({ length: 50 }, () => 0x1c),
        1,
      ),
    ).toThrow('structs too deep');
    expect(() => check([0x1d], 1)).toThrow('a field of no known type');
    expect(() => check([0x15, ...Array.from({ length: 20 }, () => 0xff)], 1)).toThrow('a number too long');
  });
});
