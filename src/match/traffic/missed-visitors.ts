/**
 * How many came and did not scan, given what share of those known to have come did (Bailey 1951, capture-recapture with binomial recaptures):
 * of `scanned` visitors, and of `known` who were there whether they scanned or not `caught` who did, visitors = scanned (known + 1) / (caught + 1).
 */

export interface MissedEstimate {
  readonly missed: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.959_963_984_540_054;

/**
 * The estimate with an interval of at least 95 %: Wilson's for the share who scan, and at each of its ends the spread of how many others there are when so
 * many scanned. `high` is infinite where that share may be 0.
 */
export function missedVisitors(scanned: number, known: number, caught: number): MissedEstimate {
  const [shareLow, shareHigh] = wilson(caught, known);
  const spread = (share: number): number => (Z * Math.sqrt(scanned * (1 - share))) / share;
  const others = (share: number): number => (scanned * (1 - share)) / share;
  return {
    missed: (scanned * (known - caught)) / (caught + 1),
    low: Math.max(0, others(shareHigh) - spread(shareHigh)),
    high: others(shareLow) + spread(shareLow),
  };
}

/** Wilson's 95 % interval of a share. */
export function wilson(hits: number, trials: number): [number, number] {
  const share = hits / trials;
  const zz = (Z * Z) / trials;
  const middle = (share + zz / 2) / (1 + zz);
  const half = (Math.sqrt((share * (1 - share)) / trials + zz / (4 * trials)) * Z) / (1 + zz);
  return [hits === 0 ? 0 : Math.max(0, middle - half), hits === trials ? 1 : Math.min(1, middle + half)];
}
