/**
 * The short way for check-ins: records that have nothing unusual go from the bytes into the columns, many at a time. Whatever is not plainly
 * sound is left where it stands, for the reader that takes cell by cell and knows every fault: this one never rejects and never throws for a row.
 *
 * Plainly sound is a record of as many cells as the header, each bare or in quotes with neither a doubled quote nor a line end inside, none with
 * white space around it or a NUL byte; with a person and a place that no spreadsheet has damaged; with times that can be read, one unit for the
 * whole column, and no check-out before the check-in.
 */
import type { U32Column } from '../../core/columns.js';
import { CHECKINS, type RowIds, type Table } from '../../model/tables.js';
import type { CsvScanner } from './csv-scanner.js';
import type { HeaderMap } from './header.js';
import type { TimeReader } from '../text/time-text.js';

/** Rows that are found first and looked up then: enough for the memory to answer in bulk, few enough to stay in the nearest cache. */
export const BATCH_ROWS = 512;
/** A longer record is left to the scanner, which knows the limits. */
const MOST_BYTES = 1 << 16;

const QUOTE = 34,
  LF = 10,
  CR = 13,
  DOT = 46,
  UPPER_E = 69,
  SPACE = 32,
  MARK = 0xef; // first byte of a byte order mark
/** Class of bytes that end a cell, and of those that only the scanner may judge. */
const STOP = 1,
  UNUSUAL = 2;
/** Bytes of `yyyy-MM-dd HH:mm:ss`. */
const USUAL_BYTES = 19;
/** A cell of the header that is no column. */
const IGNORED = -1;
const [PERSON, PLACE, TIME, CHECK_OUT, RUN, CARRIAGE, SEAT, ROLE] = [0, 1, 2, 3, 4, 5, 6, 7]; // as in CHECKINS

export class CleanRows {
  readonly #table: Table;
  readonly #columns: readonly U32Column[];
  readonly #ids: RowIds;
  readonly #times: TimeReader;
  readonly #units: Uint8Array;
  /** Column of each cell of the header. */
  #roles = new Int8Array(0);
  #has: readonly boolean[] = [];
  #delimiter = 0;
  readonly #classes = new Uint8Array(256);
  /** Where the texts of the rows of a batch lie in the scanner's bytes, column by column; those of a column that the file lacks are of no meaning. */
  readonly lo: readonly Int32Array[];
  readonly hi: readonly Int32Array[];

  /** `table` holds check-ins. `units` are the units of its time columns seen so far in this file; see `RecordReader`. */
  constructor(table: Table, ids: RowIds, times: TimeReader, units: Uint8Array) {
    this.#table = table;
    this.#columns = table.columns as readonly U32Column[]; // check-ins have no coordinates
    this.#ids = ids;
    this.#times = times;
    this.#units = units;
    this.lo = table.columns.map(() => new Int32Array(BATCH_ROWS));
    this.hi = table.columns.map(() => new Int32Array(BATCH_ROWS));
  }

  /** Begins a file. False: one cell is two columns, or there is a column of roles, which this way does not know. */
  open(header: HeaderMap, delimiter: number): boolean {
    this.#roles = new Int8Array(header.cellCount).fill(IGNORED);
    for (const [column, cell] of header.cells.entries()) if (cell >= 0) this.#roles[cell] = column;
    this.#has = header.cells.map((cell) => cell >= 0);
    this.#delimiter = delimiter;
    this.#classes.fill(0);
    for (const byte of [delimiter, LF, CR]) this.#classes[byte] = STOP;
    for (const byte of [0, QUOTE]) this.#classes[byte] = UNUSUAL;
    const cells = header.cells.filter((cell) => cell >= 0);
    return new Set(cells).size === cells.length && !this.#has[ROLE];
  }

  /** Appends the next clean records to the table, `BATCH_ROWS` at the most, and moves the scanner behind them. Returns how many. */
  read(scanner: CsvScanner, file: number): number {
    const table = this.#table;
    const from = table.rowCount;
    const count = this.locate(scanner);
    if (count === 0) return 0;
    this.#intern(scanner.bytes, from, count);
    table.file.data.fill(file, from, from + count);
    table.resize(from + count);
    return count;
  }

