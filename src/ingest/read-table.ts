/** Fills one input table from CSV or Parquet files or from rows given as objects, and keeps the books: ledger, rejects, notes. */
import { InputError } from '../core/errors.js';
import type { Dictionaries, Table } from '../model/tables.js';
import { BlockMerger } from './blocks/block-merger.js';
import { BlockQueue, type BlockParsers, type LaneAnswer } from './blocks/block-queue.js';
import type { BlockSettings } from './blocks/block-reader.js';
import { CellReader, type Fault } from './rows/cell-reader.js';
import { CsvScanner } from './rows/csv-scanner.js';
import { Utf8Decoder, type Encoding } from './text/encoding.js';
import { locateColumns, type HeaderMap, type HeaderMapping } from './rows/header.js';
import { newLedgerEntry, type LedgerEntry, type Reject } from './rows/ledger.js';
import { ObjectReader } from './object-reader.js';
import type { ParquetFile } from './parquet/parquet-file.js';
import { ParquetRows } from './parquet/parquet-rows.js';
import { RecordReader } from './rows/record-reader.js';
import { RowBooks } from './rows/row-books.js';
import type { TimeReader } from './text/time-text.js';

/** A file, or anything else that gives bytes: plain text in an accepted encoding, already unpacked. */
export interface ByteSource {
  /** Base name: stands in evidence and messages. */
  readonly name: string;
  /** Size of all chunks together, where it is known before they were read. */
  readonly sizeBytes?: number | undefined;
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** The file as columns, if it is a Parquet file; nothing of `chunks` is used up by looking. */
  parquet?(): Promise<ParquetFile | undefined>;
}

export interface ReadOptions {
  readonly encoding?: Encoding;
  readonly mappings?: readonly HeaderMapping[];
  /** Puts values into messages. @defaultValue false: only shapes, since values may name people. */
  readonly showValues?: boolean;
  readonly signal?: AbortSignal;
  /** Called after each chunk with the rows and bytes of this file so far. */
  readonly onChunk?: (rows: number, bytes: number) => void;
  /** Takes the rows away whenever so many are there, for tables that are too large for memory: empties the table. */
  readonly batches?: RowBatches;
  /** Threads that read blocks of a large file. The answer is the same with and without. */
  readonly parsers?: BlockParsers;
  /** Bytes from which it is told what the file is, for tests. @defaultValue 64 KiB */
  readonly headBytes?: number;
}

/** Where the rows of a table go block by block. Duplicates are then found by whoever takes them. */
export interface RowBatches {
  /** Rows after which `take` is called, give or take a chunk. */
  readonly rows: number;
  take(): Promise<void>;
}

/** What a file was taken for. */
export interface FileReading {
  readonly file: string;
  readonly encoding: Encoding;
  /** Empty for a Parquet file. */
  readonly delimiter: string;
  /** column → the file's own header; columns that the file lacks are absent. */
  readonly columns: Readonly<Record<string, string>>;
  /** Things that are no fault but that a reader of the list should know. */
  readonly notes: readonly string[];
}

/** Reads all files of one table, in the order given. One reader per table: duplicates are found across its files. */
export class TableReader {
  readonly ledger: LedgerEntry[] = [];
  readonly readings: FileReading[] = [];
  readonly #ids: Dictionaries;
  readonly #books: RowBooks;
  readonly #cells: CellReader;
  readonly #records: RecordReader;
  readonly #objects: ObjectReader;
  readonly #parquet: ParquetRows;

  /** `keepsDuplicates`: equal rows are all accepted, for a caller that finds them later. */
  constructor(table: Table, ids: Dictionaries, times: TimeReader, keepsDuplicates = false) {
    this.#ids = ids;
    this.#books = new RowBooks(table, keepsDuplicates);
    this.#cells = new CellReader(ids, times);
    this.#records = new RecordReader(this.#books, ids, this.#cells);
    this.#objects = new ObjectReader(this.#books, this.#cells);
    this.#parquet = new ParquetRows(this.#books, this.#cells);
  }

  get rejects(): readonly Reject[] {
    return this.#books.rejects;
  }

