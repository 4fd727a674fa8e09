/** Writes a match to a folder: the lists, the rejected rows, and a manifest that says how they were made. */
import type { Reject } from '../ingest/ledger.js';
import type { Cells } from '../lists/cells.js';
import type { RowBlock } from '../lists/row-block.js';
import type { Column, ListName } from '../lists/rows.js';
import { ByteSink } from './byte-sink.js';
import { DistrictFiles } from './district-files.js';
import { DistrictFolders } from './district-folders.js';
import { MANIFEST } from './earlier-run.js';
import { OutputFolder, type FolderOptions, type WrittenFile } from './output-folder.js';
import { RowBytes, csvHeader } from './row-bytes.js';
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
}

export interface WriteOptions extends FolderOptions, TextOptions {
  readonly signal?: AbortSignal | undefined;
  /** Writes each row also to the folders of its districts. */
  readonly isSplit: boolean;
  readonly onProgress?: ((name: string, rows: number) => void) | undefined;
}

export interface OutputEntry extends WrittenFile {
  readonly rows: number;
}

export const REJECT_COLUMNS: readonly string[] = ['file', 'line', 'column', 'code', 'message', 'raw'];

/** Names of the files that a run writes at the top of its folder. */
export function outputNames(lists: readonly ListName[], format: TextOptions['format']): string[] {
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

/** Writes the rows of a list, and in the same pass of its parts by district. Returns what brings them to the disk. */
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
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    sink.put(header);
    for (const { cells, blocks } of lists.parts(name)) {
      const bytes = new RowBytes(cells, columns, options, sink);
      for (const block of blocks) {
        bytes.prepare(block);
        for (let row = 0; row < block.count; row++) {
          const from = sink.length;
          bytes.put(block, row);
          split?.add(cells, block, row, sink.bytes.subarray(from, sink.length));
        }
        rows += block.count;
        if (sink.length >= FLUSH_BYTES) yield sink.take();
        if (split?.isFull) await split.flush();
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
  try {
    for await (const data of pieces()) await file.append(data);
    await split?.flush(); // makes folders: not while another list does
  } catch (error) {
    await file.park();
    throw error;
  }
  return async () => [{ ...(await file.finish()), rows }, ...(split ? await split.finish() : [])];
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
