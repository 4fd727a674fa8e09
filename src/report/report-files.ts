/** The folder of a finished match → one page that shows it, in one file. */
import { readFileSync } from 'node:fs';
import type { CaseInput, PlaceInput } from '../engines/inputs/row-inputs.js';
import { OptionError, StateError } from '../core/errors.js';
import { readTableRows, readTables, type ReadFilesOptions } from '../ingest/read-check-ins.js';
import { SingleFile } from '../output/single-file.js';
import { MAX_ROWS, buildPage } from './build-page.js';
import { pageBundle } from './page-bundle.js';
import { PAGE_LISTS, type PageList } from './page-data.js';
import { REPORT_HEAD, pageHtml } from './page-html.js';
import { readKey } from './pseudonyms.js';
import { RunFolder } from './read-lists.js';
import { Redaction } from './redact.js';
import { datesOf, pointsOf } from './page-rows.js';

export interface ReportFilesOptions {
  /** Folder of the lists. */
  readonly folder: string;
  /** File for the page. */
  readonly out: string;
  /** Language that the page opens in; it has both. @defaultValue 'en' */
  readonly lang?: 'en' | 'zh';
  /** Pseudonyms for ids; small counts are held back. */
  readonly redact?: boolean;
  /** File with the incident's key: pseudonyms are then the same in all its pages. */
  readonly keyFile?: string;
  /** Files of places, for the map. */
  readonly places?: readonly string[];
  /** Files of run stops with coordinates, for the lines of runs on the map. */
  readonly runStops?: readonly string[];
  /** Files of cases, for their dates on the curve. */
  readonly cases?: readonly string[];
  /** GeoJSON file under the map. */
  readonly basemap?: string;
  /** Rows of a list that the page holds at most. @defaultValue 100,000 */
  readonly maxRows?: number;
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

export interface ReportFilesReport {
  readonly out: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Lists of which the page holds only some rows. */
  readonly left: readonly { readonly list: PageList; readonly rows: number; readonly kept: number; readonly withheld: number }[];
  /** Lists whose bytes are not those that the manifest tells of. */
  readonly changed: readonly string[];
}

/** A longer text than this cannot be made in one piece. */
const MOST_ROWS = 1_000_000;

/** @throws OptionError, InputError, StateError; the signal's reason if it is aborted. No file is left then. */
export async function reportFiles(options: ReportFilesOptions): Promise<ReportFilesReport> {
  const { folder, out, lang = 'en', maxRows = MAX_ROWS, signal, basemap } = options;
  if (lang !== 'en' && lang !== 'zh') throw new OptionError('E_LANG', `lang: expected en or zh, got '${String(lang)}'`);
  checkMaxRows(maxRows);
  if (options.keyFile !== undefined && !options.redact)
    throw new OptionError('E_KEY', 'key-file: expected --redact with it: only a redacted page has pseudonyms');
  const key = options.keyFile === undefined ? undefined : readKey(options.keyFile);
  const run = new RunFolder(folder);
  const inputs = [...run.files, ...(options.places ?? []), ...(options.runStops ?? []), ...(options.cases ?? []), ...(basemap === undefined ? [] : [basemap])];
  const file = new SingleFile(out, { option: 'out', force: options.force ?? false, inputs, isOurs: (head) => head.startsWith(REPORT_HEAD) });
  const bundle = await pageBundle();
  const redaction = options.redact ? await Redaction.of(run, key, signal) : undefined;
  const data = await buildPage(run, {
    lang,
    maxRows,
    points: options.places ? pointsOf(await readTableRows<PlaceInput>('places', options.places, readingOf(run, signal))) : null,
    stops: options.runStops ? await readTables('run-stops', options.runStops, readingOf(run, signal)) : null,
    caseDates: options.cases ? datesOf(await readTableRows<CaseInput>('cases', options.cases, readingOf(run, signal))) : null,
    ...(basemap !== undefined && { basemap: readBasemap(basemap) }),
    ...(redaction && { redaction }),
    ...(signal && { signal }),
  });
  let pieces: string[];
  try {
    pieces = [...pageHtml(data, bundle)];
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new StateError('E_LIMIT', 'the page would be too large: give a smaller --max-rows', { cause });
  }
  const { bytes, sha256 } = await file.write(pieces);
  const left = PAGE_LISTS.map((list) => ({ list, rows: data.lists[list].total, kept: data.lists[list].count, withheld: data.lists[list].withheld }));
  return { out, bytes, sha256, left: left.filter(({ rows, kept }) => kept < rows), changed: data.run.changed };
}

/** @throws OptionError `E_NUMBER`. */
export function checkMaxRows(maxRows: number): void {
  if (!Number.isInteger(maxRows) || maxRows < 0 || maxRows > MOST_ROWS)
    throw new OptionError('E_NUMBER', `max-rows: expected a whole number up to 1,000,000, got ${String(maxRows)}`);
}

/** Files are read as the run read its own. */
export function readingOf({ manifest: { options } }: RunFolder, signal: AbortSignal | undefined): ReadFilesOptions {
  const { tz, time_formats: timeFormats, encoding, map } = options;
  return {
    ...(typeof tz === 'string' && { tz }),
    ...(Array.isArray(timeFormats) && { timeFormats: timeFormats as string[] }),
    ...(typeof encoding === 'string' && { encoding }),
    ...(Array.isArray(map) && { mappings: map as string[] }),
    ...(signal && { signal }),
  };
}

function readBasemap(path: string): unknown {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as { type?: unknown };
    if (!['FeatureCollection', 'Feature', 'GeometryCollection', 'Polygon', 'MultiPolygon', 'LineString', 'MultiLineString'].includes(String(value.type)))
      throw new Error('no GeoJSON');
    return value;
  } catch (cause) {
    throw new OptionError('E_BASEMAP', 'basemap: expected a file of GeoJSON in degrees, could not read it as such', { cause });
  }
}
