/** Rows of CSV and Parquet files for programs: check-ins as a stream, the small tables as lists. */
import { Zone } from '../core/zone.js';
import type { InputTables, TableName } from '../model/tables.js';
import { parseEncoding } from './text/encoding.js';
import { FileSource } from './file-source.js';
import { parseMapping } from './rows/header.js';
import { parseRejectLimit, type LedgerEntry, type Reject } from './rows/ledger.js';
import { ParsePool } from './blocks/parse-pool.js';
import { InputReader } from './read-inputs.js';
import { tableRows } from './table-rows.js';

/** How CSV and Parquet files are read; of the latter there is no encoding. */
export interface ReadFilesOptions {
  /** IANA zone of local times. */
  readonly tz?: string;
  /** date-fns patterns for times that no built-in format fits. */
  readonly timeFormats?: readonly string[];
  /** @defaultValue 'utf-8'; a byte order mark overrides it */
  readonly encoding?: string;
  /** `column=header` for headers that are no known name of the column. */
  readonly mappings?: readonly string[];
  /** Rows of a file that may be rejected: a count or a per cent. @defaultValue '0.1%' */
  readonly maxRejects?: string | number;
  /** Threads that read a large file of check-ins. The answer is the same with any number. @defaultValue as many as there are cores, at most 4 */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/**
 * Check-ins of CSV or Parquet files. Given to `buildIndex` they are read in place, and evidence names file and line; iterated they give rows with times
 * as seconds since 1970. `ledger` and `rejects` are known once they were read.
 */
export class CheckInReader<Row> implements AsyncIterable<Row> {
  /** Paths of the files; `-` is standard input. */
  readonly files: readonly string[];
  /** How the files are read; `buildIndex` reads the other tables in the same way. */
  readonly options: ReadFilesOptions;
  #ledger: readonly LedgerEntry[] = [];
  #rejects: readonly Reject[] = [];

  /** @internal */
  constructor(files: readonly string[], options: ReadFilesOptions) {
    this.files = files;
    this.options = options;
  }

  get ledger(): readonly LedgerEntry[] {
    return this.#ledger;
  }
  get rejects(): readonly Reject[] {
    return this.#rejects;
  }

  /** @internal */
  async readInto(reader: InputReader): Promise<void> {
    await readFiles(reader, 'checkins', this.files, this.options);
    this.#ledger = reader.ledger;
    this.#rejects = reader.rejects;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    const reader = new InputReader(new Zone(this.options.tz), this.options.timeFormats);
    await this.readInto(reader);
    reader.checkRejects(parseRejectLimit(this.options.maxRejects ?? '0.1%'));
    yield* tableRows<Row>(reader.tables.checkIns, reader.tables.ids);
  }
}

/** All rows of one small table. @throws InputError, OptionError. */
export async function readTableRows<Row>(table: TableName, files: readonly string[], options: ReadFilesOptions): Promise<Row[]> {
  const { ids, places, cases, visits, runs } = await readTables(table, files, options);
  const read = { places, cases, visits, runs }[table as 'places'];
  return [...tableRows<Row>(read, ids)];
}

/** One table as columns. @throws InputError, OptionError. */
export async function readTables(table: TableName, files: readonly string[], options: ReadFilesOptions): Promise<InputTables> {
  const reader = new InputReader(new Zone(options.tz), options.timeFormats);
  await readFiles(reader, table, files, options);
  reader.checkRejects(parseRejectLimit(options.maxRejects ?? '0.1%'));
  return reader.tables;
}

async function readFiles(reader: InputReader, table: TableName, files: readonly string[], options: ReadFilesOptions): Promise<void> {
  const encoding = parseEncoding(options.encoding ?? 'utf-8');
  const mappings = (options.mappings ?? []).map(parseMapping);
  const parsers = new ParsePool({ threads: options.threads });
  try {
    for (const file of files)
      await reader.readFile(table, new FileSource(file, options.signal), { encoding, mappings, parsers, ...(options.signal && { signal: options.signal }) });
  } finally {
    await parsers.close();
  }
}
