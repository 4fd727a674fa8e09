/** Rows of a program → text of a file, as they come: for tables whose rows are made one at a time. */
import { neutralise } from './neutralise.js';
import { csvCell } from './row-bytes.js';
import type { OutputRow, TextOptions } from './table-text.js';

/** Characters handed over at a time. */
const PIECE = 1 << 16;
const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

/** The text of a table, as UTF-8 in pieces: CSV or JSON Lines, the same cells as `csvText` gives. An `undefined` in place of a row gives an empty piece. */
export function* rowText(columns: readonly string[], rows: Iterable<object | undefined>, { format, isForExcel, isRaw }: TextOptions): Generator<Uint8Array> {
  const rowEnd = isForExcel ? '\r\n' : '\n';
  const cell = (value: OutputRow[string]): string => {
    if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
    return csvCell(isRaw ? value : neutralise(value));
  };
  let text = format === 'csv' ? (isForExcel ? '\uFEFF' : '') + columns.join(',') + rowEnd : '';
  for (const row of rows as Iterable<OutputRow | undefined>) {
    if (!row) {
      yield NOTHING;
      continue;
    }
    if (format === 'jsonl') text += `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null])))}\n`;
    else {
      for (let i = 0; i < columns.length; i++) text += i === 0 ? cell(row[columns[i]!]) : `,${cell(row[columns[i]!])}`;
      text += rowEnd;
    }
    if (text.length < PIECE) continue;
    yield encoder.encode(text);
    text = '';
  }
  if (text !== '') yield encoder.encode(text);
}
