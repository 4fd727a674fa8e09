/** CSV files → an index on disk, or further days of one: the whole way, within a given memory. */
import { createHash } from 'node:crypto';
import { rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseDuration } from '../../core/duration.js';
import { OptionError } from '../../core/errors.js';
import { runAsync } from '../../core/steps.js';
import { Zone } from '../../core/zone.js';
import { CheckInSpill } from '../../disk-index/update/check-in-spill.js';
import { LoadedStays } from '../../disk-index/segments/loaded-stays.js';
import { lockFolder, type Lock } from '../../disk-index/files/lock.js';
import { readManifest, sumsOf, type IndexManifest, type IndexedInput, type StaySums } from '../../disk-index/manifest.js';
import { MemoryBudget } from '../../disk-index/update/memory-budget.js';
import { OpenIndex } from '../../disk-index/open-index.js';
import { PARTS } from '../../disk-index/segments/segment-format.js';
import { FORMAT_VERSION } from '../../disk-index/files/block-format.js';
import { buildingFolder, checkRoom, commitUpdate, prepareFolder, sweepFolder } from '../../disk-index/index-folder.js';
import { writeUpdate } from '../../disk-index/update/update-index.js';
import { parseRejectLimit, checkRejects, type LedgerEntry } from '../../ingest/rows/ledger.js';
import { InputReader } from '../../ingest/read-inputs.js';
import { resolveAliases } from '../../model/aliases.js';
import { Places } from '../../model/place.js';
import { STAFF, newInputTables, type InputTables, type Table, type TableName } from '../../model/tables.js';
import { VERSION } from '../../output/version.js';
import { Dwell } from '../../stays/dwell.js';
import { Runs } from '../../stays/segment-runs.js';
import { VehicleSpans, addScans } from '../../stays/vehicle-spans.js';
import type { StayOptions } from '../inputs/stay-options.js';
import { asIndexed, withoutKnown } from './new-files.js';
import { parseMemory } from '../inputs/memory-size.js';
import { readInputs, type ReadOptions, type RunHooks } from '../inputs/read-files.js';

export interface IndexFilesOptions extends ReadOptions, Omit<StayOptions, 'skew' | 'rides' | 'walkM' | 'walkTime'> {
  /** Folder of the index: made if it is not there; check-ins are added if it is an index. */
  readonly index: string;
  /** IANA zone of local times; the days of the index are local to it. */
  readonly tz?: string;
  /** @defaultValue '0.1%' of each file */
  readonly maxRejects?: string | number;
  /** Memory that the build may take, `512MB`, `2GB` …; what does not fit goes through the disk. @defaultValue '1GB' */
  readonly memory?: string | number;
}

/** What a build did. */
export interface IndexReport {
  readonly index: string;
  readonly stays: StaySums;
  readonly days: number;
  readonly people: number;
  readonly bytes: number;
  readonly ledger: readonly LedgerEntry[];
  readonly inputs: readonly IndexedInput[];
  readonly warnings: readonly string[];
}

/** Tables that belong to an index, in the order in which they are read: what check-ins need comes first. */
const ORDER: readonly TableName[] = ['places', 'runs', 'run-stops', 'checkins'];
/** Memory for each row of a batch, its people and the copies on the way to the disk. */
const BYTES_PER_BATCH_ROW = 320;
/** What runs anyway: the engine and its buffers. */
const FIXED_BYTES = 160 * 2 ** 20;
/** Of the threads that read, and the blocks that they share. */
const THREADS_BYTES = 200 * 2 ** 20;

/**
 * Adds check-ins to an index on disk, or builds one. The index changes at once at the very end; until then, and if anything fails, it is as it was.
 * @throws OptionError, InputError, StateError (`E_LOCKED`, `E_WRITE`); the signal's reason if it is aborted.
 */
export async function indexFiles(options: IndexFilesOptions, hooks: RunHooks = {}): Promise<IndexReport> {
  const memoryBytes = parseMemory(options.memory ?? '1GB');
  // Threads that read take memory of their own: where there is little, one reads.
  const threads = options.threads ?? (memoryBytes < 2 ** 30 ? 1 : undefined);
  const fixedBytes = FIXED_BYTES + (threads === 1 ? 0 : THREADS_BYTES);
  const batchRows = Math.max(20_000, Math.min(4_000_000, Math.floor((memoryBytes - fixedBytes) / BYTES_PER_BATCH_ROW)));
  return indexInBatches({ ...options, ...(threads !== undefined && { threads }) }, hooks, batchRows, new MemoryBudget(memoryBytes));
}

