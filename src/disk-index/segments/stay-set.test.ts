import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TempFolder } from '../../../test/support/temp-folder.js';
import { StaySet } from './stay-set.js';
import { LEAST_STAY_WORDS, PARTS, type Part } from './segment-format.js';

const partsWith = (stays: readonly number[]): Part[] =>
  Array.from({ length: PARTS }, (_, part) => ({ at: 0, people: 0, stays: stays[part] ?? 0, words: (stays[part] ?? 0) * LEAST_STAY_WORDS, last: 0 }));

test('a set of stays says what was added, before and after its file was written', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 6 }), fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }), (sizes, picks) => {
      const parts = partsWith(sizes);
      const removed = new StaySet(parts);
      const expected = new Set<string>();
      for (const [a, b] of picks) {
        const part = a % sizes.length;
        if (sizes[part] === 0) continue;
        removed.add(part, (b % sizes[part]!) * LEAST_STAY_WORDS + (b % LEAST_STAY_WORDS));
        expected.add(`${part} ${b % sizes[part]!}`);
      }
      const folder = new TempFolder();
      removed.write(folder.at('removed.cpx'));
      const again = new StaySet(parts, folder.at('removed.cpx'));
      for (const set of [removed, again]) {
        expect(set.count).toBe(expected.size);
        for (const [part, size] of sizes.entries())
          for (let stay = 0; stay < size; stay++) expect(set.has(part, stay * LEAST_STAY_WORDS)).toBe(expected.has(`${part} ${stay}`));
      }
    }),
    { numRuns: 100 },
  );
});

test('a set of another segment is refused', () => {
  const folder = new TempFolder();
  new StaySet(partsWith([100])).write(folder.at('removed.cpx'));
  expect(() => new StaySet(partsWith([100, 1]), folder.at('removed.cpx'))).toThrow('removed.cpx E_INDEX');
});
