/** A timetable feed → the runs of some days, and their stops, as files that `match` reads. */
import { InputError, OptionError } from '../../core/errors.js';
import { DAY_SEC, Zone, dayNumber } from '../../core/zone.js';
import { parseEncoding } from '../../ingest/text/encoding.js';
import { readFeed, type FeedReading } from '../../ingest/gtfs/read-feed.js';
import { REJECT_COLUMNS, checkRejects, parseRejectLimit, type LedgerEntry } from '../../ingest/rows/ledger.js';
import type { Feed, FeedService } from '../../model/feed.js';
import { rowText } from '../../output/row-text.js';
import { SingleFile } from '../../output/single-file.js';
import { csvText } from '../../output/table-text.js';
import type { OutputEntry } from '../../output/write-lists.js';
import { expandFeed, type FeedRuns } from '../../stays/transit/feeds/expand-feed.js';
import { TripCalls } from '../../stays/transit/feeds/trip-calls.js';
import { openFeed, type OpenFeed } from './feed-files.js';
import type { RunHooks } from '../inputs/read-files.js';

export interface WriteRunsOptions {
  /** A GTFS feed: a folder or a zip file. */
  readonly gtfs: string;
  /** First and last service day, both inclusive: `yyyy-MM-dd` or `yyyyMMdd`. */
  readonly from: string;
  readonly to: string;
  /** File for the runs: `vehicle_id, run_id, start, end, line_id`. */
  readonly out: string;
  /** File for their stops: `run_id, stop_sequence, arrival, departure, stop_id, lat, lon`. @defaultValue none is written */
  readonly stops?: string;
  /** Times as seconds since 1970. */
  readonly epoch?: boolean;
  /** IANA zone that times are shown in. @defaultValue that of the agency */
  readonly tz?: string;
  /** @defaultValue 'utf-8' */
  readonly encoding?: string;
  /** Rows of a file that may be rejected: a count or a per cent. @defaultValue '0.1%' */
  readonly maxRejects?: string | number;
  /** File for the rejected rows, with their reasons. */
  readonly rejects?: string;
  readonly showValues?: boolean;
  /** Cells as they came, even where a spreadsheet would take them for formulas. */
  readonly raw?: boolean;
  /** Replaces files of an earlier run. */
  readonly force?: boolean;
}

/** What was written. */
export interface RunsReport {
  /** Zone of the agency: service days are days of its clock. */
  readonly zone: string;
  readonly days: number;
  readonly trips: number;
  /** Trips that run on some of the days. */
  readonly trips_run: number;
  readonly runs: number;
  /** Rows of stops; 0 if none were asked for. */
  readonly run_stops: number;
  readonly ledger: readonly LedgerEntry[];
  readonly notes: readonly string[];
  readonly outputs: readonly OutputEntry[];
}

const RUN_COLUMNS = ['vehicle_id', 'run_id', 'start', 'end', 'line_id'] as const;
const STOP_COLUMNS = ['run_id', 'stop_sequence', 'arrival', 'departure', 'stop_id', 'lat', 'lon'] as const;
/** Epoch seconds have ten digits from 2001-09-09 on; times of a run may lie some weeks after its service day, and must lie before 2100. */
const EARLIEST_DAY = dayNumber(2002, 1, 1);
const LATEST_DAY = dayNumber(2099, 9, 30);

/**
 * Writes every run of a feed on the days asked for, by service day, trip and departure. Memory grows with the feed, not with the days.
 * @throws OptionError, InputError, StateError; the signal's reason if it is aborted. No file is left then, but the one for rejected rows.
 */