  /** Finds the cells of clean records from the scanner's place on, and reads their times into the rows behind the table's last. Returns how many. */
  locate(scanner: CsvScanner): number {
    const from = this.#table.rowCount;
    this.#table.reserve(BATCH_ROWS);
    const { bytes, end } = scanner;
    const classes = this.#classes;
    const delimiter = this.#delimiter;
    const roles = this.#roles;
    const lastCell = roles.length - 1;
    const times = this.#times;
    const starts = this.#columns[TIME]!.data;
    const ends = this.#columns[CHECK_OUT]!.data;
    const lines = this.#table.line.data;
    const los = this.lo;
    const his = this.hi;
    let { at, nextLine: line } = scanner;
    let recordLo = at;
    let count = 0;
    rows: for (; count < BATCH_ROWS && at < end; count++) {
      if (bytes[at] === MARK) break;
      let start = 0;
      let checkOut = 0;
      let isRead = true;
      for (let cell = 0; cell <= lastCell; cell++) {
        const role = roles[cell]!;
        let sec = 0;
        if ((role === TIME || role === CHECK_OUT) && at + USUAL_BYTES < end && classes[bytes[at + USUAL_BYTES]!] === STOP) sec = times.usual(bytes, at);
        if (sec > 0) {
          if (role === TIME) start = sec;
          else checkOut = sec;
          at += USUAL_BYTES;
        } else {
          let lo = at;
          let hi: number;
          if (bytes[at] === QUOTE) {
            lo = ++at;
            // Only a line end, a quote or a NUL byte ends the run: delimiters are part of the text.
            while (at < end && (classes[bytes[at]!] === 0 || bytes[at] === delimiter)) at++;
            if (at + 1 >= end || bytes[at] !== QUOTE || classes[bytes[at + 1]!] !== STOP) break rows;
            hi = at++;
          } else {
            while (at < end && classes[bytes[at]!] === 0) at++;
            if (at >= end || classes[bytes[at]!] !== STOP) break rows;
            hi = at;
          }
          if (lo < hi && (bytes[lo]! <= SPACE || bytes[hi - 1]! <= SPACE)) break rows;
          if (role >= 0) {
            los[role]![count] = lo;
            his[role]![count] = hi;
            if (lo < hi && (role === TIME || role === CHECK_OUT)) isRead = false;
          }
        }
        if (cell < lastCell) {
          if (bytes[at] !== delimiter) break rows;
          at++;
        }
      }
      if (bytes[at] === CR) {
        if (at + 1 >= end) break; // a line feed may follow in the next chunk
        if (bytes[at + 1] === LF) at++;
      } else if (bytes[at] !== LF) break;
      at++;
      if (at - recordLo > MOST_BYTES || !this.#isId(bytes, PERSON, count) || !this.#isId(bytes, PLACE, count)) break;
      if (!isRead) {
        const before = times.repeatedHours;
        if (start === 0) start = this.#time(bytes, TIME, count);
        if (checkOut === 0 && this.#has[CHECK_OUT]! && start > 0) checkOut = this.#time(bytes, CHECK_OUT, count);
        if (start <= 0 || checkOut < 0) {
          times.repeatedHours = before; // they are counted again where the record is read with care
          break;
        }
      }
      if (start === 0 || (checkOut !== 0 && checkOut < start)) break;
      starts[from + count] = start;
      ends[from + count] = checkOut;
      lines[from + count] = line++;
      recordLo = at;
    }
    scanner.skipTo(recordLo, line);
    return count;
  }

  /** Whether a cell is an id that no spreadsheet can have made a number of; others are for the careful reader to judge. */
  #isId(bytes: Uint8Array, role: number, row: number): boolean {
    const lo = this.lo[role]![row]!;
    const length = this.hi[role]![row]! - lo;
    return length > 0 && (length < 4 || (bytes[lo + 1] !== DOT && bytes[lo + 1] !== UPPER_E));
  }

  /** The time of a cell, 0 if it is empty, negative if it is none or of another unit than those before it. */
  #time(bytes: Uint8Array, role: number, row: number): number {
    const lo = this.lo[role]![row]!;
    const hi = this.hi[role]![row]!;
    if (lo === hi) return 0;
    let sec: number;
    try {
      sec = this.#times.time(bytes, lo, hi, role === TIME ? 'start' : 'end');
    } catch {
      return -1; // no zone was given: told where the record is read with care, after the rows before it
    }
    const unit = this.#times.lastUnit;
    if (sec > 0 && unit !== 0) {
      if ((this.#units[role]! | unit) === 3) return -1;
      this.#units[role]! |= unit;
    }
    return sec;
  }

  /** Ids of the texts found. */
  #intern(bytes: Uint8Array, from: number, count: number): void {
    for (const column of [PERSON, PLACE, RUN]) {
      const data = this.#columns[column]!.data;
      const dictionary = this.#ids[CHECKINS.columns[column]!.dictionary!];
      if (this.#has[column] && !this.#isAllEmpty(column, count)) dictionary.internMany(bytes, this.lo[column]!, this.hi[column]!, count, data, from);
      else data.fill(0, from, from + count);
    }
    for (const column of [CARRIAGE, SEAT, ROLE]) this.#columns[column]!.data.fill(0, from, from + count);
    if (!this.#has[CARRIAGE] && !this.#has[SEAT]) return;
    // One dictionary for both: row by row, so that ids come in the order of the file.
    for (let row = 0; row < count; row++) {
      for (let column = CARRIAGE; column <= SEAT; column++) {
        const lo = this.lo[column]![row]!;
        const hi = this.hi[column]![row]!;
        if (this.#has[column] && lo < hi) this.#columns[column]!.data[from + row] = this.#ids.text.internBytes(bytes, lo, hi);
      }
    }
  }

  #isAllEmpty(column: number, count: number): boolean {
    const lo = this.lo[column]!;
    const hi = this.hi[column]!;
    for (let row = 0; row < count; row++) if (lo[row] !== hi[row]) return false;
    return true;
  }
}
