/** Stays that were read from an index, with their check-ins, as growing columns: ids are those of the index. */
import { U32Column } from '../../core/columns.js';
import type { CheckInColumn, Table } from '../../model/tables.js';

const STAY_COLUMNS = ['person', 'place', 'run', 'start', 'certain', 'likely', 'possible', 'method', 'flags', 'firstRow'] as const;
const ROW_COLUMNS = ['time', 'file', 'line', 'checkOut', 'namedRun', 'carriage', 'seat'] as const;

const columns = <Name extends string>(names: readonly Name[]): Record<Name, U32Column> =>
  Object.fromEntries(names.map((name) => [name, new U32Column()])) as Record<Name, U32Column>;

/** Check-ins of stay s are rows `firstRow[s]..firstRow[s + 1]`, or to the end for the last stay. */
export class LoadedStays {
  readonly stays: Record<(typeof STAY_COLUMNS)[number], U32Column> = columns(STAY_COLUMNS);
  readonly rows: Record<(typeof ROW_COLUMNS)[number], U32Column> = columns(ROW_COLUMNS);

  get count(): number {
    return this.stays.person.length;
  }
  get rowCount(): number {
    return this.rows.time.length;
  }
  /** The row behind the last of a stay. */
  endRow(stay: number): number {
    return stay + 1 < this.count ? this.stays.firstRow.data[stay + 1]! : this.rowCount;
  }
  /** Appends the check-ins of a stay to a table, as those of a person. */
  pushRows(stay: number, person: number, checkIns: Table<CheckInColumn>): void {
    const { time, checkOut, namedRun, carriage, seat, file, line } = this.rows;
    const place = this.stays.place.data[stay]!;
    for (let row = this.stays.firstRow.data[stay]!; row < this.endRow(stay); row++) {
      checkIns.push(
        [person, place, time.data[row]!, checkOut.data[row]!, namedRun.data[row]!, carriage.data[row]!, seat.data[row]!, 0],
        file.data[row]!,
        line.data[row]!,
      );
    }
  }

  clear(): void {
    for (const column of [...Object.values(this.stays), ...Object.values(this.rows)]) column.length = 0;
  }
}
