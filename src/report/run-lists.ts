/** The lists of a finished run and its manifest, wherever they lie: what a page is made of. */
import { CsvScanner } from '../ingest/rows/csv-scanner.js';

export interface RunManifest {
  readonly tool: string;
  readonly version: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly rules?: readonly { readonly id: string; readonly [key: string]: unknown }[];
  readonly inputs?: readonly { readonly name: string; readonly table: string; readonly rows: number; readonly bytes: number; readonly sha256: string | null }[];
  readonly ledger?: readonly { file: string; read: number; accepted: number; rejected: number; duplicate: number; blank: number }[];
  readonly counts?: readonly Readonly<Record<string, unknown>>[];
  readonly stays?: Readonly<Record<string, number>>;
  readonly warnings?: readonly string[];
  readonly outputs: readonly { readonly name: string; readonly rows: number; readonly sha256: string }[];
}

/** Cell of a row by column; '' where the row or the list has none. */
export type Row = (column: string) => string;

/** A finished run, whose lists can be read one row after another. */
export interface RunLists {
  readonly manifest: RunManifest;
  /** Lists read to their end whose bytes are not those that the manifest tells of. */
  readonly changed: ReadonlySet<string>;
  /** Rows that the run wrote to a list. */
  total(list: string): number;
  /** The rows of a list in its order; none if the run did not write it. */
  rows(list: string, signal?: AbortSignal): AsyncIterable<Row>;
}

/** Longer than any list of ours writes: what is longer is no list. */
const LIMITS = { recordBytes: 1 << 24, recordLines: 1_000_000, recordCells: 1000 };

/** The rows of a list as CSV; a row is good until the next is asked for. */
export async function* csvRows(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  const scanner = new CsvScanner(name, LIMITS);
  const decoder = new TextDecoder('utf-8');
  let places: Map<string, number> | undefined;
  const row: Row = (column) => {
    const at = places?.get(column);
    return at === undefined || at >= scanner.cellCount ? '' : decoder.decode(scanner.bytes.subarray(scanner.lo[at], scanner.hi[at]));
  };
  for await (const chunk of withEnd(chunks)) {
    scanner.push(chunk ?? new Uint8Array(0), chunk === null);
    while (scanner.next()) {
      if (places) {
        yield row;
        continue;
      }
      const cells = Array.from({ length: scanner.cellCount }, (_, i) => decoder.decode(scanner.bytes.subarray(scanner.lo[i], scanner.hi[i])));
      places = new Map(cells.map((cell, i) => [cell.replace(/^\uFEFF/, ''), i]));
    }
  }
}

async function* withEnd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | null> {
  yield* chunks;
  yield null;
}
