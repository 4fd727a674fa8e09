/** Where the rows of a table end up: in its columns, among the rejects, or counted as duplicates. */
import { InputError } from '../../core/errors.js';
import { visible } from '../../core/visible.js';
import type { RowCheck, Table } from '../../model/tables.js';
import { shapeOf, type Fault } from './cell-reader.js';
import type { LedgerEntry, Reject } from './ledger.js';
import { SeenCheckIns, SeenInAnyOrder, type SeenRows } from './seen-rows.js';

export class RowBooks {
  readonly table: Table;
  readonly rejects: Reject[] = [];
  /** The numbers of the row in hand, in the order of the columns. */
  readonly values: Float64Array;
  /** Units of epoch numbers seen in each column of the file in hand, or'ed together. */
  readonly units: Uint8Array;
  readonly #seen: SeenRows | null;
  readonly #checks: readonly RowCheck[];
  readonly #valueOf: (name: string) => number;

  /** `keepsDuplicates`: equal rows are all accepted, for a caller that finds them later. */
  constructor(table: Table, keepsDuplicates: boolean) {
    this.table = table;
    this.#seen = keepsDuplicates ? null : table.spec.name === 'checkins' ? new SeenCheckIns(table) : new SeenInAnyOrder(table);
    this.values = new Float64Array(table.spec.columns.length);
    this.units = new Uint8Array(table.spec.columns.length);
    this.#checks = [table.spec.check ?? []].flat();
    const position = new Map(table.spec.columns.map((column, i) => [column.name, i]));
    this.#valueOf = (name) => this.values[position.get(name)!]!;
  }

  /** Takes the row in hand. */
  accept(entry: LedgerEntry, file: number, line: number, raw: () => string): void {
    for (let i = 0; i < this.#checks.length; i++) {
      const { column, code, expected, got = 'the opposite', advice = 'mend the row: values are never swapped' } = this.#checks[i]!;
      if (!this.#checks[i]!.holds(this.#valueOf)) return this.reject(entry, line, column, { code, expected, advice }, got, raw());
    }
    this.table.push(this.values, file, line);
    this.settle(1, entry);
  }

  /** Counts the last `count` rows of the table, which are of one file, as accepted, or takes those away that were there already. */
  settle(count: number, entry: LedgerEntry): void {
    const { table } = this;
    const to = table.rowCount;
    const from = to - count;
    let shift = 0; // rows taken away so far, by which the rows from `lo` on are to be moved up
    if (this.#seen) {
      this.#seen.begin(from, to);
      let lo = from;
      for (let row = from; row < to; row++) {
        if (this.#seen.add(row, lo, shift)) continue;
        if (shift > 0) table.moveUp(lo + shift, row, shift);
        lo = row - shift;
        shift++;
      }
      if (shift > 0) {
        table.moveUp(lo + shift, to, shift);
        table.resize(to - shift);
      }
    }
    entry.accepted += count - shift;
    entry.duplicate += shift;
  }

  reject(entry: LedgerEntry, line: number, column: string, fault: Fault, got: string, raw: string): void {
    entry.rejected++;
    this.rejects.push({ file: entry.file, line, column, code: fault.code, message: `expected ${fault.expected}, got ${got}; ${fault.advice}`, raw });
  }

  /** Takes down the unit of a cell that was an epoch number. @throws InputError `E_TIME_UNIT` if the column has another: one unit for a whole column of a file. */
  checkUnit(column: number, unit: number, file: string, line: number): void {
    this.units[column]! |= unit;
    if (this.units[column] !== 3) return;
    const { name } = this.table.spec.columns[column]!;
    throw new InputError(
      'E_TIME_UNIT',
      `${file}:${line}:${name} E_TIME_UNIT expected one unit for the whole column, got seconds (10 digits) and milliseconds (13 digits); export the column in one unit`,
    );
  }
}

/** A cell as messages have it: only its shape, since it may name a person. */
export const seen = (text: string, showValues = false): string => (text === '' ? 'nothing' : showValues ? `'${visible(text)}'` : `the shape ${shapeOf(text)}`);
