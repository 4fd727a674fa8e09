/** Files, or an index on disk → lists made of everyone's stays, in a folder: what the commands that need no cases have in common. */
import { resolve } from 'node:path';
import { InputError, OptionError } from '../../core/errors.js';
import { runAsync, type Steps } from '../../core/steps.js';
import { Zone } from '../../core/zone.js';
import { REJECT_COLUMNS, checkRejects, parseRejectLimit, type LedgerEntry, type Reject } from '../../ingest/rows/ledger.js';
import type { MatchTables } from '../../match/generations.js';
import { TABLE_NAMES } from '../../model/tables.js';
import { MANIFEST } from '../../output/earlier-run.js';
import { OutputFolder } from '../../output/output-folder.js';
import { rowText } from '../../output/row-text.js';
import { csvText, type TextOptions } from '../../output/table-text.js';
import { VERSION } from '../../output/version.js';
import { writeRejects, type OutputEntry } from '../../output/write-lists.js';
import { Dwell } from '../../stays/dwell.js';
import { gatherFiles, type Gathered } from '../in-memory/gathered.js';
import type { MatchFilesOptions, RunReport } from './match-files.js';
import { gatherIndexed } from '../on-disk/match-index.js';
import type { FeedOptions } from '../feeds/read-feeds.js';
import type { ReadInput, RunHooks } from '../inputs/read-files.js';
import type { StayOptions } from '../inputs/stay-options.js';

/** Which check-ins, and how the lists are written. */
export interface ScanListOptions
  extends
    StayOptions,
    FeedOptions,
    Pick<
      MatchFilesOptions,
      | 'files'
      | 'index'
      | 'out'
      | 'tz'
      | 'timeFormats'
      | 'encoding'
      | 'mappings'
      | 'maxRejects'
      | 'format'
      | 'excel'
      | 'raw'
      | 'force'
      | 'showValues'
      | 'threads'
    > {}

/** What such a run did: also what the manifest says. */
export interface ScanListReport<Counts> {
  readonly out: string;
  readonly counts: Counts;
  readonly ledger: readonly LedgerEntry[];
  readonly inputs: readonly (RunReport['inputs'][number] | FurtherInput)[];
  readonly outputs: readonly OutputEntry[];
  readonly warnings: readonly string[];
}

/** Lists by name, with what is to be said of them. */
export interface ScanLists<Counts> {
  readonly lists: readonly { readonly columns: readonly string[]; readonly rows: readonly object[] }[];
  readonly counts: Counts;
  readonly warnings: readonly string[];
}

/** A further table that a command reads beside the check-ins. */
export interface FurtherInputs {
  readonly ledger: readonly LedgerEntry[];
  readonly rejects: readonly Reject[];
  readonly inputs: readonly FurtherInput[];
}
export type FurtherInput = Omit<ReadInput, 'table'> & { readonly table: string };

export interface ScanCommand<Counts> {
  readonly name: string;
  /** Names of the lists, without the ending. */
  readonly lists: readonly string[];
  /** Options of its own and what they mean, for the manifest. */
  readonly settings: object;
  readonly method: string;
  /** Paths of further files, which the folder must not replace. */
  readonly paths?: readonly string[];
  readMore?(gathered: Gathered, zone: Zone): Promise<FurtherInputs>;
  make(tables: MatchTables, zone: Zone): Steps<ScanLists<Counts>>;
}

