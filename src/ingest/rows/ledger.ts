/** What became of every row: `read = accepted + rejected + duplicate + blank`, file by file, and a line for each rejected row. */
import { InputError, OptionError } from '../../core/errors.js';

export interface LedgerEntry {
  /** Base name of the file. */
  readonly file: string;
  read: number;
  accepted: number;
  rejected: number;
  duplicate: number;
  blank: number;
}

/** One rejected row. `raw` is the record as it came: personal data, so it goes to `rejects.csv` and into no message. */
export interface Reject {
  readonly file: string;
  /** Line on which the record begins; the header is line 1. For rows of a Parquet file and rows that came as objects: their number, from 1. */
  readonly line: number;
  /** The SPEC's name of the column at fault; empty if it is the row as a whole. */
  readonly column: string;
  readonly code: string;
  readonly message: string;
  readonly raw: string;
}

/** Columns of a list of rejected rows. */
export const REJECT_COLUMNS: readonly string[] = ['file', 'line', 'column', 'code', 'message', 'raw'];

export const newLedgerEntry = (file: string): LedgerEntry => ({ file, read: 0, accepted: 0, rejected: 0, duplicate: 0, blank: 0 });

/** How many rows of a file may be rejected: a count, or a share of the rows read. Reaching it is allowed. */
export interface RejectLimit {
  readonly count?: number;
  readonly percent?: number;
}

/** @throws OptionError `E_MAX_REJECTS`. */
export function parseRejectLimit(value: string | number): RejectLimit {
  const match = /^(\d+(?:\.\d+)?)(%)?$/.exec(String(value));
  if (match?.[2]) {
    if (Number(match[1]) <= 100) return { percent: Number(match[1]) };
  } else if (match && Number.isInteger(Number(match[1]))) return { count: Number(match[1]) };
  throw new OptionError('E_MAX_REJECTS', `max-rejects: expected a count or a per cent up to 100 (20, 0.5%), got '${String(value)}'`);
}

/** @throws InputError `E_REJECTS` if a file has more rejected rows than the limit allows. */
export function checkRejects(ledger: readonly LedgerEntry[], limit: RejectLimit, rejects: readonly Reject[]): void {
  for (const entry of ledger) {
    const allowed = limit.count ?? (entry.read * limit.percent!) / 100;
    if (entry.rejected <= allowed) continue;
    const first = rejects.filter((reject) => reject.file === entry.file).slice(0, 5);
    const shown = limit.count ?? `${limit.percent}%`;
    throw new InputError(
      'E_REJECTS',
      `${entry.file} E_REJECTS expected at most ${shown} rejected rows, got ${entry.rejected} of ${entry.read}; mend the rows, or raise --max-rejects if they may be left out. The first:\n` +
        first.map((reject) => `  ${reject.file}:${reject.line}${reject.column && `:${reject.column}`} ${reject.code} ${reject.message}`).join('\n'),
    );
  }
}
