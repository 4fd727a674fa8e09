/** How tables are written, and the text of a table of few rows with any content: rejected rows. */
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

/** A table as CSV, as UTF-8 in pieces. The streams begin to work only when the text is asked for: an error in making a row then reaches whoever asks. */
export async function* csvText(
  columns: readonly string[],
  rows: Iterable<object>,
  { isForExcel, isRaw }: Omit<TextOptions, 'format'>,
): AsyncGenerator<Uint8Array> {
  const cell = (value: OutputRow[string]): string => {
    const text = value === null || value === undefined ? '' : String(value);
    return isRaw ? text : neutralise(text);
  };
  const cells = function* (): Generator<string[]> {
    for (const row of rows as Iterable<OutputRow>) yield columns.map((column) => cell(row[column]));
  };
  if (isForExcel) yield encoder.encode('\uFEFF'); // fast-csv writes the mark with the first row: a table without rows would have none
  const formatter = format({ headers: [...columns], alwaysWriteHeaders: true, includeEndRowDelimiter: true, rowDelimiter: isForExcel ? '\r\n' : '\n' });
  const source = Readable.from(cells());
  source.on('error', (error) => formatter.destroy(error));
  yield* source.pipe(formatter) as AsyncIterable<Uint8Array>;
}

const encoder = new TextEncoder();
