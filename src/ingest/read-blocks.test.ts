/**
 * Files read by several threads, in blocks of any size, against one plain reader and against themselves: the tables, the ledger, the rejects and
 * the errors never depend on chunks, blocks or threads.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CopresenceError } from '../core/errors.js';
import { Zone } from '../core/zone.js';
import { CHECKINS } from '../model/tables.js';
import { plainCsv } from '../testing/plain-csv.js';
import type { BlockLanes, BlockParsers, LaneAnswer } from './blocks/block-queue.js';
import { BlockReader, type BlockSettings } from './blocks/block-reader.js';
import type { Encoding } from './text/encoding.js';
import { ParsePool } from './blocks/parse-pool.js';
import { InputReader } from './read-inputs.js';
import type { ReadOptions } from './read-table.js';
import { tableRows } from './table-rows.js';

/** Lanes in this thread: every block is read at once. */
class PlainLanes implements BlockParsers {
  readonly afterBytes = 0;
  readonly lanes: number;
  readonly blockBytes: number;
  blocks = 0;
  constructor(lanes: number, blockBytes: number) {
    this.lanes = lanes;
    this.blockBytes = blockBytes;
  }
  open(settings: BlockSettings): BlockLanes {
    const readers = Array.from({ length: this.lanes }, () => new BlockReader(CHECKINS, settings));
    const parts = readers.map((): Uint8Array[] => []);
    return {
      append: (lane, bytes) => void parts[lane]!.push(bytes.slice()),
      read: (lane): Promise<LaneAnswer> => {
        this.blocks++;
        const bytes = new Uint8Array(Buffer.concat(parts[lane]!.splice(0)));
        return Promise.resolve({ bytes, block: readers[lane]!.read(bytes) });
      },
    };
  }
}

interface Read {
  readonly rows: readonly unknown[];
  readonly people: readonly string[];
  readonly ledger: InputReader['ledger'];
  readonly rejects: InputReader['rejects'];
  readonly readings: InputReader['readings'];
  readonly error: string | undefined;
}

const rowsOf = ({ tables: { checkIns, ids } }: InputReader): unknown[] => {
  const { data: lines } = checkIns.line;
  const { data: files } = checkIns.file;
  return [...tableRows<object>(checkIns, ids)].map((row, i) => ({ ...row, at: `${files[i]}:${lines[i]}` }));
};

/** Reads files in chunks of some size. */
async function read(files: readonly Uint8Array[], chunkBytes: number, options: ReadOptions, tz?: string, keepsDuplicates = false): Promise<Read> {
  const reader = new InputReader(new Zone(tz), ['dd.MM.yyyy HH:mm'], undefined, keepsDuplicates);
  let error: string | undefined;
  try {
    for (const [i, bytes] of files.entries()) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, k) => bytes.slice(k * chunkBytes, (k + 1) * chunkBytes));
      await reader.readFile('checkins', { name: `f${i}.csv`, chunks: () => chunks }, { headBytes: 60, ...options });
    }
  } catch (thrown) {
    if (!(thrown instanceof CopresenceError)) throw thrown;
    // Which encoding the advice names is guessed from the bytes at hand.
    error = `${thrown.name} ${thrown.message.replace(/(E_ENCODING [^;]*);.*/, '$1')}`;
  }
  const { person } = reader.tables.ids;
  const people = Array.from({ length: person.size }, (_, id) => person.text(id));
  return { rows: rowsOf(reader), people, ledger: reader.ledger, rejects: reader.rejects, readings: reader.readings, error };
}

