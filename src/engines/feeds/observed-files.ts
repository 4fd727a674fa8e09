/** Files that say where vehicles were, GTFS-Realtime snapshots and CSV, read into one table of pings. */
import type { Zone } from '../../core/zone.js';
import { parseEncoding } from '../../ingest/text/encoding.js';
import { FileSource, type InputDigest } from '../../ingest/file-source.js';
import type { HeaderMapping } from '../../ingest/rows/header.js';
import { checkFileNames } from '../../ingest/read-inputs.js';
import { TimeReader } from '../../ingest/text/time-text.js';
import { PingReader } from '../../ingest/vehicle-positions/ping-reader.js';
import type { Dictionaries } from '../../model/tables.js';
import type { RunHooks } from '../inputs/read-files.js';

export interface ObservedFilesOptions {
  /** GTFS-Realtime feeds, plain or gzip: one file for each snapshot. */
  readonly vehiclePositions?: readonly string[];
  /** CSV files `vehicle_id,time,lat,lon[,trip_id,line_id,start_date,start_time]`; `-` is standard input. */
  readonly pings?: readonly string[];
  /** @defaultValue 'utf-8' */
  readonly encoding?: string;
  readonly timeFormats?: readonly string[];
  readonly mappings?: readonly HeaderMapping[];
  readonly showValues?: boolean;
}

/** A file that was read, as the manifest says it. */
export interface PingInput extends InputDigest {
  readonly table: 'vehicle-positions' | 'pings';
  readonly rows: number;
  readonly notes: readonly string[];
}

/**
 * Reads all files; the reader has the pings, their ledger and their rejects, which are the caller's to hold against a limit. `ids` are those of the other
 * tables. Files that `otherNames` has too are refused: evidence names files by base name.
 * @throws InputError, OptionError; the signal's reason if it is aborted.
 */
export async function readObservedFiles(
  options: ObservedFilesOptions,
  ids: Dictionaries,
  zone: Zone,
  hooks: RunHooks = {},
  otherNames: readonly string[] = [],
): Promise<{ reader: PingReader; inputs: PingInput[] }> {
  const reader = new PingReader(ids, new TimeReader(zone, options.timeFormats));
  const encoding = parseEncoding(options.encoding ?? 'utf-8');
  const sourceOf = (path: string): FileSource => new FileSource(path, hooks.signal);
  const [snapshots, tables] = [(options.vehiclePositions ?? []).map(sourceOf), (options.pings ?? []).map(sourceOf)];
  checkFileNames([...otherNames, ...snapshots.map(({ name }) => name), ...tables.map(({ name }) => name)]);
  const inputs: PingInput[] = [];
  for (const source of snapshots) {
    hooks.signal?.throwIfAborted();
    hooks.onProgress?.({ phase: 'read', name: source.name, rows: reader.pings.count, share: Number.NaN });
    reader.readPositions(source.name, await bytesOf(source));
    inputs.push({ ...source.digest(), table: 'vehicle-positions', rows: reader.ledger.at(-1)!.read, notes: reader.snapshots.at(-1)!.notes });
  }
  for (const source of tables) {
    await reader.readCsv(source, {
      encoding,
      mappings: options.mappings ?? [],
      showValues: options.showValues ?? false,
      ...(hooks.signal && { signal: hooks.signal }),
      onChunk: (rows) => hooks.onProgress?.({ phase: 'read', name: source.name, rows, share: source.readShare() }),
    });
    inputs.push({ ...source.digest(), table: 'pings', rows: reader.ledger.at(-1)!.read, notes: reader.readings.at(-1)!.notes });
  }
  return { reader, inputs };
}

async function bytesOf(source: FileSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.chunks()) chunks.push(chunk.slice()); // a view of a buffer that may be used again
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
