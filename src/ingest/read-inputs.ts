/** All inputs of a run: one reader per table, one list of file names, one ledger. */
import { OptionError } from '../core/errors.js';
import type { Zone } from '../core/zone.js';
import { TABLE_NAMES, newInputTables, type InputTables, type TableName } from '../model/tables.js';
import { checkRejects, type LedgerEntry, type Reject, type RejectLimit } from './rows/ledger.js';
import { TableReader, type ByteSource, type FileReading, type ReadOptions } from './read-table.js';
import { TimeReader } from './text/time-text.js';

/** Check-ins that know their files: they are read as they lie there, so that evidence names file and line. */
export interface CheckInFiles {
  readonly options: { readonly tz?: string; readonly timeFormats?: readonly string[]; readonly maxRejects?: string | number };
  readInto(reader: InputReader): Promise<void>;
}

export class InputReader {
  readonly tables: InputTables;
  readonly #readers: Readonly<Record<TableName, TableReader>>;

  /**
   * With `shared`, new rows of cases and itineraries speak of the same people and places as those of an index. With `keepsDuplicates`, equal
   * check-ins are all accepted: whoever takes them in batches finds the equal ones.
   */
  constructor(zone: Zone, timeFormats: readonly string[] = [], shared?: InputTables, keepsDuplicates = false) {
    this.tables = shared
      ? {
          ...newInputTables(shared.ids),
          checkIns: shared.checkIns,
          places: shared.places,
          runs: shared.runs,
          runStops: shared.runStops,
          fileNames: [...shared.fileNames],
        }
      : newInputTables();
    const { ids, checkIns, places, cases, visits, runs, runStops } = this.tables;
    const times = new TimeReader(zone, timeFormats);
    this.#readers = {
      checkins: new TableReader(checkIns, ids, times, keepsDuplicates),
      places: new TableReader(places, ids, times),
      cases: new TableReader(cases, ids, times),
      visits: new TableReader(visits, ids, times),
      runs: new TableReader(runs, ids, times),
      'run-stops': new TableReader(runStops, ids, times),
    };
  }

  /** Reads one CSV or Parquet file. @throws InputError, OptionError, EngineError. */
  async readFile(table: TableName, source: ByteSource, options: ReadOptions): Promise<void> {
    await this.#readers[table].readFile(source, this.#addName(source.name), options);
  }

  /** Reads rows given as objects. */
  readRows(table: TableName, rows: Iterable<object>): void {
    const add = this.#rowAdder(table);
    for (const row of rows) add(row);
  }

  async readAsyncRows(table: TableName, rows: AsyncIterable<object>): Promise<void> {
    const add = this.#rowAdder(table);
    for await (const row of rows) add(row);
  }

  get ledger(): LedgerEntry[] {
    return TABLE_NAMES.flatMap((table) => this.#readers[table].ledger);
  }
  get rejects(): Reject[] {
    return TABLE_NAMES.flatMap((table) => this.#readers[table].rejects);
  }
  get readings(): (FileReading & { readonly table: TableName })[] {
    return TABLE_NAMES.flatMap((table) => this.#readers[table].readings.map((reading) => ({ ...reading, table })));
  }

  /** @throws InputError `E_REJECTS` if some file has too many rejected rows. */
  checkRejects(limit: RejectLimit): void {
    checkRejects(this.ledger, limit, this.rejects);
  }

  #rowAdder(table: TableName): (row: object) => void {
    const reader = this.#readers[table];
    const file = this.#addName(table);
    const entry = reader.open(table);
    let rowNumber = 0;
    return (row) => reader.readRow(row, ++rowNumber, entry, file);
  }

  #addName(name: string): number {
    checkFileNames([...this.tables.fileNames, name]);
    return this.tables.fileNames.push(name) - 1;
  }
}

/** @throws OptionError `E_FILE_NAME` for base names that evidence `file:line` could not tell apart. */
export function checkFileNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new OptionError(
        'E_FILE_NAME',
        `input ${name}: expected inputs with different base names, since evidence names rows as file:line; rename one of the two`,
      );
    }
    if (name.includes('|')) throw new OptionError('E_FILE_NAME', `input ${name}: expected a name without '|', which joins evidence; rename the file`);
    seen.add(name);
  }
}
