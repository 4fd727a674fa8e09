/** Half-open intervals [from, to) of whole seconds, as pairs. */
export type Interval = readonly [from: number, to: number];

/** Sorted disjoint intervals that cover the same seconds; touching ones become one, empty ones vanish. */
export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1]) {
      if (to > last[1]) last[1] = to;
    } else merged.push([from, to]);
  }
  return merged;
}

/** Seconds covered by disjoint intervals. */
export function lengthOf(disjoint: readonly Interval[]): number {
  let sum = 0;
  for (const [from, to] of disjoint) sum += to - from;
  return sum;
}

/** Seconds of disjoint intervals that lie within [from, to). */
export function lengthWithin(disjoint: readonly Interval[], from: number, to: number): number {
  let sum = 0;
  for (const [a, b] of disjoint) sum += Math.max(0, Math.min(b, to) - Math.max(a, from));
  return sum;
}
