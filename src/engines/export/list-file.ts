/** One list of a run, read back row by row: CSV or JSON Lines as `match` writes them. */
import { InputError } from '../../core/errors.js';
import { CsvScanner } from '../../ingest/rows/csv-scanner.js';
import { Utf8Decoder } from '../../ingest/text/encoding.js';
import { FileSource } from '../../ingest/file-source.js';
import { columnsOf, type CellKind, type ListName, type ListRows } from '../../lists/rows.js';
import type { Cell } from '../../lists/formats/table.js';
import type { ColumnForm, TypedColumn } from '../../output/formats/typed-columns.js';

export interface ListFileOptions {
  readonly path: string;
  readonly list: ListName | 'rejects';
  readonly format: 'csv' | 'jsonl';
  /** CSV cells that a spreadsheet takes for formulas got a `'` in front. */
  readonly isNeutralised: boolean;
  /** Digest that the manifest has of the file. */
  readonly sha256: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Records of lists can be long: evidence names every row. */
const LIMITS = { recordBytes: 1 << 28, recordLines: 1 << 24, recordCells: 10_000 };
const RISKY = /^'[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

export class ListFile<Name extends ListName | 'rejects' = ListName | 'rejects'> {
  readonly list: Name;
  readonly #options: ListFileOptions;
  #columns: readonly TypedColumn[] | undefined;
  /** Cells from which the `'` was taken. */
  unescaped = 0;
  /** Whether the file is no longer what the run wrote; known once it was read to its end. */
  isChanged = false;

  constructor(options: ListFileOptions & { readonly list: Name }) {
    this.list = options.list;
    this.#options = options;
  }

  /** The columns, as the file has them. @throws InputError. */
  async columns(): Promise<readonly TypedColumn[]> {
    const cells = this.cells();
    if (!this.#columns) await cells.next();
    await cells.return(undefined);
    return this.#columns!;
  }

  /** Rows as objects with the values that a program sees; with `ruleId`, those of one rule. @throws InputError `E_LIST`, `E_READ`. */
  async *rows(ruleId?: string): AsyncGenerator<Name extends ListName ? ListRows[Name] : Record<string, Cell>> {
    let at = -2;
    for await (const cells of this.cells()) {
      const columns = this.#columns!;
      if (at === -2) at = columns.findIndex(({ name }) => name === 'rule_id');
      if (ruleId !== undefined && at >= 0 && cells[at] !== ruleId) continue;
      const row: Record<string, Cell> = {};
      for (let i = 0; i < columns.length; i++) row[columns[i]!.name] = cells[i]!;
      yield row as never;
    }
  }

  /** The cells of each row, in the order of the columns: numbers, claims, texts; null for none. @throws InputError `E_LIST`, `E_READ`. */
  async *cells(): AsyncGenerator<readonly Cell[]> {
    this.unescaped = 0;
    const source = new FileSource(this.#options.path, this.#options.signal);
    yield* this.#options.format === 'csv' ? this.#csv(source) : this.#jsonl(source);
    const { sha256 } = this.#options;
    this.isChanged = sha256 !== undefined && source.digest().sha256 !== sha256;
  }

  async *#csv(source: FileSource): AsyncGenerator<readonly Cell[]> {
    const { name } = source;
    const decoder = new Utf8Decoder(name);
    const scanner = new CsvScanner(name, LIMITS);
    scanner.setDelimiter(44);
    let columns: readonly TypedColumn[] | undefined;
    const take = function* (this: ListFile<Name>, bytes: Uint8Array, isFinal: boolean): Generator<readonly Cell[]> {
      scanner.push(decoder.decode(bytes, isFinal), isFinal);
      if (decoder.fault !== '') throw new InputError('E_ENCODING', `${name}:${scanner.lastLine()} E_ENCODING ${decoder.fault}`);
      while (scanner.next()) {
        const texts = Array.from({ length: scanner.cellCount }, (_, i) => scanner.text(i));
        if (!columns) {
          columns = this.#columns = this.#named(name, texts);
          continue;
        }
        if (scanner.isBroken || texts.length !== columns.length) {
          throw new InputError(
            'E_LIST',
            `${name}:${scanner.line} E_LIST expected ${columns.length} cells, got ${scanner.isBroken ? 'a stray quote' : texts.length}; ${ADVICE}`,
          );
        }
        yield columns.map((column, i) => this.#typed(column, this.#plain(texts[i]!), name, scanner.line));
      }
    };
    for await (const chunk of source.chunks()) yield* take.call(this, chunk, false);
    yield* take.call(this, new Uint8Array(0), true);
    if (!columns) throw new InputError('E_LIST', `${name} E_LIST expected a list with a header, got an empty file; ${ADVICE}`);
  }

  async *#jsonl(source: FileSource): AsyncGenerator<readonly Cell[]> {
    const { name } = source;
    let columns: readonly TypedColumn[] | undefined;
    let line = 0;
    for await (const text of linesOf(source)) {
      line++;
      const row = parsed(text, name, line);
      columns ??= this.#columns = this.#named(name, Object.keys(row));
      if (Object.keys(row).length !== columns.length)
        throw new InputError('E_LIST', `${name}:${line} E_LIST expected the fields of line 1, got others; ${ADVICE}`);
      yield columns.map((column) => {
        const cell = row[column.name];
        if (cell === undefined) throw new InputError('E_LIST', `${name}:${line}:${column.name} E_LIST expected a value, got none; ${ADVICE}`);
        return this.#typed(column, cell === null ? '' : String(cell), name, line);
      });
    }
    // Without a row nothing in the file names its columns.
    if (!columns) this.#columns = this.list === 'rejects' ? [] : columnsOf(this.list, { hasSeveralRules: false, hasRides: false }).map(typedColumn);
  }

  /** Columns of the file: those that the list must have, and any others as text. */
  #named(file: string, names: readonly string[]): readonly TypedColumn[] {
    const known = new Map(this.list === 'rejects' ? [] : columnsOf(this.list, ALL).map((column) => [column.name, column]));
    const needed = this.list === 'rejects' ? [] : columnsOf(this.list, FEWEST);
    const missing = needed.find(({ name }) => !names.includes(name));
    if (missing) throw new InputError('E_LIST', `${file}:1 E_LIST expected the column ${missing.name} of ${this.list}, got none; ${ADVICE}`);
    if (new Set(names).size < names.length) throw new InputError('E_LIST', `${file}:1 E_LIST expected each column once, got one twice; ${ADVICE}`);
    return names.map((name) => {
      const column = known.get(name);
      return column ? typedColumn(column) : { name, form: 'text' };
    });
  }

