/** Pings from as many files as there are, CSV and GTFS-Realtime, into one table with one ledger. A ping that comes again is counted as a duplicate. */
import { pingsOf, PINGS, type PingColumn, type Pings } from '../../model/pings.js';
import { Table, type Dictionaries } from '../../model/tables.js';
import type { LedgerEntry, Reject } from '../ledger.js';
import { TableReader, type ByteSource, type FileReading, type ReadOptions } from '../read-table.js';
import type { TimeReader } from '../time-text.js';

export class PingReader {
  readonly #table: Table<PingColumn> = new Table(PINGS);
  readonly #reader: TableReader;
  #files = 0;

  /** `ids`: those of the other tables, so that a vehicle of the pings is the place whose code is scanned. */
  constructor(ids: Dictionaries, times: TimeReader) {
    this.#reader = new TableReader(this.#table, ids, times);
  }

  get ledger(): readonly LedgerEntry[] {
    return this.#reader.ledger;
  }
  get rejects(): readonly Reject[] {
    return this.#reader.rejects;
  }
  get readings(): readonly FileReading[] {
    return this.#reader.readings;
  }
  /** What was read so far. Reading on may move the columns: ask again. */
  get pings(): Pings {
    return pingsOf(this.#table);
  }

  /** Reads a CSV file `vehicle_id,time,lat,lon[,trip_id,line_id,start_date,start_time]`. @throws InputError, OptionError as for every table. */
  async readCsv(source: ByteSource, options: ReadOptions = {}): Promise<void> {
    await this.#reader.readFile(source, this.#files++, options);
  }
}
