/** Timetable feeds as a match takes them: read, with their books, and with what the manifest says of them. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { OptionError } from '../../core/errors.js';
import { parseEncoding } from '../../ingest/text/encoding.js';
import type { Zone } from '../../core/zone.js';
import { readFeed, type FeedReading } from '../../ingest/gtfs/read-feed.js';
import { parseMapping } from '../../ingest/rows/header.js';
import type { PingReader } from '../../ingest/vehicle-positions/ping-reader.js';
import type { InputTables } from '../../model/tables.js';
import { openFeed } from './feed-files.js';
import { readObservedFiles, type PingInput } from './observed-files.js';
import type { ReadInput, ReadOptions, RunHooks } from '../inputs/read-files.js';
import type { NamedFeed } from './transit.js';

export interface FeedOptions {
  /** GTFS feeds, folders or zip files: their runs on the days of the check-ins are added, and rides inferred. */
  readonly gtfs?: readonly string[];
  /** GTFS-Realtime snapshots of vehicle positions: they tell the vehicle and the times of runs. */
  readonly vehiclePositions?: readonly string[];
  /** The same as CSV: `vehicle_id, time, lat, lon[, trip_id, line_id, start_date, start_time]`. */
  readonly pings?: readonly string[];
}

/** A feed as the manifest has it: one entry for all its files. */
export type FeedInput = Omit<ReadInput, 'table'> & { readonly table: 'gtfs' };

export type ReadFeed = NamedFeed & Pick<FeedReading, 'ledger' | 'rejects'> & { readonly input: FeedInput };

/** A file of positions as the manifest has it. */
export type SeenInput = Omit<ReadInput, 'table'> & Pick<PingInput, 'table'>;

/** Reads feeds one after the other. @throws InputError, OptionError. */
export async function readFeeds(paths: readonly string[], { encoding, showValues = false }: ReadOptions, hooks: RunHooks): Promise<ReadFeed[]> {
  const feeds: ReadFeed[] = [];
  for (const path of paths) {
    const opened = await openFeed(path, hooks.signal);
    try {
      const { name } = opened;
      if (feeds.some((feed) => feed.name === name))
        throw new OptionError('E_FILE_NAME', `gtfs: expected feeds of different names, got two called ${name}; rename one`);
      const read = await readFeed((file) => opened.open(file), {
        name,
        encoding: parseEncoding(encoding ?? 'utf-8'),
        showValues,
        ...(hooks.signal && { signal: hooks.signal }),
        onProgress: (file, rows, share) => hooks.onProgress?.({ phase: 'read', name: file, rows, share }),
      });
      feeds.push({ name, feed: read.feed, ledger: read.ledger, rejects: read.rejects, input: await inputOf(name, opened.paths, read) });
    } finally {
      opened.close();
    }
  }
  return feeds;
}

async function inputOf(name: string, paths: readonly string[], { ledger, notes }: FeedReading): Promise<FeedInput> {
  const used = paths.length === 1 ? paths : paths.filter((path) => ledger.some(({ file }) => file === `${name}/${basename(path)}`)).sort();
  const digests: string[] = [];
  let bytes = 0;
  for (const path of used) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
    digests.push(hash.digest('hex'));
    bytes += statSync(path).size;
  }
  // Of a folder the digest is that of its files' digests, in the order of their names.
  const sha256 = digests.length === 1 ? digests[0]! : createHash('sha256').update(digests.join('\n')).digest('hex');
  const rows = ledger.reduce((sum, { read }) => sum + read, 0);
  return { name, bytes, sha256, table: 'gtfs', rows, encoding: 'utf-8', delimiter: ',', columns: {}, notes };
}

/** Reads where vehicles were seen; undefined if no file says so. @throws InputError, OptionError. */
export async function readObserved(
  { vehiclePositions = [], pings = [], ...options }: ReadOptions & FeedOptions,
  { ids, fileNames }: InputTables,
  zone: Zone,
  hooks: RunHooks,
): Promise<{ reader: PingReader; inputs: readonly SeenInput[] } | undefined> {
  if (vehiclePositions.length + pings.length === 0) return undefined;
  const { encoding, timeFormats, mappings, showValues } = options;
  const { reader, inputs } = await readObservedFiles(
    {
      vehiclePositions,
      pings,
      ...(encoding !== undefined && { encoding }),
      ...(timeFormats && { timeFormats }),
      mappings: (mappings ?? []).map(parseMapping),
      ...(showValues !== undefined && { showValues }),
    },
    ids,
    zone,
    hooks,
    fileNames,
  );
  return { reader, inputs: inputs.map((input) => ({ ...input, encoding: encoding ?? 'utf-8', delimiter: ',', columns: {} }) as SeenInput) };
}
