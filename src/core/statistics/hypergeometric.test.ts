import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lnFalseDiscovery } from './false-discovery.js';
import { lnProbability, lnUpperTail } from './hypergeometric.js';

/** Exact: whole numbers of any size. */
function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let ways = 1n;
  for (let i = 1; i <= k; i++) ways = (ways * BigInt(n - k + i)) / BigInt(i);
  return ways;
}
function exactTail(observed: number, draws: number, marked: number, population: number): { ways: bigint; of: bigint } {
  let ways = 0n;
  for (let x = Math.max(0, observed); x <= Math.min(draws, marked); x++) ways += choose(marked, x) * choose(population - marked, draws - x);
  return { ways, of: choose(population, draws) };
}
/** ln of a whole number: its first 17 digits and how many follow. */
function lnBig(value: bigint): number {
  const digits = value.toString();
  return Math.log(Number(digits.slice(0, 17))) + Math.max(0, digits.length - 17) * Math.LN10;
}

describe('the upper tail', () => {
  test.each([
    // Of 10 people 4 were there; of 3 cases at least 2 were: (6 · 6 + 4) / 120.
    [2, 3, 4, 10, 1 / 3],
    // All three: 4 / 120.
    [3, 3, 4, 10, 1 / 30],
    // At least one: 1 - C(6,3)/C(10,3) = 1 - 20/120.
    [1, 3, 4, 10, 5 / 6],
    // Both of 2 cases among 5 of 1,000: C(5,2)/C(1000,2) = 10 / 499,500.
    [2, 2, 5, 1000, 10 / 499_500],
    // 5 draws of 6 balls, 4 red: at least 3 are red in any case; all 4 unless the one left is red.
    [3, 5, 4, 6, 1],
    [4, 5, 4, 6, 2 / 6],
    // Everyone was there.
    [7, 7, 50, 50, 1],
    [0, 3, 4, 10, 1],
  ])('at least %i of %i cases among %i visitors of %i people, by hand', (observed, draws, marked, population, p) => {
    expect(Math.exp(lnUpperTail(observed, draws, marked, population))).toBeCloseTo(p, 13);
  });

  test('what cannot be has no probability', () => {
    expect(lnUpperTail(5, 4, 10, 100)).toBe(Number.NEGATIVE_INFINITY);
    expect(lnUpperTail(5, 10, 4, 100)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('equals the exact quotient of whole numbers, in the near and in the farthest tail', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(400), fc.nat(400), fc.nat(400), (population, a, b, c) => {
        const [draws, marked] = [a % (population + 1), b % (population + 1)];
        const observed = c % (Math.min(draws, marked) + 1);
        const { ways, of } = exactTail(observed, draws, marked, population);
        const expected = lnBig(ways) - lnBig(of);
        const got = lnUpperTail(observed, draws, marked, population);
        expect(Math.abs(got - expected)).toBeLessThan(1e-11 * Math.max(1, Math.abs(expected)));
      }),
      { numRuns: 500 },
    );
  });

  test('keeps its digits where log-gamma loses them: 60 million people, p far below what a double can hold', () => {
    // All 200 cases among 220 visitors: C(220, 200) / C(60,000,000, 200), by sums of logarithms of whole numbers.
    let expected = 0;
    for (let i = 0; i < 200; i++) expected += Math.log(220 - i) - Math.log(60_000_000 - i);
    expect(lnUpperTail(200, 200, 220, 60_000_000) / expected).toBeCloseTo(1, 12);
    expect(Math.exp(lnUpperTail(200, 200, 220, 60_000_000))).toBe(0);
    // One of 200 cases among 3 visitors: 1 - C(N - 3, 200) / C(N, 200).
    const none = [0, 1, 2].reduce((sum, i) => sum + Math.log1p(-200 / (60_000_000 - i)), 0);
    expect(lnUpperTail(1, 200, 3, 60_000_000) / Math.log(-Math.expm1(none))).toBeCloseTo(1, 12);
  });

  test('falls with what is observed and rises with the visitors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100_000 }), fc.nat(), fc.nat(), fc.nat(), (population, a, b, c) => {
        const [draws, marked] = [1 + (a % (population - 1)), b % population];
        const observed = c % (Math.min(draws, marked) + 1);
        const p = lnUpperTail(observed, draws, marked, population);
        expect(p).toBeLessThanOrEqual(0);
        expect(lnUpperTail(observed + 1, draws, marked, population)).toBeLessThanOrEqual(p);
        expect(lnUpperTail(observed, draws, marked + 1, population)).toBeGreaterThanOrEqual(p - 1e-10);
      }),
    );
  });

  test('a shuffled population gives the same shares', () => {
    // 20,000 draws of 6 cases among 40 people, of whom 9 were there. Seeded, so that the answer never changes.
    let state = 7;
    const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    const counts = new Uint32Array(7);
    const rounds = 20_000;
    for (let round = 0; round < rounds; round++) {
      const people = Array.from({ length: 40 }, (_, i) => i);
      let there = 0;
      for (let i = 0; i < 6; i++) {
        const j = i + Math.floor(next() * (40 - i));
        [people[i], people[j]] = [people[j]!, people[i]!];
        if (people[i]! < 9) there++;
      }
      for (let x = 0; x <= there; x++) counts[x]!++;
    }
    for (let x = 0; x <= 4; x++) {
      const p = Math.exp(lnUpperTail(x, 6, 9, 40));
      expect(Math.abs(counts[x]! / rounds - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / rounds) + 1e-9);
    }
  });
});

test('the probabilities of all outcomes add up to 1', () => {
  let sum = 0;
  for (let x = 0; x <= 30; x++) sum += Math.exp(lnProbability(x, 30, 2000, 50_000));
  expect(sum).toBeCloseTo(1, 12);
});

describe('false discoveries', () => {
  const q = (p: readonly number[], tests: number): number[] => lnFalseDiscovery(p.map(Math.log), tests).map(Math.exp);

  test('are those of the five tests worked out by hand', () => {
    // p·5/rank: 0.005·5 = 0.025, 0.009·5/2 = 0.0225, 0.019·5/3 = 0.03167, 0.022·5/4 = 0.0275, 0.9; each the least from there on.
    const found = q([0.005, 0.009, 0.019, 0.022, 0.9], 5);
    for (const [i, value] of [0.0225, 0.0225, 0.0275, 0.0275, 0.9].entries()) expect(found[i]).toBeCloseTo(value, 12);
  });

  test('count the tests that found nothing, and are never above 1', () => {
    const found = q([0.000_01, 0.5], 1000);
    expect(found[0]).toBeCloseTo(0.01, 12);
    expect(found[1]).toBe(1);
    expect(q([], 10)).toEqual([]);
  });
});
