/** Two folders of lists → what differs, as lists and in sum. */
import { OptionError } from '../../core/errors.js';
import { runAsync } from '../../core/steps.js';
import type { RunChange } from '../../lists/diff/facts.js';
import { DIFF_COLUMNS, DIFF_LISTS, type ChangeCounts, type DiffList } from '../../lists/diff/rows.js';
import { RunDiff, type DistrictChanges } from '../../lists/diff/run-diff.js';
import { MANIFEST } from '../../output/earlier-run.js';
import { OutputFolder } from '../../output/output-folder.js';
import { rowText } from '../../output/row-text.js';
import type { OutputFormat, TextOptions } from '../../output/table-text.js';
import { VERSION } from '../../output/version.js';
import { pausing, type OutputEntry } from '../../output/write-lists.js';
import type { RunHooks } from '../inputs/read-files.js';
import { RunFolder } from '../inputs/run-folder.js';

export interface DiffOptions {
  /** Folder that the older match wrote. */
  readonly old: string;
  readonly new: string;
  /** Folder for `people_diff`, `places_diff` and `contacts_diff`. Without it they are only counted. */
  readonly out?: string;
  /** @defaultValue 'csv' */
  readonly format?: OutputFormat;
  readonly excel?: boolean;
  readonly raw?: boolean;
  readonly force?: boolean;
}

export interface DiffReport {
  readonly old: string;
  readonly new: string;
  readonly out: string | null;
  /** Whether no row of people, places or contacts differs. */
  readonly is_empty: boolean;
  /** What the runs say differently of themselves: rules, options, input files, version. */
  readonly changes: readonly RunChange[];
  readonly counts: Readonly<Record<DiffList, ChangeCounts>>;
  readonly districts: readonly DistrictChanges[];
  readonly outputs: readonly OutputEntry[];
}

/** The order in which the lists are made; people and places take their causes from the contacts. */
const ORDER: readonly DiffList[] = ['contacts', 'people', 'places'];

/**
 * Compares the lists that two matches wrote. Every list is held against its digest first, then both are read side by side: memory grows with what differs, not with the lists.
 * @throws InputError `E_RUN_FOLDER`, `E_RUN_DAMAGED`, `E_RUN_CHANGED`, `E_LIST_ORDER`; OptionError, StateError; the signal's reason if it is aborted.
 */
export async function diffFiles(options: DiffOptions, hooks: RunHooks = {}): Promise<DiffReport> {
  const text: TextOptions = { format: options.format ?? 'csv', isForExcel: options.excel ?? false, isRaw: options.raw ?? false };
  if (text.format !== 'csv' && text.format !== 'jsonl') throw new OptionError('E_OUTPUT_FORMAT', `format: expected csv or jsonl, got '${String(text.format)}'`);
  const [before, after] = [new RunFolder(options.old), new RunFolder(options.new)];
  for (const run of [before, after]) run.checkOrder();
  const fileOf = (list: DiffList): string => `${list}_diff.${text.format}`;
  const folder =
    options.out === undefined ? undefined : new OutputFolder(options.out, { force: options.force ?? false, inputs: [...before.paths, ...after.paths] });
  folder?.checkTargets([...DIFF_LISTS.map(fileOf), MANIFEST]);
  for (const run of [before, after]) {
    hooks.signal?.throwIfAborted();
    await runAsync(run.check(), {
      signal: hooks.signal,
      onProgress: ({ done, of }) => hooks.onProgress?.({ phase: 'read', name: run.path, rows: done, share: done / of }),
    });
  }
  const diff = new RunDiff(before, after);
  const onPause = (name: string): void => {
    hooks.signal?.throwIfAborted();
    hooks.onProgress?.({ phase: 'match', name, rows: 0, share: Number.NaN });
  };
  await drained(diff.prepare(), () => onPause('people'));
  const outputs = new Map<DiffList, OutputEntry>();
  try {
    for (const list of ORDER) {
      const rows = new Counted(diff[list]());
      if (!folder) await drained(rows, () => onPause(list));
      else {
        const written = await folder.write(
          fileOf(list),
          pausing(rowText(DIFF_COLUMNS[list], rows, text), () => onPause(list)),
        );
        outputs.set(list, { ...written, rows: rows.count });
      }
    }
    hooks.signal?.throwIfAborted();
    const found = { is_empty: diff.isEmpty, changes: diff.changes.list, counts: diff.counts, districts: diff.districts };
    const written = folder ? DIFF_LISTS.map((list) => outputs.get(list)!) : [];
    if (folder) {
      const manifest = {
        tool: 'copresence',
        version: VERSION,
        command: 'diff',
        options: { format: text.format, excel: text.isForExcel, raw: text.isRaw },
        old: { manifest_sha256: before.sha256 },
        new: { manifest_sha256: after.sha256 },
        ...found,
        outputs: written.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
      };
      await folder.write(MANIFEST, [`${JSON.stringify(manifest, null, 1)}\n`]);
      await folder.commit();
    }
    return { old: options.old, new: options.new, out: options.out ?? null, ...found, outputs: written };
  } catch (error) {
    await folder?.discard();
    throw error;
  }
}

/** Makes all rows and keeps none. */
async function drained(rows: Iterable<object | undefined>, onPause: () => void): Promise<void> {
  const all = pausing(
    (function* (): Generator<Uint8Array> {
      const made = rows[Symbol.iterator]();
      while (!made.next().done) yield NOTHING;
    })(),
    onPause,
  );
  while (!(await all.next()).done) continue;
}
const NOTHING = new Uint8Array(0);

/** Rows, counted as they go by. */
class Counted implements Iterable<object | undefined> {
  count = 0;
  readonly #rows: Iterable<object | undefined>;

  constructor(rows: Iterable<object | undefined>) {
    this.#rows = rows;
  }

  *[Symbol.iterator](): Generator<object | undefined> {
    for (const row of this.#rows) {
      if (row) this.count++;
      yield row;
    }
  }
}
