/**
 * The hypergeometric distribution, down to the farthest tail: of `population` balls `marked` are red, and `draws` are drawn without putting any back.
 *
 * Log-gamma of large numbers loses digits where it is most wanted: ln(10⁷!) is 1.5·10⁸, and the difference of several such is the answer. So each
 * binomial coefficient is taken through what Stirling's formula leaves over (C. Loader, Fast and accurate computation of binomial probabilities,
 * 2000), which is small and exact: ln P is right to about 13 digits, however far out.
 */

/** ln P(X ≥ observed): 0 where that is certain, -Infinity where it cannot be. All four are whole numbers; `draws` and `marked` are at most `population`. */
export function lnUpperTail(observed: number, draws: number, marked: number, population: number): number {
  const most = Math.min(draws, marked);
  if (observed > most) return Number.NEGATIVE_INFINITY;
  if (observed <= Math.max(0, draws + marked - population)) return 0;
  /** P(x + 1) / P(x) */
  const up = (x: number): number => ((marked - x) * (draws - x)) / ((x + 1) * (population - marked - draws + x + 1));
  if (observed * population > draws * marked) {
    // Beyond the mean each term is smaller than the one before: the first ones are the sum.
    let sum = 1;
    for (let x = observed, term = 1; x < most; x++) {
      term *= up(x);
      sum += term;
      if (term < sum * NEGLIGIBLE) break;
    }
    return Math.min(0, lnProbability(observed, draws, marked, population) + Math.log(sum));
  }
  const below = observed - 1;
  let sum = 1;
  for (let x = below, term = 1; x > 0; x--) {
    term /= up(x - 1);
    sum += term;
    if (!(term >= sum * NEGLIGIBLE)) break; // also where what lies below cannot be
  }
  return Math.log1p(-Math.min(1, Math.exp(lnProbability(below, draws, marked, population)) * sum));
}
const NEGLIGIBLE = 1e-18;

/** ln P(X = x), for an x that can be. */
export function lnProbability(x: number, draws: number, marked: number, population: number): number {
  if (draws === population) return 0;
  const share = draws / population;
  return lnBinomial(x, marked, share) + lnBinomial(draws - x, population - marked, share) - lnBinomial(draws, population, share);
}

/** ln of the probability of x successes in n trials, each with probability p, 0 < p < 1. */
function lnBinomial(x: number, n: number, p: number): number {
  if (x === 0) return n * Math.log1p(-p);
  if (x === n) return n * Math.log(p);
  const left = stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * (1 - p));
  return left - (Math.log(2 * Math.PI) + Math.log(x) + Math.log1p(-x / n)) / 2;
}

/** ln n! without what Stirling's formula says: ln n! - (n + ½) ln n + n - ½ ln 2π. */
function stirlingError(n: number): number {
  if (n < EXACT.length) return EXACT[n]!;
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

const EXACT: readonly number[] = Array.from({ length: 16 }, (_, n) => {
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return n === 0 ? 0 : Math.log(factorial) - (n + 0.5) * Math.log(n) + n - Math.log(2 * Math.PI) / 2;
});

/** x ln(x / mean) + mean - x, also where x is close to the mean and the plain form would lose all digits. */
function deviance(x: number, mean: number): number {
  if (Math.abs(x - mean) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const v = (x - mean) / (x + mean);
  let sum = (x - mean) * v;
  for (let j = 1, power = 2 * x * v * v * v; ; j++, power *= v * v) {
    const next = sum + power / (2 * j + 1);
    if (next === sum) return sum;
    sum = next;
  }
}
