/** Parquet files that are damaged, cut, empty, encrypted, of other types, or cannot be read here: told with a code, never with a stack trace. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CopresenceError, EngineError, InputError } from '../../src/core/errors.js';
import { Zone } from '../../src/core/zone.js';
import { matchFiles } from '../../src/engines/files/match-files.js';
import { FileSource } from '../../src/ingest/file-source.js';
import { ParquetFile, type StillBytes } from '../../src/ingest/parquet/parquet-file.js';
import { loadParquetPeer } from '../../src/ingest/parquet/parquet-peer.js';
import { InputReader } from '../../src/ingest/read-inputs.js';
import { readCheckIns } from '../../src/node.js';
import { BIN } from '../support/child.js';
import { parquetOf, textRows, type Column, type ColumnType } from '../support/parquet.js';
import { expectBalanced, expectRefused, ledgerOf, rejectedAt, runCli, runMatch, type MatchRun } from '../support/run-cli.js';
import { TempFolder } from '../support/temp-folder.js';

const fixture = (name: string): Buffer => readFileSync(fileURLToPath(new URL(`../../fixtures/parquet/${name}`, import.meta.url)));
const NAMES = ['person_id', 'place_id', 'time', 'check_out'];
const ROWS = [
  ['P1', 'S1', '2022-03-01 08:00:00', '2022-03-01 09:00:00'],
  ['P2', 'S1', '2022-03-01 08:30:00', '2022-03-01 09:30:00'],
];
const SOUND = parquetOf(textRows(NAMES, ROWS));
const EIGHT = 1_646_121_600; // 2022-03-01T08:00:00Z

const match = (parquet: Uint8Array, flags: readonly string[] = ['--tz', 'UTC']): Promise<MatchRun> =>
  runMatch({ 'checkins.parquet': parquet, 'cases.csv': 'person_id\nP1\n' }, flags);
/** The sound file with other columns in place of its own, or beside them. */
const withColumns = (...columns: readonly Column[]): Uint8Array => {
  const names = columns.map(([name]) => name);
  return parquetOf([...textRows(NAMES, ROWS).filter(([name]) => !names.includes(name)), ...columns]);
};
const contacts = ({ lists }: MatchRun): string[] => lists.rows('contacts').map((row) => row['contact_id']!);

async function read(path: string): Promise<InputReader> {
  const reader = new InputReader(new Zone('UTC'));
  await reader.readFile('checkins', new FileSource(path), {});
  return reader;
}

const inMemory = (bytes: Uint8Array): StillBytes => ({
  sizeBytes: bytes.length,
  read: (lo, hi) => Promise.resolve(Uint8Array.from(bytes.subarray(lo, hi)).buffer),
  finish: () => Promise.resolve(),
  close: () => Promise.resolve(),
});

describe('where it lies', () => {
  test('a Parquet file is told by its first bytes, whatever its name', async () => {
    const run = await runMatch({ 'checkins.csv': SOUND, 'cases.csv': 'person_id\nP1\n' });
    expect([run.code, contacts(run), ledgerOf(run)]).toEqual([0, ['P2'], [2, 2, 0, 0, 0]]);
  });

  test('through standard input it is refused with what to do, as it is when packed', async () => {
    const folder = new TempFolder();
    const args = [BIN, 'match', '--checkins', '-', '--cases', folder.write('cases.csv', 'person_id\nP1\n'), '--out', folder.at('lists')];
    const { status, stderr } = spawnSync(process.execPath, args, { input: SOUND, encoding: 'utf8' });
    const told = 'E_FORMAT expected CSV text, got a Parquet file that cannot be read from its end; give it as a file by its name';
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining(`- ${told}`) as unknown });
    expectRefused(await match(gzipSync(SOUND)), 3, `checkins.parquet ${told}`);
  });

  test('the digest in the manifest is that of the whole file', async () => {
    const run = await match(SOUND);
    expect(run.lists.manifest.inputs[0]).toMatchObject({
      bytes: SOUND.length,
      sha256: createHash('sha256').update(SOUND).digest('hex'),
      rows: 2,
      columns: { person_id: 'person_id', place_id: 'place_id', time: 'time', check_out: 'check_out' },
    });
  });

  test('a file that changes while it is read is refused', async () => {
    const path = new TempFolder().write('a.parquet', SOUND);
    const parquet = await new FileSource(path).parquet();
    appendFileSync(path, 'x');
    await expect(parquet!.bytes.finish()).rejects.toThrow('a.parquet E_CHANGED');
    await parquet!.bytes.close();
  });
});

