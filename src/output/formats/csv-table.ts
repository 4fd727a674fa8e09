/** Tables for other systems as CSV: one or more rows of headers, then rows as they come. */
import type { Cell, Table } from '../../lists/formats/table.js';
import { neutralise } from '../neutralise.js';
import { cannotHold } from './held.js';

export interface CsvTableOptions {
  /** Cells as they came: for a program that reads them. */
  readonly isRaw: boolean;
  /** Rows above the names of the columns. */
  readonly above?: readonly (readonly string[])[];
  /** Refuses a cell with a line that begins so, which the reader takes for a remark. */
  readonly remarkSign?: string;
  /** Name of the list, for messages. */
  readonly list: string;
}

/** Counts what was written. */
export interface CsvCounts {
  rows: number;
  /** Cells that got a `'` in front. */
  neutralised: number;
}

/** @throws OptionError `E_FORMAT_HOLD`; whatever the rows throw. */
export async function* csvTable<Row>(table: Table<Row>, rows: AsyncIterable<Row>, options: CsvTableOptions, counts: CsvCounts): AsyncGenerator<string> {
  const { isRaw, above = [], remarkSign, list } = options;
  const text = (cell: Cell, column: number): string => {
    if (cell === null) return '';
    if (typeof cell !== 'string') return String(cell);
    if (cell.includes('\0')) throw cannotHold('CSV', { list, column: table.columns[column]! }, 'a NUL character', 'mend the id');
    if (remarkSign !== undefined && cell.split(/[\r\n]/).some((line, i) => i > 0 && line.startsWith(remarkSign)))
      throw cannotHold(
        'this CSV',
        { list, column: table.columns[column]! },
        `a line that begins with ${remarkSign}, which its reader skips as a remark`,
        'mend it',
      );
    const safe = isRaw ? cell : neutralise(cell);
    if (safe !== cell) counts.neutralised++;
    return quoted(safe);
  };
  let piece = '';
  for (const head of [...above, table.columns]) piece += `${head.map(quoted).join(',')}\n`;
  for await (const row of rows) {
    counts.rows++;
    piece += `${table.cells(row).map(text).join(',')}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** Characters handed over at a time. */
const PIECE = 1 << 16;

/** In quotes where it needs them, and where a reader might take the start of a line for something else. */
const quoted = (cell: string): string => (/[",;|\t\r\n#]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
