/** CSV files → everyone with everyone, in one file or to a reader, row by row. */
import { InputError, OptionError } from '../../core/errors.js';
import { runAsync, type Steps } from '../../core/steps.js';
import { Zone } from '../../core/zone.js';
import { REJECT_COLUMNS, parseRejectLimit, type LedgerEntry, type Reject } from '../../ingest/rows/ledger.js';
import { TABLE_NAMES } from '../../model/tables.js';
import { rowText } from '../../output/row-text.js';
import { SingleFile } from '../../output/single-file.js';
import type { OutputEntry } from '../../output/write-lists.js';
import { csvText, type TextOptions } from '../../output/table-text.js';
import { Dwell } from '../../stays/dwell.js';
import { crewOf } from '../../threads/worker-crew.js';
import { CopresenceIndex } from '../in-memory/memory.js';
import type { StayOptions } from '../inputs/stay-options.js';
import type { MatchFilesOptions } from './match-files.js';
import { networkSettings, type NetworkOptions } from '../answers/network.js';
import { readInputs, type InputFiles, type ReadInput, type RunHooks, type RunProgress } from '../inputs/read-files.js';

type ReadingOptions = Pick<
  MatchFilesOptions,
  'tz' | 'timeFormats' | 'encoding' | 'mappings' | 'maxRejects' | 'format' | 'excel' | 'raw' | 'force' | 'showValues' | 'threads' | 'threadsFromMs'
>;

export interface NetworkFilesOptions extends NetworkOptions, StayOptions, ReadingOptions {
  /** Check-ins, places, runs and run stops; cases and visits have no part in this. */
  readonly files: Pick<InputFiles, 'checkins' | 'places' | 'runs' | 'run-stops'>;
  /** A file, or what takes the text block by block and says whether its reader wants more. */
  readonly out: string | ((block: Uint8Array) => Promise<boolean>);
  /** One row for each pair of people, in place of one for each meeting. */
  readonly aggregate?: boolean;
  /** Stops after so many rows. */
  readonly limit?: number;
  /** File for the rejected rows, with their reasons. */
  readonly rejects?: string;
}

/** What a network run did. */
export interface NetworkReport {
  readonly rows: number;
  /** Meetings in all, counted exactly where `limit` left some out; null where nothing was left out. */
  readonly meetings: number | null;
  /** Whether `limit` left rows out. */
  readonly hasMore: boolean;
  readonly output: OutputEntry | null;
  readonly ledger: readonly LedgerEntry[];
  readonly inputs: readonly ReadInput[];
  readonly warnings: readonly string[];
}

/**
 * Writes who was with whom, of everyone with everyone. Rows come one at a time: memory does not grow with their number.
 * @throws OptionError, InputError, StateError; the signal's reason if it is aborted. No file is left then, but the one for rejected rows.
 */
export async function networkFiles(options: NetworkFilesOptions, hooks: RunHooks = {}): Promise<NetworkReport> {
  const { files, out, aggregate = false, limit } = options;
  if (!files.checkins?.length) throw new OptionError('E_NO_CHECKINS', 'checkins: expected at least one file of check-ins');
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 0)) throw new OptionError('E_NUMBER', `limit: expected a whole number, got ${String(limit)}`);
  const { scope } = networkSettings(options);
  const zone = new Zone(options.tz);
  const rejectLimit = parseRejectLimit(options.maxRejects ?? '0.1%');
  const text: TextOptions = { format: options.format ?? 'csv', isForExcel: options.excel ?? false, isRaw: options.raw ?? false };
  if (text.format !== 'csv' && text.format !== 'jsonl') throw new OptionError('E_OUTPUT_FORMAT', `format: expected csv or jsonl, got '${String(text.format)}'`);
  new Dwell(options.dwell); // refused before anything is read
  const crew = crewOf(options);
  const about = { force: options.force ?? false, inputs: TABLE_NAMES.flatMap((table) => (files as InputFiles)[table] ?? []) };
  const isOurs = (head: string): boolean => head.startsWith('person_a,person_b,') || head.startsWith('{"person_a":');
  const file = typeof out === 'string' ? new SingleFile(out, { ...about, option: 'out', isOurs }) : undefined;
  const rejectsFile =
    options.rejects === undefined
      ? undefined
      : new SingleFile(options.rejects, { ...about, option: 'rejects', isOurs: (head) => head.startsWith(REJECT_COLUMNS.join(',')) });

  const { reader, inputs } = await readInputs(options, zone, hooks);
  await rejectsFile?.write(csvText(REJECT_COLUMNS, reader.rejects, text));
  checkRejects(() => reader.checkRejects(rejectLimit), reader.rejects, options.rejects);
  const run = <Result>(steps: Steps<Result>, phase: RunProgress['phase'], name: string): Promise<Result> =>
    runAsync(steps, { signal: hooks.signal, onProgress: ({ done, of }) => hooks.onProgress?.({ phase, name, rows: done, share: done / of }) });
  try {
    const index = await run(CopresenceIndex.build(reader, zone, options), 'stays', 'people');
    await run(index.buildWith(crew), 'stays', 'index');
    const network = index.network(options);
    const columns = aggregate ? network.pairColumns : network.meetingColumns;
    const counted = new CountedRows(aggregate ? network.pairs() : network, limit, hooks);
    const pieces = rowText(columns, counted, text);
    const output = file ? { ...(await file.write(pieces)), rows: 0 } : await hand(pieces, out as Exclude<typeof out, string>);
    const meetings = counted.hasMore ? await run(network.countSteps(), 'match', 'counting') : null;
    const unlocated = index.unlocatedUnder(scope);
    return {
      rows: counted.rows,
      meetings,
      hasMore: counted.hasMore,
      output: output && { ...output, rows: counted.rows },
      ledger: reader.ledger,
      inputs,
      warnings: [
        ...index.unknownCategories.map((category) => `the place category '${category}' has no dwell times and counts as 'default'`),
        ...(unlocated > 0 ? [`${unlocated} venues without coordinates: they meet only themselves under grid and near`] : []),
      ],
    };
  } finally {
    await crew.close();
  }
}

function checkRejects(check: () => void, rejects: readonly Reject[], path: string | undefined): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const where = path === undefined ? '--rejects FILE keeps all rejected rows' : `All ${rejects.length} rejected rows are in ${path}`;
    throw new InputError(error.code, `${error.message}\n${where}; no row was written.`, { cause: error });
  }
}

/** Gives the text to its reader until that has enough. */
async function hand(pieces: Iterable<Uint8Array>, take: (block: Uint8Array) => Promise<boolean>): Promise<null> {
  for (const piece of pieces) {
    if (!(await take(piece))) break;
    // A reader that never lets us wait must not keep Ctrl-C from being heard.
    await new Promise((resume) => setImmediate(resume));
  }
  return null;
}

/** Rows up to a limit, counted; tells whether there were more. */
class CountedRows implements Iterable<object> {
  rows = 0;
  hasMore = false;
  readonly #source: Iterable<object>;
  readonly #limit: number;
  readonly #hooks: RunHooks;

  constructor(source: Iterable<object>, limit: number | undefined, hooks: RunHooks) {
    this.#source = source;
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
    this.#hooks = hooks;
  }

  *[Symbol.iterator](): Generator<object> {
    for (const row of this.#source) {
      if (this.rows === this.#limit) {
        this.hasMore = true;
        return;
      }
      if ((++this.rows & 0xfff) === 0) {
        this.#hooks.signal?.throwIfAborted();
        this.#hooks.onProgress?.({ phase: 'write', name: 'network', rows: this.rows, share: Number.NaN });
      }
      yield row;
    }
  }
}