describe('without the peer', () => {
  const none = (): Promise<never> => Promise.reject(new Error('Cannot find package'));

  test('the message says what to install', async () => {
    const loading = loadParquetPeer('a.parquet', { hyparquet: none, compressors: none });
    await expect(loading).rejects.toThrow(EngineError);
    await expect(loading).rejects.toThrow(
      'a.parquet E_PARQUET_PEER expected the package hyparquet, which reads Parquet files, got none; npm install hyparquet',
    );
  });

  test('without the codecs, files packed with SNAPPY or not at all are read, and others name the package', async () => {
    const peer = await loadParquetPeer('a.parquet', { hyparquet: () => import('hyparquet'), compressors: none });
    for (const name of ['snappy', 'plain']) {
      const parquet = await ParquetFile.open(name, inMemory(fixture(`${name}.parquet`)), peer);
      expect(await parquet.readGroup(0, [0])).toMatchObject([{ length: 60 }]);
    }
    const zstd = await ParquetFile.open('a.parquet', inMemory(fixture('zstd-v2.parquet')), peer);
    await expect(zstd.readGroup(0, [0])).rejects.toMatchObject({
      name: EngineError.name,
      code: 'E_PARQUET_PEER',
      message: expect.stringContaining(
        'expected the package hyparquet-compressors, which unpacks ZSTD, got none; npm install hyparquet-compressors',
      ) as unknown,
    });
  });

  test('a codec that the packages do not know is named', async () => {
    const peer = await loadParquetPeer('a.parquet');
    const { ZSTD: _, ...compressors } = peer.compressors;
    const zstd = await ParquetFile.open('a.parquet', inMemory(fixture('zstd-v2.parquet')), { ...peer, compressors });
    await expect(zstd.readGroup(0, [0])).rejects.toMatchObject({
      name: InputError.name,
      code: 'E_PARQUET_CODEC',
      message: expect.stringMatching(/got ZSTD; write the file with SNAPPY/) as unknown,
    });
  });
});

/** Which bytes are changed, one after another: all of them by hand. */
const EVERY = process.env['PARQUET_FLIPS'] === 'all' ? 1 : 17;

describe('damage', () => {
  test('a file cut at any length is refused', async () => {
    const folder = new TempFolder();
    for (let length = 4; length < SOUND.length; length += length < 40 ? 1 : 7) {
      const reading = read(folder.write('a.parquet', SOUND.subarray(0, length)));
      await expect(reading, `${length} bytes`).rejects.toMatchObject({
        code: 'E_PARQUET',
        message: expect.stringMatching(/expected a whole Parquet file, got one that/) as unknown,
      });
    }
    expectRefused(
      await match(SOUND.subarray(0, -1)),
      3,
      'checkins.parquet E_PARQUET expected a whole Parquet file, got one that does not end as it should; fetch or export it again',
    );
  });

  test.each(['snappy', 'zstd-v2', 'gzip', 'lz4', 'brotli', 'plain', 'epoch-ms'])(
    '%s: any changed byte is told with a code, or leaves whole rows',
    async (name) => {
      const folder = new TempFolder();
      const bytes = fixture(`${name}.parquet`);
      const codes = new Set<string>();
      for (let at = 0; at < bytes.length; at += EVERY) {
        for (const mask of [0xff, 1 << (at % 8)]) {
          const changed = Buffer.from(bytes);
          changed[at]! ^= mask;
          try {
            const { ledger } = await read(folder.write('a.parquet', changed));
            expect(ledger, `byte ${at}`).toMatchObject([{ read: 60 }]);
          } catch (error) {
            if (!(error instanceof CopresenceError)) throw new Error(`byte ${at} of ${name}, mask ${mask}`, { cause: error });
            codes.add(error.code);
          }
        }
      }
      expect([...codes]).toContain('E_PARQUET');
    },
  );

  test('an encrypted file is told, by either end', async () => {
    const told = 'checkins.parquet E_PARQUET_ENCRYPTED expected a Parquet file in the clear, got an encrypted one; write it without encryption';
    expectRefused(await match(fixture('encrypted.parquet')), 3, told);
    const half = Buffer.from(SOUND);
    half.write('PARE', half.length - 4);
    expectRefused(await match(half), 3, told);
  });

  test('bytes that are no UTF-8 make the file unusable, as in CSV, and name the row', async () => {
    const run = await match(withColumns(['person_id', 'bytes', [Buffer.from('P1'), Uint8Array.of(0x50, 0xff)]]));
    expectRefused(run, 3, 'checkins.parquet:2:person_id E_ENCODING expected UTF-8 text, got bytes that are none');
  });
});

