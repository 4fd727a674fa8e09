import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dictionary } from '../../core/dictionary.js';
import { CHECKINS, Table, newInputTables } from '../../model/tables.js';
import { TempFolder } from '../../../test/support/temp-folder.js';
import { CheckInSpill } from './check-in-spill.js';
import { hashText } from '../people-file.js';
import { PARTS } from '../segments/segment-format.js';

const SEED = 17;
const cell = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** 32 - 1 }) });
const row = fc.tuple(
  fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 })),
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }), cell, cell, cell, cell, fc.constant(0)), // the last is the role, which nobody has in an index
  fc.tuple(fc.nat({ max: 5 }), fc.integer({ min: 2, max: 2 ** 32 - 1 })),
);

test('rows put down in batches come back part by part, each with its person, file and line, in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 40 }), { maxLength: 5 }), (batches) => {
      const folder = new TempFolder();
      const spill = new CheckInSpill(folder.at('check-ins'), SEED);
      const inputs = newInputTables();
      for (const batch of batches) {
        inputs.checkIns.clear();
        inputs.ids.person.clear();
        for (const [person, values, [file, line]] of batch) inputs.checkIns.push([inputs.ids.person.intern(person), ...values], file, line);
        spill.take(inputs);
      }
      const all = batches.flat();
      expect(spill.rows).toBe(all.length);
      let rows = 0;
      for (let part = 0; part < PARTS; part++) {
        const people = new Dictionary();
        const table = new Table(CHECKINS);
        spill.load(part, people, table);
        expect(table.rowCount).toBe(spill.rowsOf(part));
        rows += table.rowCount;
        const read = Array.from({ length: table.rowCount }, (_, r) => [
          people.text(table.columns[0]!.data[r]!),
          table.columns.slice(1).map(({ data }) => data[r]),
          [table.file.data[r], table.line.data[r]],
        ]);
        expect(read).toEqual(all.filter(([person]) => (hashText(new TextEncoder().encode(person), SEED) & (PARTS - 1)) === part));
      }
      expect(rows).toBe(all.length);
      for (let place = 1; place < 10; place++) expect(spill.ofPlace[place] ?? 0).toBe(all.filter(([, values]) => values[0] === place).length);
      spill.remove();
      expect(existsSync(folder.at('check-ins'))).toBe(false);
    }),
    { numRuns: 40 },
  );
});