export async function writeRuns(options: WriteRunsOptions, hooks: RunHooks = {}): Promise<RunsReport> {
  const { from, to } = options;
  const [firstDay, lastDay] = [parseDay(from, 'from'), parseDay(to, 'to')];
  if (lastDay < firstDay) throw new OptionError('E_DATE', `to: expected a day at or after --from ${from}, got ${to}`);
  const tz = options.tz === undefined ? undefined : new Zone(options.tz);
  const limit = parseRejectLimit(options.maxRejects ?? '0.1%');
  const encoding = parseEncoding(options.encoding ?? 'utf-8');
  const isRaw = options.raw ?? false;
  const opened = await openFeed(options.gtfs, hooks.signal);
  try {
    const files = targets(options, opened);
    const read = await readFeed((name) => opened.open(name), {
      name: opened.name,
      encoding,
      showValues: options.showValues ?? false,
      ...(hooks.signal && { signal: hooks.signal }),
      onProgress: (name, rows, share) => hooks.onProgress?.({ phase: 'read', name, rows, share }),
    });
    await files.rejects?.write(csvText(REJECT_COLUMNS, read.rejects, { isForExcel: false, isRaw }));
    refuseRejects(read, limit, options.rejects);

    const { feed } = read;
    const runs = expandFeed(feed, firstDay, lastDay);
    const zone = tz ?? new Zone(feed.zone);
    const timeOf = options.epoch ? String : (sec: number): string => zone.text(sec);
    const text = { format: 'csv', isForExcel: false, isRaw } as const;
    const counted = new RunRows(runs, timeOf, hooks);
    const runsWritten = await files.runs.prepare(rowText(RUN_COLUMNS, counted, text));
    const outputs: OutputEntry[] = [{ ...runsWritten, rows: counted.rows }];
    const { notes } = runs;
    const stops = new StopRows(runs, timeOf, hooks);
    try {
      const stopsWritten = await files.stops?.prepare(rowText(STOP_COLUMNS, stops, text));
      if (stopsWritten) outputs.push({ ...stopsWritten, rows: stops.rows });
      hooks.signal?.throwIfAborted();
      await files.runs.publish();
      await files.stops?.publish();
    } catch (error) {
      await files.runs.discard();
      await files.stops?.discard();
      throw error;
    }
    return {
      zone: feed.zone,
      days: lastDay - firstDay + 1,
      trips: feed.trips.ids.length,
      trips_run: counted.tripCount,
      runs: counted.rows,
      run_stops: stops.rows,
      ledger: read.ledger,
      notes: [...read.notes, ...notes, ...calendarNotes(feed, counted.dayCount, firstDay, lastDay)],
      outputs,
    };
  } finally {
    opened.close();
  }
}

/** @throws OptionError `E_DATE`. */
function parseDay(text: string, option: string): number {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  const day = dayNumber(Number(year), Number(month), Number(date));
  if (day >= EARLIEST_DAY && day <= LATEST_DAY) return day;
  throw new OptionError('E_DATE', `${option}: expected a date from 2002-01-01 to 2099-09-30, such as 2022-03-01, got '${text}'`);
}

interface Targets {
  readonly runs: SingleFile;
  readonly stops: SingleFile | undefined;
  readonly rejects: SingleFile | undefined;
}

/** Checks all files that will be written, before anything is read. */
function targets({ out, stops, rejects, force = false }: WriteRunsOptions, { paths }: OpenFeed): Targets {
  const given = [out, stops, rejects].filter((path) => path !== undefined);
  if (new Set(given).size < given.length) throw new OptionError('E_OUT', 'out: expected different files for runs, stops and rejects, got one name twice');
  const file = (path: string, option: string, columns: readonly string[]): SingleFile =>
    new SingleFile(path, { force, inputs: paths, option, isOurs: (head) => head.startsWith(columns.join(',')) });
  return {
    runs: file(out, 'out', RUN_COLUMNS),
    stops: stops === undefined ? undefined : file(stops, 'stops', STOP_COLUMNS),
    rejects: rejects === undefined ? undefined : file(rejects, 'rejects', REJECT_COLUMNS),
  };
}

function refuseRejects({ ledger, rejects }: FeedReading, limit: Parameters<typeof checkRejects>[1], path: string | undefined): void {
  try {
    checkRejects(ledger, limit, rejects);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const where = path === undefined ? '--rejects FILE keeps all rejected rows' : `All ${rejects.length} rejected rows are in ${path}`;
    throw new InputError(error.code, `${error.message}\n${where}; no run was written.`, { cause: error });
  }
}