describe('no rows', () => {
  test('a file without rows, and one without row groups, are empty tables', async () => {
    const none = parquetOf(textRows(NAMES, []));
    const run = await runCli(['validate', new TempFolder().write('a.parquet', none)]);
    expect([run.code, run.err]).toEqual([0, '']);
    expect(run.out).toContain('a.parquet: utf-8, Parquet, zone not needed');
    expect(run.out).toContain('the file has columns and no rows');
  });

  test('rows without any value are blank, those that others alone fill are not', async () => {
    const run = await match(
      parquetOf([
        ['person_id', 'text', ['P1', null, ' ', null]],
        ['place_id', 'text', ['S1', null, '', null]],
        ['time', 'wall', [EIGHT, null, null, null]],
        ['other', 'int32', [1, null, null, 7]],
      ]),
      ['--tz', 'UTC', '--max-rejects', '100%'],
    );
    expect([rejectedAt(run), ledgerOf(run, 'checkins.parquet')]).toEqual([['checkins.parquet:4:person_id E_EMPTY'], [4, 1, 1, 0, 2]]);
    expectBalanced(run);
  });
});

describe('columns', () => {
  test('are found by name, alias and map, without case; a missing or ambiguous one is a usage error', async () => {
    const named = parquetOf(textRows([' Person ', '场所码', 'WHEN'], ROWS));
    const run = await match(named, ['--tz', 'UTC', '--map', 'time=when']);
    expect([run.code, contacts(run)]).toEqual([0, ['P2']]);
    expectRefused(
      await match(named),
      2,
      'checkins.parquet:1 E_COLUMN_MISSING expected a column time in the checkins file, got the headers Person | 场所码 | WHEN',
    );
    const twice = parquetOf(textRows([...NAMES, 'uid'], ROWS));
    expectRefused(await match(twice), 2, "checkins.parquet:1 E_COLUMN_TWICE expected one header for person_id, got 'person_id' and 'uid'");
  });

  test('that are nested are ignored, or refused if they are asked for', async () => {
    expectRefused(
      await match(fixture('nested.parquet'), ['--tz', 'UTC', '--map', 'seat=list']),
      3,
      "checkins.parquet:1:seat E_PARQUET_TYPE expected a column of text, got a list or a group in 'list'",
    );
  });

  test.each<[ColumnType, string, unknown, string]>([
    ['double', 'person_id', 42.5, 'expected a column of ids as text, got DOUBLE'],
    ['float', 'person_id', 42.5, 'expected a column of ids as text, got FLOAT'],
    ['decimal', 'person_id', 42, 'expected a column of ids as text, got DECIMAL'],
    ['boolean', 'person_id', true, 'expected a column of ids as text, got BOOLEAN'],
    ['instant', 'person_id', EIGHT, 'expected a column of ids as text, got TIMESTAMP'],
    ['date', 'time', 19_052, 'expected a column of times, got DATE'],
    ['double', 'time', EIGHT, 'expected a column of times, got DOUBLE'],
  ])('of type %s are refused as %s, with what to write instead', async (type, name, value, told) => {
    const run = await match(withColumns([name, type, [null, value]]), ['--tz', 'UTC', '--max-rejects', '100%']);
    expectRefused(run, 3, `checkins.parquet:2:${name} E_PARQUET_TYPE ${told} in '${name}'; write `);
  });

  test('of a type that no value has are empty', async () => {
    const run = await match(withColumns(['check_out', 'double', [null, null]], ['seat', 'boolean', [null, null]]));
    expect([run.code, contacts(run)]).toEqual([0, ['P2']]);
  });

  test('of whole numbers are ids by their decimal text, with a warning that zeros may be lost', async () => {
    const big = 440_301_199_001_010_123n;
    const parquet = withColumns(['person_id', 'int64', [1n, big]]);
    const run = await runMatch({ 'checkins.parquet': parquet, 'cases.csv': 'person_id\n1\n' });
    expect([run.code, contacts(run)]).toEqual([0, [String(big)]]);
    expect(run.lists.manifest.warnings.join()).toContain(
      'checkins.parquet: person_id is a column of whole numbers: if its ids began with zeros, they are lost',
    );
  });

  test('of UUIDs are ids as they are written', async () => {
    const uuid = '123e4567-e89b-12d3-a456-426614174000';
    expect(contacts(await match(withColumns(['person_id', 'uuid', ['00000000-0000-0000-0000-000000000001', uuid]])))).toEqual([]);
    const run = await runMatch({
      'checkins.parquet': withColumns(['person_id', 'uuid', ['00000000-0000-0000-0000-000000000001', uuid]]),
      'cases.csv': `person_id\n${uuid}\n`,
    });
    expect(contacts(run)).toEqual(['00000000-0000-0000-0000-000000000001']);
  });
});

