/** Fills one input table from CSV files or from rows given as objects, and keeps the books: ledger, rejects, notes. */
import { InputError, OptionError } from '../core/errors.js';
import { RowSet } from '../core/row-set.js';
import { visible } from '../core/visible.js';
import type { ColumnSpec, Dictionaries, Table, TableSpec } from '../model/tables.js';
import { CellReader, NOT_WELL_FORMED, shapeOf, type Fault } from './cell-reader.js';
import { CsvScanner } from './csv-scanner.js';
import { Utf8Decoder, type Encoding } from './encoding.js';
import { isSameHeader, locateColumns, looksLikeHeader, type HeaderMap, type HeaderMapping } from './header.js';
import { newLedgerEntry, type LedgerEntry, type Reject } from './ledger.js';
import type { TimeReader } from './time-text.js';

/** A file, or anything else that gives bytes: plain text in an accepted encoding, already unpacked. */
export interface ByteSource {
  /** Base name: stands in evidence and messages. */
  readonly name: string;
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
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
  readonly delimiter: string;
  /** column → the file's own header; columns that the file lacks are absent. */
  readonly columns: Readonly<Record<string, string>>;
  /** Things that are no fault but that a reader of the list should know. */
  readonly notes: readonly string[];
}

/** Reads all files of one table, in the order given. One reader per table: duplicates are found across its files. */
export class TableReader {
  readonly ledger: LedgerEntry[] = [];
  readonly rejects: Reject[] = [];
  readonly readings: FileReading[] = [];
  readonly #table: Table;
  readonly #spec: TableSpec;
  readonly #cells: CellReader;
  readonly #seen: RowSet | null;
  readonly #values: Float64Array;
  readonly #valueOf: (name: string) => number;
  readonly #units: Uint8Array;
  /** Whether a repeated header would read as a row: no required cell of it is refused. */
  readonly #takesHeader: boolean;
  #scratch = new Uint8Array(256);

  /** `keepsDuplicates`: equal rows are all accepted, for a caller that finds them later. */
  constructor(table: Table, ids: Dictionaries, times: TimeReader, keepsDuplicates = false) {
    this.#table = table;
    this.#spec = table.spec;
    this.#cells = new CellReader(ids, times);
    this.#seen = keepsDuplicates ? null : new RowSet(table.columns);
    this.#values = new Float64Array(table.spec.columns.length);
    this.#units = new Uint8Array(table.spec.columns.length);
    this.#takesHeader = table.spec.columns.every((column) => !column.required || column.kind === 'id');
    const position = new Map(table.spec.columns.map((column, i) => [column.name, i]));
    this.#valueOf = (name) => this.#values[position.get(name)!]!;
  }