  /**
   * Reads one CSV or Parquet file as the input at position `file` of the list of inputs.
   * @throws InputError if the file is unusable, OptionError if its header is, or a zone is missing, EngineError if a peer is.
   */
  async readFile(source: ByteSource, file: number, options: ReadOptions = {}): Promise<void> {
    const parquet = await source.parquet?.();
    if (parquet) return this.#readParquet(parquet, file, options);
    const decoder = new Utf8Decoder(source.name, options.encoding, options.headBytes);
    const scanner = new CsvScanner(source.name);
    const entry = this.open(source.name);
    const before = { openEnds: this.#cells.openEnds, repeated: this.#cells.times.repeatedHours };
    let header: HeaderMap | undefined;
    let bytes = 0;
    const drain = (isFinal: boolean, chunk: Uint8Array): void => {
      scanner.push(decoder.decode(chunk, isFinal), isFinal && decoder.fault === '');
      if (header === undefined && scanner.next()) {
        header = this.#header(scanner, source.name, options);
        this.#records.open(header, scanner.delimiter, options.showValues ?? false);
      }
      if (header !== undefined) this.#records.readAll(scanner, entry, file);
      if (decoder.fault !== '') throw new InputError('E_ENCODING', `${source.name}:${scanner.lastLine()} E_ENCODING ${decoder.fault}`);
    };
    const afterwards = async (): Promise<void> => {
      options.onChunk?.(entry.read, bytes);
      if (options.batches && this.#books.table.rowCount >= options.batches.rows) await options.batches.take();
    };
    const merger = new BlockMerger(this.#books, this.#ids);
    const take = async ({ block, bytes: asItCame }: LaneAnswer): Promise<void> => {
      options.signal?.throwIfAborted();
      // A block is what it was taken for if the records before it end where it begins.
      const rows = scanner.isDone && block.rows && merger.fits(block.rows) ? block.rows : null;
      if (rows) {
        merger.append(rows, block.texts, block.bytes ?? asItCame, entry, file, scanner.nextLine);
        scanner.skipTo(scanner.at, scanner.nextLine + rows.lineCount);
        scanner.innerMarks += rows.innerMarks;
        this.#cells.openEnds += rows.openEnds;
        this.#cells.times.repeatedHours += rows.repeatedHours;
      } else drain(false, new Uint8Array(asItCame)); // a copy: no decoder reads shared memory
      await afterwards();
    };
    const { parsers } = options;
    const canFork = parsers !== undefined && this.#books.table.spec.name === 'checkins';
    let queue: BlockQueue | undefined;
    let isReserved = false;
    for await (const chunk of source.chunks()) {
      options.signal?.throwIfAborted();
      const bytesBefore = bytes;
      bytes += chunk.length;
      if (queue) {
        await queue.push(chunk);
        continue;
      }
      if (entry.read > 0 && !isReserved) {
        isReserved = true;
        // Columns that grow to their size at once are not copied on the way. What is reserved in vain is never touched.
        const rows = ((source.sizeBytes ?? 0) / bytesBefore) * entry.read * 1.05;
        this.#books.table.reserve(Math.ceil(Math.min(rows, options.batches ? options.batches.rows * 1.05 + 100_000 : Number.POSITIVE_INFINITY)));
      }
      const isLarge = canFork && header !== undefined && bytes > parsers.afterBytes && !decoder.encoding.startsWith('utf-16');
      const cut = isLarge ? chunk.indexOf(LF) + 1 : 0; // no byte of a longer character is a line feed, in UTF-8 or GB18030
      drain(false, cut > 0 ? chunk.subarray(0, cut) : chunk);
      if (cut > 0 && scanner.isDone) {
        queue = new BlockQueue(parsers!, this.#settings(scanner, decoder, header!, options), take);
        await queue.push(chunk.subarray(cut));
      } else if (cut > 0) drain(false, chunk.subarray(cut));
      await afterwards();
    }
    await queue?.finish();
    drain(true, new Uint8Array(0));
    const notes = this.#notes(before);
    if (scanner.innerMarks > 0) notes.unshift(`${scanner.innerMarks} byte order marks inside the file left out, as in files put together from several exports`);
    if (header === undefined) notes.unshift('the file is empty: 0 rows');
    else if (entry.read === 0) notes.unshift('the file has a header and no rows');
    this.readings.push({
      file: source.name,
      encoding: decoder.encoding,
      delimiter: String.fromCharCode(scanner.delimiter || 44),
      columns: this.#columnsOf(header),
      notes,
    });
  }

  async #readParquet(parquet: ParquetFile, file: number, options: ReadOptions): Promise<void> {
    const entry = this.open(parquet.name);
    const before = { openEnds: this.#cells.openEnds, repeated: this.#cells.times.repeatedHours };
    const { spec } = this.#books.table;
    const { signal, onChunk, batches, mappings, showValues = false } = options;
    try {
      const names = parquet.columns.map(({ name }) => name.replaceAll(/^[\t-\r ]+|[\t-\r ]+$/g, ''));
      const header = locateColumns(spec, names, parquet.name, mappings, true);
      const rows = parquet.groupRows.reduce((sum, count) => sum + count, 0);
      this.#books.table.reserve(Math.min(rows, parquet.bytes.sizeBytes, batches ? batches.rows + 100_000 : Number.POSITIVE_INFINITY));
      const afterwards = async (): Promise<void> => {
        signal?.throwIfAborted();
        onChunk?.(entry.read, Math.round((entry.read / rows) * parquet.bytes.sizeBytes));
        if (batches && this.#books.table.rowCount >= batches.rows) await batches.take();
      };
      await this.#parquet.readAll(parquet, { header, entry, file, showValues, afterwards });
      await parquet.bytes.finish();
      const notes = this.#notes(before);
      for (const [i, { name, kind }] of spec.columns.entries()) {
        const isNumber = kind === 'id' && header.cells[i]! >= 0 && parquet.columns[header.cells[i]!]!.form === 'integer';
        if (isNumber) notes.push(`${name} is a column of whole numbers: if its ids began with zeros, they are lost; write ids as strings`);
      }
      if (entry.read === 0) notes.unshift('the file has columns and no rows');
      this.readings.push({ file: parquet.name, encoding: 'utf-8', delimiter: '', columns: this.#columnsOf(header), notes });
    } finally {
      await parquet.bytes.close();
    }
  }

  /** Things that were seen since `before`, when the file began. */
  #notes(before: { readonly openEnds: number; readonly repeated: number }): string[] {
    const openEnds = this.#cells.openEnds - before.openEnds;
    const repeated = this.#cells.times.repeatedHours - before.repeated;
    return [
      ...(openEnds > 0 ? [`${openEnds} check-outs in the year 9999 read as no check-out`] : []),
      ...(repeated > 0 ? [`${repeated} local times that the clock showed twice: the earlier reading for a start, the later for an end`] : []),
    ];
  }

  #columnsOf(header: HeaderMap | undefined): Record<string, string> {
    return Object.fromEntries(this.#books.table.spec.columns.flatMap((column, i) => (header?.headers[i] ? [[column.name, header.headers[i]]] : [])));
  }

  /**
   * Reads one row given as an object with the SPEC's column names: texts, Dates, epoch seconds as numbers; absent and null are empty.
   * `rowNumber` stands for the line in evidence.
   * @throws OptionError `E_ROW` for an id that is no text: numbers lose leading zeros and digits.
   */
  readRow(row: object, rowNumber: number, entry: LedgerEntry, file: number): void {
    this.#objects.read(row, rowNumber, entry, file);
  }

  /** Rejects a row that was accepted before it was seen together with others: whoever has it takes it out. Its text is no more. */
  reject(entry: LedgerEntry, line: number, column: string, fault: Fault, got: string): void {
    this.#books.reject(entry, line, column, fault, got, '');
  }

  /** A ledger entry for a further input. */
  open(name: string): LedgerEntry {
    const entry = newLedgerEntry(name);
    this.ledger.push(entry);
    this.#books.units.fill(0);
    return entry;
  }

  #header(scanner: CsvScanner, file: string, options: ReadOptions): HeaderMap {
    if (scanner.isBroken)
      throw new InputError('E_CSV_QUOTE', `${file}:${scanner.line} E_CSV_QUOTE expected a header, got a quote where none may stand; mend the first line`);
    const cells = Array.from({ length: scanner.cellCount }, (_, i) => scanner.text(i));
    return locateColumns(this.#books.table.spec, cells, file, options.mappings, options.showValues);
  }

  #settings(scanner: CsvScanner, { encoding }: Utf8Decoder, header: HeaderMap, { showValues = false }: ReadOptions): BlockSettings {
    const { zone, formats } = this.#cells.times;
    const { person, place, run, case: ofCase, text } = this.#ids;
    const hashKeys = { person: person.hashKey, place: place.hashKey, run: run.hashKey, case: ofCase.hashKey, text: text.hashKey };
    return { file: scanner.file, header, delimiter: scanner.delimiter, encoding, showValues, tz: zone.name, timeFormats: formats, hashKeys };
  }
}

const LF = 10;
