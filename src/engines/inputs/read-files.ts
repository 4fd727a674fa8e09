/** Files of all tables → typed columns, with what the manifest says of each file. */
import { OptionError } from '../../core/errors.js';
import type { Zone } from '../../core/zone.js';
import { parseEncoding } from '../../ingest/text/encoding.js';
import { FileSource, type InputDigest } from '../../ingest/file-source.js';
import { parseMapping } from '../../ingest/rows/header.js';
import { ParsePool } from '../../ingest/blocks/parse-pool.js';
import { InputReader, checkFileNames } from '../../ingest/read-inputs.js';
import type { FileReading, RowBatches } from '../../ingest/read-table.js';
import { TABLE_NAMES, type TableName } from '../../model/tables.js';

/** Names of CSV or Parquet files by table; `-` is standard input. */
export type InputFiles = Readonly<Partial<Record<TableName, readonly string[]>>>;

/** How far a run is. */
export interface RunProgress {
  readonly phase: 'read' | 'stays' | 'match' | 'write';
  /** File or list being worked on. */
  readonly name: string;
  readonly rows: number;
  /** 0 to 1, or NaN if it cannot be known, as of standard input. */
  readonly share: number;
}

export interface RunHooks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

/** How files are read. */
export interface ReadOptions {
  readonly files: InputFiles;
  readonly timeFormats?: readonly string[];
  /** @defaultValue 'utf-8' */
  readonly encoding?: string;
  /** `column=header` or `table.column=header`. */
  readonly mappings?: readonly string[];
  readonly showValues?: boolean;
  /** Threads that read a large file. The answer is the same with any number. @defaultValue as many as there are cores, at most 4 */
  readonly threads?: number;
}

/** A file that was read, as the manifest says it. */
export interface ReadInput extends InputDigest, Pick<FileReading, 'encoding' | 'delimiter' | 'columns' | 'notes'> {
  readonly table: TableName;
  readonly rows: number;
}

/**
 * Reads the files of all tables with what the options say of encoding, headers and times.
 * @param reader - brings the tables of an index, if the rows belong to one.
 * @param batches - takes the check-ins away while they are read; `order` then puts first what must be known before them.
 * @throws InputError, OptionError.
 */
export async function readInputs(
  options: ReadOptions,
  zone: Zone,
  hooks: RunHooks = {},
  reader: InputReader = new InputReader(zone, options.timeFormats),
  batches?: RowBatches,
  order: readonly TableName[] = TABLE_NAMES,
): Promise<{ reader: InputReader; inputs: ReadInput[] }> {
  const encoding = parseEncoding(options.encoding ?? 'utf-8');
  const mappings = (options.mappings ?? []).map(parseMapping);
  const inputs: ReadInput[] = [];
  const headers = new Set<string>();
  const sources = order.map((table) => ({ table, files: (options.files[table] ?? []).map((path) => new FileSource(path, hooks.signal)) }));
  checkFileNames(sources.flatMap(({ files }) => files.map(({ name }) => name)));
  const read = async (table: TableName, source: FileSource): Promise<void> => {
    hooks.onProgress?.({ phase: 'read', name: source.name, rows: 0, share: Number.NaN });
    await reader.readFile(table, source, {
      encoding,
      mappings,
      parsers,
      showValues: options.showValues ?? false,
      ...(hooks.signal && { signal: hooks.signal }),
      ...(batches && { batches }),
      onChunk: (rows) => hooks.onProgress?.({ phase: 'read', name: source.name, rows, share: source.readShare() }),
    });
    const entry = reader.ledger.find(({ file }) => file === source.name)!;
    const reading = reader.readings.find(({ file }) => file === source.name)!;
    inputs.push({
      ...source.digest(),
      table,
      rows: entry.read,
      encoding: reading.encoding,
      delimiter: reading.delimiter,
      columns: reading.columns,
      notes: reading.notes,
    });
    for (const header of Object.values(reading.columns)) headers.add(header.toLowerCase());
  };
  const parsers = new ParsePool({ threads: options.threads });
  try {
    for (const { table, files } of sources) for (const source of files) await read(table, source);
  } finally {
    await parsers.close();
  }
  const unused = mappings.find((mapping) => !headers.has(mapping.header.toLowerCase()));
  if (unused) throw new OptionError('E_MAP', `map: expected a header '${unused.header}' for the column ${unused.column} in some file, got none`);
  inputs.sort((a, b) => TABLE_NAMES.indexOf(a.table) - TABLE_NAMES.indexOf(b.table));
  return { reader, inputs };
}
