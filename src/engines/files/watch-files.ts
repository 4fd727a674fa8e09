/** Cases, an index or files of check-ins, and a stream of further ones → events as they happen: the whole way, as the command line takes it. */
import { runAsync } from '../../core/steps.js';
import { InputError, OptionError } from '../../core/errors.js';
import { Zone } from '../../core/zone.js';
import { FileSource } from '../../ingest/file-source.js';
import { parseMapping } from '../../ingest/rows/header.js';
import { REJECT_COLUMNS, checkRejects, parseRejectLimit, type LedgerEntry, type Reject } from '../../ingest/rows/ledger.js';
import { TimeReader } from '../../ingest/text/time-text.js';
import type { WatchEvent } from '../../lists/live/live-episodes.js';
import { resolveAliases } from '../../model/aliases.js';
import { makePlan, type PlanOptions } from '../../model/plan.js';
import { compileRule, type RuleJson } from '../../model/rule.js';
import { STAFF, TABLE_NAMES, type InputTables } from '../../model/tables.js';
import { SingleFile } from '../../output/single-file.js';
import { rowText } from '../../output/row-text.js';
import type { TextOptions } from '../../output/table-text.js';
import { findRule } from '../../rules/find-rule.js';
import { Dwell } from '../../stays/dwell.js';
import { parseDuration } from '../../core/duration.js';
import { gatherFiles, type Gathered, type StaySource } from '../in-memory/gathered.js';
import { SKEW_LIMIT_SEC } from '../in-memory/memory.js';
import { gatherIndexed } from '../on-disk/match-index.js';
import type { InputFiles, ReadOptions, RunHooks } from '../inputs/read-files.js';
import type { StayOptions } from '../inputs/stay-options.js';
import { Watch } from '../watch/watch.js';
import { WatchStream, clockOf, type ClockOptions } from '../watch/watch-stream.js';

export interface WatchFilesOptions
  extends
    Omit<PlanOptions, 'depth' | 'episodes' | 'maxEpisodes' | 'plan'>,
    Omit<StayOptions, 'rides' | 'walkM' | 'walkTime'>,
    Omit<ReadOptions, 'files'>,
    ClockOptions {
  /** Cases and itineraries, and without an index what was known before: check-ins, places, runs. None of them may be standard input. */
  readonly files: InputFiles;
  /** Folder of an index on disk that has the check-ins, places and runs. */
  readonly index?: string;
  /** Ids of built-in rules or rules as JSON. @defaultValue ['any'] */
  readonly rules?: readonly (string | RuleJson)[];
  readonly tz?: string;
  /** Of each file, and at the end of the stream. @defaultValue '0.1%' */
  readonly maxRejects?: string | number;
  /** File for the rejected rows of the stream and of all files, with their reasons. */
  readonly rejects?: string;
  readonly force?: boolean;
  /** The stream: check-ins as NDJSON. @defaultValue standard input */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Takes the events as NDJSON, and says whether its reader wants more. */
  readonly out: (block: Uint8Array) => Promise<boolean>;
}

/** What a watch did. */
export interface WatchReport {
  readonly ledger: readonly LedgerEntry[];
  readonly episodes: number;
  readonly contacts: number;
  /** Rows of the stream that came too late; they are among the rejected ones. */
  readonly late: number;
  /** Stays that were not settled when the watch was stopped before the end of its stream. */
  readonly openStays: number;
  /** How the watch ended: with the stream, by a signal, or because its reader had enough. */
  readonly ending: 'end' | 'stopped' | 'reader';
  readonly warnings: readonly string[];
  /** Too many rejected rows in the stream: what was printed rests on the others. */
  readonly fault: InputError | null;
}

/** Text handed over at a time. */
const PIECE = 1 << 16;

/**
 * Watches a stream until it ends, it is stopped by the signal, or nobody reads any more.
 * @throws OptionError, InputError, StateError. What was printed by then is right for all that.
 */
