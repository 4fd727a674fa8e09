/** Pings from as many files as there are, CSV and GTFS-Realtime, into one table with one ledger. A ping that comes again is counted as a duplicate. */
import { pingsOf, PINGS, type PingColumn, type Pings } from '../../model/pings.js';
import { Table, type Dictionaries } from '../../model/tables.js';
import type { LedgerEntry, Reject } from '../rows/ledger.js';
import { TableReader, type ByteSource, type FileReading, type ReadOptions } from '../read-table.js';
import type { TimeReader } from '../text/time-text.js';
import { decodeFeedMessage } from './feed-message.js';

/** What a GTFS-Realtime file was taken for. */
export interface PositionsReading {
  readonly file: string;
  /** Of the standard. */
  readonly version: string;
  /** When it was made, in seconds since 1970; 0 if it does not say. */
  readonly sec: number;
  /** Things that are no fault but that a reader of the list should know. */
  readonly notes: readonly string[];
}

export class PingReader {
  readonly #table: Table<PingColumn> = new Table(PINGS);
  readonly #reader: TableReader;
  readonly #snapshots: PositionsReading[] = [];
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
  /** The GTFS-Realtime files that were read. */
  get snapshots(): readonly PositionsReading[] {
    return this.#snapshots;
  }
  /** What was read so far. Reading on may move the columns: ask again. */
  get pings(): Pings {
    return pingsOf(this.#table);
  }

  /** Reads a CSV file `vehicle_id,time,lat,lon[,trip_id,line_id,start_date,start_time]`. @throws InputError, OptionError as for every table. */
  async readCsv(source: ByteSource, options: ReadOptions = {}): Promise<void> {
    await this.#reader.readFile(source, this.#files++, options);
  }

  /**
   * Reads the bytes of a GTFS-Realtime feed, whole or not at all: the number of an entity stands for the line of its ping. Trip updates and alerts are no
   * pings. A snapshot has each vehicle's last position, so many come again in the next.
   * @throws InputError `E_PROTOBUF` if they are none.
   */
  readPositions(name: string, bytes: Uint8Array): void {
    const { version, sec, positions, entities, deleted } = decodeFeedMessage(bytes, name);
    const entry = this.#reader.open(name);
    const file = this.#files++;
    for (const position of positions) {
      const { vehicle, lat, lon, trip, route, startDate, startTime, entity } = position;
      const row = {
        vehicle_id: vehicle,
        time: position.sec === 0 ? null : position.sec,
        lat: degrees(lat),
        lon: degrees(lon),
        trip_id: trip,
        line_id: route,
        start_date: startDate,
        start_time: startTime,
      };
      this.#reader.readRow(row, entity, entry, file);
    }
    const note = (count: number, text: string): string[] => (count > 0 ? [text.replace('#', String(count))] : []);
    this.#snapshots.push({
      file: name,
      version,
      sec,
      notes: [
        ...note(entities - deleted - positions.length, '# entities are no vehicle positions'),
        ...note(deleted, '# entities that the feed takes back'),
        ...note(positions.filter(({ isNamedByLabel }) => isNamedByLabel).length, '# vehicles have no id: their label, or else number plate, stands for it'),
        ...(positions.length === 0 ? ['the feed has no vehicle positions'] : []),
      ],
    });
  }
}

/** What is not given is empty; what is no number is rejected as such. */
const degrees = (value: number): number | string | null => (Number.isNaN(value) ? null : Number.isFinite(value) ? value : String(value));
