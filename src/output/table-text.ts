/** Rows → text of a file: CSV for people and programs, JSON Lines with the same fields. */
import { format } from 'fast-csv';
import { Readable } from 'node:stream';
import { neutralise } from './neutralise.js';

export type OutputFormat = 'csv' | 'jsonl';

export interface TextOptions {
  readonly format: OutputFormat;
  /** CRLF and a byte order mark, as Excel wants it; CSV only. */
  readonly isForExcel: boolean;
  /** Cells as they came, even where a spreadsheet would take them for formulas; CSV only. */
  readonly isRaw: boolean;
}

/** A row: cells by column name; null and undefined are empty. */
export type OutputRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The text of a table, as UTF-8 in pieces. */
export function tableText(columns: readonly string[], rows: Iterable<object>, options: TextOptions): AsyncIterable<Uint8Array> {
  return options.format === 'csv' ? csvText(columns, rows as Iterable<OutputRow>, options) : jsonlText(columns, rows as Iterable<OutputRow>);
}

/** The streams begin to work only when the text is asked for: an error in making a row then reaches whoever asks. */
async function* csvText(columns: readonly string[], rows: Iterable<OutputRow>, { isForExcel, isRaw }: TextOptions): AsyncGenerator<Uint8Array> {
  const cell = (value: OutputRow[string]): string => {
    const text = value === null || value === undefined ? '' : String(value);
    return isRaw ? text : neutralise(text);
  };
  const cells = function* (): Generator<string[]> {
    for (const row of rows) yield columns.map((column) => cell(row[column]));
  };
  if (isForExcel) yield encoder.encode('\uFEFF'); // fast-csv writes the mark with the first row: a table without rows would have none
  const formatter = format({ headers: [...columns], alwaysWriteHeaders: true, includeEndRowDelimiter: true, rowDelimiter: isForExcel ? '\r\n' : '\n' });
  const source = Readable.from(cells());
  source.on('error', (error) => formatter.destroy(error));
  yield* source.pipe(formatter) as AsyncIterable<Uint8Array>;
}

async function* jsonlText(columns: readonly string[], rows: Iterable<OutputRow>): AsyncGenerator<Uint8Array> {
  let lines = '';
  for (const row of rows) {
    lines += `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null])))}\n`;
    if (lines.length > 1 << 16) {
      yield encoder.encode(lines);
      lines = '';
    }
  }
  yield encoder.encode(lines);
}

const encoder = new TextEncoder();
