/** Reads the rows of Parquet files into a table, by the rules that hold for the cells of a CSV file. */
import { InputError } from '../core/errors.js';
import { visible } from '../core/visible.js';
import type { CellReader, Fault } from './cell-reader.js';
import type { HeaderMap } from './header.js';
import type { LedgerEntry } from './ledger.js';
import { ADVICE_OF_KIND, FORMS_OF_KIND, type ParquetColumn } from './parquet-column.js';
import type { ParquetFile, ParquetValues } from './parquet-file.js';
import { NUL } from './record-reader.js';
import { seen, type RowBooks } from './row-books.js';
import { HAS_NUL, NOT_UTF8, TextCell } from './text-cells.js';

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

export class ParquetRows {
  readonly #books: RowBooks;
  readonly #cells: CellReader;
  #columns: readonly (ParquetColumn | null)[] = [];
  #reading!: ParquetReading;
  /** The values of the row in hand, in the order of the table's columns. */
  #values: unknown[] = [];
  #scratch = new Uint8Array(64);
  /** Cells of another era have ids that may mean nothing any more. */
  #era = 0;

  constructor(books: RowBooks, cells: CellReader) {
    this.#books = books;
    this.#cells = cells;
  }

  /** Reads all rows; a row's number, from 1, stands for its line. @throws InputError, OptionError, EngineError. */
  async readAll(parquet: ParquetFile, reading: ParquetReading): Promise<void> {
    const { header } = reading;
    this.#reading = reading;
    this.#columns = header.cells.map((cell) => (cell < 0 ? null : parquet.columns[cell]!));
    this.#checkNested();
    const wanted = header.cells.filter((cell) => cell >= 0);
    const places = header.cells.map((cell) => (cell < 0 ? -1 : wanted.indexOf(cell)));
    const unknown = parquet.columns.flatMap(({ isReadable }, cell) => (isReadable && !wanted.includes(cell) ? [cell] : []));
    let rowNumber = 0;
    for (let group = 0; group < parquet.groupRows.length; group++) {
      const read = await parquet.readGroup(group, wanted);
      const columns = places.map((place) => (place < 0 ? null : read[place]!));
      const rows = parquet.groupRows[group]!;
      let others: readonly ParquetValues[] | null = null;
      for (let row = 0; row < rows; row++) {
        reading.entry.read++;
        rowNumber++;
        let isBlank = this.#take(columns, row);
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

  /** Takes a row in hand; true if all its cells are empty. */
  #take(columns: readonly (ParquetValues | null)[], row: number): boolean {
    let isBlank = true;
    for (let i = 0; i < columns.length; i++) {
      const value = columns[i]?.[row];
      this.#values[i] = value;
      isBlank &&= isEmpty(value);
    }
    return isBlank;
  }

  #read(rowNumber: number): void {
    const books = this.#books;
    const { entry, file } = this.#reading;
    const { columns } = books.table.spec;
    for (let i = 0; i < columns.length; i++) {
      const value = this.#values[i];
      if (!(value instanceof TextCell) || value.flaw === 0) continue;
      if (value.flaw === NOT_UTF8) throw this.#notUtf8(rowNumber, i);
      if (value.flaw === HAS_NUL) return books.reject(entry, rowNumber, '', NUL, `${this.#reading.header.cellCount} cells`, this.#raw());
    }
    for (let i = 0; i < columns.length; i++) {
      books.values[i] = this.#number(i, rowNumber);
      if (this.#cells.lastUnit !== 0) books.checkUnit(i, this.#cells.lastUnit, entry.file, rowNumber);
      const { fault } = this.#cells;
      if (fault) return this.#reject(rowNumber, i, fault);
    }
    books.accept(entry, file, rowNumber, () => this.#raw());
  }

  /** The number of one cell of the row in hand. Look at the reader's `fault` before using it. */
  #number(i: number, rowNumber: number): number {
    const column = this.#books.table.spec.columns[i]!;
    const value = this.#values[i];
    const cells = this.#cells;
    if (value === undefined || value === null) return cells.read(column, this.#scratch, 0, 0);
    const source = this.#columns[i]!;
    if (!FORMS_OF_KIND[column.kind].includes(source.form)) throw this.#wrongType(i, rowNumber);
    if (value instanceof TextCell) {
      if (column.dictionary === undefined) return cells.read(column, value.bytes, value.lo, value.hi);
      if (value.era !== this.#era || value.column !== i) {
        value.id = cells.read(column, value.bytes, value.lo, value.hi);
        if (cells.fault) return 0;
        value.era = this.#era;
        value.column = i;
      } else cells.settle();
      return value.id;
    }
    if (source.form === 'instant') return cells.instant(column, secondsOf(value, source.unitsPerSec));
    if (source.form === 'wall') return cells.wall(column, secondsOf(value, source.unitsPerSec));
    const { written } = encoder.encodeInto(textOf(value, source), this.#scratch);
    return cells.read(column, this.#scratch, 0, written);
  }

  #reject(rowNumber: number, i: number, fault: Fault): void {
    const { entry, showValues } = this.#reading;
    const text = textOf(this.#values[i], this.#columns[i] ?? null);
    this.#books.reject(entry, rowNumber, this.#books.table.spec.columns[i]!.name, fault, seen(text, showValues), this.#raw());
  }

  /** The row as it came, as far as it is a row of this table. */
  #raw(): string {
    const { headers } = this.#reading.header;
    const cells = this.#columns.flatMap((column, i) => (column ? [[headers[i]!, textOf(this.#values[i], column)]] : []));
    return JSON.stringify(Object.fromEntries(cells));
  }

  #checkNested(): void {
    const i = this.#columns.findIndex((column) => column?.form === 'nested' || column?.isReadable === false);
    if (i >= 0) throw this.#wrongType(i, 1);
  }

  #wrongType(i: number, rowNumber: number): InputError {
    const column = this.#books.table.spec.columns[i]!;
    const { type, name } = this.#columns[i]!;
    const { entry } = this.#reading;
    return new InputError(
      'E_PARQUET_TYPE',
      `${entry.file}:${rowNumber}:${column.name} E_PARQUET_TYPE expected a column of ${NOUNS[column.kind]}, got ${type} in '${visible(name)}'; ${ADVICE_OF_KIND[column.kind]}`,
    );
  }

  #notUtf8(rowNumber: number, i: number): InputError {
    const { file } = this.#reading.entry;
    const { name } = this.#books.table.spec.columns[i]!;
    return new InputError(
      'E_ENCODING',
      `${file}:${rowNumber}:${name} E_ENCODING expected UTF-8 text, got bytes that are none; write the column as UTF-8 strings`,
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
function textOf(value: unknown, column: ParquetColumn | null): string {
  if (value === undefined || value === null || column === null) return '';
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
