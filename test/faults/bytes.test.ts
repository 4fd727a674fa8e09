/** FAULTS 2a: what arrives as bytes: quotes, encodings, line ends, delimiters, headers, packed files, odd files. */
import { createHash } from 'node:crypto';
import { appendFileSync, linkSync, mkdirSync, readdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { matchFiles } from '../../src/engines/files/match-files.js';
import { Zone } from '../../src/core/zone.js';
import { InputReader } from '../../src/ingest/read-inputs.js';
import { TempFolder } from '../support/temp-folder.js';
import { expectBalanced, expectRefused, ledgerOf, rejectedAt, runCli, runMatch, type MatchRun } from '../support/run-cli.js';
import { quoted } from '../support/csv.js';
import { start } from '../support/child.js';

const HEAD = 'person_id,place_id,time,check_out\n';
const P1 = 'P1,S1,2022-03-01 08:00:00,2022-03-01 09:00:00\n';
const P2 = 'P2,S1,2022-03-01 08:30:00,2022-03-01 09:30:00\n';
const P3 = 'P3,S1,2022-03-01 08:45:00,2022-03-01 08:50:00\n';
const CASES = 'person_id\nP1\n';
const LAX = ['--tz', 'UTC', '--max-rejects', '100%'];

const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);
const withBytes = (...parts: readonly (string | Buffer)[]): Buffer => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
const matchCheckIns = (checkIns: string | Uint8Array, flags: readonly string[] = ['--tz', 'UTC']): Promise<MatchRun> =>
  runMatch({ 'checkins.csv': checkIns, 'cases.csv': CASES }, flags);
const contacts = ({ lists }: MatchRun): string[] => lists.rows('contacts').map((row) => row['contact_id']!);
const episodes = ({ lists }: MatchRun, ...columns: readonly string[]): string[][] => lists.rows('episodes').map((row) => columns.map((column) => row[column]!));

