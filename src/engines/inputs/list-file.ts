/** Lists that a run of ours wrote, row by row: CSV or JSON Lines. A block is in memory at a time, whatever the size of the file. */
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { InputError } from '../../core/errors.js';
import type { Cursor } from '../../lists/diff/cursor.js';
import type { OutputFormat } from '../../output/table-text.js';

export interface ListFormat {
  readonly format: OutputFormat;
  /** Whether cells stand as they came; else those that a spreadsheet takes for formulas have a `'` in front, which is taken away again. */
  readonly isRaw: boolean;
}

export interface ListPath {
  readonly path: string;
  /** As messages name it. */
  readonly name: string;
  /** What the file was when its digest was checked. */
  readonly checked: Stats;
}

/** Least room for what is read at a time. */
const PIECE_BYTES = 1 << 19;
const NEUTRALISED = /^'[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const [QUOTE, APOSTROPHE, COMMA, LF, CR] = [0x22, 0x27, 0x2c, 10, 13];

/** @throws InputError `E_RUN_DAMAGED`. */
export function openList(list: ListPath, format: ListFormat): Cursor {
  return format.format === 'jsonl' ? new JsonList(list) : new CsvList(list, format.isRaw);
}

/** A file piece by piece, which must stay what it was when it was checked. */
class Pieces {
  readonly #list: ListPath;
  readonly #descriptor: number;
  #isOver = false;

  constructor(list: ListPath) {
    this.#list = list;
    this.#descriptor = openSync(list.path, 'r');
  }

