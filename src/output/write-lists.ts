/** Writes a match to a folder: the lists, the rejected rows, and a manifest that says how they were made. */
import { REJECT_COLUMNS, type Reject } from '../ingest/rows/ledger.js';
import type { Cells } from '../lists/cells.js';
import type { RowBlock } from '../lists/row-block.js';
import type { Column, ListName } from '../lists/rows.js';
import { ByteSink } from './byte-sink.js';
import { DistrictFiles } from './district-files.js';
import { DistrictFolders } from './district-folders.js';
import { MANIFEST } from './earlier-run.js';
import { OutputFolder, type FolderOptions, type WrittenFile } from './output-folder.js';
import { RowBytes, csvHeader } from './row-bytes.js';
import { rowText } from './row-text.js';
import { csvText, type TextOptions } from './table-text.js';

/** Rows of a list under one rule; a block is good until the next is asked for. */
export interface ListPart {
  readonly cells: Cells;
  readonly blocks: Iterable<RowBlock>;
}

/** The lists to write: what a match result offers. */
export interface Lists {
  readonly names: readonly ListName[];
  columns(name: ListName): readonly Column[];
  /** The rows of a list, rule by rule. */
  parts(name: ListName): Iterable<ListPart>;
  /** The same rows as the folders of districts show them, where they show something else. */
  districtParts?(name: ListName): Iterable<ListPart>;
}

/** A table beside the lists, made row by row; `undefined` stands for work without a row, so that others are heard. */
export interface ExtraTable {
  /** Without the ending. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<object | undefined>;
}

export interface WriteOptions extends FolderOptions, TextOptions {
  readonly signal?: AbortSignal | undefined;
  /** Writes each row also to the folders of its districts. */
  readonly isSplit: boolean;
  readonly onProgress?: ((name: string, rows: number) => void) | undefined;
  /** Tables that only some runs have, at the top of the folder. */
  readonly extras?: readonly ExtraTable[] | undefined;
}

export interface OutputEntry extends WrittenFile {
  readonly rows: number;
}

/** Names of the files that a run writes at the top of its folder. */
export function outputNames(lists: readonly string[], format: TextOptions['format']): string[] {
  return [...lists.map((name) => `${name}.${format}`), 'rejects.csv', MANIFEST];
}

/**
 * Writes all lists, then the manifest that `describe` makes of what was written.
 * @throws StateError `E_WRITE`, OptionError `E_EXISTS`; nothing is left behind then.
 */
export async function writeLists(
  folder: OutputFolder,
  lists: Lists,
  rejects: readonly Reject[],
  options: WriteOptions,
  describe: (outputs: readonly OutputEntry[], districts: DistrictFolders | undefined) => object,
): Promise<readonly OutputEntry[]> {
  const districts = options.isSplit ? new DistrictFolders() : undefined;
  /** Lists whose rows are written, on their way to the disk while the next are made. */
  const leaving: Promise<OutputEntry[]>[] = [];
  const outputs: OutputEntry[] = [];
  try {
    for (const name of lists.names) {
      const finish = await writeList(folder, name, lists, options, districts);
      leaving.push(finish());
      leaving.at(-1)!.catch(() => {}); // told below
    }
    for (const list of leaving) outputs.push(...(await list));
    for (const extra of options.extras ?? []) outputs.push(await writeExtra(folder, extra, options));
    options.signal?.throwIfAborted();
    const written = await folder.write('rejects.csv', csvText(REJECT_COLUMNS, rejects, options));
    options.signal?.throwIfAborted();
    outputs.push({ ...written, rows: rejects.length });
    const manifest = describe(outputs, districts);
    await folder.write(MANIFEST, [`${JSON.stringify(manifest, null, 1)}\n`]);
    await folder.commit();
  } catch (error) {
    await Promise.allSettled(leaving);
    await folder.discard();
    throw error;
  }
  return outputs;
}

/** Writes the rows of a list, and in the same pass its parts by district, unless those have other rows. Returns what brings them to the disk. */
async function writeList(
  folder: OutputFolder,
  name: ListName,
  lists: Lists,
  options: WriteOptions,
  districts: DistrictFolders | undefined,
): Promise<() => Promise<OutputEntry[]>> {
  const columns = lists.columns(name);
  const header = options.format === 'csv' ? csvHeader(columns, options.isForExcel) : new Uint8Array(0);
  const sink = new ByteSink(FLUSH_BYTES * 2);
  const split = districts && new DistrictFiles(folder, `${name}.${options.format}`, districts, header);
  let rows = 0;
  let paused = performance.now();
  const pieces = async function* (parts: Iterable<ListPart>, into: DistrictFiles | undefined): AsyncGenerator<Uint8Array> {
    for (const { cells, blocks } of parts) {
      const bytes = new RowBytes(cells, columns, options, sink);
      for (const block of blocks) {
        bytes.prepare(block);
        for (let row = 0; row < block.count; row++) {
          const from = sink.length;
          bytes.put(block, row);
          into?.add(cells, block, row, sink.bytes.subarray(from, sink.length));
        }
        rows += block.count;
        if (sink.length >= FLUSH_BYTES) yield sink.take();
        if (into?.isFull) await into.flush();
        if (performance.now() - paused < PAUSE_MS) continue;
        await new Promise((resume) => setImmediate(resume));
        options.signal?.throwIfAborted();
        options.onProgress?.(name, rows);
        paused = performance.now();
      }
    }
    yield sink.take();
  };
  const file = await folder.create(`${name}.${options.format}`);
  const others = split && lists.districtParts?.(name);
  sink.put(header);
  try {
    for await (const data of pieces(lists.parts(name), others ? undefined : split)) await file.append(data);
    const whole = rows;
    if (others) for (const made = pieces(others, split); !(await made.next()).done;) continue; // their bytes go to the districts alone
    rows = whole;
    await split?.flush(); // makes folders: not while another list does
  } catch (error) {
    await file.park();
    throw error;
  }
  return async () => [{ ...(await file.finish()), rows }, ...(split ? await split.finish() : [])];
}

async function writeExtra(folder: OutputFolder, { name, columns, rows }: ExtraTable, options: WriteOptions): Promise<OutputEntry> {
  let count = 0;
  const counted = function* (): Generator<object | undefined> {
    for (const row of rows) {
      if (row) count++;
      yield row;
    }
  };
  const pieces = pausing(rowText(columns, counted(), options), () => {
    options.signal?.throwIfAborted();
    options.onProgress?.(name, count);
  });
  return { ...(await folder.write(`${name}.${options.format}`, pieces)), rows: count };
}

/** The same pieces, with pauses in which others are heard, also where pieces are long in coming and empty ones stand for the time. */
export async function* pausing(pieces: Iterable<Uint8Array>, onPause: () => void): AsyncGenerator<Uint8Array> {
  let paused = performance.now();
  for (const piece of pieces) {
    if (piece.length > 0) yield piece;
    if (performance.now() - paused < PAUSE_MS) continue;
    await new Promise((resume) => setImmediate(resume));
    onPause();
    paused = performance.now();
  }
}
const FLUSH_BYTES = 1 << 19;
/** Longest stretch of work between two pauses, in which Ctrl-C is heard. */
const PAUSE_MS = 40;

/** Writes only the rejected rows of a run that made no lists. */
export async function writeRejects(folder: OutputFolder, rejects: readonly Reject[], options: TextOptions): Promise<void> {
  try {
    await folder.write('rejects.csv', csvText(REJECT_COLUMNS, rejects, options));
    await folder.commit();
  } catch (error) {
    await folder.discard();
    throw error;
  }
}