export async function watchFiles(options: WatchFilesOptions, hooks: RunHooks = {}): Promise<WatchReport> {
  const { files, index } = options;
  const all = TABLE_NAMES.flatMap((table) => files[table] ?? []);
  if (all.includes('-')) throw new OptionError('E_WATCH', 'expected files by name: standard input is the stream of check-ins');
  if (!files.cases?.length && !files.visits?.length) throw new OptionError('E_NO_CASES', 'expected --cases or --visits: whose co-presence is wanted');
  const rules = (options.rules ?? ['any']).map((rule) => (typeof rule === 'string' ? findRule(rule) : rule));
  const plan = makePlan(rules.map(compileRule), options);
  const zone = new Zone(options.tz);
  const limit = parseRejectLimit(options.maxRejects ?? '0.1%');
  const skewSec = parseDuration(options.skew ?? 0, 'skew');
  if (skewSec > SKEW_LIMIT_SEC) throw new OptionError('E_SKEW', 'skew: expected at most a day');
  clockOf(options);
  new Dwell(options.dwell); // refused before anything is read
  const mappings = (options.mappings ?? []).map(parseMapping);
  const rejectsFile =
    options.rejects === undefined
      ? undefined
      : new SingleFile(options.rejects, {
          option: 'rejects',
          force: options.force ?? false,
          inputs: all,
          isOurs: (head) => head.startsWith(REJECT_COLUMNS.join(',')),
        });
  // Headers that only the stream has are looked for in no file.
  const ofFiles = (options.mappings ?? []).filter((_, i) => mappings[i]!.table !== 'checkins' || (files.checkins?.length ?? 0) > 0);
  const { skew: _, ...unwidened } = { ...options, mappings: ofFiles };
  const gathered = index === undefined ? await gatherFiles(unwidened, zone, hooks) : await gatherIndexed(index, unwidened, zone, hooks);
  try {
    checkRejects(gathered.unjudged, limit, gathered.rejects);
    const source = await runAsync(gathered.source(), { signal: hooks.signal });
    refuseStaff(gathered.tables);
    resolveAliases(gathered.tables);
    const tables = source.watchTables(gathered.tables, skewSec);
    const watch = new Watch(tables, plan);
    const times = new TimeReader(tables.zone, options.timeFormats ?? []);
    const stream = new WatchStream(watch, gathered.tables, streamName(gathered.tables), times, options, mappings);
    const rejects = new RejectLines(rejectsFile, gathered.rejects);
    let ending: WatchReport['ending'];
    try {
      ending = await follow(stream, rejects, options, hooks);
    } catch (error) {
      await rejects.discard();
      throw error;
    }
    await rejects.end();
    const { episodes, contacts, openStays } = watch.counts;
    const ledger = [...gathered.ledger, stream.ledger];
    return {
      ledger,
      episodes,
      contacts,
      late: stream.late,
      openStays,
      ending,
      warnings: warningsOf(gathered, plan.warnings, source, stream),
      fault: faultOf(stream.ledger, limit, rejects.first),
    };
  } finally {
    gathered.close();
  }
}

/** Follows the stream to its end. */
async function follow(
  stream: WatchStream,
  rejects: RejectLines,
  { input, out }: WatchFilesOptions,
  { signal, onProgress }: RunHooks,
): Promise<WatchReport['ending']> {
  const say = async (events: Iterable<WatchEvent>): Promise<boolean> => {
    let text = '';
    let isWanted = true;
    rejects.add(stream.takeRejects());
    for (const event of events) {
      text += `${JSON.stringify(event)}\n`;
      if (text.length < PIECE) continue;
      isWanted = await out(encoder.encode(text));
      text = '';
      if (!isWanted) return false;
      signal?.throwIfAborted();
    }
    return text === '' ? isWanted : out(encoder.encode(text));
  };
  const source = input ?? new FileSource('-', signal).chunks();
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      // A step at a time: nothing more is read before its events are taken.
      for (let from = 0; from < chunk.length; from += PIECE) if (!(await say(stream.push(chunk.subarray(from, from + PIECE))))) return 'reader';
      onProgress?.({ phase: 'match', name: stream.ledger.file, rows: stream.ledger.read, share: Number.NaN });
    }
    const isWanted = await say(stream.end());
    rejects.add(stream.takeRejects());
    return isWanted ? 'end' : 'reader';
  } catch (error) {
    if (!signal?.aborted) throw error;
    rejects.add(stream.takeRejects());
    return 'stopped';
  }
}