  /** Reads what comes next into `into` from `at` on; returns how many bytes, 0 at the end. */
  read(into: Buffer, at: number): number {
    if (this.#isOver) return 0;
    try {
      const size = readSync(this.#descriptor, into, at, into.length - at, null);
      if (size > 0) return size;
      if (!isSameFile(fstatSync(this.#descriptor), this.#list.checked)) throw new Error('changed');
    } catch (cause) {
      this.#close();
      throw new InputError(
        'E_RUN_CHANGED',
        `${this.#list.name} E_RUN_CHANGED expected a file that stays as it is while it is read, got changes; compare again`,
        {
          cause,
        },
      );
    }
    this.#close();
    return 0;
  }

  #close(): void {
    this.#isOver = true;
    closeSync(this.#descriptor);
  }
}

/** Whether a file is still what it was. */
export const isSameFile = (a: Stats, b: Stats): boolean => a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino && a.dev === b.dev;

const damaged = (name: string, what: string): InputError =>
  new InputError('E_RUN_DAMAGED', `${name} E_RUN_DAMAGED expected ${what}, got something else; match again`);

/** Rows by their bytes: two lists of one form have the same row where the bytes are the same. */
abstract class RowsOfBytes implements Cursor {
  columns: readonly string[] = [];
  /** The row is `bytes[lo..hi)`, without the line end. */
  bytes: Buffer = Buffer.alloc(0);
  lo = 0;
  hi = 0;
  readonly name: string;
  readonly #pieces: Pieces;
  #store: Buffer = Buffer.alloc(0);
  #compared: Cursor | undefined;
  #isOfOneForm = false;

  constructor(list: ListPath) {
    this.name = list.name;
    this.#pieces = new Pieces(list);
  }

  abstract next(): boolean;
  abstract text(column: number): string;
  /** What the bytes of a row depend on beside its cells. */
  abstract readonly form: string;

  at(column: string): number {
    return this.columns.indexOf(column);
  }

  isSame(other: Cursor): boolean {
    if (!(other instanceof RowsOfBytes)) return false;
    if (this.#compared !== other) {
      this.#compared = other;
      this.#isOfOneForm = this.form === other.form && this.columns.join('\0') === other.columns.join('\0');
    }
    return this.#isOfOneForm && this.hi - this.lo === other.hi - other.lo && this.bytes.compare(other.bytes, other.lo, other.hi, this.lo, this.hi) === 0;
  }

  /** Where the line ends that goes on at `from`, `lo` or behind it; -1 at the end of the file. Moves what there is of it to the front if more bytes are needed. */
  protected lineEnd(from: number): number {
    let end = this.bytes.indexOf(LF, from);
    while (end < 0) {
      const rest = this.bytes.length - this.lo;
      if (rest + PIECE_BYTES > this.#store.length) {
        const grown = Buffer.allocUnsafe(2 * (rest + PIECE_BYTES));
        this.bytes.copy(grown, 0, this.lo);
        this.#store = grown;
      } else this.#store.copyWithin(0, this.lo, this.bytes.length);
      const size = this.#pieces.read(this.#store, rest);
      this.bytes = this.#store.subarray(0, rest + size);
      this.lo = 0;
      this.moved();
      if (size === 0) {
        if (rest > 0) throw damaged(this.name, 'a last row that is whole');
        return -1;
      }
      end = this.bytes.indexOf(LF, rest);
    }
    return end;
  }

  /** Called when other bytes lie in `bytes`. */
  protected moved(): void {}
}

/** Columns whose texts stay the same over many rows of a sorted list: their last text is kept. */
const KEPT_COLUMNS = 2;

/** Cells are looked for only where they are asked for, and only as far: most rows are compared by their bytes alone. */
class CsvList extends RowsOfBytes {
  readonly form: string;
  readonly #isRaw: boolean;
  #next = 0;
  /** Where the first quote at or behind the row is; at the end of the bytes if there is none. */
  #quote = -1;
  /** Cells that were found so far, and where the next begins. */
  #found = 0;
  #from = 0;
  readonly #lo: number[] = [];
  readonly #hi: number[] = [];
  readonly #isQuoted: boolean[] = [];
  readonly #kept = Array.from({ length: KEPT_COLUMNS }, () => ({ bytes: Buffer.alloc(0), text: '' }));

  constructor(list: ListPath, isRaw: boolean) {
    super(list);
    this.#isRaw = isRaw;
    this.form = isRaw ? 'raw csv' : 'csv';
    if (!this.next()) throw damaged(list.name, 'a header');
    if (this.bytes.toString('utf8', this.lo, this.lo + 3) === '\uFEFF') this.#from += 3;
    while (this.#from <= this.hi) this.#find();
    this.columns = this.#lo.map((_, column) => this.text(column));
  }

  next(): boolean {
    this.lo = this.#next;
    let end = this.lineEnd(this.lo);
    if (end < 0) return false;
    if (this.#quoteFrom(this.lo) < end) end = this.#rowEnd(end);
    this.#next = end + 1;
    this.hi = end > this.lo && this.bytes[end - 1] === CR ? end - 1 : end;
    this.#found = 0;
    this.#from = this.lo;
    return true;
  }

  text(column: number): string {
    if (column < 0) return '';
    while (this.#found <= column) this.#find();
    const [lo, hi] = [this.#lo[column]!, this.#hi[column]!];
    if (column >= KEPT_COLUMNS) return this.#textOf(lo, hi, this.#isQuoted[column]!);
    const kept = this.#kept[column]!;
    if (kept.bytes.length === hi - lo) {
      let at = 0;
      while (lo + at < hi && kept.bytes[at] === this.bytes[lo + at]) at++;
      if (lo + at === hi) return kept.text;
    }
    kept.bytes = Buffer.from(this.bytes.subarray(lo, hi));
    return (kept.text = this.#textOf(lo, hi, this.#isQuoted[column]!));
  }

  protected override moved(): void {
    this.#quote = -1;
  }

  #textOf(lo: number, hi: number, isQuoted: boolean): string {
    const text = isQuoted ? this.bytes.toString('utf8', lo + 1, hi - 1).replaceAll('""', '"') : this.bytes.toString('utf8', lo, hi);
    return !this.#isRaw && text.charCodeAt(0) === APOSTROPHE && NEUTRALISED.test(text) ? text.slice(1) : text;
  }

  /** Finds the next cell of the row. */
  #find(): void {
    const { bytes, hi } = this;
    const from = this.#from;
    if (from > hi) throw damaged(this.name, 'as many cells in each row as in the header');
    let at = from;
    const isQuoted = at < hi && bytes[at] === QUOTE;
    if (isQuoted) {
      // A doubled quote closes and opens.
      do {
        at++;
        while (at < hi && bytes[at] !== QUOTE) at++;
        at++;
      } while (at < hi && bytes[at] === QUOTE);
    } else while (at < hi && bytes[at] !== COMMA) at++;
    if (at > hi || (at < hi && bytes[at] !== COMMA)) throw damaged(this.name, 'a comma behind a closing quote');
    this.#lo[this.#found] = from;
    this.#hi[this.#found] = at;
    this.#isQuoted[this.#found++] = isQuoted;
    this.#from = at + 1;
  }

  #quoteFrom(from: number): number {
    if (this.#quote < from) {
      const at = this.bytes.indexOf(QUOTE, from);
      this.#quote = at < 0 ? this.bytes.length : at;
    }
    return this.#quote;
  }

  /** Where the row ends whose first line ends at `end`: a line end in a quoted cell is none. */
  #rowEnd(end: number): number {
    let isOpen = false;
    for (let from = this.lo; ;) {
      for (let at = from; at < end; at++) if (this.bytes[at] === QUOTE) isOpen = !isOpen;
      if (!isOpen) return end;
      const seen = end + 1 - this.lo; // the row may be moved
      end = this.lineEnd(end + 1);
      from = this.lo + seen;
    }
  }
}

class JsonList extends RowsOfBytes {
  readonly form = 'jsonl';
  #next = 0;
  #row: Readonly<Record<string, unknown>> | undefined;
  #isFirstThere: boolean;

  constructor(list: ListPath) {
    super(list);
    this.#isFirstThere = this.#line();
    this.columns = this.#isFirstThere ? Object.keys(this.#parsed()) : [];
  }

  next(): boolean {
    if (!this.#isFirstThere) return this.#line();
    this.#isFirstThere = false;
    return true;
  }

  text(column: number): string {
    const value = column < 0 ? undefined : this.#parsed()[this.columns[column]!];
    return value === null || value === undefined ? '' : String(value as string | number | boolean);
  }

  #line(): boolean {
    this.#row = undefined;
    this.lo = this.#next;
    this.hi = this.lineEnd(this.lo);
    this.#next = this.hi + 1;
    return this.hi >= 0;
  }

  #parsed(): Readonly<Record<string, unknown>> {
    if (this.#row) return this.#row;
    try {
      return (this.#row = JSON.parse(this.bytes.toString('utf8', this.lo, this.hi)) as Readonly<Record<string, unknown>>);
    } catch {
      throw damaged(this.name, 'a JSON object on each line');
    }
  }
}