const HEADERS = ['person_id,place_id,time,check_out,run_id,carriage,seat', 'time,note,seat,place_id,carriage,person_id,check_out', 'person_id,place_id,time'];
const id = fc.constantFrom('A', 'B', 'C7', 'D0001', '0007', '7', '张三', 'x y', 'p-1', '\u{1d4b3}');
const time = fc.constantFrom(
  '2022-03-01 08:00:00',
  '2022-03-01 08:00:01',
  '2022-03-01T09:30',
  '2022-03-02 24:00',
  '2022-03-01 08:00:00Z',
  '2022/3/1 8:00',
  '20220301080000',
  '2022-03-27 02:30:00',
  '2022-10-30 02:30:00',
  '01.03.2022 07:00',
  '2022-03-01 08:00:00+08:00',
);
const badTime = fc.constantFrom('2022-02-30 08:00:00', 'yesterday', '1999-01-01 00:00:00', '9999-12-31 00:00:00', '1646092800', '1646092800000');
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const row = (header: string): fc.Arbitrary<string> =>
  fc
    .record({
      cells: fc.record({
        person_id: id,
        place_id: id,
        time,
        check_out: fc.oneof({ weight: 4, arbitrary: fc.constant('') }, time),
        run_id: fc.constantFrom('', 'R1'),
        carriage: fc.constantFrom('', '3'),
        seat: fc.constantFrom('', '12A', 'a "b", c', 'two\nlines', 'x\r\ny'),
        note: fc.constantFrom('', 'n', '1,2', '\n'),
      }),
      quotes: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    })
    .map(({ cells, quotes }) =>
      header
        .split(',')
        .map(
          (name, i) =>
            cells[name as keyof typeof cells] &&
            (quotes[i] || /[",\r\n]/.test(cells[name as keyof typeof cells]) ? quoted(cells[name as keyof typeof cells]) : cells[name as keyof typeof cells]),
        )
        .join(','),
    );
const odd = (header: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      '',
      ',,,,',
      ' , ',
      header,
      'A,B',
      'a"b,c,2022-03-01 08:00:00',
      '"x"y,z,',
      'A,,2022-03-01 08:00:00',
      '1.38E+10,P,2022-03-01 08:00:00',
      'A\u0000,B,2022-03-01 08:00:00',
      '\uFEFFA,B,2022-03-01 08:00:00',
    ),
    badTime.map((text) =>
      header
        .split(',')
        .map((name) => (name === 'time' ? text : name === 'note' ? '' : name === 'check_out' ? '' : 'Q'))
        .join(','),
    ),
    badTime.map((text) =>
      header
        .split(',')
        .map((name) => (name === 'time' ? '2022-03-01 08:00:00' : name === 'check_out' ? text : 'Q'))
        .join(','),
    ),
  );
const end = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r\n', '\r');
const file = fc.constantFrom(...HEADERS).chain((header) =>
  fc
    .record({
      records: fc.array(fc.tuple(fc.oneof({ weight: 12, arbitrary: row(header) }, { weight: 1, arbitrary: odd(header) }), fc.nat({ max: 9 })), {
        minLength: 20,
        maxLength: 80,
        size: 'max',
      }),
      lineEnd: end,
      mixed: fc.boolean(),
      hasMark: fc.boolean(),
      ending: fc.constantFrom('', '', '', '', '', 'A,B,"open', 'A,B,2022-03-01 08:00:00'),
    })
    .map(({ records, lineEnd, mixed, hasMark, ending }) => {
      const endOf = (k: number): string => (mixed && k < 2 ? ['\r', '\r\n'][k]! : lineEnd);
      return `${hasMark ? '\uFEFF' : ''}${header}${lineEnd}${records.map(([text, k]) => text + endOf(k)).join('')}${ending}`;
    }),
);
const damage = fc.option(fc.record({ at: fc.nat(), byte: fc.constantFrom(0xff, 0x80, 0xc3, 0x22) }), { freq: 12, nil: undefined });

/** The only characters of these files beyond ASCII that GB18030 has in two bytes. */
const GB: Readonly<Record<string, number[]>> = { 张: [0xd5, 0xc5], 三: [0xc8, 0xfd] };
const gb = (text: string): Uint8Array => Uint8Array.from([...text].flatMap((char) => GB[char] ?? [...Buffer.from(char, 'latin1')]));

describe('blocks of any size, in lanes of this thread', () => {
  test('a file in a few bytes at a time and in blocks is the file at once', async () => {
    let blocks = 0;
    await fc.assert(
      fc.asyncProperty(
        file,
        file,
        damage,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(undefined, ...Array<string>(9).fill('Europe/Berlin')),
        async (a, b, hit, chunk, block, tz) => {
          const files = [a, b].map((text) => new Uint8Array(Buffer.from(text)));
          if (hit && files[0]!.length > 0) files[0]![hit.at % files[0]!.length] = hit.byte;
          const whole = await read(files, 1 << 20, {}, tz);
          expect(await read(files, chunk, {}, tz)).toEqual(whole);
          for (const lanes of [1, 2, 3]) {
            const parsers = new PlainLanes(lanes, block);
            expect(await read(files, chunk, { parsers }, tz), `${lanes} lanes`).toEqual(whole);
            blocks += parsers.blocks;
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(blocks).toBeGreaterThan(500); // the files are large enough to be cut
  });

  test('a file in GB18030 too', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), async (text, chunk, block) => {
        const files = [gb(text.replaceAll(/[\uFEFF\u{1d4b3}]/gu, ''))];
        const options = { encoding: 'gb18030' as Encoding };
        const whole = await read(files, 1 << 20, options, 'Europe/Berlin');
        expect(await read(files, chunk, { ...options, parsers: new PlainLanes(2, block) }, 'Europe/Berlin')).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  test('the rows are those of the plain reader', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 300 }), async (text, block) => {
        const { records, unclosedAt } = plainCsv(text, ',');
        fc.pre(unclosedAt === undefined);
        const result = await read([new Uint8Array(Buffer.from(text))], 100, { parsers: new PlainLanes(2, block) }, 'Europe/Berlin');
        fc.pre(result.error === undefined);
        const columns = records[0]!.cells;
        const named = new Map<number, Record<string, string>>();
        for (const { line, cells } of records.slice(1)) named.set(line, Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? ''])));
        for (const each of result.rows as { at: string; person_id: string; place_id: string; seat?: string; run_id?: string; carriage?: string }[]) {
          const plain = named.get(Number(each.at.split(':')[1]))!;
          for (const name of ['person_id', 'place_id', 'seat', 'run_id', 'carriage'] as const) expect(each[name] ?? '').toBe(plain[name] ?? '');
        }
        const [entry] = result.ledger;
        expect(entry).toMatchObject({
          read: records.length - 1,
          blank: records.slice(1).filter(({ cells, isBroken }) => !isBroken && cells.every((cell) => cell === '')).length,
        });
        expect(result.rows.length).toBe(entry!.accepted);
      }),
      { numRuns: 200 },
    );
  });

  test('of equal rows the first is kept, and the others are counted for their file', async () => {
    let duplicates = 0;
    await fc.assert(
      fc.asyncProperty(file, file, fc.integer({ min: 1, max: 300 }), async (a, b, block) => {
        const files = [a, b].map((text) => new Uint8Array(Buffer.from(text)));
        const parsers = new PlainLanes(2, block);
        const all = await read(files, 100, { parsers }, 'Europe/Berlin', true);
        const result = await read(files, 100, { parsers }, 'Europe/Berlin');
        fc.pre(all.error === undefined);
        const seen = new Set<string>();
        const counts = all.ledger.map((entry) => ({ ...entry }));
        const first = (all.rows as { at: string }[]).filter(({ at, ...row }) => {
          const before = seen.size;
          if (seen.add(JSON.stringify(row)).size > before) return true;
          const entry = counts[Number(at.split(':')[0])]!;
          entry.accepted--;
          entry.duplicate++;
          return false;
        });
        expect(result.rows).toEqual(first);
        expect(result.ledger).toEqual(counts);
        duplicates += all.rows.length - first.length;
      }),
      { numRuns: 100 },
    );
    expect(duplicates).toBeGreaterThan(100);
  });

  test('rows taken away in batches, with the people forgotten each time, are the rows of a whole read', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20 }), fc.constantFrom(1, 3), async (text, block, rows, lanes) => {
        const bytes = new Uint8Array(Buffer.from(text));
        const take = async (parsers?: BlockParsers): Promise<unknown[]> => {
          const reader = new InputReader(new Zone('Europe/Berlin'), ['dd.MM.yyyy HH:mm'], undefined, true);
          const taken: unknown[] = [];
          const batches = {
            rows,
            take: (): Promise<void> => {
              taken.push(...rowsOf(reader));
              reader.tables.checkIns.clear();
              reader.tables.ids.person.clear();
              return Promise.resolve();
            },
          };
          const chunks = Array.from({ length: Math.ceil(bytes.length / 90) }, (_, k) => bytes.slice(k * 90, (k + 1) * 90));
          const error = await reader
            .readFile('checkins', { name: 'f.csv', chunks: () => chunks }, { headBytes: 60, batches, ...(parsers && { parsers }) })
            .then(() => 'none', String);
          await batches.take();
          return [...taken, error, reader.rejects, reader.ledger];
        };
        expect(await take(new PlainLanes(lanes, block))).toEqual(await take());
      }),
      { numRuns: 150 },
    );
  });
});

