/**
 * Records and cells of a CSV (RFC 4180) in UTF-8 bytes, whatever the chunks they come in.
 *
 * `push` appends bytes, `next` scans one record that is there as a whole. A record's cells lie in `bytes[lo[i]..hi[i])`, trimmed of ASCII
 * white space, with doubled quotes made single; they are valid until the next `push` or `next`. The unescaped copy of a cell with doubled
 * quotes lies behind the data in the same buffer, so that every cell is a range of one array. `rawLo..rawHi` is the record as it came.
 *
 * `isBroken`: a quote inside an unquoted cell, or text behind a closing quote. `hasNul`: a NUL byte.
 */
import { InputError } from '../../core/errors.js';

export interface ScanLimits {
  /** A longer record is taken for an unclosed quote or a binary file. @defaultValue 1 MiB */
  readonly recordBytes: number;
  /** Lines of one record. @defaultValue 1,000 */
  readonly recordLines: number;
  /** Cells of one record. @defaultValue 10,000 */
  readonly recordCells: number;
}
export const SCAN_LIMITS: ScanLimits = { recordBytes: 1 << 20, recordLines: 1000, recordCells: 10_000 };

const QUOTE = 34,
  LF = 10,
  CR = 13;
const DELIMITERS = [44, 59, 9, 124]; // , ; tab | in the order that decides ties
const STOP = 1,
  NUL = 2,
  BARE_QUOTE = 3;

export class CsvScanner {
  bytes: Uint8Array = new Uint8Array(1 << 16);
  cellCount = 0;
  lo: Int32Array = new Int32Array(64);
  hi: Int32Array = new Int32Array(64);
  rawLo = 0;
  rawHi = 0;
  /** Line on which the record begins; the first line is 1. */
  line = 1;
  isBroken = false;
  hasNul = false;
  /** Byte order marks found at the start of a later record, as in files put together from several exports, and left out. */
  innerMarks = 0;
  /** 0 until `detectDelimiter` or the caller sets it. */
  delimiter = 0;

  #length = 0;
  #at = 0;
  #nextLine = 1;
  #isFinal = false;
  #classes = new Uint8Array(256);
  /** Name of the input, for errors. */
  readonly file: string;
  readonly #limits: ScanLimits;

  constructor(file: string, limits: ScanLimits = SCAN_LIMITS) {
    this.file = file;
    this.#limits = limits;
  }

