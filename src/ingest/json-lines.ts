/** Check-ins as NDJSON, chunk by chunk as they come: one object a line. What no row can be made of is rejected with its line; nothing stops the stream. */
import { InputError } from '../core/errors.js';
import { CHECKINS, Table, type CheckInColumn, type Dictionaries } from '../model/tables.js';
import { CellReader, type Fault } from './rows/cell-reader.js';
import type { HeaderMapping } from './rows/header.js';
import { newLedgerEntry, type LedgerEntry, type Reject } from './rows/ledger.js';
import { ObjectReader } from './object-reader.js';
import { RowBooks } from './rows/row-books.js';
import type { TimeReader } from './text/time-text.js';

/** A longer line is no row. */
const MOST_LINE_BYTES = 1 << 20;
const LF = 10;
const OTHER_KEY = -1;

const NOT_JSON: Fault = { code: 'E_JSON', expected: 'one JSON object a line, in UTF-8', advice: 'mend what writes the stream' };
const TOO_LONG: Fault = { code: 'E_JSON', expected: `a line of at most ${MOST_LINE_BYTES} bytes`, advice: 'end each row with a line feed' };
const NO_COLUMN: Fault = { code: 'E_ROW', expected: 'an object with person_id, place_id and time', advice: 'name the keys so, or with --map' };
const NO_TEXT: Fault = { code: 'E_ROW', expected: 'an id or word as text', advice: 'write it in quotes: numbers lose leading zeros and digits' };
const NO_TIME: Fault = { code: 'E_ROW', expected: 'a time as text, or seconds or milliseconds since 1970', advice: 'mend the value' };
const TWICE: Fault = { code: 'E_COLUMN_TWICE', expected: 'one key for a column', advice: 'leave one of the two out, or choose with --map' };
const UNIT: Fault = { code: 'E_TIME_UNIT', expected: 'the unit of the rows before', advice: 'write all times in seconds, or all in milliseconds' };

/** Takes an accepted row: its number in the table, and its line. */
export type OnRow = (row: number, line: number) => void;

export class JsonLines {
  readonly ledger: LedgerEntry;
  /** Rows since the last `clear`. */
  readonly table: Table<CheckInColumn> = new Table(CHECKINS);
  readonly #ids: Dictionaries;
  readonly #file: number;
  readonly #books: RowBooks;
  readonly #objects: ObjectReader;
  readonly #columnOf = new Map<string, number>();
  readonly #units: Uint8Array = new Uint8Array(CHECKINS.columns.length);
  #rest: Uint8Array = new Uint8Array(0);
  #isTooLong = false;
  #line = 0;
  /** Text of the line in hand. */
  #text = '';

