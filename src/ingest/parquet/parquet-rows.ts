/** Reads the rows of Parquet files into a table, by the rules that hold for the cells of a CSV file. */
import { InputError } from '../../core/errors.js';
import { visible } from '../../core/visible.js';
import type { ColumnSpec } from '../../model/tables.js';
import type { CellReader, Fault } from '../rows/cell-reader.js';
import type { HeaderMap } from '../rows/header.js';
import type { LedgerEntry } from '../rows/ledger.js';
import { ADVICE_OF_KIND, FORMS_OF_KIND, type ParquetColumn } from './parquet-column.js';
import type { ParquetFile, ParquetValues } from './parquet-file.js';
import { NUL } from '../rows/record-reader.js';
import { seen, type RowBooks } from '../rows/row-books.js';
import { HAS_NUL, NOT_UTF8, TextCell } from '../rows/text-cells.js';

/** Rows between two looks at the signal, the progress and the room for a batch. */
const PORTION_ROWS = 1 << 14;

/** What the reader of a table brings. */
export interface ParquetReading {
  readonly header: HeaderMap;
  readonly entry: LedgerEntry;
  /** Position in the list of inputs. */
  readonly file: number;
  readonly showValues: boolean;
  /** Called after each portion of rows; what it takes away may end the ids of people. */
  afterwards(): Promise<void>;
}

/** Where the numbers of one column of the table come from, and the value of the row in hand. */
interface Source {
  /** Position among the columns of the table. */
  readonly at: number;
  readonly column: ColumnSpec;
  readonly from: ParquetColumn;
  readonly isText: boolean;
  /** Whether the texts become ids of a dictionary, so that rows with one cell need to ask for it only once. */
  readonly isInterned: boolean;
  /** Whether a value of this form may stand in the column at all. */
  readonly isTaken: boolean;
  value: unknown;
}

export class ParquetRows {
  readonly #books: RowBooks;
  readonly #cells: CellReader;
  readonly #raw: () => string;
  #sources: readonly Source[] = [];
  #reading!: ParquetReading;
  #scratch = new Uint8Array(64);
  /** Cells of another era have ids that may mean nothing any more. */
  #era = 0;

  constructor(books: RowBooks, cells: CellReader) {
    this.#books = books;
    this.#cells = cells;
    // The row as it came, as far as it is a row of this table.
    this.#raw = () => JSON.stringify(Object.fromEntries(this.#sources.map(({ at, from, value }) => [this.#reading.header.headers[at]!, textOf(value, from)])));
  }

  /** Reads all rows; a row's number, from 1, stands for its line. @throws InputError, OptionError, EngineError. */
  async readAll(parquet: ParquetFile, reading: ParquetReading): Promise<void> {
    const { cells } = reading.header;
    this.#reading = reading;
    this.#open(parquet);
    const wanted = cells.filter((cell) => cell >= 0);
    const unknown = parquet.columns.flatMap(({ isReadable }, cell) => (isReadable && !wanted.includes(cell) ? [cell] : []));
    let rowNumber = 0;
    for (let group = 0; group < parquet.groupRows.length; group++) {
      const columns = await parquet.readGroup(group, wanted);
      const rows = parquet.groupRows[group]!;
      let others: readonly ParquetValues[] | null = null;
      for (let row = 0; row < rows; row++) {
        reading.entry.read++;
        rowNumber++;
        let isBlank = this.#take(columns, row, rowNumber);
        // A record is blank if all its cells are, also those of columns that nobody asks for: they are read only for its sake.
        if (isBlank) others ??= unknown.length > 0 ? await parquet.readGroup(group, unknown) : [];
        if (isBlank) isBlank = others!.every((values) => isEmpty(values[row]));
        if (isBlank) reading.entry.blank++;
        else this.#read(rowNumber);
        if ((row + 1) % PORTION_ROWS === 0 || row + 1 === rows) {
          await reading.afterwards();
          this.#era++;
        }
      }
    }
  }

