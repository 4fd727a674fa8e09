/**
 * Rows of numbers → bytes of CSV or JSON Lines. fast-csv is its oracle: the bytes are those that fast-csv makes of the same rows as texts, which
 * takes it several times as long, for it asks each cell three times by regular expression and hands on each row through a stream.
 */
import type { Dictionary } from '../core/dictionary.js';
import { DECIMALS, type Cells } from '../lists/cells.js';
import type { RowBlock } from '../lists/row-block.js';
import type { CellKind, Column } from '../lists/rows.js';
import type { ByteSink } from './byte-sink.js';
import { neutralise } from './neutralise.js';
import { TimeBytes } from './time-bytes.js';
import type { TextOptions } from './table-text.js';

const encoder = new TextEncoder();
const [QUOTE, COMMA, PIPE, COLON, ZERO] = [0x22, 0x2c, 0x7c, 0x3a, 0x30];

/** Bytes of a text that keep it from being copied as it is. `|` does in CSV because fast-csv quotes it. */
const NOT_IN_CSV = marked('",|\r\n\0');
const NOT_IN_JSON = marked(`"\\${Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('')}`);
/** First bytes of texts that may be neutralised: what a formula starts with, and the lead byte of the full-width forms. */
const FORMULA_START = marked('=+-@\t\r\n');
FORMULA_START[0xef] = 1;

/** Kinds that are told apart for each cell; all others are 0. */
const KIND_NUMBERS: readonly CellKind[] = ['count', 'time', 'claim', 'count-or-none', 'person', 'rows'];
const [COUNT, TIME, CLAIM, COUNT_OR_NONE, PERSON, ROWS] = [1, 2, 3, 4, 5, 6];

/** Most bytes of a number, a time or a claim. */
const MOST_BYTES = 32;

type IdKind = 'case' | 'person' | 'place' | 'run';

/** Most texts of a kind that are kept as bytes. */
const KEPT_TEXTS = 1 << 16;

/** Writes rows of one rule into a sink. */
export class RowBytes {
  readonly #cells: Cells;
  readonly #sink: ByteSink;
  readonly #isCsv: boolean;
  readonly #isRaw: boolean;
  readonly #special: Uint8Array;
  readonly #prefixes: readonly Uint8Array[];
  readonly #rowEnd: Uint8Array;
  readonly #times: TimeBytes;
  readonly #columns: readonly Column[];
  /** The kinds of the columns as numbers. */
  readonly #kinds: Uint8Array;
  /** Where in a row of a block they lie. */
  readonly #at: Uint8Array;
  readonly #roomPerRow: number;
  readonly #plain: Partial<Record<IdKind, boolean>> = {};
  /** Bytes of cells by kind and number, where few numbers come again and again. */
  readonly #kept = new Map<CellKind, Map<number, Uint8Array>>();
  /** Names of the input files as they stand in evidence; undefined if one of them has to be quoted. */
  readonly #fileNames: readonly Uint8Array[] | undefined;

  constructor(cells: Cells, columns: readonly Column[], { format, isForExcel, isRaw }: TextOptions, sink: ByteSink) {
    this.#cells = cells;
    this.#sink = sink;
    this.#isCsv = format === 'csv';
    this.#isRaw = isRaw;
    this.#special = this.#isCsv ? NOT_IN_CSV : NOT_IN_JSON;
    this.#prefixes = columns.map(({ name }, i) => encoder.encode(this.#isCsv ? (i === 0 ? '' : ',') : `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`));
    this.#rowEnd = encoder.encode(this.#isCsv ? (isForExcel ? '\r\n' : '\n') : '}\n');
    this.#times = new TimeBytes(cells.found.zone);
    this.#columns = columns;
    this.#kinds = Uint8Array.from(columns, ({ kind }) => KIND_NUMBERS.indexOf(kind) + 1);
    this.#at = Uint8Array.from(columns, ({ at }) => at);
    this.#roomPerRow = 8 + this.#prefixes.reduce((sum, prefix) => sum + prefix.length + MOST_BYTES, 0);
    const names = cells.found.tables.inputs.fileNames.map((name) => encoder.encode(name));
    this.#fileNames = names.every((name) => this.#isPlain(name, 0, name.length)) ? names : undefined;
  }

