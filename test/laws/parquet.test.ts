/** A Parquet file and a CSV file of the same rows give the same lists, ledger and rejects. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoted } from '../support/csv.js';
import { answerOf, parquetOf, textRows, type Column } from '../support/parquet.js';
import { runMatch, type MatchRun } from '../support/run-cli.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/parquet/', import.meta.url));
const fixture = (name: string): Buffer => readFileSync(`${FIXTURES}${name}`);
const FLAGS = ['--tz', 'Asia/Shanghai', '--max-rejects', '100%'];
const CASES = 'person_id\n0042\np1\n';

const same = async (parquet: Uint8Array, csv: string | Uint8Array, flags: readonly string[] = FLAGS): Promise<MatchRun> => {
  const ours = await runMatch({ 'checkins.parquet': parquet, 'cases.csv': CASES }, flags);
  const theirs = await runMatch({ 'checkins.csv': csv, 'cases.csv': CASES }, flags);
  expect({ code: ours.code, ...(answerOf(ours.lists) as object) }).toEqual({ code: theirs.code, ...(answerOf(theirs.lists) as object) });
  return ours;
};

describe('files of another writer', () => {
  const csv = fixture('checkins.csv');
  const names = ['snappy', 'zstd-v2', 'gzip', 'lz4', 'brotli', 'plain', 'nanoseconds', 'text', 'nested', 'enum-uuid'];
  test.each(names)('%s: local times give what the CSV file gives', async (name) => {
    const run = await same(fixture(`${name}.parquet`), csv);
    expect(run.code).toBe(0);
    expect(run.lists.rows('contacts').length).toBeGreaterThan(3);
    expect(run.lists.manifest.ledger[0]).toEqual({ file: 'checkins.parquet', read: 60, accepted: 60, rejected: 0, duplicate: 0, blank: 0 });
  });

  test.each(['instants', 'epoch-ms', 'epoch-s'])('%s: instants, in any zone, give what the CSV file gives in UTC', async (name) => {
    const ours = await runMatch({ 'checkins.parquet': fixture(`${name}.parquet`), 'cases.csv': CASES }, []);
    const theirs = await runMatch({ 'checkins.csv': csv, 'cases.csv': CASES }, ['--tz', 'UTC']);
    const inUtc = (run: MatchRun): unknown => JSON.parse(JSON.stringify(answerOf(run.lists)).replaceAll('+00:00', 'Z'));
    expect([ours.code, inUtc(ours)]).toEqual([0, inUtc(theirs)]);
  });
});

/** Cells as exports have them: sound, empty, padded, damaged by a spreadsheet, of any Unicode, of the wrong kind. */
const cell = (...sound: readonly string[]): fc.Arbitrary<string | null> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...sound) },
    { weight: 2, arbitrary: fc.constantFrom(null, '', ' ', '\t0042 ', '1.38E+10', 'x\u0000y', '\u3000', '2022-02-30 08:00:00', '9999-12-31 00:00:00') },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => text.replaceAll(/[\r\n]/g, '') || null) },
  );
const textRow = fc.tuple(
  cell('0042', 'p1', 'p2', 'p3', 'P1'),
  cell('S1', 'S2'),
  cell('2022-03-01 08:00:00', '2022-03-01T08:05:00Z', '2022/3/1 8:10', '20220301081500', '2022-03-01 16:20:00+08:00', '2022-03-01 08:00'),
  cell('', '2022-03-01 09:00:00', '2022-03-01 08:20:00'),
  fc.constantFrom('x', null, ''),
);
// A long header: NUL bytes in numbers, for its size, would make the CSV file one that is no text.
const TEXT_COLUMNS = ['person_id', 'place_id', 'time', 'check_out', `unknown${'x'.repeat(9000)}`];
const csvOf = (names: readonly string[], rows: readonly (readonly (string | null)[])[]): string =>
  [names, ...rows].map((row) => row.map((each) => quoted(each ?? '')).join(',')).join('\n') + '\n';

test('any texts give what the CSV file gives, whatever the row groups and pages', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(textRow, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(1, 1 << 20),
      async (rows, rowGroupSize, pageSize) => {
        await same(parquetOf(textRows(TEXT_COLUMNS, rows), { rowGroupSize, pageSize }), csvOf(TEXT_COLUMNS, rows));
      },
    ),
    { numRuns: 60 },
  );
});

/** New York: a gap on 2022-03-13 at 02:00, an overlap on 2022-11-06 at 01:00, and all else around. */
const nearChange = fc.oneof(
  fc.integer({ min: Date.UTC(2022, 2, 13, 0) / 1000, max: Date.UTC(2022, 2, 13, 5) / 1000 }),
  fc.integer({ min: Date.UTC(2022, 10, 6, 0) / 1000, max: Date.UTC(2022, 10, 6, 4) / 1000 }),
  fc.constantFrom(-1, 0, 946_684_799, 946_684_800, 4_102_444_799, 4_102_444_800, 253_402_214_400),
);
const fraction = fc.constantFrom(0, 0.5, 0.999999);
const textOf = (sec: number): string => new Date(sec * 1000).toISOString().slice(0, 19);

test.each([
  ['wall', ' ', ''],
  ['instant', 'T', 'Z'],
] as const)('timestamps (%s) are read as their texts are: gaps, overlaps, bounds, fractions', async (type, between, suffix) => {
  const row = fc.tuple(fc.constantFrom('0042', 'p2', 'p3'), nearChange, fc.option(nearChange), fraction);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
      const columns: Column[] = [
        ['person_id', 'text', rows.map(([person]) => person)],
        ['place_id', 'text', rows.map(() => 'S1')],
        ['time', type, rows.map(([, time, , part]) => time + part)],
        ['check_out', type, rows.map(([, , out, part]) => (out === null ? null : out + part))],
      ];
      const text = (sec: number, part: number): string => `${textOf(sec).replace('T', between)}${part === 0 ? '' : `.${String(part).slice(2)}`}${suffix}`;
      const lines = rows.map(([person, time, out, part]) => [person, 'S1', text(time, part), out === null ? '' : text(out, part)]);
      await same(parquetOf(columns), csvOf(['person_id', 'place_id', 'time', 'check_out'], lines), ['--tz', 'America/New_York', '--max-rejects', '100%']);
    }),
    { numRuns: 60 },
  );
});
