/** Writes a match to a folder: the lists, the rejected rows, and a manifest that says how they were made. */
import type { Reject } from '../ingest/ledger.js';
import { LIST_NAMES, type ListName, type ListRows } from '../lists/rows.js';
import { DistrictFolders } from './district-folders.js';
import { MANIFEST } from './earlier-run.js';
import { OutputFolder, type FolderOptions, type WrittenFile } from './output-folder.js';
import { tableText, type TextOptions } from './table-text.js';

/** The lists to write: what a match result offers. */
export interface Lists {
  rows<Name extends ListName>(name: Name): Iterable<ListRows[Name]>;
  columns(name: ListName): readonly string[];
  /** Present if each row is also to be written to the folders of its districts. */
  districtsOf?: <Name extends ListName>(name: Name, row: ListRows[Name]) => Iterable<string>;
}

export interface WriteOptions extends FolderOptions, TextOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((name: string, rows: number) => void) | undefined;
}

export interface OutputEntry extends WrittenFile {
  readonly rows: number;
}

const REJECT_COLUMNS = ['file', 'line', 'column', 'code', 'message', 'raw'];

/** Names of the files that a run writes at the top of its folder. */
export function outputNames(format: TextOptions['format']): string[] {
  return [...LIST_NAMES.map((name) => `${name}.${format}`), 'rejects.csv', MANIFEST];
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
  const outputs: OutputEntry[] = [];
  const districts = lists.districtsOf ? new DistrictFolders() : undefined;
  try {
    const put = async (name: string, columns: readonly string[], rows: Iterable<object>, text: TextOptions): Promise<void> => {
      let count = 0;
      const counted = function* (): Generator<object> {
        for (const row of rows) {
          if ((++count & 0x3fff) === 0) {
            options.signal?.throwIfAborted();
            options.onProgress?.(name, count);
          }
          yield row;
        }
      };
      const written = await folder.write(name, tableText(columns, counted(), text));
      options.signal?.throwIfAborted();
      outputs.push({ ...written, rows: count });
    };
    for (const name of LIST_NAMES) {
      await put(`${name}.${options.format}`, lists.columns(name), lists.rows(name), options);
      if (!districts) continue;
      for (const [district, rows] of groupByDistrict(lists, name))
        await put(`${districts.of(district)}/${name}.${options.format}`, lists.columns(name), rows, options);
    }
    await put('rejects.csv', REJECT_COLUMNS, rejects, { ...options, format: 'csv' });
    const manifest = describe(outputs, districts);
    await folder.write(MANIFEST, [`${JSON.stringify(manifest, null, 1)}\n`]);
    await folder.commit();
  } catch (error) {
    await folder.discard();
    throw error;
  }
  return outputs;
}

/** Writes only the rejected rows of a run that made no lists. */
export async function writeRejects(folder: OutputFolder, rejects: readonly Reject[], options: TextOptions): Promise<void> {
  try {
    await folder.write('rejects.csv', tableText(REJECT_COLUMNS, rejects, { ...options, format: 'csv' }));
    await folder.commit();
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

function groupByDistrict<Name extends ListName>(lists: Lists, name: Name): Map<string, ListRows[Name][]> {
  const groups = new Map<string, ListRows[Name][]>();
  for (const row of lists.rows(name)) {
    for (const district of lists.districtsOf!(name, row)) {
      const group = groups.get(district);
      if (group) group.push(row);
      else groups.set(district, [row]);
    }
  }
  return groups;
}
