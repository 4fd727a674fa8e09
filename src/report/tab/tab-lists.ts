/** What a match found → the files that the command line writes, in memory of the browser; and the same files as rows again, for the page. */
import type { MatchResult } from '../../engines/answers/match-result.js';
import { REJECT_COLUMNS, type Reject } from '../../ingest/rows/ledger.js';
import type { ListName } from '../../lists/rows.js';
import { ByteSink } from '../../output/byte-sink.js';
import { RowBytes, csvHeader } from '../../output/row-bytes.js';
import { rowText } from '../../output/row-text.js';
import { csvRows, type RunLists, type RunManifest } from '../run-lists.js';
import type { TabList } from './messages.js';
import { TabSource } from './tab-source.js';

const AS_CSV = { format: 'csv', isForExcel: false, isRaw: false } as const;
const CSV = { type: 'text/csv;charset=utf-8' };
/** How often a page reads some list: each once, the people also for the curve, the rejected rows. */
const PAGE_READS = 8;
/** Bytes that are handed to the browser at a time. */
const PIECE_BYTES = 1 << 22;

export function csvList(result: MatchResult, name: ListName, onProgress: (rows: number) => void): TabList {
  const columns = result.typedColumns(name);
  const sink = new ByteSink(PIECE_BYTES * 2);
  const pieces: Blob[] = [];
  const flush = (): void => void pieces.push(new Blob([sink.take() as Uint8Array<ArrayBuffer>]));
  let rows = 0;
  sink.put(csvHeader(columns, false));
  for (const { cells, blocks } of result.parts(name)) {
    const bytes = new RowBytes(cells, columns, AS_CSV, sink);
    for (const block of blocks) {
      bytes.prepare(block);
      for (let row = 0; row < block.count; row++) bytes.put(block, row);
      rows += block.count;
      if (sink.length < PIECE_BYTES) continue;
      flush();
      onProgress(rows);
    }
  }
  flush();
  return { name: `${name}.csv`, rows, blob: new Blob(pieces, CSV) };
}

export function rejectList(rejects: readonly Reject[]): TabList {
  const pieces = [...rowText(REJECT_COLUMNS, rejects, AS_CSV)] as Uint8Array<ArrayBuffer>[];
  return { name: 'rejects.csv', rows: rejects.length, blob: new Blob(pieces, CSV) };
}

export function manifestFile(manifest: object): TabList {
  return { name: 'manifest.json', rows: 0, blob: new Blob([`${JSON.stringify(manifest, null, 1)}\n`], { type: 'application/json' }) };
}

/** The lists as the page reads them: from the very bytes that are saved. `onRead` hears how much of all that a page reads was read. */
export function runLists(manifest: RunManifest, lists: readonly TabList[], onRead: (name: string, share: number) => void): RunLists {
  const listOf = (name: string): TabList | undefined => lists.find((list) => list.name === `${name}.csv`);
  let begun = 0;
  return {
    manifest,
    changed: new Set(),
    total: (name) => listOf(name)?.rows ?? 0,
    rows: (name) => {
      const list = listOf(name);
      const before = begun++;
      const tell = (share: number): void => onRead(name, (before + share) / PAGE_READS);
      return list ? csvRows(list.name, told(new TabSource(list.name, list.blob), tell)) : nothing();
    },
  };
}

async function* told(source: TabSource, tell: (share: number) => void): AsyncGenerator<Uint8Array> {
  tell(0);
  for await (const chunk of source.chunks()) {
    yield chunk;
    tell(source.readShare());
  }
}

async function* nothing(): AsyncGenerator<never> {}
