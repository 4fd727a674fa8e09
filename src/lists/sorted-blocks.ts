/** The rows of a list in the order of one of its numbers: all are held, as numbers. */
import { RowBlock, type RowSource } from './row-block.js';
import type { Column } from './rows.js';

/** Blocks of the rows of a source by the cell `key`, the greatest first; rows with the same number keep their order. `block` is what the source fills. */
export function* sortedBlocks(source: RowSource, block: RowBlock, columns: readonly Column[], key: number): Generator<RowBlock, void, void> {
  const all: RowBlock[] = [];
  const keep = (): void => {
    if (block.count > 0) all.push(block.taken());
  };
  for (const full of source) {
    keep();
    full.clear();
  }
  keep();
  const rowOf = (at: number): readonly [RowBlock, number] => [all[Math.floor(at / RowBlock.ROWS)]!, at % RowBlock.ROWS];
  const numbers = Float64Array.from({ length: all.reduce((sum, { count }) => sum + count, 0) }, (_, at) => {
    const [from, row] = rowOf(at);
    return from.cells[row * from.width + key]!;
  });
  const order = Uint32Array.from(numbers.keys()).sort((a, b) => numbers[b]! - numbers[a]! || a - b);
  const isList = columns.map(({ kind }) => kind === 'cases');
  const sorted = new RowBlock(block.width);
  for (const at of order) {
    sorted.copyRow(...rowOf(at), isList);
    if (!sorted.isFull) continue;
    yield sorted;
    sorted.clear();
  }
  if (sorted.count > 0) yield sorted;
}