/** Reads check-ins from chunks as they are given: what a file gives depends on the disk. */
async function readChunks(chunks: Iterable<Uint8Array>): Promise<InputReader> {
  const reader = new InputReader(new Zone('UTC'));
  await reader.readFile('checkins', { name: 'checkins.csv', chunks: () => chunks }, {});
  return reader;
}
function* cut(whole: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

describe('row 1: an unclosed quote', () => {
  test('stops the run and names the line on which the quote opens, not the end of the file', async () => {
    const run = await matchCheckIns(`${HEAD}${P1}${P2}"P3,S1,2022-03-01 08:45:00,\n${P2.repeat(20)}`);
    expectRefused(run, 3, 'checkins.csv:4 E_CSV_UNCLOSED expected a closing quote, got the end of the file');
  });

  test('is found after a thousand lines, before it swallows a long file', async () => {
    const run = await matchCheckIns(`${HEAD}${P1}P2,"S1,2022-03-01 08:30:00,\n${P2.repeat(200_000)}`);
    expectRefused(run, 3, 'checkins.csv:3 E_CSV_UNCLOSED expected a record of at most 1048576 bytes and 1000 lines, got more');
  });

  test('names the line of the quote, even if its record began lines before', async () => {
    const run = await matchCheckIns(`${HEAD}"P\n1","S\n1","2022-03-01 08:00:00,\n${P2}`);
    expectRefused(run, 3, 'checkins.csv:4 E_CSV_UNCLOSED');
  });

  test('leaves a record of exactly a thousand lines alone', async () => {
    const id = `P2${'\n'.repeat(999)}x`;
    const run = await matchCheckIns(`${HEAD}${P1}${quoted(id)},S1,2022-03-01 08:30:00,\n`);
    expect(run.code).toBe(0);
    expect(contacts(run)).toEqual([id]);
    expectRefused(await matchCheckIns(`${HEAD}${P1}${quoted(`\n${id}`)},S1,2022-03-01 08:30:00,\n`), 3, 'checkins.csv:3 E_CSV');
  });
});

describe('row 2: quoted cells', () => {
  test('hold newlines, delimiters and doubled quotes as RFC 4180 has it, and evidence keeps physical lines', async () => {
    const odd = 'P,"2"\r\nx';
    const run = await matchCheckIns(`${HEAD}${quoted(odd)},S1,2022-03-01 08:30:00,\n${P1}P9,S1,nonsense,\n`, LAX);
    expect(run.code).toBe(0);
    expect(episodes(run, 'contact_id', 'case_rows', 'contact_rows')).toEqual([[odd, 'checkins.csv:4', 'checkins.csv:2']]);
    expect(rejectedAt(run)).toEqual(['checkins.csv:5:time E_TIME']);
    expectBalanced(run);
    expect(ledgerOf(run)).toEqual([3, 2, 1, 0, 0]);
  });
});

describe('row 3: a quote where none may stand', () => {
  const BROKEN = [`P"2,S1,2022-03-01 08:30:00,\n`, `"P2"x,S1,2022-03-01 08:30:00,\n`, ` "P2",S1,2022-03-01 08:30:00,\n`];

  test.each(BROKEN)('rejects the row alone: %j', async (broken) => {
    const run = await matchCheckIns(HEAD + P1 + broken + P3, LAX);
    expect(run.code).toBe(0);
    expect(rejectedAt(run)).toEqual(['checkins.csv:3: E_CSV_QUOTE']);
    expect(run.lists.rows('rejects')[0]!['raw']).toBe(broken.slice(0, -1));
    expect(contacts(run)).toEqual(['P3']);
    expectBalanced(run);
    expect(ledgerOf(run)).toEqual([3, 2, 1, 0, 0]);
  });

  test('ends the run at the default limit, with the row in rejects.csv and no list', async () => {
    const run = await matchCheckIns(HEAD + P1 + BROKEN[0]);
    expect(run.code).toBe(3);
    expect(run.err).toContain('checkins.csv E_REJECTS expected at most 0.1% rejected rows, got 1 of 2');
    expect(run.err).toContain('checkins.csv:3 E_CSV_QUOTE expected quotes only around a whole cell, doubled inside');
    expect(run.lists.files).toEqual(['rejects.csv']);
    expect(rejectedAt(run)).toEqual(['checkins.csv:3: E_CSV_QUOTE']);
  });
});

describe('row 4: chunks', () => {
  test('change nothing, wherever they end', async () => {
    const text = `\uFEFF${HEAD}${P1.replace('\n', '\r\n')}"é""\r\n,场所","S\n1",2022-03-01 08:30:00,\r"x"y,S1,2022-03-01 08:00:00,\n😀,S1,24:00,\r\n\r\n${P3}`;
    const whole = Buffer.from(text);
    const seen = (reader: InputReader): unknown => [
      reader.ledger,
      reader.rejects,
      [...reader.tables.checkIns.line.trimmed()],
      Array.from({ length: reader.tables.ids.person.size }, (_, id) => reader.tables.ids.person.text(id)),
    ];
    const expected = seen(await readChunks([whole]));
    expect(expected).toMatchObject([
      [{ read: 6, accepted: 3, rejected: 2, duplicate: 0, blank: 1 }],
      [
        { line: 6, code: 'E_CSV_QUOTE' },
        { line: 7, code: 'E_TIME' },
      ],
      [2, 3, 9],
      ['', 'P1', 'é"\r\n,场所', '😀', 'P3'],
    ]);
    for (let size = 1; size < whole.length; size++) expect(seen(await readChunks(cut(whole, size))), `chunks of ${size} bytes`).toEqual(expected);
    for (let at = 1; at < whole.length; at++) expect(seen(await readChunks([whole.subarray(0, at), whole.subarray(at)])), `cut at ${at}`).toEqual(expected);
  });
});

describe('row 5: NUL bytes', () => {
  test('reject their row', async () => {
    const run = await matchCheckIns(withBytes(HEAD, P1, 'P2', bytes(0), ',S1,2022-03-01 08:30:00,\n', P3), LAX);
    expect(run.code).toBe(0);
    expect(rejectedAt(run)).toEqual(['checkins.csv:3: E_CSV_NUL']);
    expect(contacts(run)).toEqual(['P3']);
    expectBalanced(run);
  });

  test('in numbers make the file unusable and ask whether it is UTF-16 or binary', async () => {
    expectRefused(
      await matchCheckIns(Buffer.from(HEAD + P1 + P2, 'utf16le')),
      3,
      'checkins.csv E_ENCODING expected utf-8 text, got many NUL bytes: UTF-16 without a byte order mark, or a binary file',
    );
  });
});

describe('row 6: byte order marks', () => {
  test('at the start of a file do not become part of the first header', async () => {
    const run = await matchCheckIns(`\uFEFF${HEAD}${P1}${P2}`);
    expect([run.code, contacts(run)]).toEqual([0, ['P2']]);
    expect(run.lists.manifest.inputs[0]!.columns['person_id']).toBe('person_id');
  });

  test('inside a file, as put together from several exports, are left out and counted, and the repeated header is a reject', async () => {
    const run = await matchCheckIns(`\uFEFF${HEAD}${P1}\uFEFF${HEAD}\uFEFF${P2}`, LAX);
    expect(run.code).toBe(0);
    expect(contacts(run)).toEqual(['P2']);
    expect(rejectedAt(run)).toEqual(['checkins.csv:3: E_HEADER_REPEATED']);
    expect(run.lists.manifest.warnings).toContain('checkins.csv: 2 byte order marks inside the file left out, as in files put together from several exports');
    expectBalanced(run);
    expect(ledgerOf(run)).toEqual([3, 2, 1, 0, 0]);
  });

  test('a header repeated in a file of cases is no case', async () => {
    const run = await runMatch({ 'checkins.csv': HEAD + P1 + P2, 'cases.csv': 'person_id,type\nP1,positive\nperson_id,type\n' }, LAX);
    expect(rejectedAt(run)).toEqual(['cases.csv:3: E_HEADER_REPEATED']);
    expect(run.lists.manifest.counts[0]).toMatchObject({ cases: 1, cases_without_visit: [] });
    expectBalanced(run);
  });

  test('a place whose id is the name of a column is no header', async () => {
    const run = await runMatch({ 'checkins.csv': HEAD + P1 + P2, 'cases.csv': CASES, 'places.csv': 'place_id,name\nS1,Shop\nplace,name of a place\n' });
    expect([run.code, ledgerOf(run, 'places.csv')]).toEqual([0, [2, 2, 0, 0, 0]]);
  });
});

describe('row 7: UTF-16', () => {
  test.each(['utf16le', 'utf16be'])('with a byte order mark is read as it is: %s', async (encoding) => {
    const text = Buffer.from(
      `\uFEFF人员ID\t场所码\t扫码时间\n张三\tS1\t2022-03-01 08:30:00\nP1\tS1\t2022-03-01 08:00:00\n😀\tS1\t2022-03-01 08:10:00\n`,
      'utf16le',
    );
    const run = await matchCheckIns(encoding === 'utf16be' ? text.swap16() : text);
    expect(run.code).toBe(0);
    expect(contacts(run)).toEqual(['张三', '😀']);
    expect(run.lists.manifest.inputs[0]).toMatchObject({ encoding: encoding === 'utf16be' ? 'utf-16be' : 'utf-16le', delimiter: '\t', rows: 3 });
  });

  test('cut in the middle of a character is refused', async () => {
    expectRefused(await matchCheckIns(Buffer.from(`\uFEFF${HEAD}${P1}`, 'utf16le').subarray(0, -1)), 3, 'checkins.csv:2 E_ENCODING expected utf-16le text');
  });
});

describe('row 8: other encodings', () => {
  // 人员ID,场所码,扫码时间 and 张三 in GB18030; 0xD57C has the byte of '|' as its second.
  const GB_HEAD = withBytes(
    bytes(0xc8, 0xcb, 0xd4, 0xb1),
    'ID',
    '|',
    bytes(0xb3, 0xa1, 0xcb, 0xf9, 0xc2, 0xeb),
    '|',
    bytes(0xc9, 0xa8, 0xc2, 0xeb, 0xca, 0xb1, 0xbc, 0xe4),
    '\n',
  );
  const BAR_INSIDE = bytes(0xd5, 0x7c);
  const gbk = withBytes(
    GB_HEAD,
    bytes(0xd5, 0xc5, 0xc8, 0xfd),
    '|S1|2022-03-01 08:30:00\nP1|S1|2022-03-01 08:00:00\n',
    BAR_INSIDE,
    '|S1|2022-03-01 08:40:00\n',
  );

  test('a file that reads as GB18030 is refused with the flag that reads it', async () => {
    expectRefused(await matchCheckIns(gbk), 3, 'they read as GB18030, as Excel in China writes it: give --encoding gb18030');
  });

  test.each(['gb18030', 'GBK', 'gb2312'])('GB18030 is read with --encoding %s, also where a second byte looks like the delimiter', async (name) => {
    const run = await matchCheckIns(gbk, ['--tz', 'UTC', '--encoding', name]);
    expect(run.code).toBe(0);
    expect(contacts(run).sort()).toEqual(['张三', new TextDecoder('gb18030').decode(BAR_INSIDE)].sort());
    expect(run.lists.manifest.inputs[0]).toMatchObject({ encoding: 'gb18030', delimiter: '|' });
  });

  test('two encodings in one file make it unusable, and the message says where the second begins', async () => {
    const run = await matchCheckIns(withBytes(HEAD, P1, P2, bytes(0xd5, 0xc5), ',S1,2022-03-01 08:30:00,\n'));
    expectRefused(run, 3, 'E_ENCODING expected UTF-8 text, got bytes that are none');
    expect(run.err).toContain('checkins.csv:4 E_ENCODING');
  });

  test('the place of the wrong bytes is right beyond the first chunk too', async () => {
    const many = P2.repeat(40_000); // 1.9 MB
    expectRefused(await matchCheckIns(withBytes(HEAD, many, bytes(0xe9), ',S1,2022-03-01 08:30:00,\n')), 3, 'checkins.csv:40002 E_ENCODING');
    expectRefused(
      await matchCheckIns(withBytes(HEAD, many, bytes(0xff), ',S1,2022-03-01 08:30:00,\n'), ['--tz', 'UTC', '--encoding', 'gb18030']),
      3,
      'checkins.csv:40002 E_ENCODING expected gb18030 text',
    );
  });

  test('bytes of no known encoding are refused with the encodings there are', async () => {
    expectRefused(
      await matchCheckIns(withBytes(HEAD, P1, bytes(0xff, 0xff, 0x20), '\n')),
      3,
      'give --encoding (utf-8, gb18030, utf-16le, utf-16be), or save the file as UTF-8',
    );
  });

  test('an encoding that we do not know is a usage error', async () => {
    expectRefused(
      await matchCheckIns(HEAD + P1, ['--tz', 'UTC', '--encoding', 'big5']),
      2,
      "encoding: expected one of utf-8, gb18030, utf-16le, utf-16be, got 'big5'",
    );
  });
});

describe('row 9: ragged rows', () => {
  test('short rows and full extra cells are rejected, empty extra cells are not, and no cell is shifted', async () => {
    const run = await matchCheckIns(`${HEAD}${P1}P2,S1\nP3,S1,2022-03-01 08:30:00,,,\nP4,S1,2022-03-01 08:30:00,,x\n\n,,,\n`, LAX);
    expect(run.code).toBe(0);
    expect(rejectedAt(run)).toEqual(['checkins.csv:3: E_CSV_CELLS', 'checkins.csv:5: E_CSV_CELLS']);
    expect(run.lists.rows('rejects')[0]!['message']).toBe('expected 4 cells, as in the header, got 2 cells; mend the row: cells are never shifted');
    expect(contacts(run)).toEqual(['P3']);
    expectBalanced(run);
    expect(ledgerOf(run)).toEqual([6, 2, 2, 0, 2]);
  });
});

describe('row 10: records without end', () => {
  test('a line of a gigabyte is refused after the first mebibytes', async () => {
    let given = 0;
    const endless = function* (): Generator<Uint8Array> {
      yield Buffer.from(`${HEAD}${P1}`);
      for (const chunk = Buffer.alloc(1 << 18, 'x'); given < 2 ** 30; given += chunk.length) yield chunk;
    };
    await expect(readChunks(endless())).rejects.toThrow('checkins.csv:3 E_CSV_LIMIT expected a record of at most 1048576 bytes');
    expect(given).toBeLessThan(2 ** 21);
  });

  test('a cell of ten megabytes is refused, quoted or not, and so is a header without end', async () => {
    const big = 'x'.repeat(10_000_000);
    expectRefused(await matchCheckIns(`${HEAD}${P1}${big},S1,2022-03-01 08:00:00,\n`), 3, 'checkins.csv:3 E_CSV_LIMIT');
    expectRefused(await matchCheckIns(`${HEAD}${P1}"${big}",S1,2022-03-01 08:00:00,\n`), 3, 'checkins.csv:3 E_CSV');
    expectRefused(await matchCheckIns(big), 3, 'checkins.csv:1 E_CSV_LIMIT');
  });

  test('ten thousand cells are allowed, one more is not', async () => {
    const head = (cells: number): string => HEAD.trimEnd() + ',x'.repeat(cells - 4);
    expect((await matchCheckIns(`${head(10_000)}\n`)).code).toBe(0);
    expectRefused(await matchCheckIns(`${head(10_001)}\n`), 3, 'checkins.csv:1 E_CSV_LIMIT expected at most 10000 cells in a record');
    expectRefused(await matchCheckIns(`${head(100_000)}\n`), 3, 'checkins.csv:1 E_CSV_LIMIT');
  });
});

describe('row 11: line ends', () => {
  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('%s ends a record, and the last row needs none', async (_, end) => {
    const run = await matchCheckIns((HEAD + P1 + P2).trimEnd().replaceAll('\n', end));
    expect(run.code).toBe(0);
    expect(episodes(run, 'contact_id', 'case_rows', 'contact_rows')).toEqual([['P2', 'checkins.csv:2', 'checkins.csv:3']]);
    expect(ledgerOf(run)).toEqual([2, 2, 0, 0, 0]);
  });

  test('mixed ends count as one line each', async () => {
    const run = await matchCheckIns(`${HEAD.trimEnd()}\r${P1.trimEnd()}\r\n\n\r\r\n${P2.trimEnd()}`);
    expect(episodes(run, 'case_rows', 'contact_rows')).toEqual([['checkins.csv:2', 'checkins.csv:6']]);
    expect(ledgerOf(run)).toEqual([5, 2, 0, 0, 3]);
  });

  test('vertical tab, form feed, U+2028 and U+0085 are data, not line ends', async () => {
    const run = await matchCheckIns(`${HEAD}${P1}P\v2\f\u2028\u0085x,S1,2022-03-01 08:30:00,\n`);
    expect(contacts(run)).toEqual(['P\v2\f\u2028\u0085x']);
    expect(ledgerOf(run)).toEqual([2, 2, 0, 0, 0]);
  });
});

describe('row 12: delimiters', () => {
  test.each([[';'], ['\t'], ['|'], [',']])('%j is found from the header, and the manifest says so', async (delimiter) => {
    const run = await matchCheckIns((HEAD + P1 + P2).replaceAll(',', delimiter));
    expect([run.code, contacts(run)]).toEqual([0, ['P2']]);
    expect(run.lists.manifest.inputs[0]!.delimiter).toBe(delimiter);
  });

  test('delimiters inside quotes do not count', async () => {
    const run = await matchCheckIns('"note;;;;;;";person_id;place_id;time\n"a,b,c,d";P1;S1;2022-03-01 08:00\n"";P2;S1;2022-03-01 08:01\n');
    expect([run.code, contacts(run), run.lists.manifest.inputs[0]!.delimiter]).toEqual([0, ['P2'], ';']);
  });

  test('of two that are equally frequent the comma is taken, and the manifest says so', async () => {
    const run = await matchCheckIns('person_id,place_id;x,time;y\nP1,S1,2022-03-01 08:00\nP2,S1,2022-03-01 08:00\n', [
      '--tz',
      'UTC',
      '--map',
      'place_id=place_id;x',
      '--map',
      'time=time;y',
    ]);
    expect([run.code, contacts(run), run.lists.manifest.inputs[0]!.delimiter]).toEqual([0, ['P2'], ',']);
  });

  test('full-width commas are refused with the reason', async () => {
    expectRefused(await matchCheckIns((HEAD + P1).replaceAll(',', '，')), 2, "the header has full-width commas '，': replace them with ','");
  });

  test('a header of one cell is refused with the column that is missing', async () => {
    expectRefused(
      await matchCheckIns('person_id\nP1\n'),
      2,
      'checkins.csv:1 E_COLUMN_MISSING expected a column place_id in the checkins file, got the headers person_id',
    );
  });
});

describe('row 13: headers', () => {
  test('columns are found by name in any order and letter case, with spaces around, among unknown ones called __proto__, constructor and toString', async () => {
    const run = await matchCheckIns(
      '__proto__, TIME ,constructor,Place_ID,toString,"person_id "\nx,2022-03-01 08:00:00,y,S1,z,P1\nx,2022-03-01 08:01:00,y,S1,z,P2\n',
    );
    expect([run.code, contacts(run)]).toEqual([0, ['P2']]);
    expect(run.lists.manifest.inputs[0]!.columns).toEqual({ person_id: 'person_id', place_id: 'Place_ID', time: 'TIME' });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('hostile names are opaque ids, people as well as places', async () => {
    const ids = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const rows = ids.map((id, i) => `${id},${id},2022-03-01 08:0${i}:00,\n${id},S1,2022-03-01 12:0${i}:00,\n`).join('');
    const run = await runMatch(
      { 'checkins.csv': HEAD + rows, 'cases.csv': 'person_id\n__proto__\n', 'places.csv': 'place_id,district\n__proto__,constructor\nconstructor,__proto__\n' },
      ['--tz', 'UTC', '--split', 'district'],
    );
    expect([run.code, contacts(run)]).toEqual([0, ['constructor', 'hasOwnProperty', 'toString']]);
  });

  test('one column under two headers is refused naming both; --map decides', async () => {
    const text = '人员ID,手机号,place_id,time\nP1,138,S1,2022-03-01 08:00\nP2,139,S1,2022-03-01 08:00\n';
    expectRefused(await matchCheckIns(text), 2, "checkins.csv:1 E_COLUMN_TWICE expected one header for person_id, got '人员ID' and '手机号'");
    expect(contacts(await matchCheckIns(text, ['--tz', 'UTC', '--map', 'person_id=人员ID']))).toEqual(['P2']);
    expectRefused(
      await matchCheckIns('person_id,place_id,time,time\nP1,S1,2022-03-01 08:00,\n'),
      2,
      "E_COLUMN_TWICE expected one header for time, got 'time' and 'time'",
    );
  });

  test('a missing column is refused with what the header has and the flag that names it', async () => {
    expectRefused(
      await matchCheckIns('person_id,where,time\nP1,S1,2022-03-01 08:00\n'),
      2,
      'expected a column place_id in the checkins file, got the headers person_id | where | time; name it with --map place_id=HEADER',
    );
  });

  test('a file without a header is refused without showing its first row, which names a person', async () => {
    const run = await matchCheckIns('13812345678,S1,2022-03-01 08:00\n13812345679,S1,2022-03-01 08:00\n');
    expectRefused(run, 2, 'checkins.csv:1 E_COLUMN_MISSING');
    expect(run.err).not.toContain('13812345678');
    expect((await matchCheckIns('13812345678,S1,2022-03-01 08:00\n', ['--tz', 'UTC', '--show-values'])).err).toContain('13812345678');
  });

  test('a mapping to a header that no file has is a usage error', async () => {
    expectRefused(
      await matchCheckIns(HEAD + P1, ['--tz', 'UTC', '--map', 'seat=座位']),
      2,
      "map: expected a header '座位' for the column seat in some file, got none",
    );
    expectRefused(await matchCheckIns(HEAD + P1, ['--tz', 'UTC', '--map', 'checkins.__proto__=time']), 2, "map: checkins has no column '__proto__'");
  });
});

describe('row 14: files of several sites', () => {
  test('each file has its own header, order and delimiter, and the manifest says which', async () => {
    const run = await runMatch({ 'checkins.csv': HEAD + P1, 'checkins-b.csv': '扫码时间;场所码;手机号\n2022-03-01 08:10;S1;P2\n', 'cases.csv': CASES });
    expect([run.code, contacts(run)]).toEqual([0, ['P2']]);
    expect(run.lists.manifest.inputs.slice(0, 2).map(({ name, columns, delimiter }) => [name, columns, delimiter])).toEqual([
      ['checkins.csv', { person_id: 'person_id', place_id: 'place_id', time: 'time', check_out: 'check_out' }, ','],
      ['checkins-b.csv', { person_id: '手机号', place_id: '场所码', time: '扫码时间' }, ';'],
    ]);
  });

  test('a header that changes midway makes the file unusable and names its line', async () => {
    const run = await matchCheckIns(`${HEAD}${P1}place_id,person_id,time,check_out\nS1,P2,2022-03-01 08:30:00,\n`, LAX);
    expectRefused(run, 3, 'checkins.csv:3 E_HEADER_CHANGED expected rows under the header of line 1, got another header; split the file here');
  });
});

describe('row 15: files that are no CSV', () => {
  test.each([
    ['a ZIP or XLSX file', bytes(0x50, 0x4b, 3, 4, 20, 0, 6, 0)],
    ['an old Excel file', bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1)],
    ['a Zstandard file', bytes(0x28, 0xb5, 0x2f, 0xfd, 4, 0)],
    ['a Parquet file that cannot be read from its end', gzipSync('PAR1....')],
    ['a gzip file inside a gzip file', gzipSync(gzipSync(HEAD + P1))],
  ])('are told by their first bytes, whatever their name: %s', async (what, content) => {
    expectRefused(await matchCheckIns(content), 3, `checkins.csv E_FORMAT expected CSV text, got ${what}`);
  });

  test('gzip is unpacked by its first bytes, one member or several', async () => {
    const run = await matchCheckIns(withBytes(gzipSync(HEAD), gzipSync(P1), gzipSync(''), gzipSync(P2.slice(0, 5)), gzipSync(P2.slice(5))));
    expect([run.code, contacts(run), ledgerOf(run)]).toEqual([0, ['P2'], [2, 2, 0, 0, 0]]);
  });

  test('the digest in the manifest is that of the file as it lies there', async () => {
    const packed = gzipSync(HEAD + P1 + P2);
    const run = await matchCheckIns(packed);
    expect(run.lists.manifest.inputs[0]).toMatchObject({ bytes: packed.length, sha256: createHash('sha256').update(packed).digest('hex') });
  });

  test('a gzip member that ends where a read ends does not hide the next one', async () => {
    // Stored, not packed, so that the first member can be given the exact length of one read (1 MiB), and lengths around it.
    const member = (length: number): Buffer => {
      for (let filler = length; filler > 0; filler--) {
        const packed = gzipSync(`${HEAD}${P1}${'\n'.repeat(filler)}`, { level: 0 });
        if (packed.length <= length) return packed;
      }
      throw new Error('no such member');
    };
    for (const length of [(1 << 20) - 1, 1 << 20, (1 << 20) + 1]) {
      const first = member(length);
      expect(first.length).toBe(length);
      const run = await matchCheckIns(withBytes(first, gzipSync(P2)));
      expect([run.code, contacts(run)], `a first member of ${length} bytes`).toEqual([0, ['P2']]);
      const plain = await matchCheckIns(withBytes(first, P2));
      expectRefused(plain, 3, 'checkins.csv E_GZIP');
    }
  });

  test('truncated gzip is refused at every length', async () => {
    const packed = gzipSync(HEAD + P1 + P2);
    for (let length = 3; length < packed.length; length++)
      expectRefused(await matchCheckIns(packed.subarray(0, length)), 3, 'checkins.csv E_GZIP expected a whole gzip file, got one that is cut or damaged');
  });

  test('a damaged byte in gzip is refused', async () => {
    const packed = Buffer.from(gzipSync(HEAD + P1 + P2));
    packed[packed.length - 12]! ^= 0x55;
    expectRefused(await matchCheckIns(packed), 3, 'checkins.csv E_GZIP');
  });

  test('plain text behind gzip is not passed over', async () => {
    expectRefused(await matchCheckIns(withBytes(gzipSync(HEAD + P1), P2)), 3, 'checkins.csv E_GZIP');
  });

  test('zeros behind gzip, as tapes pad it, are no fault', async () => {
    const run = await matchCheckIns(withBytes(gzipSync(HEAD + P1 + P2), Buffer.alloc(1024)));
    expect([run.code, contacts(run)]).toEqual([0, ['P2']]);
  });

  test('a gzip bomb is refused before it fills the memory', async () => {
    const bomb = gzipSync(`${HEAD}${P1}${`${'x'.repeat(1_000_000)}\n`.repeat(90)}`);
    expectRefused(await matchCheckIns(bomb), 3, 'checkins.csv E_GZIP expected data that packs to more than 1/200 of its size, got a gzip bomb');
  });
});

describe('row 16: odd files', () => {
  test('an empty file is 0 rows and a note, exit 0', async () => {
    const run = await matchCheckIns('');
    expect([run.code, ledgerOf(run)]).toEqual([0, [0, 0, 0, 0, 0]]);
    expect(run.lists.manifest.warnings).toContain('checkins.csv: the file is empty: 0 rows');
    expect(run.lists.rows('episodes')).toEqual([]);
    expect(run.lists.manifest.counts[0]!.cases_without_visit).toEqual(['P1']);
  });

  test('a header alone is 0 rows and a note, exit 0', async () => {
    const run = await matchCheckIns(HEAD);
    expect([run.code, ledgerOf(run)]).toEqual([0, [0, 0, 0, 0, 0]]);
    expect(run.lists.manifest.warnings).toContain('checkins.csv: the file has a header and no rows');
  });

  test('a folder is refused', async () => {
    const folder = new TempFolder();
    mkdirSync(folder.at('checkins.csv'));
    const run = await runMatch({ 'cases.csv': CASES }, ['--tz', 'UTC', '--checkins', folder.at('checkins.csv')]);
    expectRefused(run, 3, 'checkins.csv E_READ expected a file, got a folder');
  });

  test('a missing file and a dangling symlink are refused', async () => {
    const folder = new TempFolder();
    symlinkSync(folder.at('gone.csv'), folder.at('link.csv'));
    for (const name of ['none.csv', 'link.csv']) {
      expectRefused(
        await runMatch({ 'cases.csv': CASES }, ['--tz', 'UTC', '--checkins', folder.at(name)]),
        3,
        `${name} E_READ expected a file that can be read, got none`,
      );
    }
  });

  test('a symlink and a hard link are read as the file they lead to', async () => {
    const folder = new TempFolder();
    const path = folder.write('real.csv', HEAD + P1 + P2);
    symlinkSync(path, folder.at('soft.csv'));
    linkSync(path, folder.at('hard.csv'));
    for (const name of ['soft.csv', 'hard.csv'])
      expect(contacts(await runMatch({ 'cases.csv': CASES }, ['--tz', 'UTC', '--checkins', folder.at(name)]))).toEqual(['P2']);
  });

  test.skipIf(process.platform === 'win32')('a pipe with a name is read as a stream', async () => {
    const folder = new TempFolder();
    execFileSync('mkfifo', [folder.at('pipe.csv')]);
    const writer = start(['-c', 'cat > "$0"', folder.at('pipe.csv')], {}, 'sh');
    writer.process.stdin!.end(HEAD + P1 + P2);
    const run = await runMatch({ 'cases.csv': CASES }, ['--tz', 'UTC', '--checkins', folder.at('pipe.csv')]);
    expect([run.code, contacts(run), ledgerOf(run, 'pipe.csv')]).toEqual([0, ['P2'], [2, 2, 0, 0, 0]]);
    expect((await writer.ended).code).toBe(0);
  });

  test.skipIf(process.platform === 'win32')('a device without content is an empty file', async () => {
    const run = await runMatch({ 'cases.csv': CASES }, ['--tz', 'UTC', '--checkins', '/dev/null']);
    expect(run.code).toBe(0);
    expect(run.lists.manifest.warnings).toContain('null: the file is empty: 0 rows');
  });

  test.each([
    ['grows', (path: string) => appendFileSync(path, P3)],
    ['shrinks', (path: string) => truncateSync(path, 3_000_000)],
    ['is written over', (path: string) => writeFileSync(path, (HEAD + P3.repeat(90_000)).padEnd(HEAD.length + P2.length * 90_000))],
  ])('a file that %s while it is read is refused, and no list is written', async (_, change) => {
    const folder = new TempFolder();
    const checkins = folder.write('checkins.csv', HEAD + P2.repeat(90_000)); // 4.2 MB, so several reads
    const cases = folder.write('cases.csv', CASES);
    let changes = 0;
    const running = matchFiles(
      { files: { checkins: [checkins], cases: [cases] }, out: folder.at('lists'), tz: 'UTC', window: 'all' },
      {
        onProgress: ({ phase, rows }) => {
          if (phase === 'read' && rows > 0 && changes++ === 0) change(checkins);
        },
      },
    );
    await expect(running).rejects.toThrow('checkins.csv E_CHANGED expected a file that stays as it is');
    expect(changes).toBeGreaterThan(0);
  });

  test('a file that is replaced under its name while it is read is read as it was', async () => {
    const folder = new TempFolder();
    const checkins = folder.write('checkins.csv', HEAD + P1 + P2.repeat(90_000));
    const cases = folder.write('cases.csv', CASES);
    folder.write('other.csv', HEAD + P3);
    let changes = 0;
    const report = await matchFiles(
      { files: { checkins: [checkins], cases: [cases] }, out: folder.at('lists'), tz: 'UTC', window: 'all' },
      {
        onProgress: ({ phase, rows }) => {
          if (phase === 'read' && rows > 0 && changes++ === 0) renameSync(folder.at('other.csv'), checkins);
        },
      },
    );
    expect(report.ledger[0]).toEqual({ file: 'checkins.csv', read: 90_001, accepted: 2, rejected: 0, duplicate: 89_999, blank: 0 });
  });
});

describe.runIf(process.platform === 'linux')('row 77: files', () => {
  test('are closed again when a run is refused', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    await matchCheckIns('no header\n');
    const before = open();
    for (const content of ['no header\n', Buffer.from([0xff, 0xff, 0x20, 0x20, 0x20]), gzipSync('no header\n'), `${HEAD}"`, bytes(0x50, 0x4b, 3, 4)]) {
      for (let i = 0; i < 4; i++) expect((await matchCheckIns(content)).code).toBeGreaterThan(0);
    }
    expect(open()).toBeLessThanOrEqual(before + 2);
  });
});

describe('row 17: names of files', () => {
  test('- is standard input, for one input only', async () => {
    const folder = new TempFolder();
    folder.write('cases.csv', CASES);
    const args = ['match', '--checkins', '-', '--cases', folder.at('cases.csv'), '--window', 'all', '--tz', 'UTC', '--out', folder.at('lists'), '--json'];
    const child = start(args);
    child.process.stdin!.end(gzipSync(HEAD + P1 + P2));
    const { code, out, err } = await child.ended;
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ counts: [{ people: 1 }], ledger: [{ file: '-', read: 2, accepted: 2 }, { file: 'cases.csv' }] });
    const twice = await runCli(['match', '--checkins', '-', '--cases', '-', '--tz', 'UTC', '--out', folder.at('other')]);
    expect(twice.code).toBe(2);
    expect(twice.err).toContain('input -: expected inputs with different base names');
  });

  test('a file may be called - or --help, given behind -- or with its folder', async () => {
    const folder = new TempFolder();
    folder.write('-', HEAD + P1);
    folder.write('--help', HEAD + P2);
    const cwd = { cwd: folder.path };
    const { code, out } = await start(['validate', '--tz', 'UTC', '--json', '--', './-', '--help'], cwd).ended;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      files: [
        { file: '-', accepted: 1 },
        { file: '--help', accepted: 1 },
      ],
    });
  });

  test('control characters in a name are shown, not obeyed, in messages and summaries, and evidence stays one line', async () => {
    const folder = new TempFolder();
    folder.write('a\nb\u001b[31m.csv', `${HEAD}${P1}${P2}P9,S1,never,\n`);
    folder.write('cases.csv', CASES);
    const args = [
      'match',
      '--checkins',
      folder.at('a\nb\u001b[31m.csv'),
      '--cases',
      folder.at('cases.csv'),
      '--window',
      'all',
      '--tz',
      'UTC',
      '--out',
      folder.at('lists'),
    ];
    const refused = await runCli(args);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('a\\u{a}b\\u{1b}[31m.csv:4:time E_TIME');
    expect(refused.err).not.toContain('\u001b');
    const done = await runCli([...args, '--max-rejects', '1']);
    expect(done.code).toBe(0);
    expect(done.out).toContain('a\\u{a}b\\u{1b}[31m.csv');
    expect(done.out).not.toContain('\u001b');
  });

  test('two inputs with one base name, or a name with |, are a usage error', async () => {
    const folder = new TempFolder();
    mkdirSync(folder.at('b'));
    const [a, b, bar] = [folder.write('x.csv', HEAD + P1), folder.write('b/x.csv', HEAD + P2), folder.write('a|b.csv', HEAD)];
    const cases = folder.write('cases.csv', CASES);
    for (const [files, message] of [
      [[a, b], 'input x.csv: expected inputs with different base names'],
      [[bar], "input a|b.csv: expected a name without '|'"],
    ] as const) {
      const run = await runCli(['match', '--checkins', ...files, '--cases', cases, '--tz', 'UTC', '--out', folder.at('lists')]);
      expect(run.code).toBe(2);
      expect(run.err).toContain(message);
    }
  });
});
