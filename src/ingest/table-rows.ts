/** Rows of an input table as objects again: what a program gets that reads files through this package. */
import { DAY_SEC } from '../core/zone.js';
import type { ColumnSpec, Dictionaries, Table } from '../model/tables.js';

/** Texts as texts, times as seconds since 1970, days as `yyyy-MM-dd`, coordinates as numbers; empty cells are left out. */
export function* tableRows<Row>(table: Table, ids: Dictionaries, lo = 0): Generator<Row> {
  for (let row = lo; row < table.rowCount; row++) {
    const cells = table.spec.columns.flatMap((column, i) => {
      const value = cellValue(column, table.columns[i]!.data[row]!, ids);
      return value === undefined ? [] : [[column.name, value] as const];
    });
    yield Object.fromEntries(cells) as Row;
  }
}

function cellValue(column: ColumnSpec, value: number, ids: Dictionaries): string | number | undefined {
  if (column.kind === 'degrees') return Number.isNaN(value) ? undefined : value;
  if (value === 0) return undefined;
  switch (column.kind) {
    case 'id':
    case 'text':
      return ids[column.dictionary!].text(value);
    case 'day':
    case 'date':
      return new Date(value * DAY_SEC * 1000).toISOString().slice(0, 10);
    case 'word':
      return column.words![value - 1]!;
    case 'count':
    case 'clock':
      return value - 1;
    case 'start':
    case 'end':
      return value;
  }
}
