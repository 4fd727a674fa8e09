import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dwell } from '../../stays/dwell.js';
import { compile, type SqlPlan } from './compile.js';
import { DIALECT_NAMES, dialectOf, type DialectName } from './dialect.js';
import { scriptText } from './script.js';

const PLAN: SqlPlan = {
  stays: {
    checkins: { table: 'dwd.scans', columns: { person_id: 'uid', time: 'scan_sec', check_out: 'out_sec', seat: 'seat' } },
    places: { table: 'venues', columns: { kind: 'kind', category: 'cat', parent_id: 'above' } },
    runs: { table: 'trips', columns: {} },
    times: 'epoch',
    dwell: new Dwell(),
    runGapSec: 2700,
    skewSec: 0,
    parentLevels: 2,
  },
  question: {
    cases: [
      { caseId: "o'c", personId: '007', fromSec: 1_646_092_800, toSec: Number.POSITIVE_INFINITY, hasStays: true, told: [] },
      {
        caseId: 'told',
        personId: 'told',
        fromSec: Number.NEGATIVE_INFINITY,
        toSec: Number.POSITIVE_INFINITY,
        hasStays: false,
        told: [{ placeId: 'bus', runId: '', startSec: 1_646_092_800, endSec: 1_646_096_400 }],
      },
    ],
    scope: 'parent',
    lagSec: 1800,
    isClosed: false,
    minOverlapSec: 0,
    excludeConflicts: false,
    binSec: 3600,
  },
};

/** Reads one literal of a dialect from the start of a text as its engine would, written apart from what writes them: [value, rest]. */
function readLiteral(dialect: DialectName, sql: string): readonly [string, string] {
  const isEscaped = dialect === 'spark' || dialect === 'clickhouse' || sql.startsWith('E');
  let at = sql.startsWith('E') ? 2 : 1;
  expect(sql[at - 1]).toBe("'");
  let value = '';
  for (;;) {
    const char = sql[at];
    if (char === undefined) throw new Error('a literal without an end');
    if (char === '\\' && isEscaped) {
      if (dialect === 'spark' && sql[at + 1] === 'u') {
        value += String.fromCharCode(Number.parseInt(sql.slice(at + 2, at + 6), 16));
        at += 6;
      } else {
        if (sql[at + 1] !== "'" && sql[at + 1] !== '\\') throw new Error('an escape that engines read in several ways');
        value += sql[at + 1];
        at += 2;
      }
    } else if (char === "'") {
      if (sql[at + 1] !== "'" || dialect === 'spark') return [value, sql.slice(at + 1)];
      value += "'";
      at += 2;
    } else {
      value += char;
      at++;
    }
  }
}

const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom("'", '"', '`', '\\', ';', '-', '/', '*', '$', '{', '}', '\n', '\t', 'E', 'u', '0', '张', '\u{1d4b3}', ')', '(', ',') }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom("'; drop table stays; --", "\\'; drop table stays; --", '${env:HOME}', '\\u0027 or 1=1', "E'\\''", "''", '$$x$$', '/* */', '\\'),
);

describe('a compiled match', () => {
  test.each(DIALECT_NAMES)('is the same script as ever in %s', async (dialect) => {
    await expect(scriptText(compile(PLAN, dialect))).toMatchFileSnapshot(`__snapshots__/${dialect}.sql`);
  });

  test('is pure: the same plan gives the same statements', () => {
    for (const dialect of DIALECT_NAMES) expect(compile(PLAN, dialect)).toEqual(compile(structuredCloned(), dialect));
  });

  test('has checks that name what they look at, and ends with the answer', () => {
    const statements = compile(PLAN, 'duckdb');
    expect(statements.filter(({ kind }) => kind === 'check').map(({ label }) => label)).toEqual(['places', 'parents', 'checkins', 'runs']);
    expect(statements.at(-1)).toMatchObject({ label: 'answer', kind: 'read' });
  });

  test.each(DIALECT_NAMES)('holds any id as one literal in %s', (dialect) => {
    const { literal } = dialectOf(dialect);
    fc.assert(
      fc.property(hostile, (id) => {
        fc.pre(!id.includes('\0') && id.isWellFormed());
        expect(readLiteral(dialect, `${literal(id)}, 1)`)).toEqual([id, ', 1)']);
      }),
      { numRuns: 25_000 },
    );
  });

  test('leaves in spark nothing of an id for a tool that splits scripts or fills in variables', () => {
    fc.assert(
      fc.property(hostile, (id) => {
        fc.pre(!id.includes('\0') && id.isWellFormed());
        expect(dialectOf('spark').literal(id)).not.toMatch(/[;$`\n]|--|\/\*/);
      }),
      { numRuns: 5000 },
    );
  });

  test.each(DIALECT_NAMES)('refuses in %s what is no text, without showing it', (dialect) => {
    for (const id of ['a\0b', '\ud800'])
      expect(() => dialectOf(dialect).literal(id)).toThrow(
        expect.objectContaining({ code: 'E_ENGINE_TEXT', message: expect.not.stringContaining(id) as string }),
      );
  });

  test('quotes names of tables part by part', () => {
    const script = scriptText(compile({ ...PLAN, stays: { ...PLAN.stays, checkins: { table: 'a"b.c;d', columns: { person_id: 'x"y' } } } }, 'duckdb'));
    expect(script).toContain('from "a""b"."c;d" r');
    expect(script).toContain('r."x""y"');
  });

  test('knows its dialects', () => {
    expect(() => compile(PLAN, 'oracle' as DialectName)).toThrow(expect.objectContaining({ code: 'E_DIALECT' }));
  });
});

function structuredCloned(): SqlPlan {
  return { ...PLAN, stays: { ...PLAN.stays, dwell: new Dwell() }, question: structuredClone(PLAN.question) };
}
