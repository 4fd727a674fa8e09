/** Reads the records of CSV files into a table: the clean ones in bulk, all others cell by cell, with every fault told. */
import { InputError } from '../../core/errors.js';
import type { RowIds } from '../../model/tables.js';
import type { CellReader, Fault } from './cell-reader.js';
import { BATCH_ROWS, CleanRows } from './clean-rows.js';
import type { CsvScanner } from './csv-scanner.js';
import { isSameHeader, looksLikeHeader, type HeaderMap } from './header.js';
import type { LedgerEntry } from './ledger.js';
import { seen, type RowBooks } from './row-books.js';

export class RecordReader {
  readonly #books: RowBooks;
  readonly #cells: CellReader;
  readonly #clean: CleanRows | null;
  #isClean = false;
  #header: HeaderMap = { cells: [], headers: [], cellCount: 0 };
  #showValues = false;
  /** Whether a repeated header would read as a row: no required cell of it is refused. */
  readonly #takesHeader: boolean;

  constructor(books: RowBooks, ids: RowIds, cells: CellReader) {
    const { spec } = books.table;
    this.#books = books;
    this.#cells = cells;
    this.#clean = spec.name === 'checkins' ? new CleanRows(books.table, ids, cells.times, books.units) : null;
    this.#takesHeader = spec.columns.every((column) => !column.required || column.kind === 'id');
  }

  /** Begins the rows of a file under its header. */
  open(header: HeaderMap, delimiter: number, showValues: boolean): void {
    this.#header = header;
    this.#showValues = showValues;
    this.#isClean = this.#clean?.open(header, delimiter) ?? false;
  }

  /** Reads all records that are whole in what the scanner has, as rows of the input at position `file`. @throws InputError, OptionError. */
  readAll(scanner: CsvScanner, entry: LedgerEntry, file: number): void {
    for (;;) {
      if (this.#isClean) {
        const count = this.#clean!.read(scanner, file);
        entry.read += count;
        if (count > 0) this.#books.settle(count, entry);
        if (count === BATCH_ROWS) continue;
      }
      if (!scanner.next()) return;
      this.#read(scanner, entry, file);
    }
  }

  #read(scanner: CsvScanner, entry: LedgerEntry, file: number): void {
    entry.read++;
    const { lo, hi, cellCount, line } = scanner;
    let isBlank = true;
    for (let i = 0; i < cellCount && isBlank; i++) isBlank = lo[i] === hi[i];
    if (isBlank) {
      entry.blank++;
      return;
    }
    const header = this.#header;
    const books = this.#books;
    const { spec } = books.table;
    const rowFault = scanner.isBroken ? BAD_QUOTE : scanner.hasNul ? NUL : wrongCells(scanner, header);
    if (rowFault) return books.reject(entry, line, '', rowFault, `${cellCount} cells`, scanner.raw());
    for (let i = 0; i < spec.columns.length; i++) {
      const cell = header.cells[i]!;
      const column = spec.columns[i]!;
      if (cell < 0) {
        books.values[i] = column.kind === 'degrees' ? Number.NaN : 0;
        continue;
      }
      books.values[i] = this.#cells.read(column, scanner.bytes, lo[cell]!, hi[cell]!);
      if (this.#cells.lastUnit !== 0) books.checkUnit(i, this.#cells.lastUnit, entry.file, line);
      if (!this.#cells.fault) continue;
      const texts = textsOf(scanner);
      if (isSameHeader(texts, header)) return books.reject(entry, line, '', HEADER_AGAIN, 'the header', scanner.raw());
      if (looksLikeHeader(spec, texts, header)) {
        throw new InputError(
          'E_HEADER_CHANGED',
          `${entry.file}:${line} E_HEADER_CHANGED expected rows under the header of line 1, got another header; split the file here`,
        );
      }
      return books.reject(entry, line, column.name, this.#cells.fault, seen(texts[cell]!, this.#showValues), scanner.raw());
    }
    if (this.#takesHeader && isSameHeader(textsOf(scanner), header)) return books.reject(entry, line, '', HEADER_AGAIN, 'the header', scanner.raw());
    books.accept(entry, file, line, () => scanner.raw());
  }
}

const HEADER_AGAIN: Fault = {
  code: 'E_HEADER_REPEATED',
  expected: 'a row',
  advice: 'the header stands here again, as in files put together from several exports: take the line out',
};
const BAD_QUOTE: Fault = { code: 'E_CSV_QUOTE', expected: 'quotes only around a whole cell, doubled inside', advice: 'mend the row' };
export const NUL: Fault = { code: 'E_CSV_NUL', expected: 'text', advice: 'the row has a NUL byte: export it again' };

function wrongCells({ cellCount, lo, hi }: CsvScanner, header: HeaderMap): Fault | null {
  let isWrong = cellCount < header.cellCount;
  for (let i = header.cellCount; i < cellCount; i++) isWrong ||= lo[i] !== hi[i];
  return isWrong ? { code: 'E_CSV_CELLS', expected: `${header.cellCount} cells, as in the header`, advice: 'mend the row: cells are never shifted' } : null;
}

const textsOf = (scanner: CsvScanner): string[] => Array.from({ length: scanner.cellCount }, (_, i) => scanner.text(i));
