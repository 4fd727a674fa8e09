import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../core/errors.js';
import { plainCsv } from '../../testing/plain-csv.js';
import { CsvScanner, type ScanLimits } from './csv-scanner.js';

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Pieces of which files are made: everything that has a meaning, beside what has none. */
const PIECES = [
  '"',
  '"',
  '""',
  '"""',
  ',',
  ';',
  '\t',
  '|',
  '\n',
  '\r',
  '\r\n',
  ' ',
  'a',
  'bc',
  '0',
  'é',
  '场所',
  '\u{1d4b3}',
  '\uFEFF',
  '\v',
  '"x"',
  '"p,q\n"',
  '\u00a0',
  '\u2028',
  '-',
];
const ragged = fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map((pieces) => pieces.join(''));

/** Files that a careful program writes: every cell quoted where it needs to be. */
const tidyCell = fc.array(fc.constantFrom('a', '7', ' ', ',', ';', '"', '\n', '\r\n', '名', '|', '\t'), { maxLength: 4 }).map((chars) => chars.join(''));
const tidy = fc.record({
  rows: fc.array(fc.array(tidyCell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  delimiter: fc.constantFrom(...DELIMITERS),
  endsWithLine: fc.boolean(),
});
type Tidy = typeof tidy extends fc.Arbitrary<infer T> ? T : never;
const tidyText = ({ rows, lineEnd, delimiter, endsWithLine }: Tidy): string =>
  rows.map((row) => row.map((cell) => (/[\s",;|]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell)).join(delimiter)).join(lineEnd) +
  (endsWithLine ? lineEnd : '');

interface Scan {
  readonly records: { readonly line: number; readonly cells: readonly string[]; readonly isBroken: boolean; readonly raw: string }[];
  readonly error: string | undefined;
}

/** What the scanner reads from bytes in chunks; a broken record's cells do not count. */
function scan(chunks: readonly Uint8Array[], delimiter?: string, limits?: ScanLimits): Scan {
  const scanner = new CsvScanner('f.csv', limits);
  if (delimiter !== undefined) scanner.setDelimiter(delimiter.charCodeAt(0));
  const records: Scan['records'] = [];
  try {
    for (const [i, chunk] of [...chunks, new Uint8Array(0)].entries()) {
      scanner.push(chunk, i === chunks.length);
      while (scanner.next()) {
        const cells = Array.from({ length: scanner.cellCount }, (_, cell) => scanner.text(cell));
        records.push({ line: scanner.line, cells: scanner.isBroken ? [] : cells, isBroken: scanner.isBroken, raw: scanner.raw() });
      }
    }
  } catch (error) {
    if (error instanceof InputError) return { records, error: error.message };
    throw error;
  }
  return { records, error: undefined };
}

function wanted(text: string, delimiter: string): Scan {
  const { records, unclosedAt } = plainCsv(text, delimiter);
  const error =
    unclosedAt === undefined
      ? undefined
      : `f.csv:${unclosedAt} E_CSV_UNCLOSED expected a closing quote, got the end of the file; close or double the quote that is opened on this line`;
  return { records: records.map((record) => (record.isBroken ? { ...record, cells: [] } : record)), error };
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const splitAt = (bytes: Uint8Array, at: number): Uint8Array[] => [bytes.subarray(0, at), bytes.subarray(at)];

describe('records and cells', () => {
  test('they are those of the plain reader, wherever a chunk ends', () => {
    fc.assert(
      fc.property(fc.oneof(ragged, tidy.map(tidyText)), fc.constantFrom(...DELIMITERS), (text, delimiter) => {
        const bytes = bytesOf(text);
        const expected = wanted(text, delimiter);
        expect(scan([bytes], delimiter)).toEqual(expected);
        expect(
          scan(
            Array.from(bytes, (byte) => Uint8Array.of(byte)),
            delimiter,
          ),
        ).toEqual(expected);
        for (let at = 0; at <= bytes.length; at++) expect(scan(splitAt(bytes, at), delimiter), `split at ${at}`).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('a file of 4 KiB reads the same from 1 to 64 chunks', () => {
    const rows = Array.from({ length: 90 }, (_, i) => `${i},"shop ""${i}"", upstairs","two\r\nlines",${'x'.repeat(i % 17)},场所`);
    const text = rows
      .join('\r\n')
      .slice(0, 4096)
      .replace(/[^\n]*$/, '');
    const bytes = bytesOf(text);
    const expected = wanted(text, ',');
    expect(expected.records.length).toBeGreaterThan(50);
    for (let parts = 1; parts <= 64; parts++) {
      const size = Math.ceil(bytes.length / parts);
      const chunks = Array.from({ length: parts }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
      expect(scan(chunks, ','), `${parts} chunks`).toEqual(expected);
    }
  });

  test('what a careful program wrote comes back cell by cell', () => {
    fc.assert(
      fc.property(tidy, (file) => {
        // One record of one empty cell is what an empty line is, too.
        const { records, error } = scan([bytesOf(tidyText(file))], file.delimiter);
        expect(error).toBeUndefined();
        expect(records.map(({ cells }) => cells)).toEqual(file.rows.map((row) => row.map((cell) => cell.replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, ''))));
        expect(records.some(({ isBroken }) => isBroken)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('quotes, doubled quotes and line ends inside quotes, worked out by hand', () => {
    expect(scan([bytesOf('a,b\r\n"x\r\ny","p""q"\n\n1,2')])).toEqual({
      records: [
        { line: 1, cells: ['a', 'b'], isBroken: false, raw: 'a,b' },
        { line: 2, cells: ['x\r\ny', 'p"q'], isBroken: false, raw: '"x\r\ny","p""q"' },
        { line: 4, cells: [''], isBroken: false, raw: '' },
        { line: 5, cells: ['1', '2'], isBroken: false, raw: '1,2' },
      ],
      error: undefined,
    });
  });

  test('a bare quote or text behind a closing quote breaks its own record and no other', () => {
    const { records } = scan([bytesOf('a,b\nx"y,1\n"z"w,2\n"ok",3\n "q",4\n')]);
    expect(records.map(({ line, isBroken }) => [line, isBroken])).toEqual([
      [1, false],
      [2, true],
      [3, true],
      [4, false],
      [5, true],
    ]);
  });

  test('ASCII white space around a cell is not part of it, other white space is', () => {
    expect(scan([bytesOf('\t a \v,"  b\f ",\u00a0c\u3000,d\u2028')], ',').records[0]!.cells).toEqual(['a', 'b', '\u00a0c\u3000', 'd\u2028']);
  });

  test('more cells than there was room for are all there', () => {
    const cells = Array.from({ length: 500 }, (_, i) => (i % 3 === 0 ? `"${i} ""x"""` : String(i)));
    expect(scan([bytesOf(cells.join(','))], ',').records[0]!.cells).toEqual(Array.from({ length: 500 }, (_, i) => (i % 3 === 0 ? `${i} "x"` : String(i))));
  });

  test('a NUL byte is told, in quotes and out of them', () => {
    const scanner = new CsvScanner('f.csv');
    scanner.push(bytesOf('a,b\nx\u0000,1\n"\u0000",2\nc,3\n'), true);
    const seen: boolean[] = [];
    while (scanner.next()) seen.push(scanner.hasNul);
    expect(seen).toEqual([false, true, true, false]);
  });

  test('byte order marks between files put together are left out and counted', () => {
    const scanner = new CsvScanner('f.csv');
    scanner.push(bytesOf('\uFEFFa,b\n1,2\n\uFEFFa,b\n3,\uFEFF4\n'), true);
    const cells: string[] = [];
    while (scanner.next()) cells.push(scanner.text(0), scanner.text(1));
    expect(cells).toEqual(['a', 'b', '1', '2', 'a', 'b', '3', '\uFEFF4']);
    expect(scanner.innerMarks).toBe(1);
  });
});

describe('the delimiter', () => {
  const detect = (text: string, split = 0): string => {
    const scanner = new CsvScanner('f.csv');
    const [head, tail] = splitAt(bytesOf(text), split);
    scanner.push(head!, false);
    scanner.next();
    scanner.push(tail!, true);
    scanner.next();
    return String.fromCharCode(scanner.delimiter);
  };

  test.each([
    ['person_id,place_id,time\n1;2;3;4;5\n', ','],
    ['person_id;place_id;time\n', ';'],
    ['person_id\tplace_id\n', '\t'],
    ['person_id|place_id', '|'],
    ['"a,b,c";d;e\n', ';'],
    ['"a\n,,,,";d\n', ';'],
    ['a,b;c\n', ','],
    ['a;b\tc|d\n', ';'],
    ['a\tb|c\n', '\t'],
    ['alone\n', ','],
  ])('of %j is %j: the most frequent outside quotes in the first record', (text, delimiter) => {
    for (let split = 0; split <= text.length; split++) expect(detect(text, split), `split at ${split}`).toBe(delimiter);
  });
});

describe('limits', () => {
  const LIMITS: ScanLimits = { recordBytes: 100, recordLines: 5, recordCells: 10 };
  const errorOf = (text: string): string[] => [
    ...new Set([[bytesOf(text)], Array.from(bytesOf(text), (byte) => Uint8Array.of(byte))].map((chunks) => scan(chunks, ',', LIMITS).error ?? 'none')),
  ];

  test('an unclosed quote is told at the line where it opens, not where the file ends', () => {
    const text = 'a,b\n1,2\n3,"x\ny,4\n5,6\n';
    expect(scan([bytesOf(text)])).toEqual({
      records: [
        { line: 1, cells: ['a', 'b'], isBroken: false, raw: 'a,b' },
        { line: 2, cells: ['1', '2'], isBroken: false, raw: '1,2' },
      ],
      error: 'f.csv:3 E_CSV_UNCLOSED expected a closing quote, got the end of the file; close or double the quote that is opened on this line',
    });
    expect(scan([bytesOf('a,b\n"1\n2",3,"x\ny')]).error).toMatch(/^f\.csv:3 E_CSV_UNCLOSED/);
  });

  test('a quote that swallows more lines or bytes than a record may have is told before the file is read to its end', () => {
    const scanner = new CsvScanner('f.csv', LIMITS);
    scanner.push(bytesOf(`a,b\n1,"x\n${'y\n'.repeat(8)}`), false);
    expect(scanner.next()).toBe(true);
    expect(() => scanner.next()).toThrow(expect.objectContaining({ code: 'E_CSV_UNCLOSED', message: expect.stringMatching(/^f\.csv:2 /) as unknown }));
    const long = new CsvScanner('f.csv', LIMITS);
    long.push(bytesOf(`a,b\n1,"${'y'.repeat(120)}`), false);
    expect(long.next()).toBe(true);
    expect(() => long.next()).toThrow(expect.objectContaining({ code: 'E_CSV_UNCLOSED' }));
  });

  test('a record may have just as many bytes, lines and cells as the limits say', () => {
    expect(errorOf(`${'x'.repeat(99)}\n`)).toEqual(['none']);
    expect(errorOf(`a\n${'x'.repeat(99)}\n`)).toEqual(['none']);
    expect(errorOf('"1\n2\n3\n4\n5"\n')).toEqual(['none']);
    expect(errorOf('1,2,3,4,5,6,7,8,9,10\n')).toEqual(['none']);
  });

  test('one more is refused, in one piece and byte by byte', () => {
    const tooLong = 'expected a record of at most 100 bytes and 5 lines, got more';
    expect(errorOf(`a\n${'x'.repeat(101)}\n`)).toEqual([`f.csv:2 E_CSV_LIMIT ${tooLong}; check that this is a CSV file`]);
    expect(errorOf(`${'x'.repeat(101)}`)).toEqual([`f.csv:1 E_CSV_LIMIT ${tooLong}; check that this is a CSV file`]);
    expect(errorOf('1,2,3,4,5,6,7,8,9,10,11\n')).toEqual([
      'f.csv:1 E_CSV_LIMIT expected at most 10 cells in a record, got more; check that this is a CSV file',
    ]);
    for (const error of errorOf('"1\n2\n3\n4\n5\n6"\n')) expect(error).toContain(tooLong);
  });
});