describe('times', () => {
  const times = (type: ColumnType, values: readonly unknown[]): Uint8Array => withColumns(['time', type, values], ['check_out', type, [null, null]]);

  test('of a local clock need a zone, instants do not', async () => {
    expectRefused(await match(times('wall', [EIGHT, EIGHT]), []), 2, 'a local time needs a time zone: give --tz');
    const run = await match(times('instant', [EIGHT, EIGHT + 0.9]), []);
    expect(run.lists.rows('episodes').map((row) => row['contact_start'])).toEqual(['2022-03-01T08:00:00Z']);
  });

  test('as numbers have 10 or 13 digits, one unit in a column', async () => {
    const run = await match(times('int64', [BigInt(EIGHT) * 1000n, BigInt(EIGHT) * 1000n + 999n]), []);
    expect(contacts(run)).toEqual(['P2']);
    expectRefused(
      await match(times('int64', [BigInt(EIGHT), BigInt(EIGHT) * 1000n]), []),
      3,
      'checkins.parquet:2:time E_TIME_UNIT expected one unit for the whole column',
    );
    const micros = await match(times('int64', [BigInt(EIGHT) * 1_000_000n, BigInt(EIGHT) * 1_000_000n]), ['--max-rejects', '100%']);
    expect(rejectedAt(micros)).toEqual(['checkins.parquet:1:time E_TIME_UNIT', 'checkins.parquet:2:time E_TIME_UNIT']);
  });

  test('a check-out in the year 9999 is none, whatever its type, and is counted', async () => {
    for (const type of ['wall', 'instant'] as const) {
      const run = await match(withColumns(['check_out', type, [253_402_214_400, 253_402_214_400]]));
      expect([run.code, run.lists.manifest.warnings.join()]).toEqual([0, expect.stringContaining('2 check-outs in the year 9999 read as no check-out')]);
    }
  });

  test('a rejected row is told without its values, and is whole in rejects.csv', async () => {
    const run = await match(withColumns(['time', 'instant', [EIGHT, 0]]), ['--tz', 'UTC', '--max-rejects', '100%']);
    const [row] = run.lists.rows('rejects');
    expect(row).toMatchObject({ file: 'checkins.parquet', line: '2', column: 'time', code: 'E_TIME_RANGE' });
    expect(row!['message']).toContain('got the shape 9999-99-99a99:99:99a');
    expect(JSON.parse(row!['raw']!)).toEqual({ person_id: 'P2', place_id: 'S1', time: '1970-01-01T00:00:00Z', check_out: '2022-03-01 09:30:00' });
  });
});

test('every other table may be a Parquet file too: dates, degrees of any precision, counts', async () => {
  const world = {
    'checkins.parquet': SOUND,
    'places.parquet': parquetOf([
      ['place_id', 'text', ['S1', 'S2', 'S3']],
      ['kind', 'text', ['venue', null, null]],
      ['lat', 'double', [22.543096, null, 0.0000001]],
      ['lon', 'float', [Math.fround(114.05), null, 114]],
    ]),
    'cases.parquet': parquetOf([
      ['person_id', 'text', ['P1']],
      ['onset_date', 'date', [19_052]], // 2022-03-01
    ]),
    'run-stops.parquet': parquetOf([
      ['run_id', 'text', ['R1']],
      ['stop_sequence', 'int32', [3]],
      ['arrival', 'wall', [EIGHT]],
      ['departure', 'wall', [EIGHT + 60]],
      ['lat', 'decimal', [22.543096]],
      ['lon', 'decimal', [114.05]],
    ]),
  };
  const run = await runMatch(world);
  expect([run.err, run.code]).toEqual([expect.not.stringContaining('E_'), 0]);
  expect(run.lists.manifest.ledger.map(({ file, read: count, accepted }) => [file, count, accepted])).toEqual([
    ['checkins.parquet', 2, 2],
    ['places.parquet', 3, 3],
    ['cases.parquet', 1, 1],
    ['run-stops.parquet', 1, 1],
  ]);
  const reader = new InputReader(new Zone('UTC'));
  await reader.readFile('places', new FileSource(run.folder.at('places.parquet')), {});
  await reader.readFile('cases', new FileSource(run.folder.at('cases.parquet')), {});
  const { places, cases } = reader.tables;
  expect([...(places.column('lat') as Float64Array)].slice(0, 3)).toEqual([22.543096, Number.NaN, 0.0000001]);
  expect([...(places.column('lon') as Float64Array)].slice(0, 3)).toEqual([114.05, Number.NaN, 114]);
  expect(cases.column('onset_date')[0]).toBe(19_052);
});