describe('threads', () => {
  const pools: ParsePool[] = [];
  beforeAll(() => {
    for (const threads of [2, 3]) pools.push(new ParsePool({ threads, afterBytes: 0, blockBytes: 100 }));
  });
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  test('with 2 and 3 of them the answer is that of one', async () => {
    await fc.assert(
      fc.asyncProperty(file, file, damage, fc.integer({ min: 50, max: 1000 }), async (a, b, hit, chunk) => {
        const files = [a, b].map((text) => new Uint8Array(Buffer.from(text)));
        if (hit && files[0]!.length > 0) files[0]![hit.at % files[0]!.length] = hit.byte;
        const whole = await read(files, 1 << 20, {}, 'Europe/Berlin');
        for (const parsers of pools) expect(await read(files, chunk, { parsers }, 'Europe/Berlin')).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  const LARGE = new Uint8Array(
    Buffer.from(
      `person_id,place_id,time\n${Array.from({ length: 20_000 }, (_, i) => `P${i % 997},S${i % 41},2022-03-0${1 + (i % 7)} 08:${10 + (i % 50)}:00\n`).join('')}`,
    ),
  );

  test('one that dies fails the run', async () => {
    const killer = new URL(
      'data:text/javascript,import { parentPort } from "node:worker_threads"; parentPort.on("message", (m) => { if (m.memory) process.exit(7); });',
    );
    const pool = new ParsePool({ threads: 2, afterBytes: 0, blockBytes: 1000, worker: killer });
    await expect(read([LARGE], 10_000, { parsers: pool }, 'UTC')).rejects.toThrow('a reading thread ended before its work was done (exit 7)');
    await pool.close();
    const thrower = new URL(
      'data:text/javascript,import { parentPort } from "node:worker_threads"; parentPort.on("message", (m) => { if (m.memory) throw new Error("out of luck"); });',
    );
    const other = new ParsePool({ threads: 2, afterBytes: 0, blockBytes: 1000, worker: thrower });
    await expect(read([LARGE], 10_000, { parsers: other }, 'UTC')).rejects.toThrow('a reading thread failed: out of luck');
    await other.close();
  });

  test('an abort ends the read, and closing ends the threads at once, whatever they are at', async () => {
    const portsOpen = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = portsOpen();
    const abort = new AbortController();
    const pool = new ParsePool({ threads: 2, afterBytes: 0, blockBytes: 1000 });
    let chunks = 0;
    const onChunk = (): void => {
      if (++chunks === 3) abort.abort(new Error('enough'));
    };
    await expect(read([LARGE], 10_000, { parsers: pool, signal: abort.signal, onChunk }, 'UTC')).rejects.toThrow('enough');
    await pool.close();
    expect(portsOpen()).toBe(before);
  });

  test('a number of threads that is none is refused, and one thread starts none', () => {
    for (const threads of [0, -1, 1.5, 65, Number.NaN]) expect(() => new ParsePool({ threads })).toThrow(/E_THREADS|threads: expected/);
    expect(new ParsePool({ threads: 1 }).afterBytes).toBe(Number.POSITIVE_INFINITY);
  });
});