  /** Appends bytes. Call `next` until it returns false before the next `push`. */
  push(chunk: Uint8Array, isFinal: boolean): void {
    const rest = this.#length - this.#at;
    // Twice the room, since unescaped copies of the cells of one record may follow the data.
    const needed = rest + chunk.length + Math.min(rest + chunk.length, this.#limits.recordBytes + 1);
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(needed * 2);
      grown.set(this.bytes.subarray(this.#at, this.#length));
      this.bytes = grown;
    } else this.bytes.copyWithin(0, this.#at, this.#length);
    this.bytes.set(chunk, rest);
    this.#length = rest + chunk.length;
    this.#at = 0;
    this.#isFinal = isFinal;
  }

  /** Scans the next record. False: there is no whole record left in what was pushed. @throws InputError for an unclosed quote or a record past the limits. */
  next(): boolean {
    if (this.#at >= this.#length) return false;
    if (this.delimiter === 0 && !this.#detectDelimiter()) return this.#incomplete(this.#nextLine, this.#nextLine, false);
    const bytes = this.bytes;
    const end = this.#length;
    const delimiter = this.delimiter;
    const classes = this.#classes;
    let copyTo = end;
    let count = 0;
    let isBroken = false;
    let hasNul = false;
    let line = this.#nextLine;
    let at = this.#at;
    let hasMark = false;
    if (bytes[at] === 0xef && at + 2 < end && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) {
      at += 3;
      hasMark = true;
    }
    const rawLo = at;
    for (;;) {
      if (count === this.lo.length) this.#growCells();
      let cellLo = at;
      let cellHi: number;
      if (at < end && bytes[at] === QUOTE) {
        const openedAt = line;
        let hasEscapes = false;
        at++;
        cellLo = at;
        for (;;) {
          while (at < end && bytes[at] !== QUOTE) {
            const byte = bytes[at]!;
            if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) line++;
            else if (byte === 0) hasNul = true;
            at++;
          }
          if (at >= end) return this.#incomplete(openedAt, line, true);
          if (at + 1 < end && bytes[at + 1] === QUOTE) {
            hasEscapes = true;
            at += 2;
            continue;
          }
          if (at + 1 >= end && !this.#isFinal) return this.#incomplete(openedAt, line, false); // the next byte may be its twin
          break;
        }
        cellHi = at++;
        while (at < end && classes[bytes[at]!] !== STOP) {
          isBroken = true;
          at++;
        }
        if (hasEscapes) {
          const copyLo = copyTo;
          for (let i = cellLo; i < cellHi; i++) {
            bytes[copyTo++] = bytes[i]!;
            if (bytes[i] === QUOTE) i++;
          }
          cellLo = copyLo;
          cellHi = copyTo;
        }
      } else {
        for (;;) {
          // One table look-up per byte: most bytes are of class 0.
          while (at < end && classes[bytes[at]!] === 0) at++;
          if (at >= end || classes[bytes[at]!] === STOP) break;
          if (classes[bytes[at]!] === NUL) hasNul = true;
          else isBroken = true;
          at++;
        }
        cellHi = at;
      }
      while (cellLo < cellHi && isBlank(bytes[cellLo]!)) cellLo++;
      while (cellLo < cellHi && isBlank(bytes[cellHi - 1]!)) cellHi--;
      this.lo[count] = cellLo;
      this.hi[count] = cellHi;
      count++;
      if (at >= end) {
        if (!this.#isFinal) return this.#incomplete(line, line, false);
        break;
      }
      if (bytes[at] !== delimiter) break;
      at++;
      if (count >= this.#limits.recordCells) {
        throw new InputError(
          'E_CSV_LIMIT',
          `${this.file}:${this.#nextLine} E_CSV_LIMIT expected at most ${this.#limits.recordCells} cells in a record, got more; check that this is a CSV file`,
        );
      }
    }
    this.rawLo = rawLo;
    this.rawHi = at;
    if (at < end) {
      if (bytes[at] === CR) {
        if (at + 1 >= end && !this.#isFinal) return this.#incomplete(line, line, false);
        if (bytes[at + 1] === LF && at + 1 < end) at++;
      }
      at++;
    }
    if (at - this.#at > this.#limits.recordBytes || line - this.#nextLine >= this.#limits.recordLines) return this.#tooLong(this.#nextLine, false);
    this.line = this.#nextLine;
    this.#nextLine = line + 1;
    this.#at = at;
    this.cellCount = count;
    this.isBroken = isBroken;
    this.hasNul = hasNul;
    if (hasMark && this.line > 1) this.innerMarks++;
    return true;
  }

  /** Where the next record begins in `bytes`, and on which line; what was pushed ends at `end`. */
  get at(): number {
    return this.#at;
  }
  get end(): number {
    return this.#length;
  }
  get nextLine(): number {
    return this.#nextLine;
  }
  /** Whether all that was pushed has been read, up to the end of a record. */
  get isDone(): boolean {
    return this.#at === this.#length;
  }

  /** Goes on at `at`, in front of a record, on line `line`: the records before it were read by someone else. */
  skipTo(at: number, line: number): void {
    this.#at = at;
    this.#nextLine = line;
  }

  /** The line on which what was pushed last ends. */
  lastLine(): number {
    let line = this.#nextLine;
    for (let at = this.#at; at < this.#length; at++) {
      const isPair = this.bytes[at] === CR && at + 1 < this.#length && this.bytes[at + 1] === LF;
      if ((this.bytes[at] === LF || this.bytes[at] === CR) && !isPair) line++;
    }
    return line;
  }

  /** The record as it came, without its line end. */
  raw(): string {
    return decoder.decode(this.bytes.subarray(this.rawLo, this.rawHi));
  }

  /** The text of a cell. */
  text(cell: number): string {
    return decoder.decode(this.bytes.subarray(this.lo[cell]!, this.hi[cell]!));
  }

  /** False, unless more bytes can no longer make the record whole. `openedAt` is the line of the quote that is open, if one is. */
  #incomplete(openedAt: number, line: number, inQuotes: boolean): boolean {
    const isTooLong = this.#length - this.#at > this.#limits.recordBytes || line - this.#nextLine >= this.#limits.recordLines;
    if (isTooLong) return this.#tooLong(openedAt, inQuotes);
    if (!this.#isFinal) return false;
    throw new InputError(
      'E_CSV_UNCLOSED',
      `${this.file}:${openedAt} E_CSV_UNCLOSED expected a closing quote, got the end of the file; close or double the quote that is opened on this line`,
    );
  }

  #tooLong(openedAt: number, inQuotes: boolean): never {
    const what = inQuotes ? 'close or double the quote that is opened on this line' : 'check that this is a CSV file';
    throw new InputError(
      inQuotes ? 'E_CSV_UNCLOSED' : 'E_CSV_LIMIT',
      `${this.file}:${openedAt} ${inQuotes ? 'E_CSV_UNCLOSED' : 'E_CSV_LIMIT'} expected a record of at most ${this.#limits.recordBytes} bytes and ${this.#limits.recordLines} lines, got more; ${what}`,
    );
  }

  /** Chooses the candidate most frequent outside quotes in the first record. False if that record is not there as a whole yet. */
  #detectDelimiter(): boolean {
    const counts = [0, 0, 0, 0];
    let isQuoted = false;
    let at = this.#at;
    for (; at < this.#length; at++) {
      const byte = this.bytes[at]!;
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (!isQuoted && (byte === LF || byte === CR)) break;
      else if (!isQuoted && DELIMITERS.includes(byte)) counts[DELIMITERS.indexOf(byte)]!++;
    }
    if (at === this.#length && !this.#isFinal) return false;
    this.setDelimiter(DELIMITERS[counts.indexOf(Math.max(...counts))]!);
    return true;
  }

  /** Fixes the delimiter, a byte, before the first `next`. */
  setDelimiter(byte: number): void {
    this.delimiter = byte;
    this.#classes.fill(0);
    this.#classes[0] = NUL;
    this.#classes[QUOTE] = BARE_QUOTE;
    for (const stop of [byte, LF, CR]) this.#classes[stop] = STOP;
  }

  #growCells(): void {
    for (const name of ['lo', 'hi'] as const) {
      const grown = new Int32Array(this[name].length * 2);
      grown.set(this[name]);
      this[name] = grown;
    }
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const isBlank = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);
