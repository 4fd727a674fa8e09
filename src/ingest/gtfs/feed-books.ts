/** The files of one feed as they are read: their ledgers, rejects and notes. */
import { InputError } from '../../core/errors.js';
import { Zone } from '../../core/zone.js';
import { Table, newDictionaries, type Dictionaries } from '../../model/tables.js';
import type { Encoding } from '../text/encoding.js';
import type { LedgerEntry, Reject } from '../rows/ledger.js';
import { TableReader, type ByteSource, type FileReading } from '../read-table.js';
import { TimeReader } from '../text/time-text.js';
import type { CollectedCalls, RefusedCall } from './call-collector.js';
import type { FeedTableSpec } from './feed-tables.js';

/** A file of the feed by its name, such as `stops.txt`; undefined if the feed has none. */
export type OpenFeedFile = (name: string) => ByteSource | undefined;

export interface ReadFeedOptions {
  /** Stands in messages about the feed as a whole. @defaultValue 'feed' */
  readonly name?: string;
  /** @defaultValue 'utf-8' */
  readonly encoding?: Encoding;
  readonly showValues?: boolean;
  readonly signal?: AbortSignal;
  /** Called after each chunk with the rows of the file so far, and the share of it, NaN if that is unknown. */
  readonly onProgress?: (file: string, rows: number, share: number) => void;
}

/** Rows of stop_times that are read before they are taken away. */
const BATCH_ROWS = 1 << 16;

/** Things counted for a reader of the result; nothing is said of what did not happen. */
export class Notes {
  readonly texts: string[] = [];
  /** `#` in the text becomes the count. */
  add(count: number, text: string): void {
    if (count > 0) this.texts.push(text.replace('#', String(count)));
  }
}

/** Where rows go that are too many to stay in their table. */
interface RowTaker<Name extends string> {
  take(table: Table<Name>): void;
  /** Called once with about how many rows there will be, if that can be known. */
  expect(rows: number): void;
}

/** The files of one feed: each is read once, in an order in which what a row names was read before. */
export class FeedBooks {
  readonly ids: Dictionaries = newDictionaries();
  readonly notes: Notes = new Notes();
  readonly #open: OpenFeedFile;
  readonly #options: ReadFeedOptions;
  readonly #readers = new Map<string, TableReader>();

  constructor(open: OpenFeedFile, options: ReadFeedOptions) {
    this.#open = open;
    this.#options = options;
  }

  get name(): string {
    return this.#options.name ?? 'feed';
  }
  get ledger(): LedgerEntry[] {
    return [...this.#readers.values()].flatMap(({ ledger }) => ledger);
  }
  get rejects(): Reject[] {
    return [...this.#readers.values()].flatMap(({ rejects }) => rejects.toSorted((a, b) => a.line - b.line));
  }
  get readings(): FileReading[] {
    return [...this.#readers.values()].flatMap(({ readings }) => readings);
  }

  has(spec: FeedTableSpec): boolean {
    return this.#open(`${spec.name}.txt`) !== undefined;
  }

  /** The rows of one file; of none, if it `mayLack`. `checks` come after those of the spec. @throws InputError `E_FEED_FILE` if it is missing. */
  async read<Name extends string>(
    spec: FeedTableSpec<Name>,
    checks: (table: Table<Name>) => readonly NonNullable<FeedTableSpec<Name>['check']>[] = () => [],
    mayLack = false,
    taker?: RowTaker<Name>,
  ): Promise<Table<Name>> {
    const check: NonNullable<FeedTableSpec<Name>['check']>[] = [];
    const table = new Table<Name>({ ...spec, check: check as never });
    check.push(...[spec.check ?? []].flat(), ...checks(table));
    const file = `${spec.name}.txt`;
    const source = this.#open(file);
    if (!source) {
      if (mayLack) return table;
      throw this.missing(file);
    }
    const { encoding, showValues = false, signal, onProgress } = this.#options;
    const reader = new TableReader(table, this.ids, new TimeReader(new Zone()), taker !== undefined);
    this.#readers.set(spec.name, reader);
    let isExpected = false;
    await reader.readFile(source, 0, {
      showValues,
      ...(encoding && { encoding }),
      ...(signal && { signal }),
      onChunk: (rows, bytes) => {
        const { sizeBytes } = source;
        onProgress?.(source.name, rows, sizeBytes ? bytes / sizeBytes : Number.NaN);
        if (isExpected || rows === 0 || !sizeBytes) return;
        isExpected = true;
        taker?.expect(Math.ceil((sizeBytes / bytes) * rows * 1.02));
      },
      ...(taker && { batches: { rows: BATCH_ROWS, take: async () => taker.take(table) } }),
    });
    taker?.take(table);
    return table;
  }

  missing(file: string): InputError {
    return new InputError('E_FEED_FILE', `${this.name} E_FEED_FILE expected ${file} in the timetable feed, got none; fetch the whole feed again`);
  }

  /** Brings the books of a file in order after rows that were accepted one by one were looked at together. Their text is no more: the line names it. */
  settle(spec: FeedTableSpec, { refused, duplicates, scatteredTrips, unorderedTrips }: CollectedCalls): void {
    const reader = this.#readers.get(spec.name)!;
    const entry = reader.ledger[0]!;
    entry.accepted -= refused.length + duplicates;
    entry.duplicate += duplicates;
    for (const { line, why } of refused) reader.reject(entry, line, ...REFUSALS[why]);
    this.notes.add(scatteredTrips, `# trips whose rows in ${entry.file} do not lie together: they were brought together`);
    this.notes.add(unorderedTrips, `# trips whose rows in ${entry.file} are not in the order of stop_sequence: they were put in order`);
  }
}

const REFUSALS: Readonly<Record<RefusedCall['why'], Parameters<TableReader['reject']> extends [unknown, unknown, ...infer Rest] ? Rest : never>> = {
  sequence: [
    'stop_sequence',
    { code: 'E_ID_TWICE', expected: 'one row for each trip_id and stop_sequence', advice: 'the first was taken: mend or take out one of the two' },
    'another with other content',
  ],
  back: [
    'arrival_time',
    {
      code: 'E_TIME_BACK',
      expected: 'a time at or after those of the calls before',
      advice: 'mend the row; times after midnight count on: 24:10:00',
    },
    'an earlier one',
  ],
};

/** Row by dictionary id; -1 for ids of rejected rows. */
export function rowsById(column: ArrayLike<number>, rowCount: number, idCount: number): Int32Array {
  const rowOf = new Int32Array(idCount).fill(-1);
  for (let row = 0; row < rowCount; row++) rowOf[column[row]!] = row;
  return rowOf;
}
