/** What a file is: its encoding, its header, and the table whose columns that header has. */
import { CopresenceError } from '../../core/errors.js';
import { CsvScanner } from '../../ingest/rows/csv-scanner.js';
import { Utf8Decoder, type Encoding } from '../../ingest/text/encoding.js';
import { TABLES, type ColumnSpec, type TableName } from '../../model/tables.js';
import { TabSource } from './tab-source.js';

/** Bytes of a file that are looked at. */
const HEAD_BYTES = 1 << 20;

export interface Recognised {
  readonly encoding: Encoding;
  readonly header: readonly string[];
  /** Null: no table has all its columns in the header. */
  readonly table: TableName | null;
  /** Why it cannot be read at all; '' if it can. */
  readonly fault: string;
}

export async function recognise(name: string, blob: Blob): Promise<Recognised> {
  try {
    const { head, isWhole } = await headOf(new TabSource(name, blob));
    const { encoding, text } = decoded(name, head, isWhole);
    const scanner = new CsvScanner(name);
    scanner.push(text, isWhole);
    const header = scanner.next() ? Array.from({ length: scanner.cellCount }, (_, i) => scanner.text(i)) : [];
    return { encoding, header, table: tableOf(header), fault: '' };
  } catch (error) {
    if (!(error instanceof CopresenceError)) throw error;
    return { encoding: 'utf-8', header: [], table: null, fault: error.message };
  }
}

/** The table with the most required columns of those that the header has all of; of equal ones the one with the most columns. */
export function tableOf(header: readonly string[]): TableName | null {
  const score = (required: number, found: number): number => required * 100 + found;
  let best: { readonly name: TableName; readonly score: number } | null = null;
  for (const { name, columns } of TABLES) {
    const required = columns.filter((column) => column.required);
    if (!required.every((column) => headersOf(column, header).length > 0)) continue;
    const found = columns.filter((column) => headersOf(column, header).length > 0).length;
    const own = score(required.length, found);
    if (!best || own > best.score) best = { name, score: own };
  }
  return best?.name ?? null;
}

/** The headers that mean a column by its own names, without case. */
export function headersOf({ name, aliases }: ColumnSpec, header: readonly string[]): string[] {
  const names = new Set([name, ...aliases].map((each) => each.toLowerCase()));
  return header.filter((text) => names.has(text.toLowerCase()));
}

export const columnsOfTable = (table: TableName): readonly ColumnSpec[] => TABLES.find(({ name }) => name === table)!.columns;

async function headOf(source: TabSource): Promise<{ head: Uint8Array; isWhole: boolean }> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let isWhole = true;
  for await (const chunk of source.chunks()) {
    pieces.push(chunk);
    bytes += chunk.length;
    if (bytes < HEAD_BYTES) continue;
    isWhole = false;
    break;
  }
  const head = new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  return isWhole ? { head, isWhole } : { head: head.subarray(0, HEAD_BYTES), isWhole };
}

/** As what the library reads it; bytes that are no UTF-8 but read as GB18030 are that. */
function decoded(name: string, head: Uint8Array, isWhole: boolean): { encoding: Encoding; text: Uint8Array } {
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    const decoder = new Utf8Decoder(name, encoding, 0);
    const text = decoder.decode(head, isWhole);
    if (decoder.fault === '') return { encoding: decoder.encoding, text };
  }
  return { encoding: 'utf-8', text: head };
}
