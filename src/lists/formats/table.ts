/** A table of another system: rows of cells under named columns. */
export type Cell = string | number | boolean | null;

export interface Table<Row> {
  readonly columns: readonly string[];
  /** The cells of a row, in the order of the columns. */
  cells(row: Row): readonly Cell[];
}

/** A table from its columns, each with what stands in it. */
export function tableOf<Row>(columns: Readonly<Record<string, (row: Row) => Cell>>): Table<Row> {
  const values = Object.values(columns);
  return { columns: Object.keys(columns), cells: (row) => values.map((value) => value(row)) };
}
