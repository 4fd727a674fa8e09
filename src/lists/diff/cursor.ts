/** Rows of a list, one after the other, wherever they lie: what two runs are compared by. */

/** Stands in front of the first row until `next` is called. Columns are asked for by `at` once, then by number. */
export interface Cursor {
  /** Names of the columns, in order. */
  readonly columns: readonly string[];
  /** Goes to the next row; false behind the last. */
  next(): boolean;
  /** Position of a column, or -1 if the list does not have it. */
  at(column: string): number;
  /** The text of a cell of the row; '' if it is empty, or the column is -1. */
  text(column: number): string;
  /** Whether the row is that of the other cursor, where this can be told without looking at the cells; false says nothing. */
  isSame(other: Cursor): boolean;
}

/** A cursor over rows of a program. */
export class RowsCursor implements Cursor {
  readonly columns: readonly string[];
  readonly #rows: Iterator<object>;
  #row: Readonly<Record<string, unknown>> = {};

  constructor(columns: readonly string[], rows: Iterable<object>) {
    this.columns = columns;
    this.#rows = rows[Symbol.iterator]();
  }

  next(): boolean {
    const step = this.#rows.next();
    if (!step.done) this.#row = step.value as Readonly<Record<string, unknown>>;
    return !step.done;
  }

  at(column: string): number {
    return this.columns.indexOf(column);
  }

  text(column: number): string {
    const value = column < 0 ? undefined : this.#row[this.columns[column]!];
    return value === undefined || value === null ? '' : String(value as string | number | boolean);
  }

  isSame(): boolean {
    return false;
  }
}
