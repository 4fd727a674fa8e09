/** A row of blocks that shows how a number goes: for terminals. */
const BLOCKS = '▁▂▃▄▅▆▇█';
const EMPTY = '·';

/** One character for each value: a dot for zero, else a block up to the largest value. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values.map((value) => (value <= 0 ? EMPTY : BLOCKS[Math.ceil((value / most) * BLOCKS.length) - 1]!)).join('');
}

/** In how many of some spans [from, to) each of `parts` equal parts of [lo, hi) falls, at least in part. */
export function spread(spans: Iterable<readonly [number, number]>, lo: number, hi: number, parts: number): number[] {
  const counts = Array.from({ length: parts }, () => 0);
  const size = Math.max(1, hi - lo) / parts;
  for (const [from, to] of spans) {
    const first = Math.max(0, Math.floor((from - lo) / size));
    const last = Math.min(parts - 1, Math.ceil((Math.max(to, from + 1) - lo) / size) - 1);
    for (let part = first; part <= last; part++) counts[part]!++;
  }
  return counts;
}