/** The same with a given number of rows in a batch: the answer does not depend on it. */
export async function indexInBatches(
  options: IndexFilesOptions,
  hooks: RunHooks,
  batchRows: number,
  budget: MemoryBudget = new MemoryBudget(2 ** 30),
): Promise<IndexReport> {
  const { index: folder, files } = options;
  for (const table of ['cases', 'visits'] as const) {
    if ((files[table]?.length ?? 0) > 0)
      throw new OptionError('E_INDEX_OPTION', `${table}: expected none; an index has check-ins, places and runs, and any cases may be matched with it`);
  }
  const limit = parseRejectLimit(options.maxRejects ?? '0.1%');
  new Zone(options.tz);
  new Dwell(options.dwell);
  const isNew = prepareFolder(folder);
  let isDone = false;
  try {
    const lock = lockFolder(folder);
    try {
      const manifest = readManifest(folder);
      sweepFolder(folder, manifest);
      const before = manifest ? OpenIndex.open(folder) : null;
      try {
        const report = await update(options, before, lock, limit, batchRows, budget, hooks);
        isDone = true;
        return report;
      } finally {
        before?.close();
      }
    } finally {
      lock.release();
    }
  } finally {
    if (isNew && !isDone) removeIfEmpty(folder);
  }
}

/** An index keeps scans, not duties. @throws OptionError `E_INDEX_OPTION`. */
function refuseStaff({ checkIns, fileNames }: InputTables): void {
  const role = checkIns.column('role');
  let row = 0;
  while (row < checkIns.rowCount && role[row] !== STAFF) row++;
  if (row === checkIns.rowCount) return;
  throw new OptionError(
    'E_INDEX_OPTION',
    `${fileNames[checkIns.file.data[row]!]}:${checkIns.line.data[row]}:role E_INDEX_OPTION expected passengers alone, got staff, whose duties an index does not keep; match the file itself, or leave the column out`,
  );
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Someone else has put something there.
  }
}

async function update(
  options: IndexFilesOptions,
  before: OpenIndex | null,
  lock: Lock,
  limit: ReturnType<typeof parseRejectLimit>,
  batchRows: number,
  budget: MemoryBudget,
  hooks: RunHooks,
): Promise<IndexReport> {
  const { index: folder } = options;
  const { zone, dwell, runGapSec } = settingsOf(options, before);
  const { files, replaced, warnings } = await withoutKnown(options.files, before, hooks);
  const names = [files.checkins, files.places, files.runs, files['run-stops']].flatMap((each) => each ?? []);
  if (names.length === 0 && before && warnings.length > 0) return reportOf(folder, before.manifest, warnings);
  if (!files.checkins?.length && !before) throw new OptionError('E_NO_CHECKINS', 'expected at least one file of check-ins');

  const shared = before?.readReference();
  const contentNow = ({ places, runs, ...tables }: InputTables): string => contentOf(places, tables.ids) + contentOf(runs, tables.ids);
  const mayDiffer = shared !== undefined && (replaced.has('places') || replaced.has('runs'));
  const contentBefore = mayDiffer ? contentNow(shared.inputs) : '';
  const inputs = shared?.inputs ?? newInputTables();
  if (replaced.has('places')) inputs.places.clear();
  if (replaced.has('runs')) inputs.runs.clear();
  if (replaced.has('run-stops')) inputs.runStops.clear();
  // Their files belong to the index no more: their names are free.
  const gone = new Set((before?.manifest.inputs ?? []).flatMap(({ name, table }) => (replaced.has(table) ? [name] : [])));
  const isLeft = (file: string): boolean => !gone.has(file);
  for (const [i, name] of inputs.fileNames.entries()) if (gone.has(name)) inputs.fileNames[i] = `${name} until update ${before!.manifest.update}`;
  const reader = new InputReader(zone, options.timeFormats, inputs, true);
  const building = buildingFolder(folder);
  const seed = before?.manifest.seed ?? Math.floor(Math.random() * 2 ** 32);
  let spill: CheckInSpill | null = null;
  try {
    const ownSpill = (spill = new CheckInSpill(join(building, 'check-ins'), seed));
    const fresh = new VehicleSpans(runGapSec);
    let known: { places: Places; listed: Runs } | undefined;
    const take = async (): Promise<void> => {
      resolveAliases(reader.tables);
      refuseStaff(reader.tables);
      known ??= { places: new Places(reader.tables), listed: new Runs(reader.tables, new Places(reader.tables)) };
      const { places, listed } = known;
      addScans(fresh, reader.tables, places, (vehicle) => listed.isListed(vehicle));
      checkRoom(building, ownSpill.bytes);
      ownSpill.take(reader.tables);
      reader.tables.checkIns.clear();
      reader.tables.ids.person.clear();
      budget.keep();
    };
    const read = await readInputs({ ...options, files }, zone, hooks, reader, { rows: batchRows, take }, ORDER);
    await take();
    const rejects = [...(shared?.reference.rejects ?? []).filter(({ file }) => isLeft(file)), ...reader.rejects];
    checkRejects(reader.ledger, limit, reader.rejects);

    const isAllConcerned = mayDiffer && contentBefore !== contentNow(reader.tables);
    const spans = isAllConcerned ? spansOfIndex(before!, reader.tables, runGapSec) : (shared?.reference.spans ?? new VehicleSpans(runGapSec));
    for (const vehicle of fresh.vehicles()) spans.addSpans(vehicle, fresh.of(vehicle));
    const purgedRuns = shared?.reference.purgedRuns ?? new Map<number, number>();
    const scansBefore = shared?.reference.scansOfPlace ?? [];
    const steps = writeUpdate(building, { inputs: reader.tables, spill: ownSpill, spans, dwell, runGapSec, zone, seed, budget, isAllConcerned }, before, {
      purgedRuns,
      rejects,
      scansBefore,
    });
    const written = await runAsync(steps, {
      signal: hooks.signal,
      onProgress: ({ done, of }) => hooks.onProgress?.({ phase: 'stays', name: 'people and days', rows: ownSpill.rows, share: done / of }),
    });
    const { fileNames } = reader.tables;
    const ledger = reader.ledger.map((entry) => {
      const duplicate = written.duplicates.get(fileNames.indexOf(entry.file)) ?? 0;
      return { ...entry, accepted: entry.accepted - duplicate, duplicate: entry.duplicate + duplicate };
    });
    const places = new Places(reader.tables);
    const manifest: IndexManifest = {
      tool: 'copresence',
      kind: 'index',
      version: VERSION,
      format: FORMAT_VERSION,
      update: (before?.manifest.update ?? 0) + 1,
      seed,
      tz: zone.name ?? null,
      runGapSec,
      dwell: dwell.toJSON(),
      days: written.days,
      people: written.people,
      reference: written.reference,
      unknownCategories: [...places.categories()].filter((category) => !dwell.isKnown(category)).sort(),
      fileNames,
      inputs: [...(before?.manifest.inputs ?? []).filter(({ name }) => isLeft(name)), ...read.inputs.map((input) => asIndexed(input, files))],
      ledger: [...(before?.manifest.ledger ?? []).filter(({ file }) => isLeft(file)), ...ledger],
      ...(before?.manifest.purgedBefore !== undefined && { purgedBefore: before.manifest.purgedBefore }),
    };
    hooks.signal?.throwIfAborted();
    lock.check();
    commitUpdate(folder, building, manifest);
    return reportOf(folder, manifest, warnings);
  } finally {
    spill?.remove();
    rmSync(building, { recursive: true, force: true });
  }
}