  /** Makes ready for the rows of a block: touches what their texts rest on, many places of memory at a time, which later would be waited for one by one. Returns a number of no meaning. */
  prepare(block: RowBlock): number {
    const { cells, width, count } = block;
    const { inputs, stays } = this.#cells.found.tables;
    const last = count * width;
    let sum = 0;
    this.#kinds.forEach((kind, position) => {
      const column = this.#at[position]!;
      if (kind === PERSON) {
        for (let at = column; at < last; at += width) sum += inputs.ids.person.byteLength(cells[at]!);
        for (let at = column; at < last; at += width) sum += inputs.ids.person.threeBytes(cells[at]!, 0);
      } else if (kind === ROWS) {
        const { file, line } = inputs.checkIns;
        for (let at = column; at < last; at += width) sum += stays.firstRow[Math.max(0, cells[at]!)]!;
        for (let at = column; at < last; at += width) sum += stays.rows[stays.firstRow[Math.max(0, cells[at]!)]!]!;
        for (let at = column; at < last; at += width) {
          const row = stays.rows[stays.firstRow[Math.max(0, cells[at]!)]!]!;
          sum += file.data[row]! + line.data[row]!;
        }
      }
    });
    return sum;
  }

  /** Puts a row of a block. */
  put(block: RowBlock, row: number): void {
    const { cells, width } = block;
    const sink = this.#sink;
    sink.reserve(this.#roomPerRow);
    let { bytes, length: at } = sink;
    const isCsv = this.#isCsv;
    const from = row * width;
    for (let column = 0; column < this.#kinds.length; column++) {
      const cell = cells[from + this.#at[column]!]!;
      if (isCsv) {
        if (column > 0) bytes[at++] = COMMA;
      } else at = copied(this.#prefixes[column]!, bytes, at);
      const kind = this.#kinds[column]!;
      // Cells of a bounded length are written here; the others see to their room themselves.
      if (kind === COUNT) at = putDigits(bytes, at, cell);
      else if (kind === TIME) at = isCsv ? this.#times.put(cell, bytes, at) : this.#putQuotedTime(cell, bytes, at);
      else if (kind === CLAIM) at = copied(cell === 1 ? TRUE : FALSE, bytes, at);
      else if (kind === COUNT_OR_NONE) {
        if (!Number.isNaN(cell)) at = putDigits(bytes, at, cell);
        else if (!isCsv) at = copied(NULL, bytes, at);
      } else {
        sink.length = at;
        this.#putLong(this.#columns[column]!.kind, cell, block);
        sink.reserve(this.#roomPerRow);
        ({ bytes, length: at } = sink);
      }
    }
    sink.length = copied(this.#rowEnd, bytes, at);
  }

  #putLong(kind: CellKind, cell: number, block: RowBlock): void {
    switch (kind) {
      case 'case':
      case 'person':
      case 'place':
      case 'run':
        return this.#putId(kind, cell, block);
      case 'rows':
        return this.#putEvidence(cell, block);
      case 'cases':
        return this.#putCases(cell, block);
      default:
        if (DECIMALS.includes(kind)) this.#sink.put(encoder.encode(String(cell)));
        else this.#putKept(kind, cell, block);
    }
  }

  #putQuotedTime(sec: number, bytes: Uint8Array, at: number): number {
    bytes[at] = QUOTE;
    const end = this.#times.put(sec, bytes, at + 1);
    bytes[end] = QUOTE;
    return end + 1;
  }

  #putId(kind: IdKind, id: number, block: RowBlock): void {
    const sink = this.#sink;
    const began = sink.length;
    if (!this.#isCsv) sink.put(ONE_QUOTE);
    if (this.#copyId(kind, id, true)) {
      if (!this.#isCsv) sink.put(ONE_QUOTE);
    } else {
      sink.length = began;
      this.#putText(this.#cells.text(kind, id, block));
    }
  }

  /** Copies a text as it is; false if it has to be written otherwise. */
  #copyId(kind: IdKind, id: number, isFirst: boolean): boolean {
    const sink = this.#sink;
    const dictionary = this.#cells.found.tables.inputs.ids[kind];
    sink.reserve(dictionary.byteLength(id) + 2);
    const { bytes, length } = sink;
    const end = dictionary.copyInto(id, bytes, length);
    if (!this.#isAllPlain(kind, dictionary)) for (let i = length; i < end; i++) if (this.#special[bytes[i]!] === 1) return false;
    if (isFirst && this.#isCsv && !this.#isRaw && end > length && FORMULA_START[bytes[length]!] === 1) return false;
    sink.length = end;
    return true;
  }

  /** Whether no text of a dictionary has a byte that would keep it from being copied: asked once, not for each id. */
  #isAllPlain(kind: IdKind, dictionary: Dictionary): boolean {
    const known = this.#plain[kind];
    return known === undefined ? (this.#plain[kind] = !dictionary.hasByte(this.#special)) : known;
  }

  /** `file:line` of each row, joined with `|`: several are quoted in CSV because of it. */
  #putEvidence(cell: number, block: RowBlock): void {
    const names = this.#fileNames;
    if (!names) return this.#putText(this.#cells.text('rows', cell, block));
    const { inputs, stays } = this.#cells.found.tables;
    const { file, line } = cell < 0 ? inputs.visits : inputs.checkIns;
    const lo = cell < 0 ? 0 : stays.firstRow[cell]!;
    const hi = cell < 0 ? 1 : stays.firstRow[cell + 1]!;
    const sink = this.#sink;
    const isQuoted = !this.#isCsv || hi - lo > 1;
    if (isQuoted) sink.put(ONE_QUOTE);
    for (let i = lo; i < hi; i++) {
      const row = cell < 0 ? -1 - cell : stays.rows[i]!;
      if (i > lo) sink.put(ONE_PIPE);
      sink.put(names[file.data[row]!]!);
      sink.reserve(24);
      sink.bytes[sink.length++] = COLON;
      sink.length = putDigits(sink.bytes, sink.length, line.data[row]!);
    }
    if (isQuoted) sink.put(ONE_QUOTE);
  }

  /** Ids of cases, joined with `|`. */
  #putCases(cell: number, block: RowBlock): void {
    const sink = this.#sink;
    const began = sink.length;
    const count = block.ids.data[cell]!;
    const isQuoted = !this.#isCsv || count > 1;
    if (isQuoted) sink.put(ONE_QUOTE);
    for (let i = 0; i < count; i++) {
      if (i > 0) sink.put(ONE_PIPE);
      if (this.#copyId('case', block.ids.data[cell + 1 + i]!, i === 0)) continue;
      sink.length = began;
      return this.#putText(this.#cells.text('cases', cell, block));
    }
    if (isQuoted) sink.put(ONE_QUOTE);
  }

  #putKept(kind: CellKind, cell: number, block: RowBlock): void {
    let kept = this.#kept.get(kind);
    if (!kept) this.#kept.set(kind, (kept = new Map()));
    let bytes = kept.get(cell);
    if (!bytes) {
      if (kept.size >= KEPT_TEXTS) kept.clear();
      kept.set(cell, (bytes = encoder.encode(this.#written(this.#cells.text(kind, cell, block)))));
    }
    this.#sink.put(bytes);
  }

  #putText(text: string): void {
    this.#sink.put(encoder.encode(this.#written(text)));
  }

  #written(text: string): string {
    if (!this.#isCsv) return JSON.stringify(text);
    return csvCell(this.#isRaw ? text : neutralise(text));
  }

  #isPlain(bytes: Uint8Array, lo: number, hi: number): boolean {
    for (let i = lo; i < hi; i++) if (this.#special[bytes[i]!] === 1) return false;
    return lo === hi || !this.#isCsv || this.#isRaw || FORMULA_START[bytes[lo]!] === 0;
  }
}

const TRUE = encoder.encode('true');
const FALSE = encoder.encode('false');
const NULL = encoder.encode('null');
const ONE_QUOTE = Uint8Array.of(QUOTE);
const ONE_PIPE = Uint8Array.of(PIPE);

/** The first line of a CSV file, with the byte order mark that Excel wants. */
export function csvHeader(columns: readonly Column[], isForExcel: boolean): Uint8Array {
  return encoder.encode(`${isForExcel ? '\uFEFF' : ''}${columns.map(({ name }) => name).join(String.fromCharCode(COMMA))}${isForExcel ? '\r\n' : '\n'}`);
}

/** A cell as fast-csv writes it: without NUL, quoted if it holds a delimiter, the end of a line, `|` or a quote. */
export function csvCell(text: string): string {
  const cell = text.replaceAll('\0', '');
  if (cell.includes('"')) return `"${cell.replaceAll('"', '""')}"`;
  return /[,|\r\n]/.test(cell) ? `"${cell}"` : cell;
}

/** Copies a short piece; returns where it ends. */
function copied(piece: Uint8Array, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < piece.length; i++) bytes[at + i] = piece[i]!;
  return at + piece.length;
}

/** Writes the digits of a whole number from 0 on; returns where they end. */
function putDigits(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = ZERO + value;
    return at + 1;
  }
  let end = at + 1;
  for (let bound = 10; value >= bound; bound *= 10) end++;
  let rest = value;
  let i = end - 1;
  for (; rest > 0x7fff_ffff; i--) {
    const next = Math.floor(rest / 10);
    bytes[i] = ZERO + rest - next * 10;
    rest = next;
  }
  for (; i >= at; i--) {
    const next = (rest / 10) | 0;
    bytes[i] = ZERO + rest - next * 10;
    rest = next;
  }
  return end;
}

function marked(characters: string): Uint8Array {
  const marks = new Uint8Array(256);
  for (const character of characters) marks[character.charCodeAt(0)] = 1;
  return marks;
}
