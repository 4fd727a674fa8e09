/** The lists of a finished run → the files of another system. The lists are read as they lie there, row by row. */
import { basename, resolve } from 'node:path';
import { OptionError } from '../../core/errors.js';
import { SORMAS_DATES, type SormasDate } from '../../lists/formats/sormas.js';
import { LIST_NAMES, type ListName } from '../../lists/rows.js';
import { MANIFEST } from '../../output/earlier-run.js';
import type { Sheet } from '../../output/formats/xlsx.js';
import { OutputFolder } from '../../output/output-folder.js';
import { SingleFile } from '../../output/single-file.js';
import { VERSION } from '../../output/version.js';
import type { OutputEntry } from '../../output/write-lists.js';
import type { RunHooks } from '../inputs/read-files.js';
import { ExportSource, type SourceOptions } from './export-source.js';
import { EXPORT_FORMATS, type ExportFile, type ExportFormatName, type PieceCounts } from './formats.js';
import { ListFolder } from './list-folder.js';

export interface ExportOptions extends SourceOptions {
  /** The folder that `match` wrote. */
  readonly lists: string;
  readonly format: ExportFormatName;
  /** A file for geojson, gexf, graphml and xlsx, else a folder. */
  readonly out: string;
  /** Lists that go into xlsx, parquet or arrow. @defaultValue all */
  readonly list?: readonly ListName[];
  /** Fills fields of proximity and certainty, which scans say nothing of. @defaultValue false: low or empty */
  readonly assertProximity?: boolean;
  /** How SORMAS reads dates. @defaultValue 'M/d/yyyy' */
  readonly dateFormat?: SormasDate;
  /** Name of a disease in SORMAS. */
  readonly disease?: string;
  /** For SORMAS: the one place whose participants are wanted. */
  readonly place?: string;
  /** CSV cells as they are, even where a spreadsheet would take them for formulas. */
  readonly raw?: boolean;
  /** Replaces an earlier export. */
  readonly force?: boolean;
}

export interface ExportReport {
  readonly out: string;
  readonly format: ExportFormatName;
  readonly rule: string | null;
  readonly outputs: readonly OutputEntry[];
  /** Of a workbook, in order. */
  readonly sheets?: readonly Sheet[];
  /** What whoever uses the output should know. */
  readonly notes: readonly string[];
}

/**
 * Writes the lists of a run in the format of another system, whole or not at all.
 * @throws OptionError, among them `E_FORMAT_HOLD` for what the format cannot hold; InputError, EngineError, StateError; the signal's reason.
 */
export async function exportLists(options: ExportOptions, hooks: RunHooks = {}): Promise<ExportReport> {
  const { format: name, out, list, dateFormat, disease, place, raw = false, force = false, assertProximity = false } = options;
  const format = Object.hasOwn(EXPORT_FORMATS, name) ? EXPORT_FORMATS[name] : undefined;
  if (!format) throw new OptionError('E_OUTPUT_FORMAT', `format: expected one of ${Object.keys(EXPORT_FORMATS).join(', ')}, got '${String(name)}'`);
  if (dateFormat !== undefined && !SORMAS_DATES.includes(dateFormat))
    throw new OptionError('E_DATE', `date-format: expected ${SORMAS_DATES.join(' or ')}, got '${dateFormat}'`);
  const folder = await ListFolder.open(options.lists, hooks.signal);
  const unknown = list?.find((each) => !LIST_NAMES.includes(each));
  if (unknown !== undefined) throw new OptionError('E_NO_LIST', `list: expected ${LIST_NAMES.join(', ')}, got '${unknown}'`);
  for (const needed of [...format.needs, ...(list ?? [])]) folder.list(needed);
  if (resolve(out) === resolve(options.lists)) throw new OptionError('E_EXISTS', 'out: expected another folder than that of the lists');
  if (await isMatchFolder(out))
    throw new OptionError('E_EXISTS', 'out: expected a new folder or that of an earlier export, got the lists of a match; choose another folder');

  const inputs = [...folder.paths, ...(options.cases ?? []), ...(options.places ?? [])];
  const target = format.isOurs ? new SingleFile(out, { force, inputs, option: 'out', isOurs: format.isOurs }) : new OutputFolder(out, { force, inputs });
  const source = await ExportSource.open(folder, options, format.needsOneRule, hooks);
  if (format.needs.includes('people')) await source.findCases();
  const files = await format.files(source, {
    lists: list ?? folder.names,
    assertsProximity: assertProximity,
    isRaw: raw,
    ...(dateFormat && { dateFormat }),
    ...(disease !== undefined && { disease }),
    ...(place !== undefined && { place }),
  });
  const written = new Written(hooks);
  const describe = (): Omit<ExportReport, 'out'> => ({
    format: name,
    rule: source.rule ?? null,
    outputs: written.outputs,
    ...(written.sheets && { sheets: written.sheets }),
    notes: source.allNotes(written.neutralised),
  });
  if (target instanceof SingleFile) written.add(await target.write(written.pieces(files[0]!)));
  else await writeFolder(target, files, written, () => manifest(options, describe()));
  return { out, ...describe() };
}

/** `force` replaces exports, never the lists of another run. */
const isMatchFolder = (path: string): Promise<boolean> =>
  ListFolder.open(path).then(
    () => true,
    () => false,
  );

async function writeFolder(folder: OutputFolder, files: readonly ExportFile[], written: Written, describe: () => object): Promise<void> {
  folder.checkTargets([...files.map(({ name }) => name), MANIFEST]);
  try {
    for (const file of files) written.add(await folder.write(file.name, written.pieces(file)));
    await folder.write(MANIFEST, [`${JSON.stringify(describe(), null, 1)}\n`]);
    await folder.commit();
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

const manifest = ({ lists, bound, assertProximity, raw }: ExportOptions, { outputs, ...report }: Omit<ExportReport, 'out'>): object => ({
  tool: 'copresence',
  version: VERSION,
  export: report.format,
  lists: basename(resolve(lists)),
  options: { rule: report.rule, bound: bound ?? 'likely', assert_proximity: assertProximity ?? false, raw: raw ?? false },
  notes: report.notes,
  outputs: outputs.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
});

/** Counts what is written, and tells how far it is. */
class Written {
  readonly outputs: OutputEntry[] = [];
  sheets: readonly Sheet[] | undefined;
  neutralised = 0;
  readonly #hooks: RunHooks;
  #counts: PieceCounts = { rows: 0, neutralised: 0 };

  constructor(hooks: RunHooks) {
    this.#hooks = hooks;
  }

  async *pieces(file: ExportFile): AsyncGenerator<Uint8Array | string> {
    const counts: PieceCounts = (this.#counts = { rows: 0, neutralised: 0 });
    let paused = performance.now();
    this.#hooks.signal?.throwIfAborted();
    for await (const piece of file.pieces(counts)) {
      yield piece;
      if (performance.now() - paused < PAUSE_MS) continue;
      await new Promise((resume) => setImmediate(resume));
      this.#hooks.signal?.throwIfAborted();
      this.#hooks.onProgress?.({ phase: 'write', name: file.name, rows: counts.rows, share: Number.NaN });
      paused = performance.now();
    }
    this.#hooks.signal?.throwIfAborted();
  }

  add(file: Omit<OutputEntry, 'rows'>): void {
    this.outputs.push({ ...file, rows: this.#counts.rows });
    this.neutralised += this.#counts.neutralised;
    if (this.#counts.sheets) this.sheets = this.#counts.sheets;
  }
}
/** Longest stretch of work between two pauses, in which Ctrl-C is heard. */
const PAUSE_MS = 40;