  /**
   * Reads one CSV file as the input at position `file` of the list of inputs.
   * @throws InputError if the file is unusable, OptionError if its header is, or a zone is missing.
   */
  async readFile(source: ByteSource, file: number, options: ReadOptions = {}): Promise<void> {
    const decoder = new Utf8Decoder(source.name, options.encoding);
    const scanner = new CsvScanner(source.name);
    const entry = this.#open(source.name);
    const before = { openEnds: this.#cells.openEnds, repeated: this.#cells.times.repeatedHours };
    let header: HeaderMap | undefined;
    let bytes = 0;
    const drain = (isFinal: boolean, chunk: Uint8Array): void => {
      scanner.push(decoder.decode(chunk, isFinal), isFinal && decoder.fault === '');
      while (scanner.next()) {
        if (header === undefined) header = this.#header(scanner, source.name, options);
        else this.#record(scanner, header, entry, file, options);
      }
      if (decoder.fault !== '') throw new InputError('E_ENCODING', `${source.name}:${scanner.lastLine()} E_ENCODING ${decoder.fault}`);
    };
    for await (const chunk of source.chunks()) {
      options.signal?.throwIfAborted();
      drain(false, chunk);
      bytes += chunk.length;
      options.onChunk?.(entry.read, bytes);
      if (options.batches && this.#table.rowCount >= options.batches.rows) await options.batches.take();
    }
    drain(true, new Uint8Array(0));
    const notes: string[] = [];
    const note = (count: number, text: string): void => void (count > 0 && notes.push(text.replace('#', String(count))));
    if (header === undefined) notes.push('the file is empty: 0 rows');
    else if (entry.read === 0) notes.push('the file has a header and no rows');
    note(scanner.innerMarks, '# byte order marks inside the file left out, as in files put together from several exports');
    note(this.#cells.openEnds - before.openEnds, '# check-outs in the year 9999 read as no check-out');
    note(this.#cells.times.repeatedHours - before.repeated, '# local times that the clock showed twice: the earlier reading for a start, the later for an end');
    this.readings.push({
      file: source.name,
      encoding: decoder.encoding,
      delimiter: String.fromCharCode(scanner.delimiter || 44),
      columns: Object.fromEntries(this.#spec.columns.flatMap((column, i) => (header?.headers[i] ? [[column.name, header.headers[i]]] : []))),
      notes,
    });
  }

  /**
   * Reads one row given as an object with the SPEC's column names: texts, Dates, epoch seconds as numbers; absent and null are empty.
   * `rowNumber` stands for the line in evidence.
   * @throws OptionError `E_ROW` for an id that is no text: numbers lose leading zeros and digits.
   */
  readRow(row: object, rowNumber: number, entry: LedgerEntry, file: number): void {
    const columns = this.#spec.columns;
    checkNames(row, this.#spec);
    entry.read++;
    const reject = (i: number, fault: Fault, came: string): void => this.#reject(entry, rowNumber, columns[i]!.name, fault, seen(came), JSON.stringify(row));
    let firstFault: (() => void) | null = null;
    let isBlank = true;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!;
      const value = (row as Record<string, unknown>)[column.name];
      if (typeof value === 'number' && (column.kind === 'start' || column.kind === 'end')) {
        isBlank = false;
        this.#values[i] = this.#cells.seconds(value);
        if (this.#cells.fault) firstFault ??= reject.bind(null, i, this.#cells.fault, String(value));
        continue;
      }
      const text = trimmed(textOf(value, column));
      if (text.length * 3 > this.#scratch.length) this.#scratch = new Uint8Array(text.length * 3);
      const length = encoder.encodeInto(text, this.#scratch).written;
      if (length > 0) isBlank = false;
      if (firstFault) continue; // the first fault is the one that is told; only blankness is still open
      this.#values[i] = this.#cells.read(column, this.#scratch, 0, length);
      if (this.#cells.lastUnit !== 0) this.#checkUnit(i, entry.file, rowNumber);
      const fault = text.isWellFormed() ? this.#cells.fault : NOT_WELL_FORMED;
      if (fault) firstFault = reject.bind(null, i, fault, text);
    }
    if (isBlank) entry.blank++;
    else if (firstFault) firstFault();
    else this.#accept(entry, file, rowNumber, () => JSON.stringify(row));
  }

  /** A ledger entry for a further input. */
  open(name: string): LedgerEntry {
    return this.#open(name);
  }

  #open(name: string): LedgerEntry {
    const entry = newLedgerEntry(name);
    this.ledger.push(entry);
    this.#units.fill(0);
    return entry;
  }

  #header(scanner: CsvScanner, file: string, options: ReadOptions): HeaderMap {
    if (scanner.isBroken)
      throw new InputError('E_CSV_QUOTE', `${file}:${scanner.line} E_CSV_QUOTE expected a header, got a quote where none may stand; mend the first line`);
    const cells = Array.from({ length: scanner.cellCount }, (_, i) => scanner.text(i));
    return locateColumns(this.#spec, cells, file, options.mappings, options.showValues);
  }

  #record(scanner: CsvScanner, header: HeaderMap, entry: LedgerEntry, file: number, options: ReadOptions): void {
    entry.read++;
    const { lo, hi, cellCount } = scanner;
    let isBlank = true;
    for (let i = 0; i < cellCount && isBlank; i++) isBlank = lo[i] === hi[i];
    if (isBlank) {
      entry.blank++;
      return;
    }
    const rowFault = scanner.isBroken ? BAD_QUOTE : scanner.hasNul ? NUL : this.#wrongCells(scanner, header);
    if (rowFault) return this.#reject(entry, scanner.line, '', rowFault, `${cellCount} cells`, scanner.raw());
    const columns = this.#spec.columns;
    for (let i = 0; i < columns.length; i++) {
      const cell = header.cells[i]!;
      const column = columns[i]!;
      this.#values[i] = cell < 0 ? (column.kind === 'degrees' ? Number.NaN : 0) : this.#cells.read(column, scanner.bytes, lo[cell]!, hi[cell]!);
      if (cell >= 0 && this.#cells.lastUnit !== 0) this.#checkUnit(i, entry.file, scanner.line);
      if (cell >= 0 && this.#cells.fault) {
        const texts = textsOf(scanner);
        if (isSameHeader(texts, header)) return this.#reject(entry, scanner.line, '', HEADER_AGAIN, 'the header', scanner.raw());
        if (looksLikeHeader(this.#spec, texts, header)) {
          throw new InputError(
            'E_HEADER_CHANGED',
            `${entry.file}:${scanner.line} E_HEADER_CHANGED expected rows under the header of line 1, got another header; split the file here`,
          );
        }
        return this.#reject(entry, scanner.line, column.name, this.#cells.fault, seen(texts[cell]!, options.showValues), scanner.raw());
      }
    }
    if (this.#takesHeader && isSameHeader(textsOf(scanner), header)) return this.#reject(entry, scanner.line, '', HEADER_AGAIN, 'the header', scanner.raw());
    this.#accept(entry, file, scanner.line, () => scanner.raw());
  }

  #accept(entry: LedgerEntry, file: number, line: number, raw: () => string): void {
    const check = this.#spec.check;
    if (check && !check.holds(this.#valueOf)) {
      const fault = { code: check.code, expected: check.expected, advice: 'mend the row: values are never swapped' };
      return this.#reject(entry, line, check.column, fault, 'the opposite', raw());
    }
    this.#table.push(this.#values, file, line);
    if (this.#seen === null || this.#seen.add(this.#table.rowCount - 1)) {
      entry.accepted++;
    } else {
      this.#table.pop();
      entry.duplicate++;
    }
  }

  #wrongCells({ cellCount, lo, hi }: CsvScanner, header: HeaderMap): Fault | null {
    let isWrong = cellCount < header.cellCount;
    for (let i = header.cellCount; i < cellCount; i++) isWrong ||= lo[i] !== hi[i];
    return isWrong ? { code: 'E_CSV_CELLS', expected: `${header.cellCount} cells, as in the header`, advice: 'mend the row: cells are never shifted' } : null;
  }

  /** One unit for a whole column of a file. */
  #checkUnit(column: number, file: string, line: number): void {
    this.#units[column]! |= this.#cells.lastUnit;
    if (this.#units[column] !== 3) return;
    const name = this.#spec.columns[column]!.name;
    throw new InputError(
      'E_TIME_UNIT',
      `${file}:${line}:${name} E_TIME_UNIT expected one unit for the whole column, got seconds (10 digits) and milliseconds (13 digits); export the column in one unit`,
    );
  }

  #reject(entry: LedgerEntry, line: number, column: string, fault: Fault, got: string, raw: string): void {
    entry.rejected++;
    this.rejects.push({ file: entry.file, line, column, code: fault.code, message: `expected ${fault.expected}, got ${got}; ${fault.advice}`, raw });
  }
}

const HEADER_AGAIN: Fault = {
  code: 'E_HEADER_REPEATED',
  expected: 'a row',
  advice: 'the header stands here again, as in files put together from several exports: take the line out',
};
const BAD_QUOTE: Fault = { code: 'E_CSV_QUOTE', expected: 'quotes only around a whole cell, doubled inside', advice: 'mend the row' };
const NUL: Fault = { code: 'E_CSV_NUL', expected: 'text', advice: 'the row has a NUL byte: export it again' };
const encoder = new TextEncoder();

const textsOf = (scanner: CsvScanner): string[] => Array.from({ length: scanner.cellCount }, (_, i) => scanner.text(i));

/** A cell as messages have it: only its shape, since it may name a person. */
const seen = (text: string, showValues = false): string => (text === '' ? 'nothing' : showValues ? `'${visible(text)}'` : `the shape ${shapeOf(text)}`);

/** A row that names no column of the table is a mistake of the program, not an empty row. @throws OptionError `E_ROW`. */
function checkNames(row: unknown, spec: TableSpec): void {
  const names = typeof row === 'object' && row !== null && !Array.isArray(row) ? Object.keys(row) : undefined;
  if (names === undefined || (names.length > 0 && !spec.columns.some(({ name }) => name in (row as object)))) {
    const got = names === undefined ? (row === null ? 'null' : typeof row) : names.slice(0, 8).join(', ');
    throw new OptionError('E_ROW', `${spec.name}: expected rows as objects with ${spec.columns.map(({ name }) => name).join(', ')}, got ${got}`);
  }
}

const isBlank = (unit: number): boolean => unit === 32 || (unit >= 9 && unit <= 13);

/** Without ASCII white space around it. */
function trimmed(text: string): string {
  let lo = 0;
  let hi = text.length;
  while (lo < hi && isBlank(text.charCodeAt(lo))) lo++;
  while (lo < hi && isBlank(text.charCodeAt(hi - 1))) hi--;
  return lo === 0 && hi === text.length ? text : text.slice(lo, hi);
}

/** The text that a cell with this value would have in a file. */
function textOf(value: unknown, column: ColumnSpec): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const isTime = column.kind === 'start' || column.kind === 'end' || column.kind === 'day';
  if (isTime && value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString().slice(0, column.kind === 'day' ? 10 : undefined);
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (column.kind === 'degrees') return value.toFixed(10);
    if (column.kind === 'count') return String(value);
  }
  throw new OptionError(
    'E_ROW',
    `${column.name}: expected a text${isTime ? ', a valid Date or epoch seconds' : column.kind === 'degrees' ? ' or a number' : ''}, got ${value instanceof Date ? 'a Date' : typeof value}`,
  );
}