describe('long files', () => {
  const many = 40_000;
  const people = Array.from({ length: many }, (_, i) => `P${i % 997}`);
  const times = people.map((_, i) => EIGHT + (i % 86_400));
  const parquet = parquetOf(
    [
      ['person_id', 'text', people],
      ['place_id', 'text', people.map((_, i) => `S${i % 31}`)],
      ['time', 'instant', times],
    ],
    { rowGroupSize: 9000 },
  );
  const csv = `person_id,place_id,time\n${people.map((person, i) => `${person},S${i % 31},${times[i]}`).join('\n')}\n`;

  test('give an index that answers as that of the CSV file, within its memory', async () => {
    const folder = new TempFolder();
    const cases = folder.write('cases.csv', 'person_id\nP1\nP500\n');
    const answers: unknown[] = [];
    for (const [name, content] of [
      ['scans.csv', csv],
      ['scans.parquet', parquet],
    ] as const) {
      const index = folder.at(`${name}.cpx`);
      const built = await runCli(['index', folder.write(name, content), '-o', index, '--memory', '512MB']);
      expect([built.code, built.err]).toEqual([0, expect.not.stringContaining('E_')]);
      const run = await runCli(['match', '--index', index, '--cases', cases, '--window', 'all', '--out', folder.at(name, '..', `lists-${name}`)]);
      expect(run.code).toBe(0);
      answers.push(readFileSync(join(folder.at(`lists-${name}`), 'contacts.csv'), 'utf8'));
    }
    expect(answers[1]).toBe(answers[0]);
  });

  test('can be taken away in batches, between which the ids of people may end', async () => {
    const reader = new InputReader(new Zone('UTC'), [], undefined, true);
    const path = new TempFolder().write('a.parquet', parquet);
    const taken: string[] = [];
    const { checkIns, ids } = reader.tables;
    const take = async (): Promise<void> => {
      for (let row = 0; row < checkIns.rowCount; row++) taken.push(ids.person.text(checkIns.column('person_id')[row]!));
      checkIns.clear();
      ids.person.clear();
    };
    await reader.readFile('checkins', new FileSource(path), { batches: { rows: 1000, take } });
    await take();
    expect(taken).toEqual(people);
  });

  test('tell how far they are, and stop when they are told to', async () => {
    const folder = new TempFolder();
    const files = { checkins: [folder.write('a.parquet', parquet)], cases: [folder.write('cases.csv', 'person_id\nP1\n')] };
    const seen: { rows: number; share: number }[] = [];
    const options = { files, window: 'all', out: folder.at('lists') } as const;
    const abort = new AbortController();
    await matchFiles(options, {
      signal: abort.signal,
      onProgress: ({ phase, name, rows, share }) => void (phase === 'read' && name === 'a.parquet' && seen.push({ rows, share })),
    });
    const shares = seen.slice(1).map(({ share }) => share);
    expect(seen.slice(1).map(({ rows }) => rows)).toEqual([9000, 18_000, 27_000, 36_000, 40_000]);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);

    const stopped = matchFiles(
      { ...options, out: folder.at('other') },
      { signal: abort.signal, onProgress: ({ rows }) => void (rows > 9000 && abort.abort(new Error('enough'))) },
    );
    await expect(stopped).rejects.toThrow('enough');
  });

  test('are read by the library as rows', async () => {
    const path = new TempFolder().write('a.parquet', parquet);
    const rows: unknown[] = [];
    for await (const row of readCheckIns(path)) rows.push(row);
    expect([rows.length, rows[2]]).toEqual([many, { person_id: 'P2', place_id: 'S2', time: EIGHT + 2 }]);
  });
});
