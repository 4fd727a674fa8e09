/** Which of the files given for an index are new to it, and what its manifest keeps of them. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { OptionError } from '../../core/errors.js';
import type { IndexedInput } from '../../disk-index/manifest.js';
import type { OpenIndex } from '../../disk-index/open-index.js';
import { FileSource } from '../../ingest/file-source.js';
import type { TableName } from '../../model/tables.js';

import type { InputFiles, ReadInput, RunHooks } from '../inputs/read-files.js';

/** Tables that a new file replaces; check-ins are added. */
const REPLACEABLE: ReadonlySet<TableName> = new Set(['places', 'runs', 'run-stops']);

export interface NewFiles {
  readonly files: InputFiles;
  /** Tables of the index in whose place come those of these files. */
  readonly replaced: ReadonlySet<TableName>;
  readonly warnings: readonly string[];
}

/** The files without those that the index has already, told by name and digest. @throws OptionError `E_FILE_NAME` for other check-ins of the same name. */
export async function withoutKnown(files: InputFiles, before: OpenIndex | null, hooks: RunHooks): Promise<NewFiles> {
  const warnings: string[] = [];
  const kept: Partial<Record<TableName, readonly string[]>> = {};
  const replaced = new Set<TableName>();
  for (const [table, paths] of Object.entries(files) as [TableName, readonly string[]][]) {
    const had = (before?.manifest.inputs ?? []).filter((input) => input.table === table);
    const known: string[] = [];
    const wanted: string[] = [];
    for (const path of paths ?? []) {
      const { name } = new FileSource(path, hooks.signal);
      const input = had.find((each) => each.name === name);
      if (input && path !== '-' && (await digestOf(path)) === input.sha256) known.push(name);
      else if (input && !REPLACEABLE.has(table)) {
        throw new OptionError(
          'E_FILE_NAME',
          `input ${name}: expected another name, since the index has a file of this name with other content and evidence names rows as file:line; rename the file`,
        );
      } else wanted.push(path);
    }
    // Places or runs are the same only if all files are: of some, the others would be lost.
    const isReplaced = REPLACEABLE.has(table) && (wanted.length > 0 || (known.length > 0 && known.length !== had.length));
    if (isReplaced) replaced.add(table);
    else warnings.push(...known.map((name) => `${name} is in the index already: nothing was added from it`));
    kept[table] = isReplaced ? paths : wanted;
  }
  return { files: kept, replaced, warnings };
}

/** SHA-256 of a file as it lies there. */
export async function digestOf(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { ...(signal && { signal }) })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** An input as the manifest of an index keeps it. */
export function asIndexed(input: ReadInput, files: InputFiles): IndexedInput {
  const path = files[input.table]?.find((each) => new FileSource(each).name === input.name);
  if (path === undefined || path === '-') return input;
  try {
    const status = statSync(path);
    return status.isFile() ? { ...input, path: resolve(path), mtimeMs: status.mtimeMs } : input;
  } catch {
    return input;
  }
}