/** Rows made one at a time; the signal is asked and progress told now and then. */
abstract class CountedRows implements Iterable<object> {
  rows = 0;
  protected readonly runs: FeedRuns;
  protected readonly timeOf: (sec: number) => string;
  readonly #hooks: RunHooks;
  readonly #name: string;

  constructor(runs: FeedRuns, timeOf: (sec: number) => string, hooks: RunHooks, name: string) {
    this.runs = runs;
    this.timeOf = timeOf;
    this.#hooks = hooks;
    this.#name = name;
  }

  abstract [Symbol.iterator](): Iterator<object>;

  protected count(day: number): void {
    if ((++this.rows & 0xfff) !== 0) return;
    this.#hooks.signal?.throwIfAborted();
    const { firstDay, lastDay } = this.runs;
    this.#hooks.onProgress?.({ phase: 'write', name: this.#name, rows: this.rows, share: (day - firstDay) / (lastDay - firstDay + 1) });
  }
}

class RunRows extends CountedRows {
  tripCount = 0;
  /** Days with a run. */
  dayCount = 0;

  constructor(runs: FeedRuns, timeOf: (sec: number) => string, hooks: RunHooks) {
    super(runs, timeOf, hooks, 'runs');
  }

  *[Symbol.iterator](): Generator<object> {
    const { trips, routes } = this.runs.feed;
    const hasRun = new Uint8Array(trips.ids.length);
    let lastDay = -1;
    for (const { trip, serviceDay, vehicleId, runId, startSec, endSec } of this.runs) {
      if (hasRun[trip] === 0) this.tripCount++;
      hasRun[trip] = 1;
      if (serviceDay !== lastDay) this.dayCount++;
      lastDay = serviceDay;
      this.count(serviceDay);
      yield { vehicle_id: vehicleId, run_id: runId, start: this.timeOf(startSec), end: this.timeOf(endSec), line_id: routes.ids[trips.route[trip]!] };
    }
  }
}

class StopRows extends CountedRows {
  constructor(runs: FeedRuns, timeOf: (sec: number) => string, hooks: RunHooks) {
    super(runs, timeOf, hooks, 'stops of runs');
  }

  *[Symbol.iterator](): Generator<object> {
    const { feed, times } = this.runs;
    const { calls, stops } = feed;
    const trip = new TripCalls(feed, times);
    for (const run of this.runs) {
      trip.load(run.trip);
      for (let row = trip.lo; row < trip.hi; row++) {
        const stop = calls.stop[row]!;
        this.count(run.serviceDay);
        yield {
          run_id: run.runId,
          stop_sequence: calls.sequence[row],
          arrival: this.timeOf(run.baseSec + trip.arrival.data[row - trip.lo]!),
          departure: this.timeOf(run.baseSec + trip.departure.data[row - trip.lo]!),
          stop_id: stops.ids[stop],
          lat: degrees(stops.lat[stop]!),
          lon: degrees(stops.lon[stop]!),
        };
      }
    }
  }
}

/** A number of so few metres that JavaScript would write it with an exponent is the equator or the meridian. */
const degrees = (value: number): number | null => (Number.isNaN(value) ? null : Math.abs(value) < 1e-6 ? 0 : value);

function calendarNotes({ services }: Feed, dayCount: number, firstDay: number, lastDay: number): string[] {
  const days = lastDay - firstDay + 1;
  if (dayCount === days) return [];
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const service of services) {
    for (const day of daysNamed(service)) [first, last] = [Math.min(first, day), Math.max(last, day)];
  }
  const covers = first <= last ? `: the feed has services from ${dateText(first)} to ${dateText(last)}` : ': the feed has no services';
  return [`${days - dayCount} of ${days} days have no run${covers}`];
}

/** The days that a service names: within two of them all its runs begin. */
const daysNamed = ({ weekdays, firstDay, lastDay, added }: FeedService): number[] => [...added, ...(weekdays === 0 ? [] : [firstDay, lastDay])];

const dateText = (day: number): string => new Date(day * DAY_SEC * 1000).toISOString().slice(0, 10);