function settingsOf(options: IndexFilesOptions, before: OpenIndex | null): { zone: Zone; dwell: Dwell; runGapSec: number } {
  const runGapSec = parseDuration(options.runGap ?? before?.manifest.runGapSec ?? '45m', 'run-gap');
  if (runGapSec === 0) throw new OptionError('E_RUN_GAP', 'run-gap: expected more than 0');
  const dwell = new Dwell(options.dwell ?? before?.manifest.dwell);
  const tz = options.tz ?? before?.manifest.tz ?? undefined;
  if (before) {
    const { manifest } = before;
    const isOther =
      runGapSec !== manifest.runGapSec
        ? 'run-gap'
        : JSON.stringify(dwell.toJSON()) !== JSON.stringify(manifest.dwell)
          ? 'dwell'
          : (tz ?? null) !== manifest.tz
            ? 'tz'
            : '';
    if (isOther !== '')
      throw new OptionError('E_INDEX_OPTION', `${isOther}: expected what the index was built with, got another; leave it out, or build a new index`);
  }
  return { zone: new Zone(tz), dwell, runGapSec };
}

/** Spans of scans as the places and runs of now have them, from all check-ins of an index. */
function spansOfIndex(index: OpenIndex, tables: InputTables, runGapSec: number): VehicleSpans {
  const places = new Places(tables);
  const listed = new Runs(tables, places);
  const spans = new VehicleSpans(runGapSec);
  const loaded = new LoadedStays();
  for (const segment of index.segments) {
    for (let part = 0; part < PARTS; part++) {
      loaded.clear();
      segment.byPerson.loadPart(part, loaded);
      for (let stay = 0; stay < loaded.count; stay++) {
        const place = loaded.stays.place.data[stay]!;
        if (!places.isVehicle(place) || listed.isListed(place)) continue;
        for (let row = loaded.stays.firstRow.data[stay]!; row < loaded.endRow(stay); row++) {
          if (loaded.rows.namedRun.data[row] === 0) spans.add(place, loaded.rows.time.data[row]!);
        }
      }
    }
  }
  return spans;
}

/** A text that is the same for the same rows, whatever their order and origin. */
function contentOf(table: Table, ids: InputTables['ids']): string {
  const rows: string[] = [];
  for (let row = 0; row < table.rowCount; row++) {
    rows.push(
      table.columns
        .map((column, i) => {
          const { dictionary } = table.spec.columns[i]!;
          return dictionary ? JSON.stringify(ids[dictionary].text(column.data[row]!)) : String(column.data[row]);
        })
        .join(),
    );
  }
  const hash = createHash('sha256');
  for (const row of rows.sort()) hash.update(row).update('\n');
  return hash.digest('hex');
}

function reportOf(folder: string, manifest: IndexManifest, warnings: readonly string[]): IndexReport {
  const { days, people, ledger, inputs } = manifest;
  return {
    index: folder,
    stays: sumsOf(manifest),
    days: new Set(days.map(({ day }) => day)).size,
    people: people.reduce((sum, { count }) => sum + count, 0),
    bytes: [...days, ...people].reduce((sum, { bytes }) => sum + bytes, 0),
    ledger,
    inputs,
    warnings: [...warnings, ...inputs.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`))],
  };
}
