import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dictionary } from '../core/dictionary.js';
import { TempFolder } from '../../test/support/temp-folder.js';
import { People, PeopleWriter, hashText } from './people-file.js';
import { PARTS } from './segments/segment-format.js';

const SEED = 0xdead_beef;
const encoder = new TextEncoder();
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const partOfText = (id: string): number => hashText(encoder.encode(id), SEED) & (PARTS - 1);

/** Writes a file for each list of texts, as updates do: numbers go on within each part. */
function written(folder: TempFolder, updates: readonly (readonly string[])[]): { people: People; numbers: Map<string, number> } {
  const parts = Array.from({ length: PARTS }, () => new Dictionary());
  const numbers = new Map<string, number>();
  const paths = updates.map((texts, u) => {
    const first = parts.map(({ size }) => size);
    for (const each of texts) numbers.set(each, ((parts[partOfText(each)]!.intern(each) << 8) | partOfText(each)) >>> 0);
    const path = folder.at(`people-${u}.cpx`);
    const writer = new PeopleWriter(path, SEED);
    parts.forEach((part, p) => writer.addPart(part, first[p]!));
    const { sum } = writer.finish();
    return { path, sum };
  });
  return { people: new People(paths, SEED), numbers };
}

describe('people of an index', () => {
  test('are found by their texts and their ids, over the files of several updates', () => {
    const id = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
      fc.nat({ max: 3000 }).map((n) => `p${n}`),
    );
    fc.assert(
      fc.property(fc.array(fc.array(id, { maxLength: 300 }), { minLength: 1, maxLength: 3 }), fc.array(id, { maxLength: 20 }), (updates, others) => {
        const folder = new TempFolder();
        const { people, numbers } = written(folder, updates);
        for (const [each, number] of numbers) {
          expect([each, people.find(each)]).toEqual([each, number]);
          expect(text(people.textBytes(number))).toBe(each);
        }
        for (const each of others) expect([each, people.find(each)]).toEqual([each, numbers.get(each) ?? 0]);
        for (let part = 0; part < PARTS; part++) {
          const dictionary = new Dictionary();
          people.addTo(dictionary, part);
          for (const [each, number] of numbers) expect(dictionary.find(each)).toBe((number & 255) === part ? number >>> 8 : -1);
        }
        people.close();
      }),
      { numRuns: 15 },
    );
  });

  test('with one hash are told apart by their texts', () => {
    // Among 300,000 texts some pairs have one 32-bit hash.
    const seen = new Map<number, string>();
    const pairs: string[] = [];
    for (let i = 0; i < 300_000 && pairs.length < 6; i++) {
      const each = `${Math.imul(i, 0x9e3779b1).toString(36)} ${(i * 7919).toString(36)}`;
      const hash = hashText(encoder.encode(each), SEED);
      const earlier = seen.get(hash);
      if (earlier !== undefined) pairs.push(earlier, each);
      seen.set(hash, each);
    }
    expect(pairs.length).toBeGreaterThan(3);
    const folder = new TempFolder();
    const { people, numbers } = written(folder, [pairs.slice(0, -1)]);
    for (const each of pairs.slice(0, -1)) expect(people.find(each)).toBe(numbers.get(each));
    expect(people.find(pairs.at(-1)!)).toBe(0); // its twin is there
    people.close();
  });

  test('of another index, or an id that nobody has, are refused', () => {
    const folder = new TempFolder();
    const { people } = written(folder, [['a', 'b']]);
    expect(() => people.textBytes(0xffff_ff00)).toThrow('E_INDEX');
    people.close();
    expect(() => new People([{ path: folder.at('people-0.cpx') }], SEED + 1)).toThrow('it belongs to another index');
  });
});

test('ids that follow each other spread over all parts', () => {
  const counts = new Uint32Array(PARTS);
  for (let i = 0; i < 256_000; i++) counts[partOfText(String(13_800_000_000 + i))]!++;
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1200);
});
