/** Reads rows given as objects into a table, by the rules that hold for the cells of a file. */
import { OptionError } from '../core/errors.js';
import type { ColumnSpec, AnyTableSpec } from '../model/tables.js';
import { NOT_WELL_FORMED, type CellReader, type Fault } from './rows/cell-reader.js';
import type { LedgerEntry } from './rows/ledger.js';
import { seen, type RowBooks } from './rows/row-books.js';

export class ObjectReader {
  readonly #books: RowBooks;
  readonly #cells: CellReader;
  #scratch = new Uint8Array(256);

  constructor(books: RowBooks, cells: CellReader) {
    this.#books = books;
    this.#cells = cells;
  }

  /**
   * Reads one row given as an object with the SPEC's column names: texts, Dates, epoch seconds as numbers; absent and null are empty.
   * `rowNumber` stands for the line in evidence.
   * @throws OptionError `E_ROW` for an id that is no text: numbers lose leading zeros and digits.
   */
  read(row: object, rowNumber: number, entry: LedgerEntry, file: number): void {
    const books = this.#books;
    const { spec } = books.table;
    const { columns } = spec;
    checkNames(row, spec);
    entry.read++;
    const reject = (i: number, fault: Fault, came: string): void => books.reject(entry, rowNumber, columns[i]!.name, fault, seen(came), JSON.stringify(row));
    let firstFault: (() => void) | null = null;
    let isBlank = true;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!;
      const value = (row as Record<string, unknown>)[column.name];
      if (typeof value === 'number' && (column.kind === 'start' || column.kind === 'end')) {
        isBlank = false;
        books.values[i] = this.#cells.seconds(value);
        if (this.#cells.fault) firstFault ??= reject.bind(null, i, this.#cells.fault, String(value));
        continue;
      }
      const text = trimmed(textOf(value, column));
      if (text.length * 3 > this.#scratch.length) this.#scratch = new Uint8Array(text.length * 3);
      const length = encoder.encodeInto(text, this.#scratch).written;
      if (length > 0) isBlank = false;
      if (firstFault) continue; // the first fault is the one that is told; only blankness is still open
      books.values[i] = this.#cells.read(column, this.#scratch, 0, length);
      if (this.#cells.lastUnit !== 0) books.checkUnit(i, this.#cells.lastUnit, entry.file, rowNumber);
      const fault = text.isWellFormed() ? this.#cells.fault : NOT_WELL_FORMED;
      if (fault) firstFault = reject.bind(null, i, fault, text);
    }
    if (isBlank) entry.blank++;
    else if (firstFault) firstFault();
    else books.accept(entry, file, rowNumber, () => JSON.stringify(row));
  }
}

const encoder = new TextEncoder();

/** A row that names no column of the table is a mistake of the program, not an empty row. @throws OptionError `E_ROW`. */
function checkNames(row: unknown, spec: AnyTableSpec): void {
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
    if (column.kind === 'count' || column.takesNumbers) return String(value);
  }
  throw new OptionError(
    'E_ROW',
    `${column.name}: expected a text${isTime ? ', a valid Date or epoch seconds' : column.kind === 'degrees' ? ' or a number' : ''}, got ${value instanceof Date ? 'a Date' : typeof value}`,
  );
}