  #plain(text: string): string {
    if (!this.#options.isNeutralised || !RISKY.test(text)) return text;
    this.unescaped++;
    return text.slice(1);
  }

  #typed({ name, form }: TypedColumn, text: string, file: string, line: number): Cell {
    if (form === 'count') {
      if (text === '') return null;
      if (/^\d{1,15}$/.test(text)) return Number(text);
    } else if (form === 'claim') {
      if (text === 'true' || text === 'false') return text === 'true';
    } else if (form === 'text' || ISO.test(text)) return text;
    const expected = { count: 'a whole number', claim: 'true or false', time: 'a time such as 2022-03-01T08:15:30+08:00' }[form as 'count'];
    throw new InputError('E_LIST', `${file}:${line}:${name} E_LIST expected ${expected}, got something else; ${ADVICE}`);
  }
}

const ADVICE = 'give the lists as match wrote them';
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/;
const ALL = { hasSeveralRules: true, hasRides: true } as const;
const FEWEST = { hasSeveralRules: false, hasRides: false } as const;

const FORMS: Readonly<Partial<Record<CellKind, ColumnForm>>> = { count: 'count', 'count-or-none': 'count', claim: 'claim', time: 'time' };
const typedColumn = ({ name, kind }: { readonly name: string; readonly kind: CellKind }): TypedColumn => ({ name, form: FORMS[kind] ?? 'text' });

async function* linesOf(source: FileSource): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const chunk of source.chunks()) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
    rest += decoder.decode();
  } catch (cause) {
    if (cause instanceof TypeError) throw new InputError('E_ENCODING', `${source.name} E_ENCODING expected UTF-8, got other bytes; ${ADVICE}`, { cause });
    throw cause;
  }
  if (rest !== '') yield rest;
}

function parsed(text: string, file: string, line: number): Record<string, Cell> {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Record<string, Cell>;
  } catch {
    // told below
  }
  throw new InputError('E_LIST', `${file}:${line} E_LIST expected an object in JSON, got something else; ${ADVICE}`);
}
