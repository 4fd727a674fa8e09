/** What counters counted, given as rows or read from files → numbers that the estimate of coverage sets beside the scans. */
import type { Zone } from '../../core/zone.js';
import { TableReader } from '../../ingest/read-table.js';
import { checkRejects } from '../../ingest/rows/ledger.js';
import { TimeReader } from '../../ingest/text/time-text.js';
import type { Count } from '../../lists/coverage.js';
import { COUNTS } from '../../model/counts.js';
import { Table, type Dictionaries } from '../../model/tables.js';
import type { CountInput } from './row-inputs.js';

export type CountTable = Table<'place_id' | 'from' | 'to' | 'count'>;

/** Reads rows. @throws InputError `E_REJECTS` if one of them cannot be read. */
export function readCountRows(rows: Iterable<CountInput>, ids: Dictionaries, zone: Zone, timeFormats: readonly string[]): Count[] {
  const table: CountTable = new Table(COUNTS);
  const reader = new TableReader(table, ids, new TimeReader(zone, timeFormats));
  const entry = reader.open('counts');
  let rowNumber = 0;
  for (const row of rows) reader.readRow(row, ++rowNumber, entry, 0);
  checkRejects(reader.ledger, { count: 0 }, reader.rejects);
  return countsIn(table);
}

export function countsIn(table: CountTable): Count[] {
  const [place, from, to, count] = COUNTS.columns.map(({ name }) => table.column(name));
  // Counts are kept one higher, so that 0 is none.
  return Array.from({ length: table.rowCount }, (_, row) => ({ place: place![row]!, fromSec: from![row]!, toSec: to![row]!, count: count![row]! - 1 }));
}
