/** Columns of a list as a file of columns has them, a block of rows at a time. */
import { instantSec } from '../../lists/formats/instant.js';
import type { Cell } from '../../lists/formats/table.js';

/** `time`: an instant, from ISO 8601 text with an offset. */
export type ColumnForm = 'text' | 'count' | 'claim' | 'time';

export interface TypedColumn {
  readonly name: string;
  readonly form: ColumnForm;
}

export interface ColumnFile {
  readonly columns: readonly TypedColumn[];
  /** IANA zone that times are shown in; undefined: UTC. */
  readonly zone: string | undefined;
  readonly rows: AsyncIterable<readonly Cell[]>;
}

/** Rows of a block: small enough for memory, large enough to pack well. */
export const BLOCK_ROWS = 16_384;

/** Values by column: texts, BigInts for counts and milliseconds since 1970, claims; null for none. */
export async function* columnBlocks({ columns, rows }: Pick<ColumnFile, 'columns' | 'rows'>, blockRows: number = BLOCK_ROWS): AsyncGenerator<unknown[][]> {
  let block = columns.map((): unknown[] => []);
  for await (const row of rows) {
    for (let i = 0; i < columns.length; i++) block[i]!.push(typed(columns[i]!.form, row[i] ?? null));
    if (block[0]!.length < blockRows) continue;
    yield block;
    block = columns.map(() => []);
  }
  if (block[0]!.length > 0) yield block;
}

function typed(form: ColumnForm, cell: Cell): unknown {
  if (form === 'text') return cell === null ? '' : String(cell);
  if (cell === null || cell === '') return null;
  if (form === 'claim') return cell === true || cell === 'true';
  return form === 'count' ? BigInt(cell) : BigInt(instantSec(String(cell))) * 1000n;
}
