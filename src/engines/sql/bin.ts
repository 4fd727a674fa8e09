/** How long the pieces of time are that stays are joined by: about as long as most stays. It changes what the join costs, never what it finds. */

export const LEAST_BIN_SEC = 300;
export const MOST_BIN_SEC = 86_400;
export const MINUTE_SEC = 60;

/** The median length, to the minute and within the bounds. `counts`: how many stays last so many whole minutes, in any order. */
export function binSecOf(counts: readonly (readonly [minutes: number, stays: number])[]): number {
  const half = counts.reduce((sum, [, stays]) => sum + stays, 0) / 2;
  let below = 0;
  for (const [minutes, stays] of counts.toSorted(([a], [b]) => a - b)) {
    below += stays;
    if (below >= half) return Math.min(MOST_BIN_SEC, Math.max(LEAST_BIN_SEC, minutes * MINUTE_SEC));
  }
  return LEAST_BIN_SEC;
}