  /** Begins a file: says where each column comes from, and what those have that come from nowhere. */
  #open(parquet: ParquetFile): void {
    const { columns } = this.#books.table.spec;
    const { cells } = this.#reading.header;
    for (const [i, column] of columns.entries()) this.#books.values[i] = column.kind === 'degrees' ? Number.NaN : 0;
    this.#sources = columns.flatMap((column, at) => {
      if (cells[at]! < 0) return [];
      const from = parquet.columns[cells[at]!]!;
      const isText = from.form === 'text';
      const isTaken = FORMS_OF_KIND[column.kind].includes(from.form) || (column.takesNumbers === true && from.form === 'number');
      return [{ at, column, from, isText, isInterned: isText && column.dictionary !== undefined, isTaken, value: null }];
    });
    const nested = this.#sources.find(({ from }) => !from.isReadable);
    if (nested) throw this.#wrongType(nested, 1);
  }

  /** Takes a row in hand; true if all its cells are empty. @throws InputError `E_ENCODING`, as a CSV file with such bytes is unusable. */
  #take(columns: readonly ParquetValues[], row: number, rowNumber: number): boolean {
    let isBlank = true;
    for (let i = 0; i < columns.length; i++) {
      const source = this.#sources[i]!;
      const value = columns[i]![row];
      source.value = value;
      if (value === undefined || value === null) continue;
      if (!source.isText) isBlank = false;
      else {
        const cell = value as TextCell;
        if (cell.lo < cell.hi) isBlank = false;
        if (cell.flaw === NOT_UTF8) throw this.#notUtf8(source, rowNumber);
      }
    }
    return isBlank;
  }

  #read(rowNumber: number): void {
    const books = this.#books;
    const cells = this.#cells;
    const { entry, file } = this.#reading;
    for (const { isText, value } of this.#sources) {
      if (!isText || !value || (value as TextCell).flaw !== HAS_NUL) continue;
      return books.reject(entry, rowNumber, '', NUL, `${this.#reading.header.cellCount} cells`, this.#raw());
    }
    for (const source of this.#sources) {
      books.values[source.at] = this.#number(source, rowNumber);
      if (cells.lastUnit !== 0) books.checkUnit(source.at, cells.lastUnit, entry.file, rowNumber);
      if (cells.fault) return this.#reject(source, rowNumber, cells.fault);
    }
    books.accept(entry, file, rowNumber, this.#raw);
  }

  /** The number of one cell of the row in hand. Look at the reader's `fault` before using it. */
  #number(source: Source, rowNumber: number): number {
    const { column, value, from } = source;
    const cells = this.#cells;
    if (value === undefined || value === null) return cells.read(column, this.#scratch, 0, 0);
    if (!source.isTaken) throw this.#wrongType(source, rowNumber);
    if (source.isInterned) return this.#interned(source, value as TextCell);
    if (source.isText) return cells.read(column, (value as TextCell).bytes, (value as TextCell).lo, (value as TextCell).hi);
    if (from.form === 'instant') return cells.instant(column, secondsOf(value, from.unitsPerSec));
    if (from.form === 'wall') return cells.wall(column, secondsOf(value, from.unitsPerSec));
    const { written } = encoder.encodeInto(textOf(value, from), this.#scratch);
    return cells.read(column, this.#scratch, 0, written);
  }

  #interned({ at, column }: Source, cell: TextCell): number {
    if (cell.era === this.#era && cell.column === at) {
      this.#cells.settle();
      return cell.id;
    }
    const id = this.#cells.read(column, cell.bytes, cell.lo, cell.hi);
    if (this.#cells.fault) return id;
    cell.id = id;
    cell.era = this.#era;
    cell.column = at;
    return id;
  }

  #reject({ column, from, value }: Source, rowNumber: number, fault: Fault): void {
    const { entry, showValues } = this.#reading;
    this.#books.reject(entry, rowNumber, column.name, fault, seen(textOf(value, from), showValues), this.#raw());
  }

  #wrongType({ column, from }: Source, rowNumber: number): InputError {
    return new InputError(
      'E_PARQUET_TYPE',
      `${this.#reading.entry.file}:${rowNumber}:${column.name} E_PARQUET_TYPE expected a column of ${NOUNS[column.kind]}, got ${from.type} in '${visible(from.name)}'; ${ADVICE_OF_KIND[column.kind]}`,
    );
  }

  #notUtf8({ column }: Source, rowNumber: number): InputError {
    return new InputError(
      'E_ENCODING',
      `${this.#reading.entry.file}:${rowNumber}:${column.name} E_ENCODING expected UTF-8 text, got bytes that are none; write the column as UTF-8 strings`,
    );
  }
}

const NOUNS = {
  id: 'ids as text',
  text: 'text',
  start: 'times',
  end: 'times',
  day: 'dates',
  degrees: 'degrees',
  word: 'words',
  count: 'whole numbers',
  clock: 'clock times',
  date: 'dates',
} as const;

const encoder = new TextEncoder();

const isEmpty = (value: unknown): boolean => value === undefined || value === null || (value instanceof TextCell && value.lo === value.hi);

/** Whole seconds of a timestamp, fractions cut off. */
function secondsOf(value: unknown, unitsPerSec: number): number {
  // Nanoseconds have more digits than a double: 2022-03-01T08:59:59.999999999 must not become nine o'clock.
  if (typeof value === 'bigint' && unitsPerSec === 1e9) return Number(value / 1_000_000_000n);
  return Math.floor(Number(value) / unitsPerSec);
}

/** The text that a cell would have in a CSV file. */
function textOf(value: unknown, column: ParquetColumn): string {
  if (value === undefined || value === null) return '';
  if (value instanceof TextCell) return value.text();
  if (column.form === 'date') return isoText(Number(value) * 86_400).slice(0, 10);
  if (column.form === 'instant') return isoText(secondsOf(value, column.unitsPerSec));
  if (column.form === 'wall') return isoText(secondsOf(value, column.unitsPerSec)).slice(0, 19).replace('T', ' ');
  if (column.form === 'number' && typeof value === 'number') return decimalText(value, column.places);
  return String(value);
}

const FIRST_SEC = -62_167_219_200; // the years 0 to 9999, as a text can have them
const LAST_SEC = 253_402_300_799;
const isoText = (sec: number): string => `${new Date(Math.min(Math.max(sec, FIRST_SEC), LAST_SEC) * 1000).toISOString().slice(0, 19)}Z`;

/** The shortest decimal text that means this number, never with an exponent where it is a coordinate. */
function decimalText(value: number, places: number): string {
  if (places >= 0) return value.toFixed(Math.min(places, 20));
  if (places === -2) {
    for (let digits = 1; digits <= 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) return decimalText(short, -1);
    }
  }
  return Math.abs(value) < 1e-6 && value !== 0 ? value.toFixed(20) : String(value);
}
