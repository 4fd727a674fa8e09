/** The small tables of a simulated city as CSV bytes. No cell of them holds a comma, a quote or a line end, so none needs quoting. */
export interface CsvTable {
  readonly bytes: Iterable<Uint8Array>;
  /** Rows given so far. */
  readonly rows: () => number;
}

const BLOCK_CHARS = 1 << 16;

/** Header and rows, in blocks. May be passed through once. */
export function csvTable<Column extends string>(columns: readonly Column[], rows: Iterable<Readonly<Record<Column, string | number>>>): CsvTable {
  let count = 0;
  const bytes = function* (): Generator<Uint8Array> {
    const encoder = new TextEncoder();
    let text = `${columns.join(',')}\n`;
    for (const row of rows) {
      for (let i = 0; i < columns.length; i++) text += `${i > 0 ? ',' : ''}${row[columns[i]!]}`;
      text += '\n';
      count++;
      if (text.length < BLOCK_CHARS) continue;
      yield encoder.encode(text);
      text = '';
    }
    yield encoder.encode(text);
  };
  return { bytes: bytes(), rows: () => count };
}
