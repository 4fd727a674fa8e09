/** How likely it is to count so many of what happens rarely and independently. */

const NEGLIGIBLE = 1e-17;

/** ln P(X >= `observed`) of a Poisson variable with the given mean; 0 for `observed` <= 0, -Infinity where the mean is 0 and something was seen. */
export function lnPoissonTail(observed: number, mean: number): number {
  if (observed <= 0) return 0;
  if (mean <= 0) return Number.NEGATIVE_INFINITY;
  if (observed <= mean) {
    // The lower tail is the shorter sum, and the upper one is not small.
    let term = Math.exp(lnPoisson(observed - 1, mean));
    let below = 0;
    for (let j = observed - 1; j >= 0 && term > 0; j--) {
      below += term;
      term *= j / mean;
    }
    return Math.log1p(-Math.min(below, 1 - Number.EPSILON));
  }
  let [sum, term] = [1, 1];
  for (let j = observed + 1; term > sum * NEGLIGIBLE; j++) sum += term *= mean / j;
  return Math.min(0, lnPoisson(observed, mean) + Math.log(sum));
}

function lnPoisson(count: number, mean: number): number {
  let ln = -mean + count * Math.log(mean);
  for (let j = 2; j <= count; j++) ln -= Math.log(j);
  return ln;
}
