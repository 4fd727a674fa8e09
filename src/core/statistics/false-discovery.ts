/** How many of the best of many tests may be chance. */

/**
 * ln q of each of some tests, by Benjamini and Hochberg (1995): taking all tests up to this one for real, the share of them that is chance is at most q.
 * @param lnP - ln of the p-values, ascending. Tests that are not in it count as p = 1.
 * @param tests - how many tests there were in all; at least those that are given.
 */
export function lnFalseDiscovery(lnP: readonly number[], tests: number): number[] {
  const lnQ = new Float64Array(lnP.length);
  let least = 0;
  for (let i = lnP.length - 1; i >= 0; i--) lnQ[i] = least = Math.min(least, lnP[i]! + Math.log(tests / (i + 1)));
  return [...lnQ];
}