/** A name that no input has: evidence names rows by it. */
function streamName({ fileNames }: InputTables): string {
  let name = 'stream';
  for (let n = 2; fileNames.includes(name); n++) name = `stream ${n}`;
  return name;
}

/** @throws OptionError `E_WATCH`. */
function refuseStaff({ checkIns, fileNames }: InputTables): void {
  const role = checkIns.column('role');
  for (let row = 0; row < checkIns.rowCount; row++) {
    if (role[row] !== STAFF) continue;
    const where = `${fileNames[checkIns.file.data[row]!]}:${checkIns.line.data[row]}`;
    throw new OptionError('E_WATCH', `${where}:role E_WATCH expected passengers alone, got staff, whose duties are known only in the end; match for them`);
  }
}

/** What is wrong with the stream as a whole. */
function faultOf(entry: LedgerEntry, limit: ReturnType<typeof parseRejectLimit>, first: readonly Reject[]): InputError | null {
  try {
    checkRejects([entry], limit, first);
    return null;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

function warningsOf({ warnings, inputs, tables }: Gathered, ofPlan: readonly string[], source: StaySource, { late }: WatchStream): string[] {
  const unscanned = source.unscannedPlaces(tables);
  return [
    ...ofPlan,
    ...warnings,
    ...inputs.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
    ...source.unknownCategories.map((category) => `the place category '${category}' has no dwell times and counts as 'default'`),
    ...(unscanned > 0 ? [`${unscanned} itinerary places where nobody had checked in before the stream`] : []),
    ...(late > 0 ? [`${late} check-ins came later than --lateness allows and were refused (E_LATE): what they would have changed was said already`] : []),
  ];
}

/** The rejected rows on their way to a file: taken down as they come, since a stream may have any number. */
class RejectLines {
  /** The first few, for messages. */
  readonly first: Reject[] = [];
  readonly #isKept: boolean;
  readonly #writing: Promise<unknown>;
  #queue: Reject[] = [];
  #fault: unknown;
  #isEnded = false;
  #isDiscarded = false;
  #wake: () => void = () => {};

  constructor(file: SingleFile | undefined, rejects: readonly Reject[]) {
    this.#isKept = file !== undefined;
    this.#queue.push(...(file ? rejects : []));
    this.#writing = file ? file.write(this.#pieces()).catch((error: unknown) => (this.#fault = error)) : Promise.resolve();
  }

  add(rejects: readonly Reject[]): void {
    if (rejects.length === 0) return;
    this.first.push(...rejects.slice(0, Math.max(0, 5 - this.first.length)));
    if (!this.#isKept) return;
    this.#queue.push(...rejects);
    this.#wake();
  }

  /** @throws StateError `E_WRITE`. */
  async end(): Promise<void> {
    this.#isEnded = true;
    this.#wake();
    await this.#writing;
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Leaves no file. */
  async discard(): Promise<void> {
    this.#isDiscarded = true;
    await this.end().catch(() => {});
  }

  async *#pieces(): AsyncGenerator<Uint8Array> {
    const format: TextOptions = { format: 'csv', isForExcel: false, isRaw: false };
    let headBytes = 0;
    for (;;) {
      const rows = this.#queue;
      this.#queue = [];
      for (const piece of rowText(REJECT_COLUMNS, rows, format)) {
        yield piece.subarray(headBytes);
        headBytes = 0;
      }
      headBytes = HEAD_BYTES;
      if (this.#isDiscarded) throw new OptionError('E_WATCH', 'discarded');
      if (this.#queue.length > 0) continue;
      if (this.#isEnded) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const encoder = new TextEncoder();
/** Of the first line of rejects.csv, which every table begins with. */
const HEAD_BYTES = REJECT_COLUMNS.join(',').length + 1;