/** @throws OptionError, InputError, StateError; nothing is left in the folder then, except `rejects.csv` where too many rows were rejected. */
export async function scanLists<Counts extends object>(
  options: ScanListOptions,
  command: ScanCommand<Counts>,
  hooks: RunHooks,
): Promise<ScanListReport<Counts>> {
  const { files, index } = options;
  if (index === undefined && !files.checkins?.length) throw new OptionError('E_NO_CHECKINS', 'checkins: expected at least one file of check-ins');
  const zone = new Zone(options.tz);
  const limit = parseRejectLimit(options.maxRejects ?? '0.1%');
  const text: TextOptions = { format: options.format ?? 'csv', isForExcel: options.excel ?? false, isRaw: options.raw ?? false };
  if (text.format !== 'csv' && text.format !== 'jsonl') throw new OptionError('E_OUTPUT_FORMAT', `format: expected csv or jsonl, got '${String(text.format)}'`);
  new Dwell(options.dwell); // refused before anything is read
  if (index !== undefined && resolve(options.out) === resolve(index)) throw new OptionError('E_EXISTS', 'out: expected another folder than that of the index');
  const paths = [...TABLE_NAMES.flatMap((table) => files[table] ?? []), ...(options.gtfs ?? []), ...(command.paths ?? [])];
  const folder = new OutputFolder(options.out, { force: options.force ?? false, inputs: paths });
  const names = command.lists.map((name) => `${name}.${text.format}`);
  folder.checkTargets([...names, 'rejects.csv', MANIFEST]);

  const gathered = index === undefined ? await gatherFiles(options, zone, hooks) : await gatherIndexed(index, options, zone, hooks);
  try {
    const own = zone.name === undefined && gathered.settings.tz !== null ? new Zone(gathered.settings.tz) : zone;
    const more = await command.readMore?.(gathered, own);
    const rejects = [...gathered.rejects, ...(more?.rejects ?? [])];
    await refuseRejects([...gathered.unjudged, ...(more?.ledger ?? [])], rejects, limit, folder, text, options.out);
    const ledger = [...gathered.ledger, ...(more?.ledger ?? [])];
    const inputs = [...gathered.inputs, ...(more?.inputs ?? [])];
    const run = { signal: hooks.signal };
    const source = await runAsync(gathered.source(), run);
    const tables = await runAsync(source.everyone(gathered.tables), run);
    const made = await runAsync(command.make(tables, own), {
      ...run,
      onProgress: ({ done, of }) => hooks.onProgress?.({ phase: 'match', name: 'people', rows: done, share: done / of }),
    });
    const warnings = [
      ...made.warnings,
      ...gathered.warnings,
      ...(source.rideCounts?.notes ?? []),
      ...inputs.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
      ...source.unknownCategories.map((category) => `the place category '${category}' has no dwell times and counts as 'default'`),
    ];
    const outputs: OutputEntry[] = [];
    try {
      for (const [i, { columns, rows }] of made.lists.entries())
        outputs.push({ ...(await folder.write(names[i]!, rowText(columns, rows, text))), rows: rows.length });
      outputs.push({ ...(await folder.write('rejects.csv', csvText(REJECT_COLUMNS, rejects, text))), rows: rejects.length });
      const manifest = {
        tool: 'copresence',
        version: VERSION,
        command: command.name,
        options: { ...command.settings, index: index ?? null, ...gathered.settings, ...reading(options, text) },
        method: command.method,
        inputs: inputs.map(({ name, bytes, sha256, table, rows, encoding, delimiter, columns }) => ({
          name,
          bytes,
          sha256,
          table,
          rows,
          encoding,
          delimiter,
          columns,
        })),
        ledger,
        stays: source.stayCounts,
        counts: made.counts,
        warnings,
        outputs: outputs.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
      };
      await folder.write(MANIFEST, [`${JSON.stringify(manifest, null, 1)}\n`]);
      hooks.signal?.throwIfAborted();
      await folder.commit();
    } catch (error) {
      await folder.discard();
      throw error;
    }
    return { out: options.out, counts: made.counts, ledger, inputs, outputs, warnings };
  } finally {
    gathered.close();
  }
}

const reading = (options: ScanListOptions, { format, isForExcel, isRaw }: TextOptions): object => ({
  time_formats: options.timeFormats ?? [],
  encoding: options.encoding ?? 'utf-8',
  map: options.mappings ?? [],
  gtfs: options.gtfs ?? [],
  max_rejects: options.maxRejects ?? '0.1%',
  format,
  excel: isForExcel,
  raw: isRaw,
});

async function refuseRejects(
  ledger: readonly LedgerEntry[],
  rejects: readonly Reject[],
  limit: ReturnType<typeof parseRejectLimit>,
  folder: OutputFolder,
  text: TextOptions,
  out: string,
): Promise<void> {
  try {
    checkRejects(ledger, limit, rejects);
  } catch (error) {
    if (folder.hasEarlierOutputs || !(error instanceof InputError)) throw error;
    await writeRejects(folder, rejects, text);
    throw new InputError(error.code, `${error.message}\nAll rejected rows are in rejects.csv in ${out}; no list was written.`, { cause: error });
  }
}