  /** `ids.person` is forgotten with each `clear`; the others go on. @param file - the position of `name` among the inputs. */
  constructor(name: string, file: number, ids: Dictionaries, times: TimeReader, mappings: readonly HeaderMapping[] = []) {
    this.ledger = newLedgerEntry(name);
    this.#ids = ids;
    this.#file = file;
    this.#books = new RowBooks(this.table, true);
    this.#objects = new ObjectReader(this.#books, new CellReader(ids, times));
    const own = mappings.filter(({ table, column }) => (table ?? 'checkins') === 'checkins' && CHECKINS.columns.some(({ name: known }) => known === column));
    for (const [i, { name: column, aliases }] of CHECKINS.columns.entries()) {
      if (own.some((mapping) => mapping.table !== undefined && mapping.column === column)) continue;
      for (const word of [column, ...aliases]) this.#columnOf.set(word.toLowerCase(), i);
    }
    for (const { column, header } of own)
      this.#columnOf.set(
        header.toLowerCase(),
        CHECKINS.columns.findIndex(({ name: known }) => known === column),
      );
  }

  /** Reads the lines that a chunk ends. @throws InputError for a stream that is no text in UTF-8, OptionError where a zone is missing. */
  push(chunk: Uint8Array, each: OnRow): void {
    if (this.#line === 0 && this.#rest.length === 0) this.#checkHead(chunk);
    const end = chunk.lastIndexOf(LF) + 1;
    if (end === 0) {
      this.#keep(chunk);
      return;
    }
    let bytes = chunk.subarray(0, end);
    if (this.#isTooLong) {
      const next = chunk.indexOf(LF) + 1;
      this.#begin('');
      this.#rejectLine('', TOO_LONG, 'a longer one');
      this.#isTooLong = false;
      bytes = bytes.subarray(next);
    } else if (this.#rest.length > 0) bytes = joined(this.#rest, bytes);
    this.#rest = new Uint8Array(0);
    this.#readLines(bytes, each);
    this.#keep(chunk.subarray(end));
  }

  /** Reads the last line, which nothing ended. */
  finish(each: OnRow): void {
    if (this.#isTooLong || this.#rest.length > 0) this.push(Uint8Array.of(LF), each);
  }

  /** Takes back a row that was accepted last. */
  reject(line: number, column: CheckInColumn, fault: Fault, got: string): void {
    this.table.pop();
    this.ledger.accepted--;
    this.#books.reject(this.ledger, line, column, fault, got, this.#text);
  }

  /** The rejected rows since the last call. */
  takeRejects(): Reject[] {
    return this.#books.rejects.splice(0);
  }

  /** Forgets the rows, and who they were of. */
  clear(): void {
    this.table.clear();
    this.#ids.person.clear();
  }

  #checkHead(bytes: Uint8Array): void {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    if (isUtf16) throw new InputError('E_ENCODING', `${this.ledger.file}:1 E_ENCODING expected NDJSON in UTF-8, got UTF-16; convert it first`);
  }

  #keep(bytes: Uint8Array): void {
    if (this.#isTooLong || bytes.length === 0) return;
    this.#rest = this.#rest.length === 0 ? bytes.slice() : joined(this.#rest, bytes);
    if (this.#rest.length <= MOST_LINE_BYTES) return;
    this.#isTooLong = true;
    this.#rest = new Uint8Array(0);
  }

  #readLines(bytes: Uint8Array, each: OnRow): void {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      // Some line is not UTF-8: they are told apart.
      for (let from = 0; from < bytes.length;) {
        const to = bytes.indexOf(LF, from);
        const line = bytes.subarray(from, to);
        from = to + 1;
        try {
          this.#readLine(decoder.decode(line), each);
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          this.#begin(lenient.decode(line));
          this.#rejectLine('', NOT_JSON, 'other bytes');
        }
      }
      return;
    }
    for (let from = 0; from < text.length;) {
      const to = text.indexOf('\n', from);
      this.#readLine(text.slice(from, to), each);
      from = to + 1;
    }
  }

  #begin(text: string): void {
    this.#line++;
    this.#text = text;
    this.#rejectsBefore = this.#books.rejects.length;
  }
  #rejectsBefore = 0;

  #readLine(text: string, each: OnRow): void {
    this.#begin(this.#line === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text);
    const isTooLong = text.length > MOST_LINE_BYTES;
    const value = isTooLong ? undefined : parsed(this.#text);
    if (value === BLANK) {
      this.ledger.read++;
      this.ledger.blank++;
      return;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.#rejectLine('', isTooLong ? TOO_LONG : NOT_JSON, 'something else');
    const row = this.#rowOf(value as Record<string, unknown>);
    if (row === null) return;
    const before = this.table.rowCount;
    try {
      this.#objects.read(row, this.#line, this.ledger, this.#file);
      this.#units.set(this.#books.units);
    } catch (error) {
      if (!(error instanceof InputError) || error.code !== 'E_TIME_UNIT') throw error;
      this.#books.units.set(this.#units);
      this.ledger.read--;
      this.#rejectLine('time', UNIT, 'another');
      return;
    }
    if (this.table.rowCount > before) each(before, this.#line);
    else this.#showLine();
  }

  /** The row with the columns' own names, times as texts; null if it was rejected. */
  #rowOf(value: Record<string, unknown>): object | null {
    const row: Record<string, unknown> = {};
    let hasColumn = false;
    let isEmpty = true;
    for (const key of Object.keys(value)) {
      isEmpty = false;
      let at = this.#columnOf.get(key);
      if (at === undefined) {
        at = this.#columnOf.get(key.toLowerCase()) ?? OTHER_KEY;
        if (this.#columnOf.size < MOST_KEYS) this.#columnOf.set(key, at);
      }
      if (at === OTHER_KEY) continue;
      const { name, kind } = CHECKINS.columns[at]!;
      if (name in row) return this.#rejectRow(name, TWICE, 'two');
      hasColumn = true;
      const cell = value[key];
      const isTime = kind === 'start' || kind === 'end';
      if (cell === null || typeof cell === 'string') row[name] = cell;
      else if (isTime && typeof cell === 'number' && cell >= 0) row[name] = String(Math.floor(cell));
      else return this.#rejectRow(name, isTime ? NO_TIME : NO_TEXT, Array.isArray(cell) ? 'a list' : typeof cell);
    }
    return hasColumn || isEmpty ? row : this.#rejectRow('', NO_COLUMN, 'other keys');
  }

  #rejectRow(column: string, fault: Fault, got: string): null {
    this.#rejectLine(column, fault, got);
    return null;
  }

  #rejectLine(column: string, fault: Fault, got: string): void {
    this.ledger.read++;
    this.#books.reject(this.ledger, this.#line, column, fault, got, this.#text);
  }

  /** A rejected row shows the line as it came. */
  #showLine(): void {
    const { rejects } = this.#books;
    if (rejects.length > this.#rejectsBefore) rejects[rejects.length - 1] = { ...rejects[rejects.length - 1]!, raw: this.#text };
  }
}

/** Keys remembered: a stream that makes up new ones again and again must not fill the memory. */
const MOST_KEYS = 1024;
const BLANK = Symbol('blank');
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder();

function parsed(text: string): unknown {
  if (text === '' || /^\s*$/.test(text)) return BLANK;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
